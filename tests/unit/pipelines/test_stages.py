"""`pipelines.stages`."""

from __future__ import annotations

import pytest

from fashion_models.errors import CancelledError
from fashion_models.pipelines.stages import STAGES, Stages


def test_progress_only_grows_and_ends_at_one() -> None:
    seen: list[float] = []
    stages = Stages(progress=lambda _, fraction: seen.append(fraction))
    for name in STAGES:
        with stages.stage(name) as tell:
            tell("step", 0.5)
            tell("step", 1.0)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


def test_every_stage_is_timed() -> None:
    stages = Stages()
    with stages.stage("drape"):
        pass
    assert set(stages.seconds) == {"drape"}


def test_a_cancel_between_steps_stops_the_work() -> None:
    stop = False
    stages = Stages(cancelled=lambda: stop)
    with pytest.raises(CancelledError), stages.stage("drape") as tell:
        stop = True
        tell("frame", 0.3)
