"""Do the joints lie where the pose says? `check_pose`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.studio.camera import project
from fashion_models.studio.model import Draft

LIMIT_OUTSIDE_PX = 2.0
LIMIT_SHIFT_PX = 1.0
_LIMBS = range(Joint.NECK, Joint.LEFT_ANKLE + 1)


def check_pose(draft: Draft, joints: F64) -> tuple[Check, Check]:
    """Look for body joints outside the person and away from where the posed skeleton puts them.

    Args:
        draft: The picture with its maps.
        joints: COCO-18 joints of the posed body [m], shape (18, 3).

    Returns:
        How far outside the silhouette the worst joint lies, and how far from its place [px].
    """
    import cv2

    seen = [joint for joint in _LIMBS if draft.joints[joint, 2] > 0]
    if not seen:
        note = "no joint is in the picture."
        return (
            Check(name="joints_outside", value=None, limit=LIMIT_OUTSIDE_PX, unit="px", note=note),
            Check(name="joints_shift", value=None, limit=LIMIT_SHIFT_PX, unit="px", note=note),
        )
    away = cv2.distanceTransform((draft.alpha < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    column, row = np.clip(draft.joints[seen, :2].astype(int), 0, np.array(away.shape)[::-1] - 1).T
    outside = away[row, column]
    placed, _ = project(draft.camera, joints)
    shift = np.linalg.norm(placed[seen] - draft.joints[seen, :2], axis=1)
    return (
        Check(
            name="joints_outside",
            value=float(outside.max()),
            limit=LIMIT_OUTSIDE_PX,
            unit="px",
            note=f"worst: {_name(seen[int(outside.argmax())])}.",
        ),
        Check(
            name="joints_shift",
            value=float(shift.max()),
            limit=LIMIT_SHIFT_PX,
            unit="px",
            note=f"worst: {_name(seen[int(shift.argmax())])}.",
        ),
    )


def _name(joint: int) -> str:
    return Joint(joint).name.lower().replace("_", " ")
