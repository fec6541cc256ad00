"""Keep what a core audit found: its contact sheet in docs/images/, its summary in benchmarks/results/.

python tools/audit_sheet.py FOLDER
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TILE = (120, 180)
SIZES, GENDERS, POSES = ("XS", "L", "3XL", "5XL"), ("female", "male"), ("front", "walking", "hand-on-hip")


def rows(findings: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Ten tones on every size and gender; people and poses take turns."""
    chosen = []
    for number, (size, gender) in enumerate(product(SIZES, GENDERS)):
        wanted = {"size": size, "gender": gender, "identity": number % 3 + 1, "pose": POSES[number // 2 % 3]}
        row = [one for one in findings if wanted.items() <= one["cell"].items()]
        chosen.append(sorted(row, key=lambda one: one["cell"]["tone"]))
    return chosen


def sheet(folder: Path, findings: list[dict[str, Any]]) -> Image.Image:
    width, height = TILE
    chosen = rows(findings)
    canvas = Image.new("RGB", (10 * width, len(chosen) * height), "white")
    for y, row in enumerate(chosen):
        for x, one in enumerate(row):
            with Image.open(folder / f"{one['stem']}.jpg") as picture:
                canvas.paste(picture.resize(TILE, Image.Resampling.LANCZOS), (x * width, y * height))
    return canvas


def main() -> None:
    folder = Path(sys.argv[1])
    found = json.loads((folder / "audit.json").read_text("utf-8"))
    sheet(folder, found.pop("findings")).save(ROOT / "docs/images/audit.jpg", quality=86)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (ROOT / "benchmarks/results/audit.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
