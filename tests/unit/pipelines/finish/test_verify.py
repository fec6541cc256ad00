"""What is measured of a finish, and what is delivered when it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import pytest

from fashion_models.arrays import U8
from fashion_models.errors import FinishError, PlanError
from fashion_models.pipelines.finish.model import Finished, FinishRequest
from fashion_models.pipelines.finish.verify import check_finish, deliver

Doll = Callable[..., Any]


def ask(doll: Doll, **changes: Any) -> FinishRequest:
    plain = FinishRequest(draft=doll(192, 288), prompt="a photo", avoid="", seed=10)
    return replace(plain, **changes)


def verdicts(request: FinishRequest, picture: U8) -> dict[str, Any]:
    return {check.name: check for check in check_finish(request, picture, 6)}


@dataclass
class Painter:
    """A finisher that does what it is told per try, and notes what it was asked."""

    does: Sequence[Callable[[FinishRequest], U8]]
    asked: list[tuple[int, float]] = field(default_factory=list)
    name: str = "painter"
    weights: str = "oil"

    def __call__(self, requests: Sequence[FinishRequest], **_: Any) -> list[Finished]:
        done = []
        for request in requests:
            self.asked.append((request.seed, request.strengths.skin))
            picture = self.does[min(len(self.asked), len(self.does)) - 1](request)
            done.append(Finished(picture=picture, notes={"by": "hand"}))
        return done


def keep(request: FinishRequest) -> U8:
    """A finish that changes next to nothing: grain of one level on free pixels."""
    picture = request.draft.display.copy()
    skin = request.draft.masks["skin"] > 0.5
    picture[skin] += 1
    return picture


def spoil_the_garment(request: FinishRequest) -> U8:
    picture = request.draft.display.copy()
    rows, columns = np.nonzero(request.draft.masks["garment"] > 0.5)
    middle = len(rows) // 2
    picture[rows[middle], columns[middle]] ^= 1
    return picture


def fail(_: FinishRequest) -> U8:
    raise FinishError("the finish (whole) is black.")


def test_a_single_bit_of_the_garment_is_noticed(doll: Doll) -> None:
    request = ask(doll)
    assert verdicts(request, keep(request))["finish_lock"].passed
    spoilt = verdicts(request, spoil_the_garment(request))["finish_lock"]
    assert not spoilt.passed and spoilt.value == 1


def test_an_outline_that_moved_is_noticed(doll: Doll) -> None:
    request = ask(doll)
    assert verdicts(request, request.draft.display)["finish_silhouette"].value == 0
    moved = cv2.warpAffine(
        request.draft.display, np.array([[1, 0, 5], [0, 1, 0.0]]), (192, 288), borderValue=(255, 255, 255)
    )
    assert not verdicts(request, np.asarray(moved, np.uint8))["finish_silhouette"].passed


class Finger:
    """Points at the hair's topmost pixel as every joint; fails where there is none."""

    name = "finger"

    def __call__(self, photo: Any) -> Any:
        rows, columns = np.nonzero(photo.rgb.sum(axis=2) < 150)
        if not len(rows):
            raise PlanError("no person is seen;")
        return np.tile([float(columns[0]), float(rows[0]), 1.0], (18, 1))


def test_joints_that_moved_are_noticed_where_a_detector_is_there(doll: Doll) -> None:
    request = ask(doll)

    def joints(picture: U8) -> Any:
        checks = check_finish(request, picture, 6, Finger())
        return next(check for check in checks if check.name == "finish_joints")

    assert joints(request.draft.display).value == 0
    lower = np.roll(request.draft.display, 12, axis=0)
    assert not joints(lower).passed and joints(lower).value == pytest.approx(100 * 12 / 288)
    assert joints(np.full_like(lower, 255)).value == 100
    assert "finish_joints" not in verdicts(request, lower)


def test_an_edge_beside_the_garment_is_noticed(doll: Doll) -> None:
    request = ask(doll)
    around = cv2.dilate(request.draft.masks["garment"], np.ones((5, 5))) > 0.5
    ringed = request.draft.display.copy()
    ringed[around & (request.draft.masks["garment"] < 0.5)] = (0, 255, 0)
    assert verdicts(request, request.draft.display)["finish_seam"].value == pytest.approx(0)
    assert not verdicts(request, ringed)["finish_seam"].passed


def test_a_good_finish_is_delivered_at_once(doll: Doll) -> None:
    painter = Painter([keep])
    (delivery,) = deliver(painter, [ask(doll)], [6])
    assert delivery.refused is None
    assert np.array_equal(delivery.picture, keep(ask(doll)))
    assert painter.asked == [(10, 0.55)]
    assert delivery.notes["by"] == "hand"


def test_a_failed_finish_is_tried_with_another_seed_then_with_lower_strength(doll: Doll) -> None:
    painter = Painter([fail, spoil_the_garment, keep])
    (delivery,) = deliver(painter, [ask(doll)], [6])
    assert delivery.refused is None
    assert painter.asked == [(10, 0.55), (11, 0.55), (12, pytest.approx(0.33))]
    tries = delivery.notes["tries"]
    assert [bool(attempt["failures"]) for attempt in tries] == [True, True, False]
    assert tries[0]["failures"] == ["the finish (whole) is black."]


def test_after_three_tries_the_draft_is_delivered_with_the_reason(doll: Doll) -> None:
    painter = Painter([spoil_the_garment])
    request = ask(doll)
    (delivery,) = deliver(painter, [request], [6])
    assert len(painter.asked) == 3
    assert np.array_equal(delivery.picture, request.draft.display)
    assert delivery.refused is not None and "changed 1 pixel" in delivery.refused


def test_one_that_fails_does_not_take_the_others_along(doll: Doll) -> None:
    def fail_on_large_seeds(request: FinishRequest) -> U8:
        return fail(request) if request.seed >= 50 else keep(request)

    good, bad = deliver(Painter([fail_on_large_seeds]), [ask(doll), ask(doll, seed=50)], [6, 6])
    assert good.refused is None and len(good.notes["tries"]) == 1
    assert bad.refused == "the finish (whole) is black."
