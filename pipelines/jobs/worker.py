"""One shot at a time: claim the attempt, render, keep the picture, and only then make it visible."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fashion_models.errors import CancelledError, FashionModelsError
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.jobs.files import LocalFiles
from fashion_models.pipelines.jobs.model import PHOTOS, Problem, Rendered, State
from fashion_models.pipelines.jobs.renderer import Renderer
from fashion_models.pipelines.jobs.rows import Attempt
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.uploads import Uploads
from fashion_models.pipelines.storage.base import Storage

#: How often a worker tells its progress and learns of a cancel [s].
BEAT = 0.5
#: A shot that takes longer hangs; its worker ends itself and the shot goes to another [s].
LONGEST = 1800.0

_log = logging.getLogger("fashion_models.worker")


@dataclass
class _Watch:
    """What the rendering thread and the beating thread tell each other."""

    stage: str = ""
    fraction: float = 0.0
    dropped: bool = False
    over: threading.Event = field(default_factory=threading.Event)


class Worker:
    """Works on attempts, one at a time.

    Args:
        store: Jobs.
        uploads: Photos.
        pictures: Where they go.
        renderer: Makes them.
        name: Unique among all workers that ever were.
        niceness: How far rendering gives way to other work; the queue's own threads do not, because what
            holds the database's lock must not be kept waiting.
    """

    def __init__(
        self,
        store: JobStore,
        uploads: Uploads,
        pictures: Storage,
        renderer: Renderer,
        name: str,
        niceness: int = 0,
    ) -> None:
        self.name = name
        self._store = store
        self._uploads = uploads
        self._pictures = pictures
        self._files = LocalFiles(store, uploads, pictures)
        self._renderer = renderer
        self._device = threading.Lock()  # two lanes of one worker share one device
        self._studio = ThreadPoolExecutor(1, "studio", initializer=_give_way, initargs=(niceness,))

    @property
    def busy(self) -> bool:
        """True while a shot is at work."""
        return self._device.locked()

    def run(self, item_id: str, attempt_number: int) -> None:
        """Work on an attempt until its end is recorded, or it turns out to be someone else's."""
        with self._device:
            attempt = self._store.claim(item_id, attempt_number, self.name)
            if attempt is None:
                return
            began = time.monotonic()
            with self._beating(attempt) as watch:
                try:
                    rendered = self._studio.submit(self._render, attempt, watch).result()
                except CancelledError:
                    self._store.finish(attempt, State.CANCELED)
                except FashionModelsError as error:
                    self._fail(attempt, Problem.of(error))
                except Exception as error:
                    _log.exception("item %s", attempt.item)
                    message = f"{type(error).__name__}: {error}. This is our mistake; tell the operator."
                    self._fail(attempt, Problem(code="internal", message=message))
                else:
                    self._deliver(attempt, rendered, time.monotonic() - began)

    def _render(self, attempt: Attempt, watch: _Watch) -> Rendered:
        with tempfile.TemporaryDirectory() as folder:
            return self._render_with(attempt, watch, Path(folder))

    def _render_with(self, attempt: Attempt, watch: _Watch, folder: Path) -> Rendered:
        fields = dict(attempt.request)
        photos: dict[str, GarmentPhoto] = {}
        for name in PHOTOS:
            given = fields.pop(name, None)
            if given is not None:
                photos[name] = self._uploads.photo(attempt.tenant, given)

        fields |= self._files.write(attempt.tenant, fields, folder)

        def progress(stage: str, fraction: float) -> None:
            watch.stage, watch.fraction = stage, fraction

        return self._renderer(fields, photos, progress=progress, cancelled=lambda: watch.dropped)

    def _deliver(self, attempt: Attempt, rendered: Rendered, seconds: float) -> None:
        report = json.dumps(rendered.report, ensure_ascii=False).encode()
        folder = f"{attempt.tenant}/pictures/{attempt.item}"
        picture_key = f"{folder}/{hashlib.sha256(rendered.picture).hexdigest()[:16]}.png"
        report_key = f"{folder}/{hashlib.sha256(report).hexdigest()[:16]}.json"
        self._pictures.put(report_key, report, content_type="application/json")
        self._pictures.put(picture_key, rendered.picture, content_type="image/png")
        self._store.finish(
            attempt,
            State.SUCCEEDED,
            picture=picture_key,
            report=report_key,
            name=rendered.name,
            passed=bool(rendered.report["passed"]),
            failures=list(rendered.report["failures"]),
            seconds=round(seconds, 3),
        )

    def _fail(self, attempt: Attempt, problem: Problem) -> None:
        self._store.finish(attempt, State.FAILED, problem=vars(problem))

    @contextmanager
    def _beating(self, attempt: Attempt) -> Iterator[_Watch]:
        """Renew the lease from a second thread: a stage may be silent for longer than a lease."""
        watch = _Watch()
        began = time.monotonic()

        def beat() -> None:
            while not watch.over.wait(BEAT):
                try:
                    watch.dropped |= not self._store.beat(attempt, watch.stage, watch.fraction)
                except Exception:  # the database may be away for a moment; the lease lasts longer
                    _log.exception("could not renew the lease of item %s", attempt.item)
                if time.monotonic() - began > LONGEST:
                    _log.critical("item %s hangs for %.0f s: giving up this worker", attempt.item, LONGEST)
                    os._exit(70)

        thread = threading.Thread(target=beat, name=f"beat {attempt.item}", daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            watch.over.set()
            thread.join()


def _give_way(niceness: int) -> None:
    """Lower the priority of this thread, and of those it will start."""
    if sys.platform == "linux":  # elsewhere priorities belong to whole processes
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)
