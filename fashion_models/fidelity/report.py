"""All checks of a shot: `check_shot` → `Check`s with their verdicts in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from fashion_models.arrays import U8
from fashion_models.conditioning.joints import body_joints
from fashion_models.drape.model import Drape
from fashion_models.fidelity.body import check_body
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.cloth import check_cloth
from fashion_models.fidelity.colour import check_colour
from fashion_models.fidelity.coverage import check_backdrop, check_coverage
from fashion_models.fidelity.fit import check_neck, check_sleeves
from fashion_models.fidelity.openings import check_openings
from fashion_models.fidelity.pose import check_pose
from fashion_models.fidelity.print import check_print
from fashion_models.fidelity.tone import check_tone
from fashion_models.person.body import Body, PosedBody
from fashion_models.person.model import Person
from fashion_models.studio.model import Draft, Piece

__all__ = ["Check", "check_shot"]


def check_shot(
    draft: Draft,
    pieces: Sequence[Piece],
    *,
    person: Person,
    body: Body,
    posed: PosedBody,
    atlas: U8,
    backdrop: str,
    lighting: str,
    drape: Drape,
    worn: Sequence[Drape],
    sleeves_m: Sequence[Mapping[str, float]],
    scene: bool = False,
) -> tuple[Check, ...]:
    """Measure everything that is promised of a shot.

    Args:
        draft: The picture with its maps.
        pieces: What was photographed.
        person: Who was asked for.
        body: Their body.
        posed: The body in its pose.
        atlas: The garment's texture, sRGB, shape (h, w, 3).
        backdrop: As it was asked for.
        lighting: As it was asked for.
        drape: All cloth as it is photographed.
        worn: Each garment by itself.
        sleeves_m: Where each garment's sleeves should end by the wearer's side, from the shoulder joint along
            the arm [m].
        scene: A finisher put a scene in the place of the backdrop, which is then not compared.

    Returns:
        The checks; a shot is good when every one passed.
    """
    joints = body_joints(posed)
    with ThreadPoolExecutor(1) as second:  # beside the renderer, which only the coverage asks
        seen = second.submit(
            lambda: (
                check_colour(draft, atlas, lighting=lighting),
                check_print(draft, atlas, drape.uv, drape.triangles),
            )
        )
        tone, coverage = check_tone(draft, person.tone, lighting=lighting), check_coverage(draft, pieces)
        cloth = check_cloth(draft, drape, posed)
        colours = seen.result()
    return (
        *colours,
        *tone,
        check_body(body.rest, person.measurements),
        check_pose(draft),
        *coverage,
        *(() if scene else (check_backdrop(draft, pieces, backdrop),)),
        *cloth,
        check_openings([(one.vertices, one.triangles) for one in worn], joints),
        _worst([check_neck(one.vertices, one.triangles, joints) for one in worn]),
        _worst(
            [
                check_sleeves(one.vertices, one.triangles, joints, ends)
                for one, ends in zip(worn, sleeves_m, strict=True)
            ]
        ),
    )


def _worst(checks: Sequence[Check]) -> Check:
    """The check of several garments with the largest value."""
    return max(checks, key=lambda check: -1.0 if check.value is None else check.value)
