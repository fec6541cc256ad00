"""Strands as thin three-sided tubes, no finer than the picture can show: `as_tubes`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64
from fashion_models.studio.model import Strands, Surface

_SIDES = 3
#: Strands are thinned until what is left is about this wide [px]; the rest grow to cover the same.
_WIDTH_PX = 0.5
#: No strand grows wider than this many times its own width, and fewer than this many strands are all kept.
_WIDEST, _FEW = 7.0, 700
#: How far a strand with fewer points may lie from the whole one at its points [px].
_DEVIATION_PX = 1.5


def as_tubes(strands: Strands, pixel_m: float) -> Surface:
    """Turn strands into triangles.

    Args:
        strands: The strands.
        pixel_m: Size of a pixel where the strands are [m].

    Returns:
        Triangles round every strand that is kept, with smooth normals. They are traced several times faster
        than curves, and every shape of a scene is then of one kind.
    """
    points, radii = _thinned(strands.points, strands.radii, pixel_m)
    points, radii = _straightened(
        _curved(points), np.interp(np.arange(2 * len(radii) - 1) / 2, np.arange(len(radii)), radii), pixel_m
    )
    along = np.gradient(points, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-12)
    across = _across(along)
    normals = _ring(across, np.cross(along, across))
    vertices = points[:, :, None] + radii[:, None, None] * normals
    return Surface(
        name=strands.name,
        role=strands.role,
        vertices=vertices.reshape(-1, 3),
        triangles=_triangles(*points.shape[:2]),
        normals=normals.reshape(-1, 3),
        material=strands.material,
    )


def _thinned(points: F64, radii: F64, pixel_m: float) -> tuple[F64, F64]:
    """Every n-th strand, wider by as much."""
    width = 2 * float(np.mean(radii))
    wider = float(np.clip(_WIDTH_PX * pixel_m / width, 1.0, _WIDEST))
    count = max(round(len(points) / wider), min(_FEW, len(points)))
    kept = np.linspace(0, len(points) - 1, count).round().astype(int)
    return points[kept], np.broadcast_to(radii, points.shape[1]) * (len(points) / count)


def _curved(points: F64) -> F64:
    """The cubic B-spline of control points (n, k, 3), at and between its knots, (n, 2k − 1, 3)."""
    ends = points[:, :1], points[:, -1:]
    p = np.concatenate([2 * ends[0] - points[:, 1:2], points, 2 * ends[1] - points[:, -2:-1]], axis=1)
    curve = np.empty((len(points), 2 * points.shape[1] - 1, 3))
    curve[:, ::2] = (p[:, :-2] + 4 * p[:, 1:-1] + p[:, 2:]) / 6
    curve[:, 1::2] = (p[:, :-3] + 23 * p[:, 1:-2] + 23 * p[:, 2:-1] + p[:, 3:]) / 48
    return curve


def _straightened(points: F64, radii: F64, pixel_m: float) -> tuple[F64, F64]:
    """The same strands with a half, a quarter … of their points, as long as that shows little difference."""
    while points.shape[1] >= 7 and points.shape[1] % 2:
        middle = (points[:, :-2:2] + points[:, 2::2]) / 2
        deviation = np.linalg.norm(middle - points[:, 1:-1:2], axis=2)
        if np.percentile(deviation, 90) > _DEVIATION_PX * pixel_m:
            break
        points, radii = points[:, ::2], radii[::2]
    return points, radii


def _across(along: F64) -> F64:
    """Unit vectors square to the strands that turn as little as they can, (n, k, 3)."""
    first = along[:, 0]
    start = np.where(np.abs(first[:, 2:]) < 0.8, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    across = np.empty_like(along)
    for i in range(along.shape[1]):
        start = start - along[:, i] * (start * along[:, i]).sum(axis=1, keepdims=True)
        start = start / np.maximum(np.linalg.norm(start, axis=1, keepdims=True), 1e-12)
        across[:, i] = start
    return across


def _ring(u: F64, v: F64) -> F64:
    """Directions of a tube's sides, (n, k, sides, 3)."""
    turn = np.arange(_SIDES) * 2 * np.pi / _SIDES
    ring: F64 = np.cos(turn)[:, None] * u[:, :, None] + np.sin(turn)[:, None] * v[:, :, None]
    return ring


def _triangles(n: int, k: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    index = np.arange(n * k * _SIDES, dtype=np.int32).reshape(n, k, _SIDES)
    a, b = index[:, :-1], index[:, 1:]
    c, d = np.roll(a, -1, axis=2), np.roll(b, -1, axis=2)
    return np.stack([np.stack([a, b, c], -1), np.stack([c, b, d], -1)], -2).reshape(-1, 3)
