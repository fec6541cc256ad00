"""Is the skin the tone that was asked for? `measure_tone`, `check_tone`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.colour import delta_e, linear_from_srgb
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.person.tones import lit_skin_lab, nearest_tone, skin_targets
from fashion_models.studio.model import Draft, Role

LIMIT = 3.0
LIMIT_STEPS = 1.0


@dataclass(frozen=True, kw_only=True)
class ToneReading:
    """Measured skin.

    Attributes:
        lab: CIE L*a*b* (D65) of lit face, neck and forearms.
        ita_deg: Individual typology angle [degrees].
        tone: Monk tone with the nearest studio target.
    """

    lab: tuple[float, float, float]
    ita_deg: float
    tone: int


def measure_tone(draft: Draft) -> ToneReading | None:
    """Read the skin's tone from the picture.

    Args:
        draft: The picture with its maps.

    Returns:
        The reading, None when too little lit skin shows.

    Source: Chardon, Cretois and Hourseau 1991 for the individual typology angle.
    """
    lab = lit_skin_lab(linear_from_srgb(draft.display), draft.uv, draft.masks[Role.SKIN.value])
    if lab is None:
        return None
    ita = float(np.degrees(np.arctan2(lab[0] - 50, lab[2])))
    return ToneReading(lab=lab, ita_deg=ita, tone=nearest_tone(lab))


def check_tone(draft: Draft, tone: int) -> tuple[Check, Check]:
    """Compare the measured tone with the one asked for.

    Args:
        draft: The picture with its maps.
        tone: Monk tone, 1 to 10.

    Returns:
        The distance to the tone's studio target in ΔE2000, which is defined with the face in the picture, and
        the distance in steps of the scale.
    """
    reading = measure_tone(draft)
    if reading is None:
        note = "Too little lit skin is in the picture."
        return _colour(None, note), _steps(None, note)
    lab = " ".join(f"{v:.1f}" for v in reading.lab)
    distance = float(delta_e(np.array(reading.lab), np.array(skin_targets()[tone])))
    found = f"L*a*b* {lab}, ITA {reading.ita_deg:.0f}°"
    note = f"Tone {tone} was asked, tone {reading.tone} is nearest ({found})."
    steps = _steps(float(abs(reading.tone - tone)), note)
    if draft.joints[Joint.NOSE, 2] > 0:
        return _colour(distance, f"Lit skin has {found}."), steps
    return _colour(None, "The face is not in the picture."), steps


def _colour(value: float | None, note: str) -> Check:
    says = "The skin's colour is {value} away from its tone's"
    return Check(name="skin_tone", value=value, limit=LIMIT, unit="ΔE2000", says=says, note=note)


def _steps(value: float | None, note: str) -> Check:
    says = "The skin is {value} off the tone that was asked for"
    return Check(name="skin_tone_steps", value=value, limit=LIMIT_STEPS, unit="steps", says=says, note=note)
