"""What the garments lie on: studio white, paper, painted concrete, pale wood, linen."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32
from making.noise import blur, fractal_noise, linear, smooth_noise


def paper(height: int, width: int, seed: int, colour: str) -> F32:
    """Smooth card with a faint tooth, shape (H, W, 3)."""
    rng = np.random.default_rng(seed)
    tooth = blur(rng.standard_normal((height, width)).astype(np.float32), 0.8)
    cloud = fractal_noise(rng, (height, width), 0.5 * width, 2)
    return linear(colour) * (1 + 0.010 * tooth / tooth.std() + 0.008 * cloud)[..., None]


def plaster(height: int, width: int, seed: int, colour: str) -> F32:
    """Micro-cement: clouds of tone and trowel marks, shape (H, W, 3)."""
    rng = np.random.default_rng(seed)
    cloud = fractal_noise(rng, (height, width), 0.35 * width, 6)
    marks = smooth_noise(rng, (height, width), (6, 120)) * (
        smooth_noise(rng, (height, width), (90, 160)) > 0.6
    )
    speck = blur(rng.standard_normal((height, width)).astype(np.float32), 0.7)
    tone = 1 + 0.035 * cloud + 0.012 * blur(marks.astype(np.float32), 1.0) + 0.015 * speck
    return linear(colour) * tone[..., None].astype(np.float32)


def linen(height: int, width: int, seed: int, colour: str) -> F32:
    """Bed linen with a weave and soft waves, shape (H, W, 3)."""
    rng = np.random.default_rng(seed)
    warp = smooth_noise(rng, (height, width), (40, 1.6))
    weft = smooth_noise(rng, (height, width), (1.6, 40))
    waves = smooth_noise(rng, (height, width), (0.5 * height, 0.16 * width))
    relief = blur(waves, 6)
    slope = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=5)
    slope = slope / max(float(slope.std()), 1e-6)
    tone = 1 + 0.018 * warp + 0.018 * weft + 0.025 * slope
    return linear(colour) * tone[..., None].astype(np.float32)


def boards(height: int, width: int, seed: int, colour: str, *, board: float = 0.21) -> F32:
    """Pale wooden boards running downwards, shape (H, W, 3).

    Args:
        height: Of the picture [px].
        width: Of the picture [px].
        seed: Of grain and tone.
        colour: Mean tone.
        board: Width of a board as a share of the picture's.
    """
    rng = np.random.default_rng(seed)
    xs = np.mgrid[:height, :width][1].astype(np.float32)
    size = board * width
    which = np.floor((xs + 0.37 * size) / size).astype(int)
    within = (xs + 0.37 * size) / size - which
    tone = np.ones((height, width), np.float32)
    warm = np.zeros((height, width), np.float32)
    for index in range(int(which.max()) + 1):
        here = which == index
        tone = np.where(here, 1 + 0.05 * rng.standard_normal(), tone)
        warm = np.where(here, 0.03 * rng.standard_normal(), warm)
        rings = _grain(rng, height, width)
        tone = np.where(here, tone * (1 + 0.045 * rings), tone)
    gap = np.minimum(within, 1 - within) * size
    tone *= 1 - 0.55 * np.exp(-((gap / 1.3) ** 2)) - 0.06 * np.exp(-((gap / 5) ** 2))
    tint = np.stack([1 + warm, np.ones_like(warm), 1 - 1.5 * warm], axis=2)
    return (linear(colour) * tint * tone[..., None]).astype(np.float32)


def _grain(rng: np.random.Generator, height: int, width: int) -> F32:
    """Year rings cut lengthwise: long streaks of many widths, bent by slow noise, with fine dark pores."""
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    streaks = np.zeros((height, width), np.float32)
    for breadth, share in ((0.035, 0.8), (0.012, 0.9), (0.005, 0.7), (0.002, 0.5)):
        streaks += share * smooth_noise(rng, (height, width), (1.4 * height, max(1.4, breadth * width)))
    bend = 0.012 * width * smooth_noise(rng, (height, width), (0.35 * height, 0.10 * width))
    streaks = cv2.remap(streaks, xs + bend, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    pores = np.maximum(smooth_noise(rng, (height, width), (26, 1.1)) - 1.4, 0)
    fine = rng.standard_normal((height, width)).astype(np.float32)
    return np.asarray(streaks - 1.1 * pores + 0.12 * fine, np.float32)
