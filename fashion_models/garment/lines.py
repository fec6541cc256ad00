"""Seams as a cutter draws them: one smooth line through what a photo shows."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64

#: Waves shorter than this are taken out of side seams [m].
_WAVE_M = 0.1
_OUTLIER_M = 0.004


def one_line(rows: F64, values: F64) -> F64:
    """Smooth a seam by local straight lines that outliers do not pull.

    Args:
        rows: Places along the seam [m], shape (K,).
        values: How far out the seam lies there [m], shape (K,).

    Returns:
        The smooth line at the same places [m], shape (K,).
    """
    near = np.exp(-0.5 * ((rows[:, None] - rows) / _WAVE_M) ** 2)
    trust = np.ones(len(rows))
    line = values
    for _ in range(4):
        weight = near * trust
        weight /= weight.sum(axis=1, keepdims=True)
        at, value = weight @ rows, weight @ values
        spread = weight @ rows**2 - at**2
        slope = (weight @ (rows * values) - at * value) / np.maximum(spread, 1e-9)
        line = value + slope * (rows - at)
        off = np.abs(values - line)
        trust = 1 / (1 + (off / max(1.5 * float(np.median(off)), _OUTLIER_M)) ** 2)
    return np.asarray(line)
