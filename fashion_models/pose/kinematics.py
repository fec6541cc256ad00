"""Legs, arms and hands placed by where they should be, in closed form.

Everything here is written for the left side. The right side is solved on mirrored points and mirrored back,
so both sides follow the same arithmetic.

Source: law of cosines for two-bone chains; Korein, A Geometric Investigation of Reach, 1985.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.body import Body
from fashion_models.pose.skeleton import Y, Z, aim, mirror_point, share, swing, turn, twist

#: How far a joint bends at most in any preset [degrees]: knee and elbow, wrist out of the forearm's line.
KNEE_LIMIT = 140.0
ELBOW_LIMIT = 145.0
WRIST_LIMIT = 60.0
#: A leg this share of its full length stands straight without locking the knee.
STRAIGHT = 0.9985

#: Extra bend of the three joints per finger of a relaxed hand [degrees].
_CURL = {2: (1.0, 4.0, 4.0), 3: (5.0, 7.0, 6.0), 4: (9.0, 10.0, 7.0), 5: (11.0, 11.0, 7.0)}
#: Angle of a relaxed finger to the middle of the hand, positive towards the little finger [degrees].
_SPREAD = {2: -3.0, 3: -1.0, 4: 0.5, 5: 1.0}
#: Directions of the first two thumb bones: towards the little finger, towards the palm [degrees].
_THUMB = ((-37.0, 24.0), (-13.0, 18.0))


@dataclass(frozen=True, eq=False)
class Limb:
    """A side's identity-pose bone heads, seen as a left side."""

    points: Mapping[str, F64]

    def __getitem__(self, bone: str) -> F64:
        return self.points[bone]


def limb(body: Body, side: str) -> Limb:
    """The bone heads of side 'L' or 'R', without the side's letter, as left-side points."""
    from fashion_models.person.body import template

    ending = f".{side}"
    labels = [label for label in template().bone_labels if label.endswith(ending)]
    heads = {label[:-2]: body.head(label) for label in labels}
    return Limb(heads if side == "L" else {name: mirror_point(p) for name, p in heads.items()})


@dataclass(frozen=True, eq=False)
class LegTarget:
    """Where a leg shall stand.

    Attributes:
        ankle: Ankle relative to the hip joint [m], shape (3,).
        knee: Direction the knee cap faces, shape (3,).
        foot: World rotation of the foot, shape (3, 3).
        toe_bend: Upward bend of the toes [degrees].
    """

    ankle: F64
    knee: F64
    foot: F64
    toe_bend: float = 0.0


def leg_reach(leg: Limb) -> float:
    """Length of thigh and shank together [m]."""
    thigh = leg["lowerleg01"] - leg["upperleg01"]
    shank = leg["foot"] - leg["lowerleg01"]
    return float(np.linalg.norm(thigh) + np.linalg.norm(shank))


def solve_leg(leg: Limb, parent: F64, target: LegTarget) -> dict[str, F64]:
    """Rotations that put the ankle on its target.

    Args:
        leg: Left-side points.
        parent: World frame of the pelvis bone, shape (3, 3).
        target: Ankle, knee direction and foot.

    Returns:
        Rotations of upperleg01, lowerleg01, foot and, when they bend, the toes.
    """
    thigh = leg["lowerleg01"] - leg["upperleg01"]
    shank = leg["foot"] - leg["lowerleg01"]
    bend = _knee_bend(thigh, shank, float(np.linalg.norm(target.ankle)))
    knee = turn(np.array([1.0, 0.0, 0.0]), bend)
    frame = aim(target.ankle, target.knee) @ aim(thigh + knee @ shank, -Y).T
    rotations = {"upperleg01": parent.T @ frame, "lowerleg01": knee, "foot": (frame @ knee).T @ target.foot}
    if target.toe_bend:
        lift = turn(np.array([1.0, 0.0, 0.0]), -target.toe_bend)
        rotations |= {f"toe{i}-1": lift for i in range(1, 6)}
    return rotations


def _knee_bend(thigh: F64, shank: F64, distance: float) -> float:
    """Turn of the shank about x [degrees] at which hip and ankle are ``distance`` apart."""
    along = float(thigh[1] * shank[1] + thigh[2] * shank[2])
    across = float(thigh[2] * shank[1] - thigh[1] * shank[2])
    wanted = (distance**2 - float(thigh @ thigh) - float(shank @ shank)) / 2.0 - float(thigh[0] * shank[0])
    size = math.hypot(along, across)
    straight = math.atan2(across, along)
    bend = math.degrees(straight + math.acos(min(max(wanted / size, -1.0), 1.0)))
    return min(max(bend, 0.0), KNEE_LIMIT)


@dataclass(frozen=True, eq=False)
class ArmTarget:
    """Where an arm shall be.

    Attributes:
        upper: Direction of the upper arm, shape (3,).
        fore: Direction of the forearm, shape (3,).
        hand: Direction of the hand, shape (3,).
        palm: Direction the palm faces, shape (3,).
    """

    upper: F64
    fore: F64
    hand: F64
    palm: F64


def solve_arm(arm: Limb, parent: F64, target: ArmTarget) -> dict[str, F64]:
    """Rotations that give the arm its directions.

    The upper arm's own twist is shared between its two bones, the forearm's between its two and the wrist, so
    that the skin does not wring at one joint.

    Args:
        arm: Left-side points.
        parent: World frame of the shoulder bone, shape (3, 3).
        target: Directions in the world.

    Returns:
        Rotations of upperarm01, upperarm02, lowerarm01, lowerarm02 and wrist.
    """
    upper = unit(arm["lowerarm01"] - arm["upperarm01"])
    fore = unit(arm["wrist"] - arm["lowerarm01"])
    hand = unit(arm["finger3-1"] - arm["wrist"])
    knuckles = arm["finger5-1"] - arm["finger2-1"]
    palm = np.cross(knuckles, hand)

    wanted = parent.T @ aim(target.upper, target.fore) @ aim(upper, fore).T
    swung = swing(upper, wanted @ upper)
    wrung = twist(swung.T @ wanted, upper)
    first = swung @ turn(upper, 0.5 * wrung)
    second = first.T @ wanted
    bend = swing(fore, (parent @ wanted).T @ target.fore)
    elbow = parent @ wanted @ bend
    rest = elbow.T @ aim(target.hand, target.palm) @ aim(hand, palm).T
    turned = twist(rest, fore)
    rotations = {"upperarm01": first, "upperarm02": second}
    rotations["lowerarm01"] = bend @ turn(fore, 0.2 * turned)
    rotations["lowerarm02"] = turn(fore, 0.5 * turned)
    rotations["wrist"] = turn(fore, -0.7 * turned) @ rest
    return rotations


def reach_arm(arm: Limb, wrist: F64, elbow: F64) -> tuple[F64, F64]:
    """Directions of upper arm and forearm that put the wrist in place.

    Args:
        arm: Left-side points.
        wrist: Wrist relative to the shoulder joint [m], shape (3,); drawn nearer where out of reach.
        elbow: Direction into which the elbow points, shape (3,).

    Returns:
        Unit directions (3,) of the upper arm and of the forearm.
    """
    a = float(np.linalg.norm(arm["lowerarm01"] - arm["upperarm01"]))
    b = float(np.linalg.norm(arm["wrist"] - arm["lowerarm01"]))
    shortest = math.sqrt(a * a + b * b + 2 * a * b * math.cos(math.radians(ELBOW_LIMIT)))
    distance = min(max(float(np.linalg.norm(wrist)), shortest), 0.998 * (a + b))
    frame = aim(wrist, elbow)
    along = (a * a + distance**2 - b * b) / (2 * distance)
    aside = math.sqrt(max(a * a - along**2, 0.0))
    joint = along * frame[:, 0] + aside * frame[:, 1]
    return unit(joint), unit(distance * frame[:, 0] - joint)


def limit_wrist(fore: F64, hand: F64, limit: float = WRIST_LIMIT) -> F64:
    """The hand's direction (3,), turned back towards the forearm's line where it bends beyond the limit."""
    angle = math.degrees(math.acos(float(np.clip(unit(fore) @ unit(hand), -1.0, 1.0))))
    if angle <= limit:
        return unit(hand)
    axis = unit(np.cross(fore, hand))
    return turn(axis, limit) @ unit(fore)


def relax_hand(hand: Limb, *, curl: float = 1.0, spread: float = 0.0) -> dict[str, F64]:
    """Finger rotations of a hand at rest: fingers together, bent more towards the little finger.

    Args:
        hand: Left-side points.
        curl: Factor on the bend; 0 keeps the identity pose's.
        spread: How much of the identity pose's spread is kept, 0..1.

    Returns:
        Rotations of the finger bones.
    """
    along = unit(hand["finger3-1"] - hand["wrist"])
    frame = aim(along, np.cross(hand["finger5-1"] - hand["finger2-1"], along))
    palm, across = frame[:, 1], frame[:, 2]
    rotations: dict[str, F64] = {}
    for finger, bends in _CURL.items():
        bone = unit(hand[f"finger{finger}-2"] - hand[f"finger{finger}-1"])
        aside = math.degrees(math.atan2(float(bone @ across), float(bone @ along)))
        close = turn(palm, (1.0 - spread) * (aside - _SPREAD[finger]))
        axis = unit(np.cross(palm, close @ bone))
        axis = axis if axis @ across > 0 else -axis
        for joint, bend in enumerate(bends, start=1):
            curled = turn(close.T @ axis if joint > 1 else axis, curl * bend)
            rotations[f"finger{finger}-{joint}"] = curled @ close if joint == 1 else curled
    rotations |= _relax_thumb(hand, frame)
    return rotations


def _relax_thumb(hand: Limb, frame: F64) -> dict[str, F64]:
    """The thumb beside the index finger instead of spread from it."""
    rotations: dict[str, F64] = {}
    parent = np.eye(3)
    for joint, (aside, down) in enumerate(_THUMB, start=1):
        a, d = math.radians(aside), math.radians(down)
        wanted = frame @ np.array([math.cos(a) * math.cos(d), math.sin(d), math.sin(a) * math.cos(d)])
        bone = hand[f"finger1-{joint + 1}"] - hand[f"finger1-{joint}"]
        rotations[f"finger1-{joint}"] = swing(bone, parent.T @ wanted)
        parent = parent @ rotations[f"finger1-{joint}"]
    return rotations


def split_turn(rotation: F64, bones: tuple[str, ...]) -> dict[str, F64]:
    """A rotation shared evenly by a chain of bones."""
    part = share(rotation, len(bones))
    return dict.fromkeys(bones, part)


def heading(degrees: float) -> F64:
    """Rotation about the vertical: positive turns the front towards the person's left."""
    return turn(Z, degrees)
