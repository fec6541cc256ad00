"""What a seller does on the page, in a browser."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from fashion_models.pipelines.jobs.open import Parts, Place, open_jobs

from .conftest import ROOT, Serving, serving, visiting

GARMENTS = ROOT / "samples" / "garments"


@pytest.fixture
def parts(server: Serving) -> Iterator[Parts]:
    """The server's own books."""
    opened = open_jobs(Place(data=server.data))
    yield opened
    opened.close()


def take(page: Page, *photos: Path) -> None:
    """Drop photos on the page and wait until they were read."""
    before = page.locator(".piece").count()
    page.set_input_files("[data-drop] input", list(photos))
    page.wait_for_selector("html:not(.receiving):not(.asking)")
    assert page.locator(".piece").count() > before


def sample(page: Page, name: str = "tee") -> None:
    page.click(f".sample[data-name={name}]")
    page.wait_for_selector(".piece")


def pick(page: Page, name: str, value: str) -> None:
    """Choose a card, chip or swatch and wait for the answer."""
    page.check(f"[name='{name}'][value='{value}']", force=True)
    page.wait_for_selector("html:not(.asking)")


def make(page: Page) -> str:
    """Order the set; gives its id."""
    page.wait_for_selector("html:not(.asking)")
    known = {one.get_attribute("data-job") for one in page.locator(".set").all()}
    page.click("[data-do=make]")
    page.wait_for_function(
        "known => !known.includes(document.querySelector('.set')?.dataset.job)", arg=[*known]
    )
    expect(page.locator(".order .notice a")).to_have_attribute("href", "#results")
    return str(page.locator(".set").first.get_attribute("data-job"))


def finished(page: Page, job: str) -> None:
    page.wait_for_selector(f".set[data-job='{job}'][data-state=succeeded]")


def test_one_click_on_a_sample_gives_a_picture(page: Page) -> None:
    sample(page)
    expect(page.locator(".verdict").first).to_contain_text("Read as T-shirt")
    picture = page.wait_for_selector(".preview .took")
    assert picture is not None
    assert "data:image/png" in str(page.locator(".preview img").get_attribute("src"))


def test_a_photo_named_as_a_back_is_paired_with_its_front_and_can_be_parted(page: Page) -> None:
    take(page, GARMENTS / "tee.jpg", GARMENTS / "tee-back.jpg", GARMENTS / "shorts.jpg")
    expect(page.locator(".piece h3")).to_have_text(["tee", "shorts"])
    paired = page.locator("[name=back-0]")
    assert paired.input_value().startswith("up_")
    paired.select_option("")
    page.wait_for_selector("html:not(.asking)")
    assert page.locator("[name=back-0]").input_value() == ""


def test_while_a_photo_is_on_its_way_the_page_says_so(page: Page) -> None:
    held: list[Route] = []
    page.route("**/gradio_api/upload*", lambda route: held.append(route))
    page.set_input_files("[data-drop] input", GARMENTS / "tee.jpg")
    expect(page.locator("#garment .drop .busy")).to_be_visible()
    held[0].continue_()
    page.wait_for_selector(".piece")
    expect(page.locator("#garment .drop .busy")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("notes.jpg", b"no picture at all", "cannot be read as a photo"),
        ("empty.png", b"", "cannot be read as a photo"),
        ("grey.png", None, "cannot be told from its ground"),
    ],
)
def test_a_photo_that_cannot_be_used_is_explained(
    page: Page, tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    photo = tmp_path / name
    if data is None:
        Image.new("RGB", (300, 300), "grey").save(photo)
    else:
        photo.write_bytes(data)
    page.set_input_files("[data-drop] input", photo)
    expect(page.locator("#garment .problem").first).to_contain_text(says)
    expect(page.locator("[data-do=make], .order .main").first).to_be_disabled()


def test_an_outline_corrected_by_hand_is_what_is_photographed(page: Page, parts: Parts) -> None:
    sample(page)
    page.click("[data-do=edit]")
    page.wait_for_selector("dialog[data-ready]")
    canvas = page.locator("dialog canvas")
    box = canvas.bounding_box()
    assert box is not None
    page.check("[name=paint][value=erase]", force=True)
    page.check("[name=tool][value=brush]", force=True)
    page.fill("[name=brush]", "30")
    across, down = box["x"] + 0.36 * box["width"], box["y"] + 0.80 * box["height"]
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across + 0.02 * box["width"], down)
    page.mouse.up()
    page.click("dialog [data-save]")
    expect(page.locator(".piece .facts")).to_contain_text("Outline corrected by hand")
    pick(page, "format", "small")
    job = make(page)
    used = str(parts.service.items("local", job)[0].request["photo"])
    alpha = parts.service.uploads.photo("local", used).alpha
    assert alpha is not None
    height, width = alpha.shape
    assert alpha[int(0.80 * height), int(0.37 * width)] < 0.1  # erased by hand
    assert alpha[int(0.60 * height), int(0.50 * width)] > 0.9
    page.click("[data-do=unmask]")
    expect(page.locator(".piece .facts")).not_to_contain_text("by hand")


def test_a_mask_can_be_painted_with_the_keyboard(page: Page) -> None:
    sample(page)
    page.click("[data-do=edit]")
    page.wait_for_selector("dialog[data-ready]")
    page.check("[name=paint][value=erase]", force=True)
    look = "document.querySelector('dialog canvas').toDataURL()"
    page.focus("dialog canvas")
    before = page.evaluate(look)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(look) != before
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_people_are_chosen_by_looking_and_with_keys_alone(page: Page) -> None:
    pick(page, "face", "27")
    expect(page.locator("[name=tone]:checked")).to_have_value("2")
    page.focus("[name=tone]:checked")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("html:not(.asking)")
    expect(page.locator("[name=tone]:checked")).to_have_value("3")
    page.click("[data-do=person-add]")
    expect(page.locator(".member")).to_have_count(2)
    page.locator("[data-do=person-remove]").last.click()
    expect(page.locator(".member")).to_have_count(1)


def test_the_silhouette_follows_the_sliders(page: Page) -> None:
    outline = page.locator(".silhouette path")
    slim = str(outline.get_attribute("d"))
    page.locator("[name=waist]").evaluate(
        "input => { input.value = 110; input.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    wide = str(outline.get_attribute("d"))
    spread = [
        max(xs) - min(xs)
        for xs in ([float(x) for x in re.findall(r"[ML](-?[\d.]+)", d)] for d in (slim, wide))
    ]
    assert wide != slim and spread[1] > spread[0]
    pick(page, "size", "5XL")
    assert str(outline.get_attribute("d")) != wide
    expect(page.locator("[name=waist]")).to_have_value("145")


def test_a_size_that_does_not_exist_is_refused_in_words(page: Page) -> None:
    page.fill("[name=other-size]", "EU:99")
    page.keyboard.press("Tab")
    expect(page.locator("#people .problem")).to_contain_text("That size cannot be built")
    page.fill("[name=other-size]", "EU:44")
    page.keyboard.press("Tab")
    expect(page.locator("#people .problem")).to_have_count(0)
    expect(page.locator(".member")).to_contain_text("EU:44")


def test_a_set_is_made_looked_at_and_downloaded_with_its_labels(page: Page) -> None:
    sample(page)
    for name, value in (("poses", "walking"), ("views", "back"), ("format", "small")):
        pick(page, name, value)
    expect(page.locator(".order")).to_contain_text("2 poses × 2 views", use_inner_text=True)
    job = make(page)
    expect(page.locator(f"[data-job='{job}'] progress").first).to_be_visible()
    finished(page, job)
    tiles = page.locator(f"[data-job='{job}'] .tile")
    expect(tiles).to_have_count(4)
    with page.expect_download() as download:
        tiles.first.locator("a[download]").click()
    with Image.open(download.value.path()) as picture:
        assert "compositeSynthetic" in str(picture.info.get("XML:com.adobe.xmp"))
    with page.expect_download() as download:
        page.click(f"[data-job='{job}'] header a")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert sorted(Path(name).suffix for name in archive.namelist()) == [".json"] * 4 + [".png"] * 4
    tiles.first.locator(".look").click()
    expect(page.locator("dialog.closer img").first).to_be_visible()
    page.click("dialog [data-close]")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_set_can_be_stopped(page: Page) -> None:
    sample(page)
    for pose in ("walking", "side", "leaning", "step-forward", "arms-away", "contrapposto", "hands-behind"):
        pick(page, "poses", pose)
    pick(page, "views", "back")
    job = make(page)
    page.click(f"[data-job='{job}'] [data-do=stop]")
    page.wait_for_selector(f".set[data-job='{job}'][data-state=canceled]")
    expect(page.locator(f".set[data-job='{job}']")).to_contain_text("Stopped. What was finished is kept.")


def test_a_reload_in_the_middle_loses_nothing(page: Page) -> None:
    sample(page, "dress")
    pick(page, "tone", "4")
    for pose in ("walking", "side", "leaning", "contrapposto"):
        pick(page, "poses", pose)
    job = make(page)
    page.reload()
    expect(page.locator(".piece h3")).to_have_text("dress")
    expect(page.locator("[name=tone]:checked")).to_have_value("4")
    finished(page, job)
    expect(page.locator(f"[data-job='{job}'] .tile")).to_have_count(5)


def test_a_house_style_is_kept_for_the_next_product(page: Page) -> None:
    pick(page, "face", "42")
    pick(page, "poses", "walking")
    pick(page, "backdrop", "sand")
    page.click("[data-do=style-save]")
    expect(page.locator("#scene .notice")).to_contain_text("Give the style a name first.")
    page.fill("[name=style-name]", "Summer <b>")
    page.click("[data-do=style-save]")
    expect(page.locator("#scene .notice")).to_contain_text("Saved as “Summer <b>”.")
    pick(page, "face", "20")
    pick(page, "backdrop", "white")
    page.click("[data-do=style-use]")
    expect(page.locator("[name=face]:checked")).to_have_value("42")
    expect(page.locator("[name=backdrop]:checked")).to_have_value("sand")
    page.click("[data-do=style-delete]")
    expect(page.locator(".kept")).to_have_count(0)


def test_the_language_is_the_browsers_and_can_be_switched(browser: Browser, server: Serving) -> None:
    with visiting(browser, server.url, locale="zh-CN") as page:
        expect(page.get_by_role("heading", name="放入一张服装照片，看它穿上身。")).to_be_visible()
        expect(page.get_by_text("Drop a photo of a garment")).to_be_hidden()
        page.click("[data-language]")
        expect(page.get_by_text("Drop a photo of a garment")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "en"
        page.reload()
        expect(page.get_by_text("Drop a photo of a garment")).to_be_visible()


def test_preview_and_button_stay_in_sight_while_choosing(page: Page) -> None:
    sample(page)
    for step in ("#garment", "#people", "#scene"):
        page.locator(step).evaluate("step => step.scrollIntoView()")
        for seen in ("#top nav", ".preview .stage", "[data-do=make]"):
            expect(page.locator(seen)).to_be_in_viewport(ratio=1)


@pytest.fixture
def phone(browser: Browser, server: Serving) -> Iterator[Page]:
    how = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visiting(browser, server.url, **how) as opened:
        opened.locator(".sample[data-name=tee]").tap()
        opened.wait_for_selector(".preview .took", state="attached")
        opened.wait_for_selector("html:not(.asking)")
        yield opened


def test_on_a_phone_everything_fits_and_suits_a_finger(phone: Page) -> None:
    phone.click("[data-do=person-add]")
    expect(phone.locator(".member")).to_have_count(2)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    small = """all => all.filter(one => one.checkVisibility()).map(one => [one, one.getBoundingClientRect()])
        .filter(([one, at]) => Math.min(at.width, at.height) < 44).map(([one]) => one.outerHTML)"""
    touched = "button, #top nav a, #steps a, select, summary, label:has(input), [type=range], [type=text]"
    assert phone.eval_on_selector_all(touched, small) == []


def test_on_a_phone_the_button_is_always_within_reach_and_the_preview_beside_it(phone: Page) -> None:
    for step in ("#garment", "#people", "#scene", "#results"):
        phone.locator(step).evaluate("step => step.scrollIntoView()")
        expect(phone.locator("[data-do=make]")).to_be_in_viewport(ratio=1)
    bar, preview = phone.locator("#aside").bounding_box(), phone.locator("#preview-panel")
    assert bar is not None and bar["height"] < 844 / 6
    phone.locator("[data-enlarge]").tap()
    expect(phone.locator("[data-enlarge]")).to_have_attribute("aria-expanded", "true")
    assert preview.evaluate("one => one.offsetWidth") > 350
    expect(phone.locator("[data-do=make]")).to_be_in_viewport(ratio=1)
    phone.keyboard.press("Escape")
    assert preview.evaluate("one => one.offsetWidth") < 80


def test_on_a_phone_nothing_that_has_the_focus_is_covered_and_the_button_follows_the_steps(
    phone: Page,
) -> None:
    covered = """all => all.filter(one => one.checkVisibility()).filter(one => {
        one.focus();
        const at = one.getBoundingClientRect();
        const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
        return !(one === top || one.contains(top) || one.closest('label')?.contains(top));
    }).map(one => one.outerHTML.slice(0, 99))"""
    controls = phone.locator(":is(#steps, #top) :is(a, button, input, select, summary)")
    assert controls.count() > 80
    assert controls.evaluate_all(covered) == []
    phone.focus("[data-do=style-save]")
    for following in ("data-enlarge", "data-do"):
        phone.keyboard.press("Tab")
        assert phone.evaluate("name => document.activeElement.hasAttribute(name)", following)
    expect(phone.locator("[data-do=make]")).to_be_focused()


@pytest.mark.parametrize(("language", "colours"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_axe_finds_nothing(browser: Browser, server: Serving, language: str, colours: str) -> None:
    with visiting(browser, server.url, locale=language, color_scheme=colours) as page:
        assert violations(page) == []
        sample(page)
        page.wait_for_selector(".preview .took")
        assert violations(page) == []
        page.click("[data-do=edit]")
        page.wait_for_selector("dialog[data-ready]")
        assert violations(page) == []


def violations(page: Page) -> list[str]:
    page.wait_for_selector("html:not(.asking)")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['target']}" for one in found for node in one["nodes"]]


def test_the_history_survives_a_restart(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "data", "stub:0.1") as first, visiting(browser, first.url) as page:
        sample(page)
        job = make(page)
        finished(page, job)
    with serving(tmp_path / "data", "stub:0.1") as second, visiting(browser, second.url) as page:
        page.wait_for_selector(f".set[data-job='{job}'][data-state=succeeded]")
        picture = page.locator(f"[data-job='{job}'] .tile img").first
        picture.scroll_into_view_if_needed()
        page.wait_for_function("one => one.naturalWidth > 0", arg=picture.element_handle())
