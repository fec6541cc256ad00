from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.errors import PlanError
from fashion_models.studio.backdrop import BACKDROPS, compose, resolve_backdrop, tone


@pytest.mark.parametrize("name", [*BACKDROPS, "#12ab9f"])
def test_untouched_pixels_are_the_backdrop_bit_for_bit(name: str) -> None:
    backdrop = resolve_backdrop(name)
    alpha = np.zeros((40, 30), np.float32)
    alpha[10:20, 10:20] = 0.5
    shadow = np.ones_like(alpha)
    shadow[30:] = 0.7
    picture = compose(np.full((40, 30, 3), 0.2, np.float32), alpha, shadow, backdrop)
    bare = (alpha == 0) & (shadow == 1)
    assert (picture[bare] == backdrop.picture(30, 40)[bare]).all()
    assert (picture[~bare] != backdrop.picture(30, 40)[~bare]).any(axis=-1).all()


def test_coverage_blends_in_linear_light() -> None:
    alpha = np.full((1, 1), 0.5, np.float32)
    picture = compose(np.zeros((1, 1, 3), np.float32), alpha, np.ones_like(alpha), resolve_backdrop("white"))
    assert picture.tolist() == [[[188, 188, 188]]]


@given(st.floats(0, 4), st.floats(0, 4))
def test_tone_curve_keeps_order_and_colours_below_the_knee(a: float, b: float) -> None:
    low, high = tone(np.array(sorted((a, b)), np.float32))
    assert low <= high <= 1
    if min(a, b) <= 0.8:
        assert low == np.float32(min(a, b))


def test_unknown_backdrop_is_refused() -> None:
    with pytest.raises(PlanError, match=r"backdrop 'beach' is unknown; known: white"):
        resolve_backdrop("beach")
    with pytest.raises(PlanError, match=r"#rrggbb"):
        resolve_backdrop("#12")
