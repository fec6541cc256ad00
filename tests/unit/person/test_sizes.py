"""Sizes as sellers write them."""

from __future__ import annotations

import itertools

import pytest

from fashion_models.errors import SizeError
from fashion_models.person.model import Gender, Measurements
from fashion_models.person.sizes import default_measurements, parse_size, size_tables

F, M = Gender.FEMALE, Gender.MALE


def girths(m: Measurements) -> tuple[float, float, float]:
    return m.bust, m.waist, m.hip


def test_eu_44_is_the_row_of_en_13402() -> None:
    m = parse_size("EU:44", F)
    assert girths(m) == (100, 84, 108)
    assert "EN 13402-3" in m.source


def test_one_body_has_the_same_girths_in_eu_and_uk() -> None:
    assert girths(parse_size("EU:38", F)) == girths(parse_size("UK:12", F))
    assert girths(parse_size("EU:50", M)) == girths(parse_size("uk: 40", M))


def test_us_sizes_are_those_of_astm() -> None:
    assert parse_size("US:00", F).bust == pytest.approx(79.1)
    assert parse_size("US:20", F).waist == pytest.approx(102.9)


def test_chinese_size_names_height_bust_and_drop() -> None:
    m = parse_size("CN:165/88A", F)
    assert (m.height, *girths(m)) == (165, 88, 72, pytest.approx(93.6))
    assert parse_size("CN:170/92B", M).waist == 84


@pytest.mark.parametrize("gender", [F, M])
@pytest.mark.parametrize("system", ["EU", "UK", "US", "letter"])
def test_girths_grow_with_the_size(gender: Gender, system: str) -> None:
    rows = list(size_tables(gender).systems[system].values())
    for small, large in itertools.pairwise(rows):
        assert all(small[g] < large[g] for g in ("bust", "waist", "hip"))


@pytest.mark.parametrize("gender", [F, M])
def test_every_row_can_be_asked_and_names_its_source(gender: Gender) -> None:
    for system, rows in size_tables(gender).systems.items():
        for size in rows:
            m = parse_size(size if system == "letter" else f"{system}:{size}", gender)
            assert m.source != "given"


def test_given_centimetres_are_kept() -> None:
    m = parse_size("bust=96, waist=80 cm, hip=104.5, height=171", F)
    assert (m.height, *girths(m), m.source) == (171, 96, 80, 104.5, "given")
    assert parse_size("chest=100,waist=86,hip=100", M, height=190).height == 190


def test_no_size_is_the_default_body() -> None:
    assert parse_size(None, F) == default_measurements(F)
    assert parse_size(None, M, height=190).height == 190


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EU:43", "nearest is EU:4"),
        ("EU:70", "nearest is EU:60"),
        ("7XL", "nearest is 5XL"),
        ("2XXS", "nearest is XXS"),
        ("JP:9", "unknown system"),
        ("CN:165/88K", "types are Y, A, B, C"),
        ("bust=96,waist=80", "lacks hip"),
        ("bust=96,waist=80,hip=96,foot=30", "'foot' is unknown"),
        ("bust=big,waist=80,hip=96", "'big' is no length"),
        ("bust=96,bust=97,waist=80,hip=96", "given twice"),
        ("bust=20,waist=80,hip=96", "nearest is 70 cm"),
        ("bust=96,waist=140,hip=100", "nearest possible waist is 112 cm"),
        ("bust=96,waist=45,hip=96", "Waist 45 cm is out of range"),
        ("bust=160,waist=100,hip=100", "nearest possible bust is 140 cm"),
    ],
)
def test_impossible_sizes_are_refused_with_the_nearest_possible(text: str, words: str) -> None:
    with pytest.raises(SizeError, match=words):
        parse_size(text, F)


def test_two_statures_that_differ_are_refused() -> None:
    with pytest.raises(SizeError, match="height 165 cm, and height 180 cm"):
        parse_size("CN:165/88A", F, height=180)


def test_stature_beyond_the_limits_is_refused() -> None:
    with pytest.raises(SizeError, match="nearest is 145 cm"):
        parse_size("M", F, height=120)
