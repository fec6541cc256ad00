"""Where hair grows on the head: hairline, density and the map that darkens the skin under hair."""

from __future__ import annotations

import functools

import numpy as np

from fashion_models.arrays import F32, F64, I64
from fashion_models.cache import remember
from fashion_models.mesh import unit
from fashion_models.person.head import noise, reference_head
from fashion_models.person.surface import skin_mesh
from fashion_models.person.texels import texels_inside

#: Middle of the skull in head coordinates [m]; hairlines are drawn as directions from here.
SKULL = np.array([0.0, 0.088, 0.020])

#: Hairline as (azimuth, elevation) in degrees, from the forehead over temple, sideburn and ear to the nape.
HAIRLINE = np.array(
    [
        (0, 24.5), (12, 25.5), (24, 28.5), (33, 30.0), (40, 27.5), (46, 21.0), (50, 13.0), (54, 4.0),
        (59, -5.0), (63, -15.0), (66.0, -25.0), (69, -27.0), (71, -13.0), (76, -8.0), (84, -8.0),
        (91, -12.0), (96, -24.0), (100, -38.0), (108, -50.0), (122, -57.0), (145, -60.0), (180, -61.0),
    ]
)  # fmt: skip

_HEAD_RADIUS = 0.10
_NAPE = -0.080


def inside_hairline(places: F64) -> F64:
    """Distance inside the hairline, negative outside.

    Args:
        places: Head coordinates, shape (N, 3).

    Returns:
        Metres along the scalp, shape (N,); a few per cent off away from the line.
    """
    here = _chart(unit(places - SKULL))
    here[:, 0] = np.abs(here[:, 0])
    line = _line()
    start, end = line[:-1], line[1:]
    way = end - start
    along = ((here[:, None] - start) * way).sum(axis=2) / (way**2).sum(axis=1)
    foot = start + np.clip(along, 0, 1)[..., None] * way
    distance = np.linalg.norm(here[:, None] - foot, axis=2).min(axis=1)
    azimuth = np.degrees(np.arctan2(here[:, 0], here[:, 1]))
    limit = np.interp(azimuth, *_reach())
    inside = _HEAD_RADIUS * np.where(np.hypot(here[:, 0], here[:, 1]) < limit, distance, -distance)
    level: F64 = np.minimum(inside, places[:, 2] - _NAPE)
    return level


def scalp_density(places: F64, *, soft: float = 0.009) -> F64:
    """How densely hair grows, 0..1.

    Args:
        places: Head coordinates, shape (N, 3).
        soft: Width over which the hairline fades in [m].

    Returns:
        Shape (N,); 0 on the ears and below the nape.
    """
    inside = inside_hairline(places)
    inside = inside + 0.0018 * noise(places, 260, 1) + 0.0014 * noise(places, 70, 2)
    return np.clip(inside / soft, 0, 1) * (places[:, 2] > -0.10) * (np.abs(places[:, 0]) < 0.115)


def off_ears(places: F64, density: F64) -> F64:
    """The density with the ears (nearest surface point on an ear) set to 0."""
    from scipy.spatial import cKDTree

    head = reference_head()
    near = np.flatnonzero((np.abs(head.points[:, 0]) > 0.05) & (np.abs(head.points[:, 2]) < 0.08))
    side = (density > 0) & (np.abs(places[:, 0]) > 0.055) & (places[:, 2] < 0.02)
    out = density.copy()
    if side.any():
        _, index = cKDTree(head.points[near]).query(places[side])
        out[side] *= 1 - head.ears[near[index]]
    return out


def _chart(directions: F64) -> F64:
    """Azimuthal equidistant chart round the crown: x left, y to the front; the radius is the polar angle."""
    polar = np.arccos(np.clip(directions[:, 2], -1, 1))
    flat = directions[:, [0, 1]] * [1.0, -1.0]
    return polar[:, None] * unit(flat)


@functools.cache
def _line() -> F64:
    """The hairline of the left half in the chart, shape (L, 2)."""
    azimuth, polar = np.radians(HAIRLINE[:, 0]), np.radians(90 - HAIRLINE[:, 1])
    line: F64 = polar[:, None] * np.stack([np.sin(azimuth), np.cos(azimuth)], axis=1)
    return line


def _reach() -> tuple[F64, F64]:
    """Azimuths [degrees] and the polar angle the hairline has there."""
    return HAIRLINE[:, 0], np.radians(90 - HAIRLINE[:, 1])


@functools.cache
def scalp_map() -> F32:
    """Hair density over the skin's texture, for darkening the skin between the roots.

    Returns:
        0..1, shape (2048, 2048), row 0 at v = 1. Read only.
    """

    def build() -> dict[str, F32]:
        return {"map": _rasterise(2048)}

    image: F32 = remember("scalp-map", [HAIRLINE, _NAPE], build)["map"]
    image.setflags(write=False)
    return image


def _rasterise(size: int) -> F32:
    """Density in every texel that a triangle of the head covers."""
    from scipy import ndimage

    mesh, head = skin_mesh(), reference_head()
    places = head.points[mesh.point_of_vertex]
    high = (places[mesh.triangles, 2].min(axis=1) > -0.105) & (
        np.abs(places[mesh.triangles, 0]).max(axis=1) < 0.12
    )
    triangles = mesh.triangles[high]
    corners = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)[triangles] * size - 0.5
    image = np.zeros((size, size), np.float32)
    low = np.floor(corners.min(axis=1)).astype(np.int64)
    span = np.ceil(corners.max(axis=1)).astype(int) - low + 1
    reach = span.max(axis=1)
    for first, last in ((0, 8), (8, 16), (16, 32), (32, 64), (64, size)):
        chosen = np.flatnonzero((reach > first) & (reach <= last))
        for part in np.array_split(chosen, max(1, len(chosen) * min(last, 96) ** 2 // 4_000_000)):
            if len(part):
                _paint(image, corners[part], places[triangles[part]], low[part], int(reach[part].max()))
    filled: F32 = np.maximum(image, ndimage.grey_dilation(image, size=(3, 3)) * (image == 0)).astype(
        np.float32
    )
    return filled


def _paint(image: F32, corners: F64, places: F64, low: I64, reach: int) -> None:
    """Write the density of some triangles, each into its own square of ``reach`` texels."""
    texel, triangle, shares = texels_inside(corners, low, reach, len(image), slack=1e-3)
    points = np.einsum("nk,nkd->nd", shares, places[triangle])
    image[texel[:, 1], texel[:, 0]] = off_ears(points, scalp_density(points))
