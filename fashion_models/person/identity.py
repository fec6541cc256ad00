"""Who a person is: `make_person` fills what was not asked from the identity seed; `traits` gives the shape.

Every trait has its own stream of random numbers, so asking for another tone, age or pose changes that alone:
the same seed is the same person everywhere. Faces vary about an ordinary, friendly one by amounts that
ordinary adults vary by.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from fashion_models.cache import digest
from fashion_models.errors import PlanError
from fashion_models.person.basis import ANCESTRIES as REFERENCES
from fashion_models.person.basis import YOUNGEST, basis
from fashion_models.person.builds import AVERAGE, BUILDS, built, check_build
from fashion_models.person.expression import DEFAULT, check_expression, facial_actions
from fashion_models.person.model import Gender, Measurements, Person

AGES = (18, 80)
TONES = (1, 10)
Sized = Measurements | Callable[[Gender], Measurements]

#: Face changes with a left and a right side, and how far they vary in people (standard deviation).
_PAIRED: Mapping[str, float] = {
    "cheek-volume-incr": 0.22,
    "cheek-bones-incr": 0.28,
    "cheek-inner-incr": 0.15,
    "cheek-trans-up": 0.15,
    "eye-scale-incr": 0.12,
    "eye-height1-incr": 0.15,
    "eye-height2-incr": 0.15,
    "eye-height3-incr": 0.15,
    "eye-corner1-up": 0.2,
    "eye-corner2-up": 0.2,
    "eye-eyefold-up": 0.2,
    "eye-trans-out": 0.13,
    "eye-trans-up": 0.1,
    "eye-epicanthus-out": 0.15,
    "eye-push2-out": 0.12,
    "ear-scale-incr": 0.13,
    "ear-wing-incr": 0.12,
    "ear-lobe-incr": 0.15,
}
_MIDDLE: Mapping[str, float] = {
    "chin-height-incr": 0.2,
    "chin-prominent-incr": 0.25,
    "chin-width-incr": 0.28,
    "chin-bones-incr": 0.25,
    "chin-jaw-drop-incr": 0.15,
    "eyebrows-angle-up": 0.2,
    "eyebrows-trans-up": 0.15,
    "forehead-scale-vert-incr": 0.15,
    "forehead-temple-incr": 0.2,
    "forehead-trans-forward": 0.15,
    "head-fat-incr": 0.2,
    "head-angle-out": 0.12,
    "head-scale-vert-incr": 0.12,
    "head-scale-horiz-incr": 0.12,
    "head-scale-depth-incr": 0.1,
    "mouth-scale-horiz-incr": 0.2,
    "mouth-upperlip-volume-incr": 0.25,
    "mouth-lowerlip-volume-incr": 0.25,
    "mouth-upperlip-height-incr": 0.2,
    "mouth-lowerlip-height-incr": 0.2,
    "mouth-cupidsbow-incr": 0.25,
    "mouth-trans-up": 0.12,
    "nose-scale-vert-incr": 0.2,
    "nose-scale-depth-incr": 0.18,
    "nose-scale-horiz-incr": 0.2,
    "nose-hump-incr": 0.2,
    "nose-curve-convex": 0.2,
    "nose-point-up": 0.25,
    "nose-point-width-incr": 0.2,
    "nose-width1-incr": 0.2,
    "nose-width2-incr": 0.2,
    "nose-width3-incr": 0.2,
    "nose-nostrils-width-incr": 0.2,
    "nose-flaring-incr": 0.2,
    "nose-base-up": 0.2,
    "nose-volume-incr": 0.15,
    "neck-scale-horiz-incr": 0.12,
}
#: The face that all vary about: the body model's own has a high forehead, small eyes, a stern mouth and a
#: stout neck.
_FRIENDLY: Mapping[str, float] = {
    "forehead-scale-vert-incr": -0.25,
    "mouth-angles-up": 0.25,
    "mouth-scale-horiz-incr": 0.2,
    "eye-scale-incr": 0.32,
    "eye-height2-incr": 0.2,
    "neck-scale-horiz-incr": -0.3,
    "neck-scale-depth-incr": -0.15,
    "eyebrows-trans-up": 0.1,
    "mouth-upperlip-volume-incr": 0.1,
    "mouth-lowerlip-volume-incr": 0.1,
}
_BY_GENDER: Mapping[Gender, Mapping[str, float]] = {
    Gender.FEMALE: {
        "chin-width-incr": -0.15,
        "chin-bones-incr": -0.2,
        "eye-scale-incr": 0.08,
        "cheek-bones-incr": 0.12,
        "head-scale-horiz-incr": -0.12,
        "neck-scale-horiz-incr": -0.3,
        "neck-scale-depth-incr": -0.2,
    },
    Gender.MALE: {"chin-bones-incr": 0.15, "chin-height-incr": 0.1, "eyebrows-trans-up": -0.1},
}
#: How much of people's variety is used, and how far out it reaches (standard deviations).
_VARIETY, _CLIP = 1.25, 1.6


@dataclass(frozen=True)
class Ancestry:
    """A named ancestry, see data/ancestries.json."""

    blend: Mapping[str, float]
    face: Mapping[str, float]
    hair: tuple[str, ...]
    hair_colours: tuple[str, ...]
    eyes: tuple[str, ...]
    tones: tuple[int, int]


@dataclass(frozen=True)
class Traits:
    """The shape parameters that do not depend on size, see `BodyShape`."""

    phenotypes: Mapping[str, float]
    local: Mapping[str, float]
    expression: Mapping[str, float]

    def as_key(self) -> list[dict[str, float]]:
        """For the cache."""
        return [dict(self.phenotypes), dict(self.local), dict(self.expression)]


@functools.cache
def ancestries() -> Mapping[str, Ancestry]:
    """Named ancestries."""
    data = json.loads((files("fashion_models") / "data" / "ancestries.json").read_text())["ancestries"]
    return {
        name: Ancestry(
            blend=a["blend"],
            face=a["face"],
            hair=tuple(a["hair"]),
            hair_colours=tuple(a["hair_colours"]),
            eyes=tuple(a["eyes"]),
            tones=(a["tones"][0], a["tones"][1]),
        )
        for name, a in data.items()
    }


def make_person(
    *,
    identity: int = 1,
    gender: Gender | None = None,
    age: int | None = None,
    tone: int | None = None,
    ethnicity: str | None = None,
    measurements: Sized | None = None,
    hair: str | None = None,
    hair_colour: str | None = None,
    eyes: str | None = None,
    beard: str | None = None,
    expression: str | None = None,
    build: str | None = None,
) -> Person:
    """Resolve a person; what is None is chosen from the identity seed.

    Args:
        identity: Seed of face and choices; 0 or greater.
        gender: Gender presentation.
        age: Years, 18 to 80.
        tone: Monk skin tone, 1 to 10.
        ethnicity: A name of data/ancestries.json, or a mixture: 'east-asian=0.5,european=0.5'.
        measurements: Body size, or a function of the gender that gives it.
        hair: Style name.
        hair_colour: Colour name.
        eyes: Iris colour name.
        beard: Beard name; stubble for men if left out.
        expression: What the face does.
        build: Build name; average if left out.

    Returns:
        The person.

    Raises:
        PlanError: A value is out of range or unknown. Only adults are made.
    """
    if identity < 0:
        raise PlanError(f"identity {identity} is negative;", limit="identities are numbers from 0.")
    who = gender or (Gender.FEMALE, Gender.MALE)[int(_stream(identity, "gender").random() < 0.4)]
    years = _in_range("age", age, AGES, lambda: int(_stream(identity, "age").triangular(21, 26, 46)))
    mixture = _choose_mixture(identity) if ethnicity is None else read_ethnicity(ethnicity)
    main = ancestries()[max(mixture, key=lambda pair: pair[1])[0]]
    low, high = main.tones
    shade = _in_range("tone", tone, TONES, lambda: int(_stream(identity, "tone").integers(low, high + 1)))
    person = Person(
        identity=identity,
        gender=who,
        age=years,
        tone=shade,
        ethnicity=mixture,
        measurements=_sized(measurements, who, build or AVERAGE),
        hair=hair or _choose_hair(identity, who, years, main),
        hair_colour=hair_colour or _choose_hair_colour(identity, years, _usual(main.hair_colours, shade)),
        eyes=eyes or (_pick(identity, "eyes", _usual(main.eyes, shade)) if shade < _DEEPEST else "dark"),
        beard=beard or ("stubble" if who is Gender.MALE else "none"),
        expression=expression or DEFAULT,
        build=build or AVERAGE,
    )
    _check_looks(person)
    return person


def read_ethnicity(text: str) -> tuple[tuple[str, float], ...]:
    """Read 'east-asian' or 'east-asian=0.5,european=0.5'.

    Returns:
        (ancestry, weight) pairs, sorted, weights summing to 1.

    Raises:
        PlanError: An ancestry is unknown or a weight is no positive number.
    """
    weights: dict[str, float] = {}
    for part in text.lower().split(","):
        name, equals, number = (p.strip() for p in part.partition("="))
        name = re.sub(r"[\s_]+", "-", name)
        if name not in ancestries():
            raise PlanError(f"ethnicity '{name}' is unknown;", limit=f"known: {', '.join(ancestries())}.")
        if equals and not re.fullmatch(r"\d*\.?\d+", number):
            raise PlanError(f"ethnicity weight '{number}' is no number;", cure="write 'east-asian=0.5'.")
        weights[name] = weights.get(name, 0.0) + (float(number) if equals else 1.0)
    total = sum(weights.values())
    if total <= 0:
        raise PlanError(f"ethnicity '{text}' has no weight;", cure="write 'east-asian=0.5,european=0.5'.")
    return tuple(sorted((name, round(w / total, 6)) for name, w in weights.items() if w > 0))


def traits(person: Person) -> Traits:
    """Shape parameters of a person's face, age and ancestry."""
    blend = dict.fromkeys(REFERENCES, 0.0)
    face: dict[str, float] = {}
    for name, weight in person.ethnicity:
        ancestry = ancestries()[name]
        for reference, share in ancestry.blend.items():
            blend[reference] += weight * share
        for change, value in ancestry.face.items():
            face[change] = face.get(change, 0.0) + weight * value
    rng = _stream(person.identity, "build")
    phenotypes = blend | {
        "gender": 1.0 if person.gender is Gender.FEMALE else 0.0,
        "age": _age_parameter(person.age),
        "proportions": float(rng.uniform(0.15, 0.4)),
        "firmness": float(np.clip(rng.uniform(0.55, 0.8) - 0.008 * max(person.age - 30, 0), 0.2, 0.8)),
    }
    also = BUILDS[person.build].also.get(person.gender, {})
    return Traits(
        phenotypes,
        _face(person, face) | dict(also),
        facial_actions(person.expression, _stream(person.identity, "expression")),
    )


def _age_parameter(age: int) -> float:
    """25 years at 2/3, 90 years at 1; the younger have the body of 25."""
    return YOUNGEST + max(age - 25, 0) / 65 * (1 - YOUNGEST)


def _face(person: Person, of_ancestry: Mapping[str, float]) -> dict[str, float]:
    """Local changes of the head: friendly mean, gender, ancestry, and what is the person's own."""
    mean: dict[str, float] = {}
    for part in (_FRIENDLY, _BY_GENDER[person.gender], of_ancestry):
        for name, value in part.items():
            mean[name] = mean.get(name, 0.0) + value
    rng = _stream(person.identity, "face")
    out: dict[str, float] = {}
    for name, spread in _MIDDLE.items():
        own = _VARIETY * spread * float(np.clip(rng.normal(), -_CLIP, _CLIP))
        out[name] = mean.pop(name, 0.0) + own
    for name, spread in _PAIRED.items():
        own = mean.pop(name, 0.0) + _VARIETY * spread * float(np.clip(rng.normal(), -_CLIP, _CLIP))
        uneven = rng.normal(0, 0.02, 2)
        out[f"l-{name}"], out[f"r-{name}"] = own + float(uneven[0]), own + float(uneven[1])
    out |= _both_sides(mean)
    old = float(np.clip((person.age - 45) / 30, 0, 1))
    out["head-age-incr"] = 0.6 * old
    out["mouth-angles-up"] = out.get("mouth-angles-up", 0.0) + 0.3 * old  # age alone draws the corners down
    for side in "lr":
        out[f"{side}-eye-bag-incr"] = 0.35 * float(np.clip((person.age - 40) / 35, 0, 1))
    return out


def _both_sides(changes: Mapping[str, float]) -> dict[str, float]:
    """Changes that have a left and a right side, spelt out."""
    known = basis().locals
    out: dict[str, float] = {}
    for name, value in changes.items():
        out |= {name: value} if name in known else {f"{side}-{name}": value for side in "lr"}
    return out


def _sized(given: Sized | None, gender: Gender, build: str) -> Measurements:
    check_build(build, gender)
    if given is None:
        from fashion_models.person.sizes import default_measurements

        return built(default_measurements(gender), build)
    return built(given(gender) if callable(given) else given, build)


def _in_range(name: str, value: int | None, limits: tuple[int, int], choose: Callable[[], int]) -> int:
    if value is None:
        return choose()
    if not limits[0] <= value <= limits[1]:
        cure = "Only adults are made." if name == "age" else ""
        raise PlanError(
            f"{name} {value} is out of range;", limit=f"{limits[0]} to {limits[1]} are possible.", cure=cure
        )
    return value


def _choose_mixture(identity: int) -> tuple[tuple[str, float], ...]:
    """One ancestry for most, two for one in four."""
    rng = _stream(identity, "ethnicity")
    names = [str(n) for n in rng.choice(sorted(ancestries()), 2, replace=False)]
    if rng.random() < 0.75:
        return ((names[0], 1.0),)
    return read_ethnicity(f"{names[0]}=0.6,{names[1]}=0.4")


#: Styles to choose from by gender and texture; one that stands twice is twice as likely.
_STYLES: Mapping[tuple[Gender, str], tuple[str, ...]] = {
    (Gender.MALE, "coily"): ("coily short", "coily short", "buzz"),
    (Gender.MALE, "curly"): ("short", "coily short", "buzz"),
    (Gender.MALE, "straight"): ("short", "side-part short", "side-part short", "buzz"),
    (Gender.FEMALE, "coily"): ("afro", "coily short", "bun"),
    (Gender.FEMALE, "curly"): ("shoulder curly", "shoulder curly", "bun", "ponytail"),
    (Gender.FEMALE, "straight"): ("long straight", "long wavy", "bob", "bun", "ponytail"),
}
_DARK = frozenset({"black", "dark brown", "dark", "brown"})
#: From these tones on, light hair and eyes, and any but dark brown eyes, are worn only when asked for.
_DEEP_TONE, _DEEPEST = 6, 8
_OF_MATURE_WOMEN = ("bob", "bob", "bun", "shoulder curly")


def _choose_hair(identity: int, gender: Gender, age: int, main: Ancestry) -> str:
    texture = _pick(identity, "curl", main.hair)
    if gender is Gender.FEMALE and texture != "coily" and age > 55:
        return _pick(identity, "hair", _OF_MATURE_WOMEN)
    return _pick(identity, "hair", _STYLES[gender, texture])


def _usual(choices: Sequence[str], tone: int) -> Sequence[str]:
    """Without another wish, deep skin comes with dark hair and eyes."""
    if tone < _DEEP_TONE:
        return choices
    return [choice for choice in choices if choice in _DARK] or ["brown"]


def _choose_hair_colour(identity: int, age: int, choices: Sequence[str]) -> str:
    chance = np.clip((age - 42) / 30, 0, 0.9)
    if _stream(identity, "grey").random() < chance:
        return "white" if age > 70 else "grey"
    return _pick(identity, "hair colour", choices)


def _check_looks(person: Person) -> None:
    """Refuse what cannot be made."""
    from fashion_models.person.beard import check_beard
    from fashion_models.person.eyes import check_eyes
    from fashion_models.person.styles import hair_rgb, style_of

    style_of(person.hair)
    hair_rgb(person.hair_colour)
    check_eyes(person.eyes)
    check_beard(person.beard, person.gender)
    check_expression(person.expression)


def _pick(identity: int, trait: str, choices: Sequence[str]) -> str:
    return choices[int(_stream(identity, trait).integers(len(choices)))]


def _stream(identity: int, trait: str) -> np.random.Generator:
    """Random numbers of one trait of one person."""
    return np.random.default_rng(int(digest(trait)[:12], 16) + identity * 0x1_0000_0000_0000)
