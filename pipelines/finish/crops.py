"""Which parts of a picture are sampled, and at which size: the whole, tiles, the face and the hands."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.conditioning.joints import Joint
from fashion_models.conditioning.pictures import Window, whole
from fashion_models.pipelines.finish.lock import face_circle
from fashion_models.studio.model import Draft

#: Sides are rounded to this, so that few shapes have to be compiled; small pictures to less [px].
_STEP, _SMALL_STEP, _SMALL = 64, 16, 512
#: Tiles overlap by this share of their side, and crops fade out over it.
_OVERLAP = 0.125
#: A part is enlarged at most so many times, and left alone when it is smaller than this [px].
_LARGEST_ZOOM, _SMALLEST = 4, 16


def whole_window(height: int, width: int, *, pixels: int) -> Window:
    """The whole picture at a size that a network was trained for.

    Args:
        height: Of the picture [px].
        width: Of the picture [px].
        pixels: At most about so many are sampled at once.
    """
    scale = min(1.0, math.sqrt(pixels / (height * width)))
    return whole(height, width, rows=_rounded(height * scale), columns=_rounded(width * scale))


def tile_windows(height: int, width: int, side: int) -> list[Window]:
    """Overlapping squares that cover a picture at its own size."""
    return [
        Window(
            top=top,
            left=left,
            height=min(side, height),
            width=min(side, width),
            rows=_rounded(min(side, height)),
            columns=_rounded(min(side, width)),
        )
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def face_window(draft: Draft, side: int) -> Window | None:
    """A square round the face, enlarged; None when it is not seen or fills the picture anyway."""
    circle = face_circle(draft)
    if circle is None:
        return None
    x, y, radius = circle
    return _square(draft, x, y, 3.2 * radius, side)


def face_box(draft: Draft) -> tuple[int, int, int] | None:
    """Left, top and size of the square in which the face lies [px]; None when it is not wholly seen."""
    circle = face_circle(draft)
    if circle is None:
        return None
    x, y, radius = circle
    size = round(2.6 * radius)
    left, top = round(x - size / 2), round(y - size / 2)
    height, width = draft.alpha.shape
    if size < _SMALLEST or left < 0 or top < 0 or left + size > width or top + size > height:
        return None
    return left, top, size


def hand_windows(draft: Draft, side: int) -> list[Window]:
    """Squares round the hands that are in the picture, enlarged."""
    found = []
    for elbow, wrist in (
        (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
        (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    ):
        if draft.joints[elbow, 2] <= 0 or draft.joints[wrist, 2] <= 0:
            continue
        forearm = draft.joints[wrist, :2] - draft.joints[elbow, :2]
        x, y = draft.joints[wrist, :2] + 0.35 * forearm
        length = max(float(np.linalg.norm(forearm)), draft.alpha.shape[0] / 14)
        window = _square(draft, float(x), float(y), 0.95 * length, side)
        if window is not None:
            found.append(window)
    return found


def cut(picture: U8, window: Window) -> U8:
    """A part of a picture at the window's size, (rows, columns, 3)."""
    part = picture[window.slices]
    if part.shape[:2] == (window.rows, window.columns):
        return np.ascontiguousarray(part)
    how = cv2.INTER_AREA if window.rows < window.height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (window.columns, window.rows), interpolation=how), np.uint8)


def place(onto: F32, parts: Sequence[F32], windows: Sequence[Window]) -> F32:
    """Blend parts into a picture; they fade out towards edges that are not the picture's own.

    Args:
        onto: sRGB in [0, 1], (H, W, 3).
        parts: sRGB in [0, 1], each of its window's size.
        windows: Where they belong.

    Returns:
        The picture with its parts, (H, W, 3).
    """
    height, width = onto.shape[:2]
    total = np.zeros((height, width, 1), np.float32)
    mixed = np.zeros_like(onto)
    for part, window in zip(parts, windows, strict=True):
        fitted = part
        if part.shape[:2] != (window.height, window.width):
            how = cv2.INTER_AREA if window.rows > window.height else cv2.INTER_CUBIC
            fitted = cv2.resize(part, (window.width, window.height), interpolation=how)
        down = _fade(window.height, open_start=window.top > 0, open_end=window.top + window.height < height)
        across = _fade(window.width, open_start=window.left > 0, open_end=window.left + window.width < width)
        weight = (down[:, None] * across[None])[..., None]
        total[window.slices] += weight
        mixed[window.slices] += weight * np.clip(fitted, 0, 1)
    share = np.minimum(total, 1)
    return np.asarray(share * mixed / np.maximum(total, 1e-6) + (1 - share) * onto, np.float32)


def _square(draft: Draft, x: float, y: float, size: float, side: int) -> Window | None:
    """A square inside the picture; None if it is tiny or no smaller than what the network sees anyway."""
    height, width = draft.alpha.shape
    wanted = min(round(size), height, width)
    if wanted < _SMALLEST or wanted >= side:
        return None
    top = int(np.clip(round(y - wanted / 2), 0, height - wanted))
    left = int(np.clip(round(x - wanted / 2), 0, width - wanted))
    if not (top <= y < top + wanted and left <= x < left + wanted):
        return None
    zoomed = _rounded(min(side, _LARGEST_ZOOM * wanted))
    return Window(top=top, left=left, height=wanted, width=wanted, rows=zoomed, columns=zoomed)


def _rounded(length: float) -> int:
    step = _STEP if length >= _SMALL else _SMALL_STEP
    return max(step, step * round(length / step))


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = math.ceil((length - _OVERLAP * side) / (side * (1 - _OVERLAP)))
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _fade(length: int, *, open_start: bool, open_end: bool) -> F32:
    """1 inside, falling towards the open ends, (length,)."""
    ramp = max(1, round(_OVERLAP * length))
    place_in = np.arange(length) + 0.5
    start = np.clip(place_in / ramp, 0, 1) if open_start else np.ones(length)
    end = np.clip((length - place_in) / ramp, 0, 1) if open_end else np.ones(length)
    edge = np.minimum(start, end)
    return np.asarray(edge * edge * (3 - 2 * edge), np.float32)
