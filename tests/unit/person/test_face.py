from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from fashion_models.errors import PlanError
from fashion_models.person.body import Body, BodyShape, build_body
from fashion_models.person.eyes import EYE_COLOURS, eye_placement
from fashion_models.person.face import face_pieces
from fashion_models.person.head import fit_sphere
from fashion_models.person.model import Gender, Measurements, Person
from fashion_models.person.surface import skin_mesh
from fashion_models.studio.model import Role, Strands, Surface

SIZE = Measurements(height=170, bust=90, waist=72, hip=98, source="given")
PERSON = Person(
    identity=5,
    gender=Gender.FEMALE,
    age=30,
    tone=4,
    ethnicity=(("european", 1.0),),
    measurements=SIZE,
    hair="bob",
    hair_colour="brown",
    eyes="blue",
)

SHAPES = (
    BodyShape(phenotypes=(("gender", 1.0),)),
    BodyShape(phenotypes=(("african", 1.0), ("asian", 0.0), ("caucasian", 0.0), ("gender", 0.0))),
    BodyShape(local=(("l-eye-scale-incr", 0.5), ("r-eye-scale-incr", 0.5)), phenotypes=(("gender", 0.5),)),
)


@pytest.fixture(scope="module", params=range(len(SHAPES)))
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(SHAPES[request.param])


@pytest.mark.parametrize("side", ["l", "r"])
def test_eyeballs_lie_within_the_lids(body: Body, side: str) -> None:
    posed = body.pose({})
    centre, radius, gaze = eye_placement(posed, side)
    skin = (skin_mesh().points(posed.vertices) - centre) @ gaze
    distance = np.linalg.norm(skin, axis=1)
    angle = np.degrees(np.arccos(-skin[:, 1] / distance))
    sector = (np.degrees(np.arctan2(skin[:, 2], skin[:, 0])) // 45).astype(int)
    near = (angle < 80) & (distance < 1.4 * radius)
    gaps = [np.abs(distance[near & (sector == s)] - radius).min() for s in np.unique(sector)]
    assert len(gaps) == 8
    assert max(gaps) < 0.0015  # the lids touch the eyeball all round
    assert angle[near].min() > 4  # and leave the pupil free


def test_eyes_look_where_the_head_looks(body: Body) -> None:
    turn = np.radians(25)
    matrix = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    gaze = eye_placement(body.pose({"head": matrix}), "l")[2] @ [0.0, -1.0, 0.0]
    assert np.allclose(gaze, matrix @ [0.0, -1.0, 0.0], atol=1e-9)


def test_brows_stand_on_the_skin_above_the_eyes(body: Body) -> None:
    posed = body.pose({})
    brows = next(p for p in face_pieces(PERSON, body, posed) if p.name == "brows")
    assert isinstance(brows, Strands)
    distance, _ = cKDTree(skin_mesh().points(posed.vertices)).query(brows.points[:, 0])
    assert distance.max() < 0.004
    assert brows.points[:, 0, 2].min() > eye_placement(posed, "l")[0][2]


def test_face_has_two_eyes_brows_and_lashes(body: Body) -> None:
    pieces = face_pieces(PERSON, body, body.pose({}))
    assert [p.name for p in pieces] == ["eye-l", "eye-r", "brows", "lashes"]
    assert [p.role for p in pieces] == [Role.EYES, Role.EYES, Role.HAIR, Role.HAIR]


def test_white_of_the_eye_is_duller_on_dark_skin(body: Body) -> None:
    posed = body.pose({})

    def white(tone: int) -> float:
        eye = face_pieces(replace(PERSON, tone=tone), body, posed)[0]
        assert isinstance(eye, Surface)
        return float(np.asarray(eye.material.colour)[110].mean())

    assert white(10) < 0.8 * white(1)


def test_unknown_eye_colour_names_the_colours(body: Body) -> None:
    with pytest.raises(PlanError, match="unknown eye colour 'violet'; known are dark, brown"):
        face_pieces(replace(PERSON, eyes="violet"), body, body.pose({}))
    assert "grey" in EYE_COLOURS


def test_sphere_is_found_from_points_on_it() -> None:
    directions = np.random.default_rng(1).normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    centre, radius = fit_sphere(np.array([1.0, -2.0, 0.5]) + 0.3 * directions)
    assert np.allclose(centre, [1.0, -2.0, 0.5])
    assert radius == pytest.approx(0.3)
