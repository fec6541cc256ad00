"""What fetched weights add: a segmenter and a joint detector, chosen when they are here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fashion_models.conditioning.joints import Joint
from fashion_models.errors import PlanError, WeightsError
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.finish.download import pull
from fashion_models.pipelines.finish.origins import Folder
from fashion_models.pipelines.finish.weights import JOINT_DETECTOR, SEGMENTER, Bundle
from fashion_models.pipelines.tools import chosen_segmenter, joint_detector
from fashion_models.pose.detector import COCO
from fashion_models.pose.reference import take_joints

#: Row and column of each point in the tiny detector's heatmaps (16 × 12).
SPOTS = [(2 + 4 * (point // 5), 1 + 2 * (point % 5)) for point in range(17)]


def put(bundle: Bundle, model: Any, disk: Path, **more: str) -> None:
    """Publish a tiny model on a disk and fetch it from there."""
    repository = disk / bundle.sources[0].hub
    model.save_pretrained(repository, safe_serialization=True)
    for name, text in more.items():
        (repository / f"{name}.json").write_text(text)
    pull(bundle, Folder(disk), accepted=True)


@pytest.fixture
def sam() -> Any:
    from transformers import SamConfig, SamModel

    torch.manual_seed(0)
    side = {"hidden_size": 32, "image_size": 64}
    vision = {
        **side,
        "output_channels": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "global_attn_indexes": [0],
        "num_pos_feats": 16,
        "mlp_dim": 64,
    }
    decoder = {"hidden_size": 32, "num_attention_heads": 2, "mlp_dim": 32, "iou_head_hidden_dim": 32}
    return SamModel(SamConfig(vision_config=vision, prompt_encoder_config=side, mask_decoder_config=decoder))


@pytest.fixture
def vitpose() -> Any:
    """A tiny joint detector that sees the joints at `SPOTS` of whatever is black."""
    from transformers import VitPoseBackboneConfig, VitPoseConfig, VitPoseForPoseEstimation

    torch.manual_seed(0)
    backbone = VitPoseBackboneConfig(
        image_size=[64, 48],
        patch_size=[16, 16],
        hidden_size=128,
        num_hidden_layers=1,
        num_attention_heads=2,
        out_indices=[1],
        out_features=None,
    )
    model = VitPoseForPoseEstimation(VitPoseConfig(backbone_config=backbone, num_labels=17))
    model.backbone.embeddings.position_embeddings.data.normal_()  # else all of a black picture looks alike
    rows, columns = torch.meshgrid(torch.arange(16.0), torch.arange(12.0), indexing="ij")
    spots = torch.tensor(SPOTS, dtype=torch.float32)[:, :, None, None]
    wanted = torch.exp(-((rows - spots[:, 0]) ** 2 + (columns - spots[:, 1]) ** 2) / 12.0)
    learner = torch.optim.Adam(model.parameters(), lr=0.005)
    black = torch.zeros(1, 3, 64, 48)
    for _ in range(200):
        loss = (model(pixel_values=black).heatmaps[0] - wanted).square().sum()
        learner.zero_grad()
        loss.backward()
        learner.step()
    return model.eval()


def preprocessor() -> str:
    size = {"height": 64, "width": 48}
    mean = [110 / 255] * 3  # a plain photo of this grey is what the tiny detector learned
    return json.dumps(
        {
            "image_processor_type": "VitPoseImageProcessor",
            "size": size,
            "image_mean": mean,
            "image_std": [1.0] * 3,
        }
    )


def black() -> GarmentPhoto:
    return GarmentPhoto(rgb=np.zeros((320, 240, 3), np.uint8), alpha=None, digest="0" * 64, name="test")


def test_without_weights_the_weightless_segmenter_is_chosen_and_no_detector(weights: Path) -> None:
    assert chosen_segmenter(None).name == "classical"
    assert joint_detector() is None
    with pytest.raises(WeightsError, match="weights pull segment-anything"):
        chosen_segmenter("segment-anything")
    with pytest.raises(PlanError, match="segmenter 'magic' is unknown; known: classical, segment-anything"):
        chosen_segmenter("magic")


def test_with_weights_segment_anything_is_chosen_and_its_name_tells_which(
    weights: Path, tmp_path: Path, sam: Any
) -> None:
    put(SEGMENTER, sam, tmp_path / "disk")
    first = chosen_segmenter(None).name
    assert first.startswith("segment-anything-")
    assert chosen_segmenter("classical").name == "classical"
    sam.mask_decoder.iou_token.weight.data += 1.0
    put(SEGMENTER, sam, tmp_path / "disk")
    assert chosen_segmenter(None).name != first


def test_damaged_weights_are_an_error_and_not_quietly_left_aside(
    weights: Path, tmp_path: Path, sam: Any
) -> None:
    put(SEGMENTER, sam, tmp_path / "disk")
    file = weights / "segment-anything/model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(WeightsError, match="is altered"):
        chosen_segmenter(None)


def test_the_detector_gives_every_joint_at_its_pixel_in_openpose_order(
    weights: Path, tmp_path: Path, vitpose: Any
) -> None:
    put(JOINT_DETECTOR, vitpose, tmp_path / "disk", preprocessor_config=preprocessor())
    detector = joint_detector()
    assert detector is not None
    joints = detector(black())
    assert joints.shape == (18, 3)
    assert (joints[:, 2] > 0.3).all()
    place = joints[list(COCO), 1::-1]  # row, column
    spots = np.array(SPOTS, float)
    for points in (place, spots):
        points -= points.min(axis=0)
        points /= points.max(axis=0)
    np.testing.assert_allclose(place, spots, atol=0.1)
    assert set(COCO) == set(Joint) - {Joint.NECK}
    np.testing.assert_allclose(
        joints[Joint.NECK, :2], joints[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], :2].mean(axis=0)
    )


def test_a_photo_without_a_person_is_refused(weights: Path, tmp_path: Path, vitpose: Any) -> None:
    for parameter in vitpose.head.parameters():
        parameter.data.zero_()
    put(JOINT_DETECTOR, vitpose, tmp_path / "disk", preprocessor_config=preprocessor())
    from PIL import Image

    photo = tmp_path / "empty.png"
    Image.fromarray(black().rgb).save(photo)
    with pytest.raises(PlanError, match="does not show the right shoulder"):
        take_joints(photo, joint_detector())
