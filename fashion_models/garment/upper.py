"""Landmarks of tops and dresses: neck, shoulder tips, armpits, cuffs and hem.

An armpit is a concave turn from a sleeve's underside into the side seam, found on both sides together. Where
no sleeve stands out, the armhole runs from the shoulder tip to the corner under the arm. A garment without
armpits and without a corner at its shoulders has its sleeves lying on or beside the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from fashion_models.arrays import I64
from fashion_models.errors import LandmarkError
from fashion_models.garment.contour import support
from fashion_models.garment.halves import Half, end_corners, halves
from fashion_models.garment.model import Outline, Sleeve
from fashion_models.garment.sleeves import find_notches

#: An armpit turns at least this much [radians], both together at least the second.
MIN_TURN, MIN_PAIR_TURN = 0.4, 1.1
#: An armpit found on one side only counts as a sleeve's when it turns this much.
MIN_SINGLE_TURN = 0.9
#: Armpits of one garment differ at most this much, as a share of height and of width.
MAX_UNEVEN = 0.16
#: A sleeve reaches out past the armpit this share of half the chest.
MIN_REACH = 0.15
#: Uneven "sleeves" that reach out less than this are the ragged edge of bare armholes.
RAGGED_REACH = 0.3
#: A bare shoulder's corner turns more than this [radians]; a sleeve's shoulder is rounder.
SHOULDER_CORNER = 1.0
#: Sleeves beside the body widen the outline below the shoulder by this share of half the chest.
MIN_WIDENING = 0.15
#: The armpit lies at most this far under the shoulder tip, in half chests.
MAX_PIT_DEPTH = 2.4
#: An armpit farther below the shoulder tip is the end of a sleeve that lies on the body, in half chests.
LOW_PIT = 1.38
#: The longer sleeve is at most this many times the shorter.
MAX_SLEEVE_RATIO = 2.2
#: A sleeve longer than this share of the torso is long.
LONG_SLEEVE = 0.6
#: Where under the shoulder tip an armhole ends, in half chests.
ARMHOLE_DEPTH = (0.45, 1.45)
#: What half a chest of difference between two armholes' ends weighs against their corners' turn [radians].
UNEVEN_ARMHOLES = 2.5
#: The same for half a chest of depth: of two like places the upper is the armhole's end.
DEEP_ARMHOLES = 0.8
#: What half a chest of difference between two neck points' distance from the middle weighs, in half chests.
UNEVEN_NECK = 0.5
#: A strap's or shoulder's inner corner turns at least this much [radians] …
NECK_CORNER = 0.4
#: … lies at least this far out, at least this far inside its outer one and at most this far below it, in half
#: chests.
INNER_NECK, LEAST_STRAP, STRAP_DROP = 0.25, 0.06, 0.12
#: The top edge of a strapless garment dips at most this much and is at least this wide, in half chests; its
#: sides narrow or widen below it at most by these shares and have no corner that turns more [radians].
STRAIGHT_TOP, WIDE_TOP = 0.2, 0.85
NO_TAPER, NO_ARMHOLE, NO_CORNER = 0.05, 0.1, 0.5


@dataclass(frozen=True, kw_only=True)
class Side:
    """Places of one half's landmarks on its path; no cuff on a sleeveless side."""

    neck: int
    tip: int
    pit: int
    hem: int
    cuff: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Shoulders:
    """How the sleeves lie.

    Attributes:
        height: Height of the neck points [frame pixels, y].
        chest: Half the chest width [frame pixels].
        sleeved: True when there are sleeves, spread or beside the body.
        merged: Where they part from the body near the cuffs, when they lie beside it: places on both halves.
        flaw: What shows that a sleeve was not told from the body, or None.
    """

    height: float
    chest: float
    sleeved: bool
    merged: tuple[int, int] | None
    flaw: str | None


def find_upper(outline: Outline) -> tuple[dict[str, int], Sleeve]:
    """Contour indices of the upper family's landmarks, and the sleeve length.

    Raises:
        LandmarkError: A part is missing, or a sleeve lies on or against the body.
    """
    both = halves(outline)
    sides, chest = read_sides(both)
    flaw = sleeve_flaw(both, sides, chest)
    if flaw is not None:
        raise LandmarkError(
            f"{flaw} (armpits 'pitL' and 'pitR').",
            cure="Spread the sleeves away from the body and take the photo again, or give the landmarks.",
        )
    if _is_strapless(both, sides, chest):
        raise LandmarkError(
            "the top edge runs straight from side to side, without straps or shoulders "
            "(landmarks 'tipL' and 'tipR').",
            cure="Strapless garments cannot be draped yet. If it has straps, lay them out so that they show.",
        )
    found: dict[str, int] = {}
    for name, half, side in zip("LR", both, sides, strict=True):
        for part in ("neck", "tip", "pit", "hem"):
            found[part + name] = int(half.index[getattr(side, part)])
        if side.cuff is not None:
            found[f"cuff{name}o"], found[f"cuff{name}i"] = (int(half.index[k]) for k in side.cuff)
    return found, _sleeve(both, sides, chest)


def read_sides(both: tuple[Half, Half]) -> tuple[tuple[Side, Side], float]:
    """Landmark places of both halves, and half the chest width [frame pixels]."""
    pits = find_pits(both)
    if pits is not None:
        chest = float(np.mean([half.path[pit, 0] for half, pit in zip(both, pits, strict=True)]))
        necks = _necks(both, pits, chest)
        left, right = (
            _sleeved(half, neck, pit, chest) for half, neck, pit in zip(both, necks, pits, strict=True)
        )
        if left is not None and right is not None:
            lengths = sorted((_sleeve_reach(both[0], left), _sleeve_reach(both[1], right)))
            out = np.mean([_reach(half, pit) for half, pit in zip(both, pits, strict=True)])
            if lengths[1] <= MAX_SLEEVE_RATIO * lengths[0] or out > RAGGED_REACH:
                return (left, right), chest
    return _sleeveless_sides(both)


def read_shoulders(outline: Outline, *, tube: float = 1.0) -> Shoulders:
    """How the sleeves lie.

    Args:
        outline: The garment's outline.
        tube: How much narrower than flat it is seen: above 1 on a ghost mannequin.
    """
    both = halves(outline)
    sides, chest = read_sides(both)
    flaw = sleeve_flaw(both, sides, chest)
    told = sides[0].cuff is not None and flaw is None
    notches = find_notches(both)
    depths = [half.path[s.pit, 1] - half.path[s.tip, 1] for half, s in zip(both, sides, strict=True)]
    low = float(np.mean(depths)) > LOW_PIT * tube * chest
    if told:
        notches = (sides[0].pit, sides[1].pit) if low else None
    necks = [outline.contour[half.index[s.neck], 1] for half, s in zip(both, sides, strict=True)]
    return Shoulders(
        height=float(np.mean(necks)),
        chest=chest,
        sleeved=told or notches is not None,
        merged=notches,
        flaw=flaw,
    )


def sleeve_flaw(both: tuple[Half, Half], sides: tuple[Side, Side], chest: float) -> str | None:
    """What shows that a sleeve was not told from the body, or None where all is well."""
    pairs = list(zip(both, sides, strict=True))
    if sides[0].cuff is None:
        for name, half in zip(("left", "right"), both, strict=True):
            if any(
                half.turn[k] < -MIN_SINGLE_TURN
                and half.path[k, 1] < MAX_PIT_DEPTH * chest
                and _reach(half, k) > 2 * MIN_REACH
                for k in pit_candidates(half)
            ):
                return f"only the sleeve on the picture's {name} can be told from the body"
        corner = np.mean([_corner_at(half, side.tip) for half, side in pairs])
        widening = np.mean([_widening(half, side.tip, chest) for half, side in pairs])
        merged = corner < SHOULDER_CORNER and widening > MIN_WIDENING * chest
        return "the sleeves cannot be told from the body" if merged else None
    depth = np.mean([half.path[side.pit, 1] - half.path[side.tip, 1] for half, side in pairs])
    if depth > MAX_PIT_DEPTH * chest:
        return "the sleeves lie against the body down to the hem"
    lengths = sorted(_sleeve_reach(half, side) for half, side in pairs)
    if lengths[1] > MAX_SLEEVE_RATIO * lengths[0]:
        return "one sleeve is seen much shorter than the other"
    return None


def _is_strapless(both: tuple[Half, Half], sides: tuple[Side, Side], chest: float) -> bool:
    """True for a tube that begins under the arms: a straight top edge as wide as the chest, no armholes."""
    if sides[0].cuff is not None:
        return False
    pairs = list(zip(both, sides, strict=True))
    tip = np.mean([half.path[side.tip, 0] for half, side in pairs])
    pit = np.mean([half.path[side.pit, 0] for half, side in pairs])
    corner = np.mean([_corner_at(half, side.pit) for half, side in pairs])
    straight = both[0].path[0, 1] < STRAIGHT_TOP * chest and tip > WIDE_TOP * chest
    tube = 1 - NO_TAPER < pit / tip < 1 + NO_ARMHOLE
    return bool(straight and tube and corner < NO_CORNER)


def find_pits(both: tuple[Half, Half]) -> tuple[int, int] | None:
    """Places of the two armpits, or None where no pair of sleeves stands out."""
    pairs = [
        (left, right)
        for left, right in product(pit_candidates(both[0]), pit_candidates(both[1]))
        if max(_uneven(both, left, right)) < MAX_UNEVEN
        and -(both[0].turn[left] + both[1].turn[right]) > MIN_PAIR_TURN
    ]
    if not pairs:
        return None
    best = max(pairs, key=lambda pair: _pair_score(both, pair))
    out = [_reach(half, pit) for half, pit in zip(both, best, strict=True)]
    return best if float(np.mean(out)) > MIN_REACH and min(out) > 0.6 * MIN_REACH else None


def is_armpit(half: Half, pit: int) -> bool:
    """True when a place is an armpit beyond doubt: sharp, under a sleeve that reaches well out."""
    return bool(half.turn[pit] < -0.5 * MIN_PAIR_TURN and _reach(half, pit) > MIN_REACH)


def pit_candidates(half: Half) -> list[int]:
    """Places where the contour, coming inwards or upwards from farther out, turns down."""
    path, turn, reach = half.path, half.turn, half.reach
    farthest = np.maximum.accumulate(path[:, 0])
    found = []
    for k in range(reach, len(path) - reach):
        if turn[k] > -MIN_TURN or turn[k] > turn[k - reach // 2 : k + reach // 2 + 1].min():
            continue
        further = path[min(k + 2 * reach, len(path) - 1)]
        ways = path[k] - path[k - reach], path[k + reach] - path[k], further - path[k + reach]
        before, after, later = (way / (np.linalg.norm(way) + 1e-9) for way in ways)
        out, down = path[k, 0] / half.width, path[k, 1] / half.height
        under_sleeve = farthest[k] > path[k, 0] + 0.02 * half.width and 0.06 < down < 0.78 and out > 0.08
        down_after = after[1] > 0.7 or (after[1] > 0.45 and later[1] > 0.85)  # a rounded armpit turns slowly
        if under_sleeve and down_after and (before[0] < -0.25 or before[1] < -0.3):
            found.append(k)
    return found


def torso_length(both: tuple[Half, Half], sides: tuple[Side, Side]) -> float:
    """From neck to hem [frame pixels]."""
    drops = [half.path[s.hem, 1] - half.path[s.neck, 1] for half, s in zip(both, sides, strict=True)]
    return float(np.mean(drops))


def _uneven(both: tuple[Half, Half], left: int, right: int) -> tuple[float, float]:
    apart = np.abs(both[0].path[left] - both[1].path[right])
    return float(apart[0]) / both[0].width, float(apart[1]) / both[0].height


def _pair_score(both: tuple[Half, Half], pair: tuple[int, int]) -> float:
    """Sharp and even pairs first; between alike ones the upper."""
    sharp = -float(both[0].turn[pair[0]] + both[1].turn[pair[1]])
    height = float(both[0].path[pair[0], 1] + both[1].path[pair[1], 1]) / both[0].height
    return min(sharp, 2.4) - 4 * sum(_uneven(both, *pair)) - 0.8 * height


def _reach(half: Half, pit: int) -> float:
    """How far the contour reaches out above the armpit, over the armpit's own distance from the middle."""
    return float((half.path[: pit + 1, 0].max() - half.path[pit, 0]) / half.path[pit, 0])


def _corner_at(half: Half, place: int) -> float:
    return float(half.turn[max(0, place - half.reach) : place + half.reach].max())


def _widening(half: Half, tip: int, chest: float) -> float:
    """How much farther out the contour lies an armhole's depth below the shoulder tip [frame pixels]."""
    below = half.path[tip:]
    below = below[below[:, 1] < half.path[tip, 1] + 0.8 * chest]
    return float(below[:, 0].max() - half.path[tip, 0])


def _half_chest(both: tuple[Half, Half]) -> float:
    """Half the width of the body where no armpit tells it."""
    widths = []
    for half in both:
        down = half.path[:, 1] / half.height
        rows = half.path[(down > 0.25) & (down < 0.4), 0]
        widths.append(float(np.median(rows)) if len(rows) else 0.25 * half.width)
    return float(np.mean(widths))


def _necks(both: tuple[Half, Half], ends: tuple[int, int], chest: float) -> tuple[int, int]:
    """Places of the two neck points: high, at corners, and as far out on either side."""
    zones, marks = [], []
    for half, end in zip(both, ends, strict=True):
        path = half.path[: end + 1]
        across = path[:, 0] / chest
        zone = np.flatnonzero((across > 0.06) & (across < 0.72) & (path[:, 1] < 0.3 * half.height))
        if len(zone) == 0:
            raise LandmarkError(
                "no neck opening was found at the top of the outline (landmarks 'neckL' and 'neckR').",
                cure="Lay the garment with its neck towards the top of the picture, or give the landmarks.",
            )
        zones.append(zone)
        marks.append(path[zone] @ (0.22, -1.0) / chest + 0.25 * np.clip(half.turn[zone], 0.0, 1.2))
    out = [half.path[zone, 0] / chest for half, zone in zip(both, zones, strict=True)]
    uneven = np.abs(out[0][:, None] - out[1][None])
    best = np.argmax(marks[0][:, None] + marks[1][None] - UNEVEN_NECK * uneven)
    left, right = (
        _inner_corner(half, zone[:k], int(zone[k]), chest)
        for half, zone, k in zip(both, zones, np.unravel_index(best, uneven.shape), strict=True)
    )
    return left, right


def _inner_corner(half: Half, inwards: I64, neck: int, chest: float) -> int:
    """The innermost corner nearly as high as a neck point: a strap or a shoulder lies between the two."""
    path, turn, near = half.path, half.turn, half.reach // 2
    for k in inwards[path[inwards, 0] > INNER_NECK * chest]:
        corner = turn[k] > NECK_CORNER and turn[k] >= turn[max(0, k - near) : k + near + 1].max()
        apart, drop = (path[neck, 0] - path[k, 0]) / chest, (path[k, 1] - path[neck, 1]) / chest
        if corner and apart > LEAST_STRAP and drop < STRAP_DROP:
            return int(k)
    return neck


def _hem(half: Half, start: int) -> int:
    rest = np.arange(start, len(half.path))
    down = half.path[rest, 1]
    zone = rest[down > down[0] + 0.5 * (down.max() - down[0])]
    return int(zone[support(half.path[zone], (0.55, 1.0))])


def _sleeved(half: Half, neck: int, pit: int, chest: float) -> Side | None:
    """A side with a sleeve, or None where the sleeve has no end of its own: a cap is part of the shoulder."""
    path = half.path
    places = np.arange(neck, pit + 1)
    above = places[
        (np.abs(path[places, 0] - path[pit, 0] + 0.16 * chest) < 3)
        & (path[places, 1] < path[pit, 1] - 0.03 * half.height)
    ]
    tip = int(above[np.argmin(path[above, 1])]) if len(above) else neck
    sleeve = np.arange(min(tip, pit - half.reach), pit + 1)
    mouth = float(np.linalg.norm(path[tip] - path[pit]))
    cuff = end_corners(half, sleeve, (path[tip] + path[pit]) / 2, mouth, sleeve=True)
    if cuff is None:
        return None
    return Side(neck=neck, tip=tip, pit=pit, hem=_hem(half, pit), cuff=cuff)


def _sleeveless_sides(both: tuple[Half, Half]) -> tuple[tuple[Side, Side], float]:
    """Both sides of a sleeveless garment, their armholes ending at even heights, and half its chest."""
    chest = _half_chest(both)
    lowest = [int(np.argmax(half.path[:, 1])) for half in both]
    necks = _necks(both, (lowest[0], lowest[1]), chest)
    tips = [_bare_tip(half, neck, chest) for half, neck in zip(both, necks, strict=True)]
    zones = [_armhole_ends(half, tip, chest) for half, tip in zip(both, tips, strict=True)]
    corner = [half.turn[zone] for half, zone in zip(both, zones, strict=True)]
    down = [half.path[zone, 1] for half, zone in zip(both, zones, strict=True)]
    uneven = np.abs(down[0][:, None] - down[1][None]) / chest
    deep = (down[0][:, None] + down[1][None]) / (2 * chest)
    turns = corner[0][:, None] + corner[1][None]
    best = np.argmax(turns - UNEVEN_ARMHOLES * uneven - DEEP_ARMHOLES * deep)
    pits = [int(zone[k]) for zone, k in zip(zones, np.unravel_index(best, uneven.shape), strict=True)]
    left, right = (
        Side(neck=neck, tip=tip, pit=pit, hem=_hem(half, pit), cuff=None)
        for half, neck, tip, pit in zip(both, necks, tips, pits, strict=True)
    )
    return (left, right), chest


def _bare_tip(half: Half, neck: int, chest: float) -> int:
    """Place of a bare shoulder's outer end."""
    path = half.path
    top = np.arange(neck, int(np.argmax(path[:, 1])))
    shoulder = top[path[top, 1] < path[neck, 1] + 0.55 * chest]
    return int(shoulder[support(path[shoulder], (0.8, -1.0))]) if len(shoulder) else neck


def _armhole_ends(half: Half, tip: int, chest: float) -> I64:
    """Places where a bare armhole may end."""
    path = half.path
    low, high = (path[tip, 1] + depth * chest for depth in ARMHOLE_DEPTH)
    below = np.arange(tip, int(np.argmax(path[:, 1])), dtype=np.int64)
    zone: I64 = below[(path[below, 1] > low) & (path[below, 1] < high)]
    if len(zone) == 0:
        raise LandmarkError(
            "no armhole was found below the shoulders (landmarks 'pitL' and 'pitR').",
            cure="Lay the garment flat with both armholes visible, or give the landmarks.",
        )
    return zone


def _sleeve_reach(half: Half, side: Side) -> float:
    """From the shoulder tip to the middle of the cuff [frame pixels]."""
    if side.cuff is None:
        return 0.0
    return float(np.linalg.norm(half.path[list(side.cuff)].mean(axis=0) - half.path[side.tip]))


def _sleeve(both: tuple[Half, Half], sides: tuple[Side, Side], chest: float) -> Sleeve:
    length = float(np.mean([_sleeve_reach(half, side) for half, side in zip(both, sides, strict=True)]))
    if length == 0:
        return Sleeve.NONE
    torso = min(torso_length(both, sides), 3.2 * chest)
    return Sleeve.LONG if length > LONG_SLEEVE * torso else Sleeve.SHORT
