"""Garments on a plain ground: the ground's colour is fitted along the border and what differs is garment."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, Bool
from fashion_models.garment.masks import biggest, closed, filled, opened

#: A border pixel within this distance of the fitted ground belongs to it [Lab].
TOLERANCE = 3.0
#: Share of border pixels that must belong to the ground.
PLAIN_SHARE = 0.7
#: Lightness above which a plain ground is a studio's.
BRIGHT = 85.0
_WEIGHTS = np.array([1.0, 1.5, 1.5])


@dataclass(frozen=True, kw_only=True)
class PlainGround:
    """A plain ground.

    Attributes:
        lab: Its colour, shape (3,).
        bright: True for a studio's bright ground.
    """

    lab: F32
    bright: bool


def find_plain_ground(lab: F32) -> PlainGround | None:
    """Look whether the border of a picture is of one colour.

    Args:
        lab: CIE Lab, shape (H, W, 3).

    Returns:
        The ground, or None when the border is not plain and bright.
    """
    width = max(2, round(0.01 * max(lab.shape[:2])))
    strips = [lab[:width], lab[-width:], lab[:, :width], lab[:, -width:]]
    border = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    median = np.median(border, axis=0).astype(np.float32)
    share = float((np.linalg.norm(border - median, axis=1) < TOLERANCE).mean())
    if share < PLAIN_SHARE or median[0] < BRIGHT:
        return None
    return PlainGround(lab=median, bright=True)


def cut_plain(lab: F32, ground: PlainGround) -> Bool:
    """The garment on a plain ground.

    Args:
        lab: CIE Lab, shape (H, W, 3).
        ground: Its ground.

    Returns:
        Shape (H, W).
    """
    distance = np.linalg.norm((cv2.GaussianBlur(lab, (0, 0), 0.6) - ground.lab) * _WEIGHTS, axis=2)
    mask = filled(biggest(closed(np.asarray(distance > TOLERANCE), 3)), 1.0)
    return biggest(opened(mask, 1))
