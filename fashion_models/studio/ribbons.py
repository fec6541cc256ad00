"""Strands as ribbons that face the camera, no finer than the picture can show: `as_ribbons`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64, I32
from fashion_models.mesh import unit
from fashion_models.studio.model import Camera, Strands, Surface

#: Strands are thinned until what is left is about this wide [px]; the rest grow to cover the same.
_WIDTH_PX = 0.5
#: Share of the direction to the camera in the normals at a ribbon's edges.
_TURNED = 0.6
#: No strand grows wider than this many times its own width, and fewer than this many strands are all kept.
_WIDEST, _FEW = 7.0, 700
#: How far a strand with fewer points may lie from the whole one at its points [px].
_DEVIATION_PX = 1.5


def as_ribbons(strands: Strands, camera: Camera) -> Surface:
    """Turn strands into triangles.

    Args:
        strands: The strands.
        camera: What they will be seen through.

    Returns:
        A ribbon along every strand that is kept, with the normals of a round one. Triangles are traced much
        faster than curves, and every shape of a scene is then of one kind.
    """
    points, radii = _thinned(strands.points, strands.radii, camera.pixel_m)
    between = np.interp(np.arange(2 * len(radii) - 1) / 2, np.arange(len(radii)), radii)
    points, radii = _straightened(_curved(points), between, camera.pixel_m)
    towards = unit(np.array(camera.origin) - points)
    side = unit(np.cross(np.gradient(points, axis=1), towards))
    vertices = np.stack([points - radii[:, None] * side, points + radii[:, None] * side], axis=2)
    normals = np.stack([_TURNED * towards - side, _TURNED * towards + side], axis=2)
    return Surface(
        name=strands.name,
        role=strands.role,
        vertices=vertices.reshape(-1, 3),
        triangles=_triangles(*points.shape[:2]),
        normals=unit(normals.reshape(-1, 3)),
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


def _triangles(n: int, k: int) -> I32:
    index = np.arange(2 * n * k, dtype=np.int32).reshape(n, k, 2)
    a, b, c, d = index[:, :-1, 0], index[:, 1:, 0], index[:, 1:, 1], index[:, :-1, 1]
    return np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], -2).reshape(-1, 3)
