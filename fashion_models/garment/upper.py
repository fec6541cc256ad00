"""Landmarks of tops and dresses: neck, shoulder tips, armpits, cuffs and hem.

An armpit is the sharpest concave turn from a sleeve's underside into the side seam. Where no sleeve stands
out, the armhole runs from the shoulder tip to the corner under the arm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import I64
from fashion_models.errors import LandmarkError
from fashion_models.garment.contour import support
from fashion_models.garment.halves import Half, end_corners, halves
from fashion_models.garment.model import Outline, Sleeve

#: An armpit turns at least this much [radians].
MIN_PIT_TURN = 0.55
#: Shorter than this share of the chest is no sleeve; longer than this share of the torso is a long one.
NO_SLEEVE, LONG_SLEEVE = 0.13, 0.60
#: Where under the shoulder tip an armhole ends, in half chests.
ARMHOLE_DEPTH = (0.45, 1.25)


@dataclass(frozen=True, kw_only=True)
class _Side:
    """Places on one half."""

    neck: int
    tip: int
    pit: int
    hem: int
    cuff: tuple[int, int] | None
    sleeve: float


def find_upper(outline: Outline) -> tuple[dict[str, int], Sleeve]:
    """Contour indices of the upper family's landmarks, and the sleeve length.

    Raises:
        LandmarkError: A part is missing or the two sides contradict each other.
    """
    both = halves(outline)
    pits = [find_pit(half) for half in both]
    chest = _half_chest(both, pits)
    sleeved = [
        pit is not None and _stands_out(half, pit, chest) for half, pit in zip(both, pits, strict=True)
    ]
    if sleeved[0] != sleeved[1]:
        side = "left" if sleeved[1] else "right"
        raise LandmarkError(
            f"only one sleeve can be told from the body; the one on the picture's {side} cannot.",
            cure="Spread the sleeves away from the body and take the photo again, or give the landmarks.",
        )
    sides = [
        _sleeved(half, pit, chest) if pit is not None and sleeved[0] else _sleeveless(half, chest)
        for half, pit in zip(both, pits, strict=True)
    ]
    found: dict[str, int] = {}
    for name, half, side in zip("LR", both, sides, strict=True):
        found |= {
            f"neck{name}": int(half.index[side.neck]),
            f"tip{name}": int(half.index[side.tip]),
            f"pit{name}": int(half.index[side.pit]),
            f"hem{name}": int(half.index[side.hem]),
        }
        if side.cuff is not None:
            found[f"cuff{name}o"], found[f"cuff{name}i"] = (int(half.index[k]) for k in side.cuff)
    return found, _sleeve_length(both, sides, chest)


def has_two_sleeves(outline: Outline) -> tuple[bool, float]:
    """Whether two sleeves stand out, and the length below the neck over the chest (0 without sleeves)."""
    both = halves(outline)
    pits = [find_pit(half) for half in both]
    chest = _half_chest(both, pits)
    lengths = []
    for half, pit in zip(both, pits, strict=True):
        if pit is None or not _stands_out(half, pit, chest):
            return False, 0.0
        neck, hem = _neck(half, pit, chest), _hem(half, pit)
        lengths.append((half.path[hem, 1] - half.path[neck, 1]) / (2 * chest))
    return True, float(np.mean(lengths))


def find_pit(half: Half) -> int | None:
    """Place of the armpit: the sharpest concave turn from inwards or upwards to downwards, below a sleeve."""
    path, turn, reach = half.path, half.turn, half.reach
    best: int | None = None
    farthest = np.maximum.accumulate(path[:, 0])
    for k in range(reach, len(path) - reach):
        if turn[k] > -MIN_PIT_TURN or turn[k] > turn[k - reach // 2 : k + reach // 2 + 1].min():
            continue
        before, after = path[k] - path[k - reach], path[k + reach] - path[k]
        before, after = before / (np.linalg.norm(before) + 1e-9), after / (np.linalg.norm(after) + 1e-9)
        out, down = path[k]
        under_sleeve = farthest[k] > out + 0.02 * half.width and 0.06 < down / half.height < 0.75
        turns_down = after[1] > 0.7 and (before[0] < -0.3 or before[1] < -0.3)
        if under_sleeve and out > 0.08 * half.width and turns_down and (best is None or turn[k] < turn[best]):
            best = k
    return best


def _half_chest(both: tuple[Half, Half], pits: list[int | None]) -> float:
    """Half the width of the body below the arms."""
    found = [half.path[pit, 0] for half, pit in zip(both, pits, strict=True) if pit is not None]
    if found:
        return float(np.mean(found))
    widths = []
    for half in both:
        rows = half.path[(half.path[:, 1] > 0.25 * half.height) & (half.path[:, 1] < 0.4 * half.height), 0]
        widths.append(np.median(rows) if len(rows) else 0.25 * half.width)
    return float(np.mean(widths))


def _stands_out(half: Half, pit: int, chest: float) -> bool:
    """True when what lies above the armpit is a sleeve and not a mere shoulder."""
    before = half.path[: pit + 1]
    out = before[:, 0].max() - half.path[pit, 0]
    neck = before[_neck(half, pit, chest)]
    return bool(out > 0.2 * chest or np.linalg.norm(before - neck, axis=1).max() > 0.8 * chest + 0.5 * chest)


def _neck(half: Half, end: int, chest: float) -> int:
    path = half.path[: end + 1]
    zone = np.flatnonzero(
        (path[:, 0] > 0.06 * chest) & (path[:, 0] < 0.72 * chest) & (path[:, 1] < 0.3 * half.height)
    )
    if len(zone) == 0:
        raise LandmarkError(
            "no neck opening was found at the top of the outline (landmarks 'neckL' and 'neckR').",
            cure="Lay the garment with its neck towards the top of the picture, or give the landmarks.",
        )
    return int(zone[support(path[zone], (0.3, -1.0))])


def _hem(half: Half, start: int) -> int:
    rest = np.arange(start, len(half.path))
    down = half.path[rest, 1]
    zone = rest[down > down[0] + 0.5 * (down.max() - down[0])]
    return int(zone[support(half.path[zone], (0.55, 1.0))])


def _sleeved(half: Half, pit: int, chest: float) -> _Side:
    path = half.path
    neck = _neck(half, pit, chest)
    places = np.arange(neck, pit + 1)
    above = places[
        (np.abs(path[places, 0] - path[pit, 0] + 0.04 * chest) < 3)
        & (path[places, 1] < path[pit, 1] - 0.03 * half.height)
    ]
    tip = int(above[np.argmin(path[above, 1])]) if len(above) else neck
    base = (path[tip] + path[pit]) / 2
    cuff = end_corners(path, _beyond(half, places, tip, pit), base)
    length = float(np.linalg.norm((path[cuff[0]] + path[cuff[1]]) / 2 - path[tip]))
    return _Side(neck=neck, tip=tip, pit=pit, hem=_hem(half, pit), cuff=cuff, sleeve=length)


def _beyond(half: Half, places: I64, tip: int, pit: int) -> I64:
    """The sleeve's part of the contour."""
    sleeve = places[places > tip]
    return sleeve if len(sleeve) > half.reach else places


def _sleeveless(half: Half, chest: float) -> _Side:
    path = half.path
    lowest = int(np.argmax(path[:, 1]))
    neck = _neck(half, lowest, chest)
    top = np.arange(neck, lowest)
    shoulder = top[path[top, 1] < path[neck, 1] + 0.55 * chest]
    tip = int(shoulder[support(path[shoulder], (0.8, -1.0))])
    low, high = (path[tip, 1] + depth * chest for depth in ARMHOLE_DEPTH)
    zone = np.arange(tip, lowest)
    zone = zone[(path[zone, 1] > low) & (path[zone, 1] < high)]
    if len(zone) == 0:
        raise LandmarkError(
            "no armhole was found below the shoulder (landmarks 'pitL' and 'pitR').",
            cure="Lay the garment flat with both armholes visible, or give the landmarks.",
        )
    pit = int(zone[np.argmax(half.turn[zone])])
    return _Side(neck=neck, tip=tip, pit=pit, hem=_hem(half, pit), cuff=None, sleeve=0.0)


def _sleeve_length(both: tuple[Half, Half], sides: list[_Side], chest: float) -> Sleeve:
    if sides[0].cuff is None:
        return Sleeve.NONE
    sleeve = np.mean([side.sleeve for side in sides])
    torso = np.mean([half.path[s.hem, 1] - half.path[s.neck, 1] for half, s in zip(both, sides, strict=True)])
    if sleeve < 2 * NO_SLEEVE * chest:
        return Sleeve.NONE
    return Sleeve.LONG if sleeve > LONG_SLEEVE * min(torso, 3.2 * chest) else Sleeve.SHORT
