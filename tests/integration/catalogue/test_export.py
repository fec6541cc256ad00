"""`pipelines.catalogue.export`: what a job leaves behind, on a folder and on S3, half done and done."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.s3 import KEYS, make_bucket, moto_server
from support.stand_in import picture

from fashion_models.pipelines.catalogue import export
from fashion_models.pipelines.catalogue.deliver import deliver
from fashion_models.pipelines.catalogue.expand import items_of
from fashion_models.pipelines.catalogue.export import export_job
from fashion_models.pipelines.catalogue.inputs import examine, open_input
from fashion_models.pipelines.catalogue.model import Item, Outcome, Status
from fashion_models.pipelines.catalogue.plan import accept_job
from fashion_models.pipelines.catalogue.products import Problem
from fashion_models.pipelines.catalogue.recipe import parse_recipe
from fashion_models.pipelines.catalogue.render import Rendered
from fashion_models.pipelines.catalogue.store import JobStore
from fashion_models.pipelines.storage import open_storage

RECIPE = """
cast: [{name: ana, gender: female}]
looks: [{pose: front}, {pose: front, view: back}]
channels: [ebay, shopify]
public_url: https://cdn.example/shop
price_per_hour: 2.5
own_channels:
  ebay: {based_on: ebay, width: 500, height: 500}
  shopify: {based_on: shopify, width: 400, height: 500}
"""
ROWS = [
    ("tee", "Tee", "tee.jpg", "female", ""),
    ("skirt", "Skirt <b>&", "skirt.jpg", "female", ""),
    ("kid", "Kids' tee", "kid.jpg", "", "kids"),
    ("bare", "Bare", "", "", ""),
    ("men", "Men's tee", "men.jpg", "male", ""),
]
HEADER = ("Handle", "Title", "Image Src", "Google Shopping / Gender", "Google Shopping / Age group")


def report(item: Item, *, passed: bool) -> dict[str, Any]:
    check = {"name": "print", "passed": passed, "sentence": "The print is 3 % lost; at most 1 % is allowed."}
    return {
        "plan_id": hashlib.sha256(item.look.encode()).hexdigest(),
        "plan": dict(item.request),
        "passed": passed,
        "failures": [] if passed else [check["sentence"]],
        "checks": {"print": check},
        "timings_s": {"drape": 3.0, "render": 1.0, "total": 4.0},
    }


def planned(folder: Path, out: str) -> JobStore:
    """A job of two garments in two looks, and three rows that give no picture."""
    for row in ROWS:
        if row[2]:
            (folder / row[2]).write_bytes(picture())
    with (folder / "shop.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *ROWS])
    recipe = parse_recipe(RECIPE.encode())
    rejected: list[Problem] = []
    storage = open_storage(out)
    job = accept_job(
        storage,
        items_of(examine(open_input(str(folder / "shop.csv")).garments()), recipe, rejected.append),
        size=2,
        recipe=recipe.as_dict(),
        channels={name: one.model_dump(mode="json") for name, one in recipe.channel_settings().items()},
        source=str(folder / "shop.csv"),
        rejected=lambda: [problem.as_dict() for problem in rejected],
    )
    return JobStore(storage, job.id)


def finish(records: JobStore, shards: int = 2) -> None:
    """Make the pictures: the skirt's front fails a check, its back is given up."""
    for shard in list(records.shards())[:shards]:
        outcomes = []
        for item in records.read_items(shard):
            if item.sku == "skirt" and item.request["view"] == "back":
                outcomes.append(
                    Outcome(
                        key=item.key(records.job.release),
                        sku=item.sku,
                        variant="",
                        look=item.look,
                        row=item.row,
                        status=Status.DEAD,
                        error="DrapeError",
                        reason="the <cloth> did not settle",
                    )
                )
                continue
            made = Rendered(png=picture(), report=report(item, passed=item.sku == "tee"))
            outcomes.append(deliver(records.storage, records.job, item, made))
        records.commit(shard, outcomes)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_server() as address:
        yield address


@pytest.fixture(params=["folder", "s3"])
def records(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobStore:
    if request.param == "folder":
        return planned(tmp_path, str(tmp_path / "out"))
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return planned(tmp_path, make_bucket(request.getfixturevalue("endpoint")))


def files_of(records: JobStore) -> dict[str, bytes]:
    base = f"reports/{records.name}/"
    return {s.key.removeprefix(base): records.storage.get(s.key) for s in records.storage.list(base)}


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_a_finished_job_leaves_results_errors_list_report_and_success(records: JobStore) -> None:
    finish(records)
    address = export_job(records)
    files = files_of(records)
    assert set(files) == {
        *("results.jsonl", "errors.jsonl", "summary.json", "report.html", "shop.with-images.csv", "_SUCCESS")
    }
    assert address.endswith(f"/reports/{records.name}/report.html")
    success = json.loads(files.pop("_SUCCESS"))
    assert success["sha256"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    results = lines(files["results.jsonl"])
    assert [(one["sku"], one["look"], one["passed"]) for one in results] == [
        ("tee", "ana-front-full", True),
        ("tee", "ana-front-back-full", True),
        ("skirt", "ana-front-full", False),
    ]
    assert [file["channel"] for file in results[0]["files"]] == ["master", "ebay", "shopify"]
    assert results[0]["files"][2]["url"].startswith("https://cdn.example/shop/pictures/")


def test_every_failure_is_in_the_errors_with_its_row(records: JobStore) -> None:
    finish(records)
    export_job(records)
    errors = lines(files_of(records)["errors.jsonl"])
    assert [(e["stage"], e["row"], e["reason"]) for e in errors] == [
        ("plan", "shop.csv:5", "no_picture"),
        ("plan", "shop.csv:4", "minor"),
        ("plan", "shop.csv:6", "recipe"),
        ("check", "shop.csv:3", "print"),
        ("run", "shop.csv:3", "DrapeError"),
    ]


def test_the_sellers_list_has_the_shops_own_channel(records: JobStore) -> None:
    finish(records)
    export_job(records)
    data = files_of(records)["shop.with-images.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    added = [row["Image Src"] for row in rows if row["Image Src"].startswith("https://")]
    base = f"https://cdn.example/shop/pictures/{records.name}/shopify"
    assert added == [f"{base}/tee-1-front.jpg", f"{base}/tee-2-back.jpg", f"{base}/skirt-1-front.jpg"]


def test_an_unfinished_job_has_a_report_that_says_so_and_no_success(records: JobStore) -> None:
    finish(records, shards=1)
    export_job(records)
    files = files_of(records)
    assert "_SUCCESS" not in files and b"class=note" in files["report.html"]
    finish(records)
    export_job(records)
    files = files_of(records)
    assert "_SUCCESS" in files and b"class=note" not in files["report.html"]


def test_the_report_counts_everything_and_escapes_what_others_wrote(records: JobStore) -> None:
    finish(records)
    export_job(records)
    page = files_of(records)["report.html"].decode()
    assert "the &lt;cloth&gt; did not settle" in page and "<cloth>" not in page
    assert page.count("<figure") == 3 and page.count("data:image/jpeg;base64,") == 3
    for english, chinese in (("pictures made", "已生成图片"), ("children&#x27;s clothes", "童装")):
        assert english in page and chinese in page
    summary = json.loads(files_of(records)["summary.json"])
    assert (summary["ok"], summary["passed"], summary["dead"]) == (3, 2, 1)
    assert summary["rejected_rows"] == {"no_picture": 1, "minor": 1, "recipe": 1}
    assert summary["worker_seconds"] == 12.0


def test_long_results_come_in_parts(records: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(records)
    monkeypatch.setattr(export, "PART", 2)
    export_job(records)
    files = files_of(records)
    assert [len(lines(files[name])) for name in ("results.jsonl", "results-2.jsonl")] == [2, 1]
    assert [len(lines(files[f"errors{n}.jsonl"])) for n in ("", "-2", "-3")] == [2, 2, 1]


@pytest.mark.parametrize("records", ["s3"], indirect=True)
def test_objects_say_what_they_are(records: JobStore) -> None:
    finish(records)
    export_job(records)
    import boto3

    bucket = records.storage.url.removeprefix("s3://").partition("?")[0]
    client = boto3.client("s3", endpoint_url=records.storage.url.partition("endpoint=")[2])
    found = client.head_object(Bucket=bucket, Key=f"pictures/{records.name}/ebay/tee-1.jpg")
    assert found["ContentType"] == "image/jpeg" and "immutable" in found["CacheControl"]
    assert found["Metadata"]["sku"] == "tee" and found["Metadata"]["ai"] == "compositeSynthetic"
    assert set(found["Metadata"]) >= {"plan", "sha256"}
    page = client.head_object(Bucket=bucket, Key=f"reports/{records.name}/report.html")
    assert page["ContentType"].startswith("text/html") and page["CacheControl"] == "no-cache"
