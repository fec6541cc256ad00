"""Joints found in a photo by ViTPose: `VitPoseDetector`.

Xu et al., ViTPose, 2022; code and weights are Apache-2.0. controlnet_aux's OpenPose detector is not used: its
header allows non-commercial use only.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F64, U8
from fashion_models.conditioning.joints import Joint
from fashion_models.errors import WeightsError
from fashion_models.photo import GarmentPhoto
from fashion_models.pose.reference import MIN_SCORE

#: The network's points, in its order (COCO); the neck is not among them.
COCO = (
    Joint.NOSE,
    Joint.LEFT_EYE,
    Joint.RIGHT_EYE,
    Joint.LEFT_EAR,
    Joint.RIGHT_EAR,
    Joint.LEFT_SHOULDER,
    Joint.RIGHT_SHOULDER,
    Joint.LEFT_ELBOW,
    Joint.RIGHT_ELBOW,
    Joint.LEFT_WRIST,
    Joint.RIGHT_WRIST,
    Joint.LEFT_HIP,
    Joint.RIGHT_HIP,
    Joint.LEFT_KNEE,
    Joint.RIGHT_KNEE,
    Joint.LEFT_ANKLE,
    Joint.RIGHT_ANKLE,
)
#: Room around the joints of the first look for the second, as a share of their extent.
_ROOM = 0.15


@dataclass(frozen=True)
class VitPoseDetector:
    """Looks at the whole photo first, then closely at where the person is.

    Attributes:
        folder: Folder with config.json, preprocessor_config.json and model.safetensors, as the hub has them.
        name: Name that stands in the cache's keys; other weights need another one.
    """

    folder: Path
    name: str = "vitpose"

    def __call__(self, photo: GarmentPhoto) -> F64:
        """Pixels and score of every joint, in the order of `Joint`, shape (18, 3).

        Raises:
            WeightsError: The weights are missing or not of this model.
        """
        height, width = photo.rgb.shape[:2]
        network = _network(self.folder)
        first = _look(network, photo.rgb, (0.0, 0.0, float(width), float(height)))
        seen = first[:, 2] >= MIN_SCORE
        found = first if seen.sum() < 4 else _look(network, photo.rgb, _box(first[seen, :2]))
        joints = np.zeros((len(Joint), 3))
        joints[list(COCO)] = found
        shoulders = joints[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]]
        joints[Joint.NECK] = [*shoulders[:, :2].mean(axis=0), shoulders[:, 2].min()]
        return joints


def _box(points: F64) -> tuple[float, float, float, float]:
    """Left, top, width, height around points, with room [px]."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = _ROOM * float(np.max(high - low)) + 1.0
    (left, top), (width, height) = (low - room).tolist(), (high - low + 2 * room).tolist()
    return left, top, width, height


def _look(network: tuple[Any, Any], rgb: U8, box: tuple[float, float, float, float]) -> F64:
    """Pixels and score of the network's points in a box of a photo, shape (17, 3)."""
    import torch

    processor, model = network
    boxes = [[list(box)]]
    given = processor(rgb.copy(), boxes=boxes, return_tensors="pt", input_data_format="channels_last")
    with torch.inference_mode():
        seen = model(pixel_values=given["pixel_values"])
    pose = processor.post_process_pose_estimation(seen, boxes=boxes)[0][0]
    return np.column_stack([pose["keypoints"].numpy(), pose["scores"].numpy()]).astype(np.float64)


@functools.lru_cache(maxsize=1)
def _network(folder: Path) -> tuple[Any, Any]:
    from transformers import VitPoseForPoseEstimation, VitPoseImageProcessor

    try:
        processor = VitPoseImageProcessor.from_pretrained(folder, local_files_only=True)
        model = VitPoseForPoseEstimation.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise WeightsError(
            f"the joint detector in {folder} cannot be loaded ({error});",
            cure="fetch it with 'fashion-models weights pull joints'.",
        ) from error
    return processor, model  # from_pretrained leaves it ready for use, not for training
