"""Tell a garment from its background: `segment`, `ClassicalSegmenter`, `GivenMask`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from fashion_models.arrays import F32, U8, Bool
from fashion_models.errors import SegmentationError
from fashion_models.garment.candidates import Candidate, Evidence, find_candidates, gather_evidence, touch
from fashion_models.garment.masks import biggest, filled, overlap, pieces, without_strings
from fashion_models.garment.matting import matte, unmix, upscaled
from fashion_models.garment.model import Cutout
from fashion_models.garment.plain import cut_plain, find_plain_ground
from fashion_models.garment.slivers import without_slivers
from fashion_models.photo import GarmentPhoto

#: Long side of the picture on which the garment is found [px]; its edge is refined at photo resolution.
SMALL_SIDE = 400
#: A garment smaller than this share of the picture is refused.
MIN_AREA = 0.04
#: A garment larger than this share of the picture is refused.
MAX_AREA = 0.93
#: A garment touching more of the frame than this is refused as cut off.
MAX_TOUCH = 0.45
#: Below this confidence nothing garment-like was found.
MIN_CONFIDENCE = 0.12
#: A second piece this large beside the first is a second garment.
SECOND_SHARE = 0.45
#: Lab spread below which a photo is all one colour.
MIN_SPREAD = 3.0

_RETAKE = "Lay the garment flat on a plain ground of another colour and leave a margin on all sides"


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
    if mask is not None:
        return GivenMask(mask)(photo)
    if photo.alpha is not None:
        return GivenMask(photo.alpha)(photo)
    return ClassicalSegmenter()(photo)


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
        _check_two(solid)
        main = biggest(solid)
        _check_place(main, "The given mask")
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
        small = _reduced(photo.rgb)
        evidence = gather_evidence(small)
        _check_spread(evidence)
        plain = find_plain_ground(evidence.lab)
        if plain is not None:
            mask, confidence = cut_plain(evidence.lab, plain), 0.95
        else:
            mask, confidence = _choose(evidence, find_candidates(evidence))
        _check_place(mask, "The garment")
        height, width = photo.rgb.shape[:2]
        band = max(2, round(1.3 * max(height, width) / SMALL_SIDE))
        alpha = matte(photo.rgb, upscaled(mask, height, width), band)
        alpha = np.where(biggest(alpha > 0.02), alpha, 0).astype(np.float32)
        return Cutout(
            alpha=alpha,
            colour=unmix(photo.rgb, alpha),
            segmenter=self.name,
            confidence=confidence,
            studio=plain is not None and plain.bright,
        )


def _reduced(rgb: U8) -> U8:
    factor = SMALL_SIDE / max(rgb.shape[:2])
    if factor >= 1:
        return rgb
    size = (round(rgb.shape[1] * factor), round(rgb.shape[0] * factor))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _choose(evidence: Evidence, candidates: list[Candidate]) -> tuple[Bool, float]:
    """The best candidate, cleaned, and how far the best three agree."""
    if not candidates:
        raise SegmentationError(
            "No garment stands out from the background.",
            cure=f"{_RETAKE}, or give a photo with a transparent background.",
        )
    best, *others = candidates[:3]
    agreement = float(np.mean([overlap(best.mask, other.mask) for other in others])) if others else 0.5
    mask = filled(without_strings(best.mask), 0.012)
    mask = without_slivers(evidence.lab, mask)
    confidence = best.score * (0.5 + 0.5 * agreement)
    if confidence < MIN_CONFIDENCE:
        raise SegmentationError(
            f"No garment stands out from the background (confidence {confidence:.2f}).",
            limit=f"At least {MIN_CONFIDENCE} is needed.",
            cure=f"{_RETAKE}, or give a photo with a transparent background.",
        )
    return mask, confidence


def _check_spread(evidence: Evidence) -> None:
    low, high = np.percentile(evidence.lab.reshape(-1, 3), (0.5, 99.5), axis=0)
    spread = float(np.max(high - low))
    if spread < MIN_SPREAD:
        raise SegmentationError(
            f"The photo is all one colour (its colours differ by {spread:.1f} Lab units).",
            limit=f"At least {MIN_SPREAD:.0f} are needed.",
            cure=f"{_RETAKE}.",
        )


def _check_place(mask: Bool, what: str) -> None:
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
    touching = touch(mask)
    if touching > MAX_TOUCH:
        raise SegmentationError(
            f"{what} is cut off: it reaches {touching:.0%} of the photo's frame.",
            limit=f"At most {MAX_TOUCH:.0%}.",
            cure="Go further away, so that the ground shows on all sides.",
        )


def _check_two(mask: Bool) -> None:
    _, area = pieces(mask)
    if len(area) > 1 and area[1] > SECOND_SHARE * area[0]:
        raise SegmentationError(
            f"Two garments were found, the second {area[1] / area[0]:.0%} the size of the first.",
            limit="One garment per photo.",
            cure="Crop the photo to one of them.",
        )
