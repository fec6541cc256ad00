"""`pipelines.catalogue.derive`: one master, every channel's file, measured on the file."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from fashion_models.arrays import U8
from fashion_models.errors import StageError
from fashion_models.pipelines.catalogue.channels import Channel, presets
from fashion_models.pipelines.catalogue.derive import Derived, Master, derive
from fashion_models.pipelines.label import COMPOSITE_SYNTHETIC, TRAINED_ALGORITHMIC_MEDIA, labelled_as
from fashion_models.studio.backdrop import resolve_backdrop

HEAD, BODY, FEET = (180, 60, 50), (60, 90, 160), (40, 140, 60)


def figure(
    backdrop: str = "white", *, width: int = 600, height: int = 866, cut: bool = False, noise: bool = False
) -> Master:
    """A person of blocks: red head, blue body, green feet; ``cut``: the picture ends at the hip."""
    ground = resolve_backdrop(backdrop)
    picture = ground.picture(width, height).copy()

    def block(colour: tuple[int, int, int], x0: float, y0: float, x1: float, y1: float) -> None:
        picture[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)] = colour

    lower = 1.0 if cut else 0.9
    block(BODY, 0.3, 0.15, 0.7, lower)
    block(HEAD, 0.42, 0.05, 0.58, 0.15)
    if not cut:
        block(FEET, 0.3, 0.9, 0.7, 0.95)
    if noise:
        grain = np.random.default_rng(1).integers(0, 255, picture.shape, np.uint8)
        body = np.all(picture == BODY, axis=-1)
        picture[body] = grain[body]
    return Master(picture=picture, backdrop=ground, source_type=COMPOSITE_SYNTHETIC)


def decoded(made: Derived) -> U8:
    return np.asarray(Image.open(io.BytesIO(made.data)).convert("RGB"))


def shows(picture: U8, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(picture.astype(int) - colour).max(axis=-1) < 12).sum() > 200)


@pytest.mark.parametrize("name", [n for n in presets() if presets()[n].subject == "model"])
def test_every_channel_gets_the_size_it_asks_with_head_and_feet(name: str) -> None:
    channel = presets()[name]
    made = derive(figure(), channel)
    picture = decoded(made)
    assert picture.shape == (channel.height, channel.width, 3)
    assert len(made.data) <= channel.max_bytes
    assert Image.open(io.BytesIO(made.data)).format == "JPEG"
    assert shows(picture, HEAD) and shows(picture, FEET)
    assert made.fill >= 0.85


def test_amazons_main_picture_stands_on_pure_white_and_fills_the_frame() -> None:
    made = derive(figure(width=1200, height=1733), presets()["amazon_main"])
    picture = decoded(made)
    assert (picture[:20] == 255).all() and (picture[:, :400] == 255).all()
    assert 0.85 <= made.fill <= 0.95
    assert [w for w in made.warnings if not w.startswith("enlarged")] == []


@pytest.mark.parametrize("backdrop", ["white", "sand", "charcoal", "gradient"])
def test_new_ground_is_the_backdrop_itself(backdrop: str) -> None:
    wide = Channel(width=1500, height=866, format="png", name="{slug}")
    picture = decoded(derive(figure(backdrop), wide))
    left = picture[:, :200].astype(int)
    rows = left[:, 0]
    assert (left == rows[:, None]).all()
    ground = resolve_backdrop(backdrop)
    if ground.top == ground.bottom:
        assert (left == ground.picture(1, 1)[0, 0]).all()


def test_a_cut_body_stays_at_the_edge_of_the_picture() -> None:
    square = Channel(width=800, height=800, format="png", name="{slug}")
    picture = decoded(derive(figure(cut=True), square))
    assert shows(picture, HEAD)
    assert np.abs(picture[-1, 400].astype(int) - BODY).max() < 12
    assert (picture[:, :100] == 255).all()


def test_a_close_up_that_fills_its_width_keeps_no_strip_of_ground() -> None:
    master = figure()
    filled = np.full_like(master.picture, 120)
    filled[:40] = 255
    wide = Channel(width=1000, height=500, format="png", name="{slug}")
    close = Master(picture=filled, backdrop=master.backdrop, source_type=COMPOSITE_SYNTHETIC)
    picture = decoded(derive(close, wide))
    assert (picture[-1] < 250).all() and (picture[:, 0][50:] < 250).all()


def test_a_master_of_the_same_ratio_keeps_its_pixels() -> None:
    master = figure(width=600, height=866)
    same = Channel(width=600, height=866, format="png", name="{slug}")
    assert (decoded(derive(master, same)) == master.picture).all()


def test_no_ringing_is_left_on_the_ground() -> None:
    small = Channel(width=300, height=300, format="png", name="{slug}")
    picture = decoded(derive(figure(), small))
    ground = np.all(picture > 200, axis=-1)
    assert (picture[ground] == 255).mean() > 0.995


def test_quality_is_the_highest_that_keeps_the_size() -> None:
    fields = {"width": 600, "height": 866, "name": "{slug}", "min_quality": 20}
    free = derive(figure(noise=True), Channel(**fields))
    capped = derive(figure(noise=True), Channel(**fields, max_bytes=len(free.data) // 2))
    assert free.quality == 92 and capped.quality is not None and capped.quality < 92
    assert len(capped.data) <= len(free.data) // 2
    finer = Channel(**fields, quality=capped.quality + 1)
    assert len(derive(figure(noise=True), finer).data) > len(free.data) // 2


def test_a_size_that_no_quality_reaches_is_refused_with_a_cure() -> None:
    tight = Channel(width=600, height=866, max_bytes=5000, name="{slug}")
    with pytest.raises(StageError, match=r"at quality 60; the channel takes at most 0\.01 MB.*min_quality"):
        derive(figure(noise=True), tight)


def test_a_smallest_size_raises_the_quality_or_is_reported() -> None:
    fields = {"width": 600, "height": 866, "name": "{slug}", "quality": 60}
    plain = derive(figure(noise=True), Channel(**fields))
    raised = derive(figure(noise=True), Channel(**fields, min_bytes=len(plain.data) + 1000))
    assert raised.quality is not None and raised.quality > 60
    hopeless = derive(figure(), Channel(**fields, min_bytes=5_000_000))
    assert "wants at least 5000 kB" in hopeless.warnings[-1]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_the_label_is_kept_in_every_format(kind: str) -> None:
    made = derive(figure(), Channel(width=300, height=433, format=kind, name="{slug}"))
    assert labelled_as(made.data) == made.source_type == COMPOSITE_SYNTHETIC
    description = Image.open(io.BytesIO(made.data)).getxmp()["xmpmeta"]["RDF"]["Description"]
    assert description["DigitalSourceType"] == COMPOSITE_SYNTHETIC


def test_google_gets_the_term_it_demands() -> None:
    made = derive(figure(), presets()["google_merchant"])
    assert labelled_as(made.data) == TRAINED_ALGORITHMIC_MEDIA


def test_files_say_that_they_are_srgb() -> None:
    made = derive(figure(), presets()["ebay"])
    profile = Image.open(io.BytesIO(made.data)).info["icc_profile"]
    assert "sRGB" in ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(profile)))


def test_the_same_master_makes_the_same_bytes() -> None:
    assert derive(figure(), presets()["shopee"]).data == derive(figure(), presets()["shopee"]).data


def test_another_ground_than_the_advised_white_is_a_warning() -> None:
    made = derive(figure("sand"), presets()["lazada"])
    assert made.warnings[0].startswith("the background is not pure white: 100.0%")


def test_a_subject_that_is_too_small_for_the_frame_is_a_warning() -> None:
    master = figure()
    picture = master.picture.copy()
    picture[0, 0] = (0, 0, 0)  # a speck in a corner makes the subject wide, and cut at two edges
    speck = Master(picture=picture, backdrop=master.backdrop, source_type=COMPOSITE_SYNTHETIC)
    demanding = Channel(width=300, height=433, min_fill=0.98, name="{slug}")
    assert any("wants 98%" in warning for warning in derive(speck, demanding).warnings)


def test_an_enlarged_picture_says_so() -> None:
    made = derive(figure(width=208, height=300), presets()["zalando"])
    assert any(warning.startswith("enlarged by 8.6") for warning in made.warnings)
