"""Control pictures: OpenPose's colours, depth, normals, whole and in part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fashion_models.conditioning.joints import Joint
from fashion_models.conditioning.openpose import LIMBS, draw_openpose
from fashion_models.conditioning.pictures import Window, control_picture, whole
from fashion_models.studio.model import Camera, Draft


def standing() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    joints = np.ones((18, 3))
    joints[:, 0] = np.linspace(40, 470, 18)
    joints[:, 1] = np.linspace(500, 30, 18)
    return joints


def flat(height: int = 40, width: int = 30) -> Draft:
    """A slope that comes nearer to the right, bare wall in its upper half."""
    depth = np.zeros((height, width), np.float32)
    depth[height // 2 :] = np.linspace(6, 5, width)
    normals = np.zeros((height, width, 3), np.float32)
    normals[height // 2 :] = (1, 0, 0)
    empty = np.zeros((height, width), np.float32)
    return Draft(
        display=np.zeros((height, width, 3), np.uint8),
        linear=np.zeros((height, width, 3), np.float32),
        alpha=(depth > 0).astype(np.float32),
        masks={"hair": empty},
        depth=depth,
        normals=normals,
        uv=np.zeros((height, width, 2), np.float32),
        position=np.zeros((height, width, 3), np.float32),
        joints=np.zeros((18, 3)),
        camera=Camera(
            origin=(0, -5, 1), target=(0, 0, 1), fov_deg=20, width=width, height=height, azimuth_deg=0
        ),
        renderer="none",
    )


def test_convention_limbs_have_eighteen_hues_twenty_degrees_apart_and_joints_are_brighter() -> None:
    joints = standing()
    drawn = draw_openpose(joints, 512, 512)
    assert tuple(drawn[500, 40]) == (255, 0, 0)  # the nose
    start, end = LIMBS[0]
    joints[:, 2] = 0
    joints[[start, end], 2] = 1
    drawn = draw_openpose(joints, 512, 512)
    middle = ((joints[start, :2] + joints[end, :2]) / 2).round().astype(int)
    assert tuple(drawn[middle[1], middle[0]]) == (153, 0, 0)  # neck to right shoulder
    assert len(LIMBS) == 17
    assert LIMBS[0] == (Joint.NECK, Joint.RIGHT_SHOULDER)


def test_unseen_joints_and_their_limbs_are_not_drawn() -> None:
    joints = standing()
    joints[:, 2] = 0
    assert not draw_openpose(joints, 256, 256).any()
    joints[[Joint.NECK, Joint.NOSE], 2] = 1
    assert draw_openpose(joints, 512, 512).any()


def test_near_is_white_and_the_wall_is_black() -> None:
    depth = control_picture("depth", flat())
    assert not depth[:20].any()
    assert (np.diff(depth[30, :, 0].astype(int)) >= 0).all()
    assert depth[30, -1, 0] > 240 > 60 > depth[30, 0, 0] > 0


def test_normals_to_the_right_are_red_and_the_wall_faces_the_viewer() -> None:
    normal = control_picture("normal", flat())
    assert tuple(normal[30, 15]) == (255, 128, 128)
    assert tuple(normal[5, 15]) == (128, 128, 255)


def test_a_part_shows_what_the_whole_shows_there() -> None:
    draft = replace(flat(), joints=np.array([[10 + 0.5 * i, 20 + 0.5 * i, 1.0] for i in range(18)]))
    part = Window(top=10, left=5, height=20, width=20, rows=20, columns=20)
    for kind in ("depth", "normal"):
        assert np.array_equal(control_picture(kind, draft, part), control_picture(kind, draft)[part.slices])
    zoomed = replace(part, rows=200, columns=200)
    pose = control_picture("pose", draft, zoomed)
    assert tuple(pose[100, 50]) == (255, 0, 0)  # the nose at (10, 20), ten times as large
    assert control_picture("depth", draft, whole(40, 30, rows=80, columns=60)).shape == (80, 60, 3)


def test_edges_are_drawn_of_the_picture_at_the_size_that_is_asked_for() -> None:
    display = np.full((160, 120, 3), 230, np.uint8)
    display[:, 60:] = 30
    draft = replace(flat(160, 120), display=display)
    for kind in ("canny", "lineart"):
        drawn = control_picture(kind, draft, whole(160, 120, rows=320, columns=240))
        assert drawn.shape == (320, 240, 3)
        assert drawn[160, 108:132].max() > 60
        assert drawn[160, :60].max() == 0
