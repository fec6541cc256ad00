"""Photograph the page for docs/page.md, with pictures that it makes itself while this watches.

make screenshots
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PORT = 7891
URL = f"http://127.0.0.1:{PORT}"


def keep(page: Page, name: str, width: int) -> None:
    page.add_style_tag(content=".preview .took { visibility: hidden; }")  # says more about the machine
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        small = shot.convert("RGB").resize(
            (width, round(width * shot.height / shot.width)), Image.Resampling.LANCZOS
        )
        small.save(IMAGES / name, quality=82, optimize=True)
    print(f"{name}: {(IMAGES / name).stat().st_size / 1000:.0f} kB", flush=True)


def pick(page: Page, **choices: str) -> None:
    for name, value in choices.items():
        page.check(f"[name='{name}'][value='{value}']", force=True)
        page.wait_for_selector("html:not(.asking)")


def desktop(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.set_default_timeout(900_000)
    began = time.monotonic()
    page.goto(URL)
    page.click(".sample[data-name=tee]")
    page.wait_for_selector(".preview .took")
    print(f"first picture after {time.monotonic() - began:.1f} s", flush=True)
    keep(page, "page-desktop.jpg", 1100)


def checks(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.set_default_timeout(900_000)
    page.goto(URL)
    page.click(".sample[data-name=tee]")
    page.click("[data-do=person-add]")
    pick(page, size="XL")
    pick(page, poses="contrapposto", format="small")
    page.click("[data-do=make]")
    page.wait_for_selector(".set[data-state=succeeded]")
    page.locator(".tile .look").nth(2).click()
    page.wait_for_selector("dialog.closer[open]")
    page.wait_for_function("[...document.querySelectorAll('dialog img')].every(one => one.naturalWidth)")
    keep(page, "page-checks.jpg", 1100)


def phone(browser: Browser) -> None:
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme="dark", locale="zh-CN"
    )
    page.set_default_timeout(900_000)
    page.goto(URL)
    page.click(".sample[data-name=tee]")
    page.wait_for_selector(".preview .took", state="attached")
    page.locator("#people").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#people').scrollIntoView()")
    page.wait_for_timeout(1000)
    keep(page, "page-phone.jpg", 480)


def main() -> None:
    chromium = shutil.which("chromium") or sys.exit("chromium is needed")
    with tempfile.TemporaryDirectory() as data:
        command = [
            str(Path(sys.executable).parent / "fashion-models"),
            "serve",
            "--port",
            str(PORT),
            "--data",
            data,
        ]
        server = subprocess.Popen(command)
        try:
            for _ in range(600):
                try:
                    urlopen(URL, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                for picture in (desktop, phone, checks):
                    picture(browser)
                browser.close()
        finally:
            server.terminate()
            server.wait(60)


if __name__ == "__main__":
    main()
