"""Catalogue jobs for people who sign in at a page: `Desk`. Each job runs as the command line runs it.

::

    ROOT/TENANT/tray/        what arrived and is not yet a job
    ROOT/TENANT/runs/RUN/    one run each, see `RunFolder`
    ROOT/TENANT/store/       the store of all the tenant's jobs
    ROOT/state/              queues of this machine

The command is a process of its own: it goes on when the page is closed. One that died is started again, by
this server or the next.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from fashion_models.errors import BusyError, FashionModelsError, NotFoundError, RecipeError, StateError
from fashion_models.pipelines.catalogue.prepare import Estimate, Prepared, accept, estimate
from fashion_models.pipelines.catalogue.products import Problem, Reading
from fashion_models.pipelines.catalogue.recipe import parse_recipe
from fashion_models.pipelines.catalogue.runs import NOTE, Note, Run, RunFolder
from fashion_models.pipelines.catalogue.tray import Tray, open_tray
from fashion_models.pipelines.storage import open_storage

#: Runs at work at a time, of all tenants; one of each.
MAX_RUNS = 2
#: Most pictures of one job here; larger ones are for the command line.
MAX_PICTURES = 20_000
#: The command is started so often without anything more having ended.
TRIES = 3
#: How often runs are looked after [s], and how long one that is asked to end may take [s].
_LOOK, _GRACE = 1.0, 15.0
#: What is handed out of a store: pictures and reports, not the records.
_PUBLIC = ("reports/", "masters/", "pictures/")

#: Gives the command line that works on a job: action ('resume' or 'retry'), job and store.
Command = Callable[[str, str, str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a run would be.

    Attributes:
        rejected: Rows that give no picture.
    """

    reading: Reading
    estimate: Estimate
    rejected: tuple[Problem, ...]


class Desk:
    """Catalogue jobs of all tenants; a tenant sees nothing of another's.

    Args:
        root: Folder of everything; made when something arrives.
        command: How a run is started.
    """

    def __init__(self, root: Path, command: Command) -> None:
        self._root = root.absolute()
        self._command = command
        self._children: dict[Path, subprocess.Popen[bytes]] = {}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="desk", daemon=True)

    def start(self) -> None:
        """Begin to look after the runs; those that a former server left go on."""
        self._thread.start()

    def close(self) -> None:
        """Ask what this server started to end in order; the next server goes on with it."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def tray(self, tenant: str) -> Tray:
        """What of a tenant's has arrived and is not yet a job."""
        return Tray(self._home(tenant) / "tray")

    def plan(self, tenant: str, recipe: bytes) -> Planned:
        """Say what a run of the tray would be; nothing is begun.

        Raises:
            ManifestError: What arrived is no catalogue.
            RecipeError: Something in the recipe is unknown or impossible, or makes too many pictures.
        """
        prepared = _prepare(self.tray(tenant), recipe)
        found = _estimated(prepared)
        return Planned(reading=prepared.reading, estimate=found, rejected=tuple(prepared.rejected))

    def begin(self, tenant: str, recipe: bytes) -> Run:
        """Make the tray a job and start it; the tray is empty then.

        Raises:
            ManifestError: What arrived is no catalogue, or no row gives a picture.
            RecipeError: Something in the recipe is unknown or impossible, or makes too many pictures.
            BusyError: Another run is at work.
        """
        self._check_room(tenant)
        _prepare(self.tray(tenant), recipe)
        run = self._folder(tenant, f"cat_{secrets.token_hex(10)}")
        tray = self.tray(tenant).moved(run.folder)
        try:
            prepared = _prepare(tray, recipe)
            found = _estimated(prepared)
            job = accept(prepared, run.store).name
            with self._lock:
                self._check_room(tenant)
                reading = prepared.reading
                name = "" if reading.kind == "folder" else reading.name
                run.note = Note(name=name, job=job, created=time.time(), minutes=found.minutes)
                self._launch(run)
        except FashionModelsError:
            tray.moved(self._home(tenant) / "tray")
            raise
        return run.shown()

    def runs(self, tenant: str, *, limit: int = 20) -> list[Run]:
        """A tenant's runs, newest first."""
        found = [self._folder(tenant, path.parent.name) for path in self._notes(self._home(tenant))]
        found.sort(key=lambda run: run.note.created, reverse=True)
        return [run.shown() for run in found[:limit]]

    def run(self, tenant: str, run_id: str) -> Run:
        """One run.

        Raises:
            NotFoundError: The tenant has no such run.
        """
        return self._known(tenant, run_id).shown()

    def stop(self, tenant: str, run_id: str) -> None:
        """Begin nothing new; what is made stays.

        Raises:
            NotFoundError: The tenant has no such run.
        """
        with self._lock:
            run = self._known(tenant, run_id)
            run.records.cancel()
            run.note = replace(run.note, wanted=False)

    def go_on(self, tenant: str, run_id: str, *, retry: bool = False) -> None:
        """Go on with a run that was stopped, or make again what was given up.

        Raises:
            NotFoundError: The tenant has no such run.
            BusyError: Another run is at work.
            StateError: It is still at work.
        """
        with self._lock:
            run = self._known(tenant, run_id)
            if run.is_held:
                raise StateError("this catalogue is still at work;", cure="wait until it has stopped.")
            self._check_room(tenant)
            records = run.records
            records.uncancel()
            records.storage.delete(f"{run.reports}_SUCCESS")
            action = "retry" if retry else "resume"
            run.note = replace(run.note, wanted=True, action=action, tries=0, trouble="")
            self._launch(run)

    def file(self, tenant: str, key: str) -> bytes:
        """A picture, or a file of a report.

        Raises:
            NotFoundError: The tenant has no such file.
        """
        try:
            if key.startswith(_PUBLIC):
                return open_storage(self._store(tenant)).get(key)
        except FashionModelsError:
            pass
        raise NotFoundError(f"there is no file '{key[:100]}';", cure="open it from its report.")

    def results(self, tenant: str, run_id: str) -> Iterator[tuple[str, bytes]]:
        """Everything to hand on, name and content one after the other: lists and pictures.

        Raises:
            NotFoundError: The tenant has no such run.
        """
        run = self._known(tenant, run_id)
        storage, reports, records = run.records.storage, run.reports, run.records

        def files() -> Iterator[tuple[str, bytes]]:
            for stat in storage.list(reports):
                name = stat.key.removeprefix(reports)
                if name not in ("_SUCCESS", "report.html"):  # the report needs the masters beside it
                    yield name, storage.get(stat.key)
            for outcome in records.final_outcomes():
                for file in [one for one in outcome.files if one.channel] or outcome.files:
                    yield file.key, storage.get(file.key)

        return files()

    def _home(self, tenant: str) -> Path:
        """A tenant's folder; whatever a tenant is called, it leads nowhere else."""
        return self._root / hashlib.sha256(tenant.encode()).hexdigest()[:24]

    def _store(self, tenant: str) -> str:
        return str(self._home(tenant) / "store")

    def _folder(self, tenant: str, run_id: str) -> RunFolder:
        return RunFolder(self._home(tenant) / "runs" / run_id, self._store(tenant))

    def _known(self, tenant: str, run_id: str) -> RunFolder:
        if run_id not in {path.parent.name for path in self._notes(self._home(tenant))}:
            raise NotFoundError(f"there is no catalogue '{run_id[:40]}';", cure="choose one of the list.")
        return self._folder(tenant, run_id)

    @staticmethod
    def _notes(home: Path) -> list[Path]:
        return list(home.glob(f"runs/*/{NOTE}"))

    def _all(self) -> list[RunFolder]:
        homes = [path for path in self._root.glob("*") if path.name != "state"]
        return [RunFolder(note.parent, str(home / "store")) for home in homes for note in self._notes(home)]

    def _check_room(self, tenant: str) -> None:
        busy = [run for run in self._all() if run.is_held or (run.note.wanted and not run.is_told)]
        own = any(run.store == self._store(tenant) for run in busy)
        if own or len(busy) >= MAX_RUNS:
            raise BusyError(
                "another catalogue is at work;",
                limit=f"one of yours and {MAX_RUNS} in all run at a time.",
                retry_after=600,
            )

    def _keep(self) -> None:
        """Start again what is meant to run and does not."""
        while not self._closing.wait(_LOOK):
            with self._lock:
                for run in self._all():
                    with suppress(FashionModelsError, OSError):  # looked at again in a moment
                        self._look_after(run)

    def _look_after(self, run: RunFolder) -> None:
        child = self._children.get(run.folder)
        if child is not None and child.poll() is not None:
            del self._children[run.folder]
        note = run.note
        if not note.wanted and run.is_held:
            run.records.cancel()  # a command that has just begun takes the marker away
        if not note.wanted or run.is_held:
            return
        if run.is_told or run.records.is_cancelled():
            run.note = replace(note, wanted=False)
        elif note.tries >= TRIES:
            run.note = replace(note, wanted=False, trouble=run.last_words())
        else:
            run.note = replace(note, action="resume") if note.tries else note
            self._launch(run)

    def _launch(self, run: RunFolder) -> None:
        state = os.environ.get("FASHION_MODELS_STATE", str(self._root / "state"))
        note, former = run.note, self._children.get(run.folder)
        if former is not None and not run.is_held:
            former.wait(_GRACE)  # it has let go of its lock: it is as good as gone
        command = self._command(note.action, note.job, run.store)
        child = run.launch(command, {"FASHION_MODELS_STATE": state})
        if child is not None:
            self._children[run.folder] = child


def _prepare(tray: Tray, recipe: bytes) -> Prepared:
    """The tray and the recipe, understood; lists will name pictures by their place in the download."""
    parsed = parse_recipe(recipe)
    if parsed.public_url is None:
        parsed = parsed.model_copy(update={"public_url": ""})
    return Prepared(source=open_tray(tray), recipe=parsed, where=tray.source())


def _estimated(prepared: Prepared) -> Estimate:
    found = estimate(prepared.items(), prepared.recipe)
    if found.items > MAX_PICTURES:
        raise RecipeError(
            f"{found.items} pictures in one catalogue;",
            limit=f"at most {MAX_PICTURES} are made from the page.",
            cure="take fewer looks, or run 'fashion-models catalogue'.",
        )
    return found
