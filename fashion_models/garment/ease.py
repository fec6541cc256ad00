"""What is cut to the wearer: where a waistband sits and how wide it is, and the least width of a sleeve."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import gaussian_filter1d

from fashion_models.arrays import F64, Bool
from fashion_models.garment.limbs import flat_sleeves
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.skirts import half_widths, narrowness
from fashion_models.person.body import Body
from fashion_models.person.measure import arm_share
from fashion_models.person.trunk import Trunk

#: How far below the body's crotch a garment's crotch hangs [m].
_CROTCH_DROP_M = 0.015
#: How far above the natural waist trousers may reach [m].
_ABOVE_WAIST_M = 0.04
#: Least width of a sleeve over the arm's, and the most a sleeve is widened.
_SLEEVE_EASE = 1.03
_SLEEVE_MOST = 3.0
#: Way from the armhole over which widening sets in, and from a sleeve's oblique head to its full width [m].
_SLEEVE_FADE_M = 0.05
_HEAD_M = 0.03
_STATION_M = 0.015
#: Height of a hem over the sole of the foot [m].
_HEM_HEIGHT_M = 0.045
#: The most that a rise is shortened.
_RISE_LEAST = 0.75


def rise_share(garment: Garment, size: GarmentSize, trunk: Trunk) -> float:
    """Share of its rise that a garment keeps: wide sizes are not cut higher than their wearer's waist."""
    if "crotch" not in garment.landmarks:
        return 1.0
    most = trunk.waist + _ABOVE_WAIST_M - trunk.crotch + _CROTCH_DROP_M
    return float(np.clip(most / _rise(garment, size), _RISE_LEAST, 1.0))


def longest_leg(size: GarmentSize, trunk: Trunk) -> float:
    """Longest leg below a crotch [m]: without a size chart legs are hemmed above the wearer's shoes."""
    return np.inf if size.source == "chart" else trunk.crotch - _CROTCH_DROP_M - _HEM_HEIGHT_M


def _rise(garment: Garment, size: GarmentSize) -> float:
    """Height of the waist edge above the crotch as photographed [m]."""
    marks = garment.landmarks
    return float((marks["crotch"] - (marks["waistL"] + marks["waistR"]) / 2)[1]) * size.metres_per_px


def seat_height(garment: Garment, size: GarmentSize, trunk: Trunk) -> float:
    """Height at which a waist sits on a body [m].

    Trousers hang from their crotch; a skirt slides down to where the body is as wide as its waistband,
    at most eight centimetres below the natural waist.
    """
    marks = garment.landmarks
    if "crotch" in marks:
        rise = _rise(garment, size) * rise_share(garment, size, trunk)
        return float(np.clip(trunk.crotch - _CROTCH_DROP_M + rise, trunk.hip, trunk.waist + _ABOVE_WAIST_M))
    band = 2 * abs(marks["waistR"][0] - marks["waistL"][0]) * size.metres_per_px * size.width_factor
    heights = np.linspace(trunk.waist, max(trunk.hip, trunk.waist - 0.08), 17)
    wide = trunk.girth(heights) >= band
    return float(heights[np.argmax(wide)]) if wide.any() else trunk.waist - 0.03


def fit_waist(flat: F64, trunk: Trunk, seat: float, *, skirt: bool) -> F64:
    """Cut a waisted garment to the wearer: each row at most the body's girth plus a growing ease.

    The waistband itself is cut a little smaller than the body, so that it holds; towards the crotch, or a
    skirt's hem, the limit fades out, which is what darts and a clip at the back do on a mannequin. A skirt
    that narrows to its hem has no ease at the hips: it would stand off at its sides.
    """
    depth = np.maximum(-flat[:, 1], 0.0)
    fade_m = seat - trunk.hip + 0.04 if skirt else seat - trunk.crotch + 0.02
    rows = np.linspace(0.0, fade_m, 40)
    half = half_widths(flat, rows, 0.012 if skirt else 0.03)
    body = trunk.girth(seat - rows) / 4
    ease = np.interp(rows / fade_m, [0.0, 0.12, 0.5, 1.0], [0.96, 0.99, 1.06, 1.08 if skirt else 1.15])
    tight = np.interp(rows / fade_m, [0.0, 0.2, 1.0], [0.96, 0.99, 1.0])
    narrow = narrowness(flat) if skirt else 0.0
    ease = ease + narrow * (tight - ease)
    factor = np.maximum(np.minimum(1.0, ease * body / half), narrow * tight * body / half)
    factor = gaussian_filter1d(factor, 2.0, mode="nearest")
    if skirt:  # what is taken in at the hips is let out evenly down to the hem: the sides stay straight
        release = np.clip((depth - fade_m) / max(float(depth.max()) - fade_m, 0.1), 0.0, 1.0)
    else:
        release = np.clip((depth / fade_m - 0.55) / 0.45, 0.0, 1.0)
        release = release**2 * (3 - 2 * release)
    width = np.interp(depth, rows, factor)
    width = width * (1 - release) + release
    return np.asarray(flat * np.stack([width, np.ones_like(width)], axis=1))


def fit_sleeves(flat: F64, landmarks: Mapping[str, F64], sleeves: Mapping[str, Bool], body: Body) -> F64:
    """Widen sleeves that are narrower than the wearer's arm.

    A sleeve that lies on its side or in folds shows less than its width; no one can wear less than an arm.

    Args:
        flat: Flat positions [m], shape (N, 2).
        landmarks: Flat landmarks [m].
        sleeves: Points in the sleeve of each of the wearer's sides, shape (N,).
        body: The wearer.

    Returns:
        Rest positions [m], shape (N, 2).
    """
    rest = flat
    for side, sleeve in flat_sleeves(landmarks).items():
        along, across = sleeve.coordinates(flat)
        inside = sleeves[side]
        if not inside.any():
            continue
        stations = np.arange(0.0, max(float(along[inside].max()), 0.02), _STATION_M)
        near = [across[inside & (np.abs(along - at) < 0.02)] for at in stations]
        half = np.array([np.ptp(part) / 2 if len(part) > 1 else 0.0 for part in near])
        half = _full_width(half, stations < sleeve.head + _HEAD_M)
        middle = np.array([(part.max() + part.min()) / 2 if len(part) > 1 else 0.0 for part in near])
        least = np.pi / 2 * _SLEEVE_EASE * arm_radii(body, side, stations)
        factor = gaussian_filter1d(np.clip(least / half, 1.0, _SLEEVE_MOST), 1.5, mode="nearest")
        off = (np.interp(along, stations, factor) - 1) * (across - np.interp(along, stations, middle))
        fade = max(_SLEEVE_FADE_M, 2 * float(np.abs(off[inside]).max()))  # faster, the cloth would fold over
        share = np.clip(sleeve.depth(flat, inside) / fade, 0.0, 1.0)
        rest = rest + (share**2 * (3 - 2 * share) * off)[:, None] * sleeve.normal
    return rest


def _full_width(half: F64, head: Bool) -> F64:
    """Half widths of a sleeve at its stations, in its oblique head the widest of it, shape (K,)."""
    full = np.array([half[k : max(k, int(head.sum())) + 1].max() for k in range(len(half))])
    return np.where(full > 0, full, np.inf)


def arm_radii(body: Body, side: str, stations: F64) -> F64:
    """Mean radius of an arm at distances from the shoulder joint [m], shape (K,)."""
    joints = [body.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")]
    upper, lower = (float(np.linalg.norm(b - a)) for a, b in ((joints[0], joints[1]), (joints[1], joints[2])))
    sign = 1.0 if side == "L" else -1.0
    skin = body.rest[(arm_share() > 0.9) & (sign * body.rest[:, 0] > 0)]
    radii = []
    for at in np.clip(stations, 0.06, upper + lower - 0.02):
        start, end = (joints[0], joints[1]) if at < upper else (joints[1], joints[2])
        axis = (end - start) / np.linalg.norm(end - start)
        place = (skin - start) @ axis
        off = np.linalg.norm(skin - start - place[:, None] * axis, axis=1)
        ring = off[(np.abs(place - (at if at < upper else at - upper)) < 0.015) & (off < 0.12)]
        radii.append(float(ring.mean()) if len(ring) else 0.0)
    return np.array(radii)
