"""What the words of product lists mean: category, gender, age, and the side a photo shows."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import fashion_models
from fashion_models.garment.model import Category

#: Sizes that only children's clothes have: '6-9M', '18 months', '4T', '10Y', '3-4 years'.
_CHILD_SIZE = re.compile(
    r"\d{1,2}\s*[-–/]\s*\d{1,2}\s*m(o|os|onths?)?|\d{1,2}\s*mo(s|nths?)?|\d{1,2}\s*t"
    r"|\d{1,2}(\s*[-–/]\s*\d{1,2})?\s*y(rs?|ears?)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9][a-z0-9'’-]*", re.IGNORECASE)


@functools.cache
def _table() -> dict[str, Any]:
    path = Path(fashion_models.__file__).parent / "data/product_words.json"
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return table


def words_in(text: str) -> list[str]:
    """The Latin words of a text in lower case; a hyphened word follows its parts."""
    found = []
    for word in _WORD.findall(text.replace("’", "'").lower()):
        if "-" in word:
            found += word.split("-")
        found.append(word)
    return found


def _occurs(text: str, known: Collection[str]) -> str | None:
    """The last known word in a text: a whole Latin word, or Chinese letters anywhere."""
    present = words_in(text)
    latin = [word for word in present if word in known]
    if latin:
        return latin[-1]
    lower = text.lower()
    return next((word for word in known if not word.isascii() and word in lower), None)


def read_category(*texts: str) -> Category | None:
    """The category that a list's words name, the most telling text first; None where they name none.

    Raises:
        ValueError: They name a garment that is not draped; the word is the message.
    """
    table = _table()
    for text in texts:
        for part in reversed(re.split(r"[>/|;,]", text)):
            if part.strip().lower() in table["both"]:
                return None
            if part.strip() in table["google_ids"]:
                return Category(table["google_ids"][part.strip()])
            named = {
                category: word
                for category, words in table["categories"].items()
                if (word := _occurs(part, words))
            }
            if named:
                order = words_in(part)
                best = max(
                    named, key=lambda c: order.index(named[c]) if named[c] in order else -len(named[c])
                )
                if not all(word.isascii() for word in named.values()):
                    best = max(named, key=lambda c: len(named[c]))
                return Category(best)
            if unsupported := _occurs(part, table["unsupported"]):
                raise ValueError(unsupported)
    return None


def read_gender(*texts: str) -> str:
    """'female', 'male' or 'unisex'; '' where nothing is said or both are."""
    genders: dict[str, list[str]] = _table()["genders"]
    for text in texts:
        found = {gender for gender, words in genders.items() if _occurs(text, words)}
        if len(found) == 1:
            return found.pop()
        if found:
            return "unisex"
    return ""


def child_word(*, age_group: str, texts: Iterable[str], sizes: Iterable[str]) -> str:
    """What marks an article as a child's; '' for an adult's.

    Args:
        age_group: What the list says of the age; 'adult' settles it.
        texts: Category, gender and title.
        sizes: Sizes it is sold in.
    """
    table = _table()
    if age_group.strip():
        if _occurs(age_group, table["adults"]):
            return ""
        return age_group.strip()
    for text in texts:
        word = _occurs(text, table["children"])
        if word:
            return word
    return next((size for size in sizes if _CHILD_SIZE.fullmatch(size.strip())), "")


def shows_back(text: str) -> bool:
    """Does a photo's name or description say that it shows the garment's back?"""
    return _occurs(text.replace("_", " ").replace("-", " "), _table()["back"]) is not None
