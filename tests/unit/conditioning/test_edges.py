from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import U8
from fashion_models.conditioning.edges import EDGE_KINDS, edge_picture


@pytest.fixture
def square() -> U8:
    """A dark square on a light ground, of a size that no network asks for."""
    picture = np.full((300, 210, 3), 230, np.uint8)
    picture[90:210, 60:150] = 30
    return picture


@pytest.mark.parametrize("kind", EDGE_KINDS)
def test_edges_lie_where_the_picture_changes_and_nowhere_else(kind: str, square: U8) -> None:
    drawn = edge_picture(kind, square)
    assert drawn.shape == square.shape
    bright = drawn.max(axis=2) > 60
    rows, columns = np.nonzero(bright)
    assert rows.min() > 80 and rows.max() < 220
    assert columns.min() > 50 and columns.max() < 160
    on_outline = bright[88:93, 70:140].any(axis=0).mean()
    assert on_outline > 0.9
    if kind == "canny":
        assert not bright[110:190, 80:130].any()


def test_a_plain_picture_has_no_hard_edges() -> None:
    assert edge_picture("canny", np.full((128, 128, 3), 120, np.uint8)).max() == 0


def test_an_unknown_kind_is_a_mistake_of_ours(square: U8) -> None:
    with pytest.raises(KeyError):
        edge_picture("openpose", square)
