"""Take ground out that a cut left inside: the gap between sleeve and body, or between the legs."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, Bool
from fashion_models.garment.masks import biggest, dilate, erode, filled, opened, pieces

_WEIGHTS = np.array([0.8, 1.2, 1.2])


def without_slivers(lab: F32, mask: Bool) -> Bool:
    """Give pixels back to the ground that look like the ground next to them and unlike the garment.

    Args:
        lab: CIE Lab, shape (H, W, 3).
        mask: Garment mask, shape (H, W).

    Returns:
        The mask without slivers that are open to the outside, shape (H, W).
    """
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.8)
    for _ in range(2):
        ground_like = opened(_like_ground_nearby(smooth, mask), 1)
        labels, area = pieces(ground_like)
        rim = dilate(~mask, 2)
        open_pieces = np.unique(labels[rim & ground_like])
        large = 1 + np.flatnonzero(area > 12)
        mask = mask & ~np.isin(labels, np.intersect1d(open_pieces, large))
        mask = filled(biggest(opened(mask, 1)), 0.012)
    return mask


def _like_ground_nearby(lab: F32, mask: Bool) -> Bool:
    """Pixels of the mask that the local ground colour explains much better than the local garment colour."""
    window = round(0.1 * max(mask.shape)) | 1
    ground, garment = ~dilate(mask, 3), erode(mask, 4)
    to_ground, ground_share = _distance_to_local_mean(lab, ground, window)
    to_garment, garment_share = _distance_to_local_mean(lab, garment, window)
    near = (ground_share > 0.004) & (garment_share > 0.004)
    clear = (to_ground < 9) & (to_ground < 0.6 * to_garment)
    return np.asarray(mask & near & clear, np.bool_)


def _distance_to_local_mean(lab: F32, where: Bool, window: int) -> tuple[F32, F32]:
    weight = where.astype(np.float32)
    share = cv2.blur(weight, (window, window))
    mean = cv2.blur(lab * weight[..., None], (window, window)) / np.maximum(share, 1e-4)[..., None]
    distance = np.linalg.norm((lab - mean) * _WEIGHTS, axis=2)
    return np.asarray(distance, np.float32), np.asarray(share, np.float32)
