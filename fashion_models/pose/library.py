"""Named poses: `POSES`, `pose_names`, `pose_rotations`."""

from __future__ import annotations

from fashion_models.arrays import F64
from fashion_models.cache import remember
from fashion_models.errors import PlanError
from fashion_models.person.body import Body
from fashion_models.pose.arms import place_arm
from fashion_models.pose.kinematics import heading
from fashion_models.pose.preset import Pose, read_presets, vary
from fashion_models.pose.stance import stand

#: Every preset by its name, in the order in which they are listed.
POSES = read_presets()
#: What the plan calls a pose that is taken from a photo.
FREE_POSE = "photo"


def pose_names() -> tuple[str, ...]:
    """Names of all poses."""
    return tuple(POSES)


def find_pose(name: str) -> Pose:
    """The preset of a name.

    Raises:
        PlanError: There is no such pose.
    """
    try:
        return POSES[name]
    except KeyError:
        raise PlanError(
            f"unknown pose '{name}'", limit=f"poses are {', '.join(POSES)}", cure="choose one of them"
        ) from None


def pose_rotations(body: Body, name: str, *, seed: int = 0) -> dict[str, F64]:
    """Rotations that put a body into a named pose.

    Feet stand on the floor, the head looks to the camera at −y, and arms are opened as far as the body's
    width asks for.

    Args:
        body: The body, of any size.
        name: One of `pose_names`.
        seed: 0 for the preset itself, any other number for a small variation of it.

    Returns:
        Bone name to rotation matrix (3, 3), for `Body.pose`.

    Raises:
        PlanError: There is no such pose.
    """
    pose = vary(find_pose(name), seed)

    def placed() -> dict[str, F64]:
        rotations = stand(body, pose)
        for side, arm in (("L", pose.left_arm), ("R", pose.right_arm)):
            rotations |= place_arm(body, rotations, side, arm)
        rotations["root"] = heading(pose.turn) @ rotations["root"]
        return rotations

    return remember("pose", [body.rest, pose], placed)
