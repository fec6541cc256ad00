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
        note = "No joint is in the picture."
        return _outside(None, note), _shift(None, note)
    away = cv2.distanceTransform((draft.alpha < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    column, row = np.clip(draft.joints[seen, :2].astype(int), 0, np.array(away.shape)[::-1] - 1).T
    outside = away[row, column]
    placed, _ = project(draft.camera, joints)
    shift = np.linalg.norm(placed[seen] - draft.joints[seen, :2], axis=1)
    return (
        _outside(float(outside.max()), f"It is the {_name(seen[int(outside.argmax())])}."),
        _shift(float(shift.max()), f"It is the {_name(seen[int(shift.argmax())])}."),
    )


def _outside(value: float | None, note: str) -> Check:
    says = "The joint farthest out lies {value} outside the person"
    return Check(name="joints_outside", value=value, limit=LIMIT_OUTSIDE_PX, unit="px", says=says, note=note)


def _shift(value: float | None, note: str) -> Check:
    says = "The joint farthest off lies {value} from where the pose puts it"
    return Check(name="joints_shift", value=value, limit=LIMIT_SHIFT_PX, unit="px", says=says, note=note)


def _name(joint: int) -> str:
    return Joint(joint).name.lower().replace("_", " ")
