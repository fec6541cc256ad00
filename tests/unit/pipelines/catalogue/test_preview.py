"""`pipelines.catalogue.preview`: the first five pictures, small, whatever happens to one of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from support.stand_in import picture

from fashion_models.errors import CancelledError, DrapeError
from fashion_models.pipelines.catalogue.model import Item, Source
from fashion_models.pipelines.catalogue.preview import contact_sheet, first_five
from fashion_models.pipelines.catalogue.render import Rendered, Work
from fashion_models.pipelines.label import COMPOSITE_SYNTHETIC, labelled_as
from fashion_models.pipelines.stages import Cancelled, Progress


def item(sku: str, look: str = "front", category: str = "dress", photo: Path = Path("x")) -> Item:
    request = {"category": category, "quality": "high", "width": 2000, "height": 3000}
    source = Source(uri=str(photo))
    return Item(sku=sku, garment=sku, row=f"l:{sku}", look=look, photo=source, request=request)


def test_five_garments_of_different_kinds_come_first() -> None:
    garments = [item(f"D{n}", look) for n in range(6) for look in ("front", "back")]
    chosen = first_five([*garments, item("S", category="skirt")])
    assert [(one.sku, one.look) for one in chosen] == [
        ("D0", "front"),
        ("S", "front"),
        ("D1", "front"),
        ("D2", "front"),
        ("D3", "front"),
    ]


def test_few_garments_show_further_looks() -> None:
    chosen = first_five([item("A", "front"), item("A", "back"), item("B", "front")])
    assert [(one.sku, one.look) for one in chosen] == [("A", "front"), ("B", "front"), ("A", "back")]


class Grey:
    """Gives a picture without making one; a garment named 'bad' does not settle."""

    def together(self, item: Item) -> int:
        return 1

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        if cancelled():
            raise CancelledError("stopped as asked; nothing was written.")
        [work] = works
        self.sizes.append((work.item.request["width"], work.item.request["height"]))
        assert work.item.request["quality"] == "preview"
        if work.item.sku == "bad":
            raise DrapeError("the cloth did not settle")
        return [Rendered(png=picture(), report={})]


def test_a_picture_that_fails_says_why_in_its_place(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    renderer = Grey()
    told: list[float] = []
    made = contact_sheet(
        [item("衣-1", photo=photo), item("bad", photo=photo), item("gone", photo=tmp_path / "gone.png")],
        renderer,
        progress=lambda look, share: told.append(share),
    )
    sheet = Image.open(io.BytesIO(made.png))
    assert sheet.size == (3 * 288, 432 + 58)
    assert labelled_as(made.png) == COMPOSITE_SYNTHETIC
    assert sheet.getpixel((288 + 5, 5)) == sheet.getpixel((2 * 288 + 5, 5)) == (253, 236, 234)
    assert [failure.partition(" ")[0] for failure in made.failures] == ["l:bad:", "l:gone:"]
    assert renderer.sizes == [(288, 432)] * 2 and told == [0, 1 / 3, 2 / 3]
    assert len(made.seconds) == 3


def test_a_sheet_can_be_stopped(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    with pytest.raises(CancelledError):
        contact_sheet([item("A", photo=photo)], Grey(), cancelled=lambda: True)
