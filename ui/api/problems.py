"""Errors as ``application/problem+json``. Source: RFC 9457."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from fashion_models import errors
from fashion_models.pipelines.jobs.model import error_code
from fashion_models.translate import in_language

#: The first class that fits gives the status.
_STATUS: tuple[tuple[type[errors.FashionModelsError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.ConflictError, 422),
    (errors.StateError, 409),
    (errors.BusyError, 429),
    (errors.StorageAccessError, 503),
    (errors.StorageError, 503),
    (errors.BadInputError, 422),
    (errors.FashionModelsError, 500),
)
_TITLES = {
    400: "Not understood",
    401: "No valid key",
    403: "Not allowed",
    404: "Not found",
    405: "No such method here",
    409: "Too late",
    410: "Gone",
    413: "Too large",
    415: "Another media type is needed",
    422: "Cannot be done",
    429: "Too much at once",
    500: "Our mistake",
    503: "Not available now",
}
_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}

_log = logging.getLogger("fashion_models.api")


class FieldError(BaseModel):
    """One field that is wrong."""

    pointer: str = Field(description="JSON pointer to the field, or the name of a parameter.")
    detail: str


class Problem(BaseModel):
    """What went wrong, for programs (`code`) and for people (`detail`)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="The value, the limit and the cure.")
    code: str
    retryable: bool = Field(description="The same request may succeed later.")
    errors: list[FieldError] = []


class ApiProblem(Exception):  # noqa: N818
    """Raised by routes for what is no error of the domain.

    Args:
        status: HTTP status.
        code: For programs.
        detail: For people.
        headers: Sent with the answer.
    """

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        super().__init__(detail)


def language_of(headers: Headers) -> str:
    """'zh' for a reader whose first language is Chinese, else 'en'."""
    return "zh" if headers.get("accept-language", "").lower().startswith("zh") else "en"


def spoken(request: Request) -> str:
    """The same of a request."""
    return language_of(request.headers)


def problem(
    status: int,
    code: str,
    detail: errors.FashionModelsError | str,
    *,
    language: str,
    fields: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response; what is for people is in the language of the reader."""
    body = Problem(
        type=f"urn:fashion-models:problem:{code}",
        title=in_language(_TITLES.get(status, "Problem"), language),
        status=status,
        detail=in_language(detail, language),
        code=code,
        retryable=status in (429, 503),
        errors=fields or [],
    )
    about = {"Content-Language": language, "Vary": "Accept-Language", **(headers or {})}
    return JSONResponse(body.model_dump(), status, headers=about, media_type="application/problem+json")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside its result, for the OpenAPI document."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _TITLES[status], "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Answer every error as a problem."""
    app.add_exception_handler(errors.FashionModelsError, _domain)
    app.add_exception_handler(ApiProblem, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.FashionModelsError)
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.BusyError) else {}
    return problem(status, error_code(error), error, language=spoken(request), headers=headers)


def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)
    return problem(error.status, error.code, error.detail, language=spoken(request), headers=error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    fields = [FieldError(pointer=_pointer(each["loc"]), detail=str(each["msg"])) for each in found[:50]]
    detail = "; ".join(f"{field.pointer}: {field.detail}" for field in fields[:3])
    detail = detail or "the request is not valid."
    return problem(422, "invalid", detail, language=spoken(request), fields=fields)


def _pointer(where: tuple[int | str, ...]) -> str:
    place, *path = where
    return "/" + "/".join(str(part) for part in path) if place == "body" else str(path[-1] if path else place)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "problem")
    return problem(
        error.status_code, code, str(error.detail), language=spoken(request), headers=error.headers
    )


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    detail = "This is our mistake; it was recorded. Tell the operator the time."
    return problem(500, "internal", detail, language=spoken(request))
