"""Edges of a picture as networks were trained to read them: `edge_picture`, drawn by controlnet_aux.

Only its detectors without weights are used (Apache-2.0). Its OpenPose part allows non-commercial use only and
is never called: joints are drawn by `fashion_models.conditioning.openpose`.
"""

from __future__ import annotations

import warnings

import numpy as np

from fashion_models.arrays import U8

#: What can be drawn.
EDGE_KINDS = ("canny", "lineart")
#: Side at which edges are looked for [px]; smaller pictures are enlarged to it.
_RESOLUTION = 512


def edge_picture(kind: str, rgb: U8) -> U8:
    """Draw the edges of a picture, white on black.

    Args:
        kind: 'canny' (hard lines) or 'lineart' (soft pencil lines).
        rgb: sRGB, shape (H, W, 3).

    Returns:
        RGB, shape (H, W, 3).

    Raises:
        KeyError: No such kind.
    """
    import cv2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of optional parts that are not installed
        from controlnet_aux import CannyDetector, LineartStandardDetector
    resolution = max(_RESOLUTION, min(rgb.shape[:2]))
    size = {"detect_resolution": resolution, "output_type": "np"}
    detector, options = {
        "canny": (CannyDetector, size | {"image_resolution": resolution}),
        "lineart": (LineartStandardDetector, size),
    }[kind]
    drawn = detector()(rgb, **options)
    height, width = rgb.shape[:2]
    return np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
