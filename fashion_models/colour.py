"""Colour: sRGB and linear light, CIE L*a*b*, ΔE2000, hexadecimal values."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_models.arrays import F32, F64, U8
from fashion_models.errors import PlanError

_HEX = re.compile(r"#[0-9a-fA-F]{6}")

#: Luminance of linear sRGB (Rec. 709 primaries).
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

#: XYZ from linear sRGB, white point D65.
_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)


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


def bytes_from_linear(picture: NDArray[Any]) -> U8:
    """8-bit sRGB from linear light, any shape; clips and rounds."""
    return np.asarray(srgb_from_linear(picture) * 255.0 + 0.5, np.uint8)


def parse_hex(text: str) -> U8:
    """The three bytes of '#rrggbb', shape (3,).

    Raises:
        PlanError: The text is not a colour.
    """
    if not _HEX.fullmatch(text):
        raise PlanError(f"colour '{text}' is not of the form #rrggbb.", cure="Write for example #f4f1ec.")
    return np.frombuffer(bytes.fromhex(text[1:]), np.uint8).copy()


def lab_from_linear(linear: NDArray[Any]) -> F64:
    """CIE L*a*b* (D65) of linear sRGB, shape (..., 3)."""
    from skimage.color import xyz2lab

    lab: F64 = xyz2lab(np.asarray(linear, np.float64) @ _XYZ.T)
    return lab


def linear_from_lab(lab: NDArray[Any]) -> F64:
    """Linear sRGB of CIE L*a*b* (D65), shape (..., 3); may leave [0, 1]."""
    from skimage.color import lab2xyz

    xyz: F64 = lab2xyz(np.asarray(lab, np.float64))
    return xyz @ np.linalg.inv(_XYZ).T


def delta_e(lab: NDArray[Any], other: NDArray[Any]) -> F64:
    """ΔE2000 between L*a*b* values of shape (..., 3).

    Source: CIE 142-2001; Sharma, Wu and Dalal 2005.
    """
    from skimage.color import deltaE_ciede2000

    return np.asarray(
        deltaE_ciede2000(np.asarray(lab, np.float64), np.asarray(other, np.float64)), np.float64
    )
