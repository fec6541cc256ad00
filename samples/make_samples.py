"""Make the sample garment photos: `python samples/make_samples.py [NAME...]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from making.collection import COLLECTION, make_sample

HERE = Path(__file__).parent / "garments"


def main(names: list[str]) -> None:
    truth_file = HERE / "truth.json"
    HERE.mkdir(exist_ok=True)
    truth = json.loads(truth_file.read_text()) if truth_file.exists() else {}
    for name in names or list(COLLECTION):
        truth[name] = make_sample(name, HERE)
        print(name)
    ordered = {name: truth[name] for name in COLLECTION if name in truth}
    truth_file.write_text(json.dumps(ordered, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
