"""Poses from joints: known poses are photographed, and found again from where their joints appear."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import Joint, body_joints
from fashion_models.errors import PlanError
from fashion_models.mesh import unit
from fashion_models.person.body import Body, BodyShape, Rotations, build_body, template
from fashion_models.pose.clearance import arm_gap, thigh_gap
from fashion_models.pose.fit import LIMITS, fit_pose
from fashion_models.pose.free import free_rotations
from fashion_models.pose.kinematics import ELBOW_LIMIT, KNEE_LIMIT
from fashion_models.pose.library import pose_rotations
from fashion_models.pose.reference import Joints, make_joints, read_joints, take_joints
from fashion_models.studio.camera import project
from fashion_models.studio.model import Camera

#: Two joints that a limb runs between.
LIMBS = {
    "upper arm": ("upperarm01", "lowerarm01"),
    "forearm": ("lowerarm01", "wrist"),
    "thigh": ("upperleg01", "lowerleg01"),
    "shank": ("lowerleg01", "foot"),
}
#: Known poses and how far a limb may be from where it was [degrees]: in the median, and the worst. One
#: picture does not tell whether the elbow of a hand on the hip is before or behind the body.
KNOWN = {
    "front": (3.0, 15.0),
    "contrapposto": (5.0, 15.0),
    "walking": (8.0, 30.0),
    "three-quarter": (5.0, 15.0),
    "side": (5.0, 30.0),
    "hand-on-hip": (6.0, 30.0),
}


def body_of(gender: float, weight: float) -> Body:
    return build_body(BodyShape(phenotypes=(("age", 0.68), ("gender", gender), ("weight", weight))))


@pytest.fixture(scope="module")
def body() -> Body:
    return body_of(1.0, 0.5)


def seen(body: Body, rotations: Rotations, *, azimuth: float = 0.0) -> F64:
    """Pixels and scores of a posed body's joints, shape (18, 3)."""
    a = np.radians(azimuth)
    camera = Camera(
        origin=(5.2 * np.sin(a), -5.2 * np.cos(a), 1.0),
        target=(0.0, 0.0, 1.0),
        fov_deg=25.0,
        width=768,
        height=1152,
        azimuth_deg=azimuth,
    )
    pixels, _ = project(camera, body_joints(body.pose(rotations)))
    return np.column_stack([pixels, np.ones(len(Joint))])


def directions(body: Body, rotations: Rotations) -> dict[str, F64]:
    _, heads = body.forward(rotations)
    place = {label: heads[i] for i, label in enumerate(template().bone_labels)}
    limbs = {
        f"{name} {side}": unit(place[f"{end}.{side}"] - place[f"{start}.{side}"])
        for (name, (start, end)), side in itertools.product(LIMBS.items(), "LR")
    }
    return limbs | {"torso": unit(place["neck01"] - place["root"])}


def angles_between(first: dict[str, F64], second: dict[str, F64]) -> dict[str, float]:
    return {
        name: float(np.degrees(np.arccos(np.clip(first[name] @ second[name], -1.0, 1.0)))) for name in first
    }


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_pose_is_found_again_from_its_joints(name: str, body: Body) -> None:
    known = pose_rotations(body, name)
    points = seen(body, known)
    fit = fit_pose(body, points[:, :2], points[:, 2])
    apart = angles_between(directions(body, known), directions(body, fit.rotations))
    median, worst = KNOWN[name]
    assert np.median(list(apart.values())) <= median, apart
    assert max(apart.values()) <= worst, apart
    assert fit.error < 0.01


def test_another_body_takes_the_pose_of_the_photo(body: Body) -> None:
    heavy = body_of(0.0, 1.2)
    known = pose_rotations(body, "contrapposto")
    posed = free_rotations(heavy, make_joints(seen(body, known), "test"))
    apart = angles_between(directions(body, known), directions(heavy, posed))
    assert np.median(list(apart.values())) < 15.0, apart


def test_a_person_seen_from_behind_is_turned_round(body: Body) -> None:
    points = seen(body, pose_rotations(body, "front"), azimuth=180.0)
    fit = fit_pose(body, points[:, :2], points[:, 2])
    assert abs(abs(fit.angles["turn"]) - 180.0) < 20.0


def scattered(seed: int) -> F64:
    """Joints that no human has: far beyond what any limit allows."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(0, 500, (18, 2)), np.ones(18)])


@pytest.mark.parametrize("seed", range(2))
def test_no_joint_leaves_its_limits_whatever_the_photo_shows(seed: int, body: Body) -> None:
    points = scattered(seed)
    fit = fit_pose(body, points[:, :2], points[:, 2])
    for name, (low, high, _, _) in LIMITS.items():
        assert low - 1e-9 <= fit.angles[name] <= high + 1e-9, name
    assert LIMITS["elbow_L"][1] == ELBOW_LIMIT and LIMITS["knee_R"][:2] == (0.0, KNEE_LIMIT)
    for matrix in fit.rotations.values():
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-8)


def test_joints_out_of_reach_are_refused(body: Body) -> None:
    with pytest.raises(PlanError, match=r"out of this body's reach.*cm are allowed"):
        free_rotations(body, make_joints(scattered(0), "test"))


def test_arms_and_thighs_stay_out_of_the_flesh_of_a_wider_body(body: Body) -> None:
    heavy = body_of(0.0, 1.6)
    joints = make_joints(seen(body, pose_rotations(body, "front")), "test")
    posed = heavy.pose(free_rotations(heavy, joints))
    assert min(arm_gap(posed, "L"), arm_gap(posed, "R")) >= 0.015
    assert thigh_gap(posed) > -0.008


def test_both_feet_stand_on_the_floor_and_a_lifted_one_does_not(body: Body) -> None:
    standing = body.pose(free_rotations(body, make_joints(seen(body, pose_rotations(body, "front")), "test")))
    left, right = standing.head("foot.L")[2], standing.head("foot.R")[2]
    assert abs(left - right) < 0.02
    points = seen(body, pose_rotations(body, "front"))
    points[Joint.LEFT_KNEE, 1] -= 60
    points[Joint.LEFT_ANKLE, 1] -= 190
    lifted = body.pose(free_rotations(body, make_joints(points, "test")))
    assert lifted.head("foot.L")[2] > lifted.head("foot.R")[2] + 0.15


def test_missing_legs_are_no_obstacle(body: Body) -> None:
    points = seen(body, pose_rotations(body, "hand-on-hip"))
    points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 2] = 0.0
    posed = body.pose(free_rotations(body, make_joints(points, "test")))
    assert posed.head("head")[2] > 1.2
    assert abs(posed.head("foot.L")[2] - posed.head("foot.R")[2]) < 0.03


Write = Callable[[object], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(value: object) -> Path:
        path = tmp_path / "joints.json"
        path.write_text(json.dumps(value))
        return path

    return written


POINTS = [[100.0 + 7 * i, 50.0 + 11 * i] for i in range(18)]


def test_joints_are_read_as_a_list_and_as_openpose_writes_them(write: Write) -> None:
    plain = read_joints(write(POINTS))
    flat = [value for x, y in POINTS for value in (x, y, 1.0)]
    assert read_joints(write({"people": [{"pose_keypoints_2d": flat}]})) == plain
    assert isinstance(plain, Joints) and hash(plain) == hash(read_joints(write(POINTS)))
    some = [*POINTS[:9], None, *POINTS[10:]]
    assert read_joints(write(some)).points[9][2] == 0.0


def test_a_larger_photo_of_the_same_pose_is_the_same_pose(write: Write) -> None:
    larger = [[3 * x + 40, 3 * y - 10] for x, y in POINTS]
    assert read_joints(write(larger)) == read_joints(write(POINTS))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (POINTS[:17], r"holds no joints \(17 points\).*18 points.*nose, neck, right_shoulder"),
        ({"people": []}, "holds no joints"),
        ([["a", "b"]] * 18, "holds no joints"),
        ([[1.0]] * 18, "holds no joints"),
        ([[1.0, float("inf")]] * 18, "finite"),
        ([[5.0, 5.0]] * 18, "on one spot"),
        ([None] * 18, "does not show the right shoulder"),
    ],
)
def test_what_is_no_pose_is_refused_with_what_is_needed(write: Write, value: object, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        read_joints(write(value))


def test_a_photo_without_a_detector_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"fashion-models weights pull joints.*JSON"):
        take_joints(tmp_path / "person.jpg")
    with pytest.raises(PlanError, match="cannot be read"):
        take_joints(tmp_path / "none.json")
