"""Where a garment carries a print: `find_prints`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, I32, U8, Bool
from fashion_models.garment.fabric import find_ground

#: Longest side on which prints are looked for [px].
_SIDE = 640
#: A print covers at least, and at most, this share of its panel; less is a button, more the cloth itself.
_SHARE = (0.002, 0.45)
#: Strokes nearer than this share of the panel's size belong to one print.
_JOIN = 0.03
#: A seam or a pocket's edge is thinner than this share of the panel's size.
_THIN = 0.012
#: Lightness [L*] that a print's edge gains within two pixels, and the share of its outline that is so sharp;
#: faded cloth and folds are soft.
_STEP, _SHARP = 12.0, 0.6
#: A mark that lies on the panel's rim with more than this share is part of the cut.
_ON_RIM, _RIM = 0.02, 0.04
#: Marks in more than this share of a panel's parts are a pattern all over.
_ALL_OVER = 0.8


def find_prints(atlas: U8, uv: F64, triangles: I32) -> Bool:
    """Find compact, sharp motifs or lettering on another ground.

    A pattern all over, fading, folds, seams, pockets and buttons are no prints.

    Args:
        atlas: The garment's texture, front in the left half, back in the right, sRGB, shape (h, w, 3).
        uv: Texture coordinates of the cloth, v up, shape (N, 2).
        triangles: The cloth's triangles, shape (M, 3).

    Returns:
        True where a print is, over the whole atlas, smaller than it, shape (h', w').
    """
    scale = min(1.0, _SIDE / max(atlas.shape[0], atlas.shape[1] // 2))
    width, height = 2 * round(scale * atlas.shape[1] / 2), round(scale * atlas.shape[0])
    small = cv2.resize(atlas, (width, height), interpolation=cv2.INTER_AREA)
    cloth = np.zeros((height, width), np.uint8)
    corners = np.stack([uv[:, 0] * width, (1 - uv[:, 1]) * height], axis=1)[triangles]
    cv2.fillPoly(cloth, list(np.round(corners).astype(np.int32)), 1)
    cloth = cv2.morphologyEx(cloth, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    halves = (np.s_[:, : width // 2], np.s_[:, width // 2 :])
    return np.hstack([_on_panel(small[half], cloth[half] > 0) for half in halves])


def _on_panel(picture: U8, inside: Bool) -> Bool:
    """Prints on one panel, each with all that its hull holds."""
    found = np.zeros(inside.shape, np.uint8)
    if inside.sum() < 500:
        return found > 0
    ground = find_ground(picture, inside)
    size = float(np.sqrt(inside.sum()))
    marks = (inside & ~ground.mask).astype(np.uint8)
    if not ground.plain or _all_over(marks, inside):
        return found > 0
    marks = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, _disc(_JOIN * size))
    marks = cv2.morphologyEx(marks, cv2.MORPH_OPEN, _disc(_THIN * size))
    depth = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    step = _lightness_step(picture)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    for k in range(1, count):
        mark = labels == k
        share = stats[k, cv2.CC_STAT_AREA] / inside.sum()
        if not _SHARE[0] < share < _SHARE[1] or (depth[mark] < _RIM * size).mean() > _ON_RIM:
            continue
        outlines, _ = cv2.findContours(mark.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        rim = np.concatenate(outlines)[:, 0]
        if (step[rim[:, 1], rim[:, 0]] > _STEP).mean() > _SHARP:
            cv2.fillConvexPoly(found, cv2.convexHull(rim), 1)
    return found > 0


def _all_over(marks: U8, inside: Bool) -> bool:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    cloth, marked = (
        cv2.resize(mask[box].astype(np.float32), (5, 6), interpolation=cv2.INTER_AREA)
        for mask in (inside, marks)
    )
    return bool((marked > 0.03 * cloth)[cloth > 0.5].mean() > _ALL_OVER)


def _lightness_step(picture: U8) -> F32:
    """Most change of L* or of colour within two pixels, widened to the neighbours, (h, w)."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    kernel = np.ones((3, 3), np.uint8)
    steps = [cv2.morphologyEx(lab[..., k], cv2.MORPH_GRADIENT, kernel) for k in range(3)]
    return np.asarray(cv2.dilate(np.maximum.reduce(steps), np.ones((5, 5), np.uint8)), np.float32)


def _disc(diameter: float) -> U8:
    side = max(3, round(diameter)) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
