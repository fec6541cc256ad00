"""For the picture: a smoother mesh and hems with a thickness.

Source: Loop, Smooth Subdivision Surfaces Based on Triangles, 1987.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F64, I64, Bool
from fashion_models.drape.graph import averaging, smoothed

#: Passes that take a corner out of the edge of an opening.
_FAIRING = 6


@dataclass(frozen=True, eq=False)
class ClothMesh:
    """A cloth with its texture coordinates.

    Attributes:
        points: Cloth vertices [m], shape (N, 3).
        triangles: Shape (M, 3).
        uv: Texture coordinates of the split vertices, shape (R, 2).
        uv_triangles: The same triangles as split vertices, shape (M, 3).
        welded: Cloth vertex of each split vertex, shape (R,).
    """

    points: F64
    triangles: I64
    uv: F64
    uv_triangles: I64
    welded: I64

    @property
    def edges(self) -> I64:
        """Edges, each once, shape (E, 2)."""
        return _edges(self.triangles)[0]

    @property
    def averaging(self) -> Any:
        """Neighbour averaging (N, N)."""
        return averaging(self.edges, len(self.points))

    def moved(self, points: F64) -> ClothMesh:
        """The same mesh elsewhere."""
        return ClothMesh(points, self.triangles, self.uv, self.uv_triangles, self.welded)

    def normals(self) -> F64:
        """Unit normals weighted by area, smooth across seams, shape (N, 3)."""
        corner = self.points[self.triangles]
        face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        total = np.zeros_like(self.points)
        for k in range(3):
            np.add.at(total, self.triangles[:, k], face)
        return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def _edges(triangles: I64) -> tuple[I64, I64, I64]:
    """Edges (E, 2), the edge of each triangle side (M, 3), and how many triangles share it (E,)."""
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, index, count = np.unique(sides, axis=0, return_inverse=True, return_counts=True)
    return edges, index.reshape(-1, 3), count


def _split(triangles: I64, side: I64, count: int) -> I64:
    """Each triangle in four; new vertices are numbered after the ``count`` old ones by their edge."""
    a, b, c = triangles.T
    ab, bc, ca = (side + count).T
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([np.stack(part, axis=1) for part in parts])


def subdivide(mesh: ClothMesh) -> ClothMesh:
    """One step of Loop subdivision; openings become smooth curves, texture coordinates stay linear."""
    n = len(mesh.points)
    edges, side, count = _edges(mesh.triangles)
    border = count == 1
    ends = mesh.points[edges]
    opposite = np.zeros((len(edges), 3))
    for k in range(3):
        np.add.at(opposite, side[:, k], mesh.points[mesh.triangles[:, (k + 2) % 3]])
    new = np.where(border[:, None], ends.mean(axis=1), 0.375 * ends.sum(axis=1) + 0.125 * opposite)
    old = _even_vertices(mesh.points, edges, border)
    uv_edges, uv_side, _ = _edges(mesh.uv_triangles)
    uv = np.vstack([mesh.uv, mesh.uv[uv_edges].mean(axis=1)])
    middle = np.zeros(len(uv_edges), np.int64)
    middle[uv_side.ravel()] = side.ravel() + n
    return ClothMesh(
        points=np.vstack([old, new]),
        triangles=_split(mesh.triangles, side, n),
        uv=uv,
        uv_triangles=_split(mesh.uv_triangles, uv_side, len(mesh.uv)),
        welded=np.r_[mesh.welded, middle],
    )


def _even_vertices(points: F64, edges: I64, border: Bool) -> F64:
    """Loop's rule for the old vertices."""
    n = len(points)
    valence = np.maximum(np.bincount(edges.ravel(), minlength=n), 3)
    beta = (0.625 - (0.375 + 0.25 * np.cos(2 * np.pi / valence)) ** 2)[:, None]
    inner = (1 - beta) * points + beta * (averaging(edges, n) @ points)
    rim = edges[border]
    on_rim = np.zeros(n, bool)
    on_rim[rim.ravel()] = True
    along = 0.75 * points + 0.25 * (averaging(rim, n) @ points)
    return np.asarray(np.where(on_rim[:, None], along, inner))


def round_rim(mesh: ClothMesh, rim: Bool, reach_m: float) -> ClothMesh:
    """Fair the edge of an opening: a hem is folded and sewn, and makes no sharp corner where seams end.

    Args:
        mesh: The cloth.
        rim: Vertices on the opening, its sewn ends not needed, shape (N,).
        reach_m: How far into the cloth the change fades out [m].
    """
    from scipy.spatial import cKDTree

    edges, _, count = _edges(mesh.triangles)
    loop = edges[(count == 1) & rim[edges].any(axis=1)]
    if len(loop) == 0:
        return mesh
    on = np.unique(loop)
    move = smoothed(averaging(loop, len(mesh.points)), mesh.points, _FAIRING, 0.5)[on] - mesh.points[on]
    distance, nearest = cKDTree(mesh.points[on]).query(mesh.points, k=4)
    weight = np.clip(1.0 - distance / reach_m, 0.0, 1.0) ** 2
    weight *= weight[:, :1] / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    spread = (weight[..., None] * move[nearest]).sum(axis=1)
    spread[on] = move
    return mesh.moved(mesh.points + spread)


def fold_hems(mesh: ClothMesh, thickness_m: float, depth_m: float) -> ClothMesh:
    """Turn the cloth in at its openings, so that an edge shows a thickness instead of a paper rim.

    Args:
        mesh: The cloth.
        thickness_m: Distance between cloth and fold [m].
        depth_m: Width of the fold [m].

    Returns:
        The cloth with two more rings of vertices at each opening.
    """
    edges, side, count = _edges(mesh.triangles)
    rim = np.unique(edges[count == 1])
    lies = count[side] == 1
    rows, k = np.nonzero(lies)
    inward = _inward(mesh, rows, k)[rim]
    normal = mesh.normals()[rim]
    under = mesh.points[rim] - thickness_m * normal + 0.25 * thickness_m * inward
    inner = mesh.points[rim] - thickness_m * normal + depth_m * inward
    n, m, r = len(mesh.points), len(rim), len(mesh.uv)
    place = np.full(n, -1)
    place[rim] = np.arange(m)
    uv_rim = np.unique(np.r_[mesh.uv_triangles[rows, k], mesh.uv_triangles[rows, (k + 1) % 3]])
    uv_place = np.full(r, -1)
    uv_place[uv_rim] = np.arange(len(uv_rim))
    tri, uv_tri = [mesh.triangles], [mesh.uv_triangles]
    a, b = mesh.triangles[rows, k], mesh.triangles[rows, (k + 1) % 3]
    ua, ub = mesh.uv_triangles[rows, k], mesh.uv_triangles[rows, (k + 1) % 3]
    rings = [(a, b), (n + place[a], n + place[b]), (n + m + place[a], n + m + place[b])]
    q = len(uv_rim)
    uv_rings = [(ua, ub), (r + uv_place[ua], r + uv_place[ub]), (r + q + uv_place[ua], r + q + uv_place[ub])]
    for (p0, p1), (q0, q1) in itertools.pairwise(rings):
        tri += [np.stack([p1, p0, q0], axis=1), np.stack([p1, q0, q1], axis=1)]
    for (p0, p1), (q0, q1) in itertools.pairwise(uv_rings):
        uv_tri += [np.stack([p1, p0, q0], axis=1), np.stack([p1, q0, q1], axis=1)]
    ring_of = place[mesh.welded[uv_rim]]
    return ClothMesh(
        points=np.vstack([mesh.points, under, inner]),
        triangles=np.vstack(tri),
        uv=np.vstack([mesh.uv, mesh.uv[uv_rim], mesh.uv[uv_rim]]),
        uv_triangles=np.vstack(uv_tri),
        welded=np.r_[mesh.welded, n + ring_of, n + m + ring_of],
    )


def _inward(mesh: ClothMesh, rows: I64, k: I64) -> F64:
    """Unit direction from each rim vertex into the cloth, shape (N, 3)."""
    a, b, c = (mesh.triangles[rows, (k + i) % 3] for i in range(3))
    along = mesh.points[b] - mesh.points[a]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    into = mesh.points[c] - mesh.points[a]
    into -= (into * along).sum(axis=1, keepdims=True) * along
    total = np.zeros_like(mesh.points)
    np.add.at(total, a, into)
    np.add.at(total, b, into)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))
