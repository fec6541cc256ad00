"""What an outline shows beyond the garment's own shape: hoods, and hangers or legs at a skirt's ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, Bool
from fashion_models.garment.halves import Half, halves
from fashion_models.garment.model import Outline
from fashion_models.garment.outline import mirror_axis, outline_of


@dataclass(frozen=True, kw_only=True)
class Hood:
    """How a hood shows in the outline.

    Attributes:
        turn: Hood and shoulder meet in a concave turn of at least this [radians] …
        height: … this far under the top …
        out: … and from the middle, in half chests.
        width: Half-way up the hood is this wide at least, in half chests.
    """

    turn: float
    height: float
    out: float
    width: float


#: A hood that stands up, where collars end higher and turtlenecks are narrower; and one that lies on the
#: shoulders, where collars end nearer to the middle.
HOODS = (
    Hood(turn=0.35, height=0.55, out=0.3, width=0.36),
    Hood(turn=0.25, height=0.18, out=0.65, width=0.5),
)
#: Where the top edge dips more than this, it is a neck's, in half chests.
HOOD_DIP = 0.265
#: Where the neck opening of a garment without its hood begins, in half chests from the middle, …
HOOD_NECK = 0.42
#: … on a shoulder that rises this much per distance.
SHOULDER_RISE = 0.36
#: Things at a skirt's or trousers' ends are looked for in this share of the height …
END_ZONE = 0.16
#: … are narrower than this share of the garment there, which is this wide again a few rows on.
END_NARROW, END_WIDE = 0.65, 0.75
#: Most of it is narrower than this share; a curved waist or hem is wider.
END_THING = 0.36
#: There the width grows by this factor within a few rows.
END_JUMP = 2.0
#: How few rows those are [frame pixels].
SUDDEN = 10
#: A hanger's bar is at most this thick, lies in this share of the height, and each of its ends sticks out and
#: measures at least this much, over the height or width.
BAR, BAR_ZONE, BAR_END = 0.05, 0.1, 0.02


def without_hood(outline: Outline, chest: float) -> Outline:
    """The outline without a hood that stands above the shoulders.

    The neck opening then lies at the height of the shoulders, as that of a garment whose hood hangs behind.

    Args:
        outline: The outline of a garment with sleeves.
        chest: Half its chest width [frame pixels].
    """
    both = halves(outline)
    roots = next((found for hood in HOODS if (found := _hood_roots(both, hood, chest))), None)
    if roots is None:
        return outline
    axis, top = mirror_axis(outline.mask)[1], float(outline.contour[:, 1].min())
    height, width = outline.mask.shape
    away = np.arange(width) - axis
    limit = np.zeros(width)
    for side, root in zip((-1, 1), roots, strict=True):
        neck = min(HOOD_NECK * chest, 0.8 * float(root[0]))
        rise = np.clip(root[0] - side * away, 0, root[0] - neck) * SHOULDER_RISE
        here = (side * away >= 0) & (side * away <= root[0])
        limit[here] = (top + root[1] - rise)[here]
    keep = np.arange(height)[:, None] >= limit
    return _like(outline, outline.mask & keep)


def without_hangers(outline: Outline, *, hem: bool) -> Outline:
    """The outline without a bar across the waist, and what is much narrower above it or below the hem."""
    outline = _below_bar(outline)
    rows = np.flatnonzero(outline.mask.any(axis=1))
    spans = outline.mask[rows].sum(axis=1)
    first, last = _abrupt_end(spans), len(spans) - (_abrupt_end(spans[::-1]) if hem else 0)
    if first == 0 and last == len(spans):
        return outline
    mask = np.zeros_like(outline.mask)
    mask[rows[first:last]] = outline.mask[rows[first:last]]
    return _like(outline, mask)


def _below_bar(outline: Outline) -> Outline:
    """The outline below a hanger's bar, whose two ends stick out beside the waist."""
    import cv2

    height, width = outline.mask.shape
    solid = outline.mask.astype(np.uint8)
    upright = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((round(BAR * height), 1), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(solid & (1 - upright), connectivity=4)
    top, middle = int(np.argmax(outline.mask.any(axis=1))), mirror_axis(outline.mask)[1]
    ends = []
    for side in (-1, 1):
        places = [
            k
            for k in range(1, len(stats))
            if side * (centres[k][0] - middle) > 0.2 * width
            and centres[k][1] < top + BAR_ZONE * height
            and stats[k][cv2.CC_STAT_WIDTH] > BAR_END * width
            and stats[k][cv2.CC_STAT_HEIGHT] > BAR_END * height
        ]
        if not places:
            return outline
        end = max(places, key=lambda k: side * centres[k][0])
        ends.append((centres[end][0], stats[end][cv2.CC_STAT_TOP] + stats[end][cv2.CC_STAT_HEIGHT]))
    (left, low_left), (right, low_right) = ends
    limit = low_left + (np.arange(width) - left) * (low_right - low_left) / (right - left)
    return _like(outline, outline.mask & (np.arange(height)[:, None] >= limit))


def _abrupt_end(spans: F64) -> int:
    """Rows to leave out at the start, where a narrow thing suddenly becomes the garment."""
    zone = max(8, round(END_ZONE * len(spans)))
    wide = float(np.median(spans[zone : 2 * zone]))
    narrow = np.flatnonzero(spans[:zone] < END_NARROW * wide)
    if len(narrow) == 0 or narrow[-1] < 2 * SUDDEN:
        return 0
    edge = int(narrow[-1])
    thing = float(np.median(spans[:edge])) < END_THING * wide
    sudden = spans[edge + SUDDEN // 2] > END_JUMP * spans[edge - SUDDEN // 2]
    return edge + SUDDEN // 2 if thing and sudden and spans[edge + SUDDEN] > END_WIDE * wide else 0


def _hood_roots(both: tuple[Half, Half], hood: Hood, chest: float) -> tuple[F64, F64] | None:
    """Where hood and shoulders meet on both halves (outwards, down), or None."""
    left, right = (_hood_root(half, hood, chest) for half in both)
    if left is None or right is None or abs(left[1] - right[1]) > 0.5 * chest:
        return None
    widths = [_width_above(half, root[1]) for half, root in zip(both, (left, right), strict=True)]
    return (left, right) if np.mean(widths) > hood.width * chest else None


def _hood_root(half: Half, hood: Hood, chest: float) -> F64 | None:
    path, turn, near = half.path, half.turn, half.reach // 2
    if path[0, 1] > HOOD_DIP * chest:
        return None
    for k in range(near, len(path) - near):
        out, down = path[k] / chest
        if out > 1.0 or down > 2.0:
            return None
        concave = turn[k] < -hood.turn and turn[k] <= turn[k - near : k + near + 1].min()
        if concave and down > hood.height and out > hood.out:
            return np.asarray(path[k], np.float64)
    return None


def _width_above(half: Half, root: float) -> float:
    """How far out the contour lies half-way up to the top [frame pixels]."""
    return float(half.path[np.argmin(np.abs(half.path[: len(half.path) // 2, 1] - root / 2)), 0])


def _like(outline: Outline, mask: Bool) -> Outline:
    return outline_of(mask, frame_from_photo=outline.frame_from_photo, angle_deg=outline.angle_deg)
