"""Parts of a picture: where they lie, how they are cut and put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fashion_models.pipelines.finish.crops import (
    cut,
    face_box,
    face_window,
    hand_windows,
    place,
    tile_windows,
    whole_window,
)

Doll = Callable[..., Any]


@pytest.mark.parametrize(
    ("height", "width", "rows", "columns"),
    [(1152, 768, 1152, 768), (1152, 896, 1152, 896), (2048, 1365, 1280, 832), (288, 192, 288, 192)],
)
def test_the_whole_is_sampled_near_the_size_the_network_knows(
    height: int, width: int, rows: int, columns: int
) -> None:
    window = whole_window(height, width, pixels=1024 * 1024)
    assert (window.rows, window.columns) == (rows, columns)
    assert (window.height, window.width) == (height, width)


@pytest.mark.parametrize(
    ("height", "width", "side"), [(2048, 1365, 1024), (2048, 2048, 512), (900, 700, 1024)]
)
def test_tiles_cover_everything_and_stay_inside(height: int, width: int, side: int) -> None:
    covered = np.zeros((height, width), int)
    for window in tile_windows(height, width, side):
        assert window.top + window.height <= height and window.left + window.width <= width
        covered[window.slices] += 1
    assert covered.min() >= 1


def test_parts_that_show_the_picture_itself_leave_it_as_it_is() -> None:
    picture = np.random.default_rng(0).random((200, 150, 3)).astype(np.float32)
    windows = tile_windows(200, 150, 96)
    parts = [picture[window.slices] for window in windows]
    assert np.allclose(place(picture, parts, windows), picture, atol=1e-5)


def test_a_part_fades_out_towards_its_edges(doll: Doll) -> None:
    window = face_window(doll(768, 1152), 768)
    assert window is not None
    placed = place(
        np.zeros((1152, 768, 3), np.float32),
        [np.ones((window.rows, window.columns, 3), np.float32)],
        [window],
    )
    inside = placed[window.slices][..., 0]
    assert inside[window.height // 2, window.width // 2] == pytest.approx(1)
    assert inside[:, 0].max() < 0.01
    assert np.abs(np.diff(inside, axis=1)).max() < 0.1


def test_face_and_hands_are_found_where_the_joints_are_and_enlarged(doll: Doll) -> None:
    draft = doll(768, 1152)
    face, hands = face_window(draft, 768), hand_windows(draft, 768)
    assert face is not None and len(hands) == 2
    for window, joint in ((face, 0), (hands[0], 4), (hands[1], 7)):
        x, y = draft.joints[joint, :2]
        assert window.left <= x < window.left + window.width
        assert window.top <= y < window.top + window.height
        assert window.rows > window.height
        assert cut(draft.display, window).shape == (window.rows, window.columns, 3)


def test_a_face_that_is_not_seen_is_not_finished(doll: Doll) -> None:
    draft = doll(768, 1152)
    draft.joints[0, 2] = 0
    assert face_window(draft, 768) is None
    assert face_box(draft) is None
