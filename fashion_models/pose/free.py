"""A pose taken from a photo instead of the library: `free_rotations`."""

from __future__ import annotations

import math

import numpy as np

from fashion_models.arrays import F64
from fashion_models.cache import Arrays, remember
from fashion_models.errors import PlanError
from fashion_models.mesh import unit
from fashion_models.person.body import Body, PosedBody, template
from fashion_models.pose.clearance import arm_gap, thigh_gap
from fashion_models.pose.kinematics import (
    ArmTarget,
    LegTarget,
    Limb,
    heading,
    leg_reach,
    limb,
    relax_hand,
    solve_arm,
    solve_leg,
)
from fashion_models.pose.reference import Joints
from fashion_models.pose.skeleton import X, Y, mirror_point, mirror_turn, swing, turn

#: A body whose joints lie farther from the photo's than this in the median cannot take the pose [m].
MAX_ERROR = 0.06
#: Least distance of forearm and hand from the skin [m], as for the library's poses.
_GAP = 0.02
#: An ankle up to this share of the leg above the other stands on the same floor; a lifted heel turns so far.
_SAME_FLOOR, _HEEL_LIMIT = 0.1, 40.0
#: Thighs may press together this deep [m]; both legs open by this step [degrees] until they do not.
_PRESSED, _OPEN = 0.004, 1.0


def free_rotations(body: Body, joints: Joints) -> dict[str, F64]:
    """Rotations that bring a body's joints to where a photo shows them.

    The limits of the joints hold; feet stand on the floor, unless one is plainly lifted, and arms are opened
    until they are clear of the body.

    Args:
        body: The body, of any size.
        joints: Joints of the photo.

    Returns:
        Bone name to rotation matrix (3, 3), for `Body.pose`.

    Raises:
        PlanError: No pose within the limits explains the joints.
    """
    a = remember("free-pose", [body.rest, joints], lambda: _fitted(body, joints))
    error = float(a["error"])
    if error > MAX_ERROR:
        raise PlanError(
            f"the photo's pose is out of this body's reach: its joints stay {100 * error:.0f} cm away;",
            limit=f"{100 * MAX_ERROR:.0f} cm are allowed;",
            cure="take a photo of one person standing, seen whole.",
        )
    rotations = {name: a[name] for name in a if name != "error"}
    rotations |= _legs(body, rotations)
    for side in "LR":
        rotations |= _clear_arm(body, rotations, side)
    return rotations


def _fitted(body: Body, joints: Joints) -> Arrays:
    from fashion_models.pose.fit import fit_pose

    fit = fit_pose(body, *joints.arrays())
    return {"error": np.array(fit.error), **fit.rotations}


def _legs(body: Body, rotations: dict[str, F64]) -> dict[str, F64]:
    """Both legs on the floor, as far apart as the thighs ask for."""
    for step in range(20):
        legs = _standing(body, rotations, _OPEN * step)
        if thigh_gap(body.pose(rotations | legs)) > -_PRESSED:
            break
    return legs


def _standing(body: Body, rotations: dict[str, F64], opened: float) -> dict[str, F64]:
    """Legs with both ankles on one floor where they nearly are, opened at the hips [degrees]."""
    t = template()
    frames, heads = body.forward(rotations)
    ankles = {side: heads[t.bone(f"foot.{side}")] for side in "LR"}
    floor = min(ankle[2] for ankle in ankles.values())
    result: dict[str, F64] = {}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        leg = limb(body, side)
        hip = heads[t.bone(f"upperleg01.{side}")]
        ankle = ankles[side].copy()
        lift = float(ankle[2] - floor)
        if lift < _SAME_FLOOR * leg_reach(leg):
            lift = 0.0
            ankle[2] = floor
        reach = turn(unit(frames[0] @ -Y), -sign * opened) @ (ankle - hip)
        knee = frames[t.bone(f"upperleg01.{side}")] @ -Y
        parent = frames[t.bone(f"pelvis.{side}")]
        if side == "R":
            reach, knee, parent = mirror_point(reach), mirror_point(knee), mirror_turn(parent)
        target = LegTarget(ankle=reach, knee=knee, foot=_foot(leg, knee, lift), toe_bend=_heel(leg, lift))
        solved = solve_leg(leg, parent, target)
        result |= {f"{bone}.{side}": m if side == "L" else mirror_turn(m) for bone, m in solved.items()}
    return result


def _foot(leg: Limb, knee: F64, lift: float) -> F64:
    """World rotation of a left foot: it points where the knee does, its ball towards the floor."""
    facing = math.degrees(math.atan2(float(knee[0]), float(-knee[1])))
    return heading(facing) @ turn(X, _heel(leg, lift))


def _heel(leg: Limb, lift: float) -> float:
    """Turn of a foot whose ankle is lifted [degrees]: its ball stays on the floor as long as it can."""
    length = float(np.linalg.norm((leg["toe2-1"] - leg["foot"])[:2]))
    return min(math.degrees(math.atan2(lift, length)), _HEEL_LIMIT)


def _clear_arm(body: Body, rotations: dict[str, F64], side: str) -> dict[str, F64]:
    """One arm with a relaxed hand, turned away from the body until forearm and hand are clear of it."""
    t = template()
    points = limb(body, side)
    frames, heads = body.forward(rotations)
    parent = frames[t.bone(f"shoulder01.{side}")]
    shoulder, elbow, wrist = (heads[t.bone(f"{b}.{side}")] for b in ("upperarm01", "lowerarm01", "wrist"))
    upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
    away = _away(body.pose(rotations, ground=False), shoulder, elbow, wrist)
    arm: dict[str, F64] = {}
    for _ in range(40):
        arm = _arm(points, parent, upper, fore, side)
        short = _GAP - arm_gap(body.pose(rotations | arm, ground=False), side)
        if short <= 0.0:
            break
        step = min(math.degrees(short / 0.5) + 0.4, 4.0)
        upper, fore = _towards(upper, away, step), _towards(fore, away, 0.7 * step)
    return arm


def _away(posed: PosedBody, shoulder: F64, elbow: F64, wrist: F64) -> F64:
    """Level direction from the torso's middle to the forearm; to the arm's own side where it lies within."""
    middle = (posed.head("spine05") + posed.head("neck01")) / 2
    out = unit((shoulder - middle) * [1, 1, 0])
    to = (elbow + wrist) / 2 - middle
    return unit(to * [1, 1, 0] + 0.1 * out)


def _towards(direction: F64, goal: F64, degrees: float) -> F64:
    """A unit direction turned towards another, not beyond it."""
    angle = math.degrees(math.acos(float(np.clip(direction @ goal, -1.0, 1.0))))
    if angle < 1e-6:
        return direction
    axis = unit(np.cross(direction, goal)) if angle < 179.0 else X
    return turn(axis, min(degrees, angle)) @ direction


def _arm(points: Limb, parent: F64, upper: F64, fore: F64, side: str) -> dict[str, F64]:
    """Rotations of arm and fingers; the hand follows the forearm, the palm faces the body."""
    if side == "R":
        parent, upper, fore = mirror_turn(parent), mirror_point(upper), mirror_point(fore)
    palm = swing(upper, fore) @ (parent @ -X)
    target = ArmTarget(upper=upper, fore=fore, hand=fore, palm=palm - (palm @ fore) * fore)
    solved = solve_arm(points, parent, target) | relax_hand(points)
    return {f"{bone}.{side}": m if side == "L" else mirror_turn(m) for bone, m in solved.items()}
