"""The studio inside a back office: one-use launch links, and the small page that they open.

The page carries a sealed token instead of a cookie: browsers keep cookies out of frames of other sites.
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from fashion_models.errors import StateError
from fashion_models.ui.api.access import Embedder, Here
from fashion_models.ui.api.guard import own_origin
from fashion_models.ui.api.identity import check_origin
from fashion_models.ui.api.problems import ApiProblem, responses
from fashion_models.ui.api.schemas import Launch, LaunchIn

router = APIRouter()

#: How long a launch link waits to be opened, and how long the studio then works [s].
LAUNCH_LIFE, STUDIO_LIFE = 120.0, 3600.0

_STATIC = Path(__file__).parent / "static"
_KINDS = {".js": "text/javascript", ".css": "text/css"}


@router.post(
    "/v1/launches",
    status_code=201,
    response_model=Launch,
    tags=["embed"],
    responses=responses(400, 401, 403, 413, 422, 429),
)
def create_launch(body: LaunchIn, request: Request, here: Here, caller: Embedder) -> Launch:
    """Get a link that opens the studio once, for the `<fashion-models-studio>` element."""
    check_origin(body.origin)
    if body.origin not in here.identities.tenant(caller.tenant).origins:
        raise ApiProblem(
            403,
            "origin_not_allowed",
            f"'{body.origin}' may not embed the studio; the operator allows it with "
            f"'fashion-models keys tenant {caller.tenant} --origin {body.origin}'.",
        )
    expires = time.time() + LAUNCH_LIFE
    facts = {
        "tenant": caller.tenant,
        "origin": body.origin,
        "product": body.product,
        "user": body.user,
        "language": body.language,
        "nonce": secrets.token_urlsafe(16),
        "until": expires,
    }
    token = here.seal.close("launch", facts, expires=expires)
    return Launch(
        url=f"{own_origin(here.settings, request.scope)}/embed?launch={token}",
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


@router.get("/embed", response_class=HTMLResponse, include_in_schema=False)
def open_studio(launch: Annotated[str, Query(min_length=1, max_length=3000)], here: Here) -> Response:
    """The studio's page; its link works once."""
    try:
        facts = here.seal.open("launch", launch)
    except StateError as error:
        raise ApiProblem(403, "bad_link", str(error)) from error
    if not here.identities.spend(facts["nonce"], facts["until"]):
        raise ApiProblem(410, "link_used", "This link was opened before; open the studio anew.")
    origin = facts["origin"]
    if origin not in here.identities.tenant(facts["tenant"]).origins:
        raise ApiProblem(403, "origin_not_allowed", f"'{origin}' may not embed the studio any more.")
    token = here.seal.close(
        "embed", {"tenant": facts["tenant"], "origin": origin}, expires=time.time() + STUDIO_LIFE
    )
    told = {name: facts[name] for name in ("origin", "product", "user", "language")} | {"token": token}
    page = (_STATIC / "studio.html").read_text()
    page = page.replace("{{lang}}", facts["language"]).replace("{{launch}}", _script_safe(told))
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {origin}",
    }
    return HTMLResponse(page, headers=headers)


@router.get("/embed/{name}", include_in_schema=False)
def read_static(name: str) -> Response:
    """The element's script and the studio's own files."""
    path = _STATIC / name
    if path.parent != _STATIC or path.suffix not in _KINDS or not path.is_file():
        raise ApiProblem(404, "not_found", "There is no such file.")
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(path.read_bytes(), media_type=_KINDS[path.suffix], headers=headers)


def _script_safe(value: object) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
