"""The catalogue tab as a seller uses it: a list in, pictures and a report out, watched all the way."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from .conftest import Serving, visiting
from .test_page import GARMENTS, finished, make, pick, sample, violations

LIST = """ID,Type,SKU,Name,Categories,Images
1,simple,TEE-1,Printed tee,T-shirts,tee.jpg
2,simple,TORN-2,Torn photo,T-shirts,torn.jpg
3,simple,KID-3,Kids tee,Kids T-shirts,tee.jpg
"""


def answered(page: Page) -> None:
    page.wait_for_selector("html:not(.receiving)")
    page.wait_for_selector("#catalogue-panel:not(.busy)")


def visit_tab(page: Page) -> None:
    page.click("[data-view-link=catalogue]")
    page.wait_for_selector("#catalogue .drop")
    answered(page)


def drop_torn_list(page: Page) -> None:
    """A list whose second photo begins like one and is none, in a zip."""
    photo = (GARMENTS / "tee.jpg").read_bytes()
    torn = photo[:2000] + bytes(len(photo) - 2000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in (("list.csv", LIST), ("tee.jpg", photo), ("torn.jpg", torn)):
            archive.writestr(name, data)
    page.set_input_files(
        "#catalogue input[type=file]",
        {"name": "shop.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()},
    )


def mend(folder: Path) -> None:
    """Put a sound photo where the torn one was; its size and time stay, so it counts as the same."""
    [torn] = folder.glob("*/runs/*/products/torn.jpg")
    before = torn.stat()
    torn.write_bytes((GARMENTS / "tee.jpg").read_bytes())
    os.utime(torn, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_list_becomes_pictures_failed_ones_are_made_again_and_the_report_opens(
    browser: Browser, server: Serving
) -> None:
    with visiting(browser, server.url, locale="en-GB") as page:
        sample(page)
        pick(page, "poses", "walking")
        pick(page, "format", "small")
        job = make(page)
        finished(page, job)
        page.click(f"[data-job='{job}'] [data-do=send]")
        expect(page.locator("#catalogue .notice")).to_contain_text("photographed like “tee”")
        expect(page.locator("#studio")).to_be_hidden()
        answered(page)
        drop_torn_list(page)
        expect(page.locator("#catalogue")).to_contain_text("Files: 3")
        expect(page.locator("[name=recipe]:checked")).to_have_value("set")
        assert violations(page) == []
        page.click("[data-do=plan]")
        plan = page.locator(".plan")
        expect(plan).to_contain_text("list.csv was read as: WooCommerce CSV", use_inner_text=True)
        expect(plan).to_contain_text("2 garments · 4 pictures", use_inner_text=True)
        expect(plan).to_contain_text("children’s clothes (1)", use_inner_text=True)
        page.click("[data-do=start]")
        run = page.locator(".run").first
        expect(run.locator("progress")).to_be_visible()
        page.reload()  # it goes on, and the tab is found again
        expect(run).to_have_attribute("data-stand", "finished")
        expect(run).to_contain_text("2 done · 2 failed · 0 waiting", use_inner_text=True)
        mend(server.data / "catalogues")
        run.locator("[data-do=retry]").click()
        expect(run).to_contain_text("4 done · 0 failed · 0 waiting", use_inner_text=True)
        expect(run).to_have_attribute("data-stand", "finished")
        assert violations(page) == []
        take_results(page)


def take_results(page: Page) -> None:
    with page.expect_popup() as opened:
        page.click(".run a[target=_blank]")
    report = opened.value
    expect(report.locator(".card b").first).to_have_text("4")
    expect(report.locator("figure")).to_have_count(4)
    report.locator("figure a").first.click()
    report.wait_for_url("**/masters/**")
    report.close()
    with page.expect_download() as download:
        page.click(".run a[download]:has-text('list')")
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [len(row["Images"].split(", ")) for row in rows] == [3, 3, 1]
    with page.expect_download() as download:
        page.click(".run a[href$='.zip']")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert set(rows[0]["Images"].split(", ")[1:]) <= set(archive.namelist())


def test_on_a_phone_and_in_chinese_the_tab_fits_and_refusals_are_explained(
    browser: Browser, server: Serving
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visiting(browser, server.url, locale="zh-CN", color_scheme="dark", **phone) as page:
        visit_tab(page)
        expect(page.get_by_role("heading", name="整个商品目录")).to_be_visible()
        page.set_input_files(
            "#catalogue input[type=file]", {"name": "run.sh", "mimeType": "text/x-sh", "buffer": b"ls"}
        )
        expect(page.locator("#catalogue .problem")).to_contain_text("无法直接使用")
        answered(page)
        page.click("#catalogue [data-do=sample]")
        page.set_input_files(
            "#catalogue input[type=file]",
            {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": b"cast: [{tone: 11}]"},
        )
        expect(page.locator("[name=recipe]:checked")).to_have_value("file")
        page.click("[data-do=plan]")
        expect(page.get_by_text("肤色 11 不在蒙克色阶上")).to_be_visible()
        expect(page.get_by_text("tone 11 is not on the Monk scale")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert violations(page) == []
        answered(page)
        page.click("#catalogue [data-do=empty]")
        expect(page.locator("#catalogue .drop.large")).to_be_visible()
        page.click("[data-view-link=studio]")
        expect(page.locator("#garment")).to_be_visible()
