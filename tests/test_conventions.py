"""The conventions of `fashion_models.arrays`, one test each."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.colour import linear_from_srgb, srgb_from_linear
from fashion_models.person.body import BodyShape, PosedBody, build_body, template
from fashion_models.studio.camera import frame_person, project
from fashion_models.studio.model import Material, Role, Surface


@pytest.fixture(scope="module")
def posed() -> PosedBody:
    return build_body(BodyShape()).pose({})


def test_convention_metres_z_up_feet_on_the_floor(posed: PosedBody) -> None:
    skin = posed.vertices[template().groups["body"]]
    assert skin[:, 2].min() == pytest.approx(0, abs=1e-9)
    assert 1.4 < skin[:, 2].max() < 2.1


def test_convention_the_person_faces_minus_y(posed: PosedBody) -> None:
    eyes = posed.vertices[template().groups["helper-l-eye"]].mean(axis=0)
    assert eyes[1] < posed.head("head")[1]
    assert posed.head("toe2-1.L")[1] < posed.head("foot.L")[1]


def test_convention_x_points_to_the_persons_left(posed: PosedBody) -> None:
    assert posed.head("wrist.L")[0] > 0 > posed.head("wrist.R")[0]


def test_convention_the_left_hand_is_on_the_right_of_a_front_picture(posed: PosedBody) -> None:
    t = template()
    skin = Surface(
        name="skin",
        role=Role.SKIN,
        vertices=posed.vertices,
        triangles=t.skin_triangles,
        normals=np.zeros_like(posed.vertices),
        material=Material(colour=np.ones(3, np.float32)),
    )
    hands = np.stack([posed.head("wrist.L"), posed.head("wrist.R")])
    for view, order in (("front", 1), ("back", -1)):
        camera = frame_person(posed, [skin], framing="full", view=view, width=200, height=300)
        (left, right), _ = project(camera, hands)
        assert (left[0] - right[0]) * order > 0
        assert 0 < left[1] < 300


def test_convention_pictures_are_display_encoded_and_come_back() -> None:
    every = np.arange(256, dtype=np.uint8)
    back = np.round(srgb_from_linear(linear_from_srgb(every)) * 255).astype(np.uint8)
    np.testing.assert_array_equal(back, every)
    assert linear_from_srgb(np.array([188], np.uint8))[0] == pytest.approx(0.5, abs=0.01)
