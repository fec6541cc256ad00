"""Seeded noise and small colour helpers."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, U8


def linear(colour: str) -> F32:
    """Linear RGB of a hexadecimal sRGB colour, shape (3,)."""
    code = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encoded(rgb: F32) -> U8:
    """Encode a linear picture as sRGB, shape (H, W, 3)."""
    light = np.clip(rgb, 0, 1)
    code = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(code * 255).astype(np.uint8)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell: tuple[float, float]) -> F32:
    """Smooth noise of unit deviation.

    Args:
        rng: Source of randomness.
        shape: Height and width of the result.
        cell: Height and width of one bump [px].

    Returns:
        Shape (H, W).
    """
    rows = max(2, int(np.ceil(shape[0] / cell[0])) + 3)
    columns = max(2, int(np.ceil(shape[1] / cell[1])) + 3)
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    size = (round(columns * cell[1]) + 1, round(rows * cell[0]) + 1)
    fine = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)[: shape[0], : shape[1]]
    return (fine / max(float(fine.std()), 1e-6)).astype(np.float32)


def fractal_noise(rng: np.random.Generator, shape: tuple[int, int], cell: float, octaves: int) -> F32:
    """Noise with detail: every octave half the size and half the strength, shape (H, W)."""
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = max(cell / 2**octave, 1.0)
        total += smooth_noise(rng, shape, (size, size)) / 2**octave
    return total / max(float(total.std()), 1e-6)


def blur(values: F32, sigma: float) -> F32:
    """Gaussian blur; nothing below a tenth of a pixel."""
    if sigma < 0.1:
        return values
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)
