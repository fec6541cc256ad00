"""Is the skin the tone that was asked for? `measure_tone`, `check_tone`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F64
from fashion_models.colour import delta_e, lab_from_linear, linear_from_srgb
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.light import received_light
from fashion_models.person.skin_maps import skin_regions_uv
from fashion_models.person.texels import texel_of
from fashion_models.person.tones import nearest_tone, skin_targets
from fashion_models.studio.model import Draft, Role

LIMIT = 3.0
LIMIT_STEPS = 1.0
#: Skin is lit where at least this share of the direct light on its slope reaches it.
_OPEN = 0.7
#: And where it is turned to the light: below, what other surfaces send counts too much.
_LEAST_LIGHT = 0.35
_FEWEST_PIXELS, _MOST_PIXELS = 40, 900


@dataclass(frozen=True, kw_only=True)
class ToneReading:
    """Measured skin.

    Attributes:
        lab: CIE L*a*b* (D65) of lit face, neck and forearms in the light of a surface that faces the camera.
        ita_deg: Individual typology angle [degrees].
        tone: Monk tone with the nearest studio target.
    """

    lab: tuple[float, float, float]
    ita_deg: float
    tone: int


def measure_tone(draft: Draft, *, lighting: str = "studio") -> ToneReading | None:
    """Read the skin's tone from the picture.

    Args:
        draft: The picture with its maps.
        lighting: What it was taken with.

    Returns:
        The reading, None when too little lit skin shows.

    Source: Chardon, Cretois and Hourseau 1991 for the individual typology angle.
    """
    colour = lit_skin(draft, lighting=lighting)
    if colour is None:
        return None
    lab = lab_from_linear(colour)
    ita = float(np.degrees(np.arctan2(lab[0] - 50, lab[2])))
    return ToneReading(lab=(float(lab[0]), float(lab[1]), float(lab[2])), ita_deg=ita, tone=nearest_tone(lab))


def lit_skin(draft: Draft, *, lighting: str = "studio") -> F64 | None:
    """The colour of lit skin: the median over cheeks, forehead, neck and forearms.

    Hair, cloth, chin and the skin's own slope take light away, so each pixel counts by the direct light that
    reaches it, and those in shadow not at all.

    Args:
        draft: The picture with its maps.
        lighting: What it was taken with.

    Returns:
        Linear RGB in the light of a surface that faces the camera, shape (3,); None when too little lit skin
        shows.
    """
    rows, columns = np.nonzero(ndimage.minimum_filter(draft.masks[Role.SKIN.value], 3) > 0.995)
    texel = texel_of(draft.uv[rows, columns])
    read = np.any([mask[texel] > 0.5 for mask in skin_regions_uv().values()], axis=0)
    step = 1 + int(read.sum()) // _MOST_PIXELS
    rows, columns = rows[read][::step], columns[read][::step]
    unshaded, received = received_light(draft, rows, columns, lighting=lighting)
    lit = (received >= _OPEN * unshaded) & (received > _LEAST_LIGHT)
    if lit.sum() < _FEWEST_PIXELS:
        return None
    seen = linear_from_srgb(draft.display)[rows[lit], columns[lit]]
    return np.asarray(np.median(seen / received[lit, None], axis=0), np.float64)


def check_tone(draft: Draft, tone: int, *, lighting: str = "studio") -> tuple[Check, Check]:
    """Compare the measured tone with the one asked for.

    Args:
        draft: The picture with its maps.
        tone: Monk tone, 1 to 10.
        lighting: What it was taken with.

    Returns:
        The distance to the tone's studio target in ΔE2000, which is defined with the face in the picture, and
        the distance in steps of the scale.
    """
    reading = measure_tone(draft, lighting=lighting)
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
