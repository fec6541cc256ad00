"""What many tests share: a browser, and a paper doll, which is a draft small enough to try things on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, sync_playwright

from fashion_models.arrays import F32, F64
from fashion_models.studio.model import Camera, Draft

COLOURS = {"skin": (150, 100, 75), "hair": (30, 22, 20), "garment": (180, 60, 50), "base": (70, 90, 130)}


def paper_doll(width: int = 96, height: int = 144, *, shift: int = 0) -> Draft:
    """A figure of ellipses before a white wall; ``shift`` moves it to the right [px]."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    x, unit = x - shift, height / 144

    def ellipse(cx: float, cy: float, rx: float, ry: float) -> Any:
        return ((x / unit - cx) / rx) ** 2 + ((y / unit - cy) / ry) ** 2 < 1

    parts = {
        "hair": ellipse(48, 20, 13, 14),
        "skin": ellipse(48, 23, 9, 11) | ellipse(25, 66, 5, 26) | ellipse(71, 66, 5, 26),
        "base": ellipse(41, 108, 8, 32) | ellipse(55, 108, 8, 32),
        "garment": ellipse(48, 60, 19, 27),
    }
    masks: dict[str, F32] = {}
    left = np.ones((height, width), bool)
    for role in ("garment", "skin", "hair", "base"):
        masks[role] = (parts[role] & left).astype(np.float32)
        left &= ~parts[role]
    masks["eyes"] = np.zeros((height, width), np.float32)
    masks["background"] = left.astype(np.float32)
    display = np.full((height, width, 3), 255, np.uint8)
    shade = (1 - 0.3 * np.abs(x / unit - 48) / 48)[..., None]
    for role, colour in COLOURS.items():
        here = masks[role] > 0
        display[here] = np.clip(np.array(colour) * shade, 0, 255).astype(np.uint8)[here]
    there = ~left
    normal = np.stack([(x / unit - 48) / 60, np.zeros_like(x), np.ones_like(x)], axis=-1)
    uv = np.stack([x / unit / 96, 1 - y / unit / 144], axis=-1)
    return Draft(
        display=display,
        linear=np.zeros((height, width, 3), np.float32),
        alpha=there.astype(np.float32),
        masks=masks,
        depth=np.where(there, 5 + np.abs(x / unit - 48) / 100, 0).astype(np.float32),
        normals=np.where(there[..., None], normal, 0).astype(np.float32),
        uv=np.where(there[..., None], uv, 0).astype(np.float32),
        position=np.zeros((height, width, 3), np.float32),
        joints=_joints(unit, shift),
        camera=Camera(
            origin=(0.0, -5.0, 1.0),
            target=(0.0, 0.0, 1.0),
            fov_deg=20.0,
            width=width,
            height=height,
            azimuth_deg=0.0,
        ),
        renderer="paper",
    )


def _joints(unit: float, shift: int) -> F64:
    places = [
        (48, 24), (48, 36), (34, 40), (27, 58), (24, 76), (62, 40), (69, 58), (72, 76), (42, 84), (41, 108),
        (41, 134), (54, 84), (55, 108), (55, 134), (45, 22), (51, 22), (40, 24), (56, 24),
    ]  # fmt: skip
    joints = np.ones((18, 3))
    joints[:, :2] = unit * np.array(places) + [shift, 0]
    return joints


@pytest.fixture(scope="session")
def doll() -> Callable[..., Draft]:
    return paper_doll


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one for all, because Playwright runs once in a process."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium here: 'apt-get install chromium' lets these tests run")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()
