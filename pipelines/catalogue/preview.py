"""The first five pictures of a job, small, before it is run: `contact_sheet`."""

from __future__ import annotations

import io
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fashion_models.errors import CancelledError, FashionModelsError
from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.catalogue.render import Renderer, Work
from fashion_models.pipelines.catalogue.sources import read_source
from fashion_models.pipelines.shot import png_bytes
from fashion_models.pipelines.stages import Cancelled, Progress

#: Pictures on the sheet, size of each [px], and height of the lines below [px].
COUNT = 5
_WIDTH, _HEIGHT, _CAPTION = 288, 432, 58
#: Items that are looked at to find garments of five kinds.
_LOOKED_AT = 400


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A contact sheet.

    Attributes:
        png: The sheet.
        seconds: Time of each picture [s].
        failures: What could not be made, and why.
    """

    png: bytes
    seconds: tuple[float, ...]
    failures: tuple[str, ...]


def first_five(items: Iterable[Item]) -> list[Item]:
    """First pictures of five garments, of different categories as far as there are; then further looks."""
    near = list(islice(items, _LOOKED_AT))
    firsts = list({item.garment: item for item in reversed(near)}.values())[::-1]
    kinds = list({str(item.request.get("category")): item for item in reversed(firsts)}.values())[::-1]
    order = [*kinds, *firsts, *near]
    return list({item.key(""): item for item in order}.values())[:COUNT]


def contact_sheet(
    items: Sequence[Item],
    renderer: Renderer,
    *,
    progress: Progress = lambda stage, share: None,
    cancelled: Cancelled = lambda: False,
) -> Sheet:
    """Make a few pictures, small and quick, side by side with their names.

    Args:
        items: What to make.
        renderer: What makes it.
        progress: Told the picture that is made and the share that is done.
        cancelled: Asked between steps; True stops the work.

    Raises:
        CancelledError: ``cancelled`` said so.
    """
    tiles: list[Image.Image] = []
    seconds, failures = [], []
    for number, item in enumerate(items):
        progress(item.look, number / len(items))
        began = time.perf_counter()
        try:
            picture = _made(item, renderer, cancelled)
        except CancelledError:
            raise
        except FashionModelsError as error:
            failures.append(f"{item.row}: {error}")
            picture = _message(str(error))
        seconds.append(round(time.perf_counter() - began, 1))
        tiles.append(_captioned(picture, item))
    sheet = Image.new("RGB", (_WIDTH * max(len(tiles), 1), _HEIGHT + _CAPTION), "white")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number * _WIDTH, 0))
    return Sheet(png=png_bytes(np.asarray(sheet)), seconds=tuple(seconds), failures=tuple(failures))


def _made(item: Item, renderer: Renderer, cancelled: Cancelled) -> Image.Image:
    small = {**item.request, "width": _WIDTH, "height": _HEIGHT, "quality": "preview"}
    work = Work(
        item=replace(item, request=small),
        photo=read_source(item.photo),
        back_photo=None if item.back_photo is None else read_source(item.back_photo),
    )
    [made] = renderer([work], progress=lambda stage, share: None, cancelled=cancelled)
    return Image.open(io.BytesIO(made.png)).convert("RGB")


def _message(text: str) -> Image.Image:
    """A tile that says why there is no picture."""
    tile = Image.new("RGB", (_WIDTH, _HEIGHT), "#fdecea")
    lines = "\n".join(textwrap.wrap(_drawable(text), 38)[:20])
    ImageDraw.Draw(tile).multiline_text((16, 16), lines, fill="#b3261e", font=ImageFont.load_default(13))
    return tile


def _captioned(picture: Image.Image, item: Item) -> Image.Image:
    tile = Image.new("RGB", (_WIDTH, _HEIGHT + _CAPTION), "white")
    picture.thumbnail((_WIDTH, _HEIGHT))
    tile.paste(picture, ((_WIDTH - picture.width) // 2, (_HEIGHT - picture.height) // 2))
    draw, font = ImageDraw.Draw(tile), ImageFont.load_default(14)
    for line, text in enumerate(_captions(item)):
        draw.text((_WIDTH / 2, _HEIGHT + 16 + 22 * line), text, fill="black", font=font, anchor="mm")
    return tile


def _captions(item: Item) -> Iterator[str]:
    yield _drawable(item.variant or item.sku)[:36]
    yield _drawable(item.look)[:36]


def _drawable(text: str) -> str:
    """The text without letters that the built-in font lacks."""
    return text.encode("latin-1", "replace").decode("latin-1")
