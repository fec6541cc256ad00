"""A catalogue job that somebody started at a page, as it lies on the disk: `RunFolder`.

Its folder holds ``run.json`` (what it is meant to do), its products, its log, and ``run.lock``: the command
that works on it holds that as long as it lives, whatever becomes of the server that started it.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from fashion_models.errors import FashionModelsError, JobError
from fashion_models.pipelines.catalogue.store import JobStore
from fashion_models.pipelines.shot import write_whole

NOTE = "run.json"


class Stand(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Note:
    """What ``run.json`` holds.

    Attributes:
        name: The product list's; empty where there was none.
        job: The job's name in the store.
        created: Seconds since 1970.
        minutes: What the plan said it would take.
        wanted: The command is to run.
        action: What it is started with, 'resume' or 'retry'.
        started: When it was last started, seconds since 1970.
        ok: Pictures that were there then.
        dead: Pictures that were given up then.
        tries: How often it was started since anything more had ended.
        trouble: Why it is not started any more.
    """

    name: str
    job: str
    created: float
    minutes: float
    wanted: bool = True
    action: str = "resume"
    started: float = 0.0
    ok: int = 0
    dead: int = 0
    tries: int = 0
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it is shown.

    Attributes:
        left: About how long it still takes [s]; None while it does not run.
        rejected: Number of rows that gave no picture.
        files: Names of its report's files; empty before there is a report.
    """

    id: str
    name: str
    job: str
    created: float
    stand: Stand
    items: int
    ok: int
    dead: int
    left: float | None
    rejected: int
    trouble: str
    files: tuple[str, ...]

    @property
    def waiting(self) -> int:
        """Pictures that have not ended."""
        return self.items - self.ok - self.dead


class RunFolder:
    """One run.

    Args:
        folder: Its own.
        store: Where its job is.
    """

    def __init__(self, folder: Path, store: str) -> None:
        self.folder = folder
        self.store = store

    @property
    def note(self) -> Note:
        """What it is meant to do.

        Raises:
            JobError: The note is torn.
        """
        try:
            return Note(**json.loads((self.folder / NOTE).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise JobError(f"the note of '{self.folder.name}' cannot be read ({error}).") from error

    @note.setter
    def note(self, note: Note) -> None:
        write_whole(self.folder / NOTE, json.dumps(asdict(note), ensure_ascii=False).encode())

    @property
    def records(self) -> JobStore:
        """Its job's records."""
        return JobStore.open(self.store, self.note.job)

    @property
    def is_held(self) -> bool:
        """True while its command lives."""
        with (self.folder / "run.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    @property
    def is_told(self) -> bool:
        """True when every picture has ended and the report is written."""
        records = self.records
        return records.storage.head(f"{self.reports}_SUCCESS") is not None and records.progress().finished

    @property
    def reports(self) -> str:
        """What the keys of its report's files begin with."""
        return f"reports/{self.note.job}/"

    def launch(
        self, command: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes] | None:
        """Start the command; None where it is at work already."""
        with (self.folder / "run.lock").open("w") as lock, (self.folder / "run.log").open("ab") as log:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None
            progress, note = self.records.progress(), self.note
            forward = progress.ok + progress.dead > note.ok + note.dead
            self.note = replace(
                note,
                started=time.time(),
                ok=progress.ok,
                dead=0 if note.action == "retry" else progress.dead,
                tries=1 if forward else note.tries + 1,
            )
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                pass_fds=[lock.fileno()],
                start_new_session=True,  # Ctrl-C at the server is not for it
            )
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, 10)  # answers and previews come first
        return child

    def last_words(self) -> str:
        """The last line of its log."""
        lines = (self.folder / "run.log").read_text("utf-8", errors="replace").splitlines()
        return next((line.strip()[:500] for line in reversed(lines) if line.strip()), "it said nothing")

    def shown(self) -> Run:
        """How it stands."""
        note, records, held = self.note, self.records, self.is_held
        progress, job = records.progress(), records.job
        ended, rate = self._told(records, note) if held else (Counter[str](), 0.0)
        ok = min(max(progress.ok, ended["ok"]), progress.items)
        dead = min(max(progress.dead, ended["dead"]), progress.items - ok)
        waiting = progress.items - ok - dead
        stand = self._stand(note, held=held)
        left = waiting / rate if rate else 60 * note.minutes * waiting / progress.items
        names = (stat.key.removeprefix(self.reports) for stat in records.storage.list(self.reports))
        return Run(
            id=self.folder.name,
            name=note.name,
            job=note.job,
            created=note.created,
            stand=stand,
            items=progress.items,
            ok=ok,
            dead=dead,
            left=left if stand is Stand.RUNNING else None,
            rejected=job.rejected,
            trouble=note.trouble,
            files=tuple(sorted(name for name in names if name != "_SUCCESS")),
        )

    def _stand(self, note: Note, *, held: bool) -> Stand:
        if held:
            return Stand.RUNNING
        if self.is_told:
            return Stand.FINISHED
        if note.wanted:
            return Stand.RUNNING
        return Stand.BROKEN if note.trouble else Stand.STOPPED

    def _told(self, records: JobStore, note: Note) -> tuple[Counter[str], float]:
        """What has ended, shards at work included, and how fast, as its driver tells every few seconds."""
        ended, rate = Counter({"ok": note.ok, "dead": note.dead}), 0.0
        for driver in records.beats():
            with suppress(FashionModelsError):  # it has just left
                facts = records.facts(driver)
                if facts["time"] >= note.started:
                    ended.update(facts["ended"])
                    rate += facts["items_per_second"]
        return ended, rate
