"""Preview and order: what stays in view while choosing."""

from __future__ import annotations

import base64

from fashion_models.pipelines.jobs.model import Item, Wait
from fashion_models.ui.page.draft import MAX_SHOTS, Draft
from fashion_models.ui.page.texts import both, count, say, texts
from fashion_models.ui.page.widgets import button

#: What one picture takes where none was made yet [s]; the preview format is small.
_GUESS = {"small": 8.0}
_USUAL = 40.0


def preview_empty() -> str:
    """Before anything can be shown."""
    return _framed(f'<p class="quiet-words nothing">{say("preview_empty")}</p>')


def preview_busy(item: Item | None, before: str) -> str:
    """While a preview is made: the picture before it, paled, with the stage and a bar.

    Args:
        item: The shot; None before it was accepted.
        before: Data URL of the picture before; empty without one.
    """
    stage = item.stage if item is not None and f"stage_{item.stage}" in texts() else ""
    words = say(f"stage_{stage}") if stage else say("item_waiting")
    share = 0 if item is None else round(100 * item.fraction)
    picture = f'<img class="paled" src="{before}" alt="">' if before else ""
    first = f'<p class="quiet-words">{say("preview_first")}</p>' if stage == "drape" else ""
    return _framed(
        f'{picture}<div class="over" role="status"><p>{words}</p>{bar(share, "preview")}{first}</div>'
    )


def preview_done(picture: str, name: str, seconds: float) -> str:
    """The picture, and how long it took."""
    return _framed(
        f'<img src="{picture}" {both("alt", "preview_of", name=name)}>'
        f'<span class="took">{say("preview_took", seconds=f"{seconds:.1f}")}</span>'
    )


def preview_problem(words: str) -> str:
    """Why there is no preview, as HTML of `explain`."""
    return _framed(words)


def begun() -> str:
    """Where a set that was just ordered is seen."""
    return f'<p class="notice" role="status"><a href="#results">{say("make_begun")}</a></p>'


def order(draft: Draft, wait: Wait, notice: str = "", *, turn: int = 0) -> str:
    """How many pictures it will be, how long it takes, and the button; says which turn it answers."""
    return f'<div class="order" data-turn="{turn}">{notice}{_sum(draft, wait)}</div>'


def _sum(draft: Draft, wait: Wait) -> str:
    scene, total = draft.style.scene, draft.total
    if not draft.ready:
        hint = say("make_unready" if draft.pieces else "make_nothing")
        return f'<p class="quiet-words">{hint}</p>{_button(0)}'
    factors = {
        "garments": len(draft.ready),
        "people": len(draft.style.cast),
        "poses": len(scene.poses),
        "views": len(scene.views),
    }
    sums = " × ".join(count(what, n) for what, n in factors.items())
    if total > MAX_SHOTS:
        return f"<p>{sums}</p><p>{say('problem_too_many', limit=MAX_SHOTS)}</p>{_button(0)}"
    minutes = max(1, round(total * _GUESS.get(scene.format, _USUAL) / 60))
    until = max(1, round(wait.seconds / 60))
    ahead = (
        f'<p class="quiet-words">{say("make_wait", ahead=wait.ahead, minutes=until)}</p>'
        if wait.ahead
        else ""
    )
    return (
        f"<p>{sums} · {say('make_estimate', minutes=minutes)}</p>{ahead}"
        f'{_button(total)}<p class="fine">{say("disclosure")}</p>'
    )


def bar(percent: int, label: str, **values: object) -> str:
    """A progress bar; ``values`` are those of its label."""
    named = both("aria-label", label, **values)
    return f'<progress max="100" value="{percent}" {named}>{percent} %</progress>'


def data_url(png: bytes) -> str:
    """Picture bytes for the page."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _framed(body: str) -> str:
    """The preview's place; on a phone it is a small picture in the corner that a button enlarges."""
    return (
        f'<section class="preview" {both("aria-label", "preview")}><div class="stage">{body}'
        f'<button type="button" class="icon enlarge" data-enlarge {both("aria-label", "enlarge")}>⤢</button>'
        "</div></section>"
    )


def _button(total: int) -> str:
    if total == 0:
        return f'<button type="button" class="main" disabled>{count("make", 0)}</button>'
    return button("make", count("make", total), kind="main")
