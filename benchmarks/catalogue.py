"""What the machinery around the pictures costs: ``python -P benchmarks/catalogue.py [--keep FILE]``.

The renderer is the tests' stand-in, which renders nothing but goes through the real one's interface, so the
figures are those of the protocol alone: no figure here is about pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.jobs import Trial, kill, wait  # noqa: E402
from support.stand_in import StandIn, picture  # noqa: E402

from fashion_models.pipelines.catalogue.model import Item, Job, Source, to_lines  # noqa: E402
from fashion_models.pipelines.catalogue.plan import accept_job  # noqa: E402
from fashion_models.pipelines.catalogue.shards import ShardRunner  # noqa: E402
from fashion_models.pipelines.catalogue.store import JobStore, shard_name  # noqa: E402
from fashion_models.pipelines.storage import open_storage  # noqa: E402


def has_begun(job: Trial) -> bool:
    """True when the first shard of twenty has ended."""
    return bool(job.records.progress().ok >= 20)


def trial(folder: Path, garments: int, size: int, **settings: Any) -> Trial:
    made = Trial(folder, str(folder / "out"))
    made.settings.pop("evidence")
    made.tell_workers(**settings)
    os.environ.update(made.environment)
    made.plan(garments, size=size)
    return made


def overhead(folder: Path) -> dict[str, float]:
    """Milliseconds per item beyond storing its picture, in shards of 100 in a folder.

    Wall time on a machine with nothing else to do; processor time tells the same on a busy one.
    """
    job = trial(folder / "job", 3000, 100)
    runner = ShardRunner(job.records, StandIn())
    store = open_storage(str(folder / "bare"))
    data = picture()

    def whole() -> None:
        for shard in job.records.pending():
            runner.run(shard)

    def bare() -> None:
        for n in range(3000):
            store.put(f"masters/{n % 256:02x}/{n}.png", data, create_only=True)

    found = {}
    for name, work in (("whole", whole), ("storing", bare)):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        found[f"{name}_ms"] = (time.perf_counter() - wall) / 3
        found[f"{name}_processor_ms"] = (time.process_time() - processor) / 3
    for kind in ("ms", "processor_ms"):
        found[f"protocol_{kind}"] = found[f"whole_{kind}"] - found[f"storing_{kind}"]
    return {name: round(value, 3) for name, value in found.items()}


def memory(folder: Path) -> dict[str, float]:
    """Peak memory of driver and worker [MB] for jobs of 1,000 and 20,000 items."""
    found = {}
    for items in (1000, 20_000):
        job = trial(folder / str(items), items, 100)
        driver = job.driver()
        peaks = {"driver": 0.0, "worker": 0.0}
        while driver.poll() is None:
            for name, pid in (("driver", driver.pid), ("worker", child(driver.pid))):
                peaks[name] = max(peaks[name], peak_memory(pid))
            time.sleep(0.05)
        driver.communicate()
        found |= {f"{name}_{items}": round(peak, 1) for name, peak in peaks.items()}
        shutil.rmtree(job.folder)
    for name in ("driver", "worker"):
        found[f"{name}_growth"] = round(found[f"{name}_20000"] / found[f"{name}_1000"] - 1, 3)
    return found


def child(pid: int) -> int:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return int(listed.split()[0]) if listed.split() else 0


def peak_memory(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) / 1e3 if peaks else 0.0


def workers(folder: Path) -> dict[str, float]:
    """Items per second with one worker and with two, on pictures that wait 50 ms for a device."""
    rates = {}
    for count in (1, 2):
        job = trial(folder / str(count), 1200, 20, seconds=0.05, evidence=str(folder))
        driver = job.driver(workers=count)
        wait(partial(has_begun, job), 120, "the first shard")
        first, began = job.records.progress().ok, time.perf_counter()
        driver.communicate()
        rates[f"workers_{count}"] = round((1200 - first) / (time.perf_counter() - began), 2)
    return {**rates, "speedup": round(rates["workers_2"] / rates["workers_1"], 3)}


def status(folder: Path) -> dict[str, float]:
    """Seconds that the command takes to tell how far a job of a million items is."""
    storage = open_storage(str(folder / "million"))
    sizes = (512,) * 1953 + (64,)
    records = JobStore(storage, "million")
    records.accept(Job(id="million", release="0", sizes=sizes))
    for index, size in enumerate(sizes[:1500]):
        shard = shard_name(0, index)
        for key in (f"manifest/{shard}.jsonl", f"att/{shard}/try-0000", f"done/{shard}.jsonl"):
            storage.put(f"{records.base}/{key}", b"{}\n")
        storage.put(f"{records.base}/tally/{shard}_{size - 2}_2", b"")
    command = [Path(sys.executable).parent / "fashion-models", "catalogue", "status", "--json"]
    times, before = [], processor_of_children()
    for _ in range(3):
        began = time.perf_counter()
        said = subprocess.run(
            [*command, "--out", folder / "million"], capture_output=True, text=True, check=True
        )
        times.append(time.perf_counter() - began)
    [facts] = json.loads(said.stdout)
    assert (facts["items"], facts["ok"]) == (sum(sizes), 1500 * 510)
    processor = (processor_of_children() - before) / 3
    return {
        "items": facts["items"],
        "seconds": round(statistics.median(times), 2),
        "processor_seconds": round(processor, 2),
    }


def processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resume(folder: Path) -> dict[str, float]:
    """Seconds from the command to the first new picture, half-way through a job of 20,000 items."""
    job = trial(folder / "job", 20_000, 100, evidence=str(folder / "job/evidence"))
    driver = job.driver()
    wait(lambda: job.records.progress().ok >= 10_000, 1200, "the first half")
    kill(driver)
    wait(lambda: not job.workers(), 30, "the end of the worker")
    before, used = sum(job.made().values()), processor_of_children()
    began = time.perf_counter()
    driver = job.driver()
    wait(lambda: sum(job.made().values()) > before, 120, "a new picture")
    seconds = time.perf_counter() - began
    kill(driver)
    processor = processor_of_children() - used
    return {
        "items": 20_000,
        "seconds": round(seconds, 2),
        "driver_processor_seconds": round(processor, 2),
    }


def planning(folder: Path) -> dict[str, float]:
    """Seconds to accept a job of 20,000 items in a folder."""
    photo = folder / "photo.png"
    photo.write_bytes(picture())
    items = [
        Item(sku=f"G{n}", garment=f"G{n}", row=f"{n}", look="a", photo=Source(uri=str(photo)), request={})
        for n in range(20_000)
    ]
    began = time.perf_counter()
    accept_job(open_storage(str(folder / "out")), items, size=100)
    seconds = time.perf_counter() - began
    return {
        "items": 20_000,
        "seconds": round(seconds, 2),
        "bytes_per_item": len(to_lines([items[0].as_dict()])),
    }


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "overhead": overhead,
    "planning": planning,
    "status": status,
    "resume": resume,
    "workers": workers,
    "memory": memory,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which; all if left out")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, load {load:.1f} before the run")
    found: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(load, 1)}
    for name in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            found[name] = PARTS[name](Path(folder))
        print(name, json.dumps(found[name]), flush=True)
    if options.keep:
        options.keep.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
