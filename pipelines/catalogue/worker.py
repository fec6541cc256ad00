"""The process that makes pictures: shards' names on standard input, what it does on standard output.

One JSON value per line both ways. In: ``{"run": SHARD}`` and ``{"stop": true}``; the end of the input ends
the process, so no worker outlives its supervisor. Out: what `Wire` sends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from queue import SimpleQueue
from typing import Any, TextIO

from fashion_models.errors import CancelledError, FashionModelsError
from fashion_models.pipelines.catalogue.model import Outcome
from fashion_models.pipelines.catalogue.render import load_renderer
from fashion_models.pipelines.catalogue.shards import Listener, ShardRunner
from fashion_models.pipelines.catalogue.store import JobStore

#: How often the store is asked whether the job was cancelled, and a stage's progress is told at most [s].
PERIOD_SECONDS = 1.0


class Wire:
    """Events to the supervisor, on what was standard output: libraries print to standard error instead."""

    def __init__(self) -> None:
        self.stream: TextIO = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)
        self.told = 0.0
        self.turn = threading.Lock()

    def tell(self, event: str, **facts: Any) -> None:
        """Send one event; a finish tells of itself from its own thread."""
        with self.turn:
            self.told = time.monotonic()
            self.stream.write(json.dumps({"event": event, **facts}) + "\n")

    def begin(self, keys: Sequence[str]) -> None:
        """A micro-batch begins."""
        self.tell("begin", keys=list(keys))

    def stage(self, name: str, share: float) -> None:
        """A stage goes on; told at most once a period."""
        if time.monotonic() - self.told > PERIOD_SECONDS:
            self.tell("stage", stage=name, share=share)

    def end(self, outcome: Outcome, seconds: float) -> None:
        """An item ended."""
        self.tell(
            "end",
            key=outcome.key,
            sku=outcome.sku,
            look=outcome.look,
            status=outcome.status,
            seconds=round(seconds, 4),
            error=outcome.error,
            reason=outcome.reason,
        )


class Stop:
    """Whether to begin nothing new: asked by the supervisor, or by the job's cancel marker in the store."""

    def __init__(self, records: JobStore) -> None:
        self.records = records
        self.asked = False
        self.looked = -PERIOD_SECONDS

    def __call__(self) -> bool:
        """True from the moment somebody asked; the store is looked at once a period."""
        if not self.asked and time.monotonic() - self.looked >= PERIOD_SECONDS:
            self.looked = time.monotonic()
            self.asked = self.records.is_cancelled()
        return self.asked


def _listen(orders: SimpleQueue[str], stop: Stop) -> None:
    """Pass orders on until the input ends, and the process with it."""
    for line in sys.stdin:
        order = json.loads(line)
        if "stop" in order:
            stop.asked = True
        else:
            orders.put(order["run"])
    os._exit(0)


def serve(out: str, job: str, renderer: str) -> None:
    """Run shards until the input ends."""
    wire = Wire()
    records = JobStore.open(out, job)
    stop = Stop(records)
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders, stop), daemon=True).start()
    listener = Listener(begin=wire.begin, stage=wire.stage, end=wire.end)
    runner = ShardRunner(records, load_renderer(renderer), listener=listener, cancelled=stop)
    wire.tell("ready")
    while True:
        shard = orders.get()
        try:
            result = runner.run(shard)
        except CancelledError:
            wire.tell("cancelled", shard=shard)
        except FashionModelsError as error:
            wire.tell("failed", shard=shard, error=type(error).__name__, reason=str(error))
        else:
            wire.tell("done", **asdict(result))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, which asks in order
    serve(*sys.argv[1:])
