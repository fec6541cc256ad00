"""Landmark error on the samples, whose true landmarks are known.

    python benchmarks/landmarks.py

Prints for each sample the median and the largest distance between found and true landmarks over the garment's
height, and the median over all landmarks; the limit is 2 %.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from fashion_models.errors import FashionModelsError
from fashion_models.garment.read import read_garment
from fashion_models.garment.segment import segment
from fashion_models.photo import load_photo

SAMPLES = Path(__file__).parent.parent / "samples" / "garments"


def main() -> None:
    truth = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
    errors: list[float] = []
    for name, row in truth.items():
        photo = load_photo(SAMPLES / f"{name}.jpg")
        try:
            garment = read_garment(photo, segment(photo), category=row["category"], view=row["view"])
        except FashionModelsError as error:
            print(f"{name:12s} {error}")
            continue
        frame = garment.outline.frame_from_photo
        height = float(np.ptp(garment.outline.contour[:, 1]))
        found = {}
        for landmark, point in row["landmarks_px"].items():
            target = frame @ np.array([*point, 1.0])
            here = garment.landmarks.get(landmark)
            found[landmark] = np.inf if here is None else float(np.linalg.norm(here - target)) / height
        worst = max(found, key=lambda key: found[key])
        median = np.median(list(found.values()))
        print(f"{name:12s} {garment.sleeve.value:6s} median {median:6.2%}  worst {worst} {found[worst]:.2%}")
        errors += found.values()
    print(f"all landmarks: median {np.median(errors):.2%} of the garment's height (limit 2 %)")


if __name__ == "__main__":
    main()
