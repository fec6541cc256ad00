"""Figures of a drape: did it settle, does it fit, does it pierce the skin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import maximum_filter1d

from fashion_models.arrays import F64, Bool
from fashion_models.errors import DrapeError
from fashion_models.garment.pattern import Pattern

#: A garment is too small when half of its edges, or one in a hundred, are stretched beyond these.
TOO_SMALL = {"stretch_50": 1.05, "stretch_99": 1.25}
#: Depth below the skin that counts as inside [m].
_INSIDE_M = 0.001
#: Cloth that still moves faster than this has not settled [m/s].
_SPEED_LIMIT = 0.25
_STRAY_M = 0.15
#: Length over rest length beyond which cloth is torn.
TORN = 2.0
#: Share of the cloth that may be torn, out of sight in an armpit: each picture is checked for what it shows.
_TORN_SHARE = 0.01
_STRAY_SHARE = 0.004


def stretch(pattern: Pattern, cloth: F64) -> F64:
    """Length over rest length of every triangle side, shape (M, 3)."""
    rest, flat = pattern.rest[pattern.rest_triangles], cloth[pattern.triangles]
    now = np.linalg.norm(flat - np.roll(flat, 1, axis=1), axis=2)
    was = np.linalg.norm(rest - np.roll(rest, 1, axis=1), axis=2)
    return np.asarray(now / np.maximum(was, 1e-6))


def figures(pattern: Pattern, cloth: F64, distance: F64, speed: float, frames: int) -> dict[str, float]:
    """Measure a settled cloth.

    Args:
        pattern: What it was cut from.
        cloth: Settled vertices before any clean-up [m], shape (N, 3).
        distance: Their signed distance to the skin [m], shape (N,).
        speed: Mean speed at the end [m/s].
        frames: Frames simulated.

    Returns:
        The figures of `Drape`.
    """
    ratio = stretch(pattern, cloth)
    return {
        "penetration": float((distance < -_INSIDE_M).mean()),
        "penetration_mm": float(1000 * max(0.0, -distance.min())),
        "stretch_50": float(np.median(ratio)),
        "stretch_99": float(np.percentile(ratio, 99)),
        "torn": float((ratio > TORN).mean()),
        "stray": float(_stray(pattern, distance).mean()),
        "speed": speed,
        "frames": float(frames),
    }


def is_too_small(measured: Mapping[str, float]) -> bool:
    """True when the garment is stretched more than cloth gives."""
    return any(measured[name] > limit for name, limit in TOO_SMALL.items())


def require_settled(measured: dict[str, float]) -> None:
    """Refuse a cloth that did not come to rest on the body.

    Raises:
        DrapeError: It still moves, is torn, or lies off the body.
    """
    cure = "Check the category and the landmarks of the garment, or choose a larger size."
    if not np.isfinite(list(measured.values())).all():
        raise DrapeError("The cloth simulation diverged.", cure=cure)
    if measured["speed"] > _SPEED_LIMIT:
        limit = f"At most {_SPEED_LIMIT} m/s counts as settled."
        raise DrapeError(f"The cloth still moves at {measured['speed']:.2f} m/s.", limit=limit, cure=cure)
    if measured["torn"] > _TORN_SHARE:
        limit = f"At most {100 * _TORN_SHARE:.1f} % are allowed."
        what = f"{100 * measured['torn']:.1f} % of the cloth is stretched to more than twice its length."
        raise DrapeError(what, limit=limit, cure=cure)
    if measured["stray"] > _STRAY_SHARE:
        what = f"{100 * measured['stray']:.1f} % of the cloth hangs off the body."
        raise DrapeError(what, limit=f"At most {100 * _STRAY_SHARE:.1f} % are allowed.", cure=cure)


def _stray(pattern: Pattern, distance: F64) -> Bool:
    """Cloth farther from the body than the pattern reaches there; the last rows of a curved hem are short."""
    row = np.round(pattern.flat[:, 1] / 0.02).astype(int)
    row -= row.min()
    reach = np.zeros(row.max() + 1)
    np.maximum.at(reach, row, np.abs(pattern.flat[:, 0]))
    return np.asarray(distance > np.maximum(_STRAY_M, maximum_filter1d(reach, 9)[row]))
