"""S3 on loopback: moto's server, and a proxy in front of it that misbehaves on request."""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

#: Every test store takes these.
KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def moto_server() -> Iterator[str]:
    """Moto's server in a process of its own; gives its endpoint."""
    port = free_port()
    command = [sys.executable, "-P", str(Path(__file__).with_name("moto_in_turn.py")), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def wait_for_port(port: int, timeout: float) -> None:
    until = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until, f"nothing listens on port {port}"
            time.sleep(0.1)
        else:
            return


def make_bucket(endpoint: str, keys: dict[str, str] = KEYS) -> str:
    """A new bucket's URL, as `open_storage` takes it."""
    import boto3

    name = f"test-{uuid.uuid4().hex[:12]}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=name)
    return f"s3://{name}?endpoint={endpoint}"


@dataclass
class FaultProxy:
    """Passes requests on to a store, but for those that a rule picks.

    A rule: ``{"method": "PUT", "path": REGEX, "do": "503" | "hang" | "slow" | "lose" | "drop",
    "share": 0.1, "times": 3, "seconds": 1}``; 'lose' drops the answer after the store has done its work,
    'drop' the request before.
    """

    endpoint: str
    rules: list[dict[str, object]] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    random: random.Random = field(default_factory=lambda: random.Random(1))
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def pick(self, method: str, path: str) -> dict[str, object] | None:
        with self.lock:
            for rule in self.rules:
                if rule.get("method", method) != method or not re.search(str(rule["path"]), path):
                    continue
                if self.random.random() >= float(str(rule.get("share", 1))):
                    continue
                if "times" in rule:
                    left = int(str(rule["times"]))
                    if left <= 0:
                        continue
                    rule["times"] = left - 1
                self.hits[str(rule["do"])] += 1
                return rule
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: FaultProxy

    def log_message(self, format: str, *args: object) -> None:
        del format, args

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        rule = self.proxy.pick(self.command, self.path) or {"do": ""}
        match rule["do"]:
            case "hang":
                time.sleep(3600)
            case "slow":
                time.sleep(float(str(rule.get("seconds", 1))))
            case "drop":
                return self.cut()
            case "503":
                return self.reply(503, {}, b"<Error><Code>SlowDown</Code></Error>")
        status, headers, content = self.pass_on(body)
        return self.cut() if rule["do"] == "lose" else self.reply(status, headers, content)

    def pass_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        target = urlsplit(self.proxy.endpoint)
        connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("expect", "connection")}
        connection.request(self.command, self.path, body or None, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, content

    def cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name in set(headers) - {"content-length", "connection", "date", "server", "transfer-encoding"}:
            self.send_header(name, headers[name])
        length = headers.get("content-length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


for _method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address  # clients are cut off on purpose


@contextmanager
def fault_proxy(endpoint: str) -> Iterator[FaultProxy]:
    """A proxy in front of a store, in this process."""
    proxy = FaultProxy(endpoint)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def through(url: str, endpoint: str) -> str:
    """The same bucket at another endpoint."""
    return url.partition("?")[0] + f"?endpoint={endpoint}"


@contextmanager
def s3_keys(keys: dict[str, str] = KEYS) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
