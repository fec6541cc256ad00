"""`pipelines.catalogue.channels`: what shops ask, as data."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fashion_models.errors import PlanError
from fashion_models.pipelines.catalogue.channels import (
    Channel,
    channels_named,
    disclosure,
    presets,
    product_name,
    slug,
)

EXPECTED = [
    *("amazon_main", "amazon_alt", "google_merchant", "shopify", "shopify_4x5", "woocommerce", "zalando"),
    *("ebay", "etsy", "tiktok_shop", "taobao_1x1", "taobao_3x4", "taobao_white", "taobao_long", "shopee"),
    "lazada",
]


def test_every_shop_of_the_list_is_there() -> None:
    assert list(presets()) == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_preset_says_where_its_rules_come_from(name: str) -> None:
    channel = presets()[name]
    assert channel.source != "own" and channel.standing != "own"
    assert datetime.date.fromisoformat(channel.checked)
    for sentence in (channel.about, *channel.warnings):
        assert sentence.en and re.search(
            "[\u4e00-\u9fff]|WooCommerce|Zalando|eBay|Etsy|TikTok|Shopee|Lazada", sentence.zh
        )


def test_people_are_told_in_both_languages() -> None:
    assert "does not exist" in disclosure().en and "AI生成" in disclosure().zh


def test_the_sizes_that_channels_publish() -> None:
    sizes = {name: (c.width, c.height) for name, c in presets().items()}
    assert sizes["amazon_main"] == (2000, 2000)
    assert sizes["zalando"] == (1801, 2600)
    assert sizes["taobao_3x4"] == (750, 1000)
    assert presets()["taobao_white"].max_bytes == 300_000


def test_amazon_gets_the_names_it_matches_by() -> None:
    amazon = presets()["amazon_alt"]
    assert amazon.file_name("B0ABCDEFGH", n=3, view="front", pose="walking") == "B0ABCDEFGH.PT03.jpg"
    main = presets()["amazon_main"].file_name("tee 01-red", n=1, view="front", pose="front")
    assert re.fullmatch(r"tee01red[0-9a-f]{6}\.MAIN\.jpg", main)


def test_a_chinese_article_number_still_names_a_file() -> None:
    assert re.fullmatch(r"[0-9a-f]{6}", slug("连衣裙"))
    assert slug("tee-01") == "tee-01"


@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=2, unique=True))
def test_two_articles_never_share_a_file_name(skus: list[str]) -> None:
    one, other = skus
    assert slug(one) != slug(other)
    assert product_name(one) != product_name(other)


@given(st.text(min_size=1, max_size=200))
def test_names_hold_nothing_a_path_or_address_could_misread(sku: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,90}", slug(sku)) and ".." not in slug(sku)[:2]
    assert re.fullmatch(r"[A-Za-z0-9]{1,90}", product_name(sku))


def test_an_unknown_channel_is_answered_with_the_known() -> None:
    with pytest.raises(PlanError, match=r"channel 'amazone' is unknown; known: amazon_main, amazon_alt"):
        channels_named(["amazone"])


def test_an_own_channel_stands_beside_the_presets() -> None:
    own = Channel(width=900, height=1200, name="{slug}_{view}_{n}")
    found = channels_named(["ours", "ebay"], {"ours": own})
    assert found["ours"].file_name("A1", n=2, view="back", pose="front") == "A1_back_2.jpg"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"width": 10, "height": 1000}, "greater than or equal to 64"),
        ({"width": 900, "height": 900, "min_long_side": 1000}, "smaller than the channel takes"),
        ({"width": 900, "height": 900, "max_pixels": 1000}, "larger than the channel takes"),
        ({"width": 900, "height": 900, "name": "{n}"}, r"\{product\} or \{slug\} must be in it"),
        ({"width": 900, "height": 900, "name": "a/{slug}"}, "no '/'"),
        ({"width": 900, "height": 900, "name": "{sku}"}, "a name is built from"),
        ({"width": 900, "height": 900, "name": "{slug"}, "a name is built from"),
        ({"width": 900, "height": 900, "quality": 50}, "min_quality 60 is above quality 50"),
        ({"width": 900, "height": 900, "min_bytes": 9000, "max_bytes": 9000}, "not below max_bytes"),
        ({"width": 900, "height": 900, "colour": "red"}, "Extra inputs"),
    ],
)
def test_an_impossible_channel_is_refused(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Channel(**fields)
