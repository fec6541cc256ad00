"""Who wears the garment: `Measurements` and `Person`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gender(StrEnum):
    """Gender presentation of the generated person."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """Body measurements as ISO 8559-1 defines them [cm].

    Attributes:
        height: Stature.
        bust: Bust girth (women) or chest girth (men).
        waist: Waist girth.
        hip: Hip girth.
        source: The table and row they come from, for example 'EN 13402-3 women EU 44', or 'given'.
    """

    height: float
    bust: float
    waist: float
    hip: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person who does not exist, fully resolved.

    Attributes:
        identity: Seed of face and body proportions; the same seed is the same person everywhere.
        gender: Gender presentation.
        age: Years, 18 to 80.
        tone: Monk skin tone, 1 (lightest) to 10.
        ethnicity: (ancestry, weight) pairs, weights summing to 1.
        measurements: Body size.
        hair: Style name, see `fashion_models.person.hair`.
        hair_colour: Colour name.
        eyes: Iris colour name.
        beard: Beard name, see `fashion_models.person.beard`.
        expression: What the face does, see `fashion_models.person.expression`.
        build: How the same centimetres are built, see `fashion_models.person.builds`.
    """

    identity: int
    gender: Gender
    age: int
    tone: int
    ethnicity: tuple[tuple[str, float], ...]
    measurements: Measurements
    hair: str
    hair_colour: str
    eyes: str
    beard: str = "none"
    expression: str = "slight-smile"
    build: str = "average"
