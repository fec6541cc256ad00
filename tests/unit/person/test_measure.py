"""Girths of a body."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_models.person.body import BodyShape, build_body, template
from fashion_models.person.measure import arm_share, levels, measure, section, stature, tape


def woman(**phenotypes: float) -> np.ndarray:
    return build_body(BodyShape(phenotypes=tuple(sorted((phenotypes | {"gender": 1.0}).items())))).rest


@settings(max_examples=20, deadline=None)
@given(st.floats(0.8, 1.3), st.floats(-1, 1))
def test_girths_scale_with_the_body_and_do_not_mind_where_it_stands(scale: float, shift: float) -> None:
    plain, moved = measure(woman()), measure(woman() * scale + shift)
    for name in ("height", "bust", "waist", "hip"):
        assert getattr(moved, name) == pytest.approx(scale * getattr(plain, name), rel=2e-3)


def test_tape_is_the_hull_of_the_slice() -> None:
    at = levels(woman())
    points = section(woman(), at.waist)
    seen = points - points.mean(axis=0)
    loop = points[np.argsort(np.arctan2(seen[:, 1], seen[:, 0]))]
    skin = np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1).sum()
    assert 0.96 * skin < tape(woman(), at.waist) <= skin  # a tape spans the hollow of the back


def test_arms_do_not_enter_the_bust_girth() -> None:
    body = woman()
    fat = body.copy()
    fat[arm_share() > 0.9] *= [1.5, 1.5, 1.0]
    assert measure(fat).bust == measure(body).bust


def test_levels_stand_in_the_order_of_a_body() -> None:
    for weight in (0.0, 0.5, 1.2):
        at = levels(woman(weight=weight))
        assert at.bust > at.waist > at.hip


def test_stature_ignores_helpers() -> None:
    body = woman()
    body[template().groups["helper-hair"], 2] += 1.0
    assert stature(body) == pytest.approx(stature(woman()))


def test_measuring_takes_less_than_a_frame() -> None:
    body = woman()
    measure(body)
    start = time.perf_counter()
    measure(body)
    assert time.perf_counter() - start < 0.03
