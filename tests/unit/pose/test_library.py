import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_models.errors import PlanError
from fashion_models.person.body import VERTICES, BodyShape, build_body, template
from fashion_models.pose.clearance import arm_gap, thigh_gap
from fashion_models.pose.library import POSES, pose_names, pose_rotations
from fashion_models.pose.preset import Arm


def body_of(gender, weight):
    return build_body(BodyShape(phenotypes=(("age", 0.68), ("gender", gender), ("weight", weight))))


def lowest(posed, side):
    t = template()
    labels = np.array(t.bone_labels)[t.weight_bones[np.arange(VERTICES), t.weights.argmax(axis=1)]]
    foot = [i for i in t.groups["body"] if labels[i].startswith(("foot", "toe")) and labels[i].endswith(side)]
    return posed.vertices[foot, 2].min()


@pytest.mark.parametrize("name", pose_names())
@pytest.mark.parametrize(("gender", "weight"), [(1.0, 0.2), (1.0, 2.2), (0.0, 1.4)])
def test_both_feet_stand_on_the_floor_and_arms_are_clear(name, gender, weight):
    body = body_of(gender, weight)
    posed = body.pose(pose_rotations(body, name))
    assert max(lowest(posed, ".L"), lowest(posed, ".R")) <= 0.004
    for side, arm in (("L", POSES[name].left_arm), ("R", POSES[name].right_arm)):
        assert arm_gap(posed, side) >= (0.02 if isinstance(arm, Arm) else 0.005)


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 1), st.floats(0.1, 2.6), st.sampled_from(pose_names()), st.integers(0, 99))
def test_any_size_and_variation_keeps_arms_and_thighs_out_of_the_flesh(gender, weight, name, seed):
    body = body_of(gender, weight)
    rotations = pose_rotations(body, name, seed=seed)
    posed = body.pose(rotations)
    assert min(arm_gap(posed, "L"), arm_gap(posed, "R")) > 0.0
    assert thigh_gap(posed) > -0.008
    for matrix in rotations.values():
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-8)
        assert np.linalg.det(matrix) > 0.0


def test_front_pose_is_symmetric():
    body = body_of(1.0, 0.5)
    posed = body.pose(pose_rotations(body, "front"))
    left, right = posed.head("wrist.L"), posed.head("wrist.R")
    np.testing.assert_allclose(left * [-1, 1, 1], right, atol=1e-3)


def test_head_faces_the_camera_although_the_body_is_turned():
    body = body_of(1.0, 0.5)
    rotations = pose_rotations(body, "three-quarter")
    frames, _ = body.forward(rotations)
    assert (frames[template().bone("head")] @ [0, -1, 0])[1] < -0.98
    assert (frames[0] @ [0, -1, 0])[0] > 0.5


def test_same_seed_is_the_same_pose_and_another_differs_a_little():
    body = body_of(0.0, 0.5)
    first, again, other = (pose_rotations(body, "front", seed=s)["head"] for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert 0.001 < np.abs(first - other).max() < 0.15


def test_every_pose_is_described_in_both_languages():
    assert all(p.en.isascii() and not p.zh.isascii() for p in POSES.values())


def test_unknown_pose_names_the_known_ones():
    with pytest.raises(PlanError, match=r"unknown pose 'sleeping' .*contrapposto.*choose one"):
        pose_rotations(body_of(1.0, 0.5), "sleeping")
