"""`pipelines.catalogue.web`: pictures from addresses that strangers wrote."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fashion_models.errors import (
    ObjectChangedError,
    ObjectMissingError,
    PhotoError,
    StageError,
    StorageAccessError,
)
from fashion_models.pipelines.catalogue import web
from fashion_models.pipelines.catalogue.inputs import look_at
from fashion_models.pipelines.catalogue.model import Source
from fashion_models.pipelines.catalogue.sources import read_source
from fashion_models.pipelines.catalogue.web import LOOPBACK, fetch

PICTURE = b"\xff\xd8\xff\xe0 picture"


class Shop(BaseHTTPRequestHandler):
    """A shop's server with every habit that servers have."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        replies: dict[str, tuple[int, dict[str, str], bytes]] = {
            "tee.jpg": (200, {"Content-Type": "image/jpeg", "ETag": '"v1"'}, PICTURE),
            "untagged.jpg": (200, {"Content-Type": "image/jpeg", "ETag": 'W/"weak"'}, PICTURE),
            "page": (200, {"Content-Type": "text/html"}, b"<html>"),
            "huge.jpg": (200, {"Content-Type": "image/jpeg", "Content-Length": "999999999"}, b""),
            "endless.jpg": (200, {"Content-Type": "image/jpeg"}, bytes(21_000_000)),
            "moved": (302, {"Location": "/tee.jpg"}, b""),
            "inside": (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b""),
            "loop": (302, {"Location": "/loop"}, b""),
            "busy": (503, {}, b""),
        }  # fmt: skip
        if name == "silent":
            time.sleep(2)
        status, headers, body = replies.get(name, (404, {}, b""))
        if name == "headless.jpg":
            status, headers, body = (405, {}, b"") if self.command == "HEAD" else replies["untagged.jpg"]
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if "Content-Length" not in headers and name != "endless.jpg":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            with contextlib.suppress(OSError):  # the client has seen enough
                self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def shop(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server, and leave to ask it."""
    monkeypatch.setenv(LOOPBACK, "1")
    return server


def test_a_picture_comes_with_its_tag(shop: str) -> None:
    found = fetch(f"{shop}/tee.jpg?v=1")
    assert (found.data, found.etag) == (PICTURE, "v1")
    assert fetch(f"{shop}/tee.jpg", head=True).data == b""
    assert fetch(f"{shop}/untagged.jpg").etag == ""


def test_a_redirect_is_followed(shop: str) -> None:
    assert fetch(f"{shop}/moved").data == PICTURE


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("none.jpg", ObjectMissingError, "answers 404"),
        ("busy", StageError, "answers 503"),
        ("page", PhotoError, "is text/html"),
        ("huge.jpg", PhotoError, "more than 20 MB"),
        ("endless.jpg", PhotoError, "more than 20 MB"),
        ("loop", ObjectMissingError, "redirected more than 4 times"),
        ("inside", StorageAccessError, r"leads to 169\.254\.169\.254, which is not public"),
    ],
)
def test_what_is_no_picture_is_told(shop: str, path: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        fetch(f"{shop}/{path}")


def test_a_server_that_says_nothing_is_given_up(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SILENCE_SECONDS", 0.2)
    with pytest.raises(StageError, match="does not answer"):
        fetch(f"{shop}/silent")


def test_this_machine_is_not_asked_without_leave(server: str) -> None:
    with pytest.raises(StorageAccessError, match="not public"):
        fetch(f"{server}/tee.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/a.jpg",
        "http://192.168.1.1/a.jpg",
        "http://169.254.169.254/latest",
        "http://[::1]/a.jpg",
        "http://[fd00::1]/a.jpg",
        "http://[::ffff:10.0.0.1]/a.jpg",
        "http://[64:ff9b::a00:1]/a.jpg",
        "http://0.0.0.0/a.jpg",
        "http://localhost/a.jpg",
        "http://2130706433/a.jpg",
        "http://224.0.0.1/a.jpg",
        "ftp://example.com/a.jpg",
        "http://user:pass@example.com/a.jpg",
        "http:///a.jpg",
        "http://x:99999/a.jpg",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(StorageAccessError):
        fetch(address)


def test_a_host_that_does_not_exist_may_come_back() -> None:
    with pytest.raises(StageError, match="there is no host"):
        fetch("http://no-such-host.invalid/a.jpg")


def test_a_picture_that_changed_since_the_plan_is_noticed(shop: str) -> None:
    by_tag = look_at(Source(uri=f"{shop}/tee.jpg"))
    assert by_tag.etag == "v1" and read_source(by_tag) == PICTURE
    with pytest.raises(ObjectChangedError, match="was changed since it was listed"):
        read_source(Source(uri=by_tag.uri, etag="v0"))
    for path in ("untagged.jpg", "headless.jpg"):
        by_digest = look_at(Source(uri=f"{shop}/{path}"))
        assert by_digest.sha256 and not by_digest.etag
        with pytest.raises(ObjectChangedError, match="was changed since it was listed"):
            read_source(Source(uri=by_digest.uri, sha256="0" * 64))
