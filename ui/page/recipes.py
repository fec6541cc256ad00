"""House styles as recipes of catalogue jobs, and which one the next job takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fashion_models.ui.page.choices import FORMATS

#: Recipes are what is set up in the studio, a saved house style, a finished set's, or a file that arrived.
STUDIO, STYLE, SET, FILE = "studio", "style", "set", "file"
_SCENE = ("framing", "backdrop", "lighting", "shoes")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the next catalogue job takes; it is part of the draft and lives in the reader's browser.

    Attributes:
        kind: One of `STUDIO`, `STYLE`, `SET` and `FILE`.
        name: Of the house style or the set.
        style: JSON of the set's style; saved styles are looked up by their name.
        channels: Who gets the pictures.
        public_url: Where the pictures will be found on the web; empty: not known.
    """

    kind: str = STUDIO
    name: str = ""
    style: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    public_url: str = ""

    @classmethod
    def from_json(cls, given: object) -> Choice:
        """Keep what is sound."""
        from fashion_models.pipelines.catalogue.channels import presets

        raw = given if isinstance(given, Mapping) else {}
        named = raw.get("channels")
        style = raw.get("style")
        kind = raw.get("kind")
        return cls(
            kind=kind if kind in (STUDIO, STYLE, SET, FILE) else STUDIO,
            name=_words(raw.get("name"), 200),
            style=dict(style) if isinstance(style, Mapping) else {},
            channels=tuple(name for name in presets() if isinstance(named, list | tuple) and name in named),
            public_url=_words(raw.get("public_url"), 300),
        )


def _words(given: object, most: int) -> str:
    return given.strip()[:most] if isinstance(given, str) else ""


def recipe_of(style: Mapping[str, Any], choice: Choice) -> bytes:
    """A house style as a recipe, YAML.

    Args:
        style: What `Style.to_json` gives.
        choice: Channels and addresses.
    """
    from fashion_models.ui.page.draft import Style

    kept = Style.from_json(style)
    scene = kept.scene
    width, height, quality = FORMATS[scene.format]
    recipe: dict[str, Any] = {
        "cast": [
            {"name": f"person-{n}", **wearer.fields(), "shoes": scene.shoes}
            for n, wearer in enumerate(kept.cast, 1)
        ],
        "looks": [
            {"pose": pose, "view": view, "framing": scene.framing}
            for pose in scene.poses
            for view in scene.views
        ],
        "backdrop": scene.backdrop,
        "lighting": scene.lighting,
        "finisher": scene.finisher,
        "quality": quality,
        "channels": list(choice.channels),
    }
    if not choice.channels:  # else the master is made as large as the largest channel needs
        recipe |= {"width": width, "height": height}
    if choice.public_url:
        recipe["public_url"] = choice.public_url
    return json.dumps(recipe, ensure_ascii=False, indent=1).encode()  # JSON is YAML


def style_of(requests: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The house style that a set was made with: its people, poses, views and scene.

    Args:
        requests: Those of the set's shots.
    """
    from fashion_models.ui.page.draft import Style, Wearer

    asked = list(requests)
    names = Wearer.__dataclass_fields__
    cast = [{name: one[name] for name in names if name in one} for one in asked]
    first = asked[0] if asked else {}
    size = (first.get("width"), first.get("height"), first.get("quality"))
    scene = {name: first[name] for name in (*_SCENE, "finisher") if name in first} | {
        "poses": [one.get("pose", "front") for one in asked],
        "views": [one.get("view", "front") for one in asked],
        "format": next((name for name, found in FORMATS.items() if found == size), "portrait"),
    }
    return Style.from_json(
        {"cast": [one for n, one in enumerate(cast) if one not in cast[:n]], "scene": scene}
    ).to_json()
