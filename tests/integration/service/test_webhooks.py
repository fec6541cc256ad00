"""Webhooks: signed, told once per job, tried again after errors and silence, and never sent inside."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from fashion_models.client import ApiError, Client
from fashion_models.errors import PlanError
from fashion_models.pipelines.jobs import outside, webhooks
from fashion_models.pipelines.jobs.outside import UnreachableError, is_public, post
from fashion_models.pipelines.jobs.webhooks import check_webhook_url

from .served import TEE, Server


class Receiver(ThreadingHTTPServer):
    """Keeps what it is told; its answers are given in advance: a status, or seconds of silence."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int | float] = []
        self.told: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait(self, count: int) -> None:
        until = time.monotonic() + 20
        while len(self.told) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.told) >= count


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        self.server.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if isinstance(answer, float):
            time.sleep(answer)
            return
        self.send_response(answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once, and patience is short."""
    monkeypatch.setattr(webhooks, "DELAYS", (0.0, 0.1, 0.1, 0.1, 0.1))
    monkeypatch.setattr(outside, "TIMEOUT", 0.5)


def finished(shop: Client, url: str) -> str:
    job = shop.create_job([{"photo": shop.upload(TEE)}], webhook_url=url, title="one")
    return shop.wait(job, timeout=30, every=0.1).id


def test_a_finished_job_is_told_once_with_a_signature_that_verifies(
    server: Server, shop: Client, receiver: Receiver
) -> None:
    job = finished(shop, receiver.url)
    receiver.wait(1)
    headers, body = receiver.told[0]
    secret = server.parts.service.webhooks.secret("shop")
    event = Webhook(secret).verify(body, headers)
    assert event["type"] == "job.finished" and event["data"]["id"] == job
    assert event["data"]["state"] == "succeeded" and event["data"]["progress"]["succeeded"] == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"one", b"two"), headers)
    time.sleep(1)
    assert len(receiver.told) == 1


def test_errors_redirects_and_silence_are_followed_by_another_try_of_the_same_event(
    server: Server, shop: Client, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 2.0, 503]
    finished(shop, receiver.url)
    receiver.wait(5)
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    assert len({body for _, body in receiver.told}) == 1


def test_a_receiver_that_never_takes_it_is_given_up(shop: Client, receiver: Receiver) -> None:
    receiver.answers = [500] * 10
    finished(shop, receiver.url)
    receiver.wait(5)
    time.sleep(1.5)
    assert len(receiver.told) == len(webhooks.DELAYS)


def test_a_changed_secret_and_the_old_one_are_both_signed_with(
    server: Server, shop: Client, receiver: Receiver
) -> None:
    secret = server.parts.service.webhooks.secret
    old, new = secret("shop"), secret("shop", rotate=True)
    assert old != new and secret("shop") == new and secret("rival") not in (old, new)
    finished(shop, receiver.url)
    receiver.wait(1)
    headers, body = receiver.told[0]
    for each in (old, new):
        assert Webhook(each).verify(body, headers)["type"] == "job.finished"
    assert json.loads(body)["data"]["title"] == "one"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_no_public_ones(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.215.14") and is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_a_name_that_leads_inside_is_not_connected_to(receiver: Receiver) -> None:
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(UnreachableError, match="no public address"):
            post(f"http://{host}:{receiver.server_port}/", b"{}", {}, private=False)
    assert receiver.told == []


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "file:///etc/passwd", "https://u:p@shop.example", "x"]
)
def test_urls_that_could_never_be_delivered_to_are_refused(url: str) -> None:
    with pytest.raises(PlanError, match="cannot be used"):
        check_webhook_url(url, private=False)


def test_a_job_with_such_a_url_is_refused(shop: Client) -> None:
    with pytest.raises(ApiError, match="webhook URL") as caught:
        shop.create_job([{"photo": shop.upload(TEE)}], webhook_url="ftp://shop.example")
    assert caught.value.status == 422


def test_a_try_that_a_worker_took_and_lost_is_made_again(
    server: Server, shop: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> int:
        raise SystemExit  # the thread ends as if its process had been killed

    send: Callable[..., int] = webhooks.post
    monkeypatch.setattr(webhooks, "post", die)
    job = finished(shop, receiver.url)
    time.sleep(1)
    assert receiver.told == []
    monkeypatch.setattr(webhooks, "post", send)
    monkeypatch.setattr(webhooks, "_LOST", -100.0)  # what it took is lost at once
    receiver.wait(1)
    assert json.loads(receiver.told[0][1])["data"]["id"] == job
