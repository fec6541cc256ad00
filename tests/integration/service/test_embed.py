"""The studio in a back office, in a true browser: two origins, one launch, pictures that arrive."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from fashion_models.client import Client
from fashion_models.ui.api.identity import Tenant

from .served import SITE, TEE, Server, free_port

SAMPLE = Path(__file__).resolve().parents[3] / "samples/back-office/back_office.py"


def open_launch(server: Server, shop: Client, origin: str = SITE) -> httpx.Response:
    with server.http() as http:
        return http.get(shop.launch(origin, product="tee <0815>"))


def test_a_launch_opens_once_for_the_named_site_alone(server: Server, shop: Client) -> None:
    url = shop.launch(SITE, product="tee </script><0815>")
    with server.http() as http:
        first, second = http.get(url), http.get(url)
        forged = http.get(url[:-4] + "AAAA")
        assert http.get("/embed").status_code == 422
    assert f"frame-ancestors {SITE}" in first.headers["Content-Security-Policy"]
    assert first.headers["Cache-Control"] == "no-store" and "set-cookie" not in first.headers
    assert "</script><0815>" not in first.text
    assert (second.status_code, second.json()["code"]) == (410, "link_used")
    assert (forged.status_code, forged.json()["code"]) == (403, "bad_link")


def test_a_launch_expires(server: Server, shop: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = shop.launch(SITE)
    monkeypatch.setattr("fashion_models.ui.api.seal.time.time", lambda: 4e9)
    with server.http() as http:
        late = http.get(url)
    assert (late.status_code, late.json()["code"]) == (403, "bad_link")
    assert "has expired" in late.json()["detail"]


def test_the_files_of_the_studio_are_served_and_nothing_beside_them(server: Server) -> None:
    with server.http() as http:
        script = http.get("/embed/fashion-models-studio.js")
        assert "customElements.define" in script.text
        assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        for name in ("studio.html", "..%2fapp.py", "app.py", "%2e%2e%2fseal.py"):
            assert http.get(f"/embed/{name}").status_code in (404, 401), name


@pytest.fixture(scope="module")
def back_office(server: Server) -> Iterator[str]:
    """The sample back office at an origin of its own."""
    port = free_port()
    origin = f"http://localhost:{port}"
    server.identities.set_tenant(Tenant(name="office", origins=(origin,)))
    command = [sys.executable, "-P", str(SAMPLE), server.url, "--port", str(port)]
    key = {"FASHION_MODELS_KEY": server.key("office", "embed")}
    process = subprocess.Popen(command, env=key, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline().strip() == origin
    yield origin
    process.terminate()
    process.wait()
    process.stdout.close()


def studio_in(page: Page) -> Frame:
    page.get_by_role("button", name="Make pictures on a model").click()
    element = page.locator("fashion-models-studio iframe").element_handle()
    frame = None if element is None else element.content_frame()
    assert frame is not None
    return frame


def test_a_clerk_makes_a_picture_and_it_arrives_at_the_product(browser: Browser, back_office: str) -> None:
    page = browser.new_page()
    page.goto(back_office)
    studio = studio_in(page)
    studio.get_by_label("Garment photo").set_input_files(TEE)
    studio.get_by_label("Skin tone 9").check(force=True)
    studio.get_by_label("Size").select_option("XL")
    studio.get_by_role("button", name="Make the picture").click()
    studio.get_by_role("button", name="Use this picture").click(timeout=30_000)
    picture = page.locator("#pictures img")
    expect(picture).to_have_attribute("alt", re.compile("tee-0815, item_"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 192
    page.close()


def test_a_bad_photo_is_explained_in_the_studio(browser: Browser, back_office: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff" + bytes(100))
    page = browser.new_page()
    page.goto(back_office)
    studio = studio_in(page)
    studio.get_by_label("Garment photo").set_input_files(broken)
    studio.get_by_role("button", name="Make the picture").click()
    expect(studio.get_by_role("status")).to_contain_text("cut short")
    page.close()


def test_no_other_site_can_frame_the_studio_or_speak_for_it(
    browser: Browser, back_office: str, server: Server
) -> None:
    page = browser.new_page()
    page.goto(back_office)
    studio_in(page).get_by_role("button", name="Make the picture").wait_for()
    heard = page.evaluate(
        """() => new Promise((resolve) => {
            const studio = document.querySelector("fashion-models-studio");
            studio.addEventListener("fashion-models:result", () => resolve("heard"));
            window.postMessage({ type: "fashion-models:result", outputs: [] }, "*");
            setTimeout(() => resolve("not heard"), 500);
        })"""
    )
    assert heard == "not heard"
    with Client(server.url, server.key("shop")) as shop:
        elsewhere = shop.launch(SITE)  # for another site than the one that frames it here
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.locator("fashion-models-studio").evaluate(
        "(studio, url) => studio.setAttribute('src', url)", elsewhere
    )
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in error for error in errors)
    page.close()
