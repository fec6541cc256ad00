"""Whom a route serves: a key, an embedded studio, or a person at the page; with scopes and limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, ParamSpec, TypeVar, cast

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from fashion_models.errors import StateError
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.pipelines.jobs.service import JobService
from fashion_models.ui.api.guard import person
from fashion_models.ui.api.identity import Caller, Identities
from fashion_models.ui.api.limits import RateLimit
from fashion_models.ui.api.problems import ApiProblem
from fashion_models.ui.api.seal import Seal
from fashion_models.ui.api.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

_bearer = HTTPBearer(auto_error=False, description="An API key: `fashion-models keys create`.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What routes work with."""

    settings: Settings
    parts: Parts
    identities: Identities
    seal: Seal
    limits: RateLimit = field(default_factory=RateLimit)

    @property
    def service(self) -> JobService:
        """The job service."""
        return self.parts.service

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the database something short.

        A local file answers sooner than a thread can be handed the question, and under load the thread would
        also wait for the interpreter's lock; a database elsewhere is asked in a thread.
        """
        if self.parts.database.is_sqlite:
            return question(*args, **kwargs)
        return await run_in_threadpool(question, *args, **kwargs)


async def serving(request: Request) -> Serving:
    """What the application was made with; like every dependency asynchronous, which spares a thread."""
    return cast(Serving, request.app.state.serving)


Here = Annotated[Serving, Depends(serving)]


def allowed(scope: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the caller, if it may do what ``scope`` names, within its rate."""

    async def check(request: Request, response: Response, here: Here, bearer: Bearer) -> Caller:
        caller = person(request) if bearer is None else _holder(here, bearer.credentials)
        if caller is None:
            raise ApiProblem(
                401,
                "unauthorized",
                "Send 'Authorization: Bearer KEY' with a key that is known and not revoked.",
                {"WWW-Authenticate": "Bearer"},
            )
        if scope not in caller.scopes:
            raise ApiProblem(403, "forbidden", f"This key lacks the scope '{scope}'.")
        tenant = here.identities.tenant(caller.tenant)
        response.headers.update(here.limits.spend(caller.tenant, tenant.rate))
        return caller

    return check


def _holder(here: Serving, token: str) -> Caller | None:
    if token.startswith("fm_"):
        return here.identities.holder(token)
    try:
        facts = here.seal.open("embed", token)
    except StateError:
        return None
    return Caller(
        tenant=facts["tenant"], scopes=frozenset({"jobs:read", "jobs:write"}), origin=facts["origin"]
    )


Reader = Annotated[Caller, Depends(allowed("jobs:read"))]
Writer = Annotated[Caller, Depends(allowed("jobs:write"))]
Embedder = Annotated[Caller, Depends(allowed("embed"))]
