"""Small catalogue jobs with the stand-in renderer, and the oracle that every fault test ends with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fashion_models.pipelines.catalogue.model import Item, Outcome, Source, Status
from fashion_models.pipelines.catalogue.plan import accept_job
from fashion_models.pipelines.catalogue.store import JobStore, master_key
from fashion_models.pipelines.storage import Storage, open_storage
from support.stand_in import NAME, picture


@dataclass
class Trial:
    """A job under test: where it is, and what its workers are told."""

    folder: Path
    out: str
    settings: dict[str, Any] = field(default_factory=dict)
    job: str = ""
    drivers: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "evidence").mkdir(parents=True, exist_ok=True)
        self.tell_workers(evidence=str(self.folder / "evidence"))

    @property
    def storage(self) -> Storage:
        return open_storage(self.out)

    @property
    def records(self) -> JobStore:
        return JobStore(self.storage, self.job)

    @property
    def environment(self) -> dict[str, str]:
        tests = Path(__file__).parent.parent
        return {
            "STAND_IN": str(self.folder / "stand-in.json"),
            "FASHION_MODELS_STATE": str(self.folder / "state"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(tests), os.environ.get("PYTHONPATH")])),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def tell_workers(self, **settings: Any) -> None:
        """Change what the stand-in does; read when a worker starts."""
        self.settings |= settings
        (self.folder / "stand-in.json").write_text(json.dumps(self.settings))

    def plan(self, garments: int, looks: int = 1, size: int = 10, **options: Any) -> None:
        photo = self.folder / "photo.png"
        photo.write_bytes(picture())
        job = accept_job(self.storage, items(garments, looks, photo), size=size, **options)
        self.job = job.id

    def driver(self, **options: Any) -> subprocess.Popen[str]:
        """Start a driver of its own process; options are `run_local`'s or `run_ray`'s."""
        options = {"renderer": NAME, **options}
        driver = subprocess.Popen(
            [sys.executable, "-P", "-m", "support.drive", self.out, self.job, json.dumps(options)],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.drivers.append(driver)
        return driver

    def end(self) -> None:
        """Leave no driver behind, whatever became of the test."""
        for driver in self.drivers:
            if driver.poll() is None:
                kill(driver)

    def run(self, timeout: float = 240, **options: Any) -> str:
        """Run a driver to its end; gives what it printed."""
        return finish(self.driver(**options), timeout)

    def made(self) -> Counter[str]:
        """How often each picture was made, by 'SKU/LOOK'."""
        return Counter(what for kind, what in self.evidence() if kind == "made")

    def evidence(self) -> Iterator[tuple[str, str]]:
        for path in (self.folder / "evidence").glob("*.log"):
            for line in path.read_text().splitlines():
                kind, _, what = line.partition(" ")
                yield kind, what

    def workers(self) -> list[int]:
        """Living worker processes."""
        found = [int(what) for kind, what in self.evidence() if kind == "load"]
        return [pid for pid in found if alive(pid)]

    def wait_until_made(self, count: int, timeout: float = 180) -> None:
        wait(lambda: sum(self.made().values()) >= count, timeout, f"{count} pictures")

    def check(self, dead: Set[str] = frozenset(), repeats: int = 0) -> dict[str, int]:
        """The oracle: every item ends once, every picture is there once as recorded, little was wasted."""
        records = self.records
        release = records.job.release
        wanted = {i.key(release): i for s in records.shards() for i in records.read_items(s)}
        outcomes = list(records.final_outcomes())
        ends = Counter(outcome.key for outcome in outcomes)
        assert set(ends) == set(wanted), f"{len(set(wanted) - set(ends))} items have no record"
        assert max(ends.values()) == 1
        ok = {outcome.key: outcome for outcome in outcomes if outcome.status is Status.OK}
        gone = {outcome.key for outcome in outcomes if outcome.status is Status.DEAD}
        assert {wanted[key].sku for key in gone} == set(dead), [o.reason for o in outcomes if o.error]
        objects = {stat.key: stat for stat in self.storage.list("masters/")}
        assert set(objects) == {master_key(key) for key in ok}
        for outcome in ok.values():
            check_files(self.storage, outcome)
        made = self.made()
        spent = sum(count - 1 for what, count in made.items() if what.split("/")[0] not in dead)
        assert spent <= repeats, f"{spent} pictures were made again; at most {repeats} may be"
        progress = records.progress()
        assert progress.finished
        assert (progress.ok, progress.dead) == (len(ok), len(gone))
        return {"items": len(wanted), "ok": len(ok), "dead": len(gone), "repeated": spent, "lost": 0}


def check_files(storage: Storage, outcome: Outcome) -> None:
    for file in outcome.files:
        found = storage.head(file.key)
        assert found is not None, file.key
        assert (found.etag, found.size) == (file.etag, file.size)


def items(garments: int, looks: int, photo: Path) -> Iterator[Item]:
    for n in range(garments):
        for look in range(looks):
            yield Item(
                sku=f"G{n:05d}",
                garment=f"G{n:05d}",
                row=f"test:{n}",
                look=f"look-{look}",
                photo=Source(uri=str(photo)),
                request={"seed": look},
            )


def wait(happens: Callable[[], bool], timeout: float, what: str) -> None:
    until = time.monotonic() + timeout
    while not happens():
        assert time.monotonic() < until, f"{what} did not come within {timeout} s"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def finish(driver: subprocess.Popen[str], timeout: float = 240) -> str:
    """Wait for a driver to end well; gives what it printed."""
    try:
        said, _ = driver.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        driver.kill()
        said, _ = driver.communicate()
        raise AssertionError(f"the driver did not end in {timeout} s: {said}") from None
    assert driver.returncode == 0, said
    return said


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
