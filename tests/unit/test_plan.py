"""What names a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fashion_models.errors import PlanError
from fashion_models.garment.model import Cutout
from fashion_models.garment.segment import ClassicalSegmenter
from fashion_models.photo import GarmentPhoto
from fashion_models.plan import ShotRequest, plan_shot

TEE = Path(__file__).parents[2] / "samples/garments/tee.jpg"
TROUSERS = Path(__file__).parents[2] / "samples/garments/trousers.jpg"


@dataclass(frozen=True)
class OtherSegmenter:
    name: str = "other"

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        return ClassicalSegmenter()(photo)


def test_same_request_is_the_same_picture_and_each_difference_another() -> None:
    request = ShotRequest(photo=TEE, identity=3)
    plan = plan_shot(request)[0]
    assert plan_shot(request)[0].id == plan.id
    changes = (
        {"tone": 9},
        {"seed": 1},
        {"pose": "walking"},
        {"expression": "smile"},
        {"base_colour": "navy"},
        {"lighting": "soft"},
        {"worn_with": TROUSERS},
        {"worn_with": TROUSERS, "worn_with_category": "trousers"},
        {"shoes": "none"},
        {"gender": "male", "beard": "full"},
        {"gender": "male", "beard": "none"},
    )
    others = [plan_shot(replace(request, **change))[0].id for change in changes]  # type: ignore[arg-type]
    assert len({plan.id, *others}) == len(changes) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"expression": "grin"},
        {"beard": "goatee", "gender": "male"},
        {"beard": "full", "gender": "female"},
        {"base_colour": "puce"},
        {"shoes": "boots"},
        {"lighting": "disco"},
    ],
)
def test_what_cannot_be_worn_is_refused_before_work_starts(change: dict[str, str]) -> None:
    with pytest.raises(PlanError, match=change.get("beard") or next(iter(change.values()))):
        plan_shot(ShotRequest(photo=TEE, **change))  # type: ignore[arg-type]


def test_the_category_of_a_second_garment_needs_the_garment() -> None:
    with pytest.raises(PlanError, match="second category needs a second garment"):
        plan_shot(ShotRequest(photo=TEE, worn_with_category="skirt"))
    with pytest.raises(PlanError, match="category 'cape' is unknown"):
        plan_shot(ShotRequest(photo=TEE, worn_with=TROUSERS, worn_with_category="cape"))


def test_another_segmenter_or_release_makes_another_picture() -> None:
    request = ShotRequest(photo=TEE)
    plan = plan_shot(request)[0]
    other = plan_shot(request, OtherSegmenter())[0]
    assert (plan.segmenter, other.segmenter) == ("classical", "other")
    assert len({plan.id, other.id, replace(plan, release="0.0.0").id}) == 3


def test_a_pose_from_joints_names_the_picture_and_contradicts_a_named_pose(tmp_path: Path) -> None:
    points = [[10.0 * (joint % 5), 7.0 * joint] for joint in range(18)]
    path = tmp_path / "joints.json"
    path.write_text(json.dumps(points))
    named = plan_shot(ShotRequest(photo=TEE))[0]
    free = plan_shot(ShotRequest(photo=TEE, pose_photo=path))[0]
    assert named.joints is None and free.joints is not None
    assert free.pose == "photo"
    points[4][0] += 20.0
    path.write_text(json.dumps(points))
    other = plan_shot(ShotRequest(photo=TEE, pose_photo=path))[0]
    assert len({named.id, free.id, other.id}) == 3
    with pytest.raises(PlanError, match="a pose photo and the pose 'walking'"):
        plan_shot(ShotRequest(photo=TEE, pose_photo=path, pose="walking"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"finisher": "huge"}, "finisher 'huge' is unknown; known: none, cpu, small"),
        ({"scene": "on a pier"}, "a scene needs a finisher"),
        ({"identity_card": "card.png"}, "an identity card needs a finisher"),
        ({"finisher": "small", "height": 2304}, "768×2304 is too large for a finisher; .* at most 2048 px"),
        ({"finisher": "small", "scene": " "}, "the scene has 0 characters"),
        ({"finisher": "small", "scene": "x" * 201}, "the scene has 201 characters; between 1 and 200"),
        ({"finisher": "mid", "identity_card": "nowhere.png"}, "'nowhere.png' cannot be read"),
    ],
)
def test_what_no_finisher_can_do_is_refused_before_work_starts(change: dict[str, object], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        plan_shot(ShotRequest(photo=TEE, **change))  # type: ignore[arg-type]


def test_other_weights_or_another_scene_make_another_picture() -> None:
    request = ShotRequest(photo=TEE, finisher="small")
    plan = plan_shot(request, weights="aaaa")[0]
    other = plan_shot(request, weights="bbbb")[0]
    scene = plan_shot(replace(request, scene="on a pier"), weights="aaaa")[0]
    assert len({plan.id, other.id, scene.id}) == 3
