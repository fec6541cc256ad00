"""Shots made together are finished in batches while the next ones are drafted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.pipelines.finish.model import Finished, FinishRequest
from fashion_models.pipelines.finish.presets import PRESETS
from fashion_models.pipelines.shoot import shoot
from fashion_models.pipelines.together import best_together, shoot_together
from fashion_models.plan import ShotRequest

TEE = Path(__file__).resolve().parents[3] / "samples/garments/tee.jpg"


class Grain:
    """Adds a level to all skin, and remembers who came together and in which thread."""

    name, weights = "grain", "film"

    def __init__(self) -> None:
        self.batches: list[tuple[int, bool]] = []

    def __call__(self, requests: Sequence[FinishRequest], **_: Any) -> list[Finished]:
        self.batches.append((len(requests), threading.current_thread() is threading.main_thread()))
        done = []
        for request in requests:
            picture = request.draft.display.copy()
            picture[request.draft.masks["skin"] > 0.9] += 1
            done.append(Finished(picture=picture, notes={"device": "hand"}))
        return done


def request(tone: int, finisher: str = "large", pose: str = "front") -> ShotRequest:
    return ShotRequest(
        photo=TEE, tone=tone, width=192, height=288, quality="preview", finisher=finisher, pose=pose
    )


def test_shots_made_together_are_those_made_alone_in_their_order_and_the_device_has_its_own_thread() -> None:
    grain = Grain()
    wanted = [request(tone) for tone in (1, 3, 5, 7, 9)]
    shots = shoot_together(wanted, finisher=grain)
    assert [shot.plan.person.tone for shot in shots] == [1, 3, 5, 7, 9]
    assert PRESETS["large"].batch == 4
    assert [count for count, _ in grain.batches][:2] == [4, 1]
    assert not any(main for _, main in grain.batches)
    for index in (0, 4):
        alone = shoot(wanted[index], finisher=Grain())
        assert shots[index].plan.id == alone.plan.id
        assert np.array_equal(shots[index].draft.display, alone.draft.display)
        assert shots[index].report["checks"] == alone.report["checks"]
        assert shots[index].report["timings_s"].keys() == alone.report["timings_s"].keys()


def test_what_cannot_be_made_ends_the_batch_with_its_reason() -> None:
    with pytest.raises(PlanError, match="flying"):
        shoot_together([request(4), request(4, pose="flying")], finisher=Grain())


def test_nothing_is_gathered_where_no_device_waits() -> None:
    assert best_together("none") == 1
    assert best_together("cpu") == 1
    assert best_together("an unknown name is refused with the plan") == 1
