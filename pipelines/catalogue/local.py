"""Run a job on this machine: one worker process per device, shards handed out by a queue."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from fashion_models.cache import digest
from fashion_models.errors import CancelledError
from fashion_models.pipelines.catalogue.queue import ShardQueue, executor_name, state_root
from fashion_models.pipelines.catalogue.render import SHOOT
from fashion_models.pipelines.catalogue.store import JobStore, Progress
from fashion_models.pipelines.catalogue.supervise import (
    GRACE_SECONDS,
    PATIENCE_SECONDS,
    STORE_PAUSES,
    Supervisor,
)
from fashion_models.pipelines.catalogue.watch import Watch

#: The driver looks after its queue this often [s] …
TICK_SECONDS = 0.25
#: … shows that it lives this often [s] …
BEAT_SECONDS = 5.0
#: … asks the store which shards others have done this often [s] …
LOOK_SECONDS = 15.0
#: … and takes a driver that has not shown itself for this long to be gone for good [s].
SILENCE_SECONDS = 60.0


def run_local(
    out: str,
    job: str,
    *,
    workers: int = 0,
    database: str = "",
    renderer: str = SHOOT,
    patience: float = PATIENCE_SECONDS,
    silence: float = SILENCE_SECONDS,
    store_pauses: tuple[float, ...] = STORE_PAUSES,
    metrics_port: int = 0,
    tell: Callable[[Watch], None] = lambda watch: None,
) -> Progress:
    """Work on a job until every item has ended, or it is cancelled.

    Any number of drivers may do so at once; those that share a database do not make the same shard.

    Args:
        out: The store, as `open_storage` takes it.
        job: The job's name.
        workers: Worker processes; one per GPU, or one, if left out.
        database: URL of the queue's database; a file of this machine, if left out.
        renderer: 'module:callable' that makes the pictures.
        patience: Silence after which a worker is taken to hang [s].
        silence: Silence after which another driver is taken to be gone for good [s].
        store_pauses: Pauses between attempts while the store fails [s].
        metrics_port: Port for Prometheus; 0 for none.
        tell: Called now and then with what is known of the run.

    Returns:
        How far the job is; less than finished if it was cancelled or interrupted.

    Raises:
        JobError: There is no such job.
        StageError: Workers cannot start, or the store does not come back.
    """
    records = JobStore.open(out, job)
    folder = run_folder(records)
    watch = Watch(job, records.job.items, log=folder / "log.jsonl", metrics_port=metrics_port)
    devices = [
        Supervisor(
            out,
            job,
            name=name,
            renderer=renderer,
            environment=environment,
            log=folder / f"{name}.log",
            patience=patience,
            store_pauses=store_pauses,
            observer=watch,
        )
        for name, environment in _devices(workers).items()
    ]
    try:
        with executor_name() as driver:
            run = _Run(records, driver, devices, watch, silence)
            run.work(database or f"sqlite:///{folder / 'queue.sqlite'}", tell)
            records.leave(driver)
    finally:
        for device in devices:
            device.close()
        watch.close()
    return records.progress()


def run_folder(records: JobStore) -> Path:
    """Where this machine keeps a job's queue and logs."""
    return state_root() / "runs" / f"{records.name}-{digest(records.storage.url)[:8]}"


class _Run:
    """One driver at work."""

    def __init__(
        self, records: JobStore, driver: str, devices: list[Supervisor], watch: Watch, silence: float
    ) -> None:
        self.records = records
        self.driver = driver
        self.devices = devices
        self.watch = watch
        self.silence = silence
        self.idle: SimpleQueue[Supervisor] = SimpleQueue()
        for device in devices:
            self.idle.put(device)
        self.stopping = threading.Event()
        self.seen: dict[str, tuple[str, float]] = {}

    def work(self, database: str, tell: Callable[[Watch], None]) -> None:
        """Hand out shards until there are none, or something says stop."""
        pending = self.records.pending()
        if not pending or self.records.is_cancelled():
            return
        for device in self.devices:  # they get ready while the queue is opened
            device.start()
        with _interrupts(self._stop):
            queue = ShardQueue(self.records.name, database, self.driver, len(self.devices), self._make)
            try:
                self._loop(queue, pending, tell)
            finally:
                self._stop()
                queue.forget_queued()
                self._wait_for_workers()
                queue.close()

    def _loop(self, queue: ShardQueue, pending: list[str], tell: Callable[[Watch], None]) -> None:
        beaten = looked = time.monotonic()
        self.records.beat(self.driver, self.watch.facts())
        while pending and not self.stopping.is_set():
            now = time.monotonic()
            failure = next(iter(queue.failures), None)
            if isinstance(failure, CancelledError):
                return
            if failure is not None:
                raise failure
            pending = [shard for shard in pending if shard not in queue.ended]
            queue.fill(pending)
            if now - beaten > min(BEAT_SECONDS, self.silence / 4):
                beaten = now
                self.records.beat(self.driver, self.watch.facts())
                queue.take_over(self._gone(now, set(queue.active().values())))
            if now - looked > min(LOOK_SECONDS, self.silence):
                looked = now
                if self.records.is_cancelled():
                    return
                pending = self.records.pending()
            tell(self.watch)
            self.stopping.wait(TICK_SECONDS)

    def _make(self, shard: str) -> None:
        """Called by the queue, in a thread of its own."""
        device = self.idle.get()
        try:
            if self.stopping.is_set():
                raise CancelledError("stopped as asked.")
            device.run(shard)
        finally:
            self.idle.put(device)

    def _stop(self) -> None:
        self.stopping.set()
        for device in self.devices:
            device.stop()

    def _wait_for_workers(self) -> None:
        """Let workers give up in order what they are making."""
        until = time.monotonic() + GRACE_SECONDS
        while self.idle.qsize() < len(self.devices) and time.monotonic() < until:
            time.sleep(0.05)

    def _gone(self, now: float, makers: set[str]) -> set[str]:
        """Makers whose beat has not changed for `silence` on this machine's own clock."""
        beats = self.records.beats()
        for maker in makers - {"", self.driver}:
            tag = beats.get(maker, "")
            if self.seen.get(maker, ("-", 0.0))[0] != tag:
                self.seen[maker] = (tag, now)
        return {
            maker for maker, (_, since) in self.seen.items() if maker in makers and now - since > self.silence
        }


def _devices(workers: int) -> Mapping[str, Mapping[str, str]]:
    """Name and environment of each worker: one per GPU, or as many as asked for."""
    gpus = _gpus()
    count = workers or len(gpus) or 1
    threads = max((os.cpu_count() or 1) // count, 1)
    return {
        f"worker-{n}": {"CUDA_VISIBLE_DEVICES": gpus[n % len(gpus)]}
        if gpus
        else {"OMP_NUM_THREADS": str(threads)}
        for n in range(count)
    }


def _gpus() -> list[str]:
    """Names of this machine's CUDA devices as CUDA_VISIBLE_DEVICES takes them."""
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is not None:
        return [name for name in given.split(",") if name.strip() not in ("", "-1")]
    if shutil.which("nvidia-smi") is None:
        return []
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False).stdout
    return [str(n) for n, line in enumerate(listed.splitlines()) if line.startswith("GPU ")]


@contextmanager
def _interrupts(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM stop the run in order; the second one at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def once(number: int, frame: FrameType | None) -> None:
        signal.signal(number, before[number])
        stop()

    before = {int(number): signal.signal(number, once) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
