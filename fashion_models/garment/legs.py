"""Trouser legs: laid straight and alike, hemmed level, and as wide as the wearer's legs ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from fashion_models.arrays import F64, Bool
from fashion_models.garment.lines import one_line
from fashion_models.person.body import Body, BodyShape, build_body
from fashion_models.person.trunk import measure_legs, measure_trunk

#: Way below the crotch over which a leg turns straight, and lengths between which legs are straightened [m].
_TURN_M = 0.14
_SHORT_M = (0.05, 0.15)
#: Places along a leg, as shares of its length, where it is measured.
_STATIONS = np.linspace(0.0, 1.0, 33)
#: Least width of a leg over the wearer's, and the most a leg is narrowed and widened.
_LEG_EASE = 1.04
_LEG_RANGE = (0.7, 1.25)
#: Way below the crotch over which a leg reaches past the middle [m].
_FORK_M = 0.06
_HIP_OF_RISE = 0.7
#: Width over the tape round both legs where thighs touch: cloth finds no way between them.
_TOUCHING_EASE = 1.12
#: Height above the crotch over which a leg's width sets in [m].
_LEG_FADE_M = 0.1
#: Share of what the way through the crotch lacks that is let out, for cloth spans the fork between thighs.
_RISE_SHARE = 0.35
#: The most that rows above the crotch are shortened and lengthened.
_RISE_RANGE = (0.9, 1.3)
#: Least width of a leg that is narrowed: a heel passes [m].
_HEEL_M = 0.19


@dataclass(frozen=True, eq=False)
class _Leg:
    """A leg as photographed.

    Attributes:
        inside: Points of the leg, shape (N,).
        top: Middle of the leg in the crotch's row [m], shape (2,).
        share: Way of each point from the crotch's row to the hem, 0..1, shape (N,).
        across: Place of each point between the inseam at -1 and the outseam at 1, shape (N,).
        half: Half the width at each station [m], shape (K,).
        length: From the crotch's row to the middle of the hem [m].
        sign: 1 where the outseam lies to +x, else -1.
    """

    inside: Bool
    top: F64
    share: F64
    across: F64
    half: F64
    length: float
    sign: float


def straighten_legs(flat: F64, seam: Bool, landmarks: Mapping[str, F64], longest_m: float) -> F64:
    """Turn both legs to hang straight down, equally wide and long, with even seams and level hems.

    Legs that were spread for the photo have outseams that lean; hung on a standing body they would pile up
    beside the thighs. A leg that lay on its side or in folds shows less than its width.

    Args:
        flat: Flat positions [m], shape (N, 2).
        seam: Points on a seam, shape (N,).
        landmarks: Flat landmarks [m], with a crotch.
        longest_m: Longest leg below the crotch [m].

    Returns:
        Flat positions [m], shape (N, 2); shorts almost without legs stay as they are.
    """
    crotch = landmarks["crotch"]
    shortest = float(min(crotch[1] - landmarks[f"leg{end}"][1] for end in ("Lin", "Lout", "Rin", "Rout")))
    if shortest <= _SHORT_M[0]:
        return flat
    legs = [_leg(flat, seam, landmarks, side) for side in "LR"]
    length = min(float(np.mean([leg.length for leg in legs])), longest_m)
    half = gaussian_filter1d(np.mean([leg.half for leg in legs], axis=0), 1.5, mode="nearest")
    share = _eased((crotch[1] - flat[:, 1]) / _TURN_M)
    share = share * _eased((shortest - _SHORT_M[0]) / (_SHORT_M[1] - _SHORT_M[0]))
    turned = flat
    for leg in legs:
        x = leg.top[0] + leg.sign * leg.across * np.interp(leg.share, _STATIONS, half)
        there = np.stack([x, crotch[1] - leg.share * length], axis=1)
        turned = np.where(leg.inside[:, None], flat + share[:, None] * (there - flat), turned)
    return turned


def fork_legs(flat: F64, landmarks: Mapping[str, F64]) -> F64:
    """Let legs wider than half the hips reach past the middle, as the fork of trousers does.

    Laid beside each other in one plane, wide thighs would push the outseams out below the hips. Each outseam
    becomes one smooth line: a corner in it stands out like a pocket.

    Args:
        flat: Flat positions with straight legs [m], shape (N, 2).
        landmarks: Flat landmarks [m], with a crotch.

    Returns:
        Rest positions [m], in which the legs may overlap, shape (N, 2).
    """
    crotch = landmarks["crotch"]
    below, off = crotch[1] - flat[:, 1], flat[:, 0] - _parting(flat, landmarks)
    hips = np.abs(flat[:, 1] - _HIP_OF_RISE * crotch[1]) < 0.02
    rows = np.arange((_HIP_OF_RISE - 1) * -crotch[1], max(float(below.max()), 0.02), 0.01)
    moved = np.zeros(len(flat))
    for sign in (1.0, -1.0):
        side = sign * off > 0
        out = sign * off[side]
        most = float(out[hips[side]].max())
        near = [out[np.abs(below[side] - row) < 0.015] for row in rows]
        ends = np.array([(x.min(), x.max()) if len(x) else (0.0, most) for x in near])
        excess = gaussian_filter1d(np.maximum(ends[:, 1] - most, 0.0), 1.0, mode="nearest")
        inner, outer = (np.interp(below[side], rows, ends[:, k]) for k in (0, 1))
        rel = np.clip((out - inner) / np.maximum(outer - inner, 0.01), 0.0, 1.0)
        fork = _eased(below[side] / _FORK_M)
        seam = ends[:, 1] - excess
        even = _eased((rows - rows[0]) / _LEG_FADE_M) * (one_line(rows, seam) - seam)
        moved[side] = sign * np.interp(below[side], rows, even, left=0.0) * rel
        moved[side] -= sign * np.interp(below[side], rows, excess, left=0.0) * (fork + (1 - fork) * rel)
    return np.stack([flat[:, 0] + moved, flat[:, 1]], axis=1)


def fit_legs(flat: F64, landmarks: Mapping[str, F64], body: Body) -> F64:
    """Grade straight trouser legs: they grow with the legs, not with the hips that set the size.

    Args:
        flat: Flat positions [m], shape (N, 2).
        landmarks: Flat landmarks [m], with a crotch.
        body: The wearer.

    Returns:
        Flat positions [m], shape (N, 2).
    """
    legs = measure_legs(body.pose({}))
    crotch = landmarks["crotch"]
    below, off = crotch[1] - flat[:, 1], flat[:, 0] - _parting(flat, landmarks)
    whole = crotch[1] - max(landmarks[f"leg{end}"][1] for end in ("Lin", "Lout", "Rin", "Rout")) - 0.02
    rows = np.minimum(legs.below, max(float(whole), 0.02))  # a slanting hem leaves part of a row
    near = [[off[(sign * off > 0) & (np.abs(below - row) < 0.02)] for row in rows] for sign in (1, -1)]
    widths = np.mean([[np.ptp(x) if len(x) > 1 else np.inf for x in side] for side in near], axis=0)
    least = np.maximum(legs.girths / 2 * _LEG_EASE / widths, np.minimum(_HEEL_M / widths, 1.0))
    factors = np.maximum(_leg_grade(body), least)
    apart = np.clip((legs.gaps - 0.004) / 0.02, 0.0, 1.0)
    touching = legs.hulls / 4 * _TOUCHING_EASE / widths
    factors = apart * factors + (1 - apart) * np.minimum(factors, touching)
    factors = gaussian_filter1d(np.clip(factors, *_LEG_RANGE), 1.5, mode="nearest")
    places = np.r_[-_LEG_FADE_M, 0.0, legs.below]
    factor = np.interp(np.minimum(below, whole), places, np.r_[1.0, factors[0], factors])
    middle = np.where(off > 0, *(float(np.median((x.min() + x.max()) / 2)) for x in (near[0][0], near[1][0])))
    kept = np.where(below > 0, factors[0] - factor, 0.0) * middle  # the leg's middle line stays upright
    return np.stack([flat[:, 0] + (factor - 1) * off + kept, flat[:, 1]], axis=1)


def fit_rise(
    flat: F64, seam: Bool, waist: Bool, landmarks: Mapping[str, F64], through: float, side: float
) -> F64:
    """Cut the rows above the crotch as long as the ways they go on the body.

    A photo shows front and back alike and hides the fork: the middle is too short for the way through the
    crotch, and pulls the waist down and the legs up; the sides, leaning towards the waist, are too long and
    fold over the thighs.

    Args:
        flat: Flat positions cut to the wearer's waist [m], shape (N, 2).
        seam: Points on a seam, shape (N,).
        waist: Points of the waist edge, shape (N,).
        landmarks: Flat landmarks [m], with a crotch.
        through: Way from the waist to the crotch in the middle [m].
        side: Way from the waist to the level of the crotch at the side [m].

    Returns:
        Rest positions [m], shape (N, 2); the legs stay.
    """
    crotch = landmarks["crotch"]
    x, y = flat[:, 0] - crotch[0], flat[:, 1]
    upper = seam & (y > crotch[1])
    ends = [np.flatnonzero(upper & (sign * x > 0)) for sign in (-1, 1)]
    ends = [end[np.argsort(y[end])] for end in ends]
    low, high = (np.interp(y, y[end], x[end]) for end in ends)
    across = np.clip(np.where(x < 0, -x / np.minimum(low, -0.01), x / np.maximum(high, 0.01)), -1.0, 1.0)
    middle = float(y[waist & (np.abs(across) < 0.3)].mean()) - crotch[1]
    scales = np.linspace(*_RISE_RANGE, 51)
    longs = [
        np.hypot(np.diff(x[end])[:, None], np.diff(y[end])[:, None] * scales).sum(axis=0) for end in ends
    ]
    shares = [float(np.interp(side, long, scales)) for long in longs]
    in_middle = float(np.clip(1 + _RISE_SHARE * (through / middle - 1), *_RISE_RANGE))
    scale = in_middle + (np.where(x < 0, *shares) - in_middle) * across**2
    return np.stack([flat[:, 0], np.where(y > crotch[1], crotch[1] + (y - crotch[1]) * scale, y)], axis=1)


def _leg(flat: F64, seam: Bool, landmarks: Mapping[str, F64], side: str) -> _Leg:
    """Measure one leg; 'R' is the one to +x."""
    sign = 1.0 if side == "R" else -1.0
    crotch = landmarks["crotch"]
    inside = (flat[:, 1] < crotch[1]) & (sign * (flat[:, 0] - _parting(flat, landmarks)) >= 0)
    row = flat[(np.abs(flat[:, 1] - crotch[1]) < 0.02), 0]
    top = np.array([(crotch[0] + sign * (sign * row).max()) / 2, crotch[1]])
    ends = np.stack([landmarks[f"leg{side}{end}"] for end in ("in", "out")])
    axis = ends.mean(axis=0) - top
    length = max(float(np.linalg.norm(axis)), 1e-3)
    along = axis / length
    over = sign * np.array([-along[1], along[0]])
    hem, at = (ends - top) @ along, (ends - top) @ over
    across = (flat - top) @ over
    slope = (hem[1] - hem[0]) / max(float(at[1] - at[0]), 0.02)
    share = (flat - top) @ along / np.maximum(hem[0] + slope * (across - at[0]), 0.5 * length)
    seams = [np.nonzero(inside & seam & part)[0] for part in (across <= 0, across > 0)]
    order = [chosen[np.argsort(share[chosen], kind="stable")] for chosen in seams]
    inseam, outseam = ((share[chosen], across[chosen]) for chosen in order)
    inner, outer = (np.interp(share, *seam) for seam in (inseam, outseam))
    wide = np.maximum(outer - inner, 0.02)
    half = (np.interp(_STATIONS, *outseam) - np.interp(_STATIONS, *inseam)) / 2
    return _Leg(inside, top, share, 2 * (across - inner) / wide - 1, np.maximum(half, 0.01), length, sign)


def _parting(flat: F64, landmarks: Mapping[str, F64]) -> F64:
    """The line between the legs at the height of each point [m], shape (N,)."""
    crotch, inner = landmarks["crotch"], (landmarks["legLin"] + landmarks["legRin"]) / 2
    lean = (inner[0] - crotch[0]) / max(float(crotch[1] - inner[1]), 0.02)
    return np.asarray(crotch[0] + lean * np.maximum(crotch[1] - flat[:, 1], 0.0))


def _leg_grade(body: Body) -> F64:
    """The legs' girths over the hips', compared with the reference body, at most 1, shape (K,)."""
    ratios = []
    for wearer in (body, build_body(BodyShape())):
        posed = wearer.pose({})
        trunk = measure_trunk(posed)
        ratios.append(measure_legs(posed).girths / trunk.girth(trunk.hip))
    return np.minimum(ratios[0] / ratios[1], 1.0)


def _eased(share: F64 | float) -> F64:
    """A share kept within 0..1 that sets in and ends softly."""
    bounded = np.clip(share, 0.0, 1.0)
    return np.asarray(bounded**2 * (3 - 2 * bounded))
