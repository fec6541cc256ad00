"""`pipelines.catalogue.masters`: what a channel's file is made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.stand_in import picture

from fashion_models.errors import ObjectMissingError
from fashion_models.pipelines.catalogue.channels import presets
from fashion_models.pipelines.catalogue.derive import derive
from fashion_models.pipelines.catalogue.masters import master_for
from fashion_models.pipelines.catalogue.model import Item, Source
from fashion_models.pipelines.label import ALGORITHMICALLY_ENHANCED, COMPOSITE_SYNTHETIC, labelled_as

GARMENTS = Path(__file__).resolve().parents[4] / "samples/garments"


def item(photo: Path) -> Item:
    return Item(sku="A", garment="A", row="l:1", look="x", photo=Source(uri=str(photo)), request={})


def test_a_shot_keeps_its_own_label() -> None:
    master = master_for(presets()["ebay"], item(GARMENTS / "dress.jpg"), picture())
    assert (master.source_type, master.picture.shape) == (COMPOSITE_SYNTHETIC, (96, 64, 3))


def test_a_channel_without_models_gets_the_garment_alone_on_white() -> None:
    channel = presets()["taobao_white"]
    master = master_for(channel, item(GARMENTS / "dress.jpg"), picture())
    made = derive(master, channel)
    assert labelled_as(made.data) == ALGORITHMICALLY_ENHANCED
    assert channel.min_bytes <= len(made.data) <= channel.max_bytes and made.warnings == ()
    shown = np.any(master.picture[2:-2, 2:-2] != 255, axis=-1)
    mask = np.asarray(Image.open(GARMENTS / "dress-mask.png").resize(shown.shape[::-1])) > 128
    assert (shown & mask).sum() / (shown | mask).sum() > 0.95


def test_a_photo_that_has_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(ObjectMissingError):
        master_for(presets()["taobao_white"], item(tmp_path / "gone.jpg"), picture())
