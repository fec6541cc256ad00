"""The finish of a shot: `prepare_finish` before any work starts, then a draft in and a `Finish` out."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fashion_models.arrays import U8
from fashion_models.errors import PlanError
from fashion_models.fidelity.check import Check
from fashion_models.garment.model import Category
from fashion_models.pipelines.finish.model import Cancelled, Finisher, FinishRequest, Progress
from fashion_models.pipelines.finish.presets import PRESETS, Preset, preset_named
from fashion_models.plan import ShotPlan, ShotRequest
from fashion_models.studio.model import Draft

if TYPE_CHECKING:
    from fashion_models.pipelines.finish.diffusion import DiffusionFinisher


@dataclass(frozen=True, kw_only=True, eq=False)
class Finish:
    """What became of a draft.

    Attributes:
        picture: The finished picture; the draft's where the finish was refused.
        refused: Why it was refused after all tries; None: it is finished.
        checks: What was measured of the finish.
        notes: Finisher, weights, prompt, tries and how it was made, JSON-ready.
    """

    picture: U8
    refused: str | None
    checks: tuple[Check, ...]
    notes: dict[str, Any]

    @property
    def verdict(self) -> str:
        """The finisher's name, or 'refused'."""
        return str(self.notes["finisher"]) if self.refused is None else "refused"

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {"refused": self.refused, **self.notes}


@dataclass(frozen=True, kw_only=True)
class Finishing:
    """A finisher that is ready, and the face it is to keep."""

    finisher: Finisher
    face: U8 | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Unfinished:
    """A draft that waits for its finish."""

    finishing: Finishing
    plan: ShotPlan
    category: Category
    draft: Draft

    def request(self) -> FinishRequest:
        """What its finisher is asked."""
        from fashion_models.pipelines.finish.prompts import prompt_of

        plan, preset = self.plan, PRESETS.get(self.finishing.finisher.name)
        prompt = prompt_of(
            plan.person,
            self.category,
            pose=plan.pose,
            framing=plan.framing,
            view=plan.view,
            scene=plan.scene,
            language=preset.language if preset else "en",
        )
        return FinishRequest(
            draft=self.draft,
            prompt=prompt.words,
            avoid=prompt.avoid,
            seed=1000 * plan.person.identity + plan.seed,
            scene=plan.scene is not None,
            lighting=plan.lighting,
            face=self.finishing.face,
        )


def finish_together(
    waiting: Sequence[Unfinished],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Finish]:
    """Finish drafts, measure them, and try those again that fail.

    Args:
        waiting: Drafts of one finisher.
        progress: Called with the step and the share done.
        cancelled: Asked between steps.

    Returns:
        One per draft, in their order.

    Raises:
        CancelledError: ``cancelled`` said so.
    """
    from fashion_models.pipelines.finish.crops import face_box
    from fashion_models.pipelines.finish.verify import deliver
    from fashion_models.pipelines.tools import joint_detector

    finisher = waiting[0].finishing.finisher
    requests = [one.request() for one in waiting]
    deliveries = deliver(
        finisher,
        requests,
        [one.plan.person.tone for one in waiting],
        detector=joint_detector(),
        progress=progress,
        cancelled=cancelled,
    )
    known = {"finisher": finisher.name, "weights": finisher.weights}
    return [
        Finish(
            picture=made.picture,
            refused=made.refused,
            checks=made.checks,
            notes={**known, "prompt": asked.prompt, "face_box": face_box(asked.draft), **made.notes},
        )
        for asked, made in zip(requests, deliveries, strict=True)
    ]


def prepare_finish(request: ShotRequest, finisher: Finisher | None = None) -> Finishing | None:
    """Make sure that what a request asks of a finisher can be done.

    Args:
        request: What was asked.
        finisher: The finisher; the request's preset if left out.

    Returns:
        None when no finisher was asked for.

    Raises:
        WeightsError: The preset's weights are missing or damaged; the message names the command that helps.
        PlanError: The preset is unknown, or its networks cannot read a face.
    """
    if finisher is None and (request.finisher == "none" or request.finisher not in PRESETS):
        return None  # an unknown name is refused with all others when the plan is made
    if finisher is None:
        finisher = _finisher(preset_named(request.finisher))
    face = None
    if request.identity_card is not None:
        _check_reads_faces(request.finisher)
        face = read_identity_card(request.identity_card)
    return Finishing(finisher=finisher, face=face)


def read_identity_card(path: str | Path) -> U8:
    """The face of an approved shot: what the report beside the picture says where it is.

    Args:
        path: A picture of ours whose report lies beside it; a photo of a real person has none and is refused.

    Returns:
        RGB, (size, size, 3).

    Raises:
        PlanError: It is no shot of ours, or its face is not seen.
    """
    from PIL import Image, UnidentifiedImageError

    report = Path(path).with_suffix(".json")
    try:
        box = json.loads(report.read_text())["finish"]["face_box"]
        with Image.open(path) as image:
            ours = image.info.get("Software") == "fashion-models"
            picture = np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, ValueError, KeyError, TypeError) as error:
        raise PlanError(
            f"the identity card '{path}' is no finished shot with its report beside it;",
            cure="take a shot made with --finisher whose face you approve of.",
        ) from error
    if not ours or box is None:
        raise PlanError(
            f"the identity card '{path}' shows no face made by fashion-models;",
            cure="take a shot made with --finisher, seen from the front.",
        )
    left, top, size = box
    return np.ascontiguousarray(picture[top : top + size, left : left + size])


def _check_reads_faces(name: str) -> None:
    able = [
        preset.name for preset in PRESETS.values() if any(part.folder == "face" for part in preset.sources)
    ]
    if name not in able:
        raise PlanError(
            f"the preset '{name}' reads no identity card;", limit=f"those that do: {', '.join(able)}."
        )


def _finisher(preset: Preset) -> DiffusionFinisher:
    from fashion_models.pipelines.finish.weights import bundle_named, identity, verified_folder

    folder = verified_folder(preset.name)
    return _opened(preset.name, folder, identity(bundle_named(preset.name)))


@functools.lru_cache(maxsize=1)
def _opened(name: str, folder: Path, weights: str) -> DiffusionFinisher:
    """One preset stays in memory between shots."""
    from fashion_models.pipelines.finish.diffusion import DiffusionFinisher

    return DiffusionFinisher(preset_named(name), folder, weights)
