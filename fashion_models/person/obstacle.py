"""What hair may not enter: head, shoulders and the draped garment, as points with outward normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64, I32, I64, Bool
from fashion_models.mesh import unit, vertex_normals
from fashion_models.person.body import PosedBody
from fashion_models.person.head import HeadFrame, reference_head
from fashion_models.person.surface import skin_mesh

Cloth = tuple[F64, I32]

_REACH = 0.06


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Surface samples in head coordinates.

    Attributes:
        points: Shape (N, 3) [reference m].
        normals: Unit and outward, shape (N, 3).
        thickness: How much of a layer of hair lies over each point: little over the ears, shape (N,).
        tree: Over the points.
    """

    points: F64
    normals: F64
    thickness: F64
    tree: cKDTree

    @classmethod
    def of(cls, posed: PosedBody, frame: HeadFrame, cloth: Cloth | None) -> Obstacle:
        """The posed skin near the head (ears: their outer side only) and the garment.

        Args:
            posed: The body.
            frame: Its head frame.
            cloth: Vertices (N, 3) [m] and triangles (M, 3) facing out, or None.

        Returns:
            The obstacle.
        """
        mesh, head = skin_mesh(), reference_head()
        world = mesh.points(posed.vertices)
        points, normals = frame.to_head(world), frame.turn_back(mesh.normals(world))
        near = (points[:, 2] > -0.62) & (np.abs(points[:, 0]) < 0.32) & (head.points[:, 2] > -0.75)
        outer = normals[:, 0] * np.sign(points[:, 0]) > 0.25
        near &= (head.ears < 0.5) | outer
        parts: list[tuple[F64, ...]] = [
            (points[near], normals[near], np.asarray(1 - 0.9 * (head.ears[near] > 0.5), np.float64))
        ]
        if cloth is not None:
            samples = _cloth_samples(cloth, frame)
            if len(samples[0]):  # a skirt does not reach up to where hair falls
                bare = ~_covered(parts[0][0], samples[0], samples[1])
                parts = [tuple(column[bare] for column in parts[0]), samples]
        places, outwards, thickness = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(places, outwards, thickness, cKDTree(places))

    def height(self, places: F64) -> tuple[F64, F64]:
        """Height (N,) of places (N, 3) above the nearest surface (infinite far away) and normal (N, 3)."""
        above, index = self._above(places)
        return above, self.normals[index]

    def lifted(self, places: F64, clearance: F64 | float) -> F64:
        """Places (N, 3) moved out to at least ``clearance`` [reference m] above the surface."""
        above, index = self._above(places)
        push = np.clip(clearance * self.thickness[index] - above, 0, _REACH)
        return places + push[:, None] * self.normals[index]

    def _above(self, places: F64) -> tuple[F64, I64]:
        distance, index = self.tree.query(places, distance_upper_bound=_REACH, workers=-1)
        found = np.isfinite(distance)
        index = np.where(found, index, 0)
        above = ((places - self.points[index]) * self.normals[index]).sum(axis=1)
        return np.where(found, above, np.inf), index


def _cloth_samples(cloth: Cloth, frame: HeadFrame) -> tuple[F64, F64, F64]:
    """Vertices and triangle centres of the upper garment with smooth outward normals."""
    vertices, triangles = frame.to_head(cloth[0]), cloth[1]
    high = vertices[triangles, 2].max(axis=1) > -0.62
    triangles = triangles[high]
    normals = vertex_normals(vertices, triangles)
    used = np.unique(triangles)
    middles = (vertices[triangles].mean(axis=1), unit(normals[triangles].mean(axis=1)))
    places = np.concatenate([vertices[used], middles[0]])
    return places, np.concatenate([normals[used], middles[1]]), np.ones(len(places))


def _covered(skin: F64, cloth: F64, outwards: F64) -> Bool:
    """True where the garment lies over the skin: hair must come to rest on the cloth, not under it."""
    distance, index = cKDTree(cloth).query(skin, distance_upper_bound=0.04)
    found = np.isfinite(distance)
    index = np.where(found, index, 0)
    under = ((skin - cloth[index]) * outwards[index]).sum(axis=1) < 0
    return np.asarray(found & under)
