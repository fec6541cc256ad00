"""Signing in to the page with name and password."""

from __future__ import annotations

import html
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fashion_models.ui.api.access import Here
from fashion_models.ui.api.guard import COOKIE, own_origin, person, session_token
from fashion_models.ui.api.identity import SESSION_LIFE
from fashion_models.ui.api.problems import ApiProblem, spoken
from fashion_models.ui.api.texts import text

router = APIRouter(include_in_schema=False)

#: Tries per minute from one address.
_TRIES = 10

_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/embed/plain.css">
<main class="signin"><h1>fashion-models</h1>
<form method="post" action="/login"><input type="hidden" name="next" value="{next}">
<label>{name}<input name="name" autocomplete="username" required autofocus></label>
<label>{password}<input name="password" type="password" autocomplete="current-password" required></label>
{error}<button>{title}</button></form></main></html>"""


@router.get("/login")
def show(request: Request, here: Here, next: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """The form."""
    if person(request) is not None:
        return RedirectResponse(_inside(next), 303)
    if here.settings.sign_in != "accounts":
        raise ApiProblem(403, "forbidden", "Sign in at the proxy in front of this server.")
    return _form(request, next, wrong=False)


@router.post("/login")
def enter(
    request: Request,
    here: Here,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Check name and password; a right one gets a new session, whatever the browser brought."""
    if here.settings.sign_in != "accounts":
        raise ApiProblem(404, "not_found", "There are no accounts here.")
    client = request.client.host if request.client else ""
    here.limits.spend(f"login {client}", _TRIES)
    tenant = here.identities.account(name, password)
    if tenant is None:
        return _form(request, next, wrong=True)
    old = session_token(request.headers)
    if old is not None:
        here.identities.close_session(old)
    response = RedirectResponse(_inside(next), 303)
    response.set_cookie(
        COOKIE,
        here.identities.open_session(tenant),
        max_age=int(SESSION_LIFE),
        httponly=True,
        samesite="lax",
        secure=own_origin(here.settings, request.scope).startswith("https:"),
    )
    return response


@router.post("/logout")
def leave(request: Request, here: Here) -> Response:
    """End the session."""
    token = session_token(request.headers)
    if token is not None:
        here.identities.close_session(token)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


def _form(request: Request, next: str, *, wrong: bool) -> Response:
    lang = spoken(request)
    error = f'<p role="alert">{html.escape(text("wrong_password", lang))}</p>' if wrong else ""
    page = _PAGE.format(
        lang=lang,
        title=html.escape(text("sign_in", lang)),
        name=html.escape(text("name", lang)),
        password=html.escape(text("password", lang)),
        next=html.escape(_inside(next), quote=True),
        error=error,
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    }
    return HTMLResponse(page, 401 if wrong else 200, headers=headers)


def _inside(target: str) -> str:
    """A path of this server, never another one, as "//shop.example" would be."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if ours and target.isprintable() else "/"
