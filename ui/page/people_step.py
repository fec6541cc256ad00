"""Step two: who wears it, chosen by looking."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from fashion_models.errors import SizeError
from fashion_models.person.builds import builds_of
from fashion_models.person.model import Gender
from fashion_models.person.sizes import default_measurements, parse_size, size_tables
from fashion_models.ui.page.choices import (
    AGES,
    BEARDS,
    EXPRESSIONS,
    FACES,
    HAIR_COLOURS,
    HAIR_STYLES,
    ancestries,
    card,
    hair_words,
    silhouettes,
    swatches,
)
from fashion_models.ui.page.draft import MAX_PEOPLE, Draft, Style, Wearer, face_wearer_of
from fashion_models.ui.page.texts import both, pair, say, texts
from fashion_models.ui.page.widgets import button, cards, colours, group, section, select

LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL")
GIRTHS = ("bust", "waist", "hip")


def render(draft: Draft, notice: str = "") -> str:
    """The step as HTML."""
    wearer = draft.wearer
    body = (
        f"{notice}{_cast(draft)}{_faces(wearer)}{_tones(wearer)}{_hair(wearer)}{_body(wearer)}{_more(wearer)}"
    )
    return section("2", "step_people", "people_hint", body, name="people")


def change(draft: Draft, field: str, form: dict[str, Any]) -> Draft:
    """Take over a choice about the person at work.

    Args:
        draft: The table.
        field: Name of the input that changed.
        form: All inputs of the step.

    Raises:
        SizeError: No body has such a size.
    """
    if field == "face":
        face = face_wearer_of(int(form["face"]))
        size = draft.wearer.size if "=" not in draft.wearer.size else "M"
        return draft.with_wearer(**vars(face) | {"size": size})
    if field in ("size", *GIRTHS, "height", "other-size"):
        changed = draft.with_wearer(**_sized(field, form))
        wearer = changed.wearer
        parse_size(wearer.size, Gender(wearer.gender), height=wearer.fields().get("stature"))
        return changed
    return draft.with_wearer(**{name: form[name] for name in Wearer.__dataclass_fields__ if name in form})


def _sized(field: str, form: dict[str, Any]) -> dict[str, Any]:
    """Size and stature from a letter, another system, or centimetres."""
    height = float(form.get("height") or 170)
    if field == "size":
        return {"size": str(form["size"]), "stature": height}
    if field == "other-size" and form.get("other-size"):
        return {"size": str(form["other-size"]).strip(), "stature": height}
    if field == "height" and form.get("size"):
        return {"stature": height}
    girths = ",".join(f"{name}={float(form[name]):g}" for name in GIRTHS)
    return {"size": f"{girths},height={height:g}", "stature": height}


def add(draft: Draft) -> Draft:
    """One more person: the next face that is not in the cast yet."""
    cast = draft.style.cast
    if len(cast) >= MAX_PEOPLE:
        return draft
    there = {wearer.identity for wearer in cast}
    face = next((one for one in FACES if one["identity"] not in there), FACES[0])
    more = Style(cast=(*cast, face_wearer_of(face["identity"])), scene=draft.style.scene)
    return replace(draft, style=more, person=len(cast))


def remove(draft: Draft, place: int) -> Draft:
    """One person less; the last one stays."""
    cast = draft.style.cast
    if len(cast) == 1 or not 0 <= place < len(cast):
        return draft
    kept = tuple(wearer for n, wearer in enumerate(cast) if n != place)
    return replace(draft, style=replace(draft.style, cast=kept), person=min(draft.person, len(kept) - 1))


def _cast(draft: Draft) -> str:
    cast = draft.style.cast
    people = "".join(
        f'<span class="member"><label class="card"><input type="radio" name="person" value="{place}"'
        f"{' checked' if place == draft.person else ''}>{_portrait(wearer)}"
        f'<span class="words">{say("person_n", n=place + 1)}'
        f"<small>{escape(_size_word(wearer))}</small></span></label>"
        + (
            button(
                "person-remove",
                "×",
                kind="icon",
                label=both("aria-label", "remove_named", name=place + 1),
                place=place,
            )
            if len(cast) > 1
            else ""
        )
        + "</span>"
        for place, wearer in enumerate(cast)
    )
    more = (
        button("person-add", f'<i aria-hidden="true">+</i>{say("person_add")}', kind="add")
        if len(cast) < MAX_PEOPLE
        else ""
    )
    return group("cast", f'<div class="cast">{people}{more}</div>')


def _portrait(wearer: Wearer) -> str:
    tone = swatches()[min(max(wearer.tone, 1), 10)]
    known = any(face["identity"] == wearer.identity for face in FACES)
    picture = f'<img src="{card("face", wearer.identity)}" alt="">' if known else ""
    return f'<span class="portrait">{picture}<i class="dot" style="background:{tone}"></i></span>'


def _size_word(wearer: Wearer) -> str:
    if "=" not in wearer.size:
        return wearer.size
    return " / ".join(f"{measured(wearer)[name]:g}" for name in GIRTHS)


def _faces(wearer: Wearer) -> str:
    def words(face: Any) -> str:
        gender, hair = texts()[face["gender"]], texts()[f"hairname_{face['hair']}"]
        english, chinese = (
            texts()["face_of"][n].format(gender=gender[n], age=face["age"], tone=face["tone"], hair=hair[n])
            for n in (0, 1)
        )
        return pair(english, chinese)

    options = [(str(face["identity"]), card("face", face["identity"]), words(face)) for face in FACES]
    return cards("radio", "face", "face", options, str(wearer.identity), shape="faces")


def _tones(wearer: Wearer) -> str:
    options = {str(tone): (colour, say("tone_n", n=tone)) for tone, colour in swatches().items()}
    return colours("tone", "tone", options, str(wearer.tone))


def _hair(wearer: Wearer) -> str:
    options = [
        (style, card("hair", style), f"{say(f'hairname_{style}')}<small>{pair(*hair_words(style))}</small>")
        for style in HAIR_STYLES
    ]
    return cards("radio", "hair", "hair", options, wearer.hair, shape="hairs")


def measured(wearer: Wearer) -> dict[str, float]:
    """Height and girths of a person [cm]; of the usual size where theirs cannot be built."""
    gender = Gender(wearer.gender)
    try:
        found = parse_size(wearer.size, gender, height=wearer.fields().get("stature"))
    except SizeError:
        found = default_measurements(gender)
    return {name: getattr(found, name) for name in ("height", *GIRTHS)}


def _body(wearer: Wearer) -> str:
    letters = "".join(
        f'<label class="chip"><input type="radio" name="size" value="{letter}"'
        f"{' checked' if wearer.size == letter else ''}><span>{letter}</span></label>"
        for letter in LETTERS
    )
    own, limits = measured(wearer), size_tables(Gender(wearer.gender)).limits
    sliders = "".join(
        f'<label class="slider"><span>{say(name)}</span><input type="range" name="{name}" step="1" '
        f'min="{limits[name][0]:g}" max="{limits[name][1]:g}" '
        f'value="{own[name]:g}"><output></output></label>'
        for name in ("height", *GIRTHS)
    )
    other = "" if wearer.size in LETTERS or "=" in wearer.size else wearer.size
    label = both("aria-label", "silhouette", **{name: f"{value:g}" for name, value in own.items()})
    return group(
        "body",
        f'<div class="body" data-body="{escape(wearer.gender)}">'
        f'<div><div class="chips">{letters}</div><div class="sliders">{sliders}</div>'
        f'<label class="field"><span>{say("size_other")}</span>'
        f'<input type="text" name="other-size" maxlength="24" value="{escape(other)}" '
        f"{both('placeholder', 'size_other_hint')}></label></div>"
        f'<svg class="silhouette" role="img" viewBox="-60 -5 120 215" {label}>'
        f'<path d=""/></svg></div>',
    )


def _more(wearer: Wearer) -> str:
    def options(prefix: str, names: Any) -> dict[str, tuple[str, str]]:
        return {name: texts()[f"{prefix}_{name}"] for name in names}

    beard = (
        "" if wearer.gender == "female" else select("beard", "beard", options("beard", BEARDS), wearer.beard)
    )
    age = (
        f'<label class="slider"><span>{say("age")}</span><input type="range" name="age" min="{AGES[0]}" '
        f'max="{AGES[1]}" value="{wearer.age}"><output></output></label>'
    )
    gender = select("gender", "body", options_of_gender(), wearer.gender)
    return (
        f'<details class="more"><summary>{say("more")}</summary><div class="fields">{age}{gender}'
        f"{select('build', 'build', options('build', builds_of(wearer.gender)), wearer.build)}"
        f"{select('ethnicity', 'ethnicity', options('eth', ancestries()), wearer.ethnicity)}"
        f"{select('hair_colour', 'hair_colour', options('col', HAIR_COLOURS), wearer.hair_colour)}{beard}"
        f"{select('expression', 'expression', options('exp', EXPRESSIONS), wearer.expression)}"
        f"</div></details>"
    )


def options_of_gender() -> dict[str, tuple[str, str]]:
    """Values and words of the gender presentation."""
    return {name: texts()[name] for name in ("female", "male")}


def silhouette_data() -> str:
    """What the script draws silhouettes from, as a script element."""
    return f'<script type="application/json" id="silhouettes">{silhouettes()}</script>'
