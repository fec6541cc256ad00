"""Smooth surfaces over the body's vertices."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.person.body import VERTICES, BodyShape, build_body, template
from fashion_models.person.surface import QuadMesh, base_groups, skin_mesh, subdivide

CUBE = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]], dtype=np.int32
)
CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=np.float64)


def on_body(points: np.ndarray) -> np.ndarray:
    vertices = np.zeros((VERTICES, 3))
    vertices[: len(points)] = points
    return vertices


def cube() -> QuadMesh:
    return QuadMesh(CUBE, CUBE, CORNERS[:, :2].copy())


def test_cube_corner_moves_where_catmull_and_clark_say() -> None:
    points = subdivide(cube()).points(on_body(CORNERS))
    # (F + 2R + (n − 3)P) / n with n = 3 at the origin: F = 1/3, R = 1/6 in each coordinate
    assert points[0] == pytest.approx([2 / 9, 2 / 9, 2 / 9])
    assert len(points) == 8 + 12 + 6


def test_open_border_stays_a_curve_of_the_border() -> None:
    quad = np.array([[0, 1, 2, 3]], dtype=np.int32)
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=np.float64)
    points = subdivide(QuadMesh(quad, quad, square[:, :2].copy())).points(on_body(square))
    assert points[0] == pytest.approx([0.125, 0.125, 0])  # half the corner, a quarter of each edge middle
    assert points[4:8] == pytest.approx(np.array([[0.5, 0, 0], [0, 0.5, 0], [1, 0.5, 0], [0.5, 1, 0]]))


def test_rows_sum_to_one_so_that_a_shifted_body_gives_a_shifted_surface() -> None:
    assert np.asarray(skin_mesh().operator.sum(axis=1)) == pytest.approx(1.0)


def test_skin_normals_are_unit_and_point_outwards() -> None:
    points, normals = skin_mesh().split(build_body(BodyShape()).rest)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0)
    crown = points[:, 2].argmax()
    assert normals[crown, 2] > 0.9


def test_texture_seams_do_not_open_the_surface() -> None:
    surface = skin_mesh()
    points, normals = surface.split(build_body(BodyShape()).rest, 0.002)
    twins = np.flatnonzero(np.diff(np.sort(surface.point_of_vertex)) == 0)
    assert len(twins) > 500
    order = np.argsort(surface.point_of_vertex, kind="stable")
    assert np.array_equal(points[order][twins], points[order][twins + 1])
    assert np.array_equal(normals[order][twins], normals[order][twins + 1])


def test_skin_leaves_out_eyes_and_helpers() -> None:
    used = np.unique(skin_mesh().operator.indices)
    assert np.isin(used, template().groups["body"]).all()


def test_helper_groups_can_be_built() -> None:
    tights = subdivide(base_groups()["helper-tights"])
    assert np.isin(np.unique(tights.operator.indices), template().groups["helper-tights"]).all()
    assert len(tights.triangles) == 8 * len(base_groups()["helper-tights"].quads)
