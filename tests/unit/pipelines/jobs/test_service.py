"""The job service: what is accepted is done, once, and seen by its tenant alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from fashion_models.errors import BusyError, ConflictError, NotFoundError, PhotoError, PlanError
from fashion_models.pipelines.jobs import service as service_module
from fashion_models.pipelines.jobs.model import Job, Lane, State
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.pipelines.jobs.service import Order


def test_every_shot_of_a_job_ends_in_a_picture_and_a_report(
    parts: Parts, photo: str, working: Callable[[], None], finished: Callable[[Job], Job]
) -> None:
    working()
    requests = [{"photo": photo, "tone": tone, "custom_id": f"tone {tone}"} for tone in (2, 9)]
    job = finished(parts.service.submit("shop", requests, title="two tones"))
    assert (job.state, job.succeeded, job.title) == (State.SUCCEEDED, 2, "two tones")
    for item, tone in zip(parts.service.items("shop", job.id), (2, 9), strict=True):
        assert item.state is State.SUCCEEDED and item.passed and item.custom_id == f"tone {tone}"
        assert parts.service.picture("shop", item.id).startswith(b"\x89PNG")
        assert parts.service.report("shop", item.id)["request"]["tone"] == tone


def test_bad_requests_are_refused_before_anything_is_accepted(parts: Parts, photo: str) -> None:
    with pytest.raises(PlanError, match="tone 11 is not on the Monk scale"):
        parts.service.submit("shop", [{"photo": photo}, {"photo": photo, "tone": 11}])
    with pytest.raises(PlanError, match="option 'colour' is unknown"):
        parts.service.submit("shop", [{"photo": photo, "colour": "red"}])
    with pytest.raises(PlanError, match="no photo is named"):
        parts.service.submit("shop", [{}])
    with pytest.raises(PlanError, match="0 shots in one job"):
        parts.service.submit("shop", [])
    with pytest.raises(PhotoError, match="not a picture"):
        parts.service.upload("shop", b"<svg/>", "tee.svg")
    assert parts.service.history("shop") == []


def test_a_bad_line_of_a_batch_fails_alone(
    parts: Parts, photo: str, working: Callable[[], None], finished: Callable[[Job], Job]
) -> None:
    working()
    order = Order(requests=[{"photo": photo, "pose": "flying"}, {"photo": photo}], lenient=True)
    job = finished(parts.service.accept("shop", order)[0])
    bad, good = parts.service.items("shop", job.id)
    assert job.state is State.PARTIALLY_FAILED
    assert good.state is State.SUCCEEDED and bad.state is State.FAILED
    assert bad.problem is not None and bad.problem.code == "plan"
    assert "pose 'flying' is unknown" in bad.problem.message


def test_the_same_key_gives_the_same_job_and_another_body_a_conflict(parts: Parts, photo: str) -> None:
    first = parts.service.submit("shop", [{"photo": photo}], idempotency_key="order-1")
    again = parts.service.submit("shop", [{"photo": photo}], idempotency_key="order-1")
    assert again.id == first.id
    with pytest.raises(ConflictError, match="order-1"):
        parts.service.submit("shop", [{"photo": photo, "tone": 3}], idempotency_key="order-1")


def test_a_stranger_sees_nothing(parts: Parts, photo: str) -> None:
    service = parts.service
    job = service.submit("shop", [{"photo": photo}])
    item = service.items("shop", job.id)[0]
    for look in (
        lambda: service.job("rival", job.id),
        lambda: service.items("rival", job.id),
        lambda: service.item("rival", item.id),
        lambda: service.cancel("rival", job.id),
        lambda: service.picture("rival", item.id),
        lambda: service.uploads.data("rival", photo),
        lambda: service.submit("rival", [{"photo": photo}]),
    ):
        with pytest.raises(NotFoundError):
            look()
    assert service.history("rival") == [] and service.job("shop", job.id).state is State.QUEUED


def test_a_canceled_job_makes_no_more_pictures(parts: Parts, photo: str, working: Callable[[], None]) -> None:
    job = parts.service.submit("shop", [{"photo": photo}] * 3)
    job = parts.service.cancel("shop", job.id)
    assert job.state is State.CANCELED and job.canceled == 3
    working()
    assert {item.state for item in parts.service.items("shop", job.id)} == {State.CANCELED}
    assert parts.service.cancel("shop", job.id) == job


def test_a_full_queue_says_when_to_come_again(
    parts: Parts, photo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "MAX_WAITING_OF_TENANT", 3)
    known = parts.service.submit("shop", [{"photo": photo}] * 3, idempotency_key="k")
    with pytest.raises(BusyError, match="your share of the queue holds 3 shots, and 1 more") as caught:
        parts.service.submit("shop", [{"photo": photo}])
    assert caught.value.retry_after == 40
    assert parts.service.wait("shop").full and not parts.service.wait("rival").full
    assert parts.service.submit("shop", [{"photo": photo}] * 3, idempotency_key="k").id == known.id


def test_a_second_tenant_does_not_wait_for_all_of_the_first(parts: Parts, photo: str) -> None:
    parts.service.submit("shop", [{"photo": photo}] * 20)
    assert parts.service.wait("rival").ahead == 1
    assert parts.service.wait("shop").ahead == 20
    assert parts.service.wait("shop", Lane.PREVIEW).ahead == 0


def test_presets_are_kept_replaced_and_forgotten(parts: Parts) -> None:
    presets = parts.service.presets
    presets.save("shop", "spring", {"pose": "walking"})
    presets.save("shop", "spring", {"pose": "front"})
    assert presets.all("shop") == {"spring": {"pose": "front"}} and presets.all("rival") == {}
    presets.delete("shop", "spring")
    with pytest.raises(NotFoundError, match="spring"):
        presets.delete("shop", "spring")


def test_the_queue_forgets_what_is_done_and_jobs_do_not(
    parts: Parts, photo: str, working: Callable[[], None], finished: Callable[[Job], Job]
) -> None:
    working()
    job = finished(parts.service.submit("shop", [{"photo": photo}]))
    time.sleep(0.5)
    assert parts.sender.tidy(3600) == 0
    assert parts.sender.tidy(0) == 1 and parts.sender.tidy(0) == 0
    assert parts.service.job("shop", job.id) == job
