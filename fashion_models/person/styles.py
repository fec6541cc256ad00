"""Hair styles and colours as data, and the checks of their names."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import PlanError

_DATA = Path(__file__).parent.parent / "data" / "hair.json"


@functools.cache
def hair_table() -> Mapping[str, Any]:
    """The parsed ``data/hair.json``: 'colours', 'brows', 'styles' and what they are ('about')."""
    table: Mapping[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return table


HAIR_STYLES: tuple[str, ...] = tuple(hair_table()["styles"])
HAIR_COLOURS: tuple[str, ...] = tuple(hair_table()["colours"])


def style_of(name: str) -> Mapping[str, Any]:
    """Parameters of a style.

    Raises:
        PlanError: There is no such style; names the styles.
    """
    if name not in HAIR_STYLES:
        raise PlanError(f"unknown hair style {name!r};", limit=f"known are {', '.join(HAIR_STYLES)}.")
    style: Mapping[str, Any] = hair_table()["styles"][name]
    return style


def hair_rgb(name: str, *, brows: bool = False) -> F64:
    """Linear RGB (3,) of a hair colour, or of the brows that go with it.

    Raises:
        PlanError: There is no such colour; names the colours.
    """
    if name not in HAIR_COLOURS:
        raise PlanError(f"unknown hair colour {name!r};", limit=f"known are {', '.join(HAIR_COLOURS)}.")
    return np.array(hair_table()["brows" if brows else "colours"][name])
