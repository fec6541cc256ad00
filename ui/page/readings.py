"""Garment photos as the page shows them: small picture, outline, mask. Read once, kept in memory."""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashion_models.arrays import F64, U8, Bool
from fashion_models.errors import PhotoError
from fashion_models.ui.page.choices import CARDS
from fashion_models.ui.page.problems import problem_key

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.service import JobService

#: Longer side of the picture on the table and of the one that is painted on [px].
SHOWN, PAINTED = 560, 900
#: How many are kept.
KEPT = 200


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A garment photo ready for the page.

    Attributes:
        width: Of the small picture [px].
        height: Of the small picture [px].
        picture: The small picture, a data URL.
        outline: Closed outline in small pixels, shape (N, 2).
        category: What was read; empty when it could not be.
        confidence: Of the outline, 0 to 1.
        problem: Key of what is wrong; empty when nothing is.
        detail: The exact words of the problem.
    """

    width: int
    height: int
    picture: str
    outline: F64
    category: str
    confidence: float
    problem: str
    detail: str


class Readings:
    """Reads photos of the job service, one at a time.

    Args:
        service: Where the photos are.
    """

    def __init__(self, service: JobService) -> None:
        self._service = service
        self._kept: OrderedDict[tuple[str, str, str], Shown] = OrderedDict()
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load all that reading a photo needs, so that the first one does not wait for it."""
        from fashion_models.photo import load_photo
        from fashion_models.pipelines.reading import read_photo

        with self._lock:
            read_photo(load_photo(CARDS / "sample-tee.jpg"))

    def show(self, tenant: str, upload: str, category: str = "") -> Shown:
        """The photo as read.

        Args:
            tenant: Whose.
            upload: Id of the photo.
            category: As the seller said; empty: as read.

        Raises:
            NotFoundError: The tenant has no such photo.
        """
        key = (tenant, upload, category)
        found = self._kept.get(key)
        if found is None:
            with self._lock:
                found = self._kept[key] = self._kept.get(key) or self._read(*key)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found

    def canvas(self, tenant: str, upload: str) -> tuple[str, str]:
        """The photo and its mask to be painted on, as data URLs of one size.

        Raises:
            NotFoundError: The tenant has no such photo.
        """
        from fashion_models.pipelines.reading import read_photo

        photo = self._service.uploads.photo(tenant, upload)
        with self._lock:
            cutout = read_photo(photo).cutout
        alpha = np.zeros(photo.rgb.shape[:2], np.float32) if cutout is None else cutout.alpha
        mask = np.round(255 * alpha).astype(np.uint8)
        return _data_url(_small(photo.rgb, PAINTED), "JPEG"), _data_url(_small(mask, PAINTED), "PNG")

    def corrected(self, tenant: str, original: str, painted: str) -> bytes:
        """A photo with the mask that was painted for it, PNG.

        Args:
            tenant: Whose.
            original: Id of the photo.
            painted: The mask as a data URL of a PNG: bright on the garment.

        Raises:
            NotFoundError: The tenant has no such photo.
            PhotoError: The mask is no picture, or has other proportions.
        """
        from fashion_models.pipelines.reading import read_photo, with_mask

        photo = self._service.uploads.photo(tenant, original)
        with self._lock:
            cutout = read_photo(photo).cutout
        return with_mask(photo, _mask_of(painted), before=None if cutout is None else cutout.alpha)

    def _read(self, tenant: str, upload: str, category: str) -> Shown:
        from fashion_models.pipelines.reading import read_photo

        photo = self._service.uploads.photo(tenant, upload)
        found = read_photo(photo, category=category or None)
        small = _small(photo.rgb, SHOWN)
        factor = small.shape[0] / photo.rgb.shape[0]
        return Shown(
            width=small.shape[1],
            height=small.shape[0],
            picture=_data_url(small, "JPEG"),
            outline=found.outline * factor,
            category="" if found.garment is None else found.garment.category.value,
            confidence=0.0 if found.cutout is None else found.cutout.confidence,
            problem="" if found.problem is None else problem_key(found.problem),
            detail="" if found.problem is None else str(found.problem),
        )


def _mask_of(painted: str) -> Bool:
    from PIL import Image

    head, _, body = painted.partition(",")
    try:
        if head != "data:image/png;base64":
            raise ValueError("no PNG")
        with Image.open(io.BytesIO(base64.b64decode(body, validate=True)), formats=["PNG"]) as picture:
            if max(picture.size) > 2 * PAINTED:
                raise ValueError(f"{picture.width} × {picture.height} px")
            return np.asarray(picture.convert("L")) > 127
    except (ValueError, OSError, SyntaxError) as error:
        raise PhotoError(f"the painted mask cannot be read ({error});", cure="paint it again.") from error


def _small(picture: U8, side: int) -> U8:
    import cv2

    factor = side / max(picture.shape[:2])
    if factor >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _data_url(picture: U8, kind: str) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind, **({"quality": 86} if kind == "JPEG" else {}))
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
