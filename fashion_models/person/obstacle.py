"""What hair may not enter: head, shoulders and the draped garment, as points with outward normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64, I32
from fashion_models.person.body import PosedBody
from fashion_models.person.head import HeadFrame, reference_head
from fashion_models.person.strands import unit
from fashion_models.person.surface import skin_mesh

Cloth = tuple[F64, I32]

_REACH = 0.06


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Surface samples in head coordinates.

    Attributes:
        points: Shape (N, 3) [reference m].
        normals: Unit and outward, shape (N, 3).
        tree: Over the points.
    """

    points: F64
    normals: F64
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
        parts = [(points[near], normals[near])]
        if cloth is not None:
            parts.append(_cloth_samples(cloth, frame))
        all_points = np.concatenate([p for p, _ in parts])
        return cls(all_points, np.concatenate([n for _, n in parts]), cKDTree(all_points))

    def height(self, places: F64) -> tuple[F64, F64]:
        """Height (N,) of places (N, 3) above the nearest surface (infinite far away) and normal (N, 3)."""
        distance, index = self.tree.query(places, distance_upper_bound=_REACH)
        found = np.isfinite(distance)
        index = np.where(found, index, 0)
        normal = self.normals[index]
        above = ((places - self.points[index]) * normal).sum(axis=1)
        return np.where(found, above, np.inf), normal

    def lifted(self, places: F64, clearance: F64 | float) -> F64:
        """Places (N, 3) moved out to at least ``clearance`` [reference m] above the surface."""
        above, normal = self.height(places)
        push = np.clip(clearance - above, 0, _REACH)
        return places + push[:, None] * normal


def _cloth_samples(cloth: Cloth, frame: HeadFrame) -> tuple[F64, F64]:
    """Vertices and triangle centres of the upper garment with smooth outward normals."""
    vertices, triangles = frame.to_head(cloth[0]), cloth[1]
    high = vertices[triangles, 2].max(axis=1) > -0.62
    triangles = triangles[high]
    corners = vertices[triangles]
    facets = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], facets)
    normals = unit(total)
    used = np.unique(triangles)
    middles = (corners.mean(axis=1), unit(normals[triangles].mean(axis=1)))
    return np.concatenate([vertices[used], middles[0]]), np.concatenate([normals[used], middles[1]])
