"""`pipelines.catalogue.window`: what is whole stays whole, and no ground appears behind a cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.pipelines.catalogue.window import Window, place_window

HEIGHT, WIDTH = 100, 70


def seen(top: int, bottom: int, left: int, right: int) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top:bottom, left:right] = True
    return mask


def inside(window: Window, top: int, bottom: int, left: int, right: int) -> bool:
    slack = 1e-6
    return (
        window.x <= left + slack
        and window.x1 >= right - slack
        and window.y <= top + slack
        and window.y1 >= bottom - slack
    )


@given(
    rows=st.tuples(st.integers(1, 48), st.integers(52, 99)),
    columns=st.tuples(st.integers(1, 33), st.integers(37, 69)),
    ratio=st.floats(0.3, 3),
)
def test_a_whole_subject_is_shown_whole_in_every_ratio(
    rows: tuple[int, int], columns: tuple[int, int], ratio: float
) -> None:
    window = place_window(seen(*rows, *columns), ratio)
    assert inside(window, *rows, *columns)
    assert window.width / window.height == pytest.approx(ratio, rel=2e-3)
    tall, wide = rows[1] - rows[0], columns[1] - columns[0]
    assert max(tall / window.height, wide / window.width) >= 0.85


@given(cuts=st.tuples(*[st.booleans()] * 4), ratio=st.floats(0.3, 3))
def test_no_ground_appears_behind_a_cut(cuts: tuple[bool, bool, bool, bool], ratio: float) -> None:
    top, bottom, left, right = cuts
    window = place_window(
        seen(0 if top else 10, HEIGHT if bottom else 90, 0 if left else 10, WIDTH if right else 60), ratio
    )
    slack = 1e-6
    assert not top or window.y >= -slack
    assert not bottom or window.y1 <= HEIGHT + slack
    assert not left or window.x >= -slack
    assert not right or window.x1 <= WIDTH + slack


def test_a_wide_subject_cut_at_the_hip_stands_on_the_pictures_edge_with_room_above() -> None:
    window = place_window(seen(60, HEIGHT, 5, 65), 1.0)
    assert window.y1 == pytest.approx(HEIGHT) and window.y < 60


def test_a_window_that_cannot_show_all_loses_the_side_of_the_cut() -> None:
    upper = place_window(seen(20, HEIGHT, 0, WIDTH), 2.0)
    assert upper.y < 20 and upper.y1 < HEIGHT
    lower = place_window(seen(0, 80, 0, WIDTH), 2.0)
    assert lower.y1 > 80 and lower.y > 0


def test_a_master_of_the_same_ratio_is_taken_as_it_is() -> None:
    assert place_window(seen(5, 95, 5, 65), WIDTH / HEIGHT) == Window(0, 0, WIDTH, HEIGHT)


def test_an_empty_picture_is_taken_as_it_is() -> None:
    assert inside(place_window(np.zeros((HEIGHT, WIDTH), bool), 1.0), 1, HEIGHT - 1, 1, WIDTH - 1)
