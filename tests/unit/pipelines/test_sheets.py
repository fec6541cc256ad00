"""Lists and contact sheets of what there is to choose from."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from fashion_models.errors import CancelledError, OutputError, PlanError
from fashion_models.pipelines.sheets import KINDS, draw_sheet, entries, save_sheet
from fashion_models.plan import ShotRequest, plan_shot

SAMPLE = Path(__file__).parents[3] / "samples/garments/tee.jpg"
OPTION = {"poses": "pose", "people": "identity", "hair": "hair", "backdrops": "backdrop"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_unique_and_described_in_both_languages(kind: str) -> None:
    listed = entries(kind)
    assert len({entry.name for entry in listed}) == len(listed) >= 11
    for entry in listed:
        assert entry.en.isascii() and len(entry.en) > 5
        assert re.search(r"[\u4e00-\u9fff]", entry.zh)


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_accepted_by_a_shot(kind: str) -> None:
    for entry in entries(kind):
        value = int(entry.name) if kind == "people" else entry.name
        plan_shot(ShotRequest(photo=SAMPLE, **{OPTION[kind]: value}))  # type: ignore[arg-type]


def test_people_are_those_whom_their_number_makes() -> None:
    for entry in entries("people"):
        person = plan_shot(ShotRequest(photo=SAMPLE, identity=int(entry.name)))[0].person
        assert entry.en.startswith(f"{person.gender}, {person.age} years, tone {person.tone}, ")
        assert entry.en.endswith(f", {person.expression}") and entry.zh.endswith(f", {person.expression}")
        assert (f", {person.beard}, " in entry.en) == (person.beard != "none")


def test_hair_lists_the_headscarf_too() -> None:
    assert "hijab" in [entry.name for entry in entries("hair")]


def test_backdrops_sheet_shows_each_backdrop_with_a_person_before_it() -> None:
    told: list[tuple[str, float]] = []
    sheet = draw_sheet("backdrops", progress=lambda name, share: told.append((name, share)))
    names = [entry.name for entry in entries("backdrops")]
    assert [name for name, _ in told] == names
    assert all(0 <= share < 1 for _, share in told)
    corners = sheet[2 :: 288 + 24, 2::192]
    sand = corners[0, names.index("sand")]
    np.testing.assert_array_equal(sand, [0xE6, 0xD9, 0xC6])
    middle = sheet[40:250, 80:110].astype(int)
    assert middle.std() > 20


def test_a_sheet_can_be_stopped_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        save_sheet("hair", tmp_path / "hair.png", cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["sheet.jpg", "folder.png"])
def test_a_file_that_cannot_be_a_sheet_is_refused_before_work_starts(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match=r"no PNG file; .*--out poses\.png"):
        save_sheet("poses", tmp_path / name)


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(PlanError, match=r"'shoes' cannot be listed; known: poses, people, hair, backdrops"):
        entries("shoes")
