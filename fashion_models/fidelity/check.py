"""One measured promise: `Check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Check:
    """A measured value beside its limit.

    Attributes:
        name: What was measured, for example 'garment_colour'.
        value: The measured value; None when nothing of it is in the picture.
        limit: The largest good value, or the smallest where ``at_least``.
        unit: For example 'ΔE2000', 'cm', '%'.
        says: The measurement as a clause with '{value}' in it, for example 'The garment's colour is {value}
            away from the photo's'.
        note: A sentence that adds what was compared, or why nothing could be; may be empty where measured.
        at_least: The limit is a lower one.
    """

    name: str
    value: float | None
    limit: float
    unit: str
    says: str
    note: str = ""
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Within the limit, or nothing to measure."""
        if self.value is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def sentence(self) -> str:
        """The verdict in plain words: the value, the limit, what was compared."""
        if self.value is None:
            return f"{self.name.replace('_', ' ').capitalize()} was not measured: {self.note}"
        digits = 2
        while digits < 6 and round(self.value, digits) == round(self.limit, digits) and not self.passed:
            digits += 1
        said = self.says.format(value=_quantity(self.value, digits, self.unit))
        bound = "at least" if self.at_least else "at most"
        verb = "needed" if self.at_least else "allowed"
        return f"{said}; {bound} {_quantity(self.limit, 2, self.unit)} is {verb}. {self.note}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "name": self.name,
            "value": None if self.value is None else round(self.value, 4),
            "limit": self.limit,
            "unit": self.unit,
            "at_least": self.at_least,
            "passed": self.passed,
            "sentence": self.sentence,
        }


def _quantity(value: float, digits: int, unit: str) -> str:
    number = f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.{digits}f}"
    if number == "1":
        unit = unit.removesuffix("s")
    return number + (unit if unit in ("", "%") else f" {unit}")
