"""Worker processes beside a server: started with it, replaced when they die, gone when it goes."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fashion_models.pipelines.jobs.model import Lane
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.work import PATIENCE, new_worker_name

#: Waiting time before a dead worker is replaced, doubled up to the longest while it dies young [s].
_PAUSE, _LONGEST_PAUSE, _YOUNG = 0.5, 30.0, 20.0

#: Gives the command line of a worker of this name for these lanes.
Command = Callable[[str, Sequence[Lane]], list[str]]

_log = logging.getLogger("fashion_models.pool")


@dataclass
class _Place:
    """A worker's place in the pool, whoever fills it at present."""

    lanes: Sequence[Lane]
    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _PAUSE


class Pool:
    """Keeps workers running.

    Args:
        store: Learns at once of a dead worker, before its leases end.
        command: How a worker is started.
        shots: Number of workers that make shots; one more makes the previews.
    """

    def __init__(self, store: JobStore, command: Command, shots: int) -> None:
        self._store = store
        self._command = command
        self._places = [_Place([Lane.PREVIEW]), *(_Place([Lane.SHOTS]) for _ in range(shots))]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="pool", daemon=True)

    def start(self) -> None:
        """Start all workers."""
        for place in self._places:
            self._fill(place)
        self._thread.start()

    def pids(self) -> list[int]:
        """Process ids of those at work."""
        return [
            place.process.pid
            for place in self._places
            if place.process is not None and place.process.poll() is None
        ]

    def close(self) -> None:
        """Let every worker finish its shot, and wait for it."""
        self._stop.set()
        self._thread.join()
        running = [place.process for place in self._places if place.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + PATIENCE + 15
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _keep(self) -> None:
        while not self._stop.wait(0.2):
            for place in self._places:
                if place.process is not None and place.process.poll() is not None:
                    try:
                        self._replace(place, place.process.returncode)
                    except Exception:  # the database may be away; its place is filled at the next look
                        _log.exception("could not replace worker %s", place.name)

    def _replace(self, place: _Place, status: int) -> None:
        _log.warning("worker %s ended with status %d", place.name, status)
        self._store.expire(place.name)
        young = time.monotonic() - place.started < _YOUNG
        place.pause = min(2 * place.pause, _LONGEST_PAUSE) if young else _PAUSE
        if not self._stop.wait(place.pause):
            self._store.hand_on()
            self._fill(place)

    def _fill(self, place: _Place) -> None:
        place.name, place.started = new_worker_name(), time.monotonic()
        place.process = subprocess.Popen(self._command(place.name, place.lanes))
