"""A hub on loopback that serves tiny repositories to the real client, and counts what it sends."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fashion_models.pipelines.finish.weights import JOINT_DETECTOR

#: The one commit that the hub has of each repository.
COMMIT = JOINT_DETECTOR.sources[0].revision


@dataclass
class TinyHub:
    """Repositories by name, their files as bytes.

    Attributes:
        repositories: OWNER/NAME to path to bytes.
        altered: Bytes that are sent instead of the declared ones.
        stall_at: The first answer about a path stops after so many bytes and never ends.
        sent: Bytes that were sent, by path.
        asked: Every request line's path.
    """

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    altered: dict[str, bytes] = field(default_factory=dict)
    stall_at: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: TinyHub

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        self.hub.asked.append(path)
        listing = re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(\w+))?", path)
        if listing:
            self._list(listing[1], listing[2])
            return
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/(\w+)/(.+)", path)
        files = self.hub.repositories.get(file[1], {}) if file else {}
        if file is None or file[3] not in files:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        self._file(file[3], files[file[3]], body=body)

    def _list(self, repository: str, revision: str | None) -> None:
        files = self.hub.repositories.get(repository)
        if files is None or revision not in (None, COMMIT):
            error = "RepoNotFound" if files is None else "RevisionNotFound"
            self._send(404, b"", {"X-Error-Code": error})
            return
        siblings = [_declared(path, data) for path, data in files.items()]
        answer = {"id": repository, "modelId": repository, "sha": COMMIT, "siblings": siblings}
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _file(self, path: str, data: bytes, *, body: bool) -> None:
        data = self.hub.altered.get(path, data)
        start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range") or "") or (0, 0))[1])
        rest = data[start:]
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": COMMIT}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        stall = self.hub.stall_at.pop(path, None) if body else None
        self._head(206 if start else 200, len(rest), headers)
        if not body:
            return
        chunk = rest if stall is None else rest[: stall - start]
        self.hub.sent[path] = self.hub.sent.get(path, 0) + len(chunk)
        self.wfile.write(chunk)
        if stall is not None:
            self.hub.stalled.set()
            self.hub.closing.wait(60)
            self.close_connection = True

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self._head(status, len(data), headers)
        self.wfile.write(data)

    def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(length), "Accept-Ranges": "bytes"}).items():
            self.send_header(name, value)
        self.end_headers()


def _declared(path: str, data: bytes) -> dict[str, object]:
    git = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    entry: dict[str, object] = {"rfilename": path, "size": len(data), "blobId": git}
    if path.endswith((".safetensors", ".bin", ".ckpt")):
        entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return entry


@pytest.fixture
def hub() -> Iterator[TinyHub]:
    tiny = TinyHub()
    handler = type("Handler", (_Handler,), {"hub": tiny})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    tiny.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tiny
    tiny.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for weights; no token, no proxy, no hub but the one that is named."""
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("FASHION_MODELS_WEIGHTS", str(tmp_path / "weights"))
    return tmp_path / "weights"
