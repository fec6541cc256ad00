"""From a rough mask to soft edges at photo resolution: `matte` and `unmix`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.garment.masks import dilate, erode

#: Soft edges below and above these levels are noise of the solver.
FLOOR, CEILING = 0.08, 0.92


def matte(rgb: U8, mask: Bool, band_px: int) -> F32:
    """Find the garment's soft edge near the outline of a mask.

    Only a narrow band is solved; inside it is garment, outside it is ground.

    Args:
        rgb: sRGB, shape (H, W, 3).
        mask: Rough garment mask, shape (H, W).
        band_px: How far the true edge may lie from the mask's [px].

    Returns:
        Coverage in [0, 1], shape (H, W).

    Source: Levin, Lischinski & Weiss, A Closed-Form Solution to Natural Image Matting, 2006 (PyMatting).
    """
    inside = erode(mask, band_px)
    outside = ~dilate(mask, band_px)
    unknown = ~(inside | outside)
    if not inside.any() or not outside.any():
        return mask.astype(np.float32)
    alpha = mask.astype(np.float32)
    top, bottom, left, right = _box(unknown, margin=2)
    view = np.s_[top:bottom, left:right]
    trimap = np.where(inside, 1.0, np.where(outside, 0.0, 0.5))[view]
    alpha[view] = _solve(rgb[view], trimap)
    return np.asarray(np.clip((alpha - FLOOR) / (CEILING - FLOOR), 0, 1), np.float32)


def _box(mask: Bool, margin: int) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return (
        max(0, int(rows[0]) - margin),
        min(height, int(rows[-1]) + 1 + margin),
        max(0, int(columns[0]) - margin),
        min(width, int(columns[-1]) + 1 + margin),
    )


def _solve(rgb: U8, trimap: F64) -> F32:
    """Closed-form matting of the unknown pixels only."""
    from pymatting import cf_laplacian
    from scipy.sparse.linalg import spsolve

    unknown = (trimap == 0.5).ravel()
    known_alpha = np.where(unknown, 0.0, trimap.ravel())
    laplacian = cf_laplacian(rgb.astype(np.float64) / 255, epsilon=1e-5, radius=1, is_known=~unknown).tocsr()
    rows = laplacian[unknown]
    alpha = trimap.ravel().copy()
    system = rows[:, unknown].tocsc()
    alpha[unknown] = spsolve(system, -(rows @ known_alpha))
    return alpha.reshape(trimap.shape).clip(0, 1).astype(np.float32)


def unmix(rgb: U8, alpha: F32) -> U8:
    """Remove the ground's colour from soft edges.

    Args:
        rgb: sRGB, shape (H, W, 3).
        alpha: Coverage in [0, 1], shape (H, W).

    Returns:
        sRGB of the garment alone, shape (H, W, 3); far from the garment it means nothing.

    Source: Germer et al., Fast Multi-Level Foreground Estimation, 2020 (PyMatting).
    """
    from pymatting import estimate_foreground_ml

    soft = (alpha > 0) & (alpha < 1)
    colour = rgb.copy()
    if not soft.any():
        return colour
    top, bottom, left, right = _box(soft, margin=8)
    view = np.s_[top:bottom, left:right]
    estimate = estimate_foreground_ml(rgb[view].astype(np.float64) / 255, alpha[view].astype(np.float64))
    colour[view] = np.where(
        soft[view][..., None], np.clip(np.rint(estimate * 255), 0, 255), rgb[view]
    ).astype(np.uint8)
    return colour


def upscaled(mask: Bool, height: int, width: int) -> Bool:
    """Enlarge a mask with a smooth outline, shape (height, width)."""
    soft = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    sigma = max(0.0, 0.35 * height / mask.shape[0] - 0.3)
    if sigma > 0.3:
        soft = cv2.GaussianBlur(soft, (0, 0), sigma)
    return np.asarray(soft > 0.5, np.bool_)
