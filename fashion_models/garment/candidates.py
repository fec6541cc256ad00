"""Several guesses of where the garment is, each sharpened by GrabCut, and the choice between them.

One threshold on one map loses the garment now and then; trying several and keeping the one that fits the
colours, the edges and the frame best does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, U8, Bool
from fashion_models.garment.masks import biggest, closed, dilate, erode, filled, opened, overlap
from fashion_models.garment.saliency import find_regions, ground_distance, palette_distance, saliency

#: Colour distance at which a pixel is likely not ground [Lab, shadow-weighted].
LIKELY = 13.0
#: Beyond this distance from region and pixel ground a core pixel is garment for certain.
CERTAIN = 14.0
#: Gradient that counts as an edge [Lab per px, Sobel].
EDGE = 12.0
GRABCUT_ROUNDS = 4
#: Two starting masks that overlap more than this lead to the same cut.
SAME_START = 0.93


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What speaks for garment and ground, on the small picture.

    Attributes:
        lab: CIE Lab, shape (H, W, 3).
        lab8: The same in 8 bits, as GrabCut takes it.
        salient: Saliency in [0, 1], shape (H, W).
        region_distance: Distance of the pixel's region to the ground's colours, shape (H, W).
        pixel_distance: Distance of the pixel to the border's palette, shape (H, W).
        edge: True near a colour edge, shape (H, W).
    """

    lab: F32
    lab8: U8
    salient: F32
    region_distance: F32
    pixel_distance: F32
    edge: Bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One guess.

    Attributes:
        mask: Where the garment would be, shape (H, W).
        score: How well it fits, in [0, 1].
    """

    mask: Bool
    score: float


def gather_evidence(rgb: U8) -> Evidence:
    """Look at a small picture once; every candidate shares what was seen.

    Args:
        rgb: sRGB, shape (H, W, 3).

    Returns:
        The evidence.
    """
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)
    regions = find_regions(lab)
    soft = cv2.GaussianBlur(lab, (0, 0), 1.2)
    gradient = np.sqrt(sum(cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx) ** 2 for dx in (0, 1)).sum(axis=2))
    return Evidence(
        lab=lab,
        lab8=np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), np.uint8),
        salient=regions.paint(saliency(regions)),
        region_distance=regions.paint(ground_distance(regions)),
        pixel_distance=palette_distance(lab, regions),
        edge=dilate(gradient > EDGE, 2),
    )


def find_candidates(evidence: Evidence) -> list[Candidate]:
    """All guesses worth keeping, best first.

    Args:
        evidence: Of the small picture.

    Returns:
        Candidates; empty when nothing stands out.
    """
    found: list[Candidate] = []
    for start in _starts(evidence):
        mask = _cut(evidence, start)
        if mask.mean() >= 0.01:
            found.append(Candidate(mask=mask, score=_score(evidence, mask)))
    return sorted(found, key=lambda candidate: -candidate.score)


def _starts(evidence: Evidence) -> list[Bool]:
    """Starting masks: both maps cut at several levels, without near-duplicates."""
    salient, distance = evidence.salient, evidence.region_distance
    salient_level = _otsu(salient)
    distance_level = _otsu(distance / np.float32(85)) * 85
    levels = [salient > salient_level * factor for factor in (1.0, 0.7, 0.4, 1.3)]
    levels += [distance > distance_level * factor for factor in (1.0, 0.6)]
    levels.append(distance > 8)
    starts: list[Bool] = []
    for level in levels:
        if not 0.01 <= level.mean() <= 0.95:
            continue
        start = filled(biggest(level), 0.05)
        if all(overlap(start, other) < SAME_START for other in starts):
            starts.append(start)
    return starts


def _otsu(values: F32) -> float:
    levels = np.clip(values * 255, 0, 255).astype(np.uint8)
    return float(cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]) / 255


def _cut(evidence: Evidence, start: Bool) -> Bool:
    """Sharpen a starting mask.

    Source: Rother, Kolmogorov & Blake, GrabCut, 2004.
    """
    long_side = max(start.shape)
    reach = max(3, round(0.025 * long_side))
    near, pixel = evidence.region_distance, evidence.pixel_distance
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
    mask = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    return filled(closed(biggest(opened(mask, 1)), 3), 0.012)


def _frame(shape: tuple[int, ...], width: int) -> Bool:
    frame = np.ones(shape, np.bool_)
    frame[width:-width, width:-width] = False
    return frame


def touch(mask: Bool) -> float:
    """Share of the picture's frame that the mask touches."""
    return float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())


def _score(evidence: Evidence, mask: Bool) -> float:
    """Agreement with the colours × clear of the frame × outline on edges × in the middle."""
    likely = 1 - np.exp(-((evidence.region_distance / LIKELY) ** 2))
    agreement = np.minimum(mask, likely).sum() / max(float(np.maximum(mask, likely).sum()), 1e-6)
    rim = mask & ~erode(mask, 1)
    on_edge = float(evidence.edge[rim].mean()) if rim.any() else 0.0
    off_centre = abs(float(np.nonzero(mask)[1].mean()) / mask.shape[1] - 0.5)
    clear = 1 - min(1.0, 1.5 * touch(mask))
    return float(agreement * clear * (0.4 + 0.6 * on_edge) * (1 - min(1.0, 2 * off_centre) * 0.5))
