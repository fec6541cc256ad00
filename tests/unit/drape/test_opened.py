from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fashion_models.arrays import F64
from fashion_models.drape.dress import dress
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.pattern import Pattern, make_pattern
from fashion_models.person.body import Body

SIZE = GarmentSize(cm={}, source="prior+body", metres_per_px=0.005, width_factor=1.0)


@pytest.fixture(scope="module")
def closed(garments: dict[str, Garment], body: Body) -> Pattern:
    return make_pattern(garments["tee"], SIZE, body)


@pytest.fixture(scope="module")
def opened(garments: dict[str, Garment], body: Body) -> Pattern:
    return make_pattern(garments["tee"], SIZE, body, open_front=True)


def area(pattern: Pattern) -> F64:
    a, b, c = (pattern.rest[pattern.rest_triangles[:, k]] for k in range(3))
    u, v = b - a, c - a
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2


def front(pattern: Pattern) -> np.ndarray:
    """Cloth vertices of the front's triangles, seams left out."""
    inner = ~(pattern.back | pattern.seam)
    return pattern.triangles[inner[pattern.triangles].all(axis=1)]


def pieces(triangles: np.ndarray) -> int:
    used, packed = np.unique(triangles, return_inverse=True)
    packed = packed.reshape(-1, 3)
    edges = np.concatenate([packed[:, [0, 1]], packed[:, [1, 2]]])
    graph = coo_matrix((np.ones(len(edges)), edges.T), shape=(len(used),) * 2)
    return int(connected_components(graph, directed=False)[0])


def test_an_open_front_is_two_halves_and_a_closed_one_is_one(closed: Pattern, opened: Pattern) -> None:
    assert pieces(front(closed)) == 1
    assert pieces(front(opened)) == 2


def test_no_cloth_is_lost_by_the_cut(closed: Pattern, opened: Pattern) -> None:
    assert area(opened).min() > 0
    assert area(opened).sum() == pytest.approx(area(closed).sum(), rel=0.002)


def test_both_edges_have_the_same_length_and_show_the_same_photo(opened: Pattern) -> None:
    edge = np.flatnonzero(opened.borders("front"))
    left, right = edge[opened.flat[edge, 0] > 0], edge[opened.flat[edge, 0] < 0]
    assert len(left) == len(right) > 10
    assert np.allclose(np.sort(opened.flat[left, 1]), np.sort(opened.flat[right, 1]))
    uv = {int(cloth): uv for cloth, uv in zip(opened.welded, opened.uv, strict=True)}
    texture = [np.sort([uv[int(v)][1] for v in side]) for side in (left, right)]
    assert np.allclose(*texture)


def test_the_halves_are_drawn_to_their_own_sides_before_the_cloth_falls(opened: Pattern, body: Body) -> None:
    start, edge = dress(opened, body).start, opened.borders("front")
    wearers_left = opened.flat[:, 0] > 0
    assert start[edge & wearers_left, 0].min() > 0.03
    assert start[edge & ~wearers_left, 0].max() < -0.03
