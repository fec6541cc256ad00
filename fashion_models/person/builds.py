"""How the same centimetres are built: `BUILDS`, and what each changes in the solver's expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fashion_models.errors import PlanError
from fashion_models.person.model import Gender, Measurements

#: Build of people of whom nothing else is said.
AVERAGE = "average"


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How a shape parameter differs in people of a build.

    Attributes:
        by: Change of its usual value.
        low: Least value.
        high: Greatest value.
        spread: How far it strays (standard deviation).
    """

    by: float
    low: float
    high: float
    spread: float


@dataclass(frozen=True, kw_only=True)
class Build:
    """A build.

    Attributes:
        shifts: How the solver's expectations differ from those of an average build, by gender.
        also: Local changes that come with it, by gender.
        waist_cm: By how much the waist exceeds that of a size table's row, which means average people [cm].
        women_only: Not for men.
    """

    shifts: Mapping[Gender, Mapping[str, Shift]] = field(default_factory=dict)
    also: Mapping[Gender, Mapping[str, float]] = field(default_factory=dict)
    waist_cm: float = 0.0
    women_only: bool = False


def _arms(by: float) -> dict[str, float]:
    """Muscles of both arms."""
    parts = ("upperarm-muscle-incr", "upperarm-shoulder-muscle-incr", "lowerarm-muscle-incr")
    return {f"{side}-{part}": by for side in "lr" for part in parts}


#: Chosen by eye, for the look of the last third.
_PREGNANT_WAIST_CM = 20.0

BUILDS: Mapping[str, Build] = {
    AVERAGE: Build(),
    "muscular": Build(
        shifts={
            Gender.FEMALE: {
                "muscle": Shift(by=0.33, low=0.15, high=0.95, spread=0.08),
                "stomach-tone-incr": Shift(by=0.35, low=-0.8, high=0.7, spread=0.2),
            },
            Gender.MALE: {
                "muscle": Shift(by=0.38, low=0.15, high=1.1, spread=0.08),
                "stomach-tone-incr": Shift(by=0.35, low=-0.8, high=0.7, spread=0.2),
                "torso-vshape-incr": Shift(by=0.4, low=-0.6, high=0.8, spread=0.2),
            },
        },
        also={
            Gender.FEMALE: {**_arms(0.5), "torso-muscle-dorsi-incr": 0.2},
            Gender.MALE: {**_arms(1.1), "torso-muscle-dorsi-incr": 0.4, "torso-muscle-pectoral-incr": 0.4},
        },
    ),
    "pregnant": Build(
        shifts={
            Gender.FEMALE: {
                "stomach-pregnant-incr": Shift(by=0.85, low=0.5, high=1.0, spread=0.06),
                "stomach-tone-incr": Shift(by=0.0, low=-1.0, high=0.3, spread=0.1),
                "measure-waist-circ-incr": Shift(by=0.0, low=-1.0, high=1.5, spread=0.12),
                "torso-scale-depth-incr": Shift(by=0.0, low=-1.2, high=1.6, spread=0.15),
                "cupsize": Shift(by=0.12, low=0.1, high=1.1, spread=0.2),
            },
        },
        waist_cm=_PREGNANT_WAIST_CM,
        women_only=True,
    ),
}


def check_build(name: str, gender: Gender) -> None:
    """Refuse a build that cannot be made.

    Raises:
        PlanError: There is no such build, or it is asked for a man.
    """
    if name not in BUILDS:
        raise PlanError(f"build '{name}' is unknown;", limit=f"known: {', '.join(BUILDS)}.")
    if name not in builds_of(gender):
        raise PlanError(f"build '{name}' is for women;", cure="ask for --gender female, or another build.")


def builds_of(gender: str) -> tuple[str, ...]:
    """Names of the builds that people of a gender can have."""
    return tuple(name for name, build in BUILDS.items() if not build.women_only or gender == Gender.FEMALE)


def built(measurements: Measurements, name: str) -> Measurements:
    """Measurements of a size table's row on a build; given centimetres stay as they are."""
    more = BUILDS[name].waist_cm
    if not more or measurements.source == "given":
        return measurements
    return replace(measurements, waist=measurements.waist + more, source=f"{measurements.source}, {name}")
