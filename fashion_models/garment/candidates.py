"""Several guesses of where the garment is, each sharpened, and the choice between them.

One threshold on one map loses the garment now and then; trying several and keeping the one that fits the
colours, the edges and the frame best does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, I32, U8, Bool
from fashion_models.garment.masks import biggest, closed, dilate, erode, filled, opened, overlap
from fashion_models.garment.outline import mirror_overlap
from fashion_models.garment.saliency import (
    Regions,
    find_regions,
    ground_distance,
    palette_distance,
    saliency,
    side_distances,
)

#: Colour distance at which a pixel is likely not ground [Lab, shadow-weighted].
LIKELY = 13.0
#: Beyond this distance from region and pixel ground a core pixel is garment for certain.
CERTAIN = 14.0
#: Gradient that counts as an edge [Lab per px, Sobel].
EDGE = 12.0
#: An outline longer than this multiple of its hull is ragged.
SMOOTH = 1.5
#: What touching the frame all along would cost a guess's score, and its rank.
CUT_OFF, CUT_OFF_RANK = 1.5, 0.8
#: What halves that do not match at all cost a guess's rank.
UNEVEN = 0.3
#: How far a colour seen on the ground can still speak for the garment.
SHARED = 0.85
GRABCUT_ROUNDS = 3
#: Starting masks that GrabCut, the slow step, is tried on.
GRABCUTS = 4
#: Two starting masks that overlap more than this lead to the same cut.
SAME_START = 0.93
#: The ground must keep this share of the frame when the garment's part of it is left out.
MIN_GROUND = 0.25


#: A hole of this share of the garment is no gap between its parts.
SMALL_HOLE = 0.012
_BINS = (11, 41, 41)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is seen on the small picture.

    Attributes:
        lab: CIE Lab, slightly smoothed, shape (H, W, 3).
        lab8: CIE Lab in 8 bits, as GrabCut takes it.
        regions: Its superpixels.
        gradient: Strength of colour edges [Lab per px, Sobel], shape (H, W).
        edge: True near a colour edge, shape (H, W).
        bins: Colour cell of every pixel, shape (H, W).
    """

    lab: F32
    lab8: U8
    regions: Regions
    gradient: F32
    edge: Bool
    bins: I32


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One guess.

    Attributes:
        mask: Where the garment would be, shape (H, W).
        score: How well it fits colours, edges and frame, in [0, 1].
        rank: The same with what is known of garments: two like halves, an outline without scallops, and now
            and then a hem or sleeve beyond the frame. It orders the guesses.
    """

    mask: Bool
    score: float
    rank: float


def gather_evidence(rgb: U8) -> Evidence:
    """Look at a small picture once; every candidate shares what was seen.

    Args:
        rgb: sRGB, shape (H, W, 3).

    Returns:
        The evidence.
    """
    lab = to_lab(rgb)
    soft = cv2.GaussianBlur(lab, (0, 0), 1.2)
    gradient = np.sqrt(sum(cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx) ** 2 for dx in (0, 1)).sum(axis=2))
    smooth = np.asarray(cv2.GaussianBlur(lab, (0, 0), 1.0), np.float32)
    return Evidence(
        lab=smooth,
        lab8=np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), np.uint8),
        regions=find_regions(lab),
        gradient=np.asarray(gradient, np.float32),
        edge=dilate(gradient > EDGE, 2),
        bins=_colour_bins(smooth),
    )


def to_lab(rgb: U8) -> F32:
    """CIE Lab of an sRGB picture, shape (H, W, 3)."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)


def find_candidates(evidence: Evidence) -> list[Candidate]:
    """All guesses worth keeping, best first.

    Args:
        evidence: Of the small picture.

    Returns:
        Candidates; empty when nothing stands out.
    """
    starts = _starts(evidence.regions)
    flooded = [judge(evidence, _flood(evidence, start)) for start in starts]
    order = sorted(range(len(starts)), key=lambda i: -flooded[i].score)
    grabbed = [judge(evidence, _grab(evidence, starts[i])) for i in order[:GRABCUTS]]
    found = [candidate for candidate in flooded + grabbed if candidate.score > 0]
    return sorted(found, key=lambda candidate: -candidate.rank)


def judge(evidence: Evidence, mask: Bool) -> Candidate:
    """How good a guess is.

    Args:
        evidence: Of the small picture.
        mask: The guess, shape (H, W).

    Returns:
        The guess with its marks; 0 for a speck.
    """
    if mask.mean() <= 0.01:
        return Candidate(mask=mask, score=0.0, rank=0.0)
    fit, frame = _fit(evidence, mask), touch(mask)
    whole = (1 - UNEVEN * (1 - mirror_overlap(mask))) / _scalloped(mask) ** 2
    return Candidate(
        mask=mask,
        score=fit * (1 - min(1.0, CUT_OFF * frame)),
        rank=fit * (1 - min(1.0, CUT_OFF_RANK * frame)) * whole,
    )


def _starts(regions: Regions) -> list[Bool]:
    """Starting masks: several maps cut at several levels, without near-duplicates."""
    salient, distance = saliency(regions), ground_distance(regions, regions.border)
    sides = side_distances(regions)
    cuts: list[tuple[F64, float]] = [
        (salient, _otsu(regions.paint(salient)) * f) for f in (1.0, 0.7, 0.4, 1.3)
    ]
    for values, factors in ((distance, (1.0, 0.6)), (sides[:, 2], (1.0, 0.6)), (sides[:, 3], (1.0,))):
        level = _otsu(regions.paint(values / 85)) * 85
        cuts += [(values, level * factor) for factor in factors]
    cuts.append((distance, 8.0))
    starts: list[Bool] = []
    for values, level in cuts:
        mask = regions.paint(values) > level
        if not 0.02 <= mask.mean() <= 0.95:
            continue
        start = filled(biggest(mask), 0.05)
        if all(overlap(start, other) < SAME_START for other in starts):
            starts.append(start)
    return starts


def _otsu(values: F32) -> float:
    levels = np.clip(values * 255, 0, 255).astype(np.uint8)
    return float(cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]) / 255


def _ground(regions: Regions, mask: Bool) -> Bool:
    """Regions on the frame that a mask leaves to the ground, shape (K,)."""
    flat = regions.labels.ravel()
    inside = np.bincount(flat, mask.ravel(), len(regions.border)) / np.maximum(np.bincount(flat), 1)
    left = regions.border & (inside < 0.5)
    return left if left.sum() > MIN_GROUND * regions.border.sum() else regions.border


def _grab(evidence: Evidence, start: Bool) -> Bool:
    """Sharpen a starting mask by colour models of garment and ground.

    Source: Rother, Kolmogorov & Blake, GrabCut, 2004.
    """
    long_side = max(start.shape)
    reach = max(3, round(0.025 * long_side))
    ground = _ground(evidence.regions, start)
    near = evidence.regions.paint(ground_distance(evidence.regions, ground))
    pixel = palette_distance(evidence.lab, evidence.regions, ground)
    trimap = np.where(start, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[erode(start, round(0.8 * reach)) & (near > CERTAIN) & (pixel > CERTAIN)] = cv2.GC_FGD
    trimap[start & (pixel < 5) & (near < 12)] = cv2.GC_PR_BGD
    trimap[~dilate(start, 3 * reach) & (near < 10)] = cv2.GC_BGD
    trimap[_frame(start.shape, max(2, round(0.012 * long_side))) & (near < 6)] = cv2.GC_BGD
    inside = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    if inside.all() or not inside.any():
        return start
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(evidence.lab8, trimap, None, *models, GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _tidy((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD))


def _flood(evidence: Evidence, start: Bool) -> Bool:
    """Move a starting mask's outline to the strongest edge nearby; colours do not matter.

    Source: Meyer, Topographic Distance and Watershed Lines, 1994.
    """
    from skimage.segmentation import watershed

    reach = max(3, round(0.02 * max(start.shape)))
    markers = erode(start, reach).astype(np.int32)
    markers[~dilate(start, reach)] = 2
    return _tidy(np.asarray(watershed(evidence.gradient, markers) == 1))


def _tidy(mask: Bool) -> Bool:
    return filled(closed(biggest(opened(mask, 1)), 3), SMALL_HOLE)


def _frame(shape: tuple[int, ...], width: int) -> Bool:
    frame = np.ones(shape, np.bool_)
    frame[width:-width, width:-width] = False
    return frame


def touch(mask: Bool) -> float:
    """Share of the picture's frame that the mask touches."""
    return float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())


def _fit(evidence: Evidence, mask: Bool) -> float:
    """Agreement with the colours × in the middle × outline on edges × not ragged."""
    likely = _likelihood(evidence, mask)
    agreement = np.minimum(mask, likely).sum() / max(float(np.maximum(mask, likely).sum()), 1e-6)
    rim = mask & ~erode(mask, 1)
    on_edge = float(evidence.edge[rim].mean()) if rim.any() else 0.0
    off_centre = abs(float(np.nonzero(mask)[1].mean()) / mask.shape[1] - 0.5)
    placed = 1 - min(1.0, 2 * off_centre) * 0.5
    return float(agreement * placed * (0.4 + 0.6 * on_edge) * min(1.0, SMOOTH / _raggedness(mask)))


def _raggedness(mask: Bool) -> float:
    """Length of the outline relative to that of its convex hull; sleeves and legs make 1.2 to 1.5."""
    outline = _outline(mask)
    simple = cv2.approxPolyDP(outline, 2.0, True)
    return float(cv2.arcLength(simple, True) / max(cv2.arcLength(cv2.convexHull(outline), True), 1.0))


def _scalloped(mask: Bool) -> float:
    """Length of the outline relative to a coarser one: above 1 where it follows flowers of a print."""
    outline = _outline(mask)
    fine, coarse = (cv2.arcLength(cv2.approxPolyDP(outline, by, True), True) for by in (1.5, 6.0))
    return float(fine / max(coarse, 1.0))


def _outline(mask: Bool) -> I32:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len), np.int32)


def _likelihood(evidence: Evidence, mask: Bool) -> F32:
    """How likely each pixel is garment if the mask were right, shape (H, W).

    A colour far from all of the ground's is garment. One that garment and ground share goes by how common it
    is in each.
    """
    far = 1 - np.exp(-((ground_map(evidence, mask) / LIKELY) ** 2))
    ring = _frame(mask.shape, max(3, round(0.06 * max(mask.shape)))) & ~mask
    inside, ground = (colour_shares(evidence.bins, where) for where in (mask, ring))
    share = (inside / (inside + ground + 1e-4))[evidence.bins]
    return np.asarray(far + SHARED * (1 - far) * share, np.float32)


def ground_map(evidence: Evidence, mask: Bool) -> F32:
    """Colour distance to the ground that a mask leaves on the frame, shape (H, W) [Lab, shadow-weighted]."""
    regions = evidence.regions
    return regions.paint(ground_distance(regions, _ground(regions, mask)))


def colour_shares(bins: I32, where: Bool) -> F64:
    """Share of each colour cell among some pixels, smoothed over similar colours, shape (CELLS,)."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(bins[where], minlength=int(np.prod(_BINS))).reshape(_BINS).astype(np.float64)
    smooth = gaussian_filter(counts, 0.8, mode="constant")
    return np.asarray(smooth.ravel() / max(float(smooth.sum()), 1e-9), np.float64)


def _colour_bins(lab: F32) -> I32:
    """Colour cell of every pixel, shape (H, W)."""
    cells = np.stack([lab[..., 0] / 10, lab[..., 1] / 6 + 20, lab[..., 2] / 6 + 20], axis=2)
    cells = np.clip(cells, 0, np.array(_BINS) - 1).astype(np.int32)
    return np.asarray((cells[..., 0] * _BINS[1] + cells[..., 1]) * _BINS[2] + cells[..., 2], np.int32)
