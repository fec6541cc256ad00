"""Smiles: closed, seen in the face alone, and no other person's."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.basis import basis
from fashion_models.person.body import Body, template
from fashion_models.person.expression import EXPRESSIONS, facial_actions
from fashion_models.person.head import painted_points, reference_head
from fashion_models.person.identity import make_person, traits
from fashion_models.person.solve import solve_body
from fashion_models.person.surface import skin_mesh


@functools.cache
def face(expression: str, identity: int = 5) -> Body:
    return solve_body(make_person(identity=identity, expression=expression))


def lips(expression: str) -> np.ndarray:
    """Places of the lips' points, in order [m]."""
    points = skin_mesh().points(face(expression).rest)
    return points[painted_points("lips") > 0]


def corners_above_middle(expression: str) -> float:
    """How far the corners of the mouth lie above the middle of the lips [m]."""
    here = lips(expression)
    aside = np.abs(here[:, 0] - here[:, 0].mean())
    return float(here[aside > 0.9 * aside.max(), 2].mean() - here[aside < 0.15 * aside.max(), 2].mean())


def eye_opening(expression: str) -> float:
    """Mean height of the left eye's lid opening, from the lashes of both lids [m]."""
    vertices, groups = face(expression).rest, template().groups
    upper, lower = (vertices[groups[f"helper-l-eyelashes-{k}"], 2].mean() for k in (1, 2))
    return float(abs(upper - lower))


def test_mouth_corners_rise_with_each_step_of_a_smile() -> None:
    neutral, slight, smile = (corners_above_middle(name) for name in EXPRESSIONS)
    assert neutral + 0.0005 < slight < smile - 0.0005


def test_eyes_narrow_with_a_smile_and_stay_open() -> None:
    neutral, slight, smile = (eye_opening(name) for name in EXPRESSIONS)
    assert smile < slight < neutral
    assert smile > 0.5 * neutral


def test_mouth_stays_closed_in_every_expression() -> None:
    head = reference_head().points[painted_points("lips") > 0]
    middle = np.abs(head[:, 0]) < 0.004
    heights = [np.ptp(lips(name)[middle, 2]) for name in EXPRESSIONS]
    assert max(heights) < heights[0] + 0.002  # an opening would set the lips apart
    for name in EXPRESSIONS:
        assert not {"jawOpen", "mouthUpperUpLeft", "mouthLowerDownLeft"} & set(
            facial_actions(name, np.random.default_rng(1))
        )


def test_a_smile_changes_nothing_below_the_neck() -> None:
    neutral, smile = face("neutral"), face("smile")
    low = neutral.rest[:, 2] < neutral.head("neck01")[2]
    moved = np.linalg.norm(smile.rest - neutral.rest, axis=1)
    assert moved[low].max() < 0.001
    assert moved.max() > 0.003


def test_a_smiling_person_is_still_nearer_to_herself_than_to_another() -> None:
    own = np.linalg.norm(face("smile").rest - face("neutral").rest, axis=1)
    head = template().groups["body"]
    head = head[face("neutral").rest[head, 2] > face("neutral").head("head")[2]]

    def shape(body: Body) -> np.ndarray:
        return body.rest[head] - body.rest[head].mean(axis=0)

    other = np.linalg.norm(shape(face("neutral", 6)) - shape(face("neutral")), axis=1)
    assert own[head].mean() < 0.5 * other.mean()


def test_expressions_name_facial_actions_of_the_body_model_within_their_range() -> None:
    for name in EXPRESSIONS:
        actions = traits(make_person(identity=2, expression=name)).expression
        assert set(actions) <= set(basis().expressions)
        assert all(0 <= strength <= 1 for strength in actions.values())


def test_an_unknown_expression_names_the_known() -> None:
    with pytest.raises(PlanError, match="'grin' is unknown; known: neutral, slight-smile, smile"):
        make_person(expression="grin")
