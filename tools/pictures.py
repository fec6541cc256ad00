"""Make the pictures in README: a garment photo beside shots of it, by the commands that README shows.

make pictures
"""

from __future__ import annotations

import csv
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
HEIGHT = 720

WOMAN, MAN = "--gender female", "--gender male"
OVER_TANK, OVER_TEE, OVER_DRESS = (
    f"--category top --with samples/garments/{name}.jpg --with-category {category}"
    for name, category in (("tank", "top"), ("tee", "t-shirt"), ("dress", "dress"))
)

#: Sheet name to garment photo and the options of its shots. README quotes the first's.
SHEETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "hero": (
        "tee.jpg",
        (
            f"{WOMAN} --size EU:50 --tone 9 --ethnicity african --age 34 --identity 11 --pose contrapposto",
            f"{WOMAN} --size XS --tone 3 --ethnicity east-asian --identity 4 --hair bun --pose hand-on-hip",
            f"{MAN} --size L --tone 6 --ethnicity south-asian --age 41 --identity 7",
            f"{MAN} --size 3XL --tone 10 --ethnicity african --age 30 --identity 12 --pose walking",
        ),
    ),
    "dress": (
        "dress.jpg",
        (
            f"{WOMAN} --size S --tone 4 --ethnicity east-asian --identity 21 --hair bun --pose contrapposto",
            f"{WOMAN} --size 5XL --tone 9 --ethnicity african --identity 12 --hair afro",
            f"{WOMAN} --size EU:46 --tone 2 --ethnicity european --age 61 --identity 5 --pose hand-on-hip",
            f"{WOMAN} --size M --tone 7 --ethnicity south-asian --identity 9 --pose walking",
        ),
    ),
    "trousers": (
        "trousers.jpg",
        (
            f"{WOMAN} --size 3XL --tone 10 --ethnicity african --identity 3 --pose contrapposto",
            f"{MAN} --size M --tone 5 --ethnicity east-asian --identity 8 --pose walking",
            f"{WOMAN} --size XS --tone 1 --ethnicity european --identity 14 --hair bun",
            f"{MAN} --size XXL --tone 8 --ethnicity african --age 52 --identity 2 --pose hand-on-hip",
        ),
    ),
    "open": (
        "breton.jpg",
        (
            f"{WOMAN} --size M --tone 7 --ethnicity latin-american --identity 4 --hair bun {OVER_TANK}",
            f"{MAN} --size L --tone 3 --ethnicity european --age 45 --identity 7 {OVER_TEE}",
            f"{WOMAN} --size 3XL --tone 9 --ethnicity african --identity 12 --hair afro {OVER_TANK}",
            f"{WOMAN} --size S --tone 5 --ethnicity east-asian --identity 21 --build pregnant {OVER_DRESS}",
        ),
    ),
}

#: Everybody on the wall wears this; who they are is in `wall.csv`, by the names of the command's options.
WALL_GARMENT, WALL_COLUMNS, WALL_TILE = "tee.jpg", 8, (300, 450)
WALL_OPTIONS = "--framing three-quarter --expression slight-smile --width 600 --height 900"


def shoot(photo: Path, options: str, folder: Path) -> Path:
    command = [str(Path(sys.executable).parent / "fashion-models"), "shoot", str(photo), "--out", str(folder)]
    done = subprocess.run(
        [*command, *shlex.split(options), "--json"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    (result,) = json.loads(done.stdout)
    print(f"{photo.name} {options}: {'passed' if result['passed'] else result['failures']}", flush=True)
    return Path(result["picture"])


def fitted(path: Path, height: int) -> Image.Image:
    with Image.open(path) as picture:
        rgb = picture.convert("RGB")
        return rgb.resize((round(rgb.width * height / rgb.height), height), Image.Resampling.LANCZOS)


def sheet(name: str) -> Image.Image:
    """A garment photo beside its shots."""
    photo, shots = SHEETS[name]
    source = ROOT / "samples" / "garments" / photo
    with tempfile.TemporaryDirectory() as scratch:
        tiles = [fitted(source, HEIGHT * 2 // 3)]
        tiles += [fitted(shoot(source, options, Path(scratch)), HEIGHT) for options in shots]
    canvas = Image.new("RGB", (sum(tile.width for tile in tiles), HEIGHT), "white")
    x = 0
    for tile in tiles:
        canvas.paste(tile, (x, (HEIGHT - tile.height) // 2))
        x += tile.width
    return canvas


def wall() -> Image.Image:
    """Many people in one garment."""
    source = ROOT / "samples" / "garments" / WALL_GARMENT
    with (ROOT / "tools" / "wall.csv").open(newline="") as table:
        people = list(csv.DictReader(table))
    width, height = WALL_TILE
    canvas = Image.new("RGB", (WALL_COLUMNS * width, -(-len(people) // WALL_COLUMNS) * height), "white")
    with tempfile.TemporaryDirectory() as scratch:
        for number, person in enumerate(people):
            options = " ".join(f"--{name} {value}" for name, value in person.items() if value)
            tile = fitted(shoot(source, f"{options} {WALL_OPTIONS}", Path(scratch)), height)
            canvas.paste(tile, (number % WALL_COLUMNS * width, number // WALL_COLUMNS * height))
    return canvas


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or [*SHEETS, "wall"]:
        picture = wall() if name == "wall" else sheet(name)
        picture.save(IMAGES / f"{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
