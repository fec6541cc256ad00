"""The catalogue tab as HTML: what the next job takes, what it would be, and all jobs with their progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from fashion_models.pipelines.catalogue.channels import presets
from fashion_models.pipelines.catalogue.products import REASONS
from fashion_models.pipelines.catalogue.runs import Run, Stand
from fashion_models.pipelines.catalogue.tray import LISTS, PHOTOS, RECIPES, Tray
from fashion_models.ui.page.make_step import bar
from fashion_models.ui.page.problems import explain
from fashion_models.ui.page.recipes import FILE, SET, STUDIO, STYLE, Choice
from fashion_models.ui.page.texts import both, count, pair, say, told
from fashion_models.ui.page.widgets import button, chips, group, section

if TYPE_CHECKING:
    from fashion_models.pipelines.catalogue.desk import Planned

#: Files and refused rows that are shown by name.
_NAMES, _ROWS = 6, 8


def render(tray: Tray, choice: Choice, styles: Iterable[str], *, after: str = "", turn: int = 0) -> str:
    """What the next job takes.

    Args:
        tray: What arrived.
        choice: What was chosen.
        styles: Names of the house styles.
        after: HTML below: the plan, or a problem.
        turn: Which turn of the reader this answers; 0: none.
    """
    if choice.kind == FILE and tray.recipe is None:
        choice = replace(choice, kind=STUDIO)
    files = tray.files
    ready = f'<div class="line">{button("plan", say("cat_plan"), kind="main")}</div>' if files else ""
    working = f'<p class="working quiet-words" role="status">{say("cat_working")}</p>'
    chosen = f"{_recipes(tray, choice, styles)}{_channels(choice)}{_public(choice)}" if files else ""
    body = f"{_products(files)}{chosen}{ready}{working}{after}"
    stamp = f'<i data-turn="{turn}" hidden></i>'  # every answer is seen, even one that says the same
    return section("1", "cat_title", "cat_hint", f"{body}{stamp}", name="catalogue")


def plan(planned: Planned) -> str:
    """What a run would be, and the button that starts it."""
    found, reading = planned.estimate, planned.reading
    facts = [count("garments", found.garments), count("pictures", found.items)]
    if found.files:
        facts.append(say("cat_files_n", n=found.files))
    facts.append(say("cat_time", minutes=max(1, round(found.minutes))))
    facts.append(say("cat_storage", size=f"{max(found.megabytes, 1):.0f}"))
    if reading.kind == "folder":
        read = f"<p>{say('cat_read_folder')}</p>"
    else:
        read = f"<p>{say('cat_read_as', name=reading.name, kind=reading.kind)}</p>{_columns(reading.columns)}"
    start = (
        f'<div class="line">{button("start", say("cat_start"), kind="main")}'
        f'<span class="quiet-words">{say("cat_start_note")}</span></div>'
        if found.items
        else f"<p>{say('cat_nothing')}</p>"
    )
    return (
        f'<div class="plan" role="status">{read}<p class="facts-line">{" · ".join(facts)}</p>'
        f"{_rejected(planned)}{start}</div>"
    )


def runs(shown: Iterable[Run], notice: str = "") -> tuple[str, bool]:
    """All jobs, and whether one is at work."""
    found = list(shown)
    body = "".join(map(_run, found)) or f'<p class="quiet-words">{say("cat_runs_none")}</p>'
    active = any(run.stand is Stand.RUNNING for run in found)
    return section("2", "cat_runs", "cat_runs_hint", f"{notice}{body}", name="runs"), active


def _products(files: Mapping[str, int]) -> str:
    taken = ",".join((*LISTS, *PHOTOS, *RECIPES, ".zip"))
    drop = (
        f'<label class="drop {"small" if files else "large"}" data-drop data-together>'
        f'<input type="file" multiple accept="{taken}"><span class="plus" aria-hidden="true">+</span>'
        f"<b>{say('cat_drop')}</b><small>{say('cat_drop_limits')}</small>"
        f'<span class="busy" role="status">{say("cat_sending")}</span></label>'
    )
    if not files:
        sample = f'<p class="line">{button("sample", say("cat_sample"))}</p>'
        return group("cat_products", f'<div class="stack">{drop}{sample}</div>')
    names = ", ".join(list(files)[:_NAMES]) + (" …" if len(files) > _NAMES else "")
    size = f"{max(sum(files.values()) / 1e6, 0.1):.1f}"
    arrived = (
        f'<p class="line"><span><b>{say("cat_arrived", n=len(files), size=size)}</b> '
        f'<span class="quiet-words">{escape(names)}</span></span>{button("empty", say("cat_empty"))}</p>'
    )
    return group("cat_products", f'<div class="stack">{arrived}{drop}</div>')


def _recipes(tray: Tray, choice: Choice, styles: Iterable[str]) -> str:
    options = {STUDIO: say("cat_recipe_studio")}
    options |= {f"{STYLE}:{name}": say("cat_recipe_style", name=name) for name in styles}
    if choice.style:
        options[SET] = say("cat_recipe_set", name=choice.name)
    if tray.recipe is not None:
        options[FILE] = say("cat_recipe_file")
    chosen = f"{STYLE}:{choice.name}" if choice.kind == STYLE else choice.kind
    return chips("radio", "recipe", "cat_recipe", options, chosen if chosen in options else STUDIO)


def _channels(choice: Choice) -> str:
    if choice.kind == FILE:
        return group("cat_channels", f'<p class="hint">{say("cat_channels_file")}</p>')
    options = {name: pair(one.about.en, one.about.zh) for name, one in presets().items()}
    listed = chips("checkbox", "channels", "cat_channels", options, choice.channels)
    return f'<div class="stack">{listed}<p class="hint">{say("cat_channels_hint")}</p></div>'


def _public(choice: Choice) -> str:
    if choice.kind == FILE:
        return ""
    return (
        f'<label class="field"><span>{say("cat_public")}</span><input type="text" name="public_url" '
        f'maxlength="300" inputmode="url" value="{escape(choice.public_url)}" '
        f"{both('placeholder', 'cat_public_hint')}></label>"
    )


def _columns(columns: Mapping[str, str]) -> str:
    if not columns:
        return ""
    rows = "".join(
        f"<tr><td>{escape(ours)}</td><td>{escape(theirs)}</td></tr>" for ours, theirs in columns.items()
    )
    head = f'<tr><th scope="col">{say("cat_ours")}</th><th scope="col">{say("cat_theirs")}</th></tr>'
    return f'<table class="columns">{head}{rows}</table>'


def _rejected(planned: Planned) -> str:
    rows = planned.rejected
    if not rows:
        return f'<p class="verdict good">{say("cat_rejected_none")}</p>'
    reasons = Counter(row.reason for row in rows)
    counted = " · ".join(f"{_reason(name)} ({n})" for name, n in reasons.most_common())
    listed = "".join(
        f"<li><b>{escape(row.row)}</b> {escape(row.sku)}: {_reason(row.reason)}"
        f"<small>{told(row.message)}</small></li>"
        for row in rows[:_ROWS]
    )
    more = f"<li>{say('cat_more_rows', n=len(rows) - _ROWS)}</li>" if len(rows) > _ROWS else ""
    said = f'<p class="verdict look">{say("cat_rejected", n=len(rows))} {counted}</p>'
    return f'{said}<ul class="rows">{listed}{more}</ul>'


def _reason(name: str) -> str:
    return say(f"reason_{name}") if name in REASONS else escape(name)


def _run(run: Run) -> str:
    when = datetime.fromtimestamp(run.created, UTC)
    name = escape(run.name) if run.name else say("cat_photos")
    plain = run.name or run.id
    counts = [say("cat_done", n=run.ok), say("cat_dead", n=run.dead), say("cat_waiting", n=run.waiting)]
    if run.rejected:
        counts.append(say("cat_no_rows", n=run.rejected))
    if run.left is not None:
        counts.append(_left(run.left))
    share = round(100 * (run.ok + run.dead) / run.items)
    trouble = explain("problem_other", run.trouble) if run.trouble else ""
    progress = bar(share, "cat_progress", name=plain) if run.stand is not Stand.FINISHED else ""
    return (
        f'<article class="set run" data-run="{run.id}" data-stand="{run.stand}" aria-label="{escape(plain)}">'
        f'<header><h3>{name}</h3><span class="quiet-words">{count("pictures", run.items)} · '
        f'<time datetime="{when.isoformat()}">{when:%Y-%m-%d %H:%M} UTC</time></span>'
        f'<span class="verdict {_MOOD[run.stand]}">{say(f"cat_{run.stand}")}</span></header>'
        f'<div class="line">{progress}<span class="counts">{" · ".join(counts)}</span></div>'
        f'{trouble}<div class="line">{_actions(run, plain)}</div></article>'
    )


_MOOD = {Stand.RUNNING: "", Stand.STOPPED: "look", Stand.FINISHED: "good", Stand.BROKEN: "look"}


def _actions(run: Run, name: str) -> str:
    stop = both("aria-label", "cat_stop_named", name=name)
    shown = {
        Stand.RUNNING: [button("stop", say("cat_stop"), label=stop, run=run.id)],
        Stand.STOPPED: [button("go-on", say("cat_go_on"), kind="main", run=run.id)],
        Stand.BROKEN: [button("go-on", say("cat_go_on"), kind="main", run=run.id)],
        Stand.FINISHED: [],
    }[run.stand]
    if run.stand is not Stand.FINISHED:
        return "".join(shown)
    if run.dead:
        shown.append(button("retry", say("cat_retry"), kind="main", run=run.id))
    below = f"page/catalogue/files/reports/{run.job}/"
    shown.append(
        f'<a class="quiet" href="{below}report.html" target="_blank" rel="noopener">{say("cat_report")}</a>'
    )
    listed = next((one for one in run.files if ".with-images." in one), "")
    if listed:
        shown.append(f'<a class="quiet" href="{below}{quote(listed)}" download>{say("cat_list")}</a>')
    shown.append(f'<a class="quiet" href="page/catalogue/{run.id}.zip" download>{say("cat_zip")}</a>')
    return "".join(shown)


def _left(seconds: float) -> str:
    if seconds < 90:
        return say("cat_left_s", n=max(1, round(seconds)))
    return say("cat_left_min", n=round(seconds / 60))
