"""What a face does: `EXPRESSIONS`, `facial_actions`.

Teeth are not modelled, so every smile is a closed one: corners, cheeks and lids do the work, as in a smile
that is meant.

Source: Ekman, Friesen, Facial Action Coding System, 1978 (lip corner puller with cheek raiser and lid
tightener).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.errors import PlanError

#: How the face looks while garments are draped: cloth does not depend on a smile.
NEUTRAL = "neutral"
DEFAULT = "slight-smile"

#: What a face at rest is changed by, on both sides.
_CHANGES: Mapping[str, Mapping[str, float]] = {
    NEUTRAL: {},
    "slight-smile": {"mouthSmile": 0.28, "cheekSquint": 0.20, "eyeSquint": 0.12, "mouthDimple": 0.10},
    "smile": {
        "mouthSmile": 0.58,
        "cheekSquint": 0.50,
        "eyeSquint": 0.34,
        "mouthDimple": 0.22,
        "mouthPress": 0.15,
    },
}
EXPRESSIONS = tuple(_CHANGES)


def check_expression(name: str) -> None:
    """Refuse an unknown expression.

    Raises:
        PlanError: Names the expressions there are.
    """
    if name not in EXPRESSIONS:
        raise PlanError(f"expression '{name}' is unknown;", limit=f"known: {', '.join(EXPRESSIONS)}.")


def facial_actions(expression: str, random: np.random.Generator) -> Mapping[str, float]:
    """Facial actions of an expression.

    Args:
        expression: One of `EXPRESSIONS`.
        random: The person's own: nobody smiles quite evenly, and faces at rest differ.

    Returns:
        Action to strength, 0..1. At rest a face is calm and friendly, its lids a little lowered.
    """
    smile, uneven = float(random.uniform(0.12, 0.3)), float(random.uniform(0.9, 1.0))
    out = {
        "mouthSmileLeft": smile,
        "mouthSmileRight": smile * uneven,
        "cheekSquintLeft": 0.4 * smile,
        "cheekSquintRight": 0.4 * smile,
        "eyeSquintLeft": 0.3 * smile,
        "eyeSquintRight": 0.3 * smile,
        "browInnerUp": float(random.uniform(0.05, 0.15)),
        "eyeBlinkLeft": 0.12,
        "eyeBlinkRight": 0.12,
    }
    for action, change in _CHANGES[expression].items():
        for side, share in (("Left", 1.0), ("Right", (1 + uneven) / 2)):
            out[action + side] = out.get(action + side, 0.0) + share * change
    return out
