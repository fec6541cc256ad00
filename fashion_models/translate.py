"""Errors in the reader's language: `in_language`.

Errors are raised in English. ``data/errors_zh.json`` has every sentence that they may say, with ``{}`` for a
value, and the same in Chinese, with ``{0}``, ``{1}`` … for the values as they are, or ``{0:zh}`` for a value
that is itself something to be said. A sentence that is not in the table stays English: nothing is lost.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from fashion_models.errors import FashionModelsError

#: Sentences end here; a kept message is what, limit and cure in one line.
_END = re.compile(r"(?<=[.;:]) ")
#: Most sentences that a message is taken apart into, and how deep values are translated.
_SENTENCES, _DEPTH = 12, 3
#: After these no space follows.
_STOPS = ("。", "；", "：", "，")


def in_language(said: FashionModelsError | str, language: str) -> str:
    """What is wrong, its limit and its cure in Chinese ('zh') or English (anything else).

    Args:
        said: The error, or its message where only that was kept.
        language: The reader's.
    """
    if language != "zh":
        return str(said)
    if isinstance(said, str):
        return _chinese(said)
    return _joined(*(_chinese(part) for part in (said.what, said.limit, said.cure) if part))


@dataclass(frozen=True, kw_only=True)
class _Sentence:
    """One row of the table."""

    pieces: tuple[str, ...]  # English text before, between and after the values
    chinese: str  # the same for `str.format`
    spoken: tuple[int, ...]  # places of the values that are translated, too
    letters: int  # how much of it is text: the more, the surer a match

    def values(self, text: str) -> list[str] | None:
        """The values in a text of this form, each as short as it can be; None if it is of another."""
        first, *rest = self.pieces
        if not rest:
            return [] if text == first else None
        place, end = len(first), len(text) - len(rest[-1])
        if place > end or not text.startswith(first) or not text.endswith(rest[-1]):
            return None
        found = []
        for piece in rest[:-1]:
            begin = text.find(piece, place, end)
            if begin < 0:
                return None
            found.append(text[place:begin])
            place = begin + len(piece)
        return [*found, text[place:end]]


@cache
def _table() -> tuple[_Sentence, ...]:
    raw: dict[str, str] = json.loads((files("fashion_models") / "data/errors_zh.json").read_text("utf-8"))
    rows = (
        _Sentence(
            pieces=tuple(english.split("{}")),
            chinese=chinese.replace(":zh}", "}"),
            spoken=tuple(map(int, re.findall(r"\{(\d+):zh\}", chinese))),
            letters=sum(map(str.isalpha, english)),
        )
        for english, chinese in raw.items()
    )
    return tuple(sorted(rows, key=lambda row: row.letters))  # among equals, spoken values are taken apart


def _chinese(text: str) -> str:
    return "\n".join(_message(line, _DEPTH)[1] for line in text.split("\n"))


def _message(line: str, depth: int) -> tuple[int, str]:
    """How many letters were recognised, and the Chinese: of the division into sentences that has most."""
    places = [0, *[end.end() for end in _END.finditer(line)][: _SENTENCES - 1], len(line) + 1]
    best = {places.pop(): (0, "")}
    for begin in reversed(places):
        ways = []
        for end, (known, after) in best.items():  # the longest sentence first, which wins among equals
            letters, words = _sentence(line[begin : end - 1], depth)
            ways.append((letters + known, _joined(words, after)))
        best[begin] = max(ways, key=lambda way: way[0])
    return best[0]


@lru_cache(maxsize=4096)
def _sentence(text: str, depth: int) -> tuple[int, str]:
    """The same for one sentence; as it is if no row fits."""
    best = (0, text)
    for row in _table():
        if (values := row.values(text)) is None:
            continue
        letters = row.letters
        for place in row.spoken if depth else ():
            known, values[place] = _message(values[place], depth - 1)
            letters += known
        if letters > best[0]:
            best = (letters, row.chinese.format(*values))
    return best


def _joined(*parts: str) -> str:
    """Sentences in one line; Chinese stops bring their own space."""
    said = ""
    for part in filter(None, parts):
        said += part if not said or said.endswith(_STOPS) else f" {part}"
    return said
