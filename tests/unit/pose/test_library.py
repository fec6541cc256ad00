import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_models.errors import PlanError
from fashion_models.mesh import unit
from fashion_models.person.body import VERTICES, BodyShape, build_body, template
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender
from fashion_models.person.sizes import parse_size
from fashion_models.person.solve import solve_body
from fashion_models.pose.clearance import arm_gap, thigh_gap
from fashion_models.pose.kinematics import ELBOW_LIMIT, KNEE_LIMIT, WRIST_LIMIT
from fashion_models.pose.library import POSES, pose_names, pose_rotations
from fashion_models.pose.preset import Arm
from fashion_models.pose.skeleton import mirrored


def body_of(gender, weight):
    return build_body(BodyShape(phenotypes=(("age", 0.68), ("gender", gender), ("weight", weight))))


def lowest(posed, side):
    t = template()
    labels = np.array(t.bone_labels)[t.weight_bones[np.arange(VERTICES), t.weights.argmax(axis=1)]]
    foot = [i for i in t.groups["body"] if labels[i].startswith(("foot", "toe")) and labels[i].endswith(side)]
    return posed.vertices[foot, 2].min()


def bend(posed, side, *bones):
    """Angle [degrees] by which the third of three joints leaves the line of the first two."""
    start, middle, end = (posed.head(f"{bone}.{side}") for bone in bones)
    cosine = unit(middle - start) @ unit(end - middle)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@pytest.fixture(scope="module", params=[(g, s) for g in Gender for s in ("XXS", "5XL")], ids=" ".join)
def sized(request):
    """The smallest and the largest body of the tables, of each gender."""
    gender, size = request.param
    return solve_body(make_person(gender=gender, measurements=parse_size(size, gender)))


@pytest.mark.parametrize("name", pose_names())
def test_smallest_and_largest_bodies_stand_on_the_floor_with_arms_clear_and_joints_whole(name, sized):
    posed = sized.pose(pose_rotations(sized, name))
    assert max(lowest(posed, ".L"), lowest(posed, ".R")) <= 0.006
    assert thigh_gap(posed) > -0.008
    for side, arm in (("L", POSES[name].left_arm), ("R", POSES[name].right_arm)):
        assert arm_gap(posed, side) >= (0.02 if isinstance(arm, Arm) else 0.005)
        assert bend(posed, side, "upperarm01", "lowerarm01", "wrist") <= ELBOW_LIMIT + 1.0
        assert bend(posed, side, "lowerarm01", "wrist", "finger3-1") <= WRIST_LIMIT + 1.0
        assert bend(posed, side, "upperleg01", "lowerleg01", "foot") <= KNEE_LIMIT


def test_hands_of_every_body_reach_what_their_pose_says(sized):
    thigh = sized.pose(pose_rotations(sized, "hand-on-thigh"))
    seated = sized.pose(pose_rotations(sized, "sitting"))
    for posed, side, nearest, farthest in (
        (thigh, "R", 0.2, 0.6),
        (seated, "L", 0.6, 1.1),
        (seated, "R", 0.6, 1.1),
    ):
        hip, knee, hand = (posed.head(f"{bone}.{side}") for bone in ("upperleg01", "lowerleg01", "finger3-1"))
        assert nearest < (hand - hip) @ (knee - hip) / ((knee - hip) @ (knee - hip)) < farthest
    crossed = sized.pose(pose_rotations(sized, "arms-crossed"))
    assert crossed.head("finger3-3.L")[0] < 0 < crossed.head("finger3-3.R")[0]
    collar = sized.pose(pose_rotations(sized, "hand-to-collar"))
    hand = collar.head("finger3-1.L") - collar.head("neck01")
    assert abs(hand[0]) < 0.11 and abs(hand[2]) < 0.09


def test_arms_that_cross_do_not_pass_through_each_other():
    body = body_of(1.0, 0.5)
    crossed = pose_rotations(body, "arms-crossed")
    assert arm_gap(body.pose(crossed), "R") > 0.005
    through = crossed | {name: mirrored(crossed)[name] for name in crossed if name.endswith(".R")}
    assert arm_gap(body.pose(through), "R") < 0.0


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
