"""Tell a garment from its background: `segment`, `ClassicalSegmenter`, `GivenMask`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from fashion_models.arrays import F32, U8, Bool
from fashion_models.errors import SegmentationError
from fashion_models.garment.bands import with_bands
from fashion_models.garment.candidates import (
    Candidate,
    Evidence,
    find_candidates,
    gather_evidence,
    ground_map,
    to_lab,
    touch,
)
from fashion_models.garment.masks import biggest, dilate, opened, overlap, pieces, solidity, without_strings
from fashion_models.garment.matting import matte, unmix, upscaled
from fashion_models.garment.model import Cutout
from fashion_models.garment.plain import cut_plain, find_plain_ground
from fashion_models.garment.scraps import without_scraps
from fashion_models.garment.slivers import with_print, without_slivers
from fashion_models.photo import GarmentPhoto

#: Long side of the picture on which the garment is found [px]; its edge is refined at photo resolution.
SMALL_SIDE = 380
#: A garment smaller than this share of the picture is refused.
MIN_AREA = 0.04
#: A garment larger than this share of the picture is refused.
MAX_AREA = 0.93
#: A garment with more of its outline on the frame than this is refused as cut off …
MAX_CUT = 0.22
#: … or than this, where no more of its width than the second lies on the frame below: a flare may be cut.
MAX_SIDE_CUT, WHOLE_HEM = 0.3, 0.25
#: Below this confidence nothing garment-like was found.
MIN_CONFIDENCE = 0.12
#: A second piece this large beside the first is a second garment.
SECOND_SHARE = 0.45
#: What differs this much from the ground may be a second garment [Lab].
SECOND_DISTANCE = 12.0
#: A plain ground leaves little doubt.
PLAIN_CONFIDENCE = 0.95
#: Lab spread below which a photo is all one colour.
MIN_SPREAD = 3.0

#: A piece that fills less of its convex hull is no garment but a pattern of the ground.
SOLID = 0.6
#: Candidates whose rank reaches this share of the best one's have a vote.
AS_GOOD = 0.97

_RETAKE = "Lay the garment flat on a plain ground of another colour and leave a margin on all sides"
_CURE = f"{_RETAKE}, or give a photo with a transparent background."


class Segmenter(Protocol):
    """Anything that tells a garment from its background."""

    @property
    def name(self) -> str:
        """Name that the cut-out carries."""
        ...

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        """Cut the garment out.

        Raises:
            SegmentationError: No single garment could be told from the background.
        """
        ...


def segment(photo: GarmentPhoto, mask: F32 | None = None) -> Cutout:
    """Cut the garment out with what is at hand: a given mask, the file's transparency, or the picture alone.

    Args:
        photo: The picture.
        mask: Garment coverage in [0, 1], shape (H, W), when the caller has one.

    Returns:
        The cut-out at photo resolution.

    Raises:
        SegmentationError: No single garment could be told from the background.
    """
    chosen = segmenter_for(photo) if mask is None else GivenMask(mask)
    return chosen(photo)


def segmenter_for(photo: GarmentPhoto, wanted: Segmenter | None = None) -> Segmenter:
    """The photo's own transparency if it has one, else what is wanted, else the weightless segmenter."""
    if photo.alpha is not None:
        return GivenMask(photo.alpha)
    return ClassicalSegmenter() if wanted is None else wanted


@dataclass(frozen=True)
class GivenMask:
    """Uses a mask that came with the photo.

    Attributes:
        mask: Coverage in [0, 1], shape (H, W).
    """

    mask: F32
    name: str = "given"

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        """Take the mask as it is, after the same checks as any other.

        Raises:
            SegmentationError: The mask has another size, is empty, full, cut off, or shows two garments.
        """
        height, width = photo.rgb.shape[:2]
        if self.mask.shape != (height, width):
            raise SegmentationError(
                f"The mask has {self.mask.shape[1]} × {self.mask.shape[0]} px.",
                limit=f"The photo has {width} × {height} px.",
                cure="Give a mask of the photo's size.",
            )
        solid = self.mask > 0.5
        main = biggest(solid)
        check_place(main, "The given mask")
        _check_two(main, solid)
        kept = biggest(self.mask > 0.02) if main.any() else main
        alpha = np.where(kept, self.mask, 0).clip(0, 1).astype(np.float32)
        return Cutout(
            alpha=alpha, colour=unmix(photo.rgb, alpha), segmenter=self.name, confidence=1.0, studio=False
        )


@dataclass(frozen=True)
class ClassicalSegmenter:
    """Finds the garment without learned weights: border colours, several GrabCuts, the best of them."""

    name: str = "classical"

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        """Cut the garment out.

        Raises:
            SegmentationError: All one colour, no garment, two garments, cut off by the frame, or too small.
        """
        return soften(photo, find_garment(photo.rgb), precision=1.3 / SMALL_SIDE, segmenter=self.name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Where the garment is, before its edge is refined.

    Attributes:
        mask: True on the garment, of any size with the photo's proportions, shape (h, w).
        confidence: How sure the finder is, in [0, 1].
        studio: True when the background is a plain, bright studio ground.
    """

    mask: Bool
    confidence: float
    studio: bool


def find_garment(rgb: U8) -> Found:
    """Find the garment by its colours and edges on a reduced picture.

    Args:
        rgb: sRGB, shape (H, W, 3).

    Returns:
        The garment on a picture of at most `SMALL_SIDE` px.

    Raises:
        SegmentationError: All one colour, no garment, two garments, cut off by the frame, or too small.
    """
    small = _reduced(rgb)
    lab = to_lab(small)
    _check_spread(lab)
    plain = find_plain_ground(lab)
    if plain is not None:
        mask, confidence = cut_plain(lab, plain), PLAIN_CONFIDENCE
        unlike_ground = plain.distance(lab) > SECOND_DISTANCE
    else:
        evidence = gather_evidence(small)
        mask, confidence = _choose(evidence, find_candidates(evidence))
        unlike_ground = ground_map(evidence, mask) > SECOND_DISTANCE
    check_place(mask, "The garment")
    _check_two(mask, unlike_ground)
    return Found(mask=mask, confidence=confidence, studio=plain is not None)


def soften(photo: GarmentPhoto, found: Found, *, precision: float, segmenter: str) -> Cutout:
    """Refine the edge of what was found at photo resolution.

    Args:
        photo: The picture.
        found: The garment in it.
        precision: How far the true edge may lie from the mask's, as a share of the photo's long side.
        segmenter: Name that the cut-out carries.

    Returns:
        The cut-out with soft edges.
    """
    height, width = photo.rgb.shape[:2]
    band = max(2, round(precision * max(height, width)))
    alpha = matte(photo.rgb, upscaled(found.mask, height, width), band)
    alpha = np.where(biggest(alpha > 0.02), alpha, 0).astype(np.float32)
    return Cutout(
        alpha=alpha,
        colour=unmix(photo.rgb, alpha),
        segmenter=segmenter,
        confidence=found.confidence,
        studio=found.studio,
    )


def _reduced(rgb: U8) -> U8:
    factor = SMALL_SIDE / max(rgb.shape[:2])
    if factor >= 1:
        return rgb
    size = (round(rgb.shape[1] * factor), round(rgb.shape[0] * factor))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _choose(evidence: Evidence, candidates: list[Candidate]) -> tuple[Bool, float]:
    """The best candidate, outvoted where those as good agree otherwise, cleaned; and the confidence."""
    if not candidates:
        raise SegmentationError("No garment stands out from the background.", cure=_CURE)
    best, *others = candidates[:3]
    agreement = float(np.mean([overlap(best.mask, other.mask) for other in others])) if others else 0.5
    confidence = best.score * (0.5 + 0.5 * agreement)
    if confidence < MIN_CONFIDENCE:
        raise SegmentationError(
            f"No garment stands out from the background (confidence {confidence:.2f}).",
            limit=f"At least {MIN_CONFIDENCE} is needed.",
            cure=_CURE,
        )
    mask = biggest(_voted(candidates))
    mask = with_print(evidence.lab, without_strings(mask))
    mask = without_slivers(evidence.lab, evidence.gradient, mask)
    return with_bands(evidence, without_scraps(evidence, mask)), confidence


def _voted(candidates: list[Candidate]) -> Bool:
    """Majority of the candidates that are nearly as good as the best, whose own vote decides ties."""
    best = candidates[0]
    peers = [one.mask for one in candidates[:5] if one.rank >= AS_GOOD * best.rank]
    votes = np.sum(peers, axis=0) + 0.5 * best.mask
    return np.asarray(votes > (len(peers) + 0.5) / 2)


def _check_spread(lab: F32) -> None:
    low, high = np.percentile(lab.reshape(-1, 3), (0.5, 99.5), axis=0)
    spread = float(np.max(high - low))
    if spread < MIN_SPREAD:
        raise SegmentationError(
            f"The photo is all one colour (its colours differ by {spread:.1f} Lab units).",
            limit=f"At least {MIN_SPREAD:.0f} are needed.",
            cure=f"{_RETAKE}.",
        )


def check_place(mask: Bool, what: str) -> None:
    """Refuse a garment that is missing, too small, or reaches beyond the picture."""
    area = float(mask.mean())
    if area < MIN_AREA:
        raise SegmentationError(
            f"{what} covers {area:.1%} of the photo: no garment, or one too far away.",
            limit=f"At least {MIN_AREA:.0%} are needed.",
            cure="Crop the photo to the garment or go closer.",
        )
    if area > MAX_AREA:
        raise SegmentationError(
            f"{what} covers {area:.0%} of the photo.",
            limit=f"At most {MAX_AREA:.0%}: the whole outline must be seen.",
            cure="Go further away, so that the ground shows on all sides.",
        )
    cut, below = _cut_share(mask), mask[-1].sum() / mask.any(axis=0).sum()
    most = MAX_SIDE_CUT if below < WHOLE_HEM else MAX_CUT
    if cut > most:
        raise SegmentationError(
            f"{what} is cut off: {cut:.0%} of its outline is the photo's frame.",
            limit=f"At most {most:.0%}.",
            cure="Go further away, so that the ground shows on all sides.",
        )


def _cut_share(mask: Bool) -> float:
    """Share of a mask's outline that lies on the frame of the picture."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(cv2.arcLength(contour, True) for contour in contours)
    return touch(mask) * 2 * sum(mask.shape) / max(outline, 1.0)


def _check_two(mask: Bool, others: Bool) -> None:
    """Refuse a second garment-like piece of similar size that lies free in the picture."""
    radius = max(1, round(0.01 * max(mask.shape)))
    labels, area = pieces(opened(others & ~dilate(mask, 2 * radius), radius))
    for index in np.flatnonzero(area > SECOND_SHARE * mask.sum()) + 1:
        piece = np.asarray(labels == index)
        if touch(piece) > 0 or solidity(piece) < SOLID:
            continue
        raise SegmentationError(
            f"Two garments were found, the second {piece.sum() / mask.sum():.0%} the size of the first.",
            limit="One garment per photo.",
            cure="Crop the photo to one of them.",
        )
