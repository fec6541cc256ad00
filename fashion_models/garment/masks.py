"""Small operations on garment masks: keep the biggest piece, fill holes, cut hooks and strings."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import I32, U8, Bool


def disc(radius: int) -> U8:
    """A round structuring element of that radius [px]."""
    size = 2 * max(radius, 0) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def dilate(mask: Bool, radius: int) -> Bool:
    """Grow a mask by a disc, shape (H, W)."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc(radius)), np.bool_)


def erode(mask: Bool, radius: int) -> Bool:
    """Shrink a mask by a disc; what lies outside the picture counts as garment, shape (H, W)."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), disc(radius)), np.bool_)


def opened(mask: Bool, radius: int) -> Bool:
    """Remove what is thinner than a disc, shape (H, W)."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(radius)), np.bool_)


def closed(mask: Bool, radius: int) -> Bool:
    """Close gaps thinner than a disc, shape (H, W)."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc(radius)), np.bool_)


def pieces(mask: Bool) -> tuple[I32, I32]:
    """Connected pieces, largest first.

    Args:
        mask: Shape (H, W).

    Returns:
        Labels (0 is outside, 1 the largest), shape (H, W), and areas of the pieces [px], shape (N,).
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    area = np.asarray(stats[1:count, cv2.CC_STAT_AREA], np.int32)
    order = np.argsort(-area, kind="stable")
    rank = np.zeros(count, np.int32)
    rank[1 + order] = np.arange(1, count)
    return np.asarray(rank[labels], np.int32), area[order]


def biggest(mask: Bool) -> Bool:
    """The largest connected piece, shape (H, W)."""
    labels, _ = pieces(mask)
    return np.asarray(labels == 1, np.bool_)


def filled(mask: Bool, share: float) -> Bool:
    """Fill holes smaller than a share of the garment; larger ones are real gaps.

    Args:
        mask: Shape (H, W).
        share: Largest hole that is filled, as a share of the mask's area.

    Returns:
        Shape (H, W).
    """
    labels, area = pieces(~mask)
    frame = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    is_hole = np.zeros(len(area) + 1, np.bool_)
    is_hole[1:] = area < share * max(int(mask.sum()), 1)
    is_hole[frame] = False
    return mask | is_hole[labels]


def without_strings(mask: Bool) -> Bool:
    """Cut hanger hooks, straps of clips and tags off: what a disc of 1.4 % of the size cannot enter.

    The rim that the disc rounded off comes back.
    """
    radius = max(1, round(float(np.sqrt(mask.sum())) * 0.014))
    core = biggest(opened(mask, radius))
    return biggest(mask & dilate(core, max(1, radius)))


def overlap(first: Bool, second: Bool) -> float:
    """Intersection over union of two masks."""
    union = int((first | second).sum())
    return float((first & second).sum()) / union if union else 1.0


def solidity(mask: Bool) -> float:
    """Share of its convex hull that a piece fills."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.concatenate(contours))
    return float(mask.sum() / max(cv2.contourArea(hull), 1.0))
