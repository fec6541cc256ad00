"""All checks of a shot: `check_shot` → `Check`s with their verdicts in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import U8
from fashion_models.conditioning.joints import body_joints
from fashion_models.drape.model import Drape
from fashion_models.fidelity.body import check_body
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.colour import check_colour
from fashion_models.fidelity.coverage import check_backdrop, check_coverage
from fashion_models.fidelity.openings import check_openings
from fashion_models.fidelity.pose import check_pose
from fashion_models.fidelity.print import check_print
from fashion_models.fidelity.tone import check_tone
from fashion_models.person.body import Body, PosedBody
from fashion_models.person.model import Person
from fashion_models.studio.model import Draft, Piece

__all__ = ["Check", "check_shot", "check_stray", "check_stretch"]

#: Cloth farther from the body than this has flown off [m]; a wide skirt's hem stays below.
LIMIT_STRAY_M = 0.7
#: A hundredth of the cloth may be stretched as far as this [length over rest length]; beyond, it was pulled
#: by wrong landmarks.
LIMIT_STRETCH = 1.42


def check_shot(
    draft: Draft,
    pieces: Sequence[Piece],
    *,
    person: Person,
    body: Body,
    posed: PosedBody,
    atlas: U8,
    backdrop: str,
    drape: Drape,
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
        drape: The settled cloth.

    Returns:
        The checks; a shot is good when every one passed.
    """
    joints = body_joints(posed)
    return (
        check_colour(draft, atlas),
        check_print(draft, atlas, drape.uv, drape.triangles),
        *check_tone(draft, person.tone),
        check_body(body.rest, person.measurements),
        *check_pose(draft, joints),
        *check_coverage(draft, pieces),
        check_backdrop(draft, pieces, backdrop),
        check_stray(drape, posed),
        check_openings(drape.vertices, drape.triangles, joints),
        check_stretch(drape),
    )


def check_stray(drape: Drape, posed: PosedBody) -> Check:
    """How far the farthest point of the cloth lies from the body [cm]."""
    points = drape.vertices[np.unique(drape.triangles)]
    distance = np.max(cKDTree(posed.vertices).query(points)[0])
    return Check(
        name="stray_cloth",
        value=float(100 * distance),
        limit=100 * LIMIT_STRAY_M,
        unit="cm",
        says="The cloth reaches {value} away from the body",
    )


def check_stretch(drape: Drape) -> Check:
    """How far the hundredth of the cloth that is pulled most is stretched."""
    return Check(
        name="stretch",
        value=drape.figures["stretch_99"],
        limit=LIMIT_STRETCH,
        unit="",
        says="The hundredth of the cloth that is pulled most is stretched to {value} times its length",
        note="More comes from wrong landmarks, a bad cut-out or a size far too small.",
    )
