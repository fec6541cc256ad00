"""The true page: ``fashion-models serve`` in a process of its own, and a browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[3]
#: How long the page may take to answer while the machine does much else [ms].
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)
#: The same for a server to start [s].
START = 400


@dataclass(frozen=True)
class Serving:
    """A running server."""

    url: str
    data: Path
    port: int


@contextmanager
def serving(data: Path, renderer: str, port: int | None = None) -> Iterator[Serving]:
    port = port or free_port()
    command = [str(Path(sys.executable).parent / "fashion-models"), "serve", "--port", str(port)]
    started = subprocess.Popen([*command, "--data", str(data), "--renderer", renderer], cwd=data.parent)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START
        while not answers(url):
            assert started.poll() is None and time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        yield Serving(url, data, port)
    finally:
        started.terminate()
        started.wait(PATIENCE / 1000)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Makes grey cards instead of pictures, in 0.3 s each: what is tested is the page."""
    with serving(tmp_path_factory.mktemp("page") / "data", "stub:0.3") as started:
        yield started


@contextmanager
def visiting(browser: Browser, url: str, **how: object) -> Iterator[Page]:
    """A first visit: nothing is stored in the browser. Errors of the page's script fail the test."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **how})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.wait_for_selector("#garment .sample")
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def page(browser: Browser, server: Serving) -> Iterator[Page]:
    with visiting(browser, server.url) as opened:
        yield opened
