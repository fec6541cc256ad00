"""Small pieces of HTML that the steps share. Inputs are native, so keyboards and screen readers know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from fashion_models.ui.page.texts import both, say


def section(number: str, title: str, hint: str, body: str, *, name: str) -> str:
    """A step of the page with its heading."""
    return (
        f'<section class="step" id="{name}" aria-labelledby="{name}-title">'
        f'<header><span class="number" aria-hidden="true">{number}</span>'
        f'<div><h2 id="{name}-title">{say(title)}</h2><p>{say(hint)}</p></div></header>{body}</section>'
    )


def cards(
    kind: str,
    name: str,
    legend: str,
    options: Iterable[tuple[str, str, str]],
    chosen: str | tuple[str, ...],
    *,
    shape: str = "",
) -> str:
    """Pictures to choose from; several where ``chosen`` is a tuple.

    Args:
        kind: 'radio' or 'checkbox'.
        name: Field that the choice sets.
        legend: Key of the group's title.
        options: (value, picture's address, words as HTML) each.
        chosen: Value or values.
        shape: Class for the cards' proportions.
    """
    picked = (chosen,) if isinstance(chosen, str) else chosen
    body = "".join(
        f'<label class="card"><input type="{kind}" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in picked else ''}>"
        f'<img src="{picture}" alt="" loading="lazy"><span class="words">{words}</span></label>'
        for value, picture, words in options
    )
    return group(legend, f'<div class="cards {shape}">{body}</div>')


def chips(
    kind: str, name: str, legend: str, options: Mapping[str, str], chosen: str | tuple[str, ...]
) -> str:
    """Words to choose from; ``options`` maps values to HTML."""
    picked = (chosen,) if isinstance(chosen, str) else chosen
    body = "".join(
        f'<label class="chip"><input type="{kind}" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in picked else ''}><span>{words}</span></label>"
        for value, words in options.items()
    )
    return group(legend, f'<div class="chips">{body}</div>')


def colours(name: str, legend: str, options: Mapping[str, tuple[str, str]], chosen: str) -> str:
    """Colours to choose from; ``options`` maps values to (CSS colour, words as HTML)."""
    body = "".join(
        f'<label class="swatch"><input type="radio" name="{name}" value="{escape(value)}"'
        f"{' checked' if value == chosen else ''}>"
        f'<i style="background:{colour}"></i><span class="words">{words}</span></label>'
        for value, (colour, words) in options.items()
    )
    return group(legend, f'<div class="swatches">{body}</div>')


def group(legend: str, body: str) -> str:
    """A titled group of inputs."""
    return f"<fieldset><legend>{say(legend)}</legend>{body}</fieldset>"


def select(name: str, label: str, options: Mapping[str, tuple[str, str]], chosen: str) -> str:
    """A drop-down; ``options`` maps values to (English, Chinese)."""
    body = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""} '
        f'data-en="{escape(english)}" data-zh="{escape(chinese)}">{escape(english)}</option>'
        for value, (english, chinese) in options.items()
    )
    return f'<label class="field"><span>{say(label)}</span><select name="{name}">{body}</select></label>'


def button(action: str, words: str, *, kind: str = "quiet", label: str = "", **data: object) -> str:
    """A button that asks the server for something.

    Args:
        action: What for.
        words: HTML inside.
        kind: Class: 'main', 'quiet', 'icon' …
        label: ``aria-label`` attribute as made by `both`, where the words alone do not tell.
        data: What goes along.
    """
    extra = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    return f'<button type="button" class="{kind}" data-do="{action}"{extra} {label}>{words}</button>'


def close_button() -> str:
    """Closes the dialog it is in."""
    return f'<button type="button" class="icon close" data-close {both("aria-label", "close")}>×</button>'
