"""The page with the real renderer behind it: one look, draped once."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from fashion_models.ui.page.draft import PREVIEW

from .conftest import serving, visiting

#: A first drape on a machine that does much else [ms].
LONG = 600_000


def preview(page: Page, *, unlike: str = "") -> str:
    """The picture that is shown, once it is another than before."""
    finished = """before => {
        const shown = document.querySelector('.preview .took') && document.querySelector('.preview img').src;
        return shown && shown !== before && shown;
    }"""
    return str(page.wait_for_function(finished, arg=unlike, timeout=LONG).json_value())


def pixels(address: str) -> np.ndarray:  # type: ignore[type-arg]
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as picture:
        assert picture.size == PREVIEW
        return np.asarray(picture.convert("L"), np.float32)


def test_a_sample_is_worn_and_the_preview_follows_the_skin_tone(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "data", "shoot") as server, visiting(browser, server.url) as page:
        page.click(".sample[data-name=tee]")
        first = preview(page)
        page.check("[name=tone][value='2']", force=True)
        second = preview(page, unlike=first)
        dark, light = pixels(first), pixels(second)
        changed = np.abs(light - dark) > 25
        assert 0.005 < changed.mean() < 0.2  # skin, not cloth or backdrop
        assert (light - dark)[changed].mean() > 25
