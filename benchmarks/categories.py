"""What a folder of garment photos is read as when no category is given; prints the counts.

    python benchmarks/categories.py FOLDER --categories CSV

The CSV has the columns `file,label`. A t-shirt and a top are one kind here: which of them a garment is called
changes nothing in how it is cut. Hats and shoes have no category: any reading of them is wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from contact_sheet import categories

from fashion_models.errors import BadInputError, CategoryError
from fashion_models.garment.read import read_garment
from fashion_models.garment.segment import ClassicalSegmenter
from fashion_models.photo import load_photo
from fashion_models.pipelines.kept import cut_out


def outcome(path: Path, label: str | None) -> str:
    """'right', 'wrong', 'asked' or 'refused'."""
    photo = load_photo(path)
    try:
        found = read_garment(photo, cut_out(photo, ClassicalSegmenter())).category.value
    except CategoryError as error:
        return "asked" if "--category" in str(error) else "refused"
    except BadInputError:
        return "refused"
    return "right" if label in (found, {"t-shirt": "top", "top": "t-shirt"}.get(found)) else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--categories", type=Path, required=True)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for name, label in categories(options.categories).items():
        result = outcome(options.folder / name, label)
        counts[result] += 1
        print(f"{name:22s} {result}", flush=True)
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("right", "asked", "refused", "wrong")))


if __name__ == "__main__":
    main()
