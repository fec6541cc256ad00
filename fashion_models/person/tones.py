"""Skin tones: what a tone looks like in the studio, and the surface colour that gives it.

The Monk scale's swatches are flat colours on a white page; a person lit by a studio shows lights and shades.
``data/skin_tones.json`` therefore holds studio targets (of lit skin) and how they were derived,
and for every lighting the surface colour that was found to reach them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.colour import delta_e
from fashion_models.errors import PlanError


@functools.cache
def _table() -> Mapping[str, Any]:
    table: dict[str, Any] = json.loads((files("fashion_models") / "data/skin_tones.json").read_text("utf-8"))
    return table


def skin_targets() -> dict[int, tuple[float, float, float]]:
    """CIE L*a*b* (D65) that lit skin of each Monk tone has in a picture, tone 1 (lightest) to 10."""
    targets = _table()["targets"]
    return {int(tone): (lab[0], lab[1], lab[2]) for tone, lab in targets.items()}


def nearest_tone(lab: tuple[float, float, float] | F64) -> int:
    """The Monk tone whose studio target is nearest in ΔE2000 to an L*a*b* colour."""
    targets = skin_targets()
    distance = delta_e(
        np.array(list(targets.values())), np.broadcast_to(np.asarray(lab, np.float64), (len(targets), 3))
    )
    return list(targets)[int(distance.argmin())]


def base_albedo(tone: int, lighting: str) -> F64:
    """Surface colour that reaches a tone's target, linear RGB, shape (3,).

    Raises:
        PlanError: The tone is not 1 to 10, or the lighting has no calibration.
    """
    table = _table()["albedo"]
    if lighting not in table:
        raise PlanError(
            f"lighting '{lighting}' has no skin calibration;", limit=f"known: {', '.join(table)}."
        )
    if str(tone) not in table[lighting]:
        raise PlanError(f"skin tone {tone} is unknown;", limit="Monk tones are 1 to 10.")
    return np.array(table[lighting][str(tone)], np.float64)
