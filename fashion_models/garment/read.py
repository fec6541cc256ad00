"""Everything a photo says about its garment: `read_garment` → `Garment`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import LandmarkError, SegmentationError
from fashion_models.garment.category import check_drapable, parse_category, read_category
from fashion_models.garment.contour import nearest
from fashion_models.garment.landmarks import find_landmarks, names_of, openings_of
from fashion_models.garment.model import Category, Cutout, Family, Garment, Outline, Sleeve
from fashion_models.garment.neckline import find_neckline
from fashion_models.garment.outline import framed, make_outline
from fashion_models.garment.size import priors
from fashion_models.garment.sleeves import free_sleeves
from fashion_models.garment.trim import without_hangers, without_hood
from fashion_models.garment.upper import read_shoulders
from fashion_models.photo import GarmentPhoto

#: Below this confidence the mask is wrong as often as right …
MIN_CONFIDENCE = 0.35
#: … and below this one, where the two halves do not match this well either.
SURE_CONFIDENCE, SURE_SYMMETRY = 0.49, 0.92
#: Length over chest beyond which a garment on a studio's ground is a worn tube seen from the front: few are
#: cut so long and narrow, and a chest seen from the front is a good fifth narrower than laid flat.
NARROW = {Category.T_SHIRT: 1.6, Category.TOP: 1.6, Category.DRESS: 2.75}


def read_garment(
    photo: GarmentPhoto,
    cutout: Cutout,
    *,
    category: str | None = None,
    view: str = "front",
    landmarks: Mapping[str, tuple[float, float]] | None = None,
    openings: Mapping[str, tuple[str, str]] | None = None,
) -> Garment:
    """Read a garment from its photo; what the caller gives always wins over what is found.

    Args:
        photo: The picture.
        cutout: The garment told from its background.
        category: Category name; None reads it from the outline.
        view: 'front' or 'back': which side the photo shows. A back has no front neckline.
        landmarks: Points that override the found ones, in photo pixels (x, y); each is moved to the nearest
            point of the contour.
        openings: Openings that override the family's: name to (start, end) landmark, clockwise.

    Returns:
        The garment.

    Raises:
        SegmentationError: The mask is empty, tiny or doubtful.
        CategoryError: Unknown category, two possible readings, or nothing that can be draped.
        LandmarkError: A part is missing, or a given landmark has an unknown name or lies off the garment.
    """
    outline = make_outline(cutout.alpha)
    _check_confidence(cutout, outline)
    given = dict(landmarks or {})
    if not given:
        check_drapable(outline)
    tube = priors()[1] if cutout.studio else 1.0
    kind = parse_category(category) if category else read_category(outline, tube=tube)
    if not given:
        outline = ready_for_reading(cutout, outline, kind)
    points, sleeve = _landmarks(outline, kind, given)
    if kind is Category.T_SHIRT and category is None and sleeve is not Sleeve.SHORT:
        kind = Category.TOP
    upper = kind.family is Family.UPPER
    worn_front = upper and view == "front"
    return Garment(
        photo=photo,
        cutout=cutout,
        category=kind,
        category_source="given" if category else "outline",
        sleeve=sleeve,
        outline=outline,
        landmarks=points,
        openings=_openings(openings_of(kind.family, sleeve), dict(openings or {}), points),
        neckline=find_neckline(framed(cutout, outline), outline, points) if worn_front else None,
        ghost=cutout.studio and upper and _is_narrow(kind, points),
    )


def _is_narrow(kind: Category, points: Mapping[str, F64]) -> bool:
    """Whether a garment is longer over its chest than such garments are when they lie flat."""
    ends = [(points[f"neck{side}"], points[f"hem{side}"]) for side in "LR"]
    length = np.mean([hem[1] - neck[1] for neck, hem in ends])
    return bool(length > NARROW[kind] * np.linalg.norm(points["pitL"] - points["pitR"]))


def _check_confidence(cutout: Cutout, outline: Outline) -> None:
    """Refuse a mask that is probably wrong."""
    doubtful = cutout.confidence < SURE_CONFIDENCE and outline.symmetry < SURE_SYMMETRY
    if cutout.confidence < MIN_CONFIDENCE or doubtful:
        raise SegmentationError(
            f"the garment is hard to tell from the ground: confidence {cutout.confidence:.2f}, "
            f"its halves match {100 * outline.symmetry:.0f} %.",
            limit=f"At least {SURE_CONFIDENCE}, or {MIN_CONFIDENCE} with halves that match "
            f"{100 * SURE_SYMMETRY:.0f} %.",
            cure="Lay it on plain ground of another colour and take the photo again, or give a mask.",
        )


def ready_for_reading(cutout: Cutout, outline: Outline, kind: Category) -> Outline:
    """The outline without hoods and hangers, sleeves beside the body cut free."""
    if kind.family is not Family.UPPER:
        return without_hangers(outline, hem=kind.family is Family.SKIRT)
    tube = priors()[1] if cutout.studio else 1.0
    shape = read_shoulders(outline, tube=tube)
    if shape.sleeved:
        outline = without_hood(outline, shape.chest)
        shape = read_shoulders(outline, tube=tube)
    if shape.merged is None:
        return outline
    picture = framed(cutout, outline)
    freed = free_sleeves(picture, outline, shape.merged, shape.height, through=not cutout.studio)
    return outline if read_shoulders(freed, tube=tube).flaw else freed


def _landmarks(
    outline: Outline, kind: Category, given: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, F64], Sleeve]:
    """Found landmarks, overridden by the given ones."""
    snapped = {name: snap(outline, name, point) for name, point in given.items()}
    for sleeve in (Sleeve.NONE, Sleeve.LONG):
        if snapped.keys() == names_of(kind.family, sleeve):  # nothing is left to be found
            return snapped, sleeve
    reading = find_landmarks(outline, kind.family)
    known = names_of(kind.family, reading.sleeve)
    unknown = sorted(snapped.keys() - known)
    if unknown:
        raise LandmarkError(
            f"a {kind.value} read with {reading.sleeve.value} sleeves has no landmark '{unknown[0]}'.",
            cure=f"Known: {', '.join(sorted(known))}.",
        )
    return {**reading.landmarks, **snapped}, reading.sleeve


def _openings(
    usual: Mapping[str, tuple[str, str]], given: Mapping[str, tuple[str, str]], points: Mapping[str, F64]
) -> dict[str, tuple[str, str]]:
    """The family's openings, overridden by the given ones."""
    for name, ends in given.items():
        missing = [end for end in ends if end not in points]
        if len(ends) != 2 or missing:
            raise LandmarkError(
                f"opening '{name}' runs between {' and '.join(map(repr, ends))}.",
                limit=f"Both must be landmarks: {', '.join(sorted(points))}.",
            )
    return {**usual, **{name: (ends[0], ends[1]) for name, ends in given.items()}}


def snap(outline: Outline, name: str, point: tuple[float, float]) -> F64:
    """Contour point nearest to a point of the photo.

    Raises:
        LandmarkError: The point lies farther from the outline than a tenth of the garment's height.
    """
    target = outline.frame_from_photo @ np.array([*point, 1.0])
    found: F64 = outline.contour[nearest(outline.contour, target)]
    distance, limit = float(np.linalg.norm(found - target)), 0.1 * float(np.ptp(outline.contour[:, 1]))
    if not distance <= limit:
        raise LandmarkError(
            f"landmark '{name}' at {tuple(point)} lies {distance:.0f} px off the outline.",
            limit=f"At most {limit:.0f} px, a tenth of the garment's height.",
            cure="Give photo pixels (x to the right, y down).",
        )
    return found
