"""Unit vectors, and the normals of triangle meshes: `unit`, `facets`, `vertex_normals`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64, I32, I64


def unit(vectors: F64) -> F64:
    """Vectors (..., D) at length 1; zero stays zero."""
    length: F64 = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(length, 1e-12)


def facets(points: F64, triangles: I32 | I64) -> F64:
    """Normals of triangles, as long as twice their area, shape (M, 3)."""
    corners = points[triangles]
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def vertex_normals(points: F64, triangles: I32 | I64) -> F64:
    """Unit normals of a mesh's points, weighted by triangle area; zero where no triangle is, shape (N, 3)."""
    faces, total = facets(points, triangles), np.zeros(points.shape)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], faces)
    return unit(total)


def open_edges(vertices: F64, triangles: I32) -> I64:
    """Edges of one triangle only, vertices at the same place counted as one, (E, 2)."""
    place = np.round(vertices * 1e5).astype(np.int64) @ np.array([1, 2**21, 2**42])
    _, first, same = np.unique(place, return_index=True, return_inverse=True)
    sides = np.sort(same[triangles][:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    code, count = np.unique(sides[:, 0] * len(first) + sides[:, 1], return_counts=True)
    once = code[count == 1]
    ends: I64 = first[np.stack([once // len(first), once % len(first)], axis=1)]
    return ends
