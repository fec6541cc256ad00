"""Pictures: those in the making with their stages, finished ones with their checks, and all of the past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from fashion_models.pipelines.jobs.model import Item, Job, State
from fashion_models.ui.page.checks import check_rows
from fashion_models.ui.page.choices import FACES, card
from fashion_models.ui.page.make_step import bar
from fashion_models.ui.page.problems import code_key, explain
from fashion_models.ui.page.texts import both, count, pair, say, texts
from fashion_models.ui.page.widgets import button, close_button, section

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.service import JobService

#: Sets that are shown at a time; "Older" shows as many more.
PAGE = 5
#: Shots of one set that are shown at a time.
SHOTS = 60


def render(service: JobService, tenant: str, *, pages: int = 1, notice: str = "") -> tuple[str, bool]:
    """The step as HTML, and whether something in it still changes."""
    jobs = service.history(tenant, limit=pages * PAGE + 1)
    shown = jobs[: pages * PAGE]
    body = "".join(_set(job, service.items(tenant, job.id, limit=SHOTS)) for job in shown)
    older = button("older", say("job_older"), pages=pages + 1) if len(jobs) > len(shown) else ""
    active = any(not job.state.is_final for job in shown)
    return section("4", "results", "results_empty", f"{notice}{body}{older}", name="results"), active


def closer(service: JobService, tenant: str, item: Item, photo: str) -> str:
    """A shot at full size beside its garment photo, with all that was measured.

    Args:
        service: Where the report is.
        tenant: Whose.
        item: A finished shot.
        photo: Data URL of the garment photo.
    """
    report = service.report(tenant, item.id)
    name = _name(item)
    return (
        f'<dialog class="closer" data-open aria-labelledby="closer-title">{close_button()}'
        f'<h2 id="closer-title">{name}</h2><div class="beside">'
        f'<figure><img src="{photo}" {both("alt", "before")}>'
        f"<figcaption>{say('before')}</figcaption></figure>"
        f'<figure><img src="page/pictures/{item.id}.png" {_alt(item)}>'
        f"<figcaption>{say('after')}</figcaption></figure>"
        f'<div class="measured"><h3>{say("checks")}</h3>{check_rows(report.get("checks", {}))}'
        f"{_download(item, 'main')}</div></div></dialog>"
    )


def _set(job: Job, items: list[Item]) -> str:
    tiles = "".join(_tile(item) for item in items)
    when = datetime.fromtimestamp(job.created, UTC)
    running = not job.state.is_final
    share = round(
        100 * (job.done + sum(item.fraction for item in items if not item.state.is_final)) / job.total
    )
    progress = (
        f'<div class="line"><span role="status">{say("job_progress", done=job.done, total=job.total)}</span>'
        f"{bar(share, 'results')}{button('stop', say('job_cancel'), job=job.id)}</div>"
        if running
        else ""
    )
    stopped = f'<p class="quiet-words">{say("job_cancelled")}</p>' if job.state is State.CANCELED else ""
    zipped = (
        f'<a class="quiet" href="page/sets/{job.id}.zip" download>{say("job_zip")}</a>'
        if job.succeeded
        else ""
    )
    send = (
        button(
            "send",
            say("cat_send"),
            label=both("aria-label", "cat_send_named", name=job.title),
            job=job.id,
            panel="catalogue-panel",
        )
        if job.succeeded
        else ""
    )
    return (
        f'<article class="set" data-job="{job.id}" data-state="{job.state}">'
        f"<header><h3>{escape(job.title)}</h3>"
        f'<span class="quiet-words">{count("pictures", job.total)} · '
        f'<time datetime="{when.isoformat()}">{when:%Y-%m-%d %H:%M} UTC</time></span>{send}{zipped}</header>'
        f'{progress}{stopped}<div class="gallery">{tiles}</div></article>'
    )


def _tile(item: Item) -> str:
    state = f'class="tile {item.state}" data-item="{item.id}"'
    if item.state is State.SUCCEEDED:
        verdict = (
            f'<span class="verdict good">{say("item_passed")}</span>'
            if item.passed
            else f'<span class="verdict look">{say("item_failed", n=len(item.failures))}</span>'
        )
        look = (
            f'<button type="button" class="look" data-do="look" data-item="{item.id}">'
            f'<img src="page/pictures/{item.id}.jpg" {_alt(item)} loading="lazy"></button>'
        )
        caption = f"{_name(item)}{verdict}{_download(item, 'quiet')}"
        return f"<figure {state}>{look}<figcaption>{caption}</figcaption></figure>"
    if item.state is State.FAILED:
        key = code_key(item.problem.code) if item.problem else "problem_other"
        words = explain(key, item.problem.message if item.problem else "")
        return _without(state, say("item_none"), f"{_name(item)}{words}")
    if item.state is State.RUNNING:
        stage = say(f"stage_{item.stage}") if f"stage_{item.stage}" in texts() else say("item_waiting")
        inside = f"<span>{stage}</span>{bar(round(100 * item.fraction), 'preview')}"
    else:
        inside = f"<span>{say('item_canceled' if item.state is State.CANCELED else 'item_waiting')}</span>"
    return _without(state, inside, _name(item))


def _without(state: str, inside: str, caption: str) -> str:
    return f'<figure {state}><div class="blank">{inside}</div><figcaption>{caption}</figcaption></figure>'


def _download(item: Item, kind: str) -> str:
    return (
        f'<a class="{kind}" href="page/pictures/{item.id}.png" download="{escape(item.name)}.png">'
        f"{say('item_download')}</a>"
    )


def _words(item: Item) -> tuple[Mapping[str, Any], tuple[str, str], tuple[str, str]]:
    asked = item.request
    pose, view = str(asked.get("pose", "front")), str(asked.get("view", "front"))
    return (
        asked,
        texts().get(f"posename_{pose}", (pose, pose)),
        texts().get(f"view_{view}", (view, view)),
    )


def _name(item: Item) -> str:
    """Who, how and from where; the face is there for those who see it."""
    asked, pose, view = _words(item)
    known = any(face["identity"] == asked.get("identity") for face in FACES)
    face = f'<img class="mini" src="{card("face", asked["identity"])}" alt="">' if known else ""
    words = " · ".join(pair(*one) for one in dict.fromkeys((tuple(pose), tuple(view))))  # front is said once
    return f"<b>{face}{escape(str(asked.get('size', '')))} · {words}</b>"


def _alt(item: Item) -> str:
    _, pose, view = _words(item)
    return both("alt", "shot_alt", name=item.name, pose=pose[0], view=view[0])
