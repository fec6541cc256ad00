import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.mesh import unit
from fashion_models.pose.skeleton import Y, Z, axis_angle, mirrored, share, swing, turn, twist

angle = st.floats(-170, 170)
direction = (
    st.tuples(*[st.floats(-1, 1)] * 3)
    .filter(lambda v: np.linalg.norm(v) > 0.1)
    .map(lambda v: unit(np.array(v)))
)


@given(direction, angle)
def test_turn_is_a_rotation_of_its_angle(axis, degrees):
    matrix = turn(axis, degrees)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
    assert abs(axis_angle(matrix)[1] - abs(degrees)) < 1e-5


@given(direction, angle)
def test_shares_of_a_rotation_make_the_whole(axis, degrees):
    part = share(turn(axis, degrees), 4)
    np.testing.assert_allclose(part @ part @ part @ part, turn(axis, degrees), atol=1e-8)


@given(direction, direction)
def test_swing_takes_one_direction_to_the_other(start, end):
    np.testing.assert_allclose(swing(start, end) @ start, end, atol=1e-9)


@given(direction, angle)
def test_twist_is_the_turn_about_its_axis(axis, degrees):
    assert abs(twist(turn(axis, degrees), axis) - degrees) < 1e-6


def test_positive_turn_about_the_vertical_looks_to_the_persons_left():
    assert (turn(Z, 90) @ -Y)[0] > 0.99


def test_mirrored_twice_is_the_same_pose():
    pose = {"wrist.L": turn(Y, 20), "head": turn(Z, 10)}
    twice = mirrored(mirrored(pose))
    assert set(mirrored(pose)) == {"wrist.R", "head"}
    for bone, matrix in pose.items():
        np.testing.assert_allclose(twice[bone], matrix, atol=1e-12)
