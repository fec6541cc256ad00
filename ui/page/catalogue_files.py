"""Reports and results of catalogue jobs, each for its owner alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from fashion_models.pipelines.catalogue.desk import Desk

#: Endings that a browser may show; everything else is downloaded.
_SHOWN = {
    "html": "text/html; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
#: A report shows a stranger's words: it runs its own small script and can reach nothing else of the page.
_ALONE = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "sandbox allow-scripts allow-popups allow-downloads; frame-ancestors 'none'; base-uri 'none'"
)


def catalogue_routes(desk: Desk, who: Callable[[Request], str | None]) -> APIRouter:
    """Routes of reports, pictures and zips.

    Args:
        desk: Where the jobs are.
        who: Tenant of a request; None: nobody who may see anything.
    """
    from fashion_models.errors import NotFoundError

    def tenant_of(request: Request) -> str:
        found = who(request)
        if found is None:
            raise HTTPException(401)
        return found

    router = APIRouter(prefix="/page/catalogue", include_in_schema=False)
    owner = Depends(tenant_of)

    @router.get("/files/{key:path}")
    def file(key: str, tenant: str = owner) -> Response:
        try:
            data = desk.file(tenant, key)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        name = key.rpartition("/")[2]
        kind = _SHOWN.get(name.rpartition(".")[2].lower())
        place = "attachment" if kind is None else "inline"
        age = "no-cache" if key.startswith("reports/") else "max-age=86400"
        headers = {
            "Cache-Control": f"private, {age}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": _ALONE,
            "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name)}",
        }
        return Response(data, media_type=kind or "application/octet-stream", headers=headers)

    @router.get("/{run}.zip")
    def zipped(run: str, tenant: str = owner) -> Response:
        try:
            files = desk.results(tenant, run)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        headers = {
            "Content-Disposition": f'attachment; filename="{run}.zip"',
            "Cache-Control": "private, no-cache",
        }
        return StreamingResponse(_zip(files), media_type="application/zip", headers=headers)

    return router


class _Pipe(io.RawIOBase):
    """What was written since it was last emptied."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # zipfile hands over any buffer
        self.pieces.append(piece)
        return len(piece)

    def emptied(self) -> bytes:
        found = b"".join(self.pieces)
        self.pieces.clear()
        return found


def _zip(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip of any size, made while it is sent: one file is in memory at a time."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(name, data)
            yield pipe.emptied()
    yield pipe.emptied()
