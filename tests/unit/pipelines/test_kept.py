"""Readings that are kept."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from fashion_models.errors import CategoryError
from fashion_models.garment.read import read_garment
from fashion_models.photo import load_photo
from fashion_models.pipelines.kept import cut_out, kept_reading

SAMPLES = Path(__file__).parents[3] / "samples" / "garments"


@pytest.mark.parametrize(
    ("name", "category", "view"),
    [("tee", None, "front"), ("tee", "top", "back"), ("skirt", "skirt", "front")],
)
def test_a_kept_reading_is_the_reading(
    name: str, category: str | None, view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path))
    photo = load_photo(SAMPLES / f"{name}.jpg")
    cutout = cut_out(photo)
    fresh = read_garment(photo, cutout, category=category, view=view)
    kept_reading(photo, cutout, category=category, view=view)
    assert list(tmp_path.glob("reading/*.npz"))
    again = kept_reading(photo, cutout, category=category, view=view)
    for field in fields(fresh.outline):
        np.testing.assert_array_equal(getattr(again.outline, field.name), getattr(fresh.outline, field.name))
    assert list(again.landmarks) == list(fresh.landmarks)
    for name, point in fresh.landmarks.items():
        np.testing.assert_array_equal(again.landmarks[name], point)
    for field_name in ("category", "category_source", "sleeve", "openings", "neckline", "ghost"):
        assert getattr(again, field_name) == getattr(fresh, field_name)


def test_another_category_is_another_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path))
    photo = load_photo(SAMPLES / "skirt.jpg")
    cutout = cut_out(photo)
    assert kept_reading(photo, cutout, category="skirt").category == "skirt"
    with pytest.raises(CategoryError):
        kept_reading(photo, cutout, category="hat")
