"""Files on their way in and out: what was dropped on the page, and pictures as they were made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.service import JobService

#: Longer side of a picture in the gallery [px].
_SMALL = 560
#: Zips up to this size are kept in memory while they are sent [bytes].
_IN_MEMORY = 32_000_000
_PIECE = 1 << 18


def arrived(path: str, uploads: Path) -> Path:
    """A file that was dropped on the page. The path comes from outside and is not trusted.

    Args:
        path: Where it is said to be.
        uploads: Folder that such files arrive in; nothing else is opened.

    Raises:
        PhotoError: No such file has arrived.
    """
    from fashion_models.errors import PhotoError

    file = Path(path).resolve()
    if not path or not file.is_relative_to(uploads.resolve()) or not file.is_file():
        raise PhotoError("the file did not arrive;", cure="drop it again.")
    return file


def page_routes(service: JobService, who: Callable[[Request], str | None]) -> APIRouter:
    """Routes of pictures and zips, each for its owner alone.

    Args:
        service: Where the pictures are.
        who: Tenant of a request; None: nobody who may see anything.
    """
    from fashion_models.errors import NotFoundError

    def tenant_of(request: Request) -> str:
        found = who(request)
        if found is None:
            raise HTTPException(401)
        return found

    router = APIRouter(prefix="/page", include_in_schema=False)
    private = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    owner = Depends(tenant_of)

    @router.get("/pictures/{item}.png")
    def picture(item: str, tenant: str = owner) -> Response:
        try:
            name = service.item(tenant, item).name
            data = service.picture(tenant, item)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        return Response(
            data, media_type="image/png", headers=private | {"Content-Disposition": _inline(name)}
        )

    @router.get("/pictures/{item}.jpg")
    def small_picture(item: str, tenant: str = owner) -> Response:
        try:
            data = service.picture(tenant, item)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        return Response(_smaller(data), media_type="image/jpeg", headers=private)

    @router.get("/sets/{job}.zip")
    def zipped(job: str, tenant: str = owner) -> Response:
        try:
            stream = _zip(service, tenant, job)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        headers = private | {"Content-Disposition": f'attachment; filename="{job}.zip"'}
        return StreamingResponse(stream, media_type="application/zip", headers=headers)

    return router


def _inline(name: str) -> str:
    from urllib.parse import quote

    return f"inline; filename*=UTF-8''{quote(name)}.png"


def _smaller(png: bytes) -> bytes:
    """A picture for the gallery, with its label."""
    import numpy as np
    from PIL import Image

    from fashion_models.pipelines.shot import jpeg_bytes

    with Image.open(io.BytesIO(png)) as picture:
        picture.thumbnail((_SMALL, _SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return jpeg_bytes(np.asarray(picture.convert("RGB")))


def _zip(service: JobService, tenant: str, job: str) -> Iterator[bytes]:
    """A set's pictures with their reports, as it is sent; names that occur twice are numbered."""
    import json

    items = [item for item in service.items(tenant, job) if item.name]
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when all is sent
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        seen: set[str] = set()
        for item in items:
            name = item.name if item.name not in seen else f"{item.name}-{item.number + 1}"
            seen.add(name)
            archive.writestr(f"{name}.png", service.picture(tenant, item.id))
            report = json.dumps(service.report(tenant, item.id), indent=2, ensure_ascii=False)
            archive.writestr(f"{name}.json", report)
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_PIECE):
                yield piece

    return pieces()
