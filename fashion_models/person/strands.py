"""Roots of hairs on the skin and the look of hair: `sample_roots`, `place_roots`, `hair_material`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I64
from fashion_models.mesh import facets, unit
from fashion_models.person.body import PosedBody
from fashion_models.person.head import reference_head
from fashion_models.person.surface import skin_mesh
from fashion_models.studio.model import Material

#: Hair density at points (N, 3) with normals (N, 3) in head coordinates → (N,), 0..1.
Density = Callable[[F64, F64], F64]


@dataclass(frozen=True, eq=False)
class Roots:
    """Where hairs grow, hung on triangles of the skin so that they follow every face and expression.

    Attributes:
        corners: Points of the skin at each root's triangle, shape (N, 3).
        shares: Barycentric coordinates, shape (N, 3).
        place: Root in head coordinates of the reference head, shape (N, 3).
    """

    corners: I64
    shares: F64
    place: F64

    def __len__(self) -> int:
        return len(self.place)

    def only(self, chosen: np.ndarray[tuple[int], np.dtype[np.bool_ | np.integer]]) -> Roots:
        """The chosen roots."""
        return Roots(self.corners[chosen], self.shares[chosen], self.place[chosen])


@dataclass(frozen=True, eq=False)
class PlacedRoots:
    """Roots on a posed person.

    Attributes:
        points: World positions [m], shape (N, 3).
        normals: Unit skin normals, shape (N, 3).
        frames: Linear maps from the reference head to the world (skin stretch included), shape (N, 3, 3).
    """

    points: F64
    normals: F64
    frames: F64

    def along_skin(self, directions: F64) -> F64:
        """Unit world directions in the skin's plane for directions (N, 3) on the reference head."""
        world = np.einsum("nij,nj->ni", self.frames, directions)
        world -= self.normals * (world * self.normals).sum(axis=1, keepdims=True)
        return unit(world)


def sample_roots(density: Density, count: int, seed: int) -> Roots:
    """Spread ``count`` roots over the reference head in proportion to a density.

    Args:
        density: See `Density`; it may be sharp, roots are thinned by its value at the root itself.
        count: How many roots (fewer where the density is almost nowhere above 0).
        seed: Same seed, same roots.

    Returns:
        The roots.
    """
    head = reference_head()
    faces = facets(head.points, head.triangles)
    areas = np.linalg.norm(faces, axis=1) / 2
    at_corners = _at_corners(density)
    weight = areas * at_corners
    random = np.random.default_rng(seed)
    tries = random.choice(len(weight), size=3 * count, p=weight / weight.sum())
    shares = random.dirichlet([1.0, 1.0, 1.0], size=len(tries))
    place = np.einsum("nk,nkd->nd", shares, head.points[head.triangles[tries]])
    luck = random.random(len(tries)) * at_corners[tries]
    kept = np.zeros(0, np.int64)
    for part in np.array_split(np.arange(len(tries)), 6):
        if len(kept) < count:
            here = density(place[part], unit(faces[tries[part]]))
            kept = np.concatenate([kept, part[luck[part] < here]])
    kept = kept[:count]
    return Roots(head.triangles[tries[kept]].astype(np.int64), shares[kept], place[kept])


@functools.lru_cache(maxsize=4)
def _at_corners(density: Density) -> F64:
    """The highest density at the corners of every triangle of the reference head."""
    head = reference_head()
    return np.asarray(density(head.points, head.normals)[head.triangles].max(axis=1), np.float64)


def place_roots(roots: Roots, posed: PosedBody) -> PlacedRoots:
    """Carry roots from the reference head to a posed person."""
    mesh, head = skin_mesh(), reference_head()
    points = mesh.points(posed.vertices)
    normals = mesh.normals(points)
    there = _frames(points[roots.corners])
    here = _frames(head.points[roots.corners])
    return PlacedRoots(
        points=np.einsum("nk,nkd->nd", roots.shares, points[roots.corners]),
        normals=unit(np.einsum("nk,nkd->nd", roots.shares, normals[roots.corners])),
        frames=there @ np.linalg.inv(here),
    )


def _frames(corners: F64) -> F64:
    """Two edges and the unit normal of triangles (N, 3, 3) as columns."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.stack([first, second, unit(np.cross(first, second))], axis=-1)


def hair_material(colour: Sequence[float] | F64) -> Material:
    """The look of hair of a linear RGB colour: a soft highlight, stronger on dark hair."""
    rgb = np.asarray(colour, np.float32)
    return Material(colour=rgb, roughness=0.40, specular=0.5)
