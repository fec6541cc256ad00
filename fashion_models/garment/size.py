"""How large a garment is: `resolve_size` takes a chart in centimetres, else assumes the wearer's size."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import SizeError
from fashion_models.garment.model import Family, Garment, GarmentSize, Sleeve
from fashion_models.person.model import Gender, Measurements
from fashion_models.person.sizes import default_measurements

#: What a chart may hold for each family [cm, laid flat]: name to (least, most).
CHART: dict[Family, dict[str, tuple[float, float]]] = {
    Family.UPPER: {"length": (20, 180), "chest": (25, 90), "sleeve": (3, 95)},
    Family.SKIRT: {"length": (15, 130), "waist": (20, 80), "hem": (25, 250)},
    Family.LEGS: {"length": (15, 135), "waist": (20, 80), "hip": (25, 95), "inseam": (2, 105)},
}
#: Girths that a chart may hold instead of flat widths: they are halved.
GIRTHS = {"chest_girth": "chest", "waist_girth": "waist", "hip_girth": "hip"}
#: Widths in the order in which they set the scale.
WIDTHS = ("chest", "hip", "waist", "hem")
#: Width over what the outline's proportions say, beyond which chart and photo show different garments.
FLAT_FACTOR, GHOST_FACTOR = (0.8, 1.25), (0.85, 1.6)
#: How far a garment of the wearer's own size may be widened to keep a plausible length.
FLAT_FIT, GHOST_FIT = (0.8, 1.6), (0.95, 1.9)
#: Longest way from the middle of the back over the shoulder to the cuff, over the stature.
LONGEST_REACH = 0.47
#: Lengths grow with this power of the girth: from the sample size to 3XL a t-shirt gains about 8 cm, …
LENGTH_GRADE = 0.3
#: … and what is longer than a t-shirt [share of the stature] gains no more: what grows lies above the hips.
GRADED_LENGTH = 0.38


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What is usual for a category.

    Attributes:
        girth: Body girth that sets the width: 'bust', 'waist' or 'hip'.
        ease_cm: Sleeve length to ease [cm] on that girth.
        length_of_height: Gender to (least, most) length over stature.
        coat_of_height: The most with long sleeves, which coats have; None where they are no longer.
    """

    girth: str
    ease_cm: Mapping[str, float]
    length_of_height: Mapping[str, tuple[float, float]]
    coat_of_height: float | None = None

    def usual_length(self, sleeve: Sleeve, gender: Gender) -> tuple[float, float]:
        """Least and most length over stature."""
        least, most = self.length_of_height[gender.value]
        coat = self.coat_of_height if sleeve is Sleeve.LONG else None
        return least, coat or most


@lru_cache(maxsize=1)
def priors() -> tuple[Mapping[str, Prior], float]:
    """The prior of each category, and the width factor of a ghost mannequin."""
    text = files("fashion_models").joinpath("data/garment_priors.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return {name: Prior(**row) for name, row in table["categories"].items()}, table["ghost_width_factor"]


def extents(garment: Garment) -> dict[str, float]:
    """Measures of the outline [frame pixels]: length, and what else its category has."""
    at = garment.landmarks
    family = garment.category.family

    def apart(first: str, second: str) -> float:
        return float(np.linalg.norm(at[first] - at[second]))

    def height(*names: str) -> float:
        return float(np.mean([at[name][1] for name in names]))

    if family is Family.UPPER:
        found = {"length": height("hemL", "hemR") - height("neckL", "neckR"), "chest": apart("pitL", "pitR")}
        if "cuffLo" in at:
            cuffs = [(at[f"cuff{s}o"] + at[f"cuff{s}i"]) / 2 - at[f"tip{s}"] for s in "LR"]
            found["sleeve"] = float(np.mean([np.linalg.norm(cuff) for cuff in cuffs]))
        return found
    waist = height("waistL", "waistR")
    if family is Family.SKIRT:
        return {
            "length": height("hemL", "hemR") - waist,
            "waist": apart("waistL", "waistR"),
            "hem": apart("hemL", "hemR"),
        }
    ends = ("legLout", "legLin", "legRout", "legRin")
    hip_row = round(waist + 0.7 * (at["crotch"][1] - waist))
    return {
        "length": height(*ends) - waist,
        "waist": apart("waistL", "waistR"),
        "hip": float(np.ptp(np.flatnonzero(garment.outline.mask[hip_row])) + 1),
        "inseam": (apart("crotch", "legLin") + apart("crotch", "legRin")) / 2,
    }


def _reach(garment: Garment) -> float:
    """From the middle of the back over the shoulder to the cuff, the longer sleeve's [frame pixels]."""
    at = garment.landmarks
    middle = (at["tipL"][0] + at["tipR"][0]) / 2
    ways = [
        abs(at[f"tip{s}"][0] - middle)
        + np.linalg.norm((at[f"cuff{s}o"] + at[f"cuff{s}i"]) / 2 - at[f"tip{s}"])
        for s in "LR"
    ]
    return float(max(ways))


def resolve_size(
    garment: Garment,
    measurements: Measurements,
    gender: Gender,
    *,
    chart: Mapping[str, float] | None = None,
) -> GarmentSize:
    """Size from a chart, else the wearer's own size of that kind of garment.

    Args:
        garment: The garment as its photo shows it.
        measurements: The wearer's.
        gender: The wearer's; lengths are cut differently.
        chart: Name to centimetres as the garment lies flat: length, chest (pit to pit), waist, hip, hem,
            sleeve, inseam, as the category has them; 'chest_girth', 'waist_girth' and 'hip_girth' are all
            the way round.

    Returns:
        The size; its source is 'chart' or 'prior+body'.

    Raises:
        SizeError: The chart has an unknown name or an impossible value, or contradicts the photo.
    """
    pixels = extents(garment)
    flat = _flat_chart(garment, chart) if chart else {}
    if flat:
        metres, factor = _chart_scale(garment, pixels, flat)
    else:
        metres, factor = _prior_scale(garment, pixels, measurements, gender)
    cm = {name: round(100 * metres * length, 1) for name, length in pixels.items()}
    widths = [name for name in WIDTHS if name in pixels]
    for name in widths:
        growth = float(row_growth(factor, pixels[widths[0]], pixels[name]))
        cm[name] = round(100 * metres * pixels[name] * growth, 1)
    return GarmentSize(
        cm={**cm, **flat},
        source="chart" if flat else "prior+body",
        metres_per_px=metres,
        width_factor=factor,
    )


def row_growth(factor: float, width: float, row: F64 | float) -> F64:
    """How much wider rows become when the width that sets the size grows by a factor.

    Every row gains as much as that width does, so a flare stays what it is; narrower rows keep their share.
    """
    return np.asarray(1 + (factor - 1) * np.minimum(1.0, width / np.asarray(row)))


def _flat_chart(garment: Garment, chart: Mapping[str, float]) -> dict[str, float]:
    """The chart as flat measures, each within its limits."""
    limits = CHART[garment.category.family]
    flat: dict[str, float] = {}
    for given, value in chart.items():
        name = GIRTHS.get(given, given)
        if name not in limits:
            known = [*limits, *(girth for girth, width in GIRTHS.items() if width in limits)]
            raise SizeError(
                f"a {garment.category.value} has no '{given}' in its size chart.",
                cure=f"Known: {', '.join(known)}.",
            )
        cm = float(value) / (2 if given in GIRTHS else 1)
        least, most = limits[name]
        if not (math.isfinite(cm) and least <= cm <= most):
            girth = next((key for key, width in GIRTHS.items() if width == name and given == name), None)
            raise SizeError(
                f"size chart: {given} {value:g} cm is not possible.",
                limit=f"Laid flat, {name} lies between {least:g} and {most:g} cm.",
                cure=f"Give '{girth}' for a girth all the way round." if girth and cm > most else "",
            )
        if name in flat:
            raise SizeError(
                f"size chart: {name} is given twice, as width and as girth.", cure="Give one of them."
            )
        flat[name] = cm
    return flat


def _chart_scale(
    garment: Garment, pixels: Mapping[str, float], flat: Mapping[str, float]
) -> tuple[float, float]:
    """Metres per pixel and width factor from a chart.

    Length and width are weighed alike on a flat garment; a ghost mannequin's is scaled by its length, for its
    width is that of a tube seen from the front.
    """
    usual = priors()[1] if garment.ghost else 1.0
    width = next((name for name in WIDTHS if name in flat and name in pixels), None)
    long = next((name for name in ("length", "inseam", "sleeve") if name in flat and name in pixels), None)
    if width is None and long is None:
        raise SizeError(
            f"size chart: nothing in it can be measured on the photo ({', '.join(flat)}).",
            cure=f"Give one of: {', '.join(pixels)}.",
        )
    if width is None and long is not None:
        return flat[long] / pixels[long] / 100, usual
    across = flat[str(width)] / pixels[str(width)] / 100
    if long is None:
        return across / usual, usual
    along = flat[long] / pixels[long] / 100
    least, most = GHOST_FACTOR if garment.ghost else FLAT_FACTOR
    if not least <= across / along <= most:
        raise SizeError(
            f"size chart: {width} {flat[str(width)]:g} cm and {long} {flat[long]:g} cm do not fit the photo, "
            f"where {width} would be {100 * along * pixels[str(width)]:.0f} cm.",
            limit=f"At most {least:g} to {most:g} times that.",
            cure="Check the chart's row, and that widths are laid flat.",
        )
    metres = along if garment.ghost else math.sqrt(along * across)
    leading = next(name for name in WIDTHS if name in pixels)
    flare = max(1.0, pixels[str(width)] / pixels[leading])
    return metres, 1 + (across / metres - 1) * flare


def _prior_scale(
    garment: Garment, pixels: Mapping[str, float], measurements: Measurements, gender: Gender
) -> tuple[float, float]:
    """Metres per pixel and width factor of a garment made for its wearer.

    The photo is taken to show the sample size, whose length follows from the outline's proportions within
    what is usual for the category, and from its sleeves: a chest that hangs in folds looks narrow, which
    would make it a tunic, but no sleeve is longer than an arm. From there lengths are graded as makers grade
    them, far less than girths.
    """
    table, ghost_factor = priors()
    prior = table[garment.category.value]
    ease = prior.ease_cm.get(garment.sleeve.value, next(iter(prior.ease_cm.values())))
    name = "chest" if prior.girth == "bust" else prior.girth
    usual = ghost_factor if garment.ghost else 1.0

    def width(wearer: Measurements) -> float:
        return (float(getattr(wearer, prior.girth)) + ease) / 2 / 100

    sample = default_measurements(gender)
    tall = measurements.height / sample.height
    grade = (width(measurements) / width(sample) / tall) ** LENGTH_GRADE
    drawn = tall * pixels["length"] * width(sample) / pixels[name] / usual
    if garment.sleeve is Sleeve.LONG:
        drawn = min(drawn, LONGEST_REACH * measurements.height / 100 * pixels["length"] / _reach(garment))
    least, most = (share * measurements.height / 100 for share in prior.usual_length(garment.sleeve, gender))
    length = min(max(drawn, least), most)
    length += (grade - 1) * min(length, GRADED_LENGTH * measurements.height / 100)
    factor = width(measurements) / pixels[name] / (length / pixels["length"])
    low, high = GHOST_FIT if garment.ghost else FLAT_FIT
    factor = min(max(factor, low), high)
    return width(measurements) / pixels[name] / factor, factor
