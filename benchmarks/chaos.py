"""Run every fault test, print what each one cost, and keep the table: ``python -P benchmarks/chaos.py``.

Named tests alone renew their own rows of the table.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
FIGURES = ("items", "ok", "dead", "repeated", "lost")
RESULTS = ROOT / "benchmarks/results/chaos.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", default=["tests/faults"], help="which; all if left out")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-P", "-m", "pytest", "-q", "-m", "slow or not slow", *options.tests]
        command += ["-o", "junit_family=xunit1"]
        done = subprocess.run([*command, f"--junitxml={report}"], cwd=ROOT, check=False)
        rows = summarise(report)
    renewed = {row["test"]: row for row in [*kept(options.out), *rows]}
    table: dict[str, Any] = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "rows": list(renewed.values()),
    }
    options.out.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    print(markdown(table["rows"]))
    sys.exit(done.returncode)


def kept(path: Path) -> list[dict[str, Any]]:
    """The rows of an earlier run."""
    return json.loads(path.read_text())["rows"] if path.exists() else []


def summarise(report: Path) -> list[dict[str, Any]]:
    """One row per test; the rounds of a parametrised one are added up."""
    cases = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        cases[case.get("name", "").partition("[")[0]].append(case)
    return [_row(name, found) for name, found in cases.items()]


def _row(name: str, cases: list[ElementTree.Element]) -> dict[str, Any]:
    figures = [ast.literal_eval(one.get("value", "{}")) for case in cases for one in case.iter("property")]
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return {
        "test": name.removeprefix("test_").replace("_", " "),
        "rounds": len(cases),
        "passed": len(cases) - failed - skipped,
        "failed": failed,
        "skipped": skipped,
        **{
            key: sum(one[key] for one in figures)
            for key in ("items", "ok", "dead", "repeated", "lost")
            if figures
        },
        "seconds": round(sum(float(case.get("time", 0)) for case in cases), 1),
    }


def markdown(rows: list[dict[str, Any]]) -> str:
    """The table as it stands in the documentation."""
    names = ("rounds", "passed", "items", "dead", "repeated", "lost", "seconds")
    lines = ["| test | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| {row['test']} | " + " | ".join(str(row.get(n, "")) for n in names) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
