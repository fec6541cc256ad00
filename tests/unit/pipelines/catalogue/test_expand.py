"""`pipelines.catalogue.expand`: garments times recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fashion_models.garment.model import Category
from fashion_models.pipelines.catalogue.expand import items_of
from fashion_models.pipelines.catalogue.model import Item, Source
from fashion_models.pipelines.catalogue.products import Problem, Product
from fashion_models.pipelines.catalogue.recipe import Recipe, load_recipe, parse_recipe
from fashion_models.plan import ShotRequest

SAMPLES = Path(__file__).resolve().parents[4] / "samples"


def garment(name: str = "A", **fields: Any) -> Product:
    return Product(row=f"list:{name}", sku=name, photo=Source(uri="/a.jpg", etag="1"), **fields)


def expanded(recipe: Recipe, *garments: Product) -> tuple[list[Item], list[Problem]]:
    rejected: list[Problem] = []
    return list(items_of(garments, recipe, rejected.append)), rejected


def recipe(text: str) -> Recipe:
    return parse_recipe(text.encode())


TWO = """
cast: [{name: ana, gender: female}, {name: tom, gender: male}]
looks: [{}, {pose: walking, view: back}]
"""


def test_everyone_who_may_wear_it_is_shown_in_every_look() -> None:
    items, rejected = expanded(recipe(TWO), garment(gender="female"), garment("B"))
    assert [(item.sku, item.look) for item in items] == [
        ("A", "ana-front-full"),
        ("A", "ana-walking-back-full"),
        ("B", "ana-front-full"),
        ("B", "ana-walking-back-full"),
        ("B", "tom-front-full"),
        ("B", "tom-walking-back-full"),
    ]
    assert rejected == []


def test_a_garment_that_nobody_may_wear_is_rejected_by_row() -> None:
    items, [problem] = expanded(recipe("cast: [{gender: female}]"), garment(gender="male"))
    assert items == []
    assert (problem.row, problem.reason) == ("list:A", "recipe")


def test_every_request_is_one_that_can_be_planned() -> None:
    items, _ = expanded(recipe(TWO), garment(category=Category.DRESS))
    for item in items:
        made = ShotRequest(photo="x", **item.request)
        assert made.category == "dress"
    assert items[0].request["gender"] == "female"


def test_rules_change_what_they_name_and_later_ones_win() -> None:
    rules = """
rules:
  - when: {category: dress}
    use: {backdrop: sand}
  - when: {size: [3XL, 4XL], gender: female}
    use: {cast: [{name: nia, gender: female, size: 3XL}], backdrop: sage}
"""
    made = recipe(TWO + rules)
    plain, _ = expanded(made, garment())
    dress, _ = expanded(made, garment(category=Category.DRESS, gender="female", sizes=("S", "M")))
    large, _ = expanded(made, garment(category=Category.DRESS, gender="female", sizes=("XL", "3XL")))
    assert {item.request["backdrop"] for item in plain} == {"white"}
    assert {item.request["backdrop"] for item in dress} == {"sand"}
    assert {item.request["backdrop"] for item in large} == {"sage"}
    assert {item.look.split("-")[0] for item in large} == {"nia"}


def test_pictures_are_counted_per_channel_and_no_channel_gets_too_many() -> None:
    made = recipe(TWO + "channels: [amazon_main, amazon_alt, taobao_white]\n")
    items, _ = expanded(made, garment())
    assert [dict(item.channels) for item in items] == [
        {"amazon_main": 1, "amazon_alt": 1, "taobao_white": 1},
        {"amazon_alt": 2},
        {"amazon_alt": 3},
        {"amazon_alt": 4},
    ]


def test_a_channel_that_demands_white_takes_the_white_looks_alone() -> None:
    looks = "cast: [{}]\nlooks: [{backdrop: sand}, {pose: walking, backdrop: white}]\n"
    items, _ = expanded(recipe(looks + "channels: [amazon_main, ebay]"), garment())
    assert [dict(item.channels) for item in items] == [{"ebay": 1}, {"amazon_main": 1, "ebay": 2}]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", (768, 1152)),
        ("channels: zalando", (1801, 2600)),
        ("channels: [shopee, amazon_main]", (1385, 2000)),
        ("channels: taobao_white", (768, 1152)),
        ("channels: zalando\nwidth: 300\nheight: 400", (300, 400)),
        ("height: 1300", (900, 1300)),
        ("own_channels: {a: {width: 9000, height: 9000}}\nchannels: a", (2354, 3398)),
    ],
)
def test_the_master_is_as_large_as_its_channels_need(text: str, size: tuple[int, int]) -> None:
    [item], _ = expanded(recipe("cast: [{}]\n" + text), garment())
    assert (item.request["width"], item.request["height"]) == size
    ShotRequest(photo="x", **item.request)


def test_the_same_recipe_gives_the_same_keys() -> None:
    one, _ = expanded(load_recipe(str(SAMPLES / "recipes/lookbook.yaml")), garment())
    other, _ = expanded(load_recipe(str(SAMPLES / "recipes/lookbook.yaml")), garment())
    assert [item.key("1") for item in one] == [item.key("1") for item in other]
    assert len({item.key("1") for item in one}) == len(one)
