"""A finish is delivered when it kept its promises, else the draft is: `deliver`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from scipy import ndimage

from fashion_models.arrays import F64, U8, Bool
from fashion_models.cache import digest
from fashion_models.colour import delta_e, lab_from_linear, linear_from_srgb
from fashion_models.conditioning.joints import Joint
from fashion_models.errors import FinishError, PlanError
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.tone import check_tone
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.finish.lock import regions_of
from fashion_models.pipelines.finish.model import Cancelled, Finisher, FinishRequest, Progress
from fashion_models.pose.reference import JointDetector

#: So many tries, then the draft is delivered.
TRIES = 3
#: Factor of the last try's strengths.
_LOWER = 0.6
#: A finish may stand this much worse than a draft that is over the limit itself.
_NO_WORSE = 0.5
LIMIT_SEAM = 3.0
#: Share of the height by which the outline may move [%].
LIMIT_SILHOUETTE_PERCENT = 0.6
_BAND_PERCENT, _SEGMENTED_AT = 2.5, 512
#: Share of the height by which a joint may move [%], and how sure the detector has to be of it.
LIMIT_JOINTS_PERCENT = 2.0
_SURE = 0.4
#: Width of the seam beside the garment, as a share of the height [%].
_SEAM_PERCENT = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Delivery:
    """What is delivered of one request.

    Attributes:
        picture: The finished picture, or the draft's.
        refused: Why every try was refused; None: the picture is finished.
        checks: Of the picture that is delivered, as far as it is finished.
        notes: JSON-ready: each try with its seed, strength and failures, and how the delivered one was made.
    """

    picture: U8
    refused: str | None
    checks: tuple[Check, ...]
    notes: dict[str, Any]


def deliver(
    finisher: Finisher,
    requests: Sequence[FinishRequest],
    tones: Sequence[int],
    *,
    detector: JointDetector | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Delivery]:
    """Finish drafts and measure them; what fails is tried again with another seed, then with lower strength.

    Args:
        finisher: Does the work.
        requests: What to finish.
        tones: Monk tone asked for in each.
        detector: Finds joints in pictures; without one the outline alone says whether the pose was kept.
        progress: Called with the step and the share done.
        cancelled: Asked between steps.

    Returns:
        One delivery per request, in their order.

    Raises:
        CancelledError: ``cancelled`` said so.
    """
    done: dict[int, Delivery] = {}
    tries: list[list[dict[str, Any]]] = [[] for _ in requests]
    for attempt in range(TRIES):
        waiting = [number for number in range(len(requests)) if number not in done]
        if not waiting:
            break
        varied = [_varied(requests[number], attempt) for number in waiting]
        made = _finish(finisher, varied, progress, cancelled)
        for number, request, result in zip(waiting, varied, made, strict=True):
            checks: tuple[Check, ...] = ()
            failures = [result] if isinstance(result, str) else []
            if not isinstance(result, str):
                checks = check_finish(request, result[0], tones[number], detector)
                failures = [check.sentence for check in checks if not check.passed]
            tries[number].append(
                {
                    "seed": request.seed,
                    "skin_strength": round(request.strengths.skin, 3),
                    "failures": failures,
                }
            )
            if not failures and not isinstance(result, str):
                notes = {"tries": tries[number], **result[1]}
                done[number] = Delivery(picture=result[0], refused=None, checks=checks, notes=notes)
    return [
        done[number]
        if number in done
        else Delivery(
            picture=request.draft.display,
            refused=" ".join(tries[number][-1]["failures"]),
            checks=(),
            notes={"tries": tries[number]},
        )
        for number, request in enumerate(requests)
    ]


def _varied(request: FinishRequest, attempt: int) -> FinishRequest:
    """As asked, then with another seed, then with lower strength as well."""
    lower = attempt == TRIES - 1
    strengths = request.strengths.lower(_LOWER) if lower else request.strengths
    return replace(request, seed=request.seed + attempt, strengths=strengths)


def _finish(
    finisher: Finisher,
    requests: Sequence[FinishRequest],
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> list[tuple[U8, dict[str, Any]] | str]:
    """Pictures with their notes, or why there is none; one that fails does not take the others along."""
    try:
        made = finisher(requests, progress=progress, cancelled=cancelled)
        return [(finished.picture, finished.notes) for finished in made]
    except FinishError as error:
        if len(requests) == 1:
            return [str(error)]
        return [_finish(finisher, [request], progress, cancelled)[0] for request in requests]


def check_finish(
    request: FinishRequest, picture: U8, tone: int, detector: JointDetector | None = None
) -> tuple[Check, ...]:
    """Measure what a finish promises: garment to the byte, tone, outline, joints and seam.

    Args:
        request: What was finished.
        picture: What came out, (H, W, 3).
        tone: Monk tone asked for.
        detector: Finds joints in pictures; left out: they are not measured.
    """
    regions = regions_of(request.draft, request.strengths, scene=request.scene)
    return (
        _kept(request.draft.display, picture, regions.lock),
        *_tones(request, picture, tone),
        _silhouette(request, picture),
        *(() if detector is None else (_joints(request, picture, detector),)),
        _seam(request.draft.display, picture, regions.garment),
    )


def _kept(before: U8, after: U8, lock: Bool) -> Check:
    return Check(
        name="finish_lock",
        value=float((before != after).any(axis=-1)[lock].sum()),
        limit=0.0,
        unit="pixels",
        says="The finish changed {value} of what was locked",
    )


def _tones(request: FinishRequest, picture: U8, tone: int) -> tuple[Check, ...]:
    """The shot's own tone checks; where the draft is over the limit, the finish may not be worse."""
    found = []
    drafted, finished = (
        check_tone(draft, tone, lighting=request.lighting)
        for draft in (request.draft, replace(request.draft, display=picture))
    )
    for before, after in zip(drafted, finished, strict=True):
        limit = max(after.limit, (before.value or 0.0) + _NO_WORSE)
        found.append(replace(after, name=f"finish_{after.name}", limit=limit))
    return tuple(found)


def _silhouette(request: FinishRequest, picture: U8) -> Check:
    """How far the outline moved: both pictures are segmented alike, and their outlines compared."""
    alpha = request.draft.alpha
    scale = min(1.0, _SEGMENTED_AT / max(alpha.shape))
    size = max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale))
    person = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.5
    before, after = (
        _person(cv2.resize(p, size, interpolation=cv2.INTER_AREA), person)
        for p in (request.draft.display, picture)
    )
    moved = before ^ after
    value = 0.0
    if moved.any():
        edge = before ^ ndimage.binary_erosion(before)
        away = cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5)[moved]
        value = 100 * float(np.percentile(away, 95)) / size[1] if moved.sum() > 0.01 * edge.sum() else 0.0
    return Check(
        name="finish_silhouette",
        value=value,
        limit=LIMIT_SILHOUETTE_PERCENT,
        unit="%",
        says="The finish moved the person's outline by {value} of the picture's height",
    )


def _person(picture: U8, person: Bool) -> Bool:
    """The person segmented within a band round where they should be."""
    band = max(2, round(_BAND_PERCENT / 100 * picture.shape[0]))
    inner = ndimage.binary_erosion(person, iterations=band)
    outer = ndimage.binary_dilation(person, iterations=band)
    mask = np.where(person, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[inner], mask[~outer] = cv2.GC_FGD, cv2.GC_BGD
    if not inner.any() or outer.all():
        return person
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(picture), mask, None, *models, 3, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), bool)


def _joints(request: FinishRequest, picture: U8, detector: JointDetector) -> Check:
    """How far joints moved: the detector looks at draft and finish, so that its own habits cancel."""
    limbs = slice(Joint.NECK, Joint.LEFT_ANKLE + 1)
    value, note = None, f"Found by {detector.name}."
    try:
        before = _found(request.draft.display, detector)[limbs]
    except PlanError:
        note = "No joints are found in the draft either."
    else:
        sure = before[:, 2] >= _SURE
        try:
            after = _found(picture, detector)[limbs]
            moved = np.linalg.norm(after[sure, :2] - before[sure, :2], axis=1)
            value = 100 * float(np.percentile(moved, 90)) / picture.shape[0] if sure.any() else None
        except PlanError:
            value, note = 100.0, "No person is found in the finish."
    return Check(
        name="finish_joints",
        value=value,
        limit=LIMIT_JOINTS_PERCENT,
        unit="%",
        says="The finish moved the joints by {value} of the picture's height",
        note=note,
    )


def _found(picture: U8, detector: JointDetector) -> F64:
    return detector(GarmentPhoto(rgb=picture, alpha=None, digest=digest(picture), name="finish"))


def _seam(before: U8, after: U8, garment: Bool) -> Check:
    """Colour difference to the draft just outside the locked garment, where it would show as an edge."""
    width = max(3, round(_SEAM_PERCENT / 100 * garment.shape[0]))
    rim = ndimage.binary_dilation(garment, np.ones((3, 3), bool), iterations=width) & ~garment
    value = None
    if rim.any():
        lab = [lab_from_linear(linear_from_srgb(p[rim])) for p in (before, after)]
        value = float(delta_e(lab[0], lab[1]).mean())
    return Check(
        name="finish_seam",
        value=value,
        limit=LIMIT_SEAM,
        unit="ΔE2000",
        says="Beside the garment the finish is {value} away from the draft",
        note="" if rim.any() else "No garment is locked.",
    )
