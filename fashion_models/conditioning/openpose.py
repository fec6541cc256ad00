"""Joints drawn as pose networks were trained to read them: `draw_openpose`.

Drawn from the description of the format (Cao et al. 2019: eighteen joints, seventeen limbs, a hue for each):
the drawing code that comes with OpenPose may not be used commercially, and none of it is used here.
"""

from __future__ import annotations

import colorsys

import numpy as np

from fashion_models.arrays import F64, U8
from fashion_models.conditioning.joints import Joint

#: The limbs in the order of their colours.
LIMBS = (
    (Joint.NECK, Joint.RIGHT_SHOULDER),
    (Joint.NECK, Joint.LEFT_SHOULDER),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW),
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW),
    (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.NECK, Joint.RIGHT_HIP),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.NECK, Joint.LEFT_HIP),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE),
    (Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.NECK, Joint.NOSE),
    (Joint.NOSE, Joint.RIGHT_EYE),
    (Joint.RIGHT_EYE, Joint.RIGHT_EAR),
    (Joint.NOSE, Joint.LEFT_EYE),
    (Joint.LEFT_EYE, Joint.LEFT_EAR),
)
#: Half the width of a limb and the radius of a joint in a picture whose shorter side is 512 [px].
_STICK = 4.0
_AT = 512
#: Limbs are drawn darker than joints by this factor.
_DIM = 0.6


def _hue(number: int, count: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(number / count, 1.0, 1.0)
    return round(255 * red), round(255 * green), round(255 * blue)


def draw_openpose(joints: F64, width: int, height: int) -> U8:
    """Draw a person's joints and limbs on black.

    Args:
        joints: COCO-18: x, y [px] and 1 where visible, shape (18, 3); points outside the picture are allowed.
        width: Picture width [px].
        height: Picture height [px].

    Returns:
        RGB, shape (height, width, 3).
    """
    import cv2

    canvas = np.zeros((height, width, 3), np.uint8)
    stick = max(1.0, _STICK * min(width, height) / _AT)
    for number, (start, end) in enumerate(LIMBS):
        if joints[start, 2] <= 0 or joints[end, 2] <= 0:
            continue
        a, b = joints[start, :2], joints[end, :2]
        middle, along = (a + b) / 2, b - a
        outline = cv2.ellipse2Poly(
            (round(float(middle[0])), round(float(middle[1]))),
            (max(1, round(float(np.hypot(*along)) / 2)), max(1, round(stick))),
            round(float(np.degrees(np.arctan2(along[1], along[0])))),
            0,
            360,
            1,
        )
        colour = tuple(_DIM * channel for channel in _hue(number, len(LIMBS) + 1))
        cv2.fillConvexPoly(canvas, outline, colour)
    for joint in Joint:
        if joints[joint, 2] > 0:
            centre = round(float(joints[joint, 0])), round(float(joints[joint, 1]))
            cv2.circle(canvas, centre, max(1, round(stick)), _hue(joint, len(Joint)), -1)
    return canvas
