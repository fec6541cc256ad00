"""A house style becomes the recipe of a catalogue, and a finished set gives its style back."""

from __future__ import annotations

import pytest

from fashion_models.pipelines.catalogue.recipe import parse_recipe
from fashion_models.ui.page.choices import FACES
from fashion_models.ui.page.draft import Draft, Piece, Scene, Style, face_wearer_of
from fashion_models.ui.page.recipes import Choice, recipe_of, style_of

CAST = tuple(face_wearer_of(face["identity"]) for face in FACES[:3])
SCENE = Scene(
    poses=("front", "walking"), views=("front", "back"), backdrop="sand", lighting="soft", format="square"
)


def test_a_house_style_is_a_recipe_with_the_same_people_looks_and_light() -> None:
    recipe = parse_recipe(recipe_of(Style(cast=CAST, scene=SCENE).to_json(), Choice(channels=("ebay",))))
    assert [model.identity for model in recipe.cast] == [wearer.identity for wearer in CAST]
    assert [(look.pose, look.view) for look in recipe.looks] == [
        ("front", "front"), ("front", "back"), ("walking", "front"), ("walking", "back"),
    ]  # fmt: skip
    assert (recipe.backdrop, recipe.lighting, recipe.channels, recipe.width) == (
        "sand",
        "soft",
        ("ebay",),
        None,
    )
    without = parse_recipe(recipe_of(Style(scene=SCENE).to_json(), Choice()))
    assert (without.width, without.height) == (1200, 1200)


@pytest.mark.parametrize("face", FACES, ids=lambda face: str(face["identity"]))
def test_every_face_of_the_page_can_be_in_a_recipe(face: dict[str, int]) -> None:
    style = Style(cast=(face_wearer_of(face["identity"]),))
    assert parse_recipe(recipe_of(style.to_json(), Choice())).cast[0].identity == face["identity"]


def test_a_set_gives_back_the_style_that_made_it() -> None:
    style = Style(cast=CAST, scene=SCENE)
    draft = Draft(pieces=(Piece(upload="up_1", original="up_1", name="tee"),), style=style)
    assert style_of(list(draft.requests())) == style.to_json()
    assert Style.from_json(style_of([])) == Style.from_json({})


def test_a_choice_from_a_browser_is_taken_or_mended() -> None:
    for raw in (None, [], {"kind": "root", "channels": ["nowhere", 3], "style": "x", "public_url": None}):
        choice = Choice.from_json(raw)
        assert choice == Choice()
    assert Choice.from_json(vars(Choice(kind="set", channels=("ebay",)))).channels == ("ebay",)
