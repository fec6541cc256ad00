"""``fashion-models catalogue plan | run | status | cancel | resume | retry | report``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fashion_models.translate import in_language
from fashion_models.ui.catalogue_texts import say

if TYPE_CHECKING:
    from fashion_models.pipelines.catalogue.prepare import Prepared
    from fashion_models.pipelines.catalogue.store import JobStore, Progress
    from fashion_models.pipelines.catalogue.watch import Watch

ACTIONS = ("plan", "run", "status", "cancel", "resume", "retry", "report")


def add_commands(commands: Any, lang: str) -> None:
    """Add the command to the parser's, with the actions and their options."""
    whole = commands.add_parser("catalogue", help=say("catalogue", lang), description=say("catalogue", lang))
    actions = whole.add_subparsers(dest="action", required=True, metavar="ACTION", help=say("actions", lang))
    for name in ACTIONS:
        action = actions.add_parser(name, help=say(name, lang), description=say(name, lang))
        if name in ("plan", "run"):
            action.add_argument("input", metavar="INPUT", help=say("input", lang))
            action.add_argument("--recipe", required=True, metavar="FILE", help=say("recipe", lang))
        else:
            action.add_argument("job", nargs="?", metavar="JOB", help=say("job", lang))
        if name == "plan":
            action.add_argument("--sheet", default="out/plan.png", metavar="FILE", help=say("sheet", lang))
            action.add_argument("--no-sheet", action="store_true", help=say("no_sheet", lang))
        action.add_argument("--out", default="out/catalogue", metavar="STORE", help=say("out", lang))
        if name in ("run", "resume", "retry"):
            _add_engine(action, lang)
        action.add_argument("--json", action="store_true", help=say("json", lang))


def _add_engine(action: argparse.ArgumentParser, lang: str) -> None:
    action.add_argument("--engine", choices=["local", "ray"], default="local", help=say("engine", lang))
    renderers = ["shoot", "stub"]
    action.add_argument("--renderer", choices=renderers, default="shoot", help=say("renderer", lang))
    action.add_argument("--workers", type=_count, default=0, metavar="N", help=say("workers", lang))
    action.add_argument("--database", default="", metavar="URL", help=say("database", lang))
    action.add_argument("--address", default="", metavar="ADDRESS", help=say("address", lang))
    action.add_argument("--cpus", type=float, default=1.0, metavar="N", help=say("cpus", lang))
    action.add_argument("--gpus", type=float, default=0.0, metavar="N", help=say("gpus", lang))
    metrics = say("metrics_port", lang)
    action.add_argument("--metrics-port", type=_count, default=0, metavar="PORT", help=metrics)


def _count(given: str) -> int:
    """A number that is not negative."""
    if not given.isdecimal():
        raise argparse.ArgumentTypeError(f"'{given}' is not a whole number of at least 0")
    return int(given)


def catalogue(options: argparse.Namespace, lang: str) -> int:
    """Do what was asked; gives the exit code."""
    actions: Mapping[str, Callable[[argparse.Namespace, str], int]] = {
        "plan": _plan,
        "run": _run,
        "status": _status,
        "cancel": _cancel,
        "resume": _resume,
        "retry": _retry,
        "report": _report,
    }
    return actions[options.action](options, lang)


def _plan(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.catalogue.prepare import estimate, prepare

    prepared = prepare(options.input, options.recipe)
    _tell_reading(prepared.reading, options, lang)
    found = estimate(prepared.items(), prepared.recipe)
    rejected = [problem.as_dict() for problem in prepared.rejected]
    if not options.json:
        _tell_rejected(rejected, lang)
        print(say("planned", lang).format(**found.as_dict()))
    sheet = {} if options.no_sheet or not found.items else _draw_sheet(prepared, options, lang)
    if options.json:
        facts = {**found.as_dict(), "rejected": rejected, "sheet": sheet}
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    return 0


def _draw_sheet(prepared: Prepared, options: argparse.Namespace, lang: str) -> dict[str, Any]:
    """Make the job's first pictures, small, and say where they are."""
    from pathlib import Path

    from fashion_models.pipelines.catalogue.preview import contact_sheet, first_five
    from fashion_models.pipelines.catalogue.render import ShootRenderer
    from fashion_models.pipelines.shot import check_folder, write_whole

    path = Path(options.sheet)
    check_folder(path.parent)

    def tell(look: str, share: float) -> None:
        if sys.stderr.isatty() and not options.json:
            print(f"  {share:4.0%} {look}", file=sys.stderr)

    made = contact_sheet(first_five(prepared.items()), ShootRenderer(), progress=tell)
    write_whole(path, made.png)
    if not options.json:
        seconds = ", ".join(f"{one:.0f}" for one in made.seconds)
        print(say("sheet_made", lang).format(path, seconds))
        for failure in made.failures:
            print(f"  {in_language(failure, lang)}", file=sys.stderr)
    return {"file": str(path), "seconds": list(made.seconds), "failures": list(made.failures)}


def _run(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.catalogue.prepare import accept, prepare

    prepared = prepare(options.input, options.recipe)
    _tell_reading(prepared.reading, options, lang)
    records = accept(prepared, options.out)
    _tell_rejected([problem.as_dict() for problem in prepared.rejected], lang, quiet=options.json)
    records.uncancel()
    return _work(records, options, lang)


def _resume(options: argparse.Namespace, lang: str) -> int:
    records = _records(options)
    records.uncancel()
    return _work(records, options, lang)


def _retry(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.catalogue.plan import retry_dead

    records = _records(options)
    records.uncancel()
    if records.pending():
        print(say("still_running", lang), file=sys.stderr)
    else:
        print(say("again", lang).format(retry_dead(records)), file=sys.stderr)
    return _work(records, options, lang)


def _work(records: JobStore, options: argparse.Namespace, lang: str) -> int:
    """Run a job on the engine that was asked for and leave everything behind that a finished job has."""
    from fashion_models.pipelines.catalogue.render import RENDERERS

    renderer = RENDERERS[options.renderer]
    with _progress(records, lang, quiet=options.json) as tell:
        if options.engine == "ray":
            from fashion_models.pipelines.catalogue.cluster import run_ray

            progress = run_ray(
                options.out,
                records.name,
                address=options.address,
                workers=options.workers,
                cpus=options.cpus,
                gpus=options.gpus,
                renderer=renderer,
                metrics_port=options.metrics_port,
                tell=tell,
            )
        else:
            from fashion_models.pipelines.catalogue.local import run_local

            progress = run_local(
                options.out,
                records.name,
                workers=options.workers,
                database=options.database,
                renderer=renderer,
                metrics_port=options.metrics_port,
                tell=tell,
            )
    page = _export(records) if progress.finished else ""
    _tell_progress(records, progress, options, lang, page=page)
    return 0 if progress.finished and not progress.dead else 1


def _status(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.catalogue.store import JobStore, list_jobs
    from fashion_models.pipelines.storage import open_storage

    storage = open_storage(options.out)
    names = [options.job] if options.job else list_jobs(storage)
    if not names and not options.json:
        print(say("no_jobs", lang).format(storage.url))
    facts = []
    for name in names:
        records = JobStore(storage, name)
        progress = records.progress()
        if options.json:
            facts.append(_facts(records, progress))
        else:
            _tell_progress(records, progress, options, lang)
    if options.json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    return 0


def _cancel(options: argparse.Namespace, lang: str) -> int:
    records = _records(options)
    records.cancel()
    print(say("cancel_asked", lang).format(records.name, options.out))
    return 0


def _report(options: argparse.Namespace, lang: str) -> int:
    records = _records(options)
    page = _export(records)
    _tell_progress(records, records.progress(), options, lang, page=page)
    return 0


def _export(records: JobStore) -> str:
    from fashion_models.pipelines.catalogue.export import export_job

    return export_job(records)


def _records(options: argparse.Namespace) -> JobStore:
    """The job that was named, or the only one there is."""
    from fashion_models.errors import JobError
    from fashion_models.pipelines.catalogue.store import JobStore, list_jobs
    from fashion_models.pipelines.storage import open_storage

    storage = open_storage(options.out)
    name = options.job
    if name is None:
        names = list_jobs(storage)
        if len(names) != 1:
            raise JobError(
                f"there are {len(names)} jobs in '{storage.url}';",
                cure="name one; 'fashion-models catalogue status' lists them.",
            )
        [name] = names
    records = JobStore(storage, name)
    _ = records.job  # refuses a name that is none
    return records


def _facts(records: JobStore, progress: Progress) -> dict[str, Any]:
    drivers = {driver: records.facts(driver) for driver in records.beats()}
    return {
        "job": records.name,
        "state": _state(progress),
        "items": progress.items,
        "ok": progress.ok,
        "dead": progress.dead,
        "shards": progress.shards,
        "shards_done": progress.done,
        "rejected": records.job.rejected,
        "input": records.job.input,
        "drivers": drivers,
    }


def _state(progress: Progress) -> str:
    if progress.finished:
        return "partially_failed" if progress.dead else "succeeded"
    return "cancelled" if progress.cancelled else "unfinished"


def _tell_progress(
    records: JobStore, progress: Progress, options: argparse.Namespace, lang: str, page: str = ""
) -> None:
    if options.json:
        print(json.dumps({**_facts(records, progress), "report": page}, indent=2, ensure_ascii=False))
        return
    facts = _facts(records, progress)
    print(say("progress", lang).format(**{**facts, "state": say(facts["state"], lang)}))
    for driver, told in facts["drivers"].items():
        ended = sum(told["ended"].values())
        print(say("driver", lang).format(driver, ended, told["items_per_second"], told["worker_deaths"]))
    if progress.dead:
        print(say("see_errors", lang).format(records.name, options.out))
    if page:
        print(say("page", lang).format(page))


def _tell_reading(reading: Any, options: argparse.Namespace, lang: str) -> None:
    """Show how the input was understood, before anything runs."""
    if options.json:
        return
    print(say("reading", lang).format(reading.name, reading.kind), file=sys.stderr)
    for ours, theirs in reading.columns.items():
        print(f"  {ours:16} ← {theirs}", file=sys.stderr)
    for note in reading.notes:
        print(f"  {note}", file=sys.stderr)


def _tell_rejected(rows: list[dict[str, Any]], lang: str, *, quiet: bool = False) -> None:
    if quiet or not rows:
        return
    reasons = Counter(row["reason"] for row in rows)
    counted = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    print(say("rejected", lang).format(len(rows), counted), file=sys.stderr)
    for row in rows[:5]:
        print(f"  {row['row']}: {in_language(row['message'], lang)}", file=sys.stderr)


@contextmanager
def _progress(records: JobStore, lang: str, *, quiet: bool) -> Iterator[Callable[[Watch], None]]:
    """A bar with rate, end and what each worker does, on a terminal; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda watch: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    before = records.progress()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[doing]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(records.name, total=before.items, completed=before.ok + before.dead, doing="")

        def tell(watch: Watch) -> None:
            ended = watch.ended["ok"] + watch.ended["dead"]
            stages = " ".join(f"{stage} {share:.0%}" for stage, share in watch.stages.values())
            dead = f" {say('dead', lang)} {before.dead + watch.ended['dead']}"
            doing = f"{watch.rate():.2f}/s{dead} {stages}"
            bar.update(task, completed=before.ok + before.dead + ended, doing=doing)

        yield tell
