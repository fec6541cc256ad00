from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.body import PosedBody, template
from fashion_models.studio.camera import FRAMINGS, VIEWS, frame_person, project
from fashion_models.studio.model import Role


@pytest.fixture
def stick() -> PosedBody:
    """Bone heads spread over 1.7 m of height; the camera needs no more of a body."""
    labels = template().bone_labels
    heads = np.zeros((len(labels), 3))
    for name, height in {
        "head": 1.5,
        "neck01": 1.42,
        "spine02": 1.2,
        "spine04": 1.0,
        "upperleg01.L": 0.85,
        "upperleg01.R": 0.85,
        "lowerleg01.L": 0.45,
        "lowerleg01.R": 0.45,
    }.items():
        heads[labels.index(name), 2] = height
    return PosedBody(np.zeros((1, 3)), heads, np.zeros((len(labels), 4, 4)))


@pytest.fixture
def person(small: Any) -> Any:
    """A person of two balls: wide at the bottom, 1.7 m tall."""
    grey = small.matt((0.5, 0.5, 0.5))
    low = small.ball("low", Role.SKIN, centre=(0.05, 0.1, 0.4), radius=0.4, material=grey)
    return [low, small.ball("high", Role.SKIN, centre=(0, 0, 1.45), radius=0.25, material=grey)]


@pytest.mark.parametrize("view", VIEWS)
def test_full_framing_cuts_nothing_and_keeps_its_margins(stick: PosedBody, person: Any, view: str) -> None:
    camera = frame_person(stick, person, framing="full", view=view, width=200, height=300)
    pixels, _ = project(camera, np.concatenate([piece.vertices for piece in person]))
    assert pixels[:, 1].min() == pytest.approx(0.045 * 300, abs=1.5)
    assert pixels[:, 1].max() == pytest.approx(0.95 * 300, abs=1.5)
    assert pixels[:, 0].min() > 0.05 * 200 and pixels[:, 0].max() < 0.95 * 200
    assert pixels[:, 0].min() + pixels[:, 0].max() == pytest.approx(200, abs=2)


@pytest.mark.parametrize("framing", FRAMINGS)
def test_every_framing_shows_the_stretch_it_names(stick: PosedBody, person: Any, framing: str) -> None:
    camera = frame_person(stick, person, framing=framing, view="front", width=200, height=300)
    frame = FRAMINGS[framing]
    for mark, edge in ((frame.top, 0), (frame.bottom, 300)):
        if mark is not None:
            height = stick.heads[template().bone_labels.index(mark[0]), 2] + mark[1] * 1.7
            y = project(camera, np.array([[0.0, 0.0, height]]))[0][0, 1]
            if edge == 0 or framing == "detail":
                assert abs(y - edge) < (8 if frame.bottom is not None else 300), (
                    "what the crop hides stays hidden"
                )
            assert -1 <= y <= 301


def test_back_view_swaps_left_and_right(stick: PosedBody, person: Any) -> None:
    point = np.array([[0.1, 0.0, 1.0]])
    x = {
        view: project(frame_person(stick, person, framing="full", view=view, width=200, height=300), point)[
            0
        ][0, 0]
        for view in ("front", "back")
    }
    assert x["front"] > 100 > x["back"]


def test_unknown_framing_is_refused_with_the_known_ones(stick: PosedBody, person: Any) -> None:
    with pytest.raises(PlanError, match=r"framing 'knees' is unknown; known: full, three-quarter"):
        frame_person(stick, person, framing="knees", view="front", width=200, height=300)
