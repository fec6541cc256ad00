"""What an audit found: rates per group, the worst group, the gap, the order of the sizes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from statistics import fmean
from typing import Any

from fashion_models.fidelity.body import LIMIT_CM
from fashion_models.fidelity.rates import Rate, gap, is_rising, worst_group
from fashion_models.pipelines.audit import GIRTHS, Cell, Finding

#: What cells are grouped by.
DIMENSIONS: Mapping[str, Callable[[Cell], str]] = {
    "tone": lambda cell: str(cell.tone),
    "size": lambda cell: cell.size,
    "gender": lambda cell: str(cell.gender),
    "age": lambda cell: "18-34" if cell.age < 35 else "35-54" if cell.age < 55 else "55-80",
    "ethnicity": lambda cell: cell.ethnicity,
}

Facts = Mapping[str, Any]


def _girth_error(facts: Facts) -> float | None:
    """The largest difference of measured and requested centimetres; None without a shot."""
    if facts["outcome"] != "shot":
        return None
    asked, measured = facts["girths_cm"]["asked"], facts["girths_cm"]["measured"]
    return max(abs(float(measured[name]) - float(asked[name])) for name in GIRTHS)


def _girths(facts: Facts, _: Cell) -> bool | None:
    error = _girth_error(facts)
    return None if error is None else error <= LIMIT_CM


def _within(steps: int) -> Callable[[Facts, Cell], bool | None]:
    def near(facts: Facts, cell: Cell) -> bool | None:
        tone = facts.get("tone")
        return None if tone is None else abs(tone - cell.tone) <= steps

    return near


def _check(name: str) -> Callable[[Facts, Cell], bool | None]:
    def passed(facts: Facts, _: Cell) -> bool | None:
        check = facts.get("checks", {}).get(name)
        return None if check is None or check["value"] is None else bool(check["passed"])

    return passed


#: What is counted of a cell: True is good, None does not count.
METRICS: Mapping[str, Callable[[Facts, Cell], bool | None]] = {
    "delivered": lambda facts, _: facts["outcome"] == "shot",
    "passed": lambda facts, _: facts["outcome"] == "shot" and not facts["failures"],
    "tone_exact": _within(0),
    "tone_near": _within(1),
    "girths": _girths,
    "pose": _check("joints_outside"),
    "colour": _check("garment_colour"),
}


def summarise(findings: Sequence[Finding], *, planned: int) -> dict[str, Any]:
    """Count what was found.

    Args:
        findings: What the cells gave.
        planned: Number of cells of the whole audit.

    Returns:
        JSON-ready values: 'cells', 'goals', 'groups', 'worst', 'tone_error', 'girths_cm', 'size_order',
        'checks', 'refusals' and 'failures'.
    """
    rates = {name: _rates(findings, group) for name, group in DIMENSIONS.items()}
    worst = {dimension: _worst(groups) for dimension, groups in rates.items()}
    order = size_order(findings)
    outcomes = Counter(finding.facts["outcome"] for finding in findings)
    return {
        "cells": {"planned": planned, "done": len(findings)}
        | {outcome: outcomes[outcome] for outcome in ("shot", "refused", "failed")},
        "goals": _goals(worst, order),
        "groups": {
            dimension: {
                group: {metric: _plain(rate) for metric, rate in counted.items()}
                for group, counted in groups.items()
            }
            for dimension, groups in rates.items()
        },
        "worst": worst,
        "tone_error": _tone_errors(findings),
        "girths_cm": _girths_cm(findings),
        "size_order": order,
        "checks": _checks(findings),
        "refusals": _reasons(findings, "refused"),
        "failures": _reasons(findings, "failed"),
    }


def size_order(findings: Sequence[Finding]) -> dict[str, Any]:
    """Is a person of a larger size wider in the picture? Compared where all but the size is the same.

    Args:
        findings: What the cells gave.

    Returns:
        'rising' as a rate over such series, 'broken' with the series that do not rise.
    """
    series: dict[tuple[str, Cell], list[tuple[float, str, float]]] = defaultdict(list)
    for finding in findings:
        if finding.facts.get("width_cm") is not None:
            bust = finding.facts["girths_cm"]["asked"]["bust"]
            entry = (bust, finding.cell.size, finding.facts["width_cm"])
            series[finding.photo, replace(finding.cell, size="")].append(entry)
    compared = {key: sorted(entries) for key, entries in series.items() if len(entries) > 1}
    broken = [
        {"photo": photo, "person": asdict(cell), "width_cm": {size: width for _, size, width in entries}}
        for (photo, cell), entries in compared.items()
        if not is_rising([width for _, _, width in entries])
    ]
    return {"rising": _plain(Rate(good=len(compared) - len(broken), of=len(compared))), "broken": broken}


def _rates(findings: Sequence[Finding], group: Callable[[Cell], str]) -> dict[str, dict[str, Rate]]:
    """Group to metric to rate, groups in the order in which they first come."""
    counted: dict[str, dict[str, Rate]] = {}
    for finding in findings:
        of_group = counted.setdefault(group(finding.cell), {name: Rate(good=0, of=0) for name in METRICS})
        for name, is_good in METRICS.items():
            verdict = is_good(finding.facts, finding.cell)
            if verdict is not None:
                rate = of_group[name]
                of_group[name] = Rate(good=rate.good + verdict, of=rate.of + 1)
    return counted


def _worst(groups: Mapping[str, Mapping[str, Rate]]) -> dict[str, Any]:
    """Metric to its worst group and the gap between best and worst."""
    found: dict[str, Any] = {}
    for metric in METRICS:
        rates = {group: counted[metric] for group, counted in groups.items()}
        name = worst_group(rates)
        if name is not None:
            found[metric] = {"group": name, **_plain(rates[name]), "gap": round(gap(rates), 4)}
    return found


def _goals(worst: Mapping[str, Any], order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an audit must reach in every group, beside what it reached: None where nothing was compared."""

    def lowest(metric: str) -> tuple[float | None, str]:
        found = [
            (groups[metric]["share"], f"{name} {groups[metric]['group']}" if groups[metric]["gap"] else "")
            for name, groups in worst.items()
            if metric in groups
        ]
        return min(found, default=(None, ""))

    def widest(metric: str) -> tuple[float | None, str]:
        found = [(groups[metric]["gap"], name) for name, groups in worst.items() if metric in groups]
        return max(found, default=(None, ""))

    return [
        _goal("tone_near", *lowest("tone_near"), limit=0.99),
        _goal("tone_exact", *lowest("tone_exact"), limit=0.95),
        _goal("size_order", order["rising"]["share"], "", limit=1.0),
        _goal("gap", *widest("passed"), limit=0.05, at_least=False),
    ]


def _goal(
    name: str, value: float | None, where: str, *, limit: float, at_least: bool = True
) -> dict[str, Any]:
    met = value is not None and (value >= limit if at_least else value <= limit)
    return {"name": name, "value": value, "where": where, "limit": limit, "at_least": at_least, "met": met}


def _tone_errors(findings: Sequence[Finding]) -> dict[str, float]:
    """Requested tone to the mean of measured minus requested, in steps."""
    errors: dict[str, list[int]] = defaultdict(list)
    for finding in findings:
        if finding.facts.get("tone") is not None:
            errors[str(finding.cell.tone)].append(finding.facts["tone"] - finding.cell.tone)
    return {tone: round(fmean(steps), 3) for tone, steps in errors.items()}


def _girths_cm(findings: Sequence[Finding]) -> dict[str, Any]:
    """Gender and size to the centimetres asked for and measured, of the person they fit least."""
    least: dict[str, tuple[float, Any]] = {}
    for finding in findings:
        error = _girth_error(finding.facts)
        key = f"{finding.cell.gender} {finding.cell.size}"
        if error is not None and error >= least.get(key, (0.0, None))[0]:
            least[key] = error, finding.facts["girths_cm"]
    return {key: girths for key, (_, girths) in least.items()}


def _checks(findings: Sequence[Finding]) -> dict[str, Any]:
    """Check to its worst value, its limit, how often it was measured and how often it failed."""
    values: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        for name, check in finding.facts.get("checks", {}).items():
            if check["value"] is not None:
                values[name].append(check)
    return {
        name: {
            "worst": (min if seen[0]["at_least"] else max)(check["value"] for check in seen),
            **{key: seen[0][key] for key in ("limit", "unit", "at_least")},
            "measured": len(seen),
            "failed": sum(not check["passed"] for check in seen),
        }
        for name, seen in values.items()
    }


def _reasons(findings: Sequence[Finding], outcome: str) -> list[dict[str, str]]:
    return [
        {"photo": finding.photo, "cell": finding.cell.title, "why": finding.facts["why"]}
        for finding in findings
        if finding.facts["outcome"] == outcome
    ]


def _plain(rate: Rate) -> dict[str, Any]:
    low, high = rate.bounds
    share = None if rate.share is None else round(rate.share, 4)
    return {"good": rate.good, "of": rate.of, "share": share, "low": round(low, 4), "high": round(high, 4)}
