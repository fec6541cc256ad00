"""Between display-encoded and linear colours."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_models.arrays import F32, U8


@functools.cache
def _table() -> F32:
    s = np.arange(256) / 255.0
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4).astype(np.float32)


def linear_from_srgb(picture: U8) -> F32:
    """Linear light in [0, 1] from 8-bit sRGB, any shape.

    Source: IEC 61966-2-1.
    """
    linear: F32 = _table()[picture]
    return linear


def srgb_from_linear(linear: NDArray[Any]) -> F32:
    """Display-encoded values in [0, 1] from linear light, any shape; values outside [0, 1] are clipped.

    Source: IEC 61966-2-1.
    """
    a = np.clip(np.asarray(linear, np.float32), 0, 1)
    encoded = np.where(a <= 0.0031308, 12.92 * a, 1.055 * np.power(np.maximum(a, 1e-9), 1 / 2.4) - 0.055)
    return encoded.astype(np.float32)
