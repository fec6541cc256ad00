"""Skirts before the body grows into them: a tube in flutes, every level of it as long as its cloth.

Cloth that is placed shorter or longer than it is jumps in the first moment, most of all at its seams, and no
gravity undoes the flaps this makes.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, map_coordinates

from fashion_models.arrays import F64
from fashion_models.garment.levels import Levels, measure_levels
from fashion_models.garment.model import Family
from fashion_models.garment.pattern import Pattern
from fashion_models.person.body import PosedBody
from fashion_models.person.measure import section
from fashion_models.person.trunk import measure_trunk

#: Share of the width beyond the hips that a skirt keeps when it is fluted; spacing and height of flutes [m].
_FLARE_KEPT = 0.4
_FOLD_M = 0.16
_FLUTE_M = 0.05
#: Way below the armpits over which a dress turns round, its first depth over width, and way of the change
#: from the flat panels above [m].
_TURN_M = 0.4
_FLAT = 0.15
_BLEND_M = 0.08
#: Least fall of a level over its way along the cloth.
_LEAST_FALL = 0.7
_HALF_TURN = np.linspace(-np.pi / 2, np.pi / 2, 241)
_COLUMNS = 121


def as_skirt(start: F64, pattern: Pattern, centre: F64, height: float, posed: PosedBody) -> F64:
    """Bend skirts, and dresses below the armpits, into fluted tubes of the cloth's own length.

    Left flat, all the width of a flared skirt would stand out at its side seams; with the hips' depth over
    width, its sides fall straight from them. A level runs along the hem and not along the horizontal: the
    corners of a hem that is cut round belong to the same level as its middle.

    Args:
        start: Panels before and behind the skeleton [m], shape (N, 3).
        pattern: The garment.
        centre: Depth of the skeleton at each vertex [m], shape (N,).
        height: Height at which the flat frame's origin hangs [m].
        posed: The full-grown body.

    Returns:
        Starting positions [m], shape (N, 3).
    """
    body = ~np.any(list(pattern.sleeves.values()), axis=0) if pattern.sleeves else np.ones(len(start), bool)
    dress = pattern.family is Family.UPPER
    top = float(np.mean([pattern.landmarks[f"pit{side}"][1] for side in "LR"])) if dress else 0.0
    levels = measure_levels(pattern.flat, body & pattern.seam, body & pattern.borders("hem"), top)
    trunk = measure_trunk(posed)
    depths = np.ptp(section(posed.vertices, trunk.hip), axis=0)
    hanging = float(depths[1] / depths[0])
    turned = _soft(levels.rows / _TURN_M) if dress else np.ones(len(levels.rows))
    roundness = _FLAT + (hanging - _FLAT) * turned
    x, out = _tube(levels, float(trunk.girth(trunk.hip)) / (2 * np.pi), roundness)
    fall = _fall(levels.rows, x, out)
    place = np.stack(
        [
            np.interp(levels.down, levels.rows, np.arange(len(levels.rows))),
            (levels.across + 1) / 2 * (_COLUMNS - 1),
        ]
    )
    near = body & (levels.down > 0)
    depth = np.interp(levels.down, levels.rows, _along(levels.down[near], centre[near], levels.rows))
    middle = levels.sides[:, :, 0].mean(axis=0) * (1 - turned)
    over = np.maximum(levels.down - levels.rows[-1], 0.0)
    tube = np.stack(
        [
            np.interp(levels.down, levels.rows, middle) + map_coordinates(x, place, order=1),
            depth + np.where(pattern.back, 1.0, -1.0) * map_coordinates(out, place, order=1),
            height + top - np.interp(levels.down, levels.rows, fall) - over,
        ],
        axis=1,
    )
    share = _soft(levels.down / _BLEND_M) if dress else np.ones(len(start))
    return np.asarray(start + np.where(body, share, 0.0)[:, None] * (tube - start))


def _tube(levels: Levels, hips: float, roundness: F64) -> tuple[F64, F64]:
    """Half a tube level by level, evenly along the cloth from side to side: place and depth, shape (K, C).

    Args:
        levels: The panel.
        hips: Radius of the hips [m].
        roundness: Depth over width of each level, shape (K,).
    """
    radius = levels.lengths / np.pi
    kept = np.where(radius > hips, hips + _FLARE_KEPT * (radius - hips), radius)
    folds = max(2, round(float(levels.lengths.max()) / _FOLD_M))
    flutes = 2 * (folds + (folds + 1) % 2)  # an odd number on each side: the seams lie in valleys
    waves = np.linspace(0.0, _FLUTE_M, 26)

    def curves(wave: F64) -> F64:
        """Half tubes (K, ..., 2) whose flutes have the heights (K, ...)."""
        shape = (len(kept),) + (1,) * wave.ndim
        out = kept.reshape(shape) + wave[..., None] * np.cos(flutes * _HALF_TURN)
        return np.stack(
            [out * np.sin(_HALF_TURN), out * roundness.reshape(shape) * np.cos(_HALF_TURN)], axis=-1
        )

    def length(curve: F64) -> F64:
        return np.asarray(np.linalg.norm(np.diff(curve, axis=-2), axis=-1).sum(axis=-1))

    kept = kept * np.pi * kept / length(curves(np.zeros(len(kept))))  # a flat tube is wider than a round one

    lengths = length(curves(np.tile(waves, (len(kept), 1))))
    wave = np.array([np.interp(goal, row, waves) for goal, row in zip(levels.lengths, lengths, strict=True)])
    curve = curves(gaussian_filter1d(wave, 1.0, mode="nearest"))
    curve *= (levels.lengths / length(curve))[:, None, None]
    steps = np.linalg.norm(np.diff(curve, axis=1), axis=2)
    way = np.concatenate([np.zeros((len(kept), 1)), np.cumsum(steps, axis=1)], axis=1)
    even = np.linspace(0.0, 1.0, _COLUMNS)
    x, out = (
        np.stack([np.interp(even, w / w[-1], c[:, k]) for w, c in zip(way, curve, strict=True)])
        for k in (0, 1)
    )
    return x, out


def _fall(rows: F64, x: F64, out: F64) -> F64:
    """Height of each level below the first: the less the wider the tube becomes there [m], shape (K,)."""
    step = float(rows[1])
    aside = np.sqrt((np.diff(x, axis=0) ** 2 + np.diff(out, axis=0) ** 2).mean(axis=1))
    down = np.sqrt(np.maximum(step**2 - aside**2, (_LEAST_FALL * step) ** 2))
    return np.concatenate([[0.0], np.cumsum(down)])


def _along(down: F64, values: F64, rows: F64) -> F64:
    """Mean of values at each level, smoothed, shape (K,)."""
    bins = np.clip(np.round(down / rows[1]).astype(int), 0, len(rows) - 1)
    count = np.maximum(np.bincount(bins, minlength=len(rows)), 1e-9)
    mean = np.bincount(bins, values, minlength=len(rows)) / count
    filled = count > 0.5
    return np.asarray(gaussian_filter1d(np.interp(rows, rows[filled], mean[filled]), 3.0, mode="nearest"))


def _soft(share: F64) -> F64:
    bounded = np.clip(share, 0.0, 1.0)
    return np.asarray(bounded**2 * (3 - 2 * bounded))
