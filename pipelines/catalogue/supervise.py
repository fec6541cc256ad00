"""Keep one worker process alive, see what it dies of, and end it when it hangs: `Supervisor`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TextIO

from fashion_models.errors import CancelledError, StageError, StorageError
from fashion_models.pipelines.catalogue.render import SHOOT
from fashion_models.pipelines.catalogue.shards import ShardResult
from fashion_models.pipelines.catalogue.store import JobStore

#: A worker that tells nothing for this long hangs [s]; the longest silent step of a shot takes a fifth of it.
PATIENCE_SECONDS = 600.0
#: The least it is given while it makes nothing, but starts or talks to the store [s].
IDLE_SECONDS = 300.0
#: Pauses before a shard is tried again when its store fails [s]; after the last one the run ends.
STORE_PAUSES = (2.0, 10.0, 30.0, 60.0, 120.0)
#: A worker that dies this often without having begun an item cannot start.
FALSE_STARTS = 4
#: A worker that was asked to stop has this long for it [s].
GRACE_SECONDS = 10.0

#: Called with every event of a worker.
Observer = Callable[[Mapping[str, Any]], None]


class WorkerDiedError(StageError):
    """A worker process ended on its own; ``began`` if it had begun an item."""

    def __init__(self, what: str, *, began: bool) -> None:
        super().__init__(what)
        self.began = began


class Supervisor:
    """One device's worker process; restarted whenever it dies."""

    def __init__(
        self,
        out: str,
        job: str,
        *,
        name: str,
        renderer: str = SHOOT,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        patience: float = PATIENCE_SECONDS,
        store_pauses: tuple[float, ...] = STORE_PAUSES,
        observer: Observer = lambda event: None,
    ) -> None:
        """Nothing is started yet.

        Args:
            out: The store.
            job: The job's name.
            name: The worker's name in logs and metrics.
            renderer: 'module:callable' that makes the pictures.
            environment: Variables for the process beside this one's, such as the device it may use.
            log: Where its standard error goes; to this process's, if left out.
            patience: Silence after which it is taken to hang [s].
            store_pauses: Pauses between attempts while the store fails [s].
            observer: Told everything the worker tells.
        """
        self.records = JobStore.open(out, job)
        self.command = [sys.executable, "-P", "-m", "fashion_models.pipelines.catalogue.worker"]
        self.command += [out, job, renderer]
        self.name = name
        self.environment = environment or {}
        self.log = log
        self.patience = patience
        self.store_pauses = store_pauses
        self.observer = observer
        self.process: subprocess.Popen[str] | None = None
        self.events: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self.stopping = threading.Event()

    def run(self, shard: str) -> ShardResult:
        """Bring a shard to its commit, whatever the worker and the store do meanwhile.

        Raises:
            CancelledError: The job was cancelled, or this supervisor asked to stop.
            StageError: The worker does not start, or the store does not come back.
        """
        false_starts = 0
        pauses = iter(self.store_pauses)
        while True:
            try:
                return self._attempt(shard)
            except WorkerDiedError as death:
                false_starts = 0 if death.began else false_starts + 1
                if false_starts >= FALSE_STARTS:
                    raise StageError(
                        f"worker '{self.name}' does not start ({death.what});",
                        cure=f"its last words are in {self.log or 'standard error'}.",
                    ) from death
            except StorageError:
                pause = next(pauses, None)
                if pause is None:
                    raise
                if self.stopping.wait(pause):
                    raise CancelledError("stopped as asked.") from None

    def stop(self) -> None:
        """Ask the worker to give up what it is making; `run` then raises."""
        self.stopping.set()
        self._send({"stop": True})

    def close(self) -> None:
        """End the worker process."""
        process = self.process
        if process is None:
            return
        _hang_up(process)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.process = None

    def _attempt(self, shard: str) -> ShardResult:
        """One order to the worker and what comes of it."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        self._send({"run": shard})
        making: list[str] = []
        began = False
        while True:
            event = self._next_event(self.patience if making else max(self.patience, IDLE_SECONDS))
            if isinstance(event, str):
                self._bury(shard, making, event)
                raise WorkerDiedError(event, began=began)
            self._tell({"shard": shard, **event})
            match event["event"]:
                case "begin":
                    making, began = list(event["keys"]), True
                case "end":
                    making = [key for key in making if key != event["key"]]
                case "done" | "cancelled" | "failed":
                    return _result(event)

    def _bury(self, shard: str, making: list[str], death: str) -> None:
        """Record what a worker died on; one that was asked to stop dies in order."""
        if self.process is not None:
            _hang_up(self.process)
        self.process = None
        if self.stopping.is_set():
            raise CancelledError("stopped as asked.")
        if making:
            self.records.witness(shard, making, death)
        self._tell({"event": "died", "shard": shard, "reason": death, "keys": making})

    def start(self) -> None:
        """Start the worker process; `run` does so by itself, but it takes a while."""
        log: TextIO | None = None
        if self.log is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            log = self.log.open("a")
        self.events = SimpleQueue()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            env={**os.environ, **self.environment},
        )
        if log is not None:
            log.close()
        threading.Thread(target=_forward, args=(self.process, self.events), daemon=True).start()
        self._tell({"event": "started", "pid": self.process.pid})

    def _next_event(self, patience: float) -> dict[str, Any] | str:
        """The worker's next event, or what it died of."""
        process = self.process
        assert process is not None
        try:
            event = self.events.get(timeout=patience)
        except Empty:
            process.kill()
            process.wait()
            return f"it told nothing for {patience:g} s and was ended"
        if event is not None:
            return event
        code = process.wait()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"left with code {code}"

    def _send(self, order: Mapping[str, Any]) -> None:
        process = self.process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):  # a dead worker is noticed when it is listened to
                process.stdin.write(json.dumps(order) + "\n")

    def _tell(self, event: Mapping[str, Any]) -> None:
        self.observer({"worker": self.name, "time": time.time(), **event})


def _forward(process: subprocess.Popen[str], events: SimpleQueue[dict[str, Any] | None]) -> None:
    """Queue what a process tells; None when it has ended."""
    assert process.stdout is not None
    with process.stdout, contextlib.suppress(ValueError):  # cut off in the middle of a line
        for line in process.stdout:
            events.put(json.loads(line))
    events.put(None)


def _hang_up(process: subprocess.Popen[str]) -> None:
    """End a process's input: a worker that lives ends itself."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()


def _result(event: Mapping[str, Any]) -> ShardResult:
    """How the worker says a shard ended, as if it had been run here."""
    if event["event"] == "done":
        return ShardResult(**{name: event[name] for name in ShardResult.__dataclass_fields__})
    if event["event"] == "cancelled":
        raise CancelledError("stopped as asked.")
    if event["error"] == StorageError.__name__:
        raise StorageError(event["reason"])
    raise StageError(f"{event['error']}: {event['reason']}")
