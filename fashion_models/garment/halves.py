"""The two halves of an outline in one set of coordinates, and the corners of a tube's open end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I64
from fashion_models.garment.contour import arc, support, turning
from fashion_models.garment.model import Outline
from fashion_models.garment.outline import mirror_axis

#: The reach of a turn, as a share of the square root of the garment's area.
REACH = 0.055


@dataclass(frozen=True, kw_only=True, eq=False)
class Half:
    """One half of the contour, from the top of the mirror line to its bottom, as if it were the right half.

    Attributes:
        path: (outwards, down) from the mirror line and the garment's top [frame pixels], shape (N, 2).
        index: Place of each point in the contour, shape (N,).
        turn: Turning angle [radians], shape (N,); negative where concave.
        reach: Points on either side over which a turn is measured.
        width: Width of the whole garment [frame pixels].
        height: Height of the whole garment [frame pixels].
    """

    path: F64
    index: I64
    turn: F64
    reach: int
    width: float
    height: float


def halves(outline: Outline, *, bottom: int | None = None) -> tuple[Half, Half]:
    """Left and right half of an outline, both in right-hand coordinates.

    Args:
        outline: The garment's outline.
        bottom: Contour index where the halves part below; None takes the lowest crossing of the mirror line.
    """
    contour = outline.contour
    _, axis = mirror_axis(outline.mask)
    low, high = contour.min(axis=0), contour.max(axis=0)
    offset = contour[:, 0] - axis
    crossing = np.flatnonzero((offset < 0) != (np.roll(offset, -1) < 0))
    top = int(crossing[np.argmin(contour[crossing, 1])])
    below = int(crossing[np.argmax(contour[crossing, 1])]) if bottom is None else bottom
    reach = max(6, round(REACH * float(np.sqrt(outline.mask.sum()))))
    width, height = (high - low).tolist()

    def half(index: I64, side: int) -> Half:
        path = (contour[index] - [axis, low[1]]) * [side, 1]
        turn = turning(path, reach)
        return Half(path=path, index=index, turn=turn, reach=reach, width=width, height=height)

    count = len(contour)
    return half(arc(count, below, top)[::-1], -1), half(arc(count, top, below), 1)


def end_corners(path: F64, places: I64, base: F64) -> tuple[int, int]:
    """Outer and inner corner of a tube's open end: support points across the tube's own direction.

    Args:
        path: Half contour, shape (N, 2).
        places: Where on the path the tube lies.
        base: Middle of the tube's other end.
    """
    points = path[places] - base
    distance = np.linalg.norm(points, axis=1)
    direction = points[distance > 0.8 * distance.max()].mean(axis=0)
    first = second = 0
    for _ in range(3):
        direction = direction / (np.linalg.norm(direction) + 1e-9)
        across = np.array(
            [direction[1], -direction[0]]
        )  # outwards where the tube hangs, up where it is spread
        outer, inner = direction + 0.8 * across, direction - 0.8 * across
        first, second = support(points, (outer[0], outer[1])), support(points, (inner[0], inner[1]))
        direction = (points[first] + points[second]) / 2
    return int(places[first]), int(places[second])
