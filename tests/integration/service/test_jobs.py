"""Jobs over HTTP, by the typed client: what is asked for comes back, and what cannot be done is said."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from PIL import Image

from fashion_models.client import ApiError, Client
from fashion_models.ui.api.identity import Tenant

from .served import TEE, Server


def test_a_photo_becomes_pictures_with_reports(shop: Client) -> None:
    photo = shop.upload(TEE)
    asked = [{"photo": photo, "tone": 3, "custom_id": "light"}, {"photo": photo, "tone": 9}]
    job = shop.wait(shop.create_job(asked, title="two tones"), timeout=30, every=0.1)
    assert (job.state, job.title, job.progress.succeeded) == ("succeeded", "two tones", 2)
    first, second = shop.items(job)
    assert first.custom_id == "light" and first.passed
    assert Image.open(io.BytesIO(shop.picture(first))).size == (192, 288)
    assert shop.report(second)["request"]["tone"] == 9
    assert job.id in [each.id for each in shop.jobs()]


def test_a_finished_shot_is_an_identity_card_for_the_next_one(shop: Client) -> None:
    photo = shop.upload(TEE)
    [first] = shop.items(shop.wait(shop.create_job([{"photo": photo}]), timeout=30, every=0.1))
    asked = {"photo": photo, "identity_card": first.id}
    with pytest.raises(ApiError, match="an identity card needs a finisher"):
        shop.create_job([asked])
    [second] = shop.items(shop.wait(shop.create_job([asked | {"finisher": "mid"}]), timeout=30, every=0.1))
    assert shop.report(second)["request"]["identity_card"].endswith("card.png")


def test_a_pose_photo_is_refused_where_nothing_finds_joints_in_it(shop: Client) -> None:
    photo = shop.upload(TEE)
    with pytest.raises(ApiError, match="weights pull joints"):
        shop.create_job([{"photo": photo, "pose_photo": photo}])


def test_channels_say_what_they_ask_for_who_says_so_and_when(shop: Client) -> None:
    channels = {channel["name"]: channel for channel in shop.channels()}
    assert channels["shopify_4x5"]["ratio"] == "4:5" and channels["amazon_main"]["background"] == "white"
    assert all(one["source"] and one["checked"] and one["format"] and one["zh"] for one in channels.values())


def test_events_tell_the_progress_and_end_with_the_job(shop: Client) -> None:
    job = shop.create_job([{"photo": shop.upload(TEE)}])
    events = list(shop.events(job))
    assert events[-1].kind == "done" and events[-1].job is not None and events[-1].job.state == "succeeded"
    states = [event.item.state for event in events if event.item is not None]
    assert states[-1] == "succeeded"


def test_a_repeated_key_gives_the_same_job_and_another_body_is_refused(shop: Client, server: Server) -> None:
    photo = shop.upload(TEE)
    first = shop.create_job([{"photo": photo}], idempotency_key="order-7")
    assert shop.create_job([{"photo": photo}], idempotency_key="order-7").id == first.id
    with pytest.raises(ApiError, match="order-7") as caught:
        shop.create_job([{"photo": photo, "tone": 2}], idempotency_key="order-7")
    assert (caught.value.status, caught.value.code) == (422, "conflict")
    with server.http(server.key("shop")) as http:
        body = {"shots": [{"photo": photo}], "title": "", "webhook_url": None}
        answer = http.post("/v1/jobs", json=body, headers={"Idempotency-Key": "order-7"})
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.headers["Location"] == f"/v1/jobs/{first.id}"


def test_a_batch_goes_on_past_a_bad_line_and_lists_results_and_errors_apart(
    shop: Client, server: Server
) -> None:
    photo = shop.upload(TEE)
    lines = [{"photo": photo, "pose": "flying", "custom_id": "bad"}, {"photo": photo, "custom_id": "good"}]
    job = shop.wait(shop.create_batch(lines), timeout=30, every=0.1)
    assert job.state == "partially_failed"
    with server.http(server.key("shop")) as http:
        results = http.get(f"/v1/jobs/{job.id}/results").text
        errors = http.get(f"/v1/jobs/{job.id}/errors").text
    assert '"custom_id":"good"' in results and "bad" not in results
    assert '"code":"plan"' in errors and "pose 'flying' is unknown" in errors


def test_a_canceled_job_stops_and_stays_canceled(shop: Client) -> None:
    photo = shop.upload(TEE)
    job = shop.create_job([{"photo": photo}] * 40)
    shop.cancel(job)
    ended = shop.wait(job, timeout=30, every=0.1)
    assert ended.state == "canceled" and ended.progress.canceled > 20
    assert shop.cancel(job) == ended


JSON, NDJSON = {"Content-Type": "application/json"}, {"Content-Type": "application/x-ndjson"}


Send = Callable[[httpx.Client, str], httpx.Response]


def asking(**shot: object) -> Send:
    return lambda http, photo: http.post("/v1/jobs", json={"shots": [{"photo": photo} | shot]})


def sending(path: str, **given: Any) -> Send:
    return lambda http, photo: http.post(path, **given)


def getting(path: str) -> Send:
    return lambda http, photo: http.get(path)


@pytest.mark.parametrize(
    ("send", "status", "code", "says"),
    [
        (sending("/v1/jobs", json={"shots": []}), 422, "invalid", "/shots"),
        (asking(tone=11), 422, "invalid", "/shots/0/tone"),
        (asking(colour="red"), 422, "invalid", "Extra inputs"),
        (asking(pose="flying"), 422, "plan", "known: front"),
        (asking(size="EU:999"), 422, "size", "EU"),
        (asking(photo="up_" + "0" * 20), 404, "not_found", "up_0"),
        (sending("/v1/jobs", content=b"{", headers=JSON), 422, "invalid", "JSON"),
        (sending("/v1/jobs", content=b" " * 5_000_000), 413, "too_large", "4 MB"),
        (sending("/v1/jobs", content=iter([b" " * 3_000_000] * 2), headers=JSON), 413, "too_large", "larger"),
        (sending("/v1/jobs", json={"shots": [{}], "webhook_url": "ftp://x"}), 422, "invalid", "photo"),
        (sending("/v1/batches", content=b"1", headers=NDJSON), 400, "bad_manifest", "Line 1"),
        (sending("/v1/batches", json={}), 415, "unsupported_media_type", "ndjson"),
        (sending("/v1/launches", json={"origin": "https://*.shop.example"}), 422, "plan", "origin"),
        (sending("/v1/launches", json={"origin": "https://evil.example"}), 403, "origin_not_allowed", "evil"),
        (getting("/v1/jobs/job_1"), 422, "invalid", "job_id"),
        (getting("/v1/jobs/job_" + "0" * 20), 404, "not_found", "there is no job"),
        (getting("/v1/jobs?limit=0"), 422, "invalid", "limit"),
        (getting("/v1/batches"), 405, "method_not_allowed", ""),
        (getting("/v1/nothing"), 404, "not_found", ""),
    ],
)
def test_bad_requests_are_answered_in_words_and_codes(
    shop: Client, server: Server, send: Send, status: int, code: str, says: str
) -> None:
    with server.http(server.key("shop")) as http:
        answer = send(http, shop.upload(TEE))
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code and says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("send", "code", "says", "title"),
    [
        (asking(pose="flying"), "plan", "没有名为“flying”的姿势；可用：front", "无法完成"),
        (asking(size="EU:999"), "size", "尺码表里没有“EU:999”。", "无法完成"),
        (getting("/v1/jobs/job_" + "0" * 20), "not_found", "没有编号为", "没有找到"),
        (sending("/v1/jobs", content=b" " * 5_000_000), "too_large", "这里最多接收 4 MB。", "太大"),
        (
            sending("/v1/batches", json={}),
            "unsupported_media_type",
            "请以 application/x-ndjson",
            "需要另一种",
        ),
    ],
)
def test_problems_are_told_in_chinese_to_who_reads_chinese(
    shop: Client, server: Server, send: Send, code: str, says: str, title: str
) -> None:
    with server.http(server.key("shop")) as http:
        http.headers["Accept-Language"] = "zh-CN,zh;q=0.9,en;q=0.8"
        answer = send(http, shop.upload(TEE))
    found = answer.json()
    assert found["code"] == code and says in found["detail"] and found["title"].startswith(title)
    assert answer.headers["Content-Language"] == "zh" and "Accept-Language" in answer.headers["Vary"]


def test_a_failed_shot_is_explained_in_chinese_to_who_reads_chinese(shop: Client, server: Server) -> None:
    line = json.dumps({"photo": shop.upload(TEE), "pose": "flying"})
    with server.http(server.key("shop")) as http:
        job = http.post("/v1/batches", content=line, headers=NDJSON).json()["id"]
        errors = f"/v1/jobs/{job}/errors"
        assert "pose 'flying' is unknown" in http.get(errors).json()["problem"]["message"]
        told = http.get(errors, headers={"Accept-Language": "zh"}).json()["problem"]
        assert told["code"] == "plan" and told["message"].startswith("没有名为“flying”的姿势；")


def test_an_upload_link_takes_one_photo_once_and_nothing_else(shop: Client, server: Server) -> None:
    with server.http(server.key("shop")) as http:
        ticket = http.post("/v1/uploads", json={"name": "tee.jpg"}).json()
        other = http.post("/v1/uploads", json={}).json()
    with server.http() as http:  # no key: the link is enough
        assert http.put(ticket["url"], content=b"<svg/>").json()["code"] == "photo"
        assert http.put(ticket["url"], content=b"x" * 21_500_000).status_code == 413
        assert http.put(ticket["url"], content=TEE.read_bytes()).status_code == 201
        again = http.put(ticket["url"], content=TEE.read_bytes())
        assert (again.status_code, again.json()["code"]) == (409, "state")
        swapped = ticket["url"].replace(ticket["id"], other["id"])
        assert http.put(swapped, content=TEE.read_bytes()).status_code == 403
        assert http.put(ticket["url"] + "x", content=TEE.read_bytes()).status_code == 403


def test_result_links_open_one_file_without_a_key_until_they_expire(
    shop: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = shop.wait(shop.create_job([{"photo": shop.upload(TEE)}]), timeout=30, every=0.1)
    item = next(shop.items(job))
    assert item.picture_url is not None
    with server.http() as http:
        assert http.get(item.picture_url).headers["Content-Type"] == "image/png"
        assert http.get(item.picture_url.replace("picture", "report")).status_code == 403
        assert http.get(item.picture_url.partition("?")[0]).status_code == 422
        monkeypatch.setattr("fashion_models.ui.api.seal.time.time", lambda: 4e9)
        late = http.get(item.picture_url)
    assert late.status_code == 403 and "has expired" in late.json()["detail"]


def test_a_tenant_over_its_rate_is_told_when_to_come_again(server: Server) -> None:
    server.identities.set_tenant(Tenant(name="slow", rate=2))
    with server.http(server.key("slow")) as http:
        first, _, third = (http.get("/v1/poses") for _ in range(3))
    assert (
        first.headers["RateLimit-Policy"] == '"default";q=2;w=60'
        and '"default";r=1' in first.headers["RateLimit"]
    )
    assert (third.status_code, third.json()["code"]) == (429, "rate_limited")
    assert 20 <= int(third.headers["Retry-After"]) <= 31


def test_a_tenant_over_its_share_of_the_queue_is_told_when_to_come_again(server: Server) -> None:
    server.identities.set_tenant(Tenant(name="small", waiting=2))
    with Client(server.url, server.key("small")) as client:
        photo = client.upload(TEE)
    with server.http(server.key("small")) as http:
        answer = http.post("/v1/jobs", json={"shots": [{"photo": photo}] * 3})
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (429, "busy", True)
    assert int(answer.headers["Retry-After"]) >= 1


def test_what_there_is_to_choose_is_listed_in_both_languages(shop: Client) -> None:
    for kind in ("people", "poses", "hair", "backdrops"):
        assert all(choice["name"] and choice["en"] and choice["zh"] for choice in shop.choices(kind))
