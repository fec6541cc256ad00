"""Waistbands and cuffs of another colour, which a cut took for ground: `with_bands`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, Bool
from fashion_models.garment.candidates import Evidence
from fashion_models.garment.masks import biggest, closed, dilate, pieces

#: A band is one area without edges as strong as this [Lab per px, Sobel] …
CALM = 30.0
#: … of this share of the garment …
SMALL, LARGE = 0.006, 0.12
#: … and one colour: half of it lies this near to its median [Lab] …
EVEN = 3.0
#: … which the ground round it is this far from.
APART = 22.0
#: It meets the garment along this share of its width, at the garment's upper or lower end, …
MEETS = 0.7
#: … is longer than wide by this factor, and fills this share of the rectangle round it.
FLAT, FILLS = 1.2, 0.45
#: A band alone spans this share of the garment's width at that end; other bands have its colour [Lab].
SPANS, ALIKE = 0.75, 12.0
#: Half the width of an edge in the small picture [px], and how far round a band the ground is looked at [px].
RIM, ROUND = 3, 9


def with_bands(evidence: Evidence, mask: Bool) -> Bool:
    """Take in bands that continue the garment at its ends.

    Args:
        evidence: Of the small picture.
        mask: Garment mask, shape (H, W).

    Returns:
        The mask with its waistband, and with cuffs of the same colour.
    """
    labels, area = pieces(~mask & (evidence.gradient < CALM))
    sizes = np.flatnonzero((area > SMALL * mask.sum()) & (area < LARGE * mask.sum())) + 1
    parts = [np.asarray(labels == index) for index in sizes]
    bands = [part for part in parts if _is_band(evidence, mask, part)]
    sure = [_colour(evidence.lab, part) for part in bands if _spans(mask, part) and not _is_cut(part)]
    whole = mask
    for part in bands:
        colour = _colour(evidence.lab, part)
        if any(np.linalg.norm(colour - other) < ALIKE for other in sure):
            whole = whole | dilate(part, RIM)
    return mask if whole is mask else biggest(closed(whole, RIM))


def _is_band(evidence: Evidence, mask: Bool, part: Bool) -> bool:
    lab, own = evidence.lab, _colour(evidence.lab, part)
    if np.median(np.linalg.norm(lab[part] - own, axis=1)) > EVEN:
        return False
    _, sides, _ = cv2.minAreaRect(np.argwhere(part)[:, ::-1].astype(np.float32))
    if max(sides) < FLAT * min(sides) or part.sum() < FILLS * sides[0] * sides[1]:
        return False
    ring = dilate(part, ROUND) & ~dilate(part, RIM + 1) & ~dilate(mask, RIM)
    if not ring.any() or np.median(np.linalg.norm(lab[ring] - own, axis=1)) < APART:
        return False
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    met = (dilate(part, 2 * RIM) & mask)[:, columns].any(axis=0).mean()
    above, below = mask[: rows[0], columns].any(), mask[rows[-1] + 1 :, columns].any()
    return bool(met > MEETS and above != below)


def _spans(mask: Bool, part: Bool) -> bool:
    """True when a band is about as wide as the garment where they meet."""
    near = (dilate(part, 4 * RIM) & mask).any(axis=1)
    width = np.median(mask[near].sum(axis=1)) if near.any() else np.inf
    return bool(SPANS * width < np.ptp(np.flatnonzero(part.any(axis=0))) < width / SPANS)


def _is_cut(part: Bool) -> bool:
    """True for a part at the frame, which may go on beyond it."""
    return bool(part[[0, -1]].any() or part[:, [0, -1]].any())


def _colour(lab: F32, part: Bool) -> F32:
    return np.asarray(np.median(lab[part], axis=0), np.float32)
