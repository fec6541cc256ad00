"""Time and memory of whole commands, as a user waits for them; prints medians.

    python benchmarks/shoot.py [--runs 3] [--photo PHOTO] [--keep FILE]

A fresh cache folder is prepared first (not counted), so that the first shot is a true first shot: only what
`make` prepares is there. Figures are wall times of commands in their own process, and of further pictures in
a process that runs already, as the library is used.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fashion_models.cache import cache_root

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "fashion-models")


#: Prints the seconds of further pictures of a look in one process.
RUNNING = """
import json, sys, time
from fashion_models import ShotRequest
from fashion_models.pipelines.shoot import shoot

def seconds(**wanted):
    began = time.perf_counter()
    shoot(ShotRequest(photo=sys.argv[1], size="EU:44", **wanted))
    return time.perf_counter() - began

small = {"quality": "preview", "width": 384, "height": 576}
seconds(tone=8), seconds(tone=8, **small)
runs = range(int(sys.argv[2]))
print(json.dumps({
    "another tone of the same look, process running": [seconds(tone=2 + run) for run in runs],
    "preview 384×576 of a cached drape, process running": [seconds(tone=2 + run, **small) for run in runs],
}))
"""


def timed(*command: str, cache: Path) -> tuple[float, float]:
    """Wall time [s] and peak memory of the largest process [GB]."""
    environment = os.environ | {"FASHION_MODELS_CACHE": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # some machines set it; then each start compiles anew
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1e6


def forget_results(cache: Path, kept: set[Path]) -> None:
    """Remove what shots have cached, not what the set-up has."""
    for path in cache.rglob("*.npz"):
        if path not in kept:
            path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--photo", default=str(ROOT / "samples/garments/tee.jpg"))
    parser.add_argument("--keep", type=Path, help="write the figures to this JSON file")
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}

    def measure(name: str, command: list[str], cache: Path, before: object = None) -> None:
        runs = []
        for _ in range(options.runs):
            if callable(before):
                before()
            runs.append(timed(*command, cache=cache))
        figures[name] = {
            "median_s": round(statistics.median(r[0] for r in runs), 2),
            "peak_gb": round(max(r[1] for r in runs), 2),
        }
        print(
            f"{name:52s} {figures[name]['median_s']:7.2f} s   {figures[name]['peak_gb']:5.2f} GB", flush=True
        )

    with tempfile.TemporaryDirectory() as scratch:
        cache, out = Path(scratch) / "cache", Path(scratch) / "out"
        cache.mkdir()
        known = cache_root() / "llvm"
        if known.exists():
            shutil.copytree(known, cache / "llvm")
        print("preparing a fresh cache (not counted)", flush=True)
        timed(COMMAND, "setup", cache=cache)
        prepared = set(cache.rglob("*.npz"))
        shot = [COMMAND, "shoot", options.photo, "--out", str(out), "--size", "EU:44"]
        measure("--help", [COMMAND, "--help"], cache)
        measure("import fashion_models", [sys.executable, "-P", "-c", "import fashion_models"], cache)
        measure(
            "first shot, 768×1152 standard",
            [*shot, "--tone", "8"],
            cache,
            before=lambda: forget_results(cache, prepared),
        )
        measure("another tone of the same look", [*shot, "--tone", "3"], cache)
        small = ["--quality", "preview", "--width", "384", "--height", "576", "--tone", "8"]
        measure("preview 384×576 of a cached drape", [*shot, *small], cache)
        told = subprocess.run(
            [sys.executable, "-P", "-c", RUNNING, options.photo, str(options.runs)],
            env=os.environ | {"FASHION_MODELS_CACHE": str(cache)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name, runs in json.loads(told).items():
            figures[name] = {"median_s": round(statistics.median(runs), 2)}
            print(f"{name:52s} {figures[name]['median_s']:7.2f} s", flush=True)
    facts = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "runs": options.runs,
        "figures": figures,
    }
    if options.keep:
        options.keep.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
