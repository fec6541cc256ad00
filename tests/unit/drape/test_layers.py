from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from fashion_models.drape.layers import layered, together
from fashion_models.drape.model import Drape
from fashion_models.person.body import Body, PosedBody
from fashion_models.person.surface import skin_mesh


@pytest.fixture(scope="module")
def posed(body: Body) -> PosedBody:
    return body.pose({})


def shell(posed: PosedBody, low: float, high: float, off: float) -> Drape:
    """Cloth at a distance from the trunk between two heights [m]."""
    mesh = skin_mesh()
    skin = mesh.points(posed.vertices)
    floor = skin[:, 2].min()
    middle = skin[mesh.point_triangles].mean(axis=1) - [0, 0, floor]
    inside = (middle[:, 2] > low) & (middle[:, 2] < high) & (np.abs(middle[:, 0]) < 0.2)
    used, packed = np.unique(mesh.point_triangles[inside], return_inverse=True)
    normals = mesh.normals(skin)[used]
    return Drape(
        vertices=skin[used] + off * normals,
        normals=normals,
        triangles=packed.reshape(-1, 3).astype(np.int32),
        uv=np.zeros((len(used), 2)),
        torn=np.zeros(int(inside.sum()), bool),
        figures={"penetration": off},
        timings_s={"drape": 1.0},
    )


def test_trousers_go_under_a_top_and_stay_as_they_are_elsewhere(posed: PosedBody) -> None:
    top, trousers = shell(posed, 0.95, 1.3, 0.008), shell(posed, 0.7, 1.1, 0.012)
    top, below = layered(top, trousers, posed)
    distance, nearest = cKDTree(top.vertices).query(below.vertices)
    over = distance < 0.02
    depth = ((below.vertices - top.vertices[nearest]) * top.normals[nearest]).sum(axis=1)[over]
    assert over.sum() > 200
    assert np.quantile(depth, 0.99) < -0.001
    far = cKDTree(top.vertices).query(trousers.vertices)[0] > 0.12
    assert far.any() and np.array_equal(below.vertices[far], trousers.vertices[far])


def test_what_is_pulled_in_stays_outside_the_skin(posed: PosedBody) -> None:
    trousers = shell(posed, 0.7, 1.1, 0.006)
    below = layered(shell(posed, 0.95, 1.3, 0.002), trousers, posed)[1]
    skin = skin_mesh().points(posed.vertices)
    _, nearest = cKDTree(skin).query(below.vertices)
    above = ((below.vertices - skin[nearest]) * skin_mesh().normals(skin)[nearest]).sum(axis=1)
    moved = (below.vertices != trousers.vertices).any(axis=1)
    assert moved.sum() > 200
    assert np.quantile(above[moved], 0.02) > 0.0005  # in a crease of the body both sides push


def test_under_an_open_jacket_the_top_stays_as_it_fell_and_the_jacket_gives_way(posed: PosedBody) -> None:
    jacket, top = shell(posed, 0.95, 1.3, 0.008), shell(posed, 0.9, 1.25, 0.012)
    lifted, below = layered(jacket, top, posed, tucked=False)
    assert np.array_equal(below.vertices, top.vertices)
    distance, nearest = cKDTree(top.vertices).query(lifted.vertices)
    height = ((lifted.vertices - top.vertices[nearest]) * top.normals[nearest]).sum(axis=1)
    assert np.quantile(height[distance < 0.02], 0.02) > 0.001


def test_cloth_that_still_sticks_out_near_the_jackets_edge_is_left_out(posed: PosedBody) -> None:
    jacket, top = shell(posed, 0.95, 1.3, 0.008), shell(posed, 0.9, 1.3, 0.004)
    height = top.vertices[:, 2] - top.vertices[:, 2].min() + 0.9
    spike = int(np.argmin(np.abs(height - 0.98) + np.abs(top.vertices[:, 0])))
    vertices = top.vertices.copy()
    vertices[spike] += 0.03 * top.normals[spike]
    below = layered(jacket, replace(top, vertices=vertices), posed, tucked=False)[1]
    assert (top.triangles == spike).any()
    assert not (below.triangles == spike).any()


def test_cloth_that_sticks_out_between_the_jackets_vertices_is_left_out(posed: PosedBody) -> None:
    jacket, top = shell(posed, 0.95, 1.3, 0.008), shell(posed, 0.9, 1.3, 0.004)
    corners = top.vertices[top.triangles]
    size = np.linalg.norm(corners - corners.mean(axis=1, keepdims=True), axis=2).min(axis=1)
    height = corners.mean(axis=1)[:, 2] - top.vertices[:, 2].min() + 0.9
    wide = int(np.argmax(np.where(np.abs(height - 0.98) < 0.015, size, 0.0)))
    assert size[wide] > 0.006
    spike = int(top.triangles[wide, 0])
    vertices = top.vertices.copy()
    vertices[spike] = corners[wide].mean(axis=0) + 0.03 * top.normals[spike]
    below = layered(jacket, replace(top, vertices=vertices), posed, tucked=False)[1]
    assert not (below.triangles == spike).any()


def test_two_drapes_become_one_cloth_with_the_worse_of_their_figures(posed: PosedBody) -> None:
    top, trousers = shell(posed, 0.95, 1.3, 0.008), shell(posed, 0.7, 1.1, 0.012)
    both = together(top, trousers)
    assert len(both.vertices) == len(top.vertices) + len(trousers.vertices) == len(both.uv)
    part = both.triangles[len(top.triangles) :]
    assert np.array_equal(both.vertices[part], trousers.vertices[trousers.triangles])
    assert both.figures == {"penetration": 0.012}
