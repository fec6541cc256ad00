"""What fetched weights add to reading photos: `chosen_segmenter`, `joint_detector`."""

from __future__ import annotations

from fashion_models.errors import PlanError
from fashion_models.garment.segment import ClassicalSegmenter, Segmenter
from fashion_models.pipelines.finish.weights import (
    JOINT_DETECTOR,
    SEGMENTER,
    Bundle,
    identity,
    read_record,
    verified_folder,
)
from fashion_models.pose.reference import JointDetector

SEGMENTERS = ("classical", SEGMENTER.name)


def chosen_segmenter(name: str | None) -> Segmenter:
    """The segmenter of a name; left out: segment-anything when its weights are here, else the weightless one.

    Raises:
        PlanError: There is no such segmenter.
        WeightsError: Its weights are missing though asked for, or here and damaged.
    """
    if name is not None and name not in SEGMENTERS:
        raise PlanError(f"segmenter '{name}' is unknown;", limit=f"known: {', '.join(SEGMENTERS)}.")
    if name == "classical" or (name is None and read_record(SEGMENTER) is None):
        return ClassicalSegmenter()
    from fashion_models.garment.sam import SamSegmenter

    return SamSegmenter(verified_folder(SEGMENTER.name), name=_name(SEGMENTER))


def joint_detector() -> JointDetector | None:
    """What finds joints in photos; None when its weights were not fetched.

    Raises:
        WeightsError: Its weights are here and damaged.
    """
    if read_record(JOINT_DETECTOR) is None:
        return None
    from fashion_models.pose.detector import VitPoseDetector

    return VitPoseDetector(verified_folder(JOINT_DETECTOR.name), name=_name(JOINT_DETECTOR))


def _name(bundle: Bundle) -> str:
    """A name that is another one for other weights."""
    return f"{bundle.name}-{identity(bundle)}"
