"""What a job came to, counted while its outcomes pass by: `Summary`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fashion_models.pipelines.catalogue.model import Outcome, Status

#: Pictures and reasons that are shown one by one; everything is counted.
SHOWN = 240


@dataclass(kw_only=True)
class Channel:
    """One channel's files.

    Attributes:
        files: How many were made.
        bytes: Their size together.
        warnings: What they do not meet, by how many do not.
        refused: Files that could not be made, by reason.
    """

    files: int = 0
    bytes: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(kw_only=True)
class Summary:
    """Counts of a job, and its most telling pictures.

    Attributes:
        items: Pictures that have ended.
        ok: Pictures made.
        passed: Pictures made that pass every check.
        dead: Pictures given up.
        reasons: Kinds of errors that pictures were given up for.
        checks: Checks that failed, by how many pictures.
        rejected: Rows that gave no picture, by reason.
        channels: Files by channel; '' are the masters.
        seconds: Workers' time for all pictures together.
        stages: The same by stage.
        failing: Pictures that fail checks, as many as are shown.
        passing: Pictures that pass, as many as are shown.
        given_up: Pictures given up, as many as are shown.
    """

    items: int = 0
    ok: int = 0
    passed: int = 0
    dead: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    channels: dict[str, Channel] = field(default_factory=dict)
    seconds: float = 0.0
    stages: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    failing: list[Outcome] = field(default_factory=list)
    passing: list[Outcome] = field(default_factory=list)
    given_up: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one picture."""
        self.items += 1
        if outcome.status is Status.DEAD:
            self.dead += 1
            self.reasons[outcome.error] += 1
            _keep(self.given_up, outcome)
            return
        self.ok += 1
        passed = bool(outcome.report.get("passed"))
        self.passed += passed
        _keep(self.passing if passed else self.failing, outcome)
        self.checks.update(failed_checks(outcome.report))
        timings: Mapping[str, float] = outcome.report.get("timings_s", {})
        self.seconds += timings.get("total", 0.0)
        for stage, seconds in timings.items():
            if stage != "total":
                self.stages[stage] += seconds
        for file in outcome.files:
            channel = self.channels.setdefault(file.channel, Channel())
            channel.files += 1
            channel.bytes += file.size
            channel.warnings.update(_kind_of(warning) for warning in file.warnings)
        for name, why in outcome.refused.items():
            self.channels.setdefault(name, Channel()).refused[why] += 1

    def shown(self) -> list[Outcome]:
        """The pictures to show, those that fail first."""
        return [*self.failing, *self.passing][:SHOWN]

    def as_dict(self) -> dict[str, Any]:
        """The counts as JSON-ready values."""
        return {
            "items": self.items,
            "ok": self.ok,
            "passed": self.passed,
            "dead": self.dead,
            "reasons": dict(self.reasons),
            "checks_failed": dict(self.checks),
            "rejected_rows": dict(self.rejected),
            "channels": {
                name or "master": {
                    "files": one.files,
                    "bytes": one.bytes,
                    "warnings": dict(one.warnings),
                    "refused": dict(one.refused),
                }
                for name, one in sorted(self.channels.items())
            },
            "worker_seconds": round(self.seconds, 1),
        }


def _keep(shown: list[Outcome], outcome: Outcome) -> None:
    if len(shown) < SHOWN:
        shown.append(outcome)


def failed_checks(report: Mapping[str, Any]) -> list[str]:
    """Names of the checks a picture does not pass."""
    checks: Mapping[str, Mapping[str, Any]] = report.get("checks", {})
    return [name for name, check in checks.items() if not check.get("passed", True)]


def _kind_of(warning: str) -> str:
    """A warning without its figures, so that equal ones are counted together."""
    return "".join("…" if c.isdigit() else c for c in warning).replace("……", "…").replace("……", "…")
