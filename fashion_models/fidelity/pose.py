"""Do the joints lie within the person? `check_pose`."""

from __future__ import annotations

import numpy as np

from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.studio.model import Draft

LIMIT_OUTSIDE_PX = 2.0
_LIMBS = range(Joint.NECK, Joint.LEFT_ANKLE + 1)


def check_pose(draft: Draft) -> Check:
    """Look for body joints of the pose that lie outside the person in the picture.

    Args:
        draft: The picture with its maps.

    Returns:
        How far outside the silhouette the worst joint lies [px].
    """
    import cv2

    seen = [joint for joint in _LIMBS if draft.joints[joint, 2] > 0]
    if not seen:
        return _outside(None, "No joint is in the picture.")
    away = cv2.distanceTransform((draft.alpha < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    column, row = np.clip(draft.joints[seen, :2].astype(int), 0, np.array(away.shape)[::-1] - 1).T
    outside = away[row, column]
    return _outside(float(outside.max()), f"It is the {_name(seen[int(outside.argmax())])}.")


def _outside(value: float | None, note: str) -> Check:
    says = "The joint farthest out lies {value} outside the person"
    return Check(name="joints_outside", value=value, limit=LIMIT_OUTSIDE_PX, unit="px", says=says, note=note)


def _name(joint: int) -> str:
    return Joint(joint).name.lower().replace("_", " ")
