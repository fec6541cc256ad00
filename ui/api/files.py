"""Photos in, pictures out: one-use upload links and signed result links."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from fashion_models.errors import StateError
from fashion_models.photo import MAX_BYTES
from fashion_models.pipelines.jobs.model import Item, Upload
from fashion_models.ui.api.access import Here, Serving, Writer
from fashion_models.ui.api.problems import ApiProblem, responses
from fashion_models.ui.api.schemas import UploadIn, UploadOut, UploadTicket

router = APIRouter(prefix="/v1", tags=["files"])

#: How long an upload link waits, and how long a result link lasts at least [s].
UPLOAD_LIFE, LINK_LIFE = 900.0, 900.0

Token = Annotated[str, Query(min_length=1, max_length=2000)]


@router.post(
    "/uploads",
    status_code=201,
    response_model=UploadTicket,
    responses=responses(400, 401, 403, 413, 422, 429),
)
def create_upload(body: UploadIn, here: Here, caller: Writer) -> UploadTicket:
    """Get a signed address that takes one photo, once."""
    upload_id = here.service.uploads.promise(caller.tenant, body.name)
    expires = time.time() + UPLOAD_LIFE
    token = here.seal.close("upload", {"t": caller.tenant, "u": upload_id}, expires=expires)
    return UploadTicket(
        id=upload_id,
        url=f"/v1/uploads/{upload_id}/content?token={token}",
        expires_at=datetime.fromtimestamp(expires, UTC),
        max_bytes=MAX_BYTES,
    )


@router.put(
    "/uploads/{upload_id}/content",
    status_code=201,
    response_model=UploadOut,
    responses=responses(403, 404, 409, 413, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/jpeg", "image/png", "image/webp")
            },
        }
    },
)
async def fill_upload(
    upload_id: Annotated[str, Path(pattern=r"^up_[0-9a-f]{20}$")], token: Token, request: Request, here: Here
) -> UploadOut:
    """Send the photo's bytes. It is read at once: what cannot be read is refused, and the link stays good."""
    facts = _opened(here, "upload", token)
    if facts["u"] != upload_id:
        raise ApiProblem(403, "bad_link", "The token belongs to another upload.")
    data = await request.body()
    stored = await run_in_threadpool(here.service.uploads.fill, facts["t"], upload_id, data)
    return _described(stored)


@router.get(
    "/files/{item_id}/{which}",
    response_class=Response,
    responses=responses(403, 404, 422)
    | {200: {"description": "The file", "content": {"image/png": {}, "application/json": {}}}},
)
def read_file(
    item_id: Annotated[str, Path(pattern=r"^item_[0-9a-f]{20}$")],
    which: Literal["picture", "report"],
    token: Token,
    here: Here,
) -> Response:
    """A picture or report, by its signed address."""
    facts = _opened(here, "file", token)
    if (facts["i"], facts["w"]) != (item_id, which):
        raise ApiProblem(403, "bad_link", "The token belongs to another file.")
    import json

    item = here.service.item(facts["t"], item_id)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in item.name)
    ending, kind = ("png", "image/png") if which == "picture" else ("json", "application/json")
    if which == "picture":
        data = here.service.picture(facts["t"], item_id)
    else:
        data = json.dumps(here.service.report(facts["t"], item_id), ensure_ascii=False).encode()
    headers = {
        "Content-Disposition": f'inline; filename="{name or item_id}.{ending}"',
        "Cache-Control": "private, max-age=600",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=kind, headers=headers)


def item_urls(here: Serving, tenant: str, item: Item) -> tuple[str | None, str | None]:
    """Signed addresses of an item's picture and report; None while it has none.

    They stay the same for a quarter of an hour, so that a browser's cache knows them again.
    """
    if item.passed is None:
        return None, None
    expires = math.ceil(time.time() / LINK_LIFE) * LINK_LIFE + LINK_LIFE
    picture, report = (
        f"/v1/files/{item.id}/{which}?token="
        + here.seal.close("file", {"t": tenant, "i": item.id, "w": which}, expires=expires)
        for which in ("picture", "report")
    )
    return picture, report


def _opened(here: Serving, purpose: str, token: str) -> dict[str, str]:
    try:
        return here.seal.open(purpose, token)
    except StateError as error:
        raise ApiProblem(403, "bad_link", str(error)) from error


def _described(upload: Upload) -> UploadOut:
    return UploadOut(
        id=upload.id,
        name=upload.name,
        width=upload.width,
        height=upload.height,
        media_type=upload.media_type,
        sha256=upload.digest,
    )
