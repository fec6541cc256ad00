"""Several shots together: the device finishes a batch while the processors make the next drafts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from fashion_models.pipelines.finish.model import Finisher
from fashion_models.pipelines.finish.presets import PRESETS
from fashion_models.pipelines.finish.stage import Unfinished, finish_together
from fashion_models.pipelines.shoot import Drafted, draft_shot
from fashion_models.pipelines.shot import Shot
from fashion_models.pipelines.stages import Cancelled, Progress, Stages
from fashion_models.plan import ShotRequest

#: Batches that are made in one go: while the device has one, the next one is drafted.
AHEAD = 3


def best_together(finisher: str) -> int:
    """How many shots of a preset are best made in one go; 1 where there is no device to keep busy."""
    from fashion_models.pipelines.finish.loading import choose_device

    preset = PRESETS.get(finisher)
    if preset is None or choose_device(preset).type == "cpu":
        return 1
    return AHEAD * preset.batch


def shoot_together(
    requests: Sequence[ShotRequest],
    *,
    finisher: Finisher | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Shot]:
    """Make shots in their order; what `fashion_models.pipelines.shoot.shoot` says holds for each.

    Args:
        requests: What to make; those that follow each other with the same preset are finished in batches.
        finisher: Makes the drafts photographic; the requests' presets if left out.
        progress: Called with a stage and the share of its shot that is done, from two threads.
        cancelled: Asked between steps, from two threads; True stops the work.

    Raises:
        BadInputError: What was asked of one of them cannot be done.
        StageError: A stage failed although its input was sound.
        CancelledError: ``cancelled`` said so.
    """
    done: list[Future[list[Shot]]] = []
    with ThreadPoolExecutor(1, thread_name_prefix="finish") as device:
        for batch in _batches(requests):
            drafts = [
                draft_shot(request, Stages(progress, cancelled), finisher=finisher) for request in batch
            ]
            done.append(device.submit(_finished, drafts, progress, cancelled))
            if len(done) > 1:
                done[-2].result()  # no more than one batch of drafts waits; what failed ends the work
        return [shot for batch in done for shot in batch.result()]


def _batches(requests: Sequence[ShotRequest]) -> Iterator[list[ShotRequest]]:
    """Requests with the same preset that follow each other, as many as it takes at once."""
    batch: list[ShotRequest] = []
    for request in requests:
        preset = PRESETS.get(request.finisher)
        full = len(batch) >= (1 if preset is None else preset.batch)
        if batch and (full or request.finisher != batch[0].finisher):
            yield batch
            batch = []
        batch.append(request)
    if batch:
        yield batch


def _finished(
    drafts: Sequence[Drafted], progress: Progress | None, cancelled: Cancelled | None
) -> list[Shot]:
    waiting: list[Unfinished] = [one.unfinished for one in drafts if one.unfinished is not None]
    if not waiting:
        return [one.shot() for one in drafts]
    began = time.perf_counter()
    finishes = finish_together(waiting, progress=progress, cancelled=cancelled)
    for one in drafts:
        one.stages.seconds["finish"] = round((time.perf_counter() - began) / len(drafts), 3)
    return [one.shot(finish) for one, finish in zip(drafts, finishes, strict=True)]
