"""One texture for two garments: their atlases one above the other, and where each then lies."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64, U8


def stacked(upper: U8, lower: U8) -> U8:
    """Two atlases as one; front panels stay in the left half, backs in the right.

    Args:
        upper: sRGB, shape (h, 2·w, 3).
        lower: The same of another garment, of any size.

    Returns:
        sRGB, shape (h + h′, 2·max(w, w′), 3); what is added repeats the edge.
    """
    half = max(upper.shape[1], lower.shape[1]) // 2
    return np.vstack([_widened(upper, half), _widened(lower, half)])


def placed(uv: F64, own: U8, whole: U8, *, below: bool) -> F64:
    """Texture coordinates of one of two garments in their common atlas.

    Args:
        uv: Coordinates in its own atlas, v up, shape (N, 2).
        own: Its own atlas.
        whole: The common one, from `stacked`.
        below: Whether it is the lower one.

    Returns:
        Shape (N, 2).
    """
    back = uv[:, 0] >= 0.5
    across = 0.5 * back + (uv[:, 0] - 0.5 * back) * own.shape[1] / whole.shape[1]
    share = own.shape[0] / whole.shape[0]
    up = uv[:, 1] * share + (0.0 if below else 1.0 - share)
    return np.stack([across, up], axis=1)


def _widened(atlas: U8, half: int) -> U8:
    """The atlas with both halves so wide [px], filled up with their last column."""
    own = atlas.shape[1] // 2
    wider = [(0, 0), (0, half - own), (0, 0)]
    return np.hstack([np.pad(part, wider, mode="edge") for part in (atlas[:, :own], atlas[:, own:])])
