"""`pipelines.catalogue.recipe`: what is wrong is named with its line, what is known, and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from fashion_models.errors import RecipeError
from fashion_models.pipelines.catalogue.recipe import MAX_BYTES, load_recipe, parse_recipe

SAMPLES = sorted((Path(__file__).resolve().parents[4] / "samples/recipes").glob("*.yaml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_sound(path: Path) -> None:
    recipe = load_recipe(str(path))
    assert recipe.cast and recipe.looks
    assert set(recipe.channel_settings()) == set(recipe.channel_names())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cast:\n  - {skin: 3}", r"r:2: cast\.1\.skin: is unknown; known: name, identity, gender"),
        ("+channel: [ebay]", r"r:2: channel: is unknown.*Did you mean 'channels'\?"),
        ("looks: [{pose: front}]", r"cast: is missing"),
        ("cast: []", r"r:1: cast: needs at least one"),
        ("cast:\n  - {tone: 3}\n  - {tone: 12}", r"r:3: cast\.2\.tone: tone 12 .* from 1 to 10"),
        ("cast:\n  - tone: 3\n    age: 12", r"r:3: cast\.1\.age: .*12.*18"),
        ("cast: [{size: 'EU:999'}]", r"r:1: cast\.1\.size: .*999"),
        ("+looks:\n  - {pose: fly}", r"r:3: looks\.1\.pose: pose 'fly' is unknown; known: "),
        ("+backdrop: greenish", r"r:2: backdrop: backdrop 'greenish' is unknown; known: white"),
        ("+finisher: magic", r"r:2: finisher: finisher 'magic' is unknown; known: none"),
        ("+width: 10", r"r:2: width: width 10 px is out of range"),
        ("+channels: [ebey]", r"r:2: channels: 'ebey' is unknown; .*Did you mean 'ebay'\?"),
        ("cast: [{tone: x}]", r"r:1: cast\.1\.tone: 'x': input should be a valid integer"),
        ("+rules:\n  - when: {category: shoe}\n    use: {}", r"r:3: .*'shoe' is unknown; known: t-"),
        ("+rules:\n  - when: {gender: x}\n    use: {}", r"r:3: .*'x' is unknown; known: female"),
        ("+rules:\n  - when: {}\n    use: {cast: [{tone: 0}]}", r"r:4: rules\.1\.use\.cast\.1\.tone"),
        ("+rules:\n  - when: {}\n    use: {pose: front}", r"r:4: rules\.1\.use\.pose: is unknown"),
        ("+own_channels:\n  a: {based_on: ebey}", r"r:3: own_channels\.a\.based_on: 'ebey'"),
        ("+own_channels:\n  a: {width: 9, height: 900}", r"r:3: own_channels\.a\.width: 9: "),
        ("cast:\n  - tone: 3\n    tone: 4", r"r:3: cast\.1\.tone: is there twice"),
        ("cast: [a", r"r:1: .*Mend the YAML"),
        ("- a", "is no recipe; begin with 'cast:'"),
        ("", "is no recipe"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_cure(text: str, complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint):
        parse_recipe(text.replace("+", "cast: [{tone: 3}]\n").encode(), "r")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(b"cast:\n  - {tone: 12, hair: blu}\nbackdrop: x\nfinisher: y\n", "r")
    assert len(str(caught.value).splitlines()) == 4


def test_a_recipe_cannot_grow_without_bound() -> None:
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(RecipeError, match="more than 5000 values"):
        parse_recipe(bomb.encode())
    with pytest.raises(RecipeError, match="recipes have at most"):
        parse_recipe(b"#" * (MAX_BYTES + 1))


def test_a_channel_that_demands_white_needs_a_white_look() -> None:
    sand = b"cast: [{tone: 3}]\nbackdrop: sand\nchannels: [amazon_main]\n"
    with pytest.raises(RecipeError, match="'amazon_main' demands a white backdrop"):
        parse_recipe(sand)
    parse_recipe(sand + b"looks: [{pose: front, backdrop: white}, {pose: walking}]\n")


def test_a_rule_that_takes_the_white_ground_away_is_noticed() -> None:
    text = b"cast: [{tone: 3}]\nchannels: amazon_main\nrules:\n  - when: {gender: male}\n"
    text += b"    use: {backdrop: sand}\n"
    with pytest.raises(RecipeError, match=r"recipe:5: rules\.1\.use\.channels: 'amazon_main' demands"):
        parse_recipe(text)


def test_an_own_channel_takes_over_a_presets_fields() -> None:
    text = b"cast: [{tone: 3}]\nchannels: ours\nown_channels:\n"
    text += b"  ours: {based_on: ebay, width: 900, height: 900}\n"
    ours = parse_recipe(text).channel_settings()["ours"]
    assert (ours.width, ours.min_quality, ours.name) == (900, 90, "{slug}-{n}")


def test_numbers_may_stand_where_texts_are_meant() -> None:
    recipe = parse_recipe(
        b"cast: [{name: 1, size: 'bust=96,waist=80,hip=104,height=170'}]\nlooks: [{name: 2}]\n"
    )
    assert (recipe.cast[0].name, recipe.looks[0].label) == ("1", "2")
