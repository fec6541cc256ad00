from __future__ import annotations

import numpy as np
import pytest

from fashion_models.conditioning.joints import Joint, body_joints
from fashion_models.person.body import BodyShape, PosedBody, build_body


@pytest.fixture(scope="module")
def posed() -> PosedBody:
    return build_body(BodyShape(phenotypes=(("age", 0.7), ("gender", 1.0)))).pose({})


def test_joints_stand_in_openpose_order(posed: PosedBody) -> None:
    joints = body_joints(posed)
    height = joints[:, 2]
    assert joints.shape == (18, 3)
    assert height[Joint.NOSE] > height[Joint.NECK] > height[Joint.LEFT_HIP]
    assert height[Joint.LEFT_HIP] > height[Joint.LEFT_KNEE] > height[Joint.LEFT_ANKLE] > 0


def test_left_is_the_persons_own_left(posed: PosedBody) -> None:
    joints = body_joints(posed)
    for left in Joint:
        if left.name.startswith("LEFT"):
            right = Joint[left.name.replace("LEFT", "RIGHT")]
            assert joints[left, 0] > 0 > joints[right, 0]
    assert joints[Joint.NOSE, 1] < joints[Joint.LEFT_EAR, 1], "the person faces -y"


def test_neck_lies_between_the_shoulders(posed: PosedBody) -> None:
    joints = body_joints(posed)
    middle = (joints[Joint.LEFT_SHOULDER] + joints[Joint.RIGHT_SHOULDER]) / 2
    assert joints[Joint.NECK] == pytest.approx(middle)


def test_joints_move_with_the_body(posed: PosedBody) -> None:
    offset = np.array([0.3, -0.2, 0.1])
    assert body_joints(posed.moved(offset)) - body_joints(posed) == pytest.approx(np.tile(offset, (18, 1)))
