"""What makes strands read as hair: locks, waves, curls, loose hairs."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.grow import Ground, Style, parting_side
from fashion_models.person.head import noise


def lock_of(ground: Ground, style: Style, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Index of the strand each strand's lock gathers round; locks never cross the parting. Shape (N,)."""
    side = parting_side(ground.place, style.get("part"))
    key = np.column_stack([ground.place, 0.05 * side])
    count = min(count, len(key))
    _, nearest = cKDTree(key[:count]).query(key)
    return np.asarray(nearest, np.int64)


def gather_locks(
    strands: F64, locks: np.ndarray[tuple[int], np.dtype[np.int64]], strength: F64 | float
) -> F64:
    """Pull strands (N, K, 3) towards the middle strand of their lock, more so towards the tip."""
    along = np.linspace(0, 1, strands.shape[1])[None, :, None]
    pull = np.reshape(strength, (-1, 1, 1)) * along**1.2
    return strands * (1 - pull) + strands[locks] * pull


def frame_along(strands: F64) -> tuple[F64, F64]:
    """Unit vectors across each strand: sideways round the head and outwards from it, both (N, K, 3)."""
    tangent = unit(np.gradient(strands, axis=1))
    outward = strands - np.array([0.0, 0.085, 0.0])
    outward = outward * [1.0, 1.0, 0.35]
    outward = unit(outward - tangent * (outward * tangent).sum(axis=2, keepdims=True))
    return np.cross(tangent, outward), outward


def wave(
    strands: F64, ground: Ground, style: Style, locks: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> F64:
    """Soft waves that neighbouring locks share, growing from the temples down."""
    spec = style["wave"]
    travelled = _travelled(strands)
    phase = 5.0 * noise(ground.place[locks], 9, 11) + spec["spread"] * 2.2 * noise(
        ground.place[locks], 190, 12
    )
    pitch = spec["length"] * (1 + 0.22 * np.clip(noise(ground.place[locks], 120, 13), -1, 1))
    size = spec["width"] * np.clip((travelled - 0.05) / spec["start"], 0, 1)
    angle = 2 * np.pi * travelled / pitch[:, None] + phase[:, None]
    sideways, outward = frame_along(strands)
    shaped: F64 = (
        strands
        + (size * np.sin(angle))[..., None] * sideways
        + (size * (0.75 * np.cos(angle) + 0.55))[..., None] * outward
    )
    return shaped


def curl(
    strands: F64, ground: Ground, style: Style, locks: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> F64:
    """Corkscrews: each lock winds as one helix, its strands a little apart."""
    spec = style["curl"]
    travelled = _travelled(strands)
    own = ground.place[locks]
    turn = np.where(noise(own, 300, 14) > 0, 1.0, -1.0)
    pitch = spec["pitch"] * (1 + 0.25 * np.clip(noise(own, 260, 15), -1, 1))
    width = spec["width"] * (1 + 0.30 * np.clip(noise(own, 240, 16), -1, 1))
    size = width[:, None] * np.clip((travelled - 0.004) / spec["start"], 0, 1)
    angle = turn[:, None] * 2 * np.pi * travelled / pitch[:, None] + 12 * noise(own, 280, 17)[:, None]
    sideways, outward = frame_along(strands)
    shaped: F64 = (
        strands
        + (size * np.sin(angle))[..., None] * sideways
        + (size * (np.cos(angle) + 0.7))[..., None] * outward
    )
    return shaped


def _travelled(strands: F64) -> F64:
    """Length from the root to each point, shape (N, K)."""
    steps = np.linalg.norm(np.diff(strands, axis=1), axis=2)
    return np.concatenate([np.zeros((len(strands), 1)), np.cumsum(steps, axis=1)], axis=1)


def loosen(strands: F64, amount: float, random: np.random.Generator) -> F64:
    """Shift every strand on a smooth path of its own, up to ``amount`` [reference m] at its tip."""
    count, points, _ = strands.shape
    along = np.linspace(0, 1, points)[None, :, None]
    shift = random.normal(0, 1, (count, 1, 3))
    bend = random.normal(0, 1, (count, 1, 3)) * np.sin(np.pi * along)
    return strands + amount * (along * shift + 0.6 * bend)
