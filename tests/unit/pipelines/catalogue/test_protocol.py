"""The records of a job and the runner of one shard, in this process."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from support.jobs import Trial, items
from support.stand_in import StandIn, picture

from fashion_models.errors import CancelledError, JobError, ManifestError
from fashion_models.pipelines.catalogue.deliver import report_of, with_report
from fashion_models.pipelines.catalogue.model import Item, Outcome, Status
from fashion_models.pipelines.catalogue.plan import accept_job, retry_dead, shard_size
from fashion_models.pipelines.catalogue.shards import ShardRunner
from fashion_models.pipelines.catalogue.store import JobStore, list_jobs


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    found = Trial(tmp_path, str(tmp_path / "out"))
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("fashion_models.pipelines.catalogue.shards.PAUSE_SECONDS", 0.0)
    return found


def run(trial: Trial) -> None:
    runner = ShardRunner(trial.records, StandIn())
    for shard in trial.records.pending():
        runner.run(shard)


def test_every_item_ends_once_and_is_counted(trial: Trial) -> None:
    trial.plan(25, looks=2)
    run(trial)
    assert trial.check() == {"items": 50, "ok": 50, "dead": 0, "repeated": 0, "lost": 0}


def test_the_same_items_are_the_same_job(trial: Trial) -> None:
    trial.plan(5)
    first = trial.job
    trial.plan(5)
    assert trial.job == first
    trial.plan(6)
    assert trial.job != first
    assert list_jobs(trial.storage) == sorted([first, trial.job])


def test_a_garments_looks_stay_in_one_shard(trial: Trial) -> None:
    trial.plan(10, looks=3, size=10)
    assert trial.records.job.sizes == (9, 9, 9, 3)
    shards = [trial.records.read_items(shard) for shard in trial.records.shards()]
    assert all({item.garment for item in one}.isdisjoint(i.garment for i in shards[0]) for one in shards[1:])


def test_a_garment_with_more_looks_than_a_shard_takes_is_parted(trial: Trial) -> None:
    trial.plan(2, looks=7, size=3)
    assert sum(trial.records.job.sizes) == 14
    assert max(trial.records.job.sizes) == 3


@pytest.mark.parametrize(
    ("seconds", "count", "size"), [(20, 100_000, 30), (0.1, 10**6, 2000), (30, 160, 5), (30, 10, 4)]
)
def test_shards_take_ten_minutes_at_most_and_leave_something_for_everyone(
    seconds: float, count: int, size: int
) -> None:
    assert shard_size(seconds, count) == size


def test_the_same_picture_asked_for_twice_is_refused(trial: Trial) -> None:
    rows = [*items(2, 1, trial.folder), *items(1, 1, trial.folder)]
    with pytest.raises(ManifestError, match="asked for twice"):
        accept_job(trial.storage, rows, size=10)


def test_a_job_without_items_is_refused(trial: Trial) -> None:
    with pytest.raises(ManifestError, match="nothing to make"):
        accept_job(trial.storage, [], size=10)


def test_a_job_that_is_not_there_is_named(trial: Trial) -> None:
    with pytest.raises(JobError, match="there is no job 'none'"):
        _ = JobStore(trial.storage, "none").job


def test_what_was_given_up_can_be_tried_again(trial: Trial) -> None:
    trial.tell_workers(faults={"G00003": "raise", "G00007": "raise"})
    trial.plan(20)
    assert retry_dead(trial.records) == 0, "the job still runs"
    run(trial)
    trial.check(dead={"G00003", "G00007"})
    trial.tell_workers(faults={"G00007": "raise"})
    assert retry_dead(trial.records) == 2
    assert trial.records.progress().dead == 0
    assert not trial.records.progress().finished
    run(trial)
    trial.check(dead={"G00007"}, repeats=3)
    trial.tell_workers(faults={})
    assert retry_dead(trial.records) == 1
    run(trial)
    trial.check(repeats=9)
    assert retry_dead(trial.records) == 0


def test_a_second_job_makes_only_what_is_new(trial: Trial) -> None:
    trial.plan(10)
    run(trial)
    trial.plan(13)
    run(trial)
    assert sum(trial.made().values()) == 13
    assert trial.records.progress().ok == 13


def test_a_commit_whose_worker_died_before_counting_it_is_counted(trial: Trial) -> None:
    trial.plan(10)
    run(trial)
    for stat in trial.storage.list(f"{trial.records.base}/tally/"):
        trial.storage.delete(stat.key)
    assert trial.records.progress().ok == 10


def test_the_first_of_two_commits_counts(trial: Trial) -> None:
    trial.plan(3)
    [shard] = trial.records.pending()
    [one, *_] = trial.records.read_items(shard)
    key = one.key(trial.records.job.release)
    fields = {"key": key, "sku": "", "variant": "", "look": "", "row": ""}
    assert trial.records.commit(shard, [Outcome(**fields, status=Status.OK)]) == (1, 0)
    assert trial.records.commit(shard, [Outcome(**fields, status=Status.DEAD)]) == (1, 0)


def test_a_shard_begun_three_times_is_made_one_by_one_behind_marks(trial: Trial) -> None:
    trial.tell_workers(batch=4)
    trial.plan(8)
    [shard] = trial.records.pending()
    for _ in range(2):
        trial.records.begin(shard)
    batches: list[int] = []

    class Counting(StandIn):
        def __call__(self, works, **options):  # type: ignore[no-untyped-def]
            batches.append(len(works))
            marks = list(trial.storage.list(f"{trial.records.base}/att/{shard}/start-"))
            assert len(marks) == 1
            return super().__call__(works, **options)

    ShardRunner(trial.records, Counting()).run(shard)
    assert batches == [1] * 8
    assert list(trial.storage.list(f"{trial.records.base}/att/{shard}/start-")) == []


def test_an_item_whose_machine_vanished_five_times_is_given_up(trial: Trial) -> None:
    trial.plan(3)
    [shard] = trial.records.pending()
    key = trial.records.read_items(shard)[1].key(trial.records.job.release)
    for _ in range(5):
        trial.records.begin(shard)
        trial.records.mark_start(shard, key)
    run(trial)
    trial.check(dead={"G00001"})


def test_cancel_stops_before_the_next_picture(trial: Trial) -> None:
    trial.plan(5)
    [shard] = trial.records.pending()
    runner = ShardRunner(trial.records, StandIn(), cancelled=lambda: sum(trial.made().values()) >= 2)
    with pytest.raises(CancelledError):
        runner.run(shard)
    assert sum(trial.made().values()) == 2
    assert not trial.records.is_done(shard)


def test_a_picture_carries_its_report_and_stays_a_picture() -> None:
    report = {"passed": True, "name": "裙子"}
    png = with_report(picture(), report)
    assert report_of(png) == report
    assert report_of(picture()) == {}
    assert Image.open(io.BytesIO(png)).convert("RGB").size == (64, 96)


def test_an_item_survives_its_manifest(tmp_path: Path) -> None:
    [item] = items(1, 1, tmp_path)
    assert Item.from_dict(item.as_dict()) == item


def test_a_changed_look_or_photo_or_release_is_another_picture(tmp_path: Path) -> None:
    [item] = items(1, 1, tmp_path)
    [other] = items(1, 1, tmp_path / "other")
    assert item.key("1") == item.key("1")
    assert len({item.key("1"), item.key("2"), other.key("1")}) == 3
