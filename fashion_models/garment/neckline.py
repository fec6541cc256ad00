"""Front neckline below the back's: found as an edge inside the outline, else a sane default.

A garment lying flat shows the inside of its back above the front's edge. Along that edge the colour changes
in one direction all the way, while prints and stripes change it to and fro: so the middle change across each
candidate curve is taken as a vector, part by part, before its length is, and a curve counts by the share of
its points that agree with the middle of them all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F32, F64, U8
from fashion_models.garment.contour import arc, nearest
from fashion_models.garment.model import Neckline, Outline

#: Default drop of the front neckline over the neck's width: 7.5 cm on an 18 cm neck.
DEFAULT_DROP = 0.42
#: Drops that are tried, over the neck's width.
DROPS = np.arange(0.24, 1.35, 0.02)
#: Shapes that are tried and how usual they are: V, soft V, scoop, round, square.
POWERS = {1.0: 0.75, 1.4: 0.9, 2.0: 1.0, 2.6: 1.0, 3.5: 1.0}
#: The edge must change the colour by this much [CIE Lab units] …
MIN_CONTRAST = 2.5
#: … and stand out this much from the median of all candidates.
MIN_PROMINENCE = 2.2
#: A point agrees when its change is this near to the middle change, over that change's size.
AGREES_WITHIN = 0.6
#: An outline that dips this deep between the neck points is the front neckline itself, over the neck's width.
OPEN_DIP = 0.45
#: A collar that stands up is cut this deep over its width; nothing is searched on it.
STAND_DROP = 0.15
#: A label differs from plain cloth by this much [CIE Lab units]; of the cloth below at most this share does.
LABEL_CONTRAST, PLAIN_SHARE = 18.0, 0.04
#: A label's area, and its largest side and distance from the middle, over the neck's width.
LABEL_AREA, LABEL_SIDE, LABEL_ASIDE = (0.002, 0.12), 0.5, 0.2


def neck_curve(landmarks: Mapping[str, F64], depth: float, power: float, count: int = 61) -> F64:
    """Points of a neckline from 'neckL' to 'neckR' [frame pixels], shape (count, 2)."""
    t = np.linspace(-1.0, 1.0, count)[:, None]
    chord = landmarks["neckL"] * (1 - t) / 2 + landmarks["neckR"] * (1 + t) / 2
    drop: F64 = chord + np.hstack([0 * t, depth * (1 - np.abs(t) ** power)])
    return drop


def find_neckline(picture: U8, outline: Outline, landmarks: Mapping[str, F64]) -> Neckline:
    """Find the front neckline, or take the default.

    Args:
        picture: sRGB in the outline's frame, shape (h, w, 3).
        outline: The garment's outline.
        landmarks: With 'neckL' and 'neckR'.

    Returns:
        The neckline; its source says whether it was found.
    """
    width = float(np.linalg.norm(landmarks["neckR"] - landmarks["neckL"]))
    dip = _outline_dip(outline, landmarks)
    if dip > OPEN_DIP * width:
        return Neckline(depth=dip, power=2.0, source="photo")
    if _stands_up(outline, landmarks, width):
        return Neckline(depth=max(STAND_DROP * width, dip + 0.05 * width), power=2.0, source="default")
    least = max(dip, label_depth(picture, landmarks))
    default = Neckline(depth=max(DEFAULT_DROP * width, least + 0.1 * width), power=2.0, source="default")
    scores = score_curves(picture, outline, landmarks, least)
    if not scores:
        return default
    contrast, _, drop, power = max(scores, key=lambda found: found[0] * found[1] * _plausible(*found[2:]))
    typical = float(np.median([found[0] for found in scores]))
    if contrast < MIN_CONTRAST or contrast < MIN_PROMINENCE * typical:
        return default
    return Neckline(depth=drop * width, power=power, source="photo")


def label_depth(picture: U8, landmarks: Mapping[str, F64]) -> float:
    """Where a label ends below the neck points [frame pixels]; 0 without one, or on cloth that is not plain.

    It is sewn into the back, so the front's edge lies lower.
    """
    import cv2

    left, right = landmarks["neckL"], landmarks["neckR"]
    width, top = float(right[0] - left[0]), round(float(left[1] + right[1]) / 2)
    columns = slice(round(float(left[0]) + 0.12 * width), round(float(right[0]) - 0.12 * width))
    lab = cv2.cvtColor(picture[:, columns].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    neck = lab[top : top + round(0.75 * width)]
    chest = lab[top + round(0.85 * width) : top + round(1.6 * width)]
    if not neck.size or not chest.size:
        return 0.0
    plain = np.median(chest.reshape(-1, 3), axis=0)
    strange, below = (np.linalg.norm(part - plain, axis=2) > LABEL_CONTRAST for part in (neck, chest))
    if below.mean() > PLAIN_SHARE:
        return 0.0
    kernel = np.ones((max(3, round(0.06 * width)),) * 2, np.uint8)
    closed = cv2.morphologyEx(strange.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    _, _, found, centres = cv2.connectedComponentsWithStats(closed)
    ends = [0.0]
    for (x, y, wide, high, area), (middle, _) in zip(found[1:], centres[1:], strict=True):
        free = x > 0 and x + wide < neck.shape[1] and y + high < neck.shape[0]
        sized = LABEL_AREA[0] < area / width**2 < LABEL_AREA[1] and max(wide, high) < LABEL_SIDE * width
        if free and sized and abs(middle - neck.shape[1] / 2) < LABEL_ASIDE * width:
            ends.append(float(y + high))
    return max(ends)


def score_curves(
    picture: U8, outline: Outline, landmarks: Mapping[str, F64], least: float
) -> list[tuple[float, float, float, float]]:
    """Contrast [CIE Lab units] across each curve well inside the outline, its agreement, drop and power."""
    import cv2

    width = float(np.linalg.norm(landmarks["neckR"] - landmarks["neckL"]))
    blur = max(1.5, 0.7 * float(np.hypot(*outline.frame_from_photo[0, :2])))
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab = cv2.GaussianBlur(lab, (0, 0), blur)
    inside = cv2.distanceTransform(outline.mask.astype(np.uint8), cv2.DIST_L2, 3)
    found = []
    for power in POWERS:
        for drop in DROPS[DROPS * width > least + 0.05 * width]:
            curve = neck_curve(landmarks, float(drop) * width, power)[5:-5]
            depth = cv2.remap(inside, *_maps(curve), cv2.INTER_LINEAR).ravel()
            if np.percentile(depth[5:-5], 10) > max(0.05 * width, 2.5 * blur):
                change = _change(lab, curve, 1.3 * blur)
                found.append((_contrast(change), _agreement(change), float(drop), power))
    return found


def _change(lab: F32, curve: F64, step: float) -> F32:
    """Colour above a curve less that below it, shape (points, 3)."""
    import cv2

    along = np.gradient(curve, axis=0)
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    above = cv2.remap(lab, *_maps(curve + step * normal), cv2.INTER_LINEAR)[:, 0]
    below = cv2.remap(lab, *_maps(curve - step * normal), cv2.INTER_LINEAR)[:, 0]
    return np.asarray(above - below, dtype=np.float32)


def _contrast(change: F32) -> float:
    """Geometric mean over four parts of a curve of the median colour change across it."""
    parts = np.array_split(change, 4)
    return float(np.prod([np.linalg.norm(np.median(part, axis=0)) for part in parts]) ** (1 / 4))


def _agreement(change: F32) -> float:
    """Share of a curve's points whose colour changes as the middle one's does."""
    middle = np.median(change, axis=0)
    apart = np.linalg.norm(change - middle, axis=1)
    return float(np.mean(apart < AGREES_WITHIN * np.linalg.norm(middle) + 1))


def _maps(points: F64) -> tuple[F32, F32]:
    return points[:, :1].astype(np.float32), points[:, 1:].astype(np.float32)


def _plausible(drop: float, power: float) -> float:
    """How usual a neckline is: most drop between a quarter and two thirds of the neck's width."""
    return POWERS[power] * float(np.exp(-0.5 * (np.log(drop / DEFAULT_DROP) / 0.55) ** 2))


def _stands_up(outline: Outline, landmarks: Mapping[str, F64], width: float) -> bool:
    """True when the outline falls steeply outside both neck points: a turtleneck or a raised collar."""
    contour, reach = outline.contour, round(0.5 * width)
    left, right = (nearest(contour, landmarks[name]) for name in ("neckL", "neckR"))
    ends = contour[[(left - reach) % len(contour), (right + reach) % len(contour)]]
    falls = ends[:, 1] - contour[[left, right], 1]
    return bool(falls.min() > 0.75 * reach)


def _outline_dip(outline: Outline, landmarks: Mapping[str, F64]) -> float:
    """How far the outline between the neck points lies below them [frame pixels]."""
    contour = outline.contour
    ends = nearest(contour, landmarks["neckL"]), nearest(contour, landmarks["neckR"])
    top = (landmarks["neckL"][1] + landmarks["neckR"][1]) / 2
    return float(max(0.0, contour[arc(len(contour), *ends), 1].max() - top))
