"""What a catalogue is to look like: `Recipe`, read from YAML with errors that name line, field and cure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from fashion_models.errors import BadInputError, RecipeError
from fashion_models.garment.model import Category
from fashion_models.pipelines.catalogue.channels import Channel, channels_named, presets
from fashion_models.pipelines.storage import open_storage, split_object

#: Longest recipe that is read [bytes], and the most values in it, counting what aliases repeat.
MAX_BYTES, MAX_VALUES = 200_000, 5_000

_Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]
_Some = BeforeValidator(lambda value: value if isinstance(value, list) else [value])
_Texts = Annotated[tuple[_Text, ...], _Some]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields that were written down."""
        return self.model_dump(exclude_unset=True)


class Model(_Part):
    """Someone who wears the garments; fields are those of `ShotRequest`.

    Attributes:
        name: Stands in the names of looks.
    """

    name: _Text = ""
    identity: int = Field(default=1, ge=0)
    gender: str | None = None
    age: int | None = None
    tone: int | None = None
    ethnicity: str | None = None
    size: _Text | None = None
    stature: float | None = None
    hair: str | None = None
    hair_colour: str | None = None
    beard: str | None = None
    expression: str | None = None
    build: str | None = None
    base_colour: _Text | None = None
    shoes: str = "white"


class Look(_Part):
    """One picture of everyone in the cast.

    Attributes:
        name: Stands in results; made from the other fields if left out.
        backdrop: The recipe's, if left out.
    """

    name: _Text = ""
    pose: str = "front"
    view: str = "front"
    framing: str = "full"
    backdrop: _Text | None = None

    @property
    def label(self) -> str:
        """Its name, or what it shows."""
        return self.name or "-".join(dict.fromkeys((self.pose, self.view, self.framing)))


class When(_Part):
    """Garments a rule is for: those that fit every field that is given."""

    category: Annotated[tuple[Category, ...], _Some] = ()
    gender: _Texts = ()
    size: _Texts = ()


class Change(_Part):
    """What a rule replaces."""

    cast: Annotated[tuple[Model, ...], Field(min_length=1)] | None = None
    looks: Annotated[tuple[Look, ...], Field(min_length=1)] | None = None
    backdrop: _Text | None = None
    finisher: str | None = None
    channels: _Texts | None = None


class Rule(_Part):
    """For some garments, something else."""

    when: When
    use: Change


class Recipe(_Part):
    """All that is the same for every garment, and the rules for those where it is not.

    Attributes:
        cast: Who wears the garments; women's garments are worn by the women in it, men's by the men.
        looks: Pictures of each of them.
        backdrop: Behind everyone.
        lighting: 'studio', 'soft' or 'dramatic'; the first, if left out.
        finisher: What turns the draft into the picture.
        quality: 'preview', 'standard' or 'high'.
        width: Width of the master [px]; large enough for every channel if left out.
        height: Height of the master [px].
        seed: Small variation of poses and noise.
        channels: Who gets the pictures.
        own_channels: Channels beside the presets; ``based_on`` takes over a preset's fields.
        rules: Later ones win.
        public_url: Where the store's root is found on the web; lists then hold these addresses. Empty: they
            hold addresses below the root, as a download needs them.
        price_per_hour: What a worker costs, in any currency; the report then says what the job cost.
    """

    cast: Annotated[tuple[Model, ...], Field(min_length=1)]
    looks: Annotated[tuple[Look, ...], Field(min_length=1)] = (Look(),)
    backdrop: _Text = "white"
    lighting: str | None = None
    finisher: str = "none"
    quality: str = "standard"
    width: int | None = None
    height: int | None = None
    seed: int = 0
    channels: _Texts = ()
    own_channels: Mapping[str, Channel] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    public_url: str | None = Field(default=None, pattern="^(https?://|$)")
    price_per_hour: float | None = Field(default=None, ge=0)

    def channel_names(self) -> tuple[str, ...]:
        """Every channel that is named anywhere, in order."""
        named = [*self.channels, *(name for rule in self.rules for name in rule.use.channels or ())]
        return tuple(dict.fromkeys(named))

    def channel_settings(self) -> dict[str, Channel]:
        """Every channel that is named anywhere.

        Raises:
            PlanError: One is unknown.
        """
        return channels_named(self.channel_names(), self.own_channels)

    def changed(self, change: Change) -> Recipe:
        """The recipe with a rule's change."""
        return self.model_copy(update={name: getattr(change, name) for name in change.model_fields_set})

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values, as far as they were written down."""
        values: dict[str, Any] = self.model_dump(mode="json", exclude_unset=True)
        return values


def load_recipe(where: str) -> Recipe:
    """Read a recipe from a file or an ``s3://`` address.

    Raises:
        RecipeError: Something in it is unknown or impossible; all findings, each with its line.
        ObjectMissingError: There is no such file.
    """
    path = where if where.startswith("s3://") else str(Path(where).absolute())
    store, key = split_object(path)
    return parse_recipe(open_storage(store).get(key), key.rpartition("/")[2])


def parse_recipe(data: bytes, name: str = "recipe") -> Recipe:
    """Read a recipe.

    Args:
        data: YAML in UTF-8.
        name: What to call it in messages.

    Raises:
        RecipeError: Something in it is unknown or impossible; all findings, each with its line.
    """
    values, lines = _read_yaml(data, name)
    _base_channels(values)
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        found = [_finding(dict(one), values) for one in error.errors()]
        raise _error(name, lines, found) from error
    found = list(_impossible(recipe))
    if found:
        raise _error(name, lines, found)
    return recipe


_Path = tuple[str | int, ...]
_Finding = tuple[_Path, str]


def _error(name: str, lines: Mapping[_Path, int], found: Sequence[_Finding]) -> RecipeError:
    shown = []
    for path, message in found[:12]:
        near = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in lines), ())
        where = f"{name}:{lines[near]}" if near in lines else name
        shown.append(f"{where}: {_dotted(path)}{message}")
    return RecipeError("\n".join(dict.fromkeys(shown)))


def _dotted(path: _Path) -> str:
    """'cast.2.tone: ', counting from 1 as people do."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in path]
    return f"{'.'.join(parts)}: " if parts else ""


def _read_yaml(data: bytes, name: str) -> tuple[dict[str, Any], dict[_Path, int]]:
    """The values, and the line of each."""
    if len(data) > MAX_BYTES:
        raise RecipeError(f"'{name}' has {len(data)} bytes;", limit=f"recipes have at most {MAX_BYTES}.")
    try:
        text = data.decode("utf-8-sig")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[_Path, int] = {}
        if tree is not None:
            for path, line in _walk(tree, ()):
                if path in lines:
                    raise RecipeError(f"{name}:{line}: {_dotted(path)}is there twice.")
                lines[path] = line
                if len(lines) > MAX_VALUES:
                    raise RecipeError(f"'{name}' has more than {MAX_VALUES} values.")
        values = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        raise RecipeError(f"'{name}' is not UTF-8 (byte {error.start}).") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise RecipeError(f"{where}: {getattr(error, 'problem', error)}.", cure="Mend the YAML.") from error
    if not isinstance(values, dict):
        raise RecipeError(f"'{name}' is no recipe;", cure="begin with 'cast:'; samples/recipes has examples.")
    return values, lines


def _walk(node: yaml.Node, path: _Path) -> Iterator[tuple[_Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = list(_walk(value, (*path, str(key.value))))
            yield below[0][0], key.start_mark.line + 1
            yield from below[1:]
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*path, index))


def _base_channels(values: dict[str, Any]) -> None:
    """Fill own channels that build on a preset; an unknown preset is left to be complained about."""
    own = values.get("own_channels")
    if not isinstance(own, dict):
        return
    for name, fields in own.items():
        if isinstance(fields, dict) and fields.get("based_on") in presets():
            base = presets()[fields["based_on"]].model_dump(mode="json", exclude_unset=True)
            own[name] = {**base, **{key: value for key, value in fields.items() if key != "based_on"}}


def _finding(error: Mapping[str, Any], values: Any) -> _Finding:
    """A pydantic error in our words."""
    path = tuple(part for part in error["loc"] if isinstance(part, int) or not part.startswith("function-"))
    if error["type"] == "extra_forbidden":
        known = _fields_at(path[:-1])
        if path[-1] == "based_on":
            return path, f"'{error['input']}' is unknown; known: {', '.join(presets())}."
        close = difflib.get_close_matches(str(path[-1]), known, 1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        return path, f"is unknown; known: {', '.join(known)}.{hint}"
    if error["type"] == "missing":
        return path, "is missing."
    if error["type"] == "too_short":
        return path, "needs at least one."
    if error["type"] == "enum":
        return path, f"'{error['input']}' is unknown; known: {', '.join(c.value for c in Category)}."
    if error["type"] in ("model_type", "tuple_type", "mapping_type", "dict_type"):
        return path, f"'{error['input']}' is not of the right form; samples/recipes has examples."
    message = str(error["msg"]).removeprefix("Value error, ")
    return path, f"{error['input']!r}: {message[0].lower()}{message[1:]}."


_PARTS: dict[str, type[BaseModel]] = {
    "cast": Model,
    "looks": Look,
    "rules": Rule,
    "when": When,
    "use": Change,
    "own_channels": Channel,
}


def _fields_at(path: _Path) -> list[str]:
    """Names that are known where a path leads."""
    part = next((_PARTS[name] for name in reversed(path) if name in _PARTS), Recipe)
    known = list(part.model_fields)
    return ["based_on", *known] if part is Channel else known


def _impossible(recipe: Recipe) -> Iterator[_Finding]:
    """Values that are of the right form and still cannot be made."""
    yield from _cast_findings(recipe.cast, ("cast",))
    yield from _look_findings(recipe.looks, ("looks",))
    for field in ("backdrop", "lighting", "finisher", "quality", "width", "height"):
        if field in recipe.model_fields_set:
            yield from _trial((field,), {field: getattr(recipe, field)})
    yield from _channel_findings(recipe, ("channels",))
    for index, rule in enumerate(recipe.rules):
        path: _Path = ("rules", index, "use")
        yield from _cast_findings(rule.use.cast or (), (*path, "cast"))
        yield from _look_findings(rule.use.looks or (), (*path, "looks"))
        for field in ("backdrop", "finisher"):
            if getattr(rule.use, field) is not None:
                yield from _trial((*path, field), {field: getattr(rule.use, field)})
        yield from _channel_findings(recipe.changed(rule.use), (*path, "channels"))
        for gender in rule.when.gender:
            if gender not in ("female", "male", "unisex"):
                path = ("rules", index, "when", "gender")
                yield path, f"'{gender}' is unknown; known: female, male, unisex."


def _cast_findings(cast: Sequence[Model], path: _Path) -> Iterator[_Finding]:
    for index, model in enumerate(cast):
        fields = {key: value for key, value in model.given().items() if key != "name"}
        found = list(_fields_one_by_one(fields, (*path, index), beside=("gender",)))
        yield from found or _trial((*path, index), fields)


def _look_findings(looks: Sequence[Look], path: _Path) -> Iterator[_Finding]:
    for index, look in enumerate(looks):
        fields = {key: value for key, value in look.given().items() if key != "name"}
        yield from _fields_one_by_one(fields, (*path, index))


def _fields_one_by_one(
    fields: Mapping[str, Any], path: _Path, beside: Sequence[str] = ()
) -> Iterator[_Finding]:
    for field, value in fields.items():
        others = {name: fields[name] for name in beside if name in fields and name != field}
        yield from _trial((*path, field), {**others, field: value})


def _trial(path: _Path, fields: Mapping[str, Any]) -> Iterator[_Finding]:
    """Plan a shot of no garment with some fields, and tell what is wrong with them."""
    import numpy as np

    from fashion_models.photo import GarmentPhoto
    from fashion_models.plan import ShotRequest, plan_shot

    blank = GarmentPhoto(rgb=np.zeros((64, 64, 3), np.uint8), alpha=None, digest="", name="blank")
    try:
        plan_shot(
            ShotRequest(photo=blank, **{key: value for key, value in fields.items() if value is not None})
        )
    except BadInputError as error:
        yield path, str(error)


def _channel_findings(recipe: Recipe, path: _Path) -> Iterator[_Finding]:
    """Channels that are unknown, or that no look of the recipe serves."""
    known = {**presets(), **recipe.own_channels}
    for name in recipe.channels:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            yield path, f"'{name}' is unknown; known: {', '.join(known)}.{hint}"
        elif not any(serves(look, known[name], recipe) for look in recipe.looks):
            yield path, f"'{name}' demands a white backdrop; give one of the looks 'backdrop: white'."


def serves(look: Look, channel: Channel, recipe: Recipe) -> bool:
    """May a look's picture go to a channel? A demanded white ground is the only thing that may forbid it."""
    ground = (look.backdrop or recipe.backdrop).lower()
    return channel.subject == "garment" or channel.background != "white" or ground in ("white", "#ffffff")
