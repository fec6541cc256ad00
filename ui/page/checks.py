"""Checks of a picture in the seller's words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fashion_models.ui.page.texts import say, texts

#: What is to be looked at comes first, what could not be measured last.
_ORDER = {"bad": "!", "good": "✓", "none": "–"}


def check_rows(checks: Mapping[str, Mapping[str, Any]]) -> str:
    """A report's checks: of each what was found and what to do about it; the measurements are folded away."""
    rows = sorted(checks.items(), key=lambda row: [*_ORDER].index(_state(row[1])))
    exact = "".join(f'<small lang="en">{escape(str(check["sentence"]))}</small>' for _, check in rows)
    return (
        f'<ul class="checks">{"".join(_row(name, check) for name, check in rows)}</ul>'
        f'<details class="exact"><summary>{say("check_exact")}</summary>{exact}</details>'
    )


def _state(check: Mapping[str, Any]) -> str:
    return "none" if check["value"] is None else "good" if check["passed"] else "bad"


def _row(name: str, check: Mapping[str, Any]) -> str:
    state = _state(check)
    title = say(f"check_{name}") if f"check_{name}" in texts() else escape(name.replace("_", " "))
    key = next((key for key in (f"{state}_{name}", f"{state}_other") if key in texts()), "")
    figures = {figure: f"{check.get(figure) or 0:.3g}" for figure in ("value", "limit")}
    words = say(key, **figures) if key else escape(str(check["sentence"]))
    return (
        f'<li class="{state}"><span class="mark" aria-hidden="true">{_ORDER[state]}</span>'
        f"<span><b>{title}</b>{words}</span></li>"
    )
