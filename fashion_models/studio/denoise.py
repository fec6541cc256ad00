"""Take the noise out of a path-traced picture with Open Image Denoise."""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from fashion_models.arrays import F32


def denoise(picture: F32, albedo: F32, normals: F32, *, fast: bool = False) -> F32:
    """Denoise a linear picture that was rendered with a box filter.

    Args:
        picture: Linear colours, shape (H, W, 3).
        albedo: Colours of the surfaces seen, shape (H, W, 3).
        normals: Their unit normals, shape (H, W, 3).
        fast: Prefer speed to quality.

    Returns:
        The denoised picture, shape (H, W, 3).

    Source: Intel Open Image Denoise 2.
    """
    result = _library().denoise(
        np.ascontiguousarray(picture, np.float32),
        np.ascontiguousarray(np.clip(albedo, 0, 1), np.float32),
        np.ascontiguousarray(np.clip(normals, -1, 1), np.float32),
        hdr=True,
        clean_aux=False,
        quality="balanced" if fast else "high",
    )
    return np.asarray(result, np.float32)


@functools.cache
def _library() -> Any:
    """Open Image Denoise, without the seconds that its optional import of torch would take.

    A module that is None in ``sys.modules`` counts as not installed; pyoidn then works on NumPy alone.
    """
    hide = "torch" not in sys.modules
    if hide:
        sys.modules["torch"] = None  # type: ignore[assignment]  # said above
    try:
        import pyoidn
    finally:
        if hide:
            del sys.modules["torch"]
    return pyoidn
