"""Arms beside the body: hanging or reaching to a place, never inside the flesh."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.body import Body, PosedBody, Rotations, template
from fashion_models.pose.clearance import arm_gap, trunk_points
from fashion_models.pose.kinematics import (
    ArmTarget,
    Limb,
    heading,
    limb,
    limit_wrist,
    reach_arm,
    relax_hand,
    solve_arm,
)
from fashion_models.pose.preset import Arm, Reach
from fashion_models.pose.skeleton import X, Y, Z, aim, euler, mirror_point, mirror_turn, turn

#: How far a hanging upper arm may be opened [degrees], and a reaching wrist be moved off the skin [m].
_WIDEST, _FARTHEST = 62.0, 0.16
#: Times an arm is opened, and the step by which a reaching one's elbow is swung [degrees].
_TRIES, _SWIVEL = 24, 10.0
#: Opening that gains less than this [m] goes nowhere by itself.
_HELPS = 0.004
_SIDES = {"L": 1.0, "R": -1.0}


def place_arm(body: Body, standing: Rotations, side: str, arm: Arm | Reach) -> dict[str, F64]:
    """Rotations of one arm, opened until forearm and hand are clear of the body.

    Args:
        body: The body.
        standing: Rotations of everything else, without the turn of the whole body.
        side: 'L' or 'R'.
        arm: What the preset says of this arm.

    Returns:
        Bone name to rotation (3, 3).
    """
    limb_points = limb(body, side)
    trunk = body.pose(standing, ground=False)

    def tried(arm: Arm | Reach) -> tuple[float, dict[str, F64], Arm | Reach]:
        rotations = _side(_arm(body, limb_points, standing, trunk, side, arm), side)
        short = arm.gap - arm_gap(body.pose(dict(standing) | rotations, ground=False), side)
        return short, rotations, arm

    short, rotations, arm = tried(arm)
    for _ in range(_TRIES):
        if short <= 0.0 or _is_open(arm):
            break
        straight = tried(_opened(arm, short))
        others = _turned(straight[2], trunk, side) if straight[0] > max(0.0, short - _HELPS) else []
        short, rotations, arm = min([straight, *map(tried, others)], key=lambda way: way[0])
    return rotations


def _side(rotations: Rotations, side: str) -> dict[str, F64]:
    return {f"{bone}.{side}": m if side == "L" else mirror_turn(m) for bone, m in rotations.items()}


def _is_open(arm: Arm | Reach) -> bool:
    return arm.off >= _FARTHEST if isinstance(arm, Reach) else arm.out >= _WIDEST


def _opened(arm: Arm | Reach, short: float) -> Arm | Reach:
    """The arm a little farther from the body than it was, by what it is short of."""
    if isinstance(arm, Reach):
        return replace(arm, off=min(arm.off + min(short, 0.007) + 0.001, _FARTHEST))
    step = math.degrees(short / 0.5) + 0.4  # half a metre from the shoulder
    return replace(arm, out=min(arm.out + min(step, 6.0), _WIDEST))


def _turned(arm: Arm | Reach, trunk: PosedBody, side: str) -> list[Reach]:
    """Other ways for a reaching arm that gains nothing by going straight off the skin."""
    if isinstance(arm, Arm):
        return []
    across = [_less_across(arm)] if arm.beside == "torso" else []
    return [*across, *_swivelled(arm, trunk, side)]


def _less_across(arm: Reach) -> Reach:
    """The arm reaching less far round the body, its hand along the skin: wide bodies have short arms."""
    degrees = float(np.clip(90.0 - arm.round, -3.0, 3.0))
    hand, palm = (heading(degrees) @ np.array(direction) for direction in (arm.hand, arm.palm))
    return replace(arm, round=arm.round + degrees, hand=tuple(hand), palm=tuple(palm))


def _swivelled(arm: Reach, trunk: PosedBody, side: str) -> list[Reach]:
    """The arm with its elbow swung a step either way about the line from shoulder to wrist."""
    joint, wrist = trunk.head(f"upperarm01.{side}"), _wrist(trunk, side, arm)
    line = unit(wrist - (joint if side == "L" else mirror_point(joint)))
    return [replace(arm, elbow=tuple(turn(line, by) @ np.array(arm.elbow))) for by in (_SWIVEL, -_SWIVEL)]


def _arm(
    body: Body, points: Limb, standing: Rotations, trunk: PosedBody, side: str, arm: Arm | Reach
) -> dict[str, F64]:
    """Rotations of the arm as a left one."""
    shoulder = _shoulder(arm)
    frames, heads = body.forward(dict(standing) | _side(shoulder, side))
    t = template()
    parent = frames[t.bone(f"shoulder01.{side}")]
    chest = frames[t.bone("spine01")]
    joint = heads[t.bone(f"upperarm01.{side}")]
    if side == "R":
        parent, chest, joint = mirror_turn(parent), mirror_turn(chest), mirror_point(joint)
    if isinstance(arm, Reach):
        target = _reaching(points, joint, _wrist(trunk, side, arm), arm)
    else:
        target = _hanging(_facing(chest), arm)
    fingers = relax_hand(points, curl=arm.curl)
    return shoulder | solve_arm(points, parent, target) | fingers


def _shoulder(arm: Arm | Reach) -> dict[str, F64]:
    """The collar bone follows: down with a hanging arm; forward, back or up with a reaching one."""
    if isinstance(arm, Arm):
        drop = float(np.interp(arm.out, [10.0, 60.0], [3.0, -4.0]))
        return {"clavicle": euler((0.0, drop, 0.05 * arm.ahead))}
    drop = float(np.interp(arm.level, [0.9, 1.4], [1.0, -14.0]))
    return {"clavicle": euler((0.0, drop, float(np.interp(arm.round, [0.0, 90.0, 180.0], [-6.0, 0.0, 6.0]))))}


def _facing(chest: F64) -> F64:
    """Rotation about the vertical that the chest has made."""
    front = chest @ -Y
    return aim(np.array([0.0, 0.0, 1.0]), front) @ aim(np.array([0.0, 0.0, 1.0]), -Y).T


def _hanging(facing: F64, arm: Arm) -> ArmTarget:
    out, ahead = math.radians(arm.out), math.radians(arm.ahead)
    upper = np.array([math.sin(out), -math.cos(out) * math.sin(ahead), -math.cos(out) * math.cos(ahead)])
    inward = math.radians(arm.inward)
    to = np.array([-math.sin(inward), -math.cos(inward), 0.0])
    to = unit(to - (to @ upper) * upper)
    bend = math.radians(arm.bend)
    fore = math.cos(bend) * upper + math.sin(bend) * to
    palm = turn(unit(fore), arm.palm) @ _across(fore)
    hand = limit_wrist(
        fore, math.cos(math.radians(arm.wrist)) * fore + math.sin(math.radians(arm.wrist)) * palm
    )
    return ArmTarget(upper=facing @ upper, fore=facing @ fore, hand=facing @ hand, palm=facing @ palm)


def _across(fore: F64) -> F64:
    """Direction to the body, perpendicular to the forearm."""
    return unit(-X + (X @ fore) * fore)


def _wrist(trunk: PosedBody, side: str, arm: Reach) -> F64:
    """The place beside torso or thigh, as a left-side point [m]."""
    centre, along, to = _TARGETS[arm.beside](trunk, side, arm)
    relative = trunk_points(trunk) - centre
    near = relative[np.abs(relative @ along) < 0.03]
    near = near - np.outer(near @ along, along)
    beside = near @ to > 0.9 * np.linalg.norm(near, axis=1)
    surface = float((near[beside] @ to).max(initial=0.05))
    wrist = centre + (surface + arm.off) * to
    return wrist if side == "L" else mirror_point(wrist)


def _beside_torso(trunk: PosedBody, side: str, arm: Reach) -> tuple[F64, F64, F64]:
    """Point on the torso's axis, direction of the axis, direction from it to the wrist."""
    hips = (trunk.head("upperleg01.L") + trunk.head("upperleg01.R")) / 2.0
    shoulders = (trunk.head("upperarm01.L") + trunk.head("upperarm01.R")) / 2.0
    angle = math.radians(arm.round)
    to = np.array([_SIDES[side] * math.sin(angle), -math.cos(angle), 0.0])
    return hips + arm.level * (shoulders - hips), Z, to


def _beside_thigh(trunk: PosedBody, side: str, arm: Reach) -> tuple[F64, F64, F64]:
    """The same of the thigh on the arm's own side."""
    hip, knee = trunk.head(f"upperleg01.{side}"), trunk.head(f"lowerleg01.{side}")
    along = unit(knee - hip)
    front = unit(Z - Y - ((Z - Y) @ along) * along)  # before a standing thigh, on top of a seated one
    to = turn(along, -_SIDES[side] * arm.round) @ front
    return hip + arm.level * (knee - hip), along, to


_TARGETS = {"torso": _beside_torso, "thigh": _beside_thigh}


def _reaching(points: Limb, joint: F64, wrist: F64, arm: Reach) -> ArmTarget:
    upper, fore = reach_arm(points, wrist - joint, np.array(arm.elbow))
    hand = limit_wrist(fore, np.array(arm.hand))
    return ArmTarget(upper=upper, fore=fore, hand=hand, palm=np.array(arm.palm))
