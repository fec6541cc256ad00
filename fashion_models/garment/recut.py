"""Sleeves cut anew: straight, with armholes the wearer passes, and no steeper than an arm is dressed.

A photo shows an outline, and an outline hides cloth: a sleeve that is bent or hangs beside the body lies in
folds at the elbow and in the armpit. Sewn as photographed it would be short there, and tear.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from fashion_models.arrays import F64, Bool
from fashion_models.garment.ease import arm_radii
from fashion_models.garment.limbs import FlatSleeve, flat_sleeves
from fashion_models.person.body import Body

#: Distance of the stations at which a sleeve's middle is found, and of its samples [m].
_STATION_M, _SAMPLE_M = 0.015, 0.002
#: Reach of the smoothing of a sleeve's middle line, in stations: an elbow bends, a rippled edge does not.
_SMOOTH = 2.5
#: An armhole laid flat is at least this much longer than half the arm's girth ...
_ARMHOLE_EASE = 1.3
#: ... and where it is lowered, the cloth this far around goes with it [m].
_AROUND_M = 0.2
#: Sleeves are cut to hang at most this steeply [degrees below the horizontal]; lowered farther, they fold.
STEEPEST_DEG = 40.0
#: How far the strip in which the cloth turns reaches into body and sleeve, over the armhole's length.
_STRIP = (-0.25, 0.75)


def recut_sleeves(
    flat: F64, landmarks: Mapping[str, F64], sleeves: Mapping[str, Bool], body: Body
) -> tuple[F64, dict[str, F64]]:
    """Give back what lay folded at elbows and armpits.

    Args:
        flat: Flat positions of a panel [m], shape (P, 2).
        landmarks: Flat landmarks [m].
        sleeves: Points in the sleeve of each of the wearer's sides, shape (P,).
        body: The wearer.

    Returns:
        Flat positions and landmarks.
    """
    names = list(landmarks)
    points = np.vstack([flat, *(landmarks[name] for name in names)])

    def marks() -> dict[str, F64]:
        return dict(zip(names, points[len(flat) :], strict=True))

    for side, image in (("L", "R"), ("R", "L")):
        if side not in sleeves:
            continue
        inside = np.r_[sleeves[side], [name.startswith(f"cuff{image}") for name in names]].astype(bool)
        least = _ARMHOLE_EASE * np.pi * float(arm_radii(body, side, np.array([0.08]))[0])
        points = _deepened(points, flat_sleeves(marks())[side], inside, least)
        points = _raised(points, flat_sleeves(marks())[side], inside)
        points = _straightened(points, flat_sleeves(marks())[side], inside)
    return points[: len(flat)], marks()


def _straightened(points: F64, sleeve: FlatSleeve, inside: Bool) -> F64:
    """A bent sleeve laid straight: its middle line keeps its length, its two edges become as long [m]."""
    along, across = sleeve.coordinates(points)
    end = float(along[inside].max())
    stations = np.arange(sleeve.head + _STATION_M, end - _STATION_M, _STATION_M)
    if len(stations) < 4:
        return points
    near = [across[inside & (np.abs(along - at) < _STATION_M)] for at in stations]
    middle = np.array([(part.min() + part.max()) / 2 if len(part) > 1 else np.nan for part in near])
    known = np.isfinite(middle)
    if known.sum() < 4:
        return points
    middle = gaussian_filter1d(np.interp(stations, stations[known], middle[known]), _SMOOTH, mode="nearest")
    x = np.arange(0.0, end, _SAMPLE_M)
    line = np.stack([x, np.interp(x, np.r_[0.0, stations], np.r_[0.0, middle])], axis=1)
    tangent = np.gradient(gaussian_filter1d(line, 8.0, axis=0, mode="nearest"), axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    place = np.stack([along, across], axis=1)
    nearest = cKDTree(line).query(place)[1]
    offset, direction = place - line[nearest], tangent[nearest]
    ahead = length[nearest] + (offset * direction).sum(axis=1)
    aside = offset[:, 1] * direction[:, 0] - offset[:, 0] * direction[:, 1]
    straight = sleeve.base + ahead[:, None] * sleeve.axis + aside[:, None] * sleeve.normal
    share = _soft(sleeve.depth(points, inside) / _AROUND_M * 2)
    return np.asarray(points + share[:, None] * (straight - points))


def _deepened(points: F64, sleeve: FlatSleeve, inside: Bool, least: float) -> F64:
    """The armpit lowered until the armhole has its least length [m]."""
    down = sleeve.pit - sleeve.tip
    hole = float(np.linalg.norm(down))
    if hole >= least:
        return points
    share = np.clip((points - sleeve.tip) @ down / hole**2, 0.0, 1.0)
    near = _soft(1 - np.abs(sleeve.depth(points, inside)) / _AROUND_M)
    return np.asarray(points + (share * near * (least / hole - 1))[:, None] * down)


def _raised(points: F64, sleeve: FlatSleeve, inside: Bool) -> F64:
    """A steep sleeve turned up about the shoulder's end [m].

    Every point keeps its distance from there. The cloth widens in a strip along the armhole, most at the
    armpit and not at all at the shoulder.
    """
    steep = np.radians(sleeve.drop_deg - STEEPEST_DEG)
    if steep <= 0:
        return points
    depth = sleeve.depth(points, inside) / float(np.linalg.norm(sleeve.tip - sleeve.pit))
    turn = _soft((depth - _STRIP[0]) / (_STRIP[1] - _STRIP[0])) * steep * np.sign(sleeve.axis[0])
    x, y = (points - sleeve.tip).T
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(sleeve.tip + np.stack([cos * x - sin * y, sin * x + cos * y], axis=1))


def _soft(share: F64) -> F64:
    """Smooth step from 0 at 0 to 1 at 1."""
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share**2 * (3 - 2 * share))
