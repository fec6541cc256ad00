"""Does the garment sit where it should: `check_neck` on the shoulders, `check_sleeves` along the arms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F64, I32
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.openings import crossings, limb_lines, rims
from fashion_models.mesh import unit

#: The edge of a neck may reach this far out, over the distance of the shoulder joints from the middle:
#: the widest boat necks end on the joints.
LIMIT_NECK = 1.1
#: An opening round the trunk counts as a neck above this share of the way from hips to neck.
_NECK_HEIGHT = 0.7
#: A sleeve may end this far from where its photographed length says [cm].
LIMIT_SLEEVE_CM = 8.0
#: The sleeve of an arm stretched upwards has ridden up by this much [m], that of a level arm by half of it;
#: a tee's, draped with lowered and lifted arms, gives way at a rate of 0.13 (XS) to 0.35 (5XL).
_RIDES_UP_M = 0.15
_SIDES = (("L", "LEFT"), ("R", "RIGHT"))


def check_neck(vertices: F64, triangles: I32, joints: F64) -> Check:
    """Measure how far out the neck of a garment lies on the shoulders.

    Args:
        vertices: The cloth [m], shape (N, 3).
        triangles: Shape (M, 3).
        joints: COCO-18 joints of the posed body [m], shape (18, 3).

    Returns:
        The farther side's distance from the middle over the shoulder joint's; nothing without a neck.
    """
    at = {joint: joints[joint] for joint in Joint}
    left, right = at[Joint.LEFT_SHOULDER], at[Joint.RIGHT_SHOULDER]
    hips = (at[Joint.LEFT_HIP] + at[Joint.RIGHT_HIP]) / 2
    trunk = limb_lines(joints)[0]
    up = at[Joint.NECK] - hips
    value = None
    for rim in rims(vertices, triangles):
        high = float((rim.mean(axis=(0, 1)) - hips) @ up / (up @ up)) > _NECK_HEIGHT
        if high and len(crossings(rim, trunk)) % 2:
            out = (rim.reshape(-1, 3) - (left + right) / 2) @ unit(left - right)
            value = 2 * float(np.abs(out).max() / np.linalg.norm(left - right))
    return Check(
        name="neck_on_shoulders",
        value=value,
        limit=LIMIT_NECK,
        unit="",
        says="The edge of the neck lies {value} of the way from the middle to the shoulder joints",
        note="A neck that slid off comes from a hood or strap read as neck, or a size far too large."
        if value is not None
        else "The garment has no neck.",
    )


def check_sleeves(vertices: F64, triangles: I32, joints: F64, sleeves_m: Mapping[str, float]) -> Check:
    """Measure how far sleeves end from where their photographed length says.

    Args:
        vertices: The cloth [m], shape (N, 3).
        triangles: Shape (M, 3).
        joints: COCO-18 joints of the posed body [m], shape (18, 3).
        sleeves_m: Where the sleeve of each of the wearer's sides should end, from the shoulder joint along
            the arm [m]; empty without sleeves.

    Returns:
        The larger difference [cm], beyond what a lifted arm draws a sleeve up; nothing without sleeves.
    """
    value = None
    for side, name in _SIDES:
        if side not in sleeves_m:
            continue
        shoulder, elbow, wrist = (joints[Joint[f"{name}_{part}"]] for part in ("SHOULDER", "ELBOW", "WRIST"))
        line = np.stack([shoulder, elbow, wrist, wrist + 0.2 * unit(wrist - elbow)])
        ends = [at[0] for at in (crossings(rim, line) for rim in rims(vertices, triangles)) if len(at) == 1]
        upwards = (1 + float(unit(elbow - shoulder)[2])) / 2
        latest, first = sleeves_m[side], max(0.0, sleeves_m[side] - _RIDES_UP_M * upwards)
        off = min((max(end - latest, first - end, 0.0) for end in ends), default=latest)
        value = max(value or 0.0, 100 * float(off))
    return Check(
        name="sleeve_ends",
        value=value,
        limit=LIMIT_SLEEVE_CM,
        unit="cm",
        says="A sleeve ends {value} from where its photographed length says",
        note="A sleeve caught at the shoulder or elbow ends early." if sleeves_m else "There are no sleeves.",
    )
