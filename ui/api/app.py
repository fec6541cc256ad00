"""The application: REST API, embed, sign-in and page in one process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp

from fashion_models import __version__
from fashion_models.pipelines.catalogue.desk import Command, Desk
from fashion_models.pipelines.jobs.open import Parts, open_jobs
from fashion_models.ui.api import choices, embed, files, health, jobs, signin
from fashion_models.ui.api.access import Serving
from fashion_models.ui.api.guard import Guard, person
from fashion_models.ui.api.identity import Identities
from fashion_models.ui.api.problems import Problem, install
from fashion_models.ui.api.seal import Seal
from fashion_models.ui.api.settings import Settings

_ABOUT = "One garment photo in, measured on-model shots out. See docs/api.md for a walk-through."


def make_app(settings: Settings, parts: Parts | None = None) -> ASGIApp:
    """Build the application.

    Args:
        settings: How it is run.
        parts: An open job service; opened (and closed again) if left out.
    """
    opened = parts or open_jobs(settings.place)
    identities = Identities(opened.database)
    api = make_api()
    api.state.serving = Serving(
        settings=settings, parts=opened, identities=identities, seal=Seal(identities.seal_key)
    )
    api.state.metrics = health.Metrics(opened.service.load)
    desk = Desk(settings.place.data / "catalogues", _catalogue_command(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if settings.page:
            desk.start()
        yield
        await run_in_threadpool(desk.close)
        if parts is None:
            opened.close()

    api.router.lifespan_context = lifespan
    if settings.page:
        from fashion_models.ui.page.mount import mount_page

        mount_page(api, opened.service, desk, _tenant)
    return health.Measured(Guard(_allow_origins(api, settings), settings, identities), api.state.metrics)


def make_api() -> FastAPI:
    """The routes alone, for the OpenAPI document."""
    api = FastAPI(
        title="fashion-models",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    for module in (jobs, files, choices, embed, signin, health):
        api.include_router(module.router)
    install(api)

    def document() -> dict[str, object]:
        if api.openapi_schema is None:
            made = get_openapi(
                title=api.title, version=api.version, description=api.description, routes=api.routes
            )
            schemas = made["components"]["schemas"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            api.openapi_schema = made
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]  # FastAPI's own way
    return api


def _allow_origins(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Scripts of the named sites may call the API with a key; cookies are never allowed to them."""
    return CORSMiddleware(
        app,
        allow_origins=list(settings.origins),
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        expose_headers=["Location", "RateLimit", "RateLimit-Policy", "Retry-After"],
        max_age=600,
    )


def _catalogue_command(settings: Settings) -> Command:
    """How the page's catalogue jobs are worked on: as by hand."""

    def command(action: str, job: str, store: str) -> list[str]:
        start = [sys.executable, "-P", "-m", "fashion_models.ui", "catalogue", action, job]
        return [*start, "--out", store, "--renderer", settings.renderer, "--json"]

    return command


def _tenant(request: Request) -> str | None:
    """Whose page a person sees."""
    caller = person(request)
    return None if caller is None else caller.tenant
