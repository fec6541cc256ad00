"""What every request passes before any route, Gradio's included: host, origin, size, sign-in, headers."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fashion_models.photo import MAX_BYTES
from fashion_models.pipelines.catalogue.tray import MAX_PIECE
from fashion_models.ui.api.identity import Caller, Identities
from fashion_models.ui.api.problems import language_of, problem
from fashion_models.ui.api.settings import Settings

COOKIE = "fashion_models_session"
#: Whoever signs in without accounts.
LOCAL = "local"
#: Everything that a person at the page may do.
PERSON = frozenset({"jobs:read", "jobs:write", "embed"})

_SAFE = ("GET", "HEAD", "OPTIONS")
_MAX_JSON = 4_000_000
#: Answered without sign-in; /v1 and /embed look at keys and tokens themselves.
_OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/login", "/logout", "/embed", "/favicon.ico"})
_OPEN_BELOW = ("/v1/", "/embed/")


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: The application.
        settings: How the server is run.
        identities: Sessions.
    """

    def __init__(self, app: ASGIApp, settings: Settings, identities: Identities) -> None:
        self._app = app
        self._settings = settings
        self._identities = identities

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        limit = _limit(scope["path"])
        await self._app(scope, _Bounded(receive, limit), _Secured(send, scope))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        language = language_of(headers)
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._settings.hosts is not None and name not in self._settings.hosts:
            detail = f"This server does not answer for '{name[:100]}'."
            return problem(403, "forbidden_host", detail, language=language)
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > _limit(path):
            detail = f"At most {_limit(path) // 10**6} MB are taken here."
            return problem(413, "too_large", detail, language=language)
        caller = self._person(scope, headers)
        scope["state"]["person"] = caller
        keyed = headers.get("authorization", "").lower().startswith("bearer ")
        method = scope.get("method", "GET")
        if method not in _SAFE and not keyed and self._is_foreign(headers, scope):
            detail = "Requests from other sites need a key of their own."
            return problem(403, "forbidden_origin", detail, language=language)
        if caller is None and path not in _OPEN and not path.startswith(_OPEN_BELOW):
            return self._sign_in(path, headers)
        return None

    def _person(self, scope: Scope, headers: Headers) -> Caller | None:
        """Who is signed in at the page."""
        tenant: str | None = None
        if self._settings.sign_in == "none":
            tenant = LOCAL
        elif self._settings.sign_in == "accounts":
            token = session_token(headers)
            tenant = None if token is None else self._identities.session(token)
        elif self._settings.from_proxy((scope.get("client") or ("", 0))[0]):
            user = headers.get(self._settings.user_header)
            named = self._settings.tenant_header
            tenant = user and (headers.get(named) if named else user)
        return Caller(tenant=tenant, scopes=PERSON) if tenant else None

    def _is_foreign(self, headers: Headers, scope: Scope) -> bool:
        """A browser says where a request comes from; whatever is no browser carries no cookie."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        return origin != own_origin(self._settings, scope)

    def _sign_in(self, path: str, headers: Headers) -> Response:
        if self._settings.sign_in == "accounts" and "text/html" in headers.get("accept", ""):
            return RedirectResponse(f"/login?next={quote(path)}", 303)
        return problem(401, "unauthorized", "Sign in first.", language=language_of(headers))


def own_origin(settings: Settings, scope: Scope) -> str:
    """The server's origin as browsers see it."""
    if settings.public_url is not None:
        return settings.public_url
    return f"{scope['scheme']}://{Headers(scope=scope).get('host', '')}"


def session_token(headers: Headers) -> str | None:
    """The session's name that the browser brings."""
    found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    return None if found is None else found.value


def person(request: Request) -> Caller | None:
    """Who is signed in at the page; for routes and for Gradio's `auth_dependency`."""
    found: Caller | None = request.scope["state"].get("person")
    return found


def _limit(path: str) -> int:
    """Most bytes of a body."""
    if path.startswith("/gradio_api/upload"):
        return MAX_PIECE + 1_000_000
    return MAX_BYTES + 1_000_000 if path.endswith("/content") else _MAX_JSON


class _Bounded:
    """Counts a body that did not say its size."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, "The body is larger than is taken here.")
        return message


class _Secured:
    """Adds headers that every answer carries, and takes away Gradio's open door to other sites."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._is_page = not scope["path"].startswith(_OPEN_BELOW) and scope["path"] != "/embed"

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Referrer-Policy", "same-origin")
            if self._is_page:
                headers.setdefault("Content-Security-Policy", "frame-ancestors 'self'")
                _drop(headers, ("access-control-allow-origin", "access-control-allow-credentials"))
        await self._send(message)


def _drop(headers: MutableHeaders, names: Iterable[str]) -> None:
    for name in names:
        if name in headers:
            del headers[name]
