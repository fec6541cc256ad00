"""Sizes as sellers write them → `Measurements`: `parse_size`, `default_measurements`."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fashion_models.errors import SizeError
from fashion_models.person.model import Gender, Measurements

GIRTHS = ("bust", "waist", "hip")
_FIELDS = ("height", *GIRTHS)
_FORMS = (
    "Write 'EU:44', 'UK:12', 'US:8', 'CN:165/88A', 'XXS' to '5XL' or 'bust=96,waist=80,hip=104,height=170'."
)
_ALIASES = {"2XS": "XXS", "2XL": "XXL", "XXXL": "3XL", "XXXXL": "4XL", "XXXXXL": "5XL"}
#: How far the waist may exceed the larger of bust and hip [cm].
_BELLY = 12.0


@dataclass(frozen=True)
class SizeTables:
    """Tables of one gender.

    Attributes:
        default: Size that is taken when none is asked.
        height: Stature of the default body [cm].
        limits: Least and greatest value of each measurement [cm].
        systems: System ('EU', 'UK', 'US', 'letter') to its rows by size.
        chinese: Source, and body type to bust, waist, hip [cm] of its middle body and the hip's change per
            change of the waist.
    """

    default: str
    height: float
    limits: Mapping[str, tuple[float, float]]
    systems: Mapping[str, Mapping[str, Mapping[str, Any]]]
    chinese: tuple[str, Mapping[str, tuple[float, float, float, float]]]


@functools.cache
def size_tables(gender: Gender) -> SizeTables:
    """The tables of a gender; each row names its source."""
    name = "sizes_women.json" if gender is Gender.FEMALE else "sizes_men.json"
    data = json.loads((files("fashion_models") / "data" / name).read_text())
    return SizeTables(
        default=data["default"]["size"],
        height=float(data["default"]["height"]),
        limits={k: (float(low), float(high)) for k, (low, high) in data["limits"].items()},
        systems={s: {row["size"]: row for row in rows} for s, rows in data["tables"].items()},
        chinese=(data["CN"]["source"], {t: tuple(v) for t, v in data["CN"]["types"].items()}),
    )


def default_measurements(gender: Gender) -> Measurements:
    """The body of a sample size."""
    return parse_size(None, gender)


def parse_size(text: str | None, gender: Gender, height: float | None = None) -> Measurements:
    """Read a size.

    Args:
        text: For example 'EU:44', 'UK:12', 'US:8', 'CN:165/88A', 'M', or
            'bust=96,waist=80,hip=104,height=170'; None for the default size.
        gender: Whose tables.
        height: Stature [cm]; where the text names one too, both must agree.

    Returns:
        Measurements with the source of the row.

    Raises:
        SizeError: The size is unknown, or no body has such measurements.
    """
    tables = size_tables(gender)
    given = (tables.default if text is None else text).strip()
    values, source = _read(given, gender)
    own = values.pop("height", None)
    if height is not None and own is not None and abs(own - height) > 0.5:
        raise SizeError(
            f"Size '{given}' says height {own:g} cm, and height {height:g} cm is asked.",
            cure="Leave out one.",
        )
    values["height"] = next(h for h in (own, height, tables.height) if h is not None)
    _check_limits(values, tables)
    _check_shape(values)
    return Measurements(**values, source=source)


def _read(given: str, gender: Gender) -> tuple[dict[str, float], str]:
    """Values [cm] and where they come from."""
    if "=" in given:
        return _read_values(given), "given"
    system, colon, size = (part.strip() for part in given.upper().partition(":"))
    if not colon:
        system, size = "letter", _ALIASES.get(system, system)
    if system == "CN":
        return _read_chinese(size, gender)
    systems = size_tables(gender).systems
    if system not in systems:
        raise SizeError(f"Size '{given}' names an unknown system.", cure=_FORMS)
    row = systems[system].get(size)
    if row is None:
        raise SizeError(
            f"Size '{given}' is not in the table.",
            limit=f"The nearest is {_nearest(size, list(systems[system]), system)}.",
            cure=f"Known are {', '.join(systems[system])}." if colon else _FORMS,
        )
    return {name: float(row[name]) for name in GIRTHS}, f"{row['source']} ({given.upper()})"


def _nearest(size: str, known: list[str], system: str) -> str:
    """The row that the writer may have meant."""
    prefix = "" if system == "letter" else f"{system}:"
    if re.fullmatch(r"\d+(\.\d+)?", size):
        return prefix + min(known, key=lambda k: abs(float(k) - float(size)) if k.isdigit() else 1e9)
    extremes = re.fullmatch(r"(\d*)X+([SL])", size)
    if extremes:
        return prefix + (known[0] if extremes[2] == "S" else known[-1])
    return prefix + known[len(known) // 2]


def _read_values(given: str) -> dict[str, float]:
    values: dict[str, float] = {}
    for part in given.split(","):
        name, _, number = (p.strip().lower() for p in part.partition("="))
        name = "bust" if name == "chest" else name
        if name not in _FIELDS:
            raise SizeError(f"Measurement '{name}' is unknown.", cure=f"Known are {', '.join(_FIELDS)}.")
        if name in values:
            raise SizeError(f"Measurement '{name}' is given twice in '{given}'.", cure="Leave out one.")
        match = re.fullmatch(r"(\d+(\.\d+)?)\s*(cm)?", number)
        if match is None:
            raise SizeError(
                f"'{number}' is no length for {name}.", cure="Write centimetres, for example 'bust=96'."
            )
        values[name] = float(match[1])
    missing = [name for name in GIRTHS if name not in values]
    if missing:
        raise SizeError(f"Size '{given}' lacks {', '.join(missing)}.", cure=_FORMS)
    return values


def _read_chinese(size: str, gender: Gender) -> tuple[dict[str, float], str]:
    source, types = size_tables(gender).chinese
    match = re.fullmatch(r"(\d{2,3})/(\d{2,3})([A-Z])", size)
    if match is None or match[3] not in types:
        raise SizeError(
            f"Size 'CN:{size}' is not a GB/T 1335 size.",
            cure=f"Write height/bust and body type, for example 'CN:165/88A'; types are {', '.join(types)}.",
        )
    bust, waist, hip, slope = types[match[3]]
    step = float(match[2]) - bust
    values = {
        "height": float(match[1]),
        "bust": bust + step,
        "waist": waist + step,
        "hip": hip + slope * step,
    }
    return values, f"{source} ({size})"


def _check_limits(values: Mapping[str, float], tables: SizeTables) -> None:
    for name in _FIELDS:
        low, high = tables.limits[name]
        if not low <= values[name] <= high:
            raise SizeError(
                f"{name.capitalize()} {values[name]:g} cm is out of range.",
                limit=f"{low:g} to {high:g} cm can be built;",
                cure=f"the nearest is {min(max(values[name], low), high):g} cm.",
            )


def _check_shape(values: Mapping[str, float]) -> None:
    """Refuse bodies that nobody has."""
    others = f"bust {values['bust']:g} and hip {values['hip']:g} cm"
    largest = max(values["bust"], values["hip"]) + _BELLY
    if values["waist"] > largest:
        raise SizeError(
            f"Waist {values['waist']:g} cm does not go with {others}.",
            cure=f"The nearest possible waist is {largest:g} cm.",
        )
    least = 0.55 * min(values["bust"], values["hip"])
    if values["waist"] < least:
        raise SizeError(
            f"Waist {values['waist']:g} cm does not go with {others}.",
            cure=f"The nearest possible waist is {least:.0f} cm.",
        )
    for one, other in (("bust", "hip"), ("hip", "bust")):
        if values[one] > 1.4 * values[other]:
            raise SizeError(
                f"{one.capitalize()} {values[one]:g} cm does not go with {other} {values[other]:g} cm.",
                cure=f"The nearest possible {one} is {1.4 * values[other]:.0f} cm.",
            )
