"""Time the page in a browser: until it can be used, the first picture, and the preview after a change.

python -P benchmarks/page.py
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

LONG = 900_000


@contextmanager
def serving(data: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "fashion-models"),
        "serve",
        "--port",
        str(port),
        "--data",
        data,
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            try:
                urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def timed(what: str, work: Callable[[], object], times: int = 1) -> None:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    each = ", ".join(f"{seconds:.1f}" for seconds in taken)
    print(f"{what}: {median(taken):.2f} s (median of {each}; load {os.getloadavg()[0]:.1f})", flush=True)


def usable(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("#garment .sample, #garment .piece")


def shown(page: Page, before: str) -> str:
    """The preview, once it is another than before."""
    done = "old => { const now = document.querySelector('.preview .took + *, .preview img'); "
    done += "return document.querySelector('.preview .took') && now.src !== old && now.src; }"
    return str(page.wait_for_function(done, arg=before, timeout=LONG).json_value())


def main() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as data, serving(data) as url, sync_playwright() as playwright:
        print(f"server answers after {time.perf_counter() - began:.1f} s", flush=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(LONG)
        timed("page usable", lambda: usable(page, url), 5)
        picture = ""

        def change(name: str, values: list[str]) -> None:
            nonlocal picture
            page.check(f"[name='{name}'][value='{values.pop()}']", force=True)
            picture = shown(page, picture)

        def first() -> None:
            nonlocal picture
            page.click(".sample[data-name=tee]")
            picture = shown(page, "")

        timed("first picture after the click on a sample", first)
        for name, values in (
            ("tone", ["3", "6", "2"]),
            ("hair", ["bob", "buzz", "bun"]),
            ("backdrop", ["sand", "sage", "sky"]),
        ):
            timed(f"preview after a change of {name}", partial(change, name, values), 3)
        browser.close()


if __name__ == "__main__":
    main()
