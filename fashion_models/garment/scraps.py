"""Things that a cut took along with the garment: furniture, feet, a rug's stripes.

They hang together with the garment in the mask, but the garment has no such colours anywhere else.
"""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F32, I32, Bool
from fashion_models.garment.candidates import Evidence, colour_shares
from fashion_models.garment.masks import biggest, dilate, erode, opened, pieces

#: Scraps are at least this share of the garment.
LEAST = 0.002
#: What lies this deep inside the outline is the garment's own, as a share of the picture's long side.
CORE = 0.05
#: A part at the frame is this deep at least, as a share of the picture's long side …
DEEP = 0.04
#: … a sharp edge parts it from the garment [Lab per px, Sobel] …
SHARP = 40.0
#: … and it shares at most this much of its colours with the garment.
SHARED = 0.18
#: A colour is the garment's own when at least this share of its core is so near to it [Lab].
OWN, NEAR = 0.003, 11.0
#: Labels and linings are seen in the opening at the top, in this share of the height and about the middle.
TOP, MIDDLE = 0.12, 0.35
#: A band along a hem is wider than this share of the garment; a cuff's twin has this share of its area.
BAND, TWIN = 0.35, 0.3
#: Ground lies this near to the outline, its colours are this many times as frequent as in the garment …
EDGE, OFTENER = 0.06, 20.0
#: … within this distance around the garment. Both distances are shares of the picture's long side.
AROUND = 0.08
_WEIGHTS = np.array([0.8, 1.2, 1.2], np.float32)


def without_scraps(evidence: Evidence, mask: Bool) -> Bool:
    """Leave out parts of a mask whose colours the garment does not have.

    Args:
        evidence: Of the small picture.
        mask: Garment mask, shape (H, W).

    Returns:
        The mask without parts that reach in from the frame, and without parts at its outline.
    """
    for foreign in (_from_the_frame, _at_the_outline, _ground_along_the_outline):
        found = foreign(evidence, mask)
        if found.any():
            mask = biggest(opened(mask & ~found, 2))
    return mask


def _from_the_frame(evidence: Evidence, mask: Bool) -> Bool:
    """Parts between the frame and the sharpest edge on the way to the garment.

    Source: Meyer, Topographic Distance and Watershed Lines, 1994.
    """
    from skimage.segmentation import watershed

    found = np.zeros_like(mask)
    deep = round(DEEP * max(mask.shape))
    inner = np.zeros_like(mask)
    inner[3:-3, 3:-3] = True
    if not (mask & ~inner).any():
        return found
    away = np.zeros_like(mask)
    away[deep:-deep, deep:-deep] = True
    markers: I32 = biggest(erode(mask, deep) & away).astype(np.int32)
    markers[~mask] = 2
    markers[mask & ~inner] = 3
    basins = np.asarray(watershed(evidence.gradient, markers))
    labels, area = pieces(opened(mask & (basins == 3), 1))
    own = colour_shares(evidence.bins, erode(mask & (basins == 1), 3))
    for index in np.flatnonzero(area > LEAST * mask.sum()) + 1:
        part = np.asarray(labels == index)
        seam = dilate(part, 1) & dilate(basins == 1, 1)
        theirs = colour_shares(evidence.bins, part)
        shared = np.minimum(own, theirs).sum()
        if seam.any() and evidence.gradient[seam].mean() > SHARP and shared < SHARED:
            likely = mask & dilate(part, deep) & (theirs > own)[evidence.bins]
            grown, _ = pieces(dilate(part, 1) | opened(likely, 1))
            found |= np.isin(grown, np.unique(grown[part]))
    return found


def _at_the_outline(evidence: Evidence, mask: Bool) -> Bool:
    """Superpixels of colours that the garment's core does not have, where they reach the outline."""
    own = evidence.lab[erode(mask, round(CORE * max(mask.shape)))][::7]
    regions, found = evidence.regions, np.zeros_like(mask)
    if len(own) == 0:
        return found
    size = np.bincount(regions.labels.ravel(), minlength=len(regions.border))
    inside = np.bincount(regions.labels.ravel(), mask.ravel(), len(regions.border))
    for region in np.flatnonzero(inside > 0.5 * size):
        part = np.asarray(regions.labels == region) & mask
        if _share_near(own, np.median(evidence.lab[part], axis=0)) < OWN:
            found |= part
    labels, area = pieces(found)
    rim = mask & ~erode(mask, 4)
    for index in np.flatnonzero(area > 0) + 1:
        part = np.asarray(labels == index)
        large = area[index - 1] > LEAST * mask.sum() and (part & rim).any()
        if not large or _in_the_opening(part, mask) or _is_trim(evidence.lab, part, mask):
            found &= ~part
    return found


def _ground_along_the_outline(evidence: Evidence, mask: Bool) -> Bool:
    """Ground that was taken along, as between a hem and the frame; linings in the opening stay."""
    side = max(mask.shape)
    core = erode(mask, round(CORE * side))
    own = colour_shares(evidence.bins, core)
    ground = colour_shares(evidence.bins, dilate(mask, round(AROUND * side)) & ~dilate(mask, 4))
    framed = np.pad(mask[1:-1, 1:-1], 1)  # what the frame cuts ends there
    seen = mask & ~erode(framed, round(EDGE * side)) & (ground > OFTENER * own)[evidence.bins]
    labels, area = pieces(opened(seen, 1))
    for index in np.flatnonzero(area > 0) + 1:
        part = np.asarray(labels == index)
        if area[index - 1] < LEAST * mask.sum() or _in_the_opening(part, mask):
            seen &= ~part
    return seen & (labels > 0)


def _share_near(own: F32, colour: F32) -> float:
    """Share of some pixels, shape (N, 3), that are near to a colour."""
    return float((np.linalg.norm((own - colour) * _WEIGHTS, axis=1) < NEAR).mean())


def _is_trim(lab: F32, part: Bool, mask: Bool) -> bool:
    """True for a band along a hem, and for what the garment has twice, such as cuffs."""
    spans = [np.ptp(np.flatnonzero(where.any(axis=0))) for where in (part, mask)]
    elsewhere = lab[mask & ~dilate(part, 8)]
    twin = _share_near(elsewhere, np.median(lab[part], axis=0)) * len(elsewhere) > TWIN * part.sum()
    return bool(spans[0] > BAND * spans[1] or twin)


def _in_the_opening(part: Bool, mask: Bool) -> bool:
    """True for a part at the top of a mask and about its middle."""
    (y, x), (rows, columns) = np.nonzero(part), np.nonzero(mask)
    high = y.mean() < rows.min() + TOP * np.ptp(rows)
    return bool(high and abs(x.mean() - columns.mean()) < MIDDLE * np.ptp(columns))
