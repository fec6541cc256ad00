"""`fashion-models catalogue plan`: what a run would make is told before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fashion_models.ui.cli import main

ROOT = Path(__file__).resolve().parents[2]
LIST, RECIPES = str(ROOT / "samples/products.csv"), ROOT / "samples/recipes"


def plan(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["--lang", "en", "catalogue", "plan", *arguments, "--no-sheet"])
    assert isinstance(left.value.code, int)
    return left.value.code


def test_the_sample_catalogue_is_fourteen_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(LIST, "--recipe", str(RECIPES / "first.yaml"), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["garments"], facts["items"], facts["files"], facts["rejected"]) == (7, 14, 14, [])


def test_the_reading_is_shown_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(LIST, "--recipe", str(RECIPES / "marketplaces.yaml")) == 0
    said = capsys.readouterr()
    assert "products.csv is read as Shopify CSV:" in said.err and "← url handle" in said.err
    assert "pictures 48, garments 7" in said.out


def test_every_mistake_in_a_recipe_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "shop.yaml"
    recipe.write_text("cast:\n  - {tone: 14}\nbackdrop: greenish\n")
    assert plan(LIST, "--recipe", str(recipe)) == 2
    said = capsys.readouterr().err
    assert "shop.yaml:2: cast.1.tone: tone 14" in said and "shop.yaml:3: backdrop:" in said


def test_bad_rows_are_told_and_stop_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "garments").symlink_to(ROOT / "samples/garments")
    feed = tmp_path / "feed.csv"
    feed.write_text(
        "id,image_link,age_group\na,garments/tee.jpg,adult\nb,garments/tee.jpg,kids\nc,gone.jpg,adult\n"
    )
    assert plan(str(feed), "--recipe", str(RECIPES / "first.yaml"), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["garments"] == 1
    assert [(row["row"], row["reason"]) for row in facts["rejected"]] == [
        ("feed.csv:3", "minor"),
        ("feed.csv:4", "unreachable"),
    ]
