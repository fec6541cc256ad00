"""The two halves of an outline in one set of coordinates, and the corners of a tube's open end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I64
from fashion_models.garment.contour import arc, turning
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


def end_corners(half: Half, places: I64, base: F64, mouth: float, *, sleeve: bool) -> tuple[int, int] | None:
    """Outer and inner corner of a tube's open end, or None where no two corners can be an end.

    Of all pairs of convex corners the sharpest is taken that lies far out, square to the tube and no wider
    than its root.

    Args:
        half: The half contour.
        places: Where on its path the tube lies, from its outer to its inner root.
        base: Middle of the tube's root.
        mouth: Width of the tube's root [frame pixels].
        sleeve: The outer corner is not the shoulder, and the inner one may be the armpit itself where the
            sleeve hides its own underside.
    """
    path, turn, near = half.path, half.turn, half.reach // 2
    far = float(np.linalg.norm(path[places] - base, axis=1).max())
    corners = [
        int(k) for k in places if turn[k] > 0.35 and turn[k] >= turn[max(0, k - near) : k + near + 1].max()
    ]

    def score(outer: int, inner: int) -> float:
        end, middle = path[inner] - path[outer], (path[outer] + path[inner]) / 2 - base
        width, length = float(np.linalg.norm(end)), float(np.linalg.norm(middle))
        skew = abs(float(end @ middle)) / (width * length + 1e-9)
        sharp = min(turn[outer], 1.5) + (min(turn[inner], 1.5) if inner != places[-1] else 0.4)
        narrow, wide = max(0.0, 0.25 - width / mouth), max(0.0, width / mouth - 1.0)
        return float(sharp + 3.0 * length / far - 2.0 * skew - 4 * narrow - 3 * wide)

    apart = 0.3 * mouth if sleeve else 0.0
    inner_corners = [*corners, int(places[-1])] if sleeve else corners
    pairs = [
        (outer, inner)
        for outer in corners
        for inner in inner_corners
        if inner - outer > near and np.linalg.norm(path[outer] - path[places[0]]) > apart
    ]
    return max(pairs, key=lambda pair: score(*pair)) if pairs else None
