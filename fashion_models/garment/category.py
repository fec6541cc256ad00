"""Category from the outline, or a refusal that says why.

Two readings are never decided by chance: the error names both and asks for ``--category``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from fashion_models.errors import CategoryError, LandmarkError
from fashion_models.garment.halves import Half, halves
from fashion_models.garment.landmarks import find_crotch
from fashion_models.garment.model import Category, Outline
from fashion_models.garment.upper import (
    Shoulders,
    find_pits,
    is_armpit,
    read_shoulders,
    read_sides,
    sleeve_flaw,
    torso_length,
)

#: A garment lying flat has two corners at its lower end that turn at least this much [radians].
MIN_CORNER = 0.6
#: A garment whose halves overlap less than this is folded or in a heap.
MIN_SYMMETRY = 0.7
#: Leg length over garment height: none, surely legs, at most shorts, at least trousers.
NO_LEGS, LEGS, SHORTS, TROUSERS = 0.05, 0.12, 0.40, 0.50
#: A waist is at least this wide over the garment's greatest width; a neck is narrower.
MIN_WAIST = 0.4
#: Below a bodice a garment widens only this far down, as a share of its height; a skirt widens sooner.
BODICE = 0.3
#: The hem over the width at the armholes: straight up to, flared from, wider than any top is cut from.
STRAIGHT, FLARED, SWUNG = 1.1, 1.4, 1.8

_KNOWN = ", ".join(category.value for category in Category)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What the outline says about the category.

    Attributes:
        legs: Depth of the gap between the legs over the height.
        sleeves: True when two sleeves stand out beyond doubt.
        aspect: Height over width.
        top: Width near the top over the greatest width.
        dip: How far the top edge dips at the mirror line, over the width.
        concave: Sharpest concave turn in the upper part of the sides [radians], the flatter of both sides.
        length: Garment length below the neck over the chest, 0 without sleeves.
        sleeved: True when there may be sleeves, standing out or beside the body.
        merged: True when they lie on or beside the body.
        rise: How far down the outline begins to widen from its top, over the height.
        flare: Hem over chest.
    """

    legs: float
    sleeves: bool
    aspect: float
    top: float
    dip: float
    concave: float
    length: float
    sleeved: bool
    merged: bool
    rise: float
    flare: float


def parse_category(name: str) -> Category:
    """The category of that name.

    Raises:
        CategoryError: There is no such category.
    """
    try:
        return Category(name.strip().lower())
    except ValueError:
        raise CategoryError(f"unknown category '{name}'.", cure=f"Known: {_KNOWN}.") from None


def check_drapable(outline: Outline) -> None:
    """Refuse what cannot be dressed on a person: hats, shoes, heaps, folded garments.

    Raises:
        CategoryError: The outline has no hem or leg ends, or its halves do not match.
    """
    corners = [_lowest_corner(half) for half in halves(outline)]
    if min(corners) < MIN_CORNER:
        raise CategoryError(
            f"the outline has no hem: its lower corners turn {np.degrees(min(corners)):.0f}°.",
            limit=f"A garment lying flat turns at least {np.degrees(MIN_CORNER):.0f}° there; "
            "shoes, hats, bags and heaps do not and cannot be draped.",
            cure="Lay one garment flat, or correct the mask.",
        )
    if outline.symmetry < MIN_SYMMETRY:
        raise CategoryError(
            f"the two halves of the outline match only {100 * outline.symmetry:.0f} %.",
            limit=f"At least {100 * MIN_SYMMETRY:.0f} % is needed: neither a fold nor a heap can be draped.",
            cure="Lay the garment flat and open, or correct the mask.",
        )


def read_category(outline: Outline, *, tube: float = 1.0) -> Category:
    """Category from the outline alone; a garment with sleeves and of ordinary length is called a t-shirt.

    Args:
        outline: The garment's outline.
        tube: How much narrower than flat it is seen: above 1 on a ghost mannequin.

    Raises:
        CategoryError: Two readings are possible; both are named.
    """
    shape = read_shape(outline, tube=tube)
    if shape.sleeves:
        return _sleeved(shape)
    if shape.sleeved and shape.top < MIN_WAIST:
        return _sleeved_beside(shape)
    if shape.legs > NO_LEGS and shape.top > MIN_WAIST:
        return _legged(shape)
    return _tube(shape)


def read_shape(outline: Outline, *, tube: float = 1.0) -> Shape:
    """Measure what decides the category."""
    both = halves(outline)
    rows = outline.mask[outline.mask.any(axis=1)]
    spans = np.array([np.ptp(np.flatnonzero(row)) for row in rows], float)
    crotch = find_crotch(outline)
    length = _length_in_chests(both) / tube
    concave = [_sharpest_dent(half) for half in both]
    top = float(spans[int(0.04 * len(spans))])
    shoulders, flare = _upper(outline, both, tube)
    return Shape(
        legs=crotch[1] if crotch else 0.0,
        sleeves=length > 0,
        aspect=both[0].height / both[0].width,
        top=top / float(spans.max()),
        dip=float(both[0].path[0, 1] / both[0].width),
        concave=max(concave),
        length=length,
        sleeved=shoulders is not None and shoulders.sleeved,
        merged=shoulders is not None and shoulders.merged is not None,
        rise=float(np.argmax(spans >= top + 0.25 * (spans.max() - top)) / len(spans)),
        flare=flare,
    )


def _upper(outline: Outline, both: tuple[Half, Half], tube: float) -> tuple[Shoulders | None, float]:
    """How the sleeves lie, None where there are no shoulders, and the hem over the width at the armholes."""
    try:
        shoulders, (sides, _) = read_shoulders(outline, tube=tube), read_sides(both)
    except LandmarkError:
        return None, 0.0
    ends = [half.path[[side.hem, side.pit], 0] for half, side in zip(both, sides, strict=True)]
    hem, chest = np.mean(ends, axis=0)
    return shoulders, float(hem / chest)


def _legged(shape: Shape) -> Category:
    """A gap between legs makes it trousers or shorts; a shallow one may be a skirt's hem."""
    if shape.sleeved:
        _ask(Category.TOP, Category.SHORTS, Category.SKIRT)
    if shape.legs < LEGS:
        _ask(Category.SHORTS, Category.SKIRT)
    if SHORTS < shape.legs < TROUSERS:
        _ask(Category.SHORTS, Category.TROUSERS)
    return Category.SHORTS if shape.legs < TROUSERS else Category.TROUSERS


def _tube(shape: Shape) -> Category:
    """Without sleeves and legs the neckline, the armholes and the proportions must tell."""
    if shape.dip > 0.15:
        flared = shape.flare > FLARED
        if shape.aspect > (1.5 if flared else 1.75):
            return Category.DRESS
        return _ask(Category.TOP, Category.DRESS) if flared or shape.aspect > 1.5 else Category.TOP
    if shape.top < MIN_WAIST:
        return _ask(Category.TOP, Category.DRESS) if shape.flare < SWUNG else Category.DRESS
    flat_top = shape.dip < 0.07 and shape.top < 0.75
    if flat_top and shape.aspect < 1.1 and shape.concave > -0.5 and shape.rise < BODICE:
        return Category.SKIRT
    if shape.aspect > 1.75 and shape.dip > 0.04:
        return Category.DRESS
    if shape.aspect > 1.45:
        _ask(Category.DRESS, Category.SKIRT)
    return _ask(Category.TOP, Category.DRESS, Category.SKIRT)


def _length_in_chests(both: tuple[Half, Half]) -> float:
    """Length below the neck over the chest of a garment with sleeves; 0 where none stand out."""
    pits = find_pits(both)
    if pits is None or any(not is_armpit(half, pit) for half, pit in zip(both, pits, strict=True)):
        return 0.0
    sides, half_chest = read_sides(both)
    if sides[0].cuff is None or sleeve_flaw(both, sides, half_chest) is not None:
        return 0.0
    return torso_length(both, sides) / (2 * half_chest)


def _sleeved(shape: Shape) -> Category:
    """Sleeves make it a top or a dress; the length in chests says which, and between the two the hem.

    Sleeves that lie on the body hide how narrow the chest is: a hem wider still may be a dress's.
    """
    if shape.merged and shape.flare > STRAIGHT:
        _ask(Category.TOP, Category.DRESS)
    if 1.75 < shape.length < 2.05 and shape.flare < FLARED:
        _ask(Category.TOP, Category.DRESS)
    return Category.DRESS if shape.length > 1.75 else Category.T_SHIRT


def _sleeved_beside(shape: Shape) -> Category:
    """Where sleeves hide the sides, only an outline that is broad and not flared is surely a top's."""
    if shape.aspect > 1.2 or shape.flare > FLARED:
        _ask(Category.TOP, Category.DRESS)
    return Category.T_SHIRT


def _lowest_corner(half: Half) -> float:
    zone = (half.path[:, 1] > 0.5 * half.height) & (half.path[:, 0] > 0.12 * half.width)
    return float(half.turn[zone].max()) if zone.any() else 0.0


def _sharpest_dent(half: Half) -> float:
    down = half.path[:, 1] / half.height
    zone = (down > 0.03) & (down < 0.5) & (half.path[:, 0] > 0.12 * half.width)
    return float(half.turn[zone].min()) if zone.any() else 0.0


def _ask(*readings: Category) -> NoReturn:
    names = [category.value for category in readings]
    raise CategoryError(
        f"the outline can be read as {', '.join(names[:-1])} or {names[-1]}.",
        cure=f"Say which: {' or '.join(f'--category {name}' for name in names)}.",
    )
