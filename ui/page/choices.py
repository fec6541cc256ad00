"""What the page offers: faces, hair, poses and the rest, with their words and pictures."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from fashion_models.person.beard import BEARDS
from fashion_models.person.expression import EXPRESSIONS
from fashion_models.person.shoes import SHOES
from fashion_models.person.styles import HAIR_COLOURS, HAIR_STYLES, hair_table
from fashion_models.pose.library import POSES
from fashion_models.studio.backdrop import BACKDROPS
from fashion_models.studio.camera import FRAMINGS, VIEWS
from fashion_models.studio.lighting import LIGHTINGS

__all__ = [
    "AGES",
    "BACKDROPS",
    "BEARDS",
    "CATEGORIES",
    "EXPRESSIONS",
    "FACES",
    "FORMATS",
    "FRAMINGS",
    "HAIR_COLOURS",
    "HAIR_STYLES",
    "LIGHTINGS",
    "POSES",
    "SHOES",
    "VIEWS",
]

#: Folder of the pictures that are chosen from.
CARDS = Path(__file__).parent / "cards"
#: Kinds of garments in the order in which they are offered.
CATEGORIES = ("t-shirt", "top", "dress", "skirt", "trousers", "shorts")
AGES = (18, 80)
#: Picture formats: width and height [px], and quality.
FORMATS: Mapping[str, tuple[int, int, str]] = {
    "portrait": (1024, 1536, "standard"),
    "square": (1200, 1200, "standard"),
    "tall": (1801, 2600, "standard"),
    "small": (256, 384, "preview"),
}


@functools.cache
def _read(name: str) -> Any:
    return json.loads((files(__package__) / name).read_text("utf-8"))


#: Curated people, each as fields of `ShotRequest`.
FACES: tuple[Mapping[str, Any], ...] = tuple(_read("faces.json")["faces"])


def face_wearer(identity: int) -> dict[str, Any]:
    """Everything that choosing a face sets.

    Raises:
        KeyError: No card shows that face.
    """
    for face in FACES:
        if face["identity"] == identity:
            return {"beard": "none", "stature": 170.0 if face["gender"] == "female" else 182.0, **face}
    raise KeyError(identity)


def finishers() -> dict[str, tuple[str, str]]:
    """Finishers whose weights are on this machine: name to one line in English and Chinese."""
    from fashion_models.pipelines.finish.presets import PRESETS
    from fashion_models.pipelines.finish.weights import bundle_named, is_here

    return {name: preset.about for name, preset in PRESETS.items() if is_here(bundle_named(name))}


@functools.cache
def ancestries() -> tuple[str, ...]:
    """Names of the ancestries that a face can be mixed from."""
    found = json.loads((files("fashion_models") / "data" / "ancestries.json").read_text("utf-8"))
    return tuple(found["ancestries"])


@functools.cache
def swatches() -> Mapping[int, str]:
    """Colour of each skin tone as lit skin in a studio picture, '#rrggbb'."""
    import numpy as np

    from fashion_models.colour import bytes_from_linear, linear_from_lab
    from fashion_models.person.tones import skin_targets

    def colour(lab: tuple[float, float, float]) -> str:
        rgb = bytes_from_linear(linear_from_lab(np.array([lab])).astype(np.float32))[0]
        return "#" + "".join(f"{int(level):02x}" for level in rgb)

    return {tone: colour(lab) for tone, lab in skin_targets().items()}


@functools.cache
def silhouettes() -> str:
    """Outline coefficients, size limits and letter sizes of both genders as JSON, for the page's script."""
    return json.dumps(_read("silhouettes.json"), separators=(",", ":"))


def hair_words(style: str) -> tuple[str, str]:
    """What a hair style is, in English and Chinese."""
    about = hair_table()["about"][style]
    return str(about["en"]), str(about["zh"])


def pose_words(pose: str) -> tuple[str, str]:
    """What a pose is, in English and Chinese."""
    return POSES[pose].en, POSES[pose].zh


def card(kind: str, name: object) -> str:
    """Address of a card's picture."""
    return escape(f"page/cards/{kind}-{str(name).replace(' ', '-')}.webp")
