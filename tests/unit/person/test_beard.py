"""Beards grow where men's do, out of lips and skin, and darken it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.errors import PlanError
from fashion_models.person.beard import BEARDS, beard_density, beard_strands
from fashion_models.person.body import Body, BodyShape, build_body
from fashion_models.person.hair import hair_pieces
from fashion_models.person.head import HeadFrame, painted_points, reference_head
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender, Person
from fashion_models.person.skin import Complexion
from fashion_models.person.surface import skin_mesh
from fashion_models.studio.model import Strands


@pytest.fixture(scope="module")
def body() -> Body:
    return build_body(BodyShape(phenotypes=(("gender", 0.0),)))


@functools.cache
def man(beard: str | None = None, hair: str = "bald") -> Person:
    return make_person(identity=4, gender=Gender.MALE, beard=beard, hair=hair, hair_colour="brown")


def strands_of(beard: str, body: Body) -> F64:
    posed = body.pose({})
    return beard_strands(man(beard), posed, HeadFrame.of(posed), None)


def test_a_beard_covers_chin_jaw_and_lip_and_leaves_mouth_cheek_and_throat_bare() -> None:
    head = reference_head()
    spots = np.array(
        [
            [0.0, -0.028, -0.108],  # chin
            [0.045, 0.02, -0.088],  # jaw
            [0.012, -0.034, -0.060],  # moustache
            [0.042, -0.01, -0.036],  # cheek
            [0.0, -0.05, -0.030],  # nose
            [0.0, 0.02, -0.160],  # throat
        ]
    )
    _, near = cKDTree(head.points[np.unique(head.triangles)]).query(spots)
    near = np.unique(head.triangles)[near]
    density = beard_density(head.points[near], head.normals[near])
    assert (density > 0.5).tolist() == [True, True, True, False, False, False]
    lips = painted_points("lips") > 0
    assert beard_density(head.points[lips], head.normals[lips]).max() == 0


@pytest.mark.parametrize("beard", ["short", "full"])
def test_no_beard_hair_runs_through_lips_or_skin(beard: str, body: Body) -> None:
    points = skin_mesh().points(body.pose({}).vertices)
    normals = skin_mesh().normals(points)
    hairs = strands_of(beard, body)[::4].reshape(-1, 3)
    outer = painted_points("inside-mouth", least=40) < 0.5
    _, near = cKDTree(points[outer]).query(hairs)
    height = ((hairs - points[outer][near]) * normals[outer][near]).sum(axis=1)
    assert np.quantile(height, 0.005) > -0.001


def test_a_full_beard_is_longer_than_a_short_one(body: Body) -> None:
    def longest(beard: str) -> float:
        steps = np.linalg.norm(np.diff(strands_of(beard, body), axis=1), axis=2)
        return float(np.quantile(steps.sum(axis=1), 0.95)) if len(steps) else 0.0

    assert BEARDS == ("none", "stubble", "short", "full")
    assert longest("stubble") == 0  # a shade on the skin
    assert 0.004 < longest("short") < 0.5 * longest("full")


def test_a_beard_does_not_run_through_cloth_below_the_chin(body: Body) -> None:
    posed = body.pose({})
    frame, shelf = HeadFrame.of(posed), -0.125
    x, y = np.meshgrid(np.linspace(-0.08, 0.08, 81), np.linspace(-0.12, -0.005, 58), indexing="ij")
    corner = np.arange(x.size).reshape(x.shape)
    a, b, c, d = (k.ravel() for k in (corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]))
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    cloth = (frame.to_world(np.stack([x.ravel(), y.ravel(), np.full(x.size, shelf)], axis=1)), triangles)

    def below(worn: tuple[F64, np.ndarray] | None) -> int:
        hairs = frame.to_head(beard_strands(man("full"), posed, frame, worn)).reshape(-1, 3)
        over = (np.abs(hairs[:, 0]) < 0.07) & (hairs[:, 1] < -0.012)
        return int((hairs[over, 2] < shelf - 0.0005).sum())

    assert below(None) > 500
    assert below(cloth) == 0


def test_a_shaved_and_bald_head_has_no_strands_and_a_beard_comes_in_tints(body: Body) -> None:
    posed = body.pose({})
    assert hair_pieces(man("none"), posed, cloth=None) == []
    pieces = hair_pieces(man("short"), posed, cloth=None)
    assert [p.name for p in pieces] == ["beard-0", "beard-1", "beard-2"]
    assert all(isinstance(p, Strands) and len(p.points) > 1000 for p in pieces)


def test_skin_under_a_beard_is_darker_the_fuller_it_is() -> None:
    shades = [Complexion.of(man(beard)).beard for beard in BEARDS]
    assert shades == sorted(shades) and shades[0] < 0.5 * shades[1]
    assert max(shades) <= 1


def test_men_have_stubble_unless_asked_and_women_none() -> None:
    assert make_person(identity=4, gender=Gender.MALE).beard == "stubble"
    assert make_person(identity=4, gender=Gender.FEMALE).beard == "none"


def test_a_beard_for_a_woman_or_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(PlanError, match="beard 'full' is for men"):
        make_person(gender=Gender.FEMALE, beard="full")
    with pytest.raises(PlanError, match="'goatee' is unknown; known: none, stubble, short, full"):
        make_person(gender=Gender.MALE, beard="goatee")
