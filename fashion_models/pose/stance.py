"""How the body stands: pelvis, spine, head and eyes, and legs with the feet on the floor."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from fashion_models.arrays import F64
from fashion_models.person.body import Body, template
from fashion_models.pose.clearance import thigh_gap
from fashion_models.pose.kinematics import (
    STRAIGHT,
    LegTarget,
    Limb,
    heading,
    leg_reach,
    limb,
    solve_leg,
    split_turn,
)
from fashion_models.pose.preset import Foot, Pose
from fashion_models.pose.skeleton import X, Y, axis_angle, euler, mirror_point, mirror_turn, swing, turn

_SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
_NECK = ("neck01", "neck02", "neck03", "head")
#: Farthest turn of the head against the chest, and of the eyes against the head [degrees].
_NECK_LIMIT, _EYE_LIMIT = 68.0, 22.0
#: Thighs may press together this deep [m] before the feet are set apart.
_PRESSED = 0.004
#: The knee follows this share of the foot's turn; the shank turns for the rest.
_KNEE_SHARE = 0.8

_Side = tuple[Limb, Foot, str]


def stand(body: Body, pose: Pose) -> dict[str, F64]:
    """Rotations of everything but the arms, before the whole body is turned.

    Feet are set apart as far as the thighs need.

    Args:
        body: The body.
        pose: The preset.

    Returns:
        Bone name to rotation (3, 3).
    """
    rotations = {"root": euler(pose.pelvis)} | split_turn(euler(pose.spine), _SPINE)
    rotations |= _look(body, pose, rotations)
    for _ in range(8):
        standing = rotations | _legs(body, pose, rotations)
        overlap = -thigh_gap(body.pose(standing)) - _PRESSED
        if overlap <= 0.0:
            break
        pose = _wider(body, pose, overlap)
    return standing


def _wider(body: Body, pose: Pose, overlap: float) -> Pose:
    """Both feet farther out by what the thighs overlap."""
    half = abs(float(body.head("upperleg01.L")[0]))
    step = (0.6 * overlap + 0.002) / half
    left, right = pose.left_foot, pose.right_foot
    return replace(
        pose, left_foot=replace(left, out=left.out + step), right_foot=replace(right, out=right.out + step)
    )


def _look(body: Body, pose: Pose, rotations: dict[str, F64]) -> dict[str, F64]:
    """Neck and head turned to where the head shall face, eyes to the camera."""
    camera = heading(-pose.turn)
    frames, _ = body.forward(rotations)
    t = template()
    needed = frames[t.bone("spine01")].T @ camera @ euler(pose.head)
    axis, angle = axis_angle(needed)
    turned = split_turn(turn(axis, min(angle, _NECK_LIMIT)), _NECK)
    frames, _ = body.forward(rotations | turned)
    gaze = swing(-Y, frames[t.bone("head")].T @ camera @ -Y)
    if axis_angle(gaze)[1] <= _EYE_LIMIT:
        turned |= {"eye.L": gaze, "eye.R": gaze}
    return turned


def _legs(body: Body, pose: Pose, rotations: dict[str, F64]) -> dict[str, F64]:
    """Both legs by inverse kinematics; the pelvis is as high as the straighter leg lets it."""
    t = template()
    frames, heads = body.forward(rotations)
    sides: tuple[_Side, _Side] = (
        (limb(body, "L"), pose.left_foot, "L"),
        (limb(body, "R"), pose.right_foot, "R"),
    )
    half = abs(float(body.head("upperleg01.L")[0]))
    root = heads[t.bone("root")]
    targets: list[tuple[F64, F64]] = []  # ankle over the floor's ankle height, and hip joint, from the root
    for leg, foot, side in sides:
        shift = np.array([pose.shift[0] * half, pose.shift[1] * leg_reach(leg), 0.0])
        hip = heads[t.bone(f"upperleg01.{side}")] - root + shift
        targets.append((_ankle(leg, foot, half), hip if side == "L" else mirror_point(hip)))
    height = min(_room(leg, *target) for (leg, _, _), target in zip(sides, targets, strict=True))
    height -= pose.soften * leg_reach(sides[0][0])
    result: dict[str, F64] = {}
    for (leg, foot, side), (ankle, hip) in zip(sides, targets, strict=True):
        parent = frames[t.bone(f"pelvis.{side}")]
        target = LegTarget(
            ankle=ankle - hip - np.array([0.0, 0.0, height]),
            knee=heading(_KNEE_SHARE * foot.toe_out) @ -Y,
            foot=_foot_frame(foot),
            toe_bend=foot.heel,
        )
        solved = solve_leg(leg, parent if side == "L" else mirror_turn(parent), target)
        result |= {f"{bone}.{side}": m if side == "L" else mirror_turn(m) for bone, m in solved.items()}
    return result


def _foot_frame(foot: Foot) -> F64:
    """World rotation of a foot: flat, or on its ball."""
    return heading(foot.toe_out) @ turn(X, foot.heel)


def _ankle(leg: Limb, foot: Foot, half: float) -> F64:
    """Ankle of a left foot, its height counted from that of a flat foot [m]."""
    place = np.array([foot.out * half, -foot.ahead * leg_reach(leg), 0.0])
    ball = leg["toe2-1"] - leg["foot"]
    flat = heading(foot.toe_out)
    lifted: F64 = place + flat @ ball - _foot_frame(foot) @ ball
    return lifted


def _room(leg: Limb, ankle: F64, hip: F64) -> float:
    """How high the root can be over the ankles of flat feet [m] before this leg is straight."""
    aside = float(np.hypot(*(ankle - hip)[:2]))
    down = math.sqrt(max((STRAIGHT * leg_reach(leg)) ** 2 - aside**2, 0.0))
    return down + float(ankle[2] - hip[2])
