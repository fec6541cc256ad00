"""What stands beside the person."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender
from fashion_models.person.sizes import parse_size
from fashion_models.person.skin import skin_piece
from fashion_models.person.solve import solve_body
from fashion_models.pose.library import pose_rotations
from fashion_models.studio.model import Role
from fashion_models.studio.props import seat


@pytest.mark.parametrize("size", ["XS", "5XL"])
def test_the_seat_reaches_from_the_floor_to_the_body_on_it(size: str) -> None:
    person = make_person(gender=Gender.FEMALE, measurements=parse_size(size, Gender.FEMALE))
    body = solve_body(person)
    posed = body.pose(pose_rotations(body, "sitting"))
    skin = skin_piece(person, posed)
    cube = seat(posed, [skin])
    low, high = cube.vertices.min(axis=0), cube.vertices.max(axis=0)
    above = skin.vertices[
        np.all((skin.vertices[:, :2] > low[:2]) & (skin.vertices[:, :2] < high[:2]), axis=1)
    ]
    assert low[2] == pytest.approx(skin.vertices[:, 2].min())
    assert 0.0 < high[2] - above[:, 2].min() < 0.02, "the body hovers or sinks in"
    assert high[2] - low[2] > 0.4


def test_the_seat_is_a_closed_box_with_sides_that_face_outwards() -> None:
    body = solve_body(make_person(identity=1))
    posed = body.pose(pose_rotations(body, "sitting"))
    cube = seat(posed, [skin_piece(make_person(identity=1), posed)])
    corners = cube.vertices[cube.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    outwards = corners.mean(axis=1) - cube.vertices.mean(axis=0)
    assert (np.einsum("ij,ij->i", facing, outwards) > 0).all()
    assert np.einsum("ij,ij->i", facing, cube.normals[cube.triangles[:, 0]]).min() > 0
    assert cube.role is Role.PROP
