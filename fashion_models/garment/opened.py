"""A front that is worn open: `cut_open`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fashion_models.arrays import F64, I32, I64, Bool

if TYPE_CHECKING:
    from fashion_models.garment.pattern import Pattern

#: Name of the opening that both edges of an open front border.
FRONT = "front"
#: The two edges of the cut are told apart by so much in the flat [m].
_APART_M = 0.001
#: A point this close to the line, as a share of its length, lies on it.
_ON_LINE = 1e-6


def cut_open(pattern: Pattern, line: F64) -> Pattern:
    """Cut the front panel apart along a line of its points.

    Args:
        pattern: An upper garment, sewn.
        line: Ends of the cut at neck and hem in atlas coordinates, shape (2, 2); the panel has points on it.

    Returns:
        The pattern with each point on the line doubled, once for each half of the front; both border the
        opening 'front', and their flat positions lie a hair to their own side.
    """
    corners = pattern.uv[pattern.rest_triangles]
    in_front = corners[..., 0].max(axis=1) <= 0.5
    along, off = _beside(pattern.uv, line)
    on = (np.abs(off) < _ON_LINE) & (along > -_ON_LINE) & (along < 1 + _ON_LINE) & (pattern.uv[:, 0] <= 0.5)
    left = in_front & (_beside(corners.mean(axis=1), line)[1] < 0)  # the wearer's left, the picture's right
    doubled = np.flatnonzero(on)
    cloth = pattern.welded[doubled].astype(np.int64)
    rest_triangles = _renamed(pattern.rest_triangles, left, doubled, len(pattern.rest))
    triangles = _renamed(pattern.triangles, left, cloth, len(pattern.flat))
    flat = np.vstack([pattern.flat, pattern.flat[cloth] + [_APART_M, 0.0]])
    flat[cloth, 0] -= _APART_M
    opening = np.array(pattern.opening, dtype="<U16")
    opening[cloth] = FRONT
    welded = np.r_[pattern.welded, len(pattern.flat) + np.arange(len(cloth))]
    return replace(
        pattern,
        rest=np.vstack([pattern.rest, pattern.rest[doubled]]),
        rest_triangles=rest_triangles.astype(np.int32),
        triangles=triangles.astype(np.int32),
        welded=welded.astype(np.int32),
        uv=np.vstack([pattern.uv, pattern.uv[doubled]]),
        flat=flat,
        back=np.r_[pattern.back, pattern.back[cloth]],
        seam=np.r_[pattern.seam, pattern.seam[cloth]],
        opening=(*(str(name) for name in opening), *(FRONT for _ in cloth)),
        sleeves={side: np.r_[inside, inside[cloth]] for side, inside in pattern.sleeves.items()},
    )


def _beside(points: F64, line: F64) -> tuple[F64, F64]:
    """Place along a line (0 to 1) and distance to its right as it is walked, as shares of its length."""
    way = line[1] - line[0]
    to = points - line[0]
    squared = float(way @ way)
    return to @ way / squared, (to[:, 0] * way[1] - to[:, 1] * way[0]) / squared


def _renamed(triangles: I32, chosen: Bool, old: I64, first: int) -> I64:
    """Triangles of which the chosen ones use new points ``first``, ``first`` + 1, … instead of old ones."""
    new = np.arange(max(first, int(triangles.max()) + 1))
    new[old] = first + np.arange(len(old))
    return np.where(chosen[:, None], new[triangles], triangles)
