"""The audit: the same garment on people of all tones, sizes, genders, ages and ethnicities, measured.

A grid is a list of cells, a cell is one shot. What a cell gave is kept as files, so an audit that was
stopped goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.cache import REVISION, digest
from fashion_models.conditioning.joints import Joint
from fashion_models.errors import BadInputError, CancelledError, PlanError
from fashion_models.person.model import Gender, Measurements
from fashion_models.photo import GarmentPhoto, load_photo
from fashion_models.pipelines.shot import Shot, check_folder, jpeg_bytes, write_together
from fashion_models.pipelines.stages import Cancelled, Progress, stop_if
from fashion_models.plan import ShotRequest
from fashion_models.studio.model import Draft, Role

GIRTHS = ("height", "bust", "waist", "hip")
_TONES = range(1, 11)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Who is photographed in one shot of a grid; all that makes a group is said, nothing chosen."""

    tone: int
    size: str
    gender: str
    age: int
    ethnicity: str
    identity: int
    pose: str = "front"

    @property
    def title(self) -> str:
        """For example 'female EU:50, 44 years, african, tone 8, walking'."""
        return f"{self.gender} {self.size}, {self.age} years, {self.ethnicity}, tone {self.tone}, {self.pose}"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The cells of an audit, those of one body and pose one after the other, and their picture size."""

    cells: tuple[Cell, ...]
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a cell gave.

    Attributes:
        photo: The garment photo's name.
        cell: Who was asked for.
        stem: Its files in the audit's folder are STEM.json and, where there is a picture, STEM.jpg.
        facts: 'outcome' ('shot', 'refused' or 'failed'), 'why', and of a shot what `_measured` says.
    """

    photo: str
    cell: Cell
    stem: str
    facts: Mapping[str, Any]


def smoke_grid() -> Grid:
    """Two sizes and three tones: shows in minutes that an audit works."""
    cells = tuple(
        Cell(tone=tone, size=size, gender="female", age=30, ethnicity="latin-american", identity=1)
        for size, tone in product(("EU:36", "EU:50"), (2, 6, 10))
    )
    return Grid(cells=cells, width=192, height=288)


def core_grid() -> Grid:
    """Every tone on every size, gender, person and pose; and ancestries crossed with tones and ages.

    One round for each of the people, so that a grid that was stopped has seen every group.
    """
    people = {1: (26, "east-asian"), 2: (44, "african"), 3: (68, "european")}
    ancestries = (
        "african",
        "middle-eastern",
        "european",
        "south-asian",
        "east-asian",
        "southeast-asian",
        "latin-american",
        "pacific",
    )
    cells: list[Cell] = []
    for identity in range(1, 6):
        if identity in people:
            age, own = people[identity]
            cells += [
                Cell(
                    tone=tone, size=size, gender=gender, age=age, ethnicity=own, identity=identity, pose=pose
                )
                for pose, gender, size, tone in product(
                    ("front", "walking", "hand-on-hip"), Gender, ("XS", "L", "3XL", "5XL"), _TONES
                )
            ]
        gender = tuple(Gender)[identity % 2]
        cells += [
            Cell(tone=tone, size="M", gender=gender, age=years, ethnicity=ancestry, identity=identity)
            for ancestry, years, tone in product(ancestries, (25, 65), (2, 6, 10))
        ]
    return Grid(cells=tuple(cells), width=256, height=384)


GRIDS = {"smoke": smoke_grid, "core": core_grid}


def grid_named(name: str, *, tones: Sequence[int] = ()) -> Grid:
    """A grid of `GRIDS`, whole or its shots of some skin tones.

    Raises:
        PlanError: There is no such grid, or it has no shot of these tones.
    """
    if name not in GRIDS:
        raise PlanError(f"grid '{name}' is unknown;", limit=f"known: {', '.join(GRIDS)}.")
    grid = GRIDS[name]()
    known = sorted({cell.tone for cell in grid.cells})
    if unknown := sorted(set(tones) - set(known)):
        raise PlanError(
            f"grid '{name}' has no tone {', '.join(map(str, unknown))};",
            limit=f"known: {', '.join(map(str, known))}.",
        )
    cells = tuple(cell for cell in grid.cells if not tones or cell.tone in tones)
    return replace(grid, cells=cells)


def run_audit(
    grid: Grid,
    photos: Sequence[str | Path],
    folder: str | Path,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[Finding]:
    """Shoot every cell of a grid with every photo that has not been shot yet.

    Args:
        grid: The cells.
        photos: Garment photos.
        folder: Where the cells' files are kept.
        progress: Called with the cell and the share of all that is done.
        cancelled: Asked between steps.

    Yields:
        What each cell gave; a cell that is refused or fails does not stop the others.

    Raises:
        PhotoError: A photo cannot be read.
        OutputError: The folder cannot be written.
        CancelledError: ``cancelled`` said so.
    """
    place = check_folder(folder)
    garments = [load_photo(photo) for photo in photos]
    total = len(grid.cells) * len(garments)
    for number, (garment, cell) in enumerate(product(garments, grid.cells)):
        stop_if(cancelled)
        if progress is not None:
            progress(f"{number + 1}/{total} {cell.title}", number / total)
        stem = _stem(grid, cell, garment)
        kept = place / f"{stem}.json"
        if not kept.is_file():
            facts, picture = _shoot_cell(grid, cell, garment, cancelled)
            text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
            write_together(
                ({} if picture is None else {place / f"{stem}.jpg": picture}) | {kept: text.encode()}
            )
        yield Finding(photo=garment.name, cell=cell, stem=stem, facts=json.loads(kept.read_text("utf-8")))


def _stem(grid: Grid, cell: Cell, garment: GarmentPhoto) -> str:
    """A name that changes with everything asked for and with the code's arithmetic."""
    key = digest(REVISION, asdict(cell), grid.width, grid.height, garment.digest)
    return f"{garment.name}-{cell.gender}-{cell.size.replace(':', '')}-tone{cell.tone}-{key[:10]}"


def _shoot_cell(
    grid: Grid, cell: Cell, garment: GarmentPhoto, cancelled: Cancelled | None
) -> tuple[dict[str, Any], bytes | None]:
    """The facts of a cell and its picture.

    Raises:
        CancelledError: ``cancelled`` said so.
    """
    from fashion_models.pipelines.shoot import shoot

    request = ShotRequest(
        photo=garment, width=grid.width, height=grid.height, quality="preview", **asdict(cell)
    )
    try:
        shot = shoot(request, cancelled=cancelled)
        return {"outcome": "shot", "why": "", **_measured(shot)}, jpeg_bytes(shot.draft.display)
    except CancelledError:
        raise
    except BadInputError as error:
        return {"outcome": "refused", "why": str(error)}, None
    except Exception as error:  # an audit counts crashes too
        return {"outcome": "failed", "why": f"{type(error).__name__}: {error}"}, None


def _measured(shot: Shot) -> dict[str, Any]:
    """What an audit wants to know of a shot, as JSON-ready values."""
    from fashion_models.fidelity.tone import measure_tone
    from fashion_models.person.measure import measure
    from fashion_models.person.solve import solve_body

    tone = measure_tone(shot.draft)
    report, person = shot.report, shot.plan.person
    return {
        "tone": None if tone is None else tone.tone,
        "lab": None if tone is None else [round(value, 2) for value in tone.lab],
        "ita_deg": None if tone is None else round(tone.ita_deg, 1),
        "girths_cm": {
            "asked": _centimetres(person.measurements),
            "measured": _centimetres(measure(solve_body(person).rest)),
        },
        "width_cm": silhouette_width(shot.draft),
        "checks": {
            name: {key: check[key] for key in ("value", "limit", "unit", "at_least", "passed")}
            for name, check in report["checks"].items()
        },
        "failures": report["failures"],
        "seconds": report["timings_s"]["total"],
    }


def silhouette_width(draft: Draft) -> float | None:
    """How wide the dressed person is between neck and hips, on average over the rows.

    Args:
        draft: The picture with its maps.

    Returns:
        The width without hair [cm]; None when neck or hips are not in the picture.
    """
    rows = draft.joints[[Joint.NECK, Joint.RIGHT_HIP, Joint.LEFT_HIP], 1]
    top, bottom = int(rows[0]), int(rows[1:].mean())
    if not 0 <= top < bottom <= draft.alpha.shape[0]:
        return None
    seen = sum(draft.masks[role.value] for role in (Role.GARMENT, Role.SKIN, Role.BASE))
    width_px = np.asarray(seen)[top:bottom].sum(axis=1).mean()
    return round(float(width_px) * draft.camera.pixel_m * 100, 2)


def _centimetres(found: Measurements) -> dict[str, float]:
    return {name: round(getattr(found, name), 1) for name in GIRTHS}
