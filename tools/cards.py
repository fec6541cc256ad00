"""Photograph the cards that the page is chosen from: faces, poses and hair, into ui/page/cards/.

make cards
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from fashion_models.arrays import U8
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender, Person
from fashion_models.person.styles import HAIR_STYLES
from fashion_models.pipelines.sheets import KINDS, entries, portrait
from fashion_models.pipelines.shoot import shoot
from fashion_models.plan import ShotRequest

ROOT = Path(__file__).resolve().parent.parent
PAGE, SAMPLES = ROOT / "ui" / "page", ROOT / "samples" / "garments"


def close_up(person: Person, view: str) -> U8:
    """Head and neck, sharp enough for a screen of double density, shape (320, 240, 3)."""
    large = portrait(person, view=view, scale=2, quality="standard")
    height, width = large.shape[:2]
    left, top = round(0.10 * width), round(0.06 * height)
    wide = width - 2 * left
    cut = Image.fromarray(large).crop((left, top, left + wide, top + wide * 4 // 3))
    return np.asarray(cut.resize((240, 320), Image.Resampling.LANCZOS))


def faces() -> Iterator[tuple[str, U8]]:
    for face in json.loads((PAGE / "faces.json").read_text(encoding="utf-8"))["faces"]:
        person = make_person(**face | {"gender": Gender(face["gender"])})
        yield f"face-{face['identity']}", close_up(person, "front")


def hair() -> Iterator[tuple[str, U8]]:
    for style in HAIR_STYLES:
        person = make_person(identity=9, hair=style, hair_colour="brown")
        yield f"hair-{style.replace(' ', '-')}", close_up(person, "three-quarter")


def poses() -> Iterator[tuple[str, U8]]:
    for entry, picture in zip(entries("poses"), KINDS["poses"].pictures(), strict=True):
        yield f"pose-{entry.name}", picture


def worn() -> Iterator[tuple[str, U8]]:
    """What the page's three sample garments look like on people."""
    faces = json.loads((PAGE / "faces.json").read_text(encoding="utf-8"))["faces"]
    for garment, face, pose in (
        ("tee", 0, "contrapposto"),
        ("dress", 2, "hand-on-hip"),
        ("trousers", 3, "walking"),
    ):
        request = ShotRequest(
            photo=SAMPLES / f"{garment}.jpg",
            **faces[face],
            pose=pose,
            width=384,
            height=576,
            backdrop="white",
        )
        yield f"worn-{garment}", shoot(request).draft.display


def samples() -> None:
    """The sample garments themselves, small."""
    for garment in ("tee", "dress", "trousers"):
        with Image.open(SAMPLES / f"{garment}.jpg") as photo:
            photo.thumbnail((1000, 1000), Image.Resampling.LANCZOS)
            photo.save(PAGE / "cards" / f"sample-{garment}.jpg", quality=86)


def main() -> None:
    folder = PAGE / "cards"
    folder.mkdir(exist_ok=True)
    samples()
    for source in (worn(), faces(), hair(), poses()):
        for name, picture in source:
            path = folder / f"{name}.webp"
            Image.fromarray(np.asarray(picture)).save(path, quality=84, method=6)
            print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB", flush=True)


if __name__ == "__main__":
    main()
