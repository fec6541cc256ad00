"""Photograph every garment of a folder on changing people and put the pictures on contact sheets.

    python benchmarks/contact_sheet.py FOLDER --out DIR [--categories CSV] [--views front,back] [--quality …]

Each garment gets another body, tone, age and pose. A CSV with the columns `file,label` gives categories where
it can be mapped. Finished shots are kept: running it again goes on where it stopped. Prints what came of each
photo and the counts: refused (with the reason), shot, passed its own checks.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from fashion_models import ShotRequest
from fashion_models.errors import FashionModelsError
from fashion_models.pipelines.shoot import shoot

LABELS = {
    "t-shirt": "t-shirt",
    "polo": "t-shirt",
    "longsleeve": "top",
    "shirt": "top",
    "top": "top",
    "hoodie": "top",
    "blazer": "top",
    "outwear": "top",
    "undershirt": "top",
    "dress": "dress",
    "skirt": "skirt",
    "pants": "trousers",
    "trousers": "trousers",
    "shorts": "shorts",
}
SIZES = {
    "female": ("EU:44", "M", "5XL", "XS", "EU:50", "S", "3XL", "L"),
    "male": ("M", "XL", "S", "3XL", "L", "XS", "XXL"),
}
TONES = (2, 9, 6, 1, 8, 4, 10, 5, 3, 7)
POSES = ("front", "contrapposto", "walking", "hand-on-hip")
AGES = (24, 45, 33, 62, 28, 51)
CELL = (240, 360)


def request_for(number: int, photo: Path, category: str | None, view: str, quality: str) -> ShotRequest:
    gender = "male" if number % 5 in (1, 3) and category not in ("dress", "skirt") else "female"
    sizes = SIZES[gender]
    large = quality != "preview"
    return ShotRequest(
        photo=photo,
        category=category,
        identity=number + 1,
        gender=gender,
        age=AGES[number % len(AGES)],
        tone=TONES[number % len(TONES)],
        size=sizes[number % len(sizes)],
        pose=POSES[number % len(POSES)],
        view=view,
        width=768 if large else 384,
        height=1152 if large else 576,
        quality=quality,
    )


def categories(table: Path | None) -> dict[str, str | None]:
    if table is None:
        return {}
    with table.open() as stream:
        return {row["file"]: LABELS.get(row["label"].lower()) for row in csv.DictReader(stream)}


def run_one(
    number: int, photo: Path, category: str | None, view: str, options: argparse.Namespace
) -> dict[str, Any]:
    kept = options.out / f"{photo.stem}-{view}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    began = time.perf_counter()
    result: dict[str, Any] = {"photo": photo.name, "view": view, "category": category}
    request = request_for(number, photo, category, view, options.quality)
    try:
        shot = shoot(request)
    except FashionModelsError as error:
        result |= {"error": f"{type(error).__name__}: {error}"}
    else:
        picture = options.out / f"{photo.stem}-{view}.png"
        Image.fromarray(shot.draft.display).save(picture)
        result |= {
            "picture": picture.name,
            "passed": shot.passed,
            "failures": shot.report["failures"],
            "drape": shot.report["drape"],
            "garment": shot.report["garment"],
            "timings_s": shot.report["timings_s"],
        }
    result["seconds"] = round(time.perf_counter() - began, 1)
    result["person"] = f"{request.gender} {request.size} tone {request.tone} age {request.age} {request.pose}"
    kept.write_text(json.dumps(result, indent=1))
    return result


def cell(path: Path, caption: str, good: bool) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail(CELL)
    tile = Image.new("RGB", CELL, "white")
    tile.paste(picture, ((CELL[0] - picture.width) // 2, (CELL[1] - picture.height) // 2))
    draw = ImageDraw.Draw(tile)
    for line, text in enumerate(caption.split("\n")):
        draw.text((4, 3 + 11 * line), text[:42], fill="black" if good else "red")
    return tile


def make_sheets(results: list[dict[str, Any]], options: argparse.Namespace, per_sheet: int = 12) -> None:
    tiles: list[Image.Image] = []
    for result in results:
        tiles.append(cell(options.folder / result["photo"], result["photo"], True))
        if "picture" in result:
            failures = "\n".join(["", *(f[:40] for f in result["failures"])])
            tiles.append(cell(options.out / result["picture"], result["person"] + failures, result["passed"]))
        else:
            words = result["error"].split()
            text = "\n".join(" ".join(words[i : i + 6]) for i in range(0, len(words), 6))
            tiles.append(cell_text(text))
    for start in range(0, len(tiles), 2 * per_sheet):
        part = tiles[start : start + 2 * per_sheet]
        columns = 8
        rows = -(-len(part) // columns)
        sheet = Image.new("RGB", (columns * CELL[0], rows * CELL[1]), "white")
        for i, tile in enumerate(part):
            sheet.paste(tile, (i % columns * CELL[0], i // columns * CELL[1]))
        sheet.save(options.out / f"sheet-{start // (2 * per_sheet):02d}.png")


def cell_text(text: str) -> Image.Image:
    tile = Image.new("RGB", CELL, "#f3f3f3")
    ImageDraw.Draw(tile).text((6, 20), text, fill="#a00000")
    return tile


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--categories", type=Path)
    parser.add_argument("--views", default="front")
    parser.add_argument("--quality", default="preview")
    parser.add_argument("--only", default="", help="photos whose name contains this")
    parser.add_argument("--part", default="0/1", help="k/n: every n-th photo, for several processes")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    table = categories(options.categories)
    kinds = (".jpg", ".jpeg", ".png", ".webp")
    files = (p for p in options.folder.iterdir() if p.suffix.lower() in kinds)
    photos = sorted(p for p in files if "-mask" not in p.stem)
    part, parts = (int(x) for x in options.part.split("/"))
    results = []
    for number, photo in enumerate(photos):
        if options.only in photo.name and number % parts == part:
            for view in options.views.split(","):
                result = run_one(number, photo, table.get(photo.name), view, options)
                results.append(result)
                state = result.get("error") or (
                    "passed" if result["passed"] else "; ".join(result["failures"])
                )
                print(f"{photo.name:22s} {view:6s} {result['seconds']:6.1f} s  {state}", flush=True)
    make_sheets(results, options)
    shots = [r for r in results if "picture" in r]
    refusals = Counter(r["error"].split(":")[0] for r in results if "error" in r)
    passed = sum(r["passed"] for r in shots)
    print(
        f"{len(results)} photos, {len(shots)} shots, {passed} passed their checks; refused: {dict(refusals)}"
    )
    if shots:
        print(f"median time {np.median([r['seconds'] for r in shots]):.1f} s")


if __name__ == "__main__":
    main()
