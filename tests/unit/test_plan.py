"""What names a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fashion_models.garment.model import Cutout
from fashion_models.garment.segment import ClassicalSegmenter
from fashion_models.photo import GarmentPhoto
from fashion_models.plan import ShotRequest, plan_shot

TEE = Path(__file__).parents[2] / "samples/garments/tee.jpg"


@dataclass(frozen=True)
class OtherSegmenter:
    name: str = "other"

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        return ClassicalSegmenter()(photo)


def test_same_request_is_the_same_picture_and_each_difference_another() -> None:
    request = ShotRequest(photo=TEE, identity=3)
    plan = plan_shot(request)[0]
    assert plan_shot(request)[0].id == plan.id
    others = [replace(request, tone=9), replace(request, seed=1), replace(request, pose="walking")]
    assert len({plan.id, *(plan_shot(other)[0].id for other in others)}) == 4


def test_another_segmenter_or_release_makes_another_picture() -> None:
    request = ShotRequest(photo=TEE)
    plan = plan_shot(request)[0]
    other = plan_shot(request, OtherSegmenter())[0]
    assert (plan.segmenter, other.segmenter) == ("classical", "other")
    assert len({plan.id, other.id, replace(plan, release="0.0.0").id}) == 3
