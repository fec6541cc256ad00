"""Ground that a cut left inside, and garment that it left out.

Between sleeve and body, or between the legs, ground is seen: it is taken out. A print in the colour of the
ground is not ground: it is filled in.
"""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, Bool
from fashion_models.garment.masks import biggest, dilate, erode, filled, opened, pieces

#: A hole farther from the outside than this share of the picture's long side is part of the garment's print.
REACH = 0.04
#: Holes and slivers differ from the ground nearby by less than this [Lab].
LIKE_GROUND = 11.0
#: A hole smaller than this share of the garment is always filled.
SMALL_HOLE = 0.006
_WEIGHTS = np.array([0.8, 1.2, 1.2], np.float32)


def with_print(lab: F32, mask: Bool) -> Bool:
    """Fill holes that are not gaps through which the ground is seen.

    Args:
        lab: CIE Lab, shape (H, W, 3).
        mask: Garment mask, shape (H, W).

    Returns:
        The mask without holes, except those near the outline that show the ground's colour, shape (H, W).
    """
    whole = filled(mask, 1.0)
    reach = max(3, round(REACH * max(mask.shape)))
    near_outside = dilate(~whole, reach)
    ring = dilate(whole, 3 * reach) & ~dilate(whole, 2)
    labels, area = pieces(whole & ~mask)
    for index in np.flatnonzero(area > SMALL_HOLE * mask.sum()) + 1:
        hole = labels == index
        if not (hole & near_outside).any() or not ring.any():
            continue
        ground = lab[ring & dilate(hole, 6 * reach)] if (ring & dilate(hole, 6 * reach)).any() else lab[ring]
        gap = np.linalg.norm((np.median(lab[hole], axis=0) - np.median(ground, axis=0)) * _WEIGHTS)
        if gap < LIKE_GROUND:
            whole = whole & ~hole
    return whole


def without_slivers(lab: F32, gradient: F32, mask: Bool) -> Bool:
    """Give pixels back to the ground that look like the ground next to them and unlike the garment.

    Args:
        lab: CIE Lab, shape (H, W, 3).
        gradient: Strength of colour edges, shape (H, W).
        mask: Garment mask, shape (H, W).

    Returns:
        The mask without slivers that are open to the outside, shape (H, W).
    """
    for _ in range(2):
        labels, area = pieces(opened(_like_ground_nearby(lab, mask), 1))
        outside = dilate(~mask, 2)
        for index in np.flatnonzero(area > 12) + 1:
            piece = labels == index
            if _opens_outwards(piece, outside, mask, gradient):
                mask = mask & ~piece
        mask = filled(biggest(opened(mask, 1)), SMALL_HOLE)
    return mask


def _opens_outwards(piece: Bool, outside: Bool, mask: Bool, gradient: F32) -> bool:
    """True when no edge parts the piece from the ground, but one parts it from the garment."""
    rim = dilate(piece, 2) & ~erode(piece, 1)
    to_ground = rim & outside
    to_garment = rim & mask & ~outside
    if not to_ground.any() or not to_garment.any():
        return False
    return float(gradient[to_ground].mean()) < float(gradient[to_garment].mean())


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
