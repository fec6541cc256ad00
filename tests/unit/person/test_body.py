"""Posing: our skinning against Anny's own, and the floor."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from fashion_models.person.body import BodyShape, anny_model, build_body, template
from fashion_models.pose.library import pose_rotations


def matrix(axis: str, degrees: float) -> np.ndarray:
    return Rotation.from_euler(axis, degrees, degrees=True).as_matrix()


@pytest.mark.filterwarnings("ignore")  # what Anny's own imports warn of is not ours
def test_a_posed_body_is_the_one_that_anny_poses() -> None:
    import torch

    phenotypes = {"gender": 0.8, "weight": 0.9, "height": 0.6, "age": 0.75}
    body = build_body(BodyShape(phenotypes=tuple(sorted(phenotypes.items()))))
    turns = {
        "upperarm01.L": matrix("y", 40),
        "lowerarm01.R": matrix("x", -50),
        "upperleg01.R": matrix("x", 30),
        "spine02": matrix("z", 15),
    }
    model = anny_model()
    pose = torch.eye(4).repeat(1, model.bone_count, 1, 1)
    for bone, turn in turns.items():
        pose[0, model.bone_labels.index(bone), :3, :3] = torch.tensor(turn)
    everything = dict.fromkeys(model.phenotype_labels, 0.5) | phenotypes
    built = model(pose_parameters=pose, phenotype_kwargs=everything)["vertices"][0].numpy()
    posed = body.pose(turns, ground=False).vertices
    skin = template().groups["body"]
    assert np.linalg.norm(posed - built, axis=1)[skin].max() < 0.002
    assert np.linalg.norm(posed - body.rest, axis=1)[skin].max() > 0.1


def test_a_posed_body_stands_on_the_floor() -> None:
    body = build_body(BodyShape())
    posed = body.pose(pose_rotations(body, "walking"))
    assert posed.vertices[template().groups["body"], 2].min() == pytest.approx(0, abs=1e-9)
    moved = posed.moved(np.array([0.1, 0.2, 0.3]))
    np.testing.assert_allclose(moved.head("head") - posed.head("head"), [0.1, 0.2, 0.3])
    np.testing.assert_allclose(
        moved.transforms[:, :3, 3] - posed.transforms[:, :3, 3], [[0.1, 0.2, 0.3]] * len(posed.heads)
    )
