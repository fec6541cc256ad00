"""What was read from a garment photo, as a picture and as facts: `inspect_photo`."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashion_models.arrays import U8
from fashion_models.garment.overlay import inspection_json, inspection_picture
from fashion_models.garment.pattern import make_pattern
from fashion_models.garment.read import read_garment
from fashion_models.garment.segment import Segmenter
from fashion_models.garment.size import resolve_size
from fashion_models.person.identity import make_person
from fashion_models.person.sizes import parse_size
from fashion_models.person.solve import solve_body
from fashion_models.photo import GarmentPhoto, load_photo
from fashion_models.pipelines.kept import cut_out
from fashion_models.pipelines.shot import check_folder, write_together
from fashion_models.pipelines.tools import chosen_segmenter


@dataclass(frozen=True, kw_only=True, eq=False)
class Inspection:
    """The overlay picture and the facts behind it.

    Attributes:
        name: The photo's name.
        picture: Cut-out, outline, landmarks, openings and pattern, sRGB (H, W, 3).
        facts: JSON-ready values.
    """

    name: str
    picture: U8
    facts: Mapping[str, Any]

    def save(self, folder: str | Path) -> Path:
        """Write NAME-inspect.png and NAME-inspect.json; gives the picture's path.

        Raises:
            OutputError: The folder cannot be written.
            StageError: The disk is full.
        """
        from PIL import Image

        path = check_folder(folder) / f"{self.name}-inspect.png"
        buffer = io.BytesIO()
        Image.fromarray(self.picture).save(buffer, "PNG")
        text = json.dumps(self.facts, indent=2, ensure_ascii=False) + "\n"
        write_together({path.with_suffix(".json"): text.encode(), path: buffer.getvalue()})
        return path


def inspect_photo(
    photo: str | Path | GarmentPhoto,
    *,
    category: str | None = None,
    size: str | None = None,
    size_chart: Mapping[str, float] | None = None,
    segmenter: Segmenter | None = None,
) -> Inspection:
    """Read a garment photo up to its pattern.

    Args:
        photo: File or loaded picture.
        category: What it is; read from the outline if left out.
        size: Body size that the garment is assumed to be made for.
        size_chart: The garment's flat measurements [cm].
        segmenter: Tells the garment from its background; left out: as for a shot.

    Returns:
        Picture and facts.

    Raises:
        BadInputError: The photo cannot be read as a garment.
    """
    loaded = photo if isinstance(photo, GarmentPhoto) else load_photo(photo)
    cutout = cut_out(loaded, segmenter or chosen_segmenter(None))
    garment = read_garment(loaded, cutout, category=category)
    person = make_person(identity=1, measurements=lambda gender: parse_size(size, gender))
    resolved = resolve_size(garment, person.measurements, person.gender, chart=size_chart)
    pattern = make_pattern(garment, resolved, solve_body(person))
    return Inspection(
        name=loaded.name,
        picture=inspection_picture(garment, pattern, size=resolved),
        facts=inspection_json(garment, resolved, pattern),
    )
