from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.mesh import facets, unit, vertex_normals

CORNERS = np.array([[0.0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0], [1, 1, 3], [9, 9, 9]])
PYRAMID = np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]])


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_unit_vectors_have_length_one_and_their_direction(vector: list[float]) -> None:
    given_vector = np.array(vector)
    length = np.linalg.norm(given_vector)
    made = unit(given_vector)
    if length > 1e-6:
        assert np.linalg.norm(made) == pytest.approx(1)
        assert made * length == pytest.approx(given_vector, rel=1e-9, abs=1e-9)
    assert not unit(np.zeros((2, 3))).any()


def test_facets_are_as_long_as_twice_the_area_and_follow_the_turn() -> None:
    faces = facets(CORNERS, np.array([[0, 1, 2], [0, 2, 1]]))
    assert faces.tolist() == [[0, 0, 4], [0, 0, -4]]


def test_normals_stand_outwards_and_are_zero_where_no_triangle_is() -> None:
    normals = vertex_normals(CORNERS, PYRAMID)
    assert normals[4] == pytest.approx([0, 0, 1])
    assert (normals[:4, :2] * (CORNERS[:4, :2] - 1) > 0).all()
    assert not normals[5].any()
