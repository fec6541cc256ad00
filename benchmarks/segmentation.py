"""How well garments are told from their background: IoU on the samples, time, and a contact sheet.

python benchmarks/segmentation.py [FOLDER...] [--sheet FILE.png]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.errors import FashionModelsError
from fashion_models.garment.segment import segment
from fashion_models.photo import GarmentPhoto, load_photo

SAMPLES = Path(__file__).parents[1] / "samples" / "garments"
TILE = 240
COLUMNS = 8


def true_overlap(alpha: F32, truth_file: Path) -> float:
    truth = cv2.imread(str(truth_file), cv2.IMREAD_GRAYSCALE)
    if truth is None:
        raise SystemExit(f"{truth_file} cannot be read")
    size = (alpha.shape[1], alpha.shape[0])
    known = cv2.resize(truth, size, interpolation=cv2.INTER_LINEAR) > 127
    found = alpha > 0.5
    return float((known & found).sum() / (known | found).sum())


def tile(photo: GarmentPhoto, alpha: F32 | None, text: str) -> U8:
    seen = photo.rgb.copy()
    if alpha is not None:
        seen[alpha < 0.5] = seen[alpha < 0.5] // 2 + np.array([0, 90, 0], np.uint8)
        contours, _ = cv2.findContours(
            (alpha > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        cv2.drawContours(seen, contours, -1, (255, 0, 0), max(1, round(max(seen.shape) / 220)))
    factor = (TILE - 16) / max(seen.shape[:2])
    seen = cv2.resize(seen, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    page = np.full((TILE, TILE, 3), 255, np.uint8)
    page[16 : 16 + seen.shape[0], : seen.shape[1]] = seen
    cv2.putText(page, text[:34], (2, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (0, 0, 0), 1, cv2.LINE_AA)
    return page


def photos(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(file for file in folder.iterdir() if file.suffix in {".jpg", ".jpeg", ".webp"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", default=[SAMPLES])
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of the outlines")
    asked = parser.parse_args()
    seconds, overlaps, tiles, refused = [], [], [], 0
    for file in photos(asked.folders):
        photo = load_photo(file)
        start, alpha = time.perf_counter(), None
        try:
            cutout = segment(photo)
            alpha, note = cutout.alpha, f"{cutout.confidence:.2f}"
        except FashionModelsError as error:
            refused, note = refused + 1, f"refused: {error.what}"
        seconds.append(time.perf_counter() - start)
        truth_file = file.with_name(f"{file.stem}-mask.png")
        if alpha is not None and truth_file.exists():
            overlaps.append(true_overlap(alpha, truth_file))
            note += f" IoU {overlaps[-1]:.4f}"
        print(f"{file.stem:20} {seconds[-1]:5.2f} s  {note}")
        tiles.append(tile(photo, alpha, f"{file.stem} {note}"))
    print(
        f"{len(seconds)} photos, {refused} refused; "
        f"median {np.median(seconds):.2f} s, most {max(seconds):.2f} s"
    )
    if overlaps:
        print(f"IoU: least {min(overlaps):.4f}, median {np.median(overlaps):.4f}")
    if asked.sheet:
        tiles += [np.full((TILE, TILE, 3), 255, np.uint8)] * (-len(tiles) % COLUMNS)
        rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
        cv2.imwrite(str(asked.sheet), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
