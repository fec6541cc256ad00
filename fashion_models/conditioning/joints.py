"""Where the body's joints are: `body_joints`, OpenPose COCO-18 order."""

from __future__ import annotations

import functools
from enum import IntEnum

import numpy as np

from fashion_models.arrays import F64
from fashion_models.cache import Arrays, remember
from fashion_models.person.body import VERTICES, PosedBody, anny_data


class Joint(IntEnum):
    """OpenPose's COCO-18 joints; right and left are the person's own."""

    NOSE = 0
    NECK = 1
    RIGHT_SHOULDER = 2
    RIGHT_ELBOW = 3
    RIGHT_WRIST = 4
    LEFT_SHOULDER = 5
    LEFT_ELBOW = 6
    LEFT_WRIST = 7
    RIGHT_HIP = 8
    RIGHT_KNEE = 9
    RIGHT_ANKLE = 10
    LEFT_HIP = 11
    LEFT_KNEE = 12
    LEFT_ANKLE = 13
    RIGHT_EYE = 14
    LEFT_EYE = 15
    RIGHT_EAR = 16
    LEFT_EAR = 17


def body_joints(posed: PosedBody) -> F64:
    """Joints of a posed body.

    Args:
        posed: The body.

    Returns:
        World positions [m] in the order of `Joint`, shape (18, 3); the neck lies between the shoulders.

    Source: Anny's keypoint regressor for COCO; OpenPose (Cao et al. 2019) for the order.
    """
    joints: F64 = joint_weights() @ posed.vertices
    return joints


@functools.cache
def joint_weights() -> F64:
    """Weight of every vertex for every joint, shape (18, V)."""

    def build() -> Arrays:
        import torch

        table = torch.load(anny_data() / "keypoints" / "coco.pth", weights_only=True)
        weights = np.zeros((len(Joint), VERTICES))
        for joint in Joint:
            if joint is not Joint.NECK:
                weights[joint] = np.asarray(table[joint.name.lower()], np.float64)
        return {"weights": weights}

    stored: F64 = remember("joints", "coco-18", build)["weights"].copy()
    stored[Joint.NECK] = (stored[Joint.RIGHT_SHOULDER] + stored[Joint.LEFT_SHOULDER]) / 2
    return stored
