"""Stage by stage: time, progress and cancel in one place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fashion_models.errors import CancelledError

#: Called with a stage's name and the share of the whole that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Asked between steps; True stops the work.
Cancelled = Callable[[], bool]

#: Share of a typical first shot's time, in order; the numbers only shape the progress bar.
STAGES = {
    "photo": 0.01,
    "segment": 0.06,
    "read": 0.03,
    "body": 0.06,
    "pattern": 0.02,
    "drape": 0.38,
    "person": 0.10,
    "render": 0.19,
    "finish": 0.10,
    "check": 0.05,
}


@dataclass
class Stages:
    """Measures the stages of one shot and tells about them.

    Attributes:
        seconds: Stage to wall time [s], filled as stages end.
    """

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:
        """Time a stage; gives it a callback that places its own fraction within the whole."""
        self.check()
        names = list(STAGES)
        start = sum(STAGES[earlier] for earlier in names[: names.index(name)])

        def inner(_: str, fraction: float) -> None:
            self.check()
            if self.progress is not None:
                self.progress(name, start + STAGES[name] * min(max(fraction, 0.0), 1.0))

        inner(name, 0.0)
        began = time.perf_counter()
        yield inner
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - began, 3)

    def check(self) -> None:
        """Raise when the caller asked to stop.

        Raises:
            CancelledError: It did.
        """
        stop_if(self.cancelled)


def stop_if(cancelled: Cancelled | None) -> None:
    """Raise when the caller asked to stop.

    Raises:
        CancelledError: It did.
    """
    if cancelled is not None and cancelled():
        raise CancelledError("stopped as asked; nothing was written.")
