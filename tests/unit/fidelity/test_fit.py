"""A neck that lies on the shoulders passes, one that slid off does not; likewise sleeves that end early."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F64, I32
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.fit import check_neck, check_sleeves

AT = {
    Joint.NOSE: (0.0, 1.6),
    Joint.NECK: (0.0, 1.4),
    Joint.LEFT_SHOULDER: (0.2, 1.4),
    Joint.LEFT_ELBOW: (0.45, 1.4),
    Joint.LEFT_WRIST: (0.7, 1.4),
    Joint.LEFT_HIP: (0.1, 0.9),
    Joint.LEFT_KNEE: (0.1, 0.5),
    Joint.LEFT_ANKLE: (0.1, 0.1),
}


@pytest.fixture(scope="module")
def joints() -> F64:
    """Someone with the arms held out to the sides."""
    points = np.zeros((18, 3))
    for joint, (x, z) in AT.items():
        points[joint] = x, 0, z
        if joint.name.startswith("LEFT_"):
            points[Joint[joint.name.replace("LEFT", "RIGHT")]] = -x, 0, z
    return points


def tube(start: F64, end: F64, radius: float) -> tuple[F64, I32]:
    """An open tube between two points (x, z), upright or level."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    level = start[1] == end[1]
    ring = np.stack(
        [0 * turn, np.cos(turn), np.sin(turn)] if level else [np.cos(turn), np.sin(turn), 0 * turn], 1
    )
    ends = [radius * ring + np.array([at[0], 0.0, at[1]]) for at in (start, end)]
    k = np.arange(24)
    after = (k + 1) % 24
    triangles = np.concatenate([np.stack([k, after, k + 24], 1), np.stack([after, after + 24, k + 24], 1)])
    return np.concatenate(ends), triangles.astype(np.int32)


def body_with_neck(radius: float, aside: float = 0.0) -> tuple[F64, I32]:
    vertices, triangles = tube(np.array([0.0, 0.9]), np.array([0.0, 1.42]), 0.25)
    vertices[24:, :2] *= radius / 0.25
    vertices[24:, 0] += aside
    return vertices, triangles


def test_a_neck_between_the_shoulders_passes(joints: F64) -> None:
    check = check_neck(*body_with_neck(0.13), joints)
    assert check.value == pytest.approx(0.65) and check.passed


def test_a_neck_wider_than_the_shoulders_fails(joints: F64) -> None:
    check = check_neck(*body_with_neck(0.24), joints)
    assert check.value == pytest.approx(1.2) and not check.passed
    assert check.sentence.startswith("The edge of the neck lies 1.20 of the way")


def test_a_neck_that_slid_off_one_shoulder_fails(joints: F64) -> None:
    assert not check_neck(*body_with_neck(0.13, aside=0.12), joints).passed


def test_a_waist_is_no_neck(joints: F64) -> None:
    skirt = tube(np.array([0.0, 0.4]), np.array([0.0, 1.0]), 0.25)
    assert check_neck(*skirt, joints).value is None


@pytest.mark.parametrize(
    ("end", "value", "passed"),
    [(0.7, 0.0, True), (0.74, 4.0, True), (0.82, 12.0, False), (0.64, 0.0, True), (0.5, 12.5, False)],
)
def test_the_sleeve_of_a_level_arm_must_end_where_its_photo_says_or_7_5_cm_earlier(
    joints: F64, end: float, value: float, passed: bool
) -> None:
    sleeve = tube(np.array([0.25, 1.4]), np.array([end, 1.4]), 0.08)
    check = check_sleeves(*sleeve, joints, {"L": 0.5})
    assert check.value is not None
    # the end at the shoulder is an opening too, and farther off
    assert check.value == pytest.approx(value, abs=1e-6) and check.passed == passed


def test_a_sleeve_that_no_arm_passes_fails(joints: F64) -> None:
    beside = tube(np.array([0.4, 0.8]), np.array([0.4, 1.2]), 0.08)
    assert not check_sleeves(*beside, joints, {"L": 0.5}).passed


def test_without_sleeves_nothing_is_measured(joints: F64) -> None:
    assert check_sleeves(*body_with_neck(0.13), joints, {}).value is None
