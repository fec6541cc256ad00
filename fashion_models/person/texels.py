"""Which place of the skin every texel shows: `texels`, so that rules written in space have no seams."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, I32, I64
from fashion_models.cache import Arrays, remember
from fashion_models.mesh import unit
from fashion_models.person.body import BodyShape, build_body
from fashion_models.person.surface import skin_mesh

#: Side of the skin's textures [px].
SIZE = 2048


@dataclass(frozen=True, eq=False)
class Texels:
    """The plain reference body's skin spread out over its texture; row 0 is v = 1.

    Attributes:
        positions: Place on the identity-pose reference body [m], shape (SIZE, SIZE, 3); texels that no
            triangle covers have that of the nearest one that is.
        normals: Unit normals there, shape (SIZE, SIZE, 3).
        covered: True where a triangle is, shape (SIZE, SIZE).
    """

    positions: F32
    normals: F32
    covered: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@functools.cache
def texels() -> Texels:
    """The places; built once and kept in the cache."""
    a = remember("texels", ["reference body", SIZE, 1], _build)
    return Texels(a["positions"], a["normals"], a["covered"])


def _build() -> Arrays:
    mesh = skin_mesh()
    points = mesh.points(build_body(BodyShape()).rest)
    values = np.concatenate([points, mesh.normals(points)], axis=1)[mesh.point_of_vertex]
    corners = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)[mesh.triangles] * SIZE - 0.5
    spread, covered = rasterise(corners, values[mesh.triangles], SIZE)
    normals = unit(spread[..., 3:].astype(np.float64))
    return {"positions": spread[..., :3], "normals": normals.astype(np.float32), "covered": covered}


def rasterise(
    corners: F64, values: F64, size: int
) -> tuple[F32, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Interpolate corner values over triangles.

    Args:
        corners: Pixel coordinates (column, row), centres at integers, shape (M, 3, 2).
        values: What the corners have, shape (M, 3, D).
        size: Side of the picture [px].

    Returns:
        The picture, filled from the nearest covered pixel where there is none, (size, size, D), and where
        it is covered.
    """
    picture = np.zeros((size, size, values.shape[2]), np.float32)
    covered = np.zeros((size, size), bool)
    low = np.floor(corners.min(axis=1)).astype(np.int64)
    reach = (np.ceil(corners.max(axis=1)).astype(np.int64) - low + 1).max(axis=1)
    for first, last in ((0, 6), (6, 10), (10, 16), (16, 32), (32, 64), (64, size)):
        chosen = np.flatnonzero((reach > first) & (reach <= last))
        for part in np.array_split(chosen, 1 + len(chosen) * min(last, 128) ** 2 // 2_000_000):
            if len(part):
                texel, triangle, shares = texels_inside(
                    corners[part], low[part], int(reach[part].max()), size
                )
                picture[texel[:, 1], texel[:, 0]] = np.einsum("nk,nkd->nd", shares, values[part][triangle])
                covered[texel[:, 1], texel[:, 0]] = True
    nearest = ndimage.distance_transform_edt(~covered, return_distances=False, return_indices=True)
    return picture[tuple(nearest)], covered


def texels_inside(
    corners: F64, low: I64, reach: int, size: int, *, slack: float = 1e-6
) -> tuple[I64, I64, F64]:
    """Texels within triangles, each sought in its own square.

    Args:
        corners: Pixel coordinates (column, row), centres at integers, shape (M, 3, 2).
        low: Upper left texel of each square, shape (M, 2).
        reach: Side of the squares [px].
        size: Side of the picture [px].
        slack: How far outside a triangle still counts, as a share of it.

    Returns:
        Texels (column, row) of shape (N, 2), the triangle of each (N,) and its corners' shares (N, 3).
    """
    steps = np.arange(reach)
    texel = low[:, None, None, :] + np.stack(np.meshgrid(steps, steps), axis=-1)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    area = np.where(np.abs(area) < 1e-12, 1e-12, area)[:, None, None]
    gap = texel - corners[:, 0][:, None, None]
    b = (gap[..., 0] * second[:, 1, None, None] - gap[..., 1] * second[:, 0, None, None]) / area
    c = (gap[..., 1] * first[:, 0, None, None] - gap[..., 0] * first[:, 1, None, None]) / area
    shares = np.stack([1 - b - c, b, c], axis=-1)
    within = (shares > -slack).all(axis=-1) & (texel >= 0).all(axis=-1) & (texel < size).all(axis=-1)
    return texel[within], np.nonzero(within)[0], shares[within]


def texel_of(uv: F64 | F32) -> tuple[I32, I32]:
    """Row and column of the texel at texture coordinates (N, 2), v up."""
    column = np.clip((uv[..., 0] * SIZE).astype(np.int32), 0, SIZE - 1)
    row = np.clip(((1 - uv[..., 1]) * SIZE).astype(np.int32), 0, SIZE - 1)
    return row, column
