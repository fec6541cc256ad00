"""What a pose preset says: `Pose`, `Foot`, `Arm`, `Reach`. Read from ``data/poses.json``."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Literal

import numpy as np

Triple = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Foot:
    """Where a foot stands, seen as a left foot.

    Attributes:
        out: Ankle's distance from the middle, in half the distance of the hip joints.
        ahead: Ankle in front of the pelvis, in leg lengths; negative behind.
        toe_out: Turn of the foot to its own side [degrees].
        heel: Lift of the heel by standing on the ball of the foot [degrees].
    """

    out: float
    ahead: float
    toe_out: float
    heel: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A hanging arm, seen as a left arm.

    Attributes:
        out: Upper arm away from the vertical to the side [degrees]; opened further where the body is wide.
        ahead: Upper arm swung forward [degrees]; negative backward.
        bend: Bend of the elbow [degrees].
        inward: Where the bend takes the forearm [degrees]: 0 forward, 90 across the body.
        palm: Where the palm faces [degrees]: 0 to the body, 90 backward.
        wrist: Bend of the hand towards its palm [degrees].
        curl: Factor on the bend of relaxed fingers.
        gap: Least distance of forearm and hand from the skin of the torso and legs [m].
    """

    out: float
    ahead: float
    bend: float
    inward: float = 20.0
    palm: float = 30.0
    wrist: float = 4.0
    curl: float = 1.0
    gap: float = 0.03


@dataclass(frozen=True, kw_only=True)
class Reach:
    """An arm whose wrist is at a place beside the torso or the thigh, seen as a left arm.

    Attributes:
        beside: 'torso', or 'thigh' for the thigh on the arm's own side.
        round: Where the wrist is round it [degrees]: 0 in front (of a seated thigh: on top), 90 at the own
            side, 180 behind.
        level: Where along it: 0 at the hip joints, 1 at the shoulder joints or the knee.
        off: Distance of the wrist from the skin there [m].
        elbow: Direction into which the elbow points.
        hand: Direction of the hand.
        palm: Direction the palm faces.
        curl: Factor on the bend of relaxed fingers.
        gap: Least distance of forearm and hand from the skin [m].
    """

    round: float
    level: float
    off: float
    elbow: Triple
    hand: Triple
    palm: Triple
    curl: float = 0.5
    gap: float = 0.008
    beside: Literal["torso", "thigh"] = "torso"


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A named pose; the person faces the camera at −y unless turned.

    Attributes:
        name: Name by which it is asked for.
        en: One line that describes it.
        zh: The same in Chinese.
        turn: Turn of the whole body to its left [degrees].
        pelvis: Turns of the pelvis about x, y, z [degrees]; positive y drops its left side.
        spine: Turns of the chest against the pelvis about x, y, z [degrees].
        head: Turns of the head about x, y, z, seen from the camera [degrees].
        shift: Pelvis shift to the left and backward, in half hip distances and leg lengths.
        soften: Lowering of the pelvis by bending the knees, in leg lengths.
        view: The view it is made for.
        seated: Sits on a cube.
    """

    name: str
    en: str
    zh: str
    left_foot: Foot
    right_foot: Foot
    left_arm: Arm | Reach
    right_arm: Arm | Reach
    turn: float = 0.0
    pelvis: Triple = (0.0, 0.0, 0.0)
    spine: Triple = (0.0, 0.0, 0.0)
    head: Triple = (0.0, 0.0, 0.0)
    shift: tuple[float, float] = (0.0, 0.0)
    soften: float = 0.0
    view: str = "front"
    seated: bool = False


@functools.cache
def read_presets() -> Mapping[str, Pose]:
    """All presets in the order in which they are listed."""
    text = files("fashion_models").joinpath("data/poses.json").read_text(encoding="utf-8")
    return {name: _pose(name, dict(entry)) for name, entry in json.loads(text).items()}


def _pose(name: str, entry: dict[str, Any]) -> Pose:
    kinds = {"left_foot": _foot, "right_foot": _foot, "left_arm": _arm, "right_arm": _arm}
    fields: dict[str, Any] = {k: kinds[k](v) if k in kinds else _value(v) for k, v in entry.items()}
    return Pose(name=name, **fields)


def _foot(entry: dict[str, Any]) -> Foot:
    return Foot(**entry)


def _arm(entry: dict[str, Any]) -> Arm | Reach:
    fields: dict[str, Any] = {k: _value(v) for k, v in entry.items()}
    return Reach(**fields) if "round" in fields else Arm(**fields)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def vary(pose: Pose, seed: int) -> Pose:
    """The pose as another moment of the same session would show it; seed 0 is the preset itself."""
    if seed == 0:
        return pose
    rng = np.random.default_rng(seed)

    def near(value: float, spread: float) -> float:
        return value + spread * float(np.clip(rng.normal(), -1.8, 1.8))

    def foot(f: Foot) -> Foot:
        return replace(f, out=near(f.out, 0.03), ahead=near(f.ahead, 0.006), toe_out=near(f.toe_out, 2.0))

    def arm(a: Arm | Reach) -> Arm | Reach:
        if isinstance(a, Reach):
            return replace(a, level=near(a.level, 0.008), curl=near(a.curl, 0.1))
        bend = max(near(a.bend, 3.0), 6.0)
        return replace(a, out=near(a.out, 1.2), bend=bend, palm=near(a.palm, 4.0), curl=near(a.curl, 0.12))

    def turned(t: Triple, spread: float) -> Triple:
        return (near(t[0], spread), near(t[1], spread), near(t[2], 1.5 * spread))

    return replace(
        pose,
        left_foot=foot(pose.left_foot),
        right_foot=foot(pose.right_foot),
        left_arm=arm(pose.left_arm),
        right_arm=arm(pose.right_arm),
        spine=turned(pose.spine, 0.7),
        head=turned(pose.head, 1.2),
    )
