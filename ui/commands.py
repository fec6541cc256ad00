"""What the commands do. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fashion_models.errors import FashionModelsError, PlanError
from fashion_models.pipelines.stages import Progress
from fashion_models.translate import in_language
from fashion_models.ui.api.commands import keys, serve, worker
from fashion_models.ui.catalogue import catalogue
from fashion_models.ui.channels import channels
from fashion_models.ui.texts import text

__all__ = ["catalogue", "channels", "keys", "serve", "worker"]  # written in modules of their own


def shoot(options: argparse.Namespace, lang: str) -> int:
    """Photograph every garment in every view; one that fails does not stop the others."""
    from fashion_models.pipelines.shoot import shoot as make_shot
    from fashion_models.pipelines.shot import check_folder
    from fashion_models.plan import ShotRequest

    views = options.view.split(",")
    fields = {
        name: value for name, value in vars(options).items() if name in ShotRequest.__dataclass_fields__
    } | {"size_chart": _chart(options.size_chart)}
    results: list[dict[str, Any]] = []
    worst = 0
    check_folder(options.out)
    for photo in options.photo:
        for view in views:
            request = ShotRequest(**fields | {"photo": photo, "view": view})
            try:
                with _progress(f"{photo} ({view})", quiet=options.json) as progress:
                    shot = make_shot(request, progress=progress)
                path = shot.save(options.out)
            except FashionModelsError as error:
                worst = max(worst, complain(error, lang, about=photo))
                results.append({"photo": photo, "view": view, "error": str(error), "passed": False})
                continue
            results.append({"photo": photo, "view": view, "picture": str(path), **shot.report})
            worst = max(worst, 0 if shot.passed else 1)
            if not options.json:
                _tell(str(path), shot.report, lang)
    if options.json:
        print(json.dumps(results, indent=2, ensure_ascii=False))
    return worst


def inspect(options: argparse.Namespace, lang: str) -> int:
    """Draw what was read from each photo."""
    from pathlib import Path

    from fashion_models.pipelines.inspection import inspect_photo
    from fashion_models.pipelines.shot import check_folder

    worst = 0
    results: list[dict[str, Any]] = []
    chart = _chart(options.size_chart)
    folder = check_folder(options.out)
    for photo in options.photo:
        try:
            found = inspect_photo(
                Path(photo),
                category=options.category,
                size=options.size,
                size_chart=chart,
            )
            path = found.save(folder)
        except FashionModelsError as error:
            worst = max(worst, complain(error, lang, about=photo))
            results.append({"photo": photo, "error": str(error)})
            continue
        results.append({"photo": photo, "picture": str(path), **found.facts})
        if not options.json:
            print(f"{text('saved', lang)} {path}")
    if options.json:
        print(json.dumps(results, indent=2, ensure_ascii=False))
    return worst


def sheet(options: argparse.Namespace, lang: str) -> int:
    """List what there is of a kind and draw a contact sheet of it."""
    from fashion_models.pipelines.sheets import entries, save_sheet

    with _progress(options.command, quiet=False) as progress:
        path = save_sheet(options.command, options.out, progress=progress)
    listed = entries(options.command)
    width = max(len(entry.name) for entry in listed)
    for entry in listed:
        print(f"{entry.name:{width}}  {entry.zh if lang == 'zh' else entry.en}")
    print(f"{text('saved', lang)} {path}")
    return 0


poses = people = hair = backdrops = sheet


def audit(options: argparse.Namespace, lang: str) -> int:
    """Shoot a grid of people, say what was measured and who is served worst; what was shot before is kept."""
    from fashion_models.pipelines.audit import Finding, grid_named, run_audit
    from fashion_models.pipelines.audit_page import save_audit
    from fashion_models.pipelines.audit_summary import summarise

    grid = grid_named(options.grid, tones=options.tones)
    planned = len(grid.cells) * len(options.photo)
    findings: list[Finding] = []
    try:
        with _progress(options.command, quiet=options.json) as progress:
            for finding in run_audit(grid, options.photo, options.out, progress=progress):
                findings.append(finding)
    finally:  # a page of what is done is worth having when the rest is stopped
        if findings:
            summary = summarise(findings, planned=planned)
            page = save_audit(
                options.out, summary, findings, title=f"{options.grid}, {', '.join(options.photo)}"
            )
    if options.json:
        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        _tell_audit(summary, lang)
        print(f"{text('saved', lang)} {page}")
    return 0 if all(goal["met"] for goal in summary["goals"]) else 1


def _tell_audit(summary: Mapping[str, Any], lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from fashion_models.pipelines.audit_page import percent, word
    from fashion_models.pipelines.audit_summary import METRICS

    console = Console()
    cells = summary["cells"]
    counts = (("done", cells["done"]), ("refusals", cells["refused"]), ("failures", cells["failed"]))
    console.print(", ".join(f"{word(key, lang)} {count}" for key, count in counts) + f" / {cells['planned']}")
    worst = summary["worst"]
    table = Table(word("worst", lang), *(word(dimension, lang) for dimension in worst))
    for metric in METRICS:
        table.add_row(word(metric, lang), *(_worst(groups.get(metric), lang) for groups in worst.values()))
    console.print(table)
    missed = [goal for goal in summary["goals"] if not goal["met"]]
    for goal in missed:
        where = f" ({goal['where']})" if goal["where"] else ""
        value, limit = percent(goal["value"]), percent(goal["limit"])
        sign = "<" if goal["at_least"] else ">"
        console.print(
            f"{text('goals_missed', lang)}: {word(goal['name'], lang)}{where} {value} {sign} {limit}"
        )
    if not missed:
        console.print(text("goals_met", lang))


def _worst(found: Mapping[str, Any] | None, lang: str) -> str:
    """The worst group, its share and the gap to the best; without a gap the share of all."""
    from fashion_models.pipelines.audit_page import percent

    if found is None or not found["gap"]:
        return percent(None if found is None else found["share"])
    return f"{found['group']}: {percent(found['share'])}\n{text('gap', lang)} {percent(found['gap'])}"


def doctor(options: argparse.Namespace, lang: str) -> int:
    """Say what this machine can run and what would make it faster."""
    from fashion_models.pipelines.prepare import examine

    facts = examine()
    if options.json:
        print(json.dumps([vars(fact) for fact in facts], indent=2, ensure_ascii=False))
    else:
        for fact in facts:
            mark = "✓" if fact.good else "✗"
            cure = f" — {fact.cure}" if fact.cure else ""
            print(f"{mark} {fact.name}: {fact.found}{cure}")
    return 0 if all(fact.good or not fact.needed for fact in facts) else 1


def setup(options: argparse.Namespace, lang: str) -> int:
    """Build what is slow once."""
    from fashion_models.pipelines.prepare import prepare

    del options

    def tell(step: str, fraction: float) -> None:
        print(f"{100 * fraction:3.0f} %  {step}", file=sys.stderr, flush=True)

    prepare(tell)
    print(text("ready", lang))
    return 0


def weights(options: argparse.Namespace, lang: str) -> int:
    """List, fetch or check model weights."""
    from fashion_models.ui.weights import run

    return run(options, lang, lambda title: _progress(title, quiet=False))


def _chart(given: str | None) -> dict[str, float] | None:
    """Parse 'length=72,chest=54'.

    Raises:
        PlanError: Not of that form.
    """
    if given is None:
        return None
    try:
        pairs = [part.split("=") for part in given.split(",")]
        return {name.strip(): float(value) for name, value in pairs}
    except ValueError as error:
        raise PlanError(
            f"size chart '{given}' is not understood;", cure="write it as length=72,chest=54 (cm)."
        ) from error


@contextmanager
def _progress(title: str, *, quiet: bool) -> Iterator[Progress | None]:
    """A bar on a terminal; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0, stage="")
        yield lambda stage, fraction: bar.update(task, completed=fraction, stage=stage)


def _tell(path: str, report: dict[str, Any] | Any, lang: str) -> None:
    seconds = report["timings_s"]
    steps = "  ".join(f"{name} {value:.1f}" for name, value in seconds.items() if name != "total")
    print(f"{text('saved', lang)} {path}")
    print(f"  {text('took', lang)} {seconds['total']:.1f} s: {steps}")
    if report["finisher"] == "refused":
        print(f"  {text('finish_refused', lang)}: {report['finish']['refused']}")
    if report["passed"]:
        print(f"  {text('passed', lang)} ({len(report['checks'])})")
    else:
        print(f"  {text('failed', lang)}:")
        for failure in report["failures"]:
            print(f"    - {failure}")


def complain(error: FashionModelsError, lang: str, about: str = "") -> int:
    """Say what went wrong on standard error; gives the exit code."""
    where = f" ({about})" if about else ""
    print(f"{text('error', lang)}{where}: {in_language(error, lang)}", file=sys.stderr)
    return error.exit_code
