"""How a garment photo is read, for people to confirm and correct: `read_photo`, `with_mask`."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, F64, Bool
from fashion_models.errors import BadInputError, PhotoError, SegmentationError
from fashion_models.garment.model import Cutout, Garment
from fashion_models.garment.overlay import inspection_json
from fashion_models.garment.read import read_garment
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.kept import cut_out

#: How far a corrected edge is blended into the old one, as a share of the photo's longer side.
_FEATHER = 0.0015


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """What was read from a photo, as far as it went.

    Attributes:
        photo: The picture.
        cutout: The garment told from its ground; None when it could not be.
        garment: The garment; None when it could not be read.
        problem: Why something is None.
        outline: Closed outline [photo pixels], shape (N, 2); empty without a cut-out.
    """

    photo: GarmentPhoto
    cutout: Cutout | None
    garment: Garment | None
    problem: BadInputError | None
    outline: F64


def read_photo(photo: GarmentPhoto, *, category: str | None = None) -> Reading:
    """Read a photo as a shot would, and tell how far that went.

    Args:
        photo: The picture.
        category: What it is; read from the outline if left out.

    Returns:
        The reading; what is wrong with the photo stands in it instead of being raised.
    """
    try:
        cutout = cut_out(photo)
    except SegmentationError as error:
        return Reading(photo=photo, cutout=None, garment=None, problem=error, outline=np.zeros((0, 2)))
    try:
        garment = read_garment(photo, cutout, category=category)
    except BadInputError as error:
        edge = _edge(cutout.alpha)
        return Reading(photo=photo, cutout=cutout, garment=None, problem=error, outline=edge)
    outline = np.array(inspection_json(garment, None, None)["outline"], np.float64)
    return Reading(photo=photo, cutout=cutout, garment=garment, problem=None, outline=outline)


def with_mask(photo: GarmentPhoto, mask: Bool, *, before: F32 | None = None) -> bytes:
    """A photo with a mask drawn by hand: PNG whose transparency every later step takes as given.

    Where hand and machine agree, the machine's fine edge stays.

    Args:
        photo: The picture.
        mask: True on the garment, of any size with the photo's proportions, shape (h, w).
        before: Coverage as it was found, shape (H, W); None when nothing was.

    Returns:
        PNG bytes.

    Raises:
        PhotoError: The mask's proportions are not the photo's.
    """
    import cv2
    from PIL import Image

    height, width = photo.rgb.shape[:2]
    if abs(mask.shape[1] * height - mask.shape[0] * width) > max(height, width) + max(mask.shape) * 2:
        raise PhotoError(
            f"the mask has {mask.shape[1]} × {mask.shape[0]} px;",
            limit=f"the photo has {width} × {height}.",
            cure="draw it on the whole photo.",
        )
    size = (width, height)
    drawn = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    blur = max(1.0, _FEATHER * max(size)) + 0.5 * max(size) / max(mask.shape)
    drawn = cv2.GaussianBlur((drawn > 0.5).astype(np.float32), (0, 0), blur)
    alpha = drawn
    if before is not None:
        found = cv2.resize(before, mask.shape[::-1], interpolation=cv2.INTER_AREA) > 0.5
        differs = cv2.morphologyEx(
            (found != mask).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
        )
        changed = cv2.resize(differs.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        weight = np.clip(2 * cv2.GaussianBlur(changed, (0, 0), 2 * blur), 0, 1)
        alpha = weight * drawn + (1 - weight) * before
    levels = np.round(255 * np.clip(alpha, 0, 1)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([photo.rgb, levels])).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _edge(alpha: F32) -> F64:
    """Longest contour of a coverage [pixels], thinned."""
    import cv2

    contours, _ = cv2.findContours((alpha > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    longest = max(contours, key=len)
    thinned = cv2.approxPolyDP(longest, 0.001 * max(alpha.shape), closed=True)
    return np.asarray(thinned[:, 0], np.float64)
