"""Servers on loopback: in this process with stub cards, or by the command with its own workers."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from fashion_models.pipelines.jobs.open import Parts, Place, open_jobs
from fashion_models.pipelines.jobs.renderer import StubRenderer
from fashion_models.pipelines.jobs.work import work
from fashion_models.ui.api.app import make_app
from fashion_models.ui.api.identity import Identities
from fashion_models.ui.api.settings import Settings

TEE = Path(__file__).resolve().parents[3] / "samples/garments/tee.jpg"
SITE = "https://admin.shop.example"


@dataclass
class Server:
    """A running server and the ways in."""

    url: str
    parts: Parts
    identities: Identities
    settings: Settings

    def http(self, key: str | None = None, **headers: str) -> httpx.Client:
        given = headers | ({"Authorization": f"Bearer {key}"} if key else {})
        return httpx.Client(base_url=self.url, headers=given, timeout=30)

    def key(self, tenant: str, *scopes: str) -> str:
        return self.identities.create_key(tenant, scopes or ("jobs:read", "jobs:write", "embed"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, *, work_too: bool = True, **settings: object) -> Iterator[Server]:
    place = Place(data=data, private_webhooks=True)
    parts = open_jobs(place)
    port = free_port()
    chosen = Settings(**{"place": place, "port": port, "page": False, **settings})  # type: ignore[arg-type]
    config = uvicorn.Config(make_app(chosen, parts), port=port, log_level="critical", proxy_headers=False)
    server, stop = uvicorn.Server(config), threading.Event()
    threads = [threading.Thread(target=server.run)]
    if work_too:
        threads.append(threading.Thread(target=work, args=(parts, StubRenderer(0.05)), kwargs={"stop": stop}))
    for thread in threads:
        thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield Server(f"http://127.0.0.1:{port}", parts, Identities(parts.database), chosen)
    finally:
        stop.set()
        server.should_exit = True
        for thread in threads:
            thread.join()
        parts.close()


class Service:
    """``fashion-models serve`` in a process of its own, with worker processes beside it."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.port = free_port()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "fashion_models.ui", "serve"]
        given = ["--port", str(self.port), "--data", str(self.data), *self.options]
        self.process = subprocess.Popen(
            [*command, *given], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def workers(self, lane: str = "shots") -> list[int]:
        """Process ids of the workers that serve a lane."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")  # each thread lists its own
        children = [int(pid) for each in listed for pid in each.read_text().split()]
        return [pid for pid in children if f"--lane\0{lane}" in Path(f"/proc/{pid}/cmdline").read_text()]

    def kill_worker(self) -> bool:
        pids = self.workers()
        if pids:
            os.kill(random.choice(pids), signal.SIGKILL)
        return bool(pids)

    def kill_server(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(90)
