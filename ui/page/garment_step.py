"""Step one: the garments on the table, how they were read, and corrections."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from fashion_models.ui.page.choices import CATEGORIES
from fashion_models.ui.page.draft import MAX_GARMENTS, Draft, Piece, number_text
from fashion_models.ui.page.problems import explain
from fashion_models.ui.page.readings import Readings, Shown
from fashion_models.ui.page.texts import both, pair, say, texts
from fashion_models.ui.page.widgets import button, close_button, section, select

SAMPLES = ("tee", "dress", "trousers")
#: Below this a person should look at the outline.
SURE = 0.5
_BACK = re.compile(r"^(?P<front>.+?)[-_ .(]*(back|rear|behind|背面|背)\)?$", re.IGNORECASE)


def render(draft: Draft, readings: Readings, tenant: str, notice: str = "") -> str:
    """The step as HTML."""
    if not draft.pieces:
        return _empty(notice)
    table = "".join(
        _piece_card(place, piece, readings.show(tenant, piece.upload, piece.category), draft)
        for place, piece in enumerate(draft.pieces)
    )
    body = f'{notice}<div class="table">{table}</div>{_drop("drop_more", "small")}'
    return section("1", "step_garment", "garment_hint", body, name="garment")


def add(draft: Draft, upload: str, name: str) -> Draft:
    """Put a photo on the table: as a garment, or as the back of the one that it is named after."""
    found = _BACK.match(name)
    if found:
        for place, piece in enumerate(draft.pieces):
            if piece.name.casefold() == found["front"].casefold() and not piece.back:
                return draft.with_piece(place, back=upload)
    pieces = (*draft.pieces, Piece(upload=upload, original=upload, name=name))
    return replace(draft, pieces=pieces[:MAX_GARMENTS], piece=min(len(pieces), MAX_GARMENTS) - 1)


def refresh(draft: Draft, place: int, shown: Shown) -> Draft:
    """Note what a photo was read as."""
    return draft.with_piece(
        place,
        read=shown.category,
        confidence=shown.confidence,
        problem=shown.problem,
        detail=shown.detail,
    )


def change(draft: Draft, place: int, form: dict[str, object]) -> Draft:
    """Take over what was said about a garment."""
    category = str(form.get(f"category-{place}", ""))
    changes = {
        "category": category if category in CATEGORIES else "",
        "length": number_text(form.get(f"length-{place}", "")),
        "worn_with": str(form.get(f"worn-{place}", "")),
    }
    draft = draft.with_piece(place, **changes)
    return _pair(draft, place, str(form.get(f"back-{place}", draft.pieces[place].back)))


def _pair(draft: Draft, place: int, back: str) -> Draft:
    """Make another garment's photo the back of this one, or take the back away."""
    piece = draft.pieces[place]
    if back == piece.back:
        return draft
    draft = draft.with_piece(place, back=back)
    other = next((n for n, one in enumerate(draft.pieces) if one.upload == back and n != place), None)
    if other is None:
        return draft
    kept = tuple(one for n, one in enumerate(draft.pieces) if n != other)
    return replace(draft, pieces=kept, piece=place - (other < place))


def _empty(notice: str) -> str:
    samples = "".join(
        f'<button type="button" class="sample" data-do="sample" data-name="{name}">'
        f'<span class="pair"><img src="page/cards/sample-{name}.jpg" alt="">'
        f'<img src="page/cards/worn-{name}.webp" alt=""></span>'
        f"<span>{say(f'sample_{name}')}</span></button>"
        for name in SAMPLES
    )
    return (
        f'<section class="step hero" id="garment" aria-labelledby="garment-title">'
        f'<h2 id="garment-title">{say("hero")}</h2><p>{say("hero_more")}</p>{notice}{_drop("drop", "large")}'
        f'<p class="samples-title">{say("samples")}</p><div class="samples">{samples}</div></section>'
    )


def _drop(words: str, size: str) -> str:
    return (
        f'<label class="drop {size}" data-drop><input type="file" multiple '
        f'accept="image/jpeg,image/png,image/webp"><span class="plus" aria-hidden="true">+</span>'
        f"<b>{say(words)}</b><small>{say('drop_limits')}</small>"
        f'<span class="busy" role="status">{say("reading")}</span></label>'
    )


def _piece_card(place: int, piece: Piece, shown: Shown, draft: Draft) -> str:
    at_work = " at-work" if place == draft.piece else ""
    label = both("aria-label", "remove_named", name=piece.name)
    return (
        f'<article class="piece{at_work}" aria-label="{escape(piece.name)}">{_picture(place, piece, shown)}'
        f'<div class="facts"><h3>{escape(piece.name)}</h3>{_verdict(piece)}'
        f"{explain(piece.problem, piece.detail) if piece.problem else ''}"
        f"{_category(place, piece)}{_back(place, piece, draft)}{_worn(place, draft)}{_length(place, piece)}"
        f'<div class="line">{_mask_buttons(place, piece)}'
        f"{button('remove', say('remove'), label=label, place=place)}</div></div></article>"
    )


def _picture(place: int, piece: Piece, shown: Shown) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown.outline)
    whole = f"M0 0H{shown.width}V{shown.height}H0Z"
    hole = f"M{points}Z" if len(shown.outline) else ""
    return (
        f'<button type="button" class="photo" data-do="show" data-place="{place}" '
        f"{both('aria-label', 'preview_of', name=piece.name)}>"
        f'<svg viewBox="0 0 {shown.width} {shown.height}" role="img" '
        f"{both('aria-label', 'outline_of', name=piece.name)}>"
        f'<image href="{shown.picture}" width="{shown.width}" height="{shown.height}"/>'
        f'<path class="veil" d="{whole}{hole}"/><path class="outline" d="{hole}"/></svg></button>'
    )


def _verdict(piece: Piece) -> str:
    if piece.problem:
        return ""
    what = texts()[piece.category or piece.read]
    key = "given_as" if piece.category else "read_as"
    english, chinese = (words.format(what=name) for words, name in zip(texts()[key], what, strict=True))
    if piece.upload != piece.original:
        sure = say("mask_corrected")
    else:
        sure = say("sure" if piece.confidence >= SURE else "unsure")
    mark = "good" if piece.confidence >= SURE else "look"
    return f'<p class="verdict {mark}">{pair(english, chinese)} · {sure}</p>'


def _category(place: int, piece: Piece) -> str:
    options = {"": texts()["category_auto"]} | {name: texts()[name] for name in CATEGORIES}
    return select(f"category-{place}", "category", options, piece.category)


def _back(place: int, piece: Piece, draft: Draft) -> str:
    others = {
        one.upload: (one.name, one.name) for n, one in enumerate(draft.pieces) if n != place and one.upload
    }
    mine = {piece.back: ("✓", "✓")} if piece.back and piece.back not in others else {}
    if not others and not mine:
        return ""
    return select(f"back-{place}", "back_photo", {"": texts()["back_none"]} | mine | others, piece.back)


def _worn(place: int, draft: Draft) -> str:
    others = draft.partners(place)
    if not others:
        return ""
    over = texts()["worn_open"]
    options = {"": texts()["worn_alone"]}
    for one in others:
        english, chinese = over if draft.pieces[place].opens_over(one) else ("{name}", "{name}")
        options[one.original] = english.format(name=one.name), chinese.format(name=one.name)
    return select(f"worn-{place}", "worn_with", options, draft.pieces[place].worn_with)


def _length(place: int, piece: Piece) -> str:
    return (
        f'<label class="field"><span>{say("size_chart")}</span>'
        f'<input type="number" name="length-{place}" min="20" max="180" step="0.5" inputmode="decimal" '
        f'value="{escape(piece.length)}"></label>'
    )


def _mask_buttons(place: int, piece: Piece) -> str:
    edit = button("edit", say("fix_mask"), place=place)
    if piece.upload == piece.original:
        return edit
    return edit + button("unmask", say("mask_undo"), place=place)


def mask_editor(place: int, photo: str, mask: str) -> str:
    """The dialog in which a mask is painted; the page's script does the painting.

    Args:
        place: Of the garment.
        photo: Data URL.
        mask: Data URL of the same size, bright on the garment.
    """
    return (
        f'<dialog class="editor" data-open aria-labelledby="edit-title" data-place="{place}" '
        f'data-photo="{photo}" data-mask="{mask}">{close_button()}'
        f'<h2 id="edit-title">{say("edit_title")}</h2><p>{say("edit_help")}</p>'
        f'<div class="tools">'
        f"{_tool('paint', 'add', 'edit_add', True)}{_tool('paint', 'erase', 'edit_erase')}"
        f'<span class="gap"></span>'
        f"{_tool('tool', 'area', 'edit_click', True)}{_tool('tool', 'brush', 'edit_brush')}"
        f'<label class="slider"><span>{say("edit_size")}</span>'
        f'<input type="range" name="brush" min="4" max="80" value="24"></label></div>'
        f'<canvas tabindex="0" role="img" {both("aria-label", "edit_canvas")}></canvas>'
        f'<div class="line end"><button type="button" class="quiet" data-undo>{say("edit_undo")}</button>'
        f'<button type="button" class="quiet" data-close>{say("cancel")}</button>'
        f'<button type="button" class="main" data-save>{say("edit_save")}</button></div></dialog>'
    )


def _tool(name: str, value: str, words: str, chosen: bool = False) -> str:
    checked = " checked" if chosen else ""
    return (
        f'<label class="chip"><input type="radio" name="{name}" value="{value}"{checked}>'
        f"<span>{say(words)}</span></label>"
    )
