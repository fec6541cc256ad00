"""Persons from a seed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.basis import YOUNGEST, basis
from fashion_models.person.eyes import EYE_COLOURS
from fashion_models.person.identity import ancestries, make_person, read_ethnicity, traits
from fashion_models.person.model import Gender, Person
from fashion_models.person.sizes import parse_size
from fashion_models.person.styles import HAIR_COLOURS, HAIR_STYLES


def face(person: Person) -> np.ndarray:
    shape = traits(person)
    return np.array([value for _, value in sorted(shape.local.items())])


def test_the_same_seed_is_the_same_person() -> None:
    assert make_person(identity=7) == make_person(identity=7)
    assert traits(make_person(identity=7)) == traits(make_person(identity=7))


def test_tone_size_and_hair_do_not_touch_the_face_nor_each_other() -> None:
    plain = make_person(identity=5)
    for tone in (1, 10):
        other = make_person(
            identity=5,
            tone=tone,
            hair="bald",
            measurements=lambda gender: parse_size("3XL", gender, height=160),
        )
        assert traits(other) == traits(plain)
        assert (other.gender, other.age, other.ethnicity, other.eyes) == (
            plain.gender,
            plain.age,
            plain.ethnicity,
            plain.eyes,
        )


def test_ethnicity_does_not_change_a_given_tone_nor_tone_the_ethnicity() -> None:
    for name in ancestries():
        person = make_person(identity=3, tone=9, ethnicity=name)
        assert person.tone == 9
        assert person.ethnicity == ((name, 1.0),)


def test_different_seeds_have_different_faces() -> None:
    faces = [
        face(make_person(identity=i, gender=Gender.FEMALE, ethnicity="african", age=30)) for i in range(8)
    ]
    for one, other in itertools.combinations(faces, 2):
        assert np.linalg.norm(one - other) > 1.0


@pytest.mark.parametrize("age", [17, 81, -1])
def test_only_adults_are_made(age: int) -> None:
    with pytest.raises(PlanError, match="18 to 80 are possible"):
        make_person(age=age)


def test_eighteen_has_an_adult_body_and_age_shows() -> None:
    young, old = (traits(make_person(identity=2, age=a)) for a in (18, 75))
    assert young.phenotypes["age"] == YOUNGEST
    assert old.phenotypes["age"] > 0.9
    assert old.local["head-age-incr"] > 0.5 > young.local["head-age-incr"]


def test_every_trait_is_one_the_body_model_has() -> None:
    b = basis()
    for identity, name in enumerate(ancestries()):
        shape = traits(make_person(identity=identity, ethnicity=name))
        assert set(shape.local) <= set(b.locals)
        assert set(shape.expression) <= set(b.expressions)


def test_choices_are_things_that_can_be_made() -> None:
    for identity in range(60):
        person = make_person(identity=identity)
        assert person.hair in HAIR_STYLES
        assert person.hair_colour in HAIR_COLOURS
        assert person.eyes in EYE_COLOURS
        assert 1 <= person.tone <= 10


def test_seeds_give_both_genders_and_many_ancestries() -> None:
    persons = [make_person(identity=i) for i in range(60)]
    assert 0.25 < np.mean([p.gender is Gender.FEMALE for p in persons]) < 0.85
    assert len({p.ethnicity[0][0] for p in persons}) >= 8


def test_mixture_is_normed_and_sorted() -> None:
    assert read_ethnicity("South Asian=1, east_asian=3") == (("east-asian", 0.75), ("south-asian", 0.25))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("martian", "'martian' is unknown"),
        ("european=x", "'x' is no number"),
        ("european=0", "has no weight"),
    ],
)
def test_unreadable_ethnicity_is_refused(text: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        read_ethnicity(text)


def test_unknown_hair_eyes_tone_and_negative_identity_are_refused() -> None:
    with pytest.raises(PlanError, match="mohawk"):
        make_person(hair="mohawk")
    with pytest.raises(PlanError, match="violet"):
        make_person(eyes="violet")
    with pytest.raises(PlanError, match="tone 11"):
        make_person(tone=11)
    with pytest.raises(PlanError, match="identity -1"):
        make_person(identity=-1)


def test_ancestries_are_blends_of_the_reference_shapes() -> None:
    for ancestry in ancestries().values():
        assert sum(ancestry.blend.values()) == pytest.approx(1.0)
        assert 1 <= ancestry.tones[0] <= ancestry.tones[1] <= 10
