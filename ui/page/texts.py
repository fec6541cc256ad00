"""The page's sentences in English and Chinese.

Both languages are in the page and the style sheet shows one, so that a fragment made on the server suits
every reader: `say` gives such a pair. Attributes cannot hold two languages and take the reader's, by `both`.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from typing import Any

from fashion_models.translate import in_language


def texts() -> dict[str, tuple[str, str]]:
    """Key to (English, Chinese)."""
    return _TEXTS


def say(key: str, **values: object) -> str:
    """A sentence in both languages as HTML; values are escaped.

    Args:
        key: Its name in ``texts.json``.
        values: What stands for ``{name}`` in it.
    """
    english, chinese = _TEXTS[key]
    return pair(english, chinese, **values)


def pair(english: str, chinese: str, /, **values: object) -> str:
    """Two sentences of the same meaning as HTML, of which one is shown."""
    shown = {name: escape(str(value)) for name, value in values.items()}
    return "".join(
        f'<span lang="{lang}">{escape(words, quote=False).format(**shown)}</span>'
        for lang, words in (("en", english), ("zh", chinese))
    )


def told(message: str) -> str:
    """An error's message in both languages as HTML."""
    return pair("{en}", "{zh}", en=message, zh=in_language(message, "zh"))


def count(what: str, n: int) -> str:
    """A number of things in both languages as HTML: the key is ``n_WHAT``, for one ``1_WHAT``."""
    return say(f"{1 if n == 1 else 'n'}_{what}", n=n)


def both(attribute: str, key: str, **values: object) -> str:
    """An attribute in both languages; the page's script keeps the one of the reader.

    Gives for example ``aria-label="Close" data-zh-aria-label="关闭" data-en-aria-label="Close"``.
    """
    english, chinese = (escape(words.format(**values)) for words in _TEXTS[key])
    return f'{attribute}="{english}" data-en-{attribute}="{english}" data-zh-{attribute}="{chinese}"'


def _load() -> dict[str, tuple[str, str]]:
    raw: dict[str, Any] = json.loads((files(__package__) / "texts.json").read_text("utf-8"))
    return {key: (pair[0], pair[1]) for key, pair in raw.items()}


_TEXTS = _load()
