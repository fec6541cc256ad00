"""Noise that lies on the body: `surface_noise`.

The same point of skin or cloth gets the same noise in every pose and view, so that what the network makes of
it agrees from picture to picture. The noise stays white: every texel is given to one latent cell alone, and a
cell's noise is the sum of its texels' over the root of their number.
"""

from __future__ import annotations

import functools

import numpy as np

from fashion_models.arrays import F32, I32
from fashion_models.conditioning.pictures import Window
from fashion_models.studio.model import Draft, Role

#: Texels across a surface's texture; at full length two to three pixels of the usual picture.
TEXELS = 512
#: Surfaces with texture coordinates that stay where they are on the body.
_FIXED = (Role.SKIN.value, Role.GARMENT.value, Role.EYES.value)
_CELL = 8


def surface_noise(draft: Draft, window: Window, *, channels: int, seed: int) -> F32:
    """Unit normal noise for the latents of a part of a picture.

    Args:
        draft: The draft with its maps.
        window: The part, at the size the network takes.
        channels: Of the latents.
        seed: The same seed is the same noise on the same body.

    Returns:
        Shape (channels, rows / 8, columns / 8); cells without such a surface get noise of their own place.

    Source: the aggregation of Chang et al., How I Warped Your Noise, 2024.
    """
    rows, columns = window.rows // _CELL, window.columns // _CELL
    noise = np.random.default_rng((seed, 0)).standard_normal((channels, rows, columns), np.float32)
    texel = _texels(draft, window)[: rows * _CELL, : columns * _CELL]
    cell = np.arange(rows)[:, None] * columns + np.arange(columns)[None]
    cell = np.repeat(np.repeat(cell, _CELL, axis=0), _CELL, axis=1)
    shown = texel >= 0
    if not shown.any():
        return noise
    owned, first = np.unique(texel[shown], return_index=True)
    owner = cell[shown][first]
    sums = np.zeros((channels, rows * columns))
    for channel, values in enumerate(_table(channels, seed)[:, owned]):
        sums[channel] = np.bincount(owner, weights=values, minlength=rows * columns)
    count = np.bincount(owner, minlength=rows * columns)
    there = count > 0
    flat = noise.reshape(channels, -1)
    flat[:, there] = (sums[:, there] / np.sqrt(count[there])).astype(np.float32)
    return noise


def _texels(draft: Draft, window: Window) -> I32:
    """Number of the texel that each pixel shows, −1 where none is fixed to the body, (rows, columns)."""
    row = window.top + ((np.arange(window.rows) + 0.5) * window.height / window.rows).astype(int)
    column = window.left + ((np.arange(window.columns) + 0.5) * window.width / window.columns).astype(int)
    at = np.ix_(row, column)
    uv = np.clip((draft.uv[at] * TEXELS).astype(np.int32), 0, TEXELS - 1)
    number = np.full(uv.shape[:2], -1, np.int32)
    for surface, role in enumerate(_FIXED):
        if role in draft.masks:
            here = draft.masks[role][at] > 0.5
            number[here] = (surface * TEXELS**2 + uv[..., 1] * TEXELS + uv[..., 0])[here]
    return number


@functools.lru_cache(maxsize=2)
def _table(channels: int, seed: int) -> F32:
    """Noise of every texel of every fixed surface, (channels, texels)."""
    size = (channels, len(_FIXED) * TEXELS**2)
    return np.random.default_rng((seed, 1)).standard_normal(size, np.float32)
