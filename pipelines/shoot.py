"""The one path from plan to shot, stage by stage: `shoot`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.colour import linear_from_srgb
from fashion_models.drape.drape import drape_garment
from fashion_models.drape.model import Drape
from fashion_models.fidelity.report import Check, check_shot
from fashion_models.garment.arms import sleeve_ends
from fashion_models.garment.model import Garment
from fashion_models.garment.pattern import make_pattern
from fashion_models.garment.segment import Segmenter
from fashion_models.garment.size import resolve_size
from fashion_models.person.body import Body, PosedBody, Rotations
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.finish.model import Finisher
from fashion_models.pipelines.finish.stage import (
    Finish,
    Finishing,
    Unfinished,
    finish_together,
    prepare_finish,
)
from fashion_models.pipelines.kept import cut_out, kept_reading, textured
from fashion_models.pipelines.outfit import Worn, as_one, check_outfit, worn_open
from fashion_models.pipelines.shot import Shot
from fashion_models.pipelines.stages import Cancelled, Progress, Stages
from fashion_models.pipelines.tools import chosen_segmenter, joint_detector
from fashion_models.plan import ShotPlan, ShotRequest, as_photo, plan_shot
from fashion_models.studio.model import Draft, Material, Piece, Role, Surface

#: Packages whose release can change a picture; their versions stand in every report.
_REPORTED = (
    "fashion-models",
    "numpy",
    "opencv-python-headless",
    "mitsuba",
    "newton",
    "warp-lang",
    "anny",
    "pyoidn",
    "torch",
    "diffusers",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """What is worn on a body in a pose: what several pictures of it share.

    Attributes:
        worn: The garment, and the second one if there is one.
        drape: All cloth.
        atlas: Its texture, sRGB.
        body: The person's body.
        rotations: Its pose.
        posed: The body in its pose.
    """

    worn: tuple[Worn, ...]
    drape: Drape
    atlas: U8
    body: Body
    rotations: Rotations
    posed: PosedBody

    @property
    def open_front(self) -> bool:
        """True when the garment is a jacket that hangs open over the second one."""
        return worn_open([one.garment.category for one in self.worn])


@dataclass(frozen=True, kw_only=True, eq=False)
class Drafted:
    """A shot before its finish and its checks.

    Attributes:
        plan: What is made.
        look: What is worn.
        draft: The picture so far.
        pieces: What it shows.
        finishing: Who finishes it, if somebody does.
        stages: What it took.
        stem: Name of the shot.
    """

    plan: ShotPlan
    look: Look
    draft: Draft
    pieces: list[Piece]
    finishing: Finishing | None
    stages: Stages
    stem: str

    @property
    def unfinished(self) -> Unfinished | None:
        """What is to be finished."""
        if self.finishing is None:
            return None
        category = self.look.worn[0].garment.category
        return Unfinished(finishing=self.finishing, plan=self.plan, category=category, draft=self.draft)

    def shot(self, finish: Finish | None = None) -> Shot:
        """Measure what became of it; a shot that fails its checks says so in its report."""
        plan, look, stages = self.plan, self.look, self.stages
        draft = self.draft if finish is None else replace(self.draft, display=finish.picture)
        with stages.stage("check"):
            checks = check_shot(
                draft,
                self.pieces,
                person=plan.person,
                body=look.body,
                posed=look.posed,
                atlas=look.atlas,
                backdrop=plan.backdrop,
                lighting=plan.lighting,
                drape=look.drape,
                worn=[one.drape for one in look.worn],
                sleeves_m=[sleeve_ends(one.garment, one.size, look.body) for one in look.worn],
                scene=plan.scene is not None and finish is not None and finish.refused is None,
            )
        stages.seconds["total"] = round(sum(stages.seconds.values()), 3)
        report = _report(plan, look, draft, (*checks, *(finish.checks if finish else ())), finish, stages)
        return Shot(plan=plan, draft=draft, report=report, stem=self.stem)


def shoot(
    request: ShotRequest,
    *,
    segmenter: Segmenter | None = None,
    finisher: Finisher | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Shot:
    """Photograph one garment on one person.

    Args:
        request: What to make.
        segmenter: Tells the garment from its background; the request's if left out.
        finisher: Makes the draft photographic; the request's preset if left out.
        progress: Called with the stage and the share of the whole that is done.
        cancelled: Asked between steps; True stops the work.

    Returns:
        The shot with its report; a shot that fails its checks says so in the report.

    Raises:
        BadInputError: What was asked cannot be done.
        StageError: A stage failed although its input was sound.
        CancelledError: ``cancelled`` said so.
    """
    drafted = draft_shot(request, Stages(progress, cancelled), segmenter=segmenter, finisher=finisher)
    if drafted.unfinished is None:
        return drafted.shot()
    with drafted.stages.stage("finish") as tell:
        (finish,) = finish_together([drafted.unfinished], progress=tell, cancelled=cancelled)
    return drafted.shot(finish)


def draft_shot(
    request: ShotRequest,
    stages: Stages,
    *,
    segmenter: Segmenter | None = None,
    finisher: Finisher | None = None,
) -> Drafted:
    """Everything of `shoot` before the finish; what it takes and raises is said there."""
    with stages.stage("photo"):
        finishing = prepare_finish(request, finisher)
        weights = None if finishing is None else finishing.finisher.weights
        segmenter = segmenter or chosen_segmenter(request.segmenter)
        detector = None if request.pose_photo is None else joint_detector()
        plan, photo, back = plan_shot(request, segmenter, detector=detector, weights=weights)
        second = None if request.worn_with is None else as_photo(request.worn_with)
    with ThreadPoolExecutor(1) as beside:
        studio = beside.submit(_set_up_studio)
        look = make_look(plan, photo, back, segmenter, stages, second=second)
        studio.result()
    draft, pieces = photograph_look(plan, look, stages)
    return Drafted(
        plan=plan,
        look=look,
        draft=draft,
        pieces=pieces,
        finishing=finishing,
        stages=stages,
        stem=f"{photo.name}-{plan.view}-{plan.id[:8]}",
    )


def _set_up_studio() -> None:
    """Load what every picture needs, once in a process."""
    from fashion_models.person.skin_maps import skin_maps
    from fashion_models.studio.renderer import mitsuba

    skin_maps()
    mitsuba()


def make_look(
    plan: ShotPlan,
    photo: GarmentPhoto,
    back: GarmentPhoto | None,
    segmenter: Segmenter | None,
    stages: Stages,
    *,
    second: GarmentPhoto | None = None,
) -> Look:
    """Everything before the picture: read what is worn, build the body, cut the patterns, drape them."""
    from fashion_models.person.expression import NEUTRAL
    from fashion_models.person.solve import solve_body
    from fashion_models.pose.free import free_rotations
    from fashion_models.pose.library import pose_rotations

    with stages.stage("segment"):
        front_cut = cut_out(photo, segmenter)
        back_cut = None if back is None else cut_out(back, segmenter)
    with stages.stage("read"):
        garment = kept_reading(photo, front_cut, category=plan.category)
        behind = (
            None
            if back is None or back_cut is None
            else kept_reading(back, back_cut, category=garment.category, view="back")
        )
        garments = [garment]
        textures = [textured(garment, behind)]
        if second is not None:
            garments.append(_second_garment(plan, garment, second, segmenter))
            textures.append(textured(garments[1], None))
    with stages.stage("body"):
        body = solve_body(plan.person)
        calm = solve_body(replace(plan.person, expression=NEUTRAL))  # a smile does not drape anew
        if plan.joints is None:
            rotations = pose_rotations(calm, plan.pose, seed=plan.seed)
        else:
            rotations = free_rotations(calm, plan.joints)
        posed = body.pose(rotations)
    with stages.stage("pattern"):
        charts = [None if plan.size_chart is None else dict(plan.size_chart), None]
        wearer = plan.person.measurements, plan.person.gender
        sizes = [
            resolve_size(one, *wearer, chart=chart) for one, chart in zip(garments, charts, strict=False)
        ]
        jacket = worn_open([one.category for one in garments])
        patterns = [
            make_pattern(one, size, calm, open_front=jacket and one is garment)
            for one, size in zip(garments, sizes, strict=True)
        ]
    with stages.stage("drape") as tell:
        drapes = [
            drape_garment(pattern, one, calm, rotations, progress=tell, cancelled=stages.cancelled)
            for pattern, one in zip(patterns, garments, strict=True)
        ]
        parts = zip(garments, sizes, textures, drapes, strict=True)
        worn = tuple(Worn(garment=g, size=s, texture=t, drape=d) for g, s, t, d in parts)
        drape, atlas = as_one(worn, posed)
    return Look(worn=worn, drape=drape, atlas=atlas, body=body, rotations=rotations, posed=posed)


def _second_garment(
    plan: ShotPlan, first: Garment, photo: GarmentPhoto, segmenter: Segmenter | None
) -> Garment:
    """What is worn with the first garment, of a kind that can be."""
    garment = kept_reading(photo, cut_out(photo, segmenter), category=plan.worn_with_category)
    check_outfit(first.category, garment.category)
    return garment


def photograph_look(plan: ShotPlan, look: Look, stages: Stages) -> tuple[Draft, list[Piece]]:
    """Put the person into the look and press the shutter."""
    from fashion_models.conditioning.joints import body_joints
    from fashion_models.studio.camera import frame_person
    from fashion_models.studio.render import photograph

    with stages.stage("person"):
        pieces = [garment_piece(look.drape, look.atlas), *person_pieces(plan, look)]
    with stages.stage("render") as tell:
        camera = frame_person(
            look.posed, pieces, framing=plan.framing, view=plan.view, width=plan.width, height=plan.height
        )
        draft = photograph(
            pieces,
            camera,
            joints=body_joints(look.posed),
            lighting=plan.lighting,
            backdrop=plan.backdrop,
            quality=plan.quality,
            seed=plan.seed,
            progress=tell,
            cancelled=stages.cancelled,
        )
    return draft, pieces


def person_pieces(plan: ShotPlan, look: Look) -> list[Piece]:
    """Skin, face, hair, base clothing and shoes of the person in the look's pose."""
    from fashion_models.person.basics import base_pieces
    from fashion_models.person.face import face_pieces
    from fashion_models.person.hair import hair_pieces
    from fashion_models.person.skin import skin_piece
    from fashion_models.pose.library import find_pose
    from fashion_models.studio.props import seat

    person, body, posed = plan.person, look.body, look.posed
    cloth = (look.drape.vertices, look.drape.triangles)
    colour = _garment_colour(look.worn[0].garment)
    with ThreadPoolExecutor(1) as second:  # the skin's texture is one of its own work
        skin = second.submit(skin_piece, person, posed, lighting=plan.lighting)
        others: list[Piece] = [
            *face_pieces(person, body, posed),
            *hair_pieces(person, posed, cloth=cloth, garment_colour=colour),
            *base_pieces(
                body,
                posed,
                worn=[one.garment.category for one in look.worn],
                garment_colour=colour,
                cloth=(look.drape.vertices, look.drape.normals),
                base_colour=plan.base_colour,
                shoes=plan.shoes,
            ),
        ]
        pieces = [skin.result(), *others]
    sits = plan.joints is None and find_pose(plan.pose).seated
    return [*pieces, seat(posed, pieces)] if sits else pieces


def garment_piece(drape: Drape, atlas: U8) -> Surface:
    """The draped cloth with the photo as its colour."""
    return Surface(
        name="garment",
        role=Role.GARMENT,
        vertices=drape.vertices,
        triangles=drape.triangles,
        normals=drape.normals,
        uv=drape.uv,
        material=Material(
            colour=linear_from_srgb(atlas),
            roughness=0.9,
            specular=0.0,  # any gloss would lift dark cloth away from its photo,
        ),
    )


def _garment_colour(garment: Garment) -> F32:
    """Median linear colour of the garment, shape (3,)."""
    inside: U8 = garment.cutout.colour[garment.cutout.alpha > 0.9]
    return np.median(linear_from_srgb(inside), axis=0).astype(np.float32)


def _report(
    plan: ShotPlan,
    look: Look,
    draft: Draft,
    checks: tuple[Check, ...],
    finish: Finish | None,
    stages: Stages,
) -> dict[str, Any]:
    failures = [check.sentence for check in checks if not check.passed]
    return {
        "plan": plan.as_dict(),
        "plan_id": plan.id,
        "garment": look.worn[0].facts() | {"front": "open" if look.open_front else "as photographed"},
        **({} if len(look.worn) == 1 else {"worn_with": look.worn[1].facts()}),
        "drape": {name: round(value, 4) for name, value in look.drape.figures.items()},
        "checks": {check.name: check.as_dict() for check in checks},
        "passed": not failures,
        "failures": failures,
        "finisher": plan.finisher if finish is None else finish.verdict,
        "finish": None if finish is None else finish.as_dict(),
        "renderer": draft.renderer,
        "timings_s": stages.seconds,
        "versions": {name: _version(name) for name in _REPORTED},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
