"""Step three: poses, views, backdrop and format; and house styles that keep all that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

from fashion_models.ui.page.choices import (
    BACKDROPS,
    FORMATS,
    FRAMINGS,
    LIGHTINGS,
    POSES,
    SHOES,
    VIEWS,
    card,
    finishers,
    pose_words,
)
from fashion_models.ui.page.draft import Draft, Style
from fashion_models.ui.page.texts import both, pair, say
from fashion_models.ui.page.widgets import button, cards, chips, colours, group, section

#: Longest name of a house style.

MAX_NAME = 60


def render(draft: Draft, styles: Iterable[str], notice: str = "") -> str:
    """The step as HTML."""
    scene = draft.style.scene
    poses = [
        (name, card("pose", name), f"{say(f'posename_{name}')}<small>{pair(*pose_words(name))}</small>")
        for name in POSES
    ]
    backdrops = {
        name: (f"linear-gradient({top}, {bottom})", say(f"bg_{name}"))
        for name, (top, bottom) in BACKDROPS.items()
    }
    body = (
        f'{cards("checkbox", "poses", "poses", poses, scene.poses, shape="poses")}<div class="two">'
        f"{chips('checkbox', 'views', 'views', _named('view', VIEWS), scene.views)}"
        f"{chips('radio', 'framing', 'framing', _named('framing', FRAMINGS), scene.framing)}"
        f"{colours('backdrop', 'backdrop', backdrops, scene.backdrop)}"
        f"{chips('radio', 'lighting', 'lighting', _named('light', LIGHTINGS), scene.lighting)}"
        f"{chips('radio', 'format', 'format', _named('format', FORMATS), scene.format)}"
        f"{chips('radio', 'shoes', 'shoes', _named('shoes', SHOES), scene.shoes)}"
        f"{_finisher(scene.finisher)}{_styles(styles, notice)}</div>"
    )
    return section("3", "step_scene", "scene_hint", body, name="scene")


def change(draft: Draft, form: dict[str, Any]) -> Draft:
    """Take over the choices."""
    scene = {
        name: form.get(name)
        for name in ("poses", "views", "framing", "backdrop", "lighting", "format", "shoes", "finisher")
    }
    cast = draft.style.to_json()["cast"]
    return replace(draft, style=Style.from_json({"cast": cast, "scene": scene}))


def _named(prefix: str, names: Iterable[str]) -> dict[str, str]:
    return {name: say(f"{prefix}_{name}") for name in names}


def _finisher(chosen: str) -> str:
    """Those whose weights are here; else what to do for them."""
    here = finishers()
    missing = f'<p class="hint">{say("finish_missing", name=chosen if chosen != "none" else "PRESET")}</p>'
    if not here and chosen == "none":
        return group("finisher", missing)
    options = {"none": say("finish_none")} | {name: pair(*about) for name, about in here.items()}
    options.setdefault(chosen, escape(chosen))
    listed = chips("radio", "finisher", "finisher", options, chosen)
    return listed if chosen in ("none", *here) else f'<div class="stack">{listed}{missing}</div>'


def _styles(names: Iterable[str], notice: str) -> str:
    kept = "".join(_kept(name) for name in names)
    return group(
        "styles",
        f'<p class="hint">{say("styles_hint")}</p><div class="chips">{kept}</div>'
        f'<div class="line"><input type="text" name="style-name" maxlength="{MAX_NAME}" '
        f"{both('placeholder', 'style_name')} {both('aria-label', 'style_name')}>"
        f'{button("style-save", say("style_save"))}</div><p class="notice" role="status">{notice}</p>',
    )


def _kept(name: str) -> str:
    label = both("aria-label", "style_delete", name=name)
    return (
        f'<span class="kept">{button("style-use", escape(name), kind="chip-button", name=name)}'
        f"{button('style-delete', '×', kind='icon', label=label, name=name)}</span>"
    )
