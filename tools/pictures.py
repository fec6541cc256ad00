"""Make the pictures in README: a garment photo beside shots of it, by the commands that README shows.

make pictures
"""

from __future__ import annotations

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

#: Sheet name to garment photo and the options of its shots. README quotes these lines.
SHEETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "hero": (
        "tee.jpg",
        (
            "--size EU:50 --gender female --tone 9 --age 34 --identity 11 --pose contrapposto",
            "--size XS --gender female --tone 2 --age 27 --identity 4 --pose hand-on-hip",
            "--size L --gender male --tone 6 --age 41 --identity 7",
            "--size 3XL --gender male --tone 10 --age 30 --identity 12 --pose walking",
        ),
    ),
    "dress": (
        "dress.jpg",
        (
            "--size EU:38 --tone 5 --age 29 --identity 21 --pose walking",
            "--size 5XL --tone 7 --age 38 --identity 16 --pose contrapposto",
            "--size EU:44 --tone 1 --age 63 --identity 9",
            "--size EU:38 --tone 5 --age 29 --identity 21 --view back",
        ),
    ),
    "trousers": (
        "trousers.jpg",
        (
            "--size M --gender male --tone 8 --age 31 --identity 3",
            "--size EU:46 --gender female --tone 4 --age 45 --identity 14 --pose contrapposto",
            "--size XXL --gender male --tone 3 --age 52 --identity 18",
            "--size S --gender female --tone 10 --age 25 --identity 6 --view three-quarter",
        ),
    ),
}


def shoot(photo: Path, options: str, folder: Path) -> Path:
    command = [str(Path(sys.executable).parent / "fashion-models"), "shoot", str(photo), "--out", str(folder)]
    done = subprocess.run(
        [*command, *shlex.split(options), "--json"], capture_output=True, text=True, check=False
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


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(SHEETS)
    for name in wanted:
        photo, shots = SHEETS[name]
        source = ROOT / "samples" / "garments" / photo
        with tempfile.TemporaryDirectory() as scratch:
            tiles = [fitted(source, HEIGHT * 2 // 3)]
            tiles += [fitted(shoot(source, options, Path(scratch)), HEIGHT) for options in shots]
        sheet = Image.new("RGB", (sum(tile.width for tile in tiles), HEIGHT), "white")
        x = 0
        for tile in tiles:
            sheet.paste(tile, (x, (HEIGHT - tile.height) // 2))
            x += tile.width
        sheet.save(IMAGES / f"{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
