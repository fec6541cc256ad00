"""Bodies of given centimetres."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from fashion_models.errors import SizeError
from fashion_models.person.basis import basis
from fashion_models.person.body import Body, template
from fashion_models.person.identity import make_person
from fashion_models.person.measure import levels, measure, stature, tape
from fashion_models.person.model import Gender, Measurements
from fashion_models.person.sizes import parse_size
from fashion_models.person.solve import TOLERANCE, fullness, solve_body

F, M = Gender.FEMALE, Gender.MALE


@pytest.fixture(autouse=True)
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Solve anew, in an empty cache: nothing is remembered. What it returns empties the cache again."""
    basis(), template()  # take a minute to build and are no part of solving
    folders = count()

    def empty() -> None:
        monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path / str(next(folders))))

    empty()
    return empty


def body(size: str, gender: Gender, height: float, age: int = 28) -> Body:
    return solve_body(
        make_person(
            identity=4,
            gender=gender,
            age=age,
            ethnicity="european",
            measurements=parse_size(size, gender, height=height),
        )
    )


@pytest.mark.parametrize(
    ("size", "gender", "height"),
    [
        ("XXS", F, 150),
        ("XXS", F, 195),
        ("EU:44", F, 168),
        ("5XL", F, 160),
        ("XXS", M, 160),
        ("EU:56", M, 195),
        ("5XL", M, 175),
        ("bust=88,waist=92,hip=94", F, 165),
    ],
)
def test_girths_and_stature_are_within_a_centimetre(size: str, gender: Gender, height: float) -> None:
    asked, found = parse_size(size, gender, height=height), measure(body(size, gender, height).rest)
    for name in ("height", "bust", "waist", "hip"):
        assert getattr(found, name) == pytest.approx(getattr(asked, name), abs=TOLERANCE)


def test_old_and_young_meet_the_same_girths() -> None:
    for age in (20, 75):
        assert measure(body("EU:42", F, 165, age).rest).waist == pytest.approx(80, abs=TOLERANCE)


def test_a_larger_size_has_fuller_thighs_too() -> None:
    girths = []
    for size in ("S", "EU:54"):
        rest = body(size, F, 168).rest
        floor = rest[template().groups["body"], 2].min()
        girths.append(tape(rest, floor + 0.36 * stature(rest)))
    assert girths[1] > 1.15 * girths[0]


def test_body_between_the_girths_is_smooth() -> None:
    for size in ("XXS", "5XL"):
        rest = body(size, F, 170).rest
        at = levels(rest)
        girths = np.array([tape(rest, z) for z in np.linspace(at.waist, at.hip, 12)])
        turns = np.diff(np.sign(np.diff(girths)))
        assert np.count_nonzero(turns) <= 2
        assert np.abs(np.diff(girths)).max() < 0.08


def test_the_same_person_has_the_same_body_solved_anew_or_remembered(fresh_cache: Callable[[], None]) -> None:
    first, remembered = body("M", F, 170).rest, body("M", F, 170).rest
    fresh_cache()
    assert np.array_equal(first, remembered)
    assert np.array_equal(first, body("M", F, 170).rest)


def test_measurements_that_no_body_has_are_refused_with_the_nearest() -> None:
    strange = Measurements(height=195, bust=70, waist=130, hip=80, source="given")
    with pytest.raises(SizeError, match="The nearest possible is bust="):
        solve_body(make_person(identity=4, gender=F, measurements=strange))


def test_fullness_orders_sizes() -> None:
    sizes = [fullness(parse_size(s, F, height=168)) for s in ("XXS", "M", "EU:50", "5XL")]
    assert sizes == sorted(sizes)
