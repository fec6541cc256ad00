"""A job's report in a real browser: readable on a desk and in a hand, in both languages, by keyboard too."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from support.stand_in import picture

from fashion_models.pipelines.catalogue.channels import presets
from fashion_models.pipelines.catalogue.model import File, Job, Outcome, Status
from fashion_models.pipelines.catalogue.page import render_page
from fashion_models.pipelines.catalogue.summary import Summary


def outcome(n: int, *, passed: bool) -> Outcome:
    return Outcome(
        key=f"k{n}",
        sku=f"a-very-long-article-number-that-nobody-can-break-{n:040}",
        variant="",
        look="ana-front-full",
        row="list.csv:2",
        status=Status.OK,
        files=tuple(
            File(key=f"masters/{n}.png", channel=name, etag="", sha256="", size=9000, warnings=("too small",))
            for name in ("", "ebay")
        ),
        report={"passed": passed, "checks": {"print": {"passed": passed}}, "timings_s": {"total": 3.0}},
    )


DEAD = Outcome(
    key="d", sku="d", variant="", look="x", row="l:9", status=Status.DEAD, error="DrapeError", reason="no"
)
REJECTED = {
    "row": "list.csv:7",
    "sku": "kid",
    "reason": "minor",
    "message": "'kids' says children's clothes.",
}


def page_of(folder: Path) -> Path:
    """A report of nine pictures, one of which fails a check, one given up and one row without a picture."""
    summary = Summary()
    for n in range(9):
        summary.add(outcome(n, passed=n != 4))
    summary.add(DEAD)
    summary.rejected["minor"] += 1
    job = Job(
        id="0123456789ab",
        release="0.1.0",
        sizes=(10,),
        channels={"ebay": presets()["ebay"].model_dump(mode="json")},
        input="/a/folder/with/a/long/name/" + "x" * 80 + ".csv",
        recipe={"price_per_hour": 3.6},
    )
    page = render_page(
        job,
        summary,
        finished=True,
        rejected=[REJECTED],
        files={"results.jsonl": "results"},
        read=lambda key: picture(),
    )
    path = folder / "report.html"
    path.write_text(page, "utf-8")
    return path


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 600)])
def test_nothing_is_wider_than_the_screen(browser: Any, tmp_path: Path, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(page_of(tmp_path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pictures = page.evaluate("[...document.images].map(i => i.complete && i.naturalWidth > 0)")
    assert pictures == [True] * 9
    page.close()


def test_the_readers_language_is_shown_and_can_be_changed(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(page_of(tmp_path).as_uri())
    assert page.title() == "目录拍摄报告"
    assert page.get_by_text("童装").is_visible() and not page.get_by_text("pictures made").is_visible()
    page.get_by_role("button", name="English / 中文").focus()
    page.keyboard.press("Enter")
    assert page.title() == "Catalogue report"
    assert page.get_by_text("pictures made").is_visible() and not page.get_by_text("童装").is_visible()
    context.close()


def test_pictures_that_fail_a_check_can_be_shown_alone(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(page_of(tmp_path).as_uri())
    page.get_by_role("button", name="fail a check").click()
    assert page.locator("figure:visible").count() == 1
    assert page.locator("figure:visible").inner_text().endswith("fails print")
    page.get_by_role("button", name="all").click()
    assert page.locator("figure:visible").count() == 9
    context.close()


def test_the_page_needs_nothing_else_and_says_what_it_cost(browser: Any, tmp_path: Path) -> None:
    asked: list[str] = []
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_of(tmp_path).as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.locator(".card", has_text="cost").inner_text().startswith("0.03")
    assert page.get_by_text("The person does not exist").is_visible()
    assert base64.b64encode(picture())[:8].decode() not in page.content()  # thumbnails, not the masters
    context.close()


def test_an_independent_judge_finds_no_barrier(browser: Any, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(page_of(tmp_path).as_uri())
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    context.close()
