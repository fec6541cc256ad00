"""`pipelines.audit.silhouette_width` on a figure of known width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fashion_models.conditioning.joints import Joint
from fashion_models.pipelines.audit import silhouette_width
from fashion_models.studio.model import Draft, Role


@pytest.fixture
def draft(small: Any) -> Draft:
    """Twenty columns of cloth, four of skin and thirty of hair in every row."""
    masks = {role.value: np.zeros((96, 96), np.float32) for role in Role}
    masks[Role.GARMENT.value][:, 30:50] = 1
    masks[Role.SKIN.value][:, 50:54] = 1
    masks[Role.HAIR.value][:, 60:90] = 1
    joints = np.zeros((len(Joint), 3))
    joints[Joint.NECK, 1], joints[[Joint.RIGHT_HIP, Joint.LEFT_HIP], 1] = 20, 60
    empty = np.zeros((96, 96), np.float32)
    return Draft(
        display=np.zeros((96, 96, 3), np.uint8),
        linear=np.zeros((96, 96, 3), np.float32),
        alpha=empty,
        masks=masks,
        depth=empty,
        normals=np.zeros((96, 96, 3), np.float32),
        uv=np.zeros((96, 96, 2), np.float32),
        position=np.zeros((96, 96, 3), np.float32),
        joints=joints,
        camera=small.front_camera(96),
        renderer="none",
    )


def test_cloth_and_skin_count_and_hair_does_not(draft: Draft) -> None:
    assert silhouette_width(draft) == pytest.approx(24 * draft.camera.pixel_m * 100, abs=0.01)


def test_rows_below_the_hips_do_not_count(draft: Draft) -> None:
    draft.masks[Role.GARMENT.value][60:] = 1
    assert silhouette_width(draft) == pytest.approx(24 * draft.camera.pixel_m * 100, abs=0.01)


def test_a_picture_without_hips_has_no_width(draft: Draft) -> None:
    joints = draft.joints.copy()
    joints[[Joint.RIGHT_HIP, Joint.LEFT_HIP], 1] = 130
    assert silhouette_width(replace(draft, joints=joints)) is None
