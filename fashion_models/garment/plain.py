"""Garments on a plain, bright ground: what differs from the ground is garment or its shadow.

The shadow's outer edge is soft and its inner edge, where the garment begins, is sharp; a watershed between
the open ground and the garment's core ends on the sharp one, however faint the garment's own contrast is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, I32, Bool
from fashion_models.garment.masks import biggest, closed, dilate, erode, filled, opened, pieces

#: A border pixel within this distance of the ground belongs to it [Lab].
TOLERANCE = 3.0
#: Share of border pixels that must belong to the ground.
PLAIN_SHARE = 0.7
#: Lightness above which a plain ground is a studio's.
BRIGHT = 85.0
#: A shadow changes hue less than this [Lab, a and b] …
SHADOW_TINT = 5.0
#: … and lightness less than this.
SHADOW_DEPTH = 40.0
#: Share of the core that must remain when shadow-like parts are left out, or else the garment itself is grey.
CORE_SHARE = 0.5
#: Gradient of an edge of cloth; a shadow's edge is softer [Lab per px, Sobel].
SHARP = 12.0
_WEIGHTS = np.array([1.0, 1.5, 1.5], np.float32)


@dataclass(frozen=True, kw_only=True)
class PlainGround:
    """A plain, bright ground.

    Attributes:
        lab: Its colour, shape (3,).
        noise: Distance within which nearly all of its pixels lie [Lab].
    """

    lab: F32
    noise: float

    def distance(self, lab: F32) -> F32:
        """Colour distance of every pixel to the ground, shape (H, W) [Lab]."""
        return np.asarray(np.linalg.norm((lab - self.lab) * _WEIGHTS, axis=2), np.float32)


def find_plain_ground(lab: F32) -> PlainGround | None:
    """Look whether the border of a picture is of one bright colour.

    Args:
        lab: CIE Lab, shape (H, W, 3).

    Returns:
        The ground, or None.
    """
    width = max(2, round(0.01 * max(lab.shape[:2])))
    strips = [lab[:width], lab[-width:], lab[:, :width], lab[:, -width:]]
    border = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    median = np.median(border, axis=0).astype(np.float32)
    distance = np.linalg.norm((border - median) * _WEIGHTS, axis=1)
    if float((distance < TOLERANCE).mean()) < PLAIN_SHARE or median[0] < BRIGHT:
        return None
    return PlainGround(lab=median, noise=float(np.percentile(distance[distance < 2 * TOLERANCE], 90)))


def cut_plain(lab: F32, ground: PlainGround) -> Bool:
    """The garment on a plain ground, without its shadow.

    Args:
        lab: CIE Lab, shape (H, W, 3).
        ground: Its ground.

    Returns:
        Shape (H, W).

    Source: Meyer, Topographic Distance and Watershed Lines, 1994.
    """
    from skimage.segmentation import watershed

    soft = cv2.GaussianBlur(lab, (0, 0), 0.7)
    offset = soft - ground.lab
    distance = ground.distance(soft)
    level = max(TOLERANCE, 1.2 * ground.noise)
    garment = filled(biggest(closed(np.asarray(distance > level), 2)), 1.0)
    core = _core(garment, offset)
    if not core.any():
        return garment
    open_ground = _open_ground(np.asarray(distance < 0.8 * level))
    gradient = np.sqrt(sum(cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx) ** 2 for dx in (0, 1)).sum(axis=2))
    for _ in range(2):
        markers: I32 = core.astype(np.int32)
        markers[open_ground] = 2
        cut = np.asarray(watershed(gradient, markers) == 1)
        core = core | _pale_parts(garment & ~cut, open_ground, gradient)
    return filled(biggest(opened(cut, 1)), 0.02)


def _pale_parts(left_over: Bool, open_ground: Bool, gradient: F32) -> Bool:
    """Cores of pale panels taken for shadow: broad, and parted from the ground by a sharp edge."""
    radius = max(2, round(0.008 * max(left_over.shape)))
    labels, area = pieces(opened(left_over, radius))
    found = np.zeros_like(left_over)
    for index in np.flatnonzero(area > 0.002 * left_over.size) + 1:
        piece = np.asarray(labels == index)
        outer = dilate(piece, 2 * radius) & dilate(open_ground, 2)
        if outer.any() and float(np.percentile(gradient[outer], 75)) > SHARP:
            found |= erode(piece, radius)
    return found


def _core(garment: Bool, offset: F32) -> Bool:
    """Pixels that are garment for certain: well inside, and unlike a shadow unless the garment is grey."""
    radius = max(2, round(0.02 * max(garment.shape)))
    inner = erode(garment, radius)
    darker = -offset[..., 0]
    tint = np.linalg.norm(offset[..., 1:], axis=2)
    shadow = (tint < SHADOW_TINT) & (darker > 0) & (darker < SHADOW_DEPTH)
    clear = opened(garment & ~shadow, 2)
    if clear.sum() > CORE_SHARE * inner.sum():
        return erode(clear, 1)
    return inner


def _open_ground(like_ground: Bool) -> Bool:
    """Ground that reaches the frame of the picture."""
    labels, _ = pieces(like_ground)
    frame = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    return np.asarray(np.isin(labels, frame[frame > 0]))
