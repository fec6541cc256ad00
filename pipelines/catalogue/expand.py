"""From garments and a recipe to pictures: `items_of`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fashion_models.pipelines.catalogue.channels import Channel
from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.catalogue.products import Problem, Product
from fashion_models.pipelines.catalogue.recipe import Look, Model, Recipe, When, serves
from fashion_models.plan import MAX_PIXELS, MAX_SIDE

#: Width over height of a master that every channel is cut from: a standing person with room for the arms.
_RATIO = 1801 / 2600
#: The master's size where no channel asks for more [px].
_WIDTH, _HEIGHT = 768, 1152


def items_of(
    garments: Iterable[Product | Problem], recipe: Recipe, rejected: Callable[[Problem], None]
) -> Iterator[Item]:
    """Every picture of every garment, a garment's pictures one after the other.

    Args:
        garments: What was read.
        recipe: What to make of them.
        rejected: Told every row that gives no picture.
    """
    channels = recipe.channel_settings()
    for garment in garments:
        if isinstance(garment, Problem):
            rejected(garment)
            continue
        items = list(_items(garment, recipe, channels))
        if not items:
            rejected(_nobody(garment))
        yield from items


def _nobody(garment: Product) -> Problem:
    return Problem(
        row=garment.row,
        sku=garment.name,
        reason="recipe",
        message=f"nobody in the recipe's cast is {garment.gender}; add someone, or a rule.",
    )


def _items(garment: Product, recipe: Recipe, channels: dict[str, Channel]) -> Iterator[Item]:
    for rule in recipe.rules:
        if _fits(garment, rule.when):
            recipe = recipe.changed(rule.use)
    width, height = master_size(recipe, channels)
    places: Counter[str] = Counter()
    for position, model in enumerate(recipe.cast, 1):
        if model.gender and garment.gender in ("female", "male") and model.gender != garment.gender:
            continue
        for look in recipe.looks:
            request = {**_request(garment, model, look, recipe), "width": width, "height": height}
            yield Item(
                sku=garment.sku,
                variant=garment.variant,
                garment=garment.name,
                row=garment.row,
                look=f"{model.name or position}-{look.label}",
                photo=garment.photo,
                back_photo=garment.back_photo,
                request=request,
                channels=_places(look, recipe, channels, places),
                facts=garment.facts(),
            )


def _fits(garment: Product, when: When) -> bool:
    return (
        (not when.category or garment.category in when.category)
        and (not when.gender or garment.gender in when.gender)
        and (not when.size or bool(set(when.size) & set(garment.sizes)))
    )


def _request(garment: Product, model: Model, look: Look, recipe: Recipe) -> dict[str, Any]:
    """Fields of the `ShotRequest` that are not left to chance."""
    person = {key: value for key, value in model.model_dump().items() if key != "name"}
    person["gender"] = model.gender or (garment.gender if garment.gender in ("female", "male") else None)
    fields = {
        **person,
        "category": garment.category.value if garment.category else None,
        "pose": look.pose,
        "view": look.view,
        "framing": look.framing,
        "backdrop": look.backdrop or recipe.backdrop,
        "lighting": recipe.lighting,
        "seed": recipe.seed,
        "quality": recipe.quality,
        "finisher": recipe.finisher,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _places(look: Look, recipe: Recipe, channels: dict[str, Channel], places: Counter[str]) -> dict[str, int]:
    """The channels that take this picture, each with its place there; ``places`` counts on."""
    found = {}
    for name in recipe.channels:
        channel = channels[name]
        most = 1 if channel.subject == "garment" else channel.max_images or math.inf
        if serves(look, channel, recipe) and places[name] < most:
            places[name] += 1
            found[name] = places[name]
    return found


def master_size(recipe: Recipe, channels: dict[str, Channel]) -> tuple[int, int]:
    """The master's width and height [px]: the recipe's, or as tall as the tallest channel it serves."""
    asked = [channels[name].height for name in recipe.channels if channels[name].subject == "model"]
    tallest = min(MAX_SIDE, int(math.sqrt(MAX_PIXELS / _RATIO)))
    height = recipe.height or (round(recipe.width / _RATIO) if recipe.width else None)
    if height is None:
        height = min(max(asked), tallest) if asked else _HEIGHT
    width = recipe.width or (round(height * _RATIO) if asked or recipe.height else _WIDTH)
    return width, height
