"""One measured promise: `Check`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Check:
    """A measured value beside its limit.

    Attributes:
        name: What was measured, for example 'garment_colour'.
        value: The measured value; None when nothing of it is in the picture.
        limit: The largest good value, or the smallest where ``at_least``.
        unit: For example 'ΔE2000', 'cm', '%'.
        note: In plain words what was compared, or why nothing could be.
        at_least: The limit is a lower one.
    """

    name: str
    value: float | None
    limit: float
    unit: str
    note: str
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Within the limit, or nothing to measure."""
        if self.value is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def sentence(self) -> str:
        """The verdict in plain words."""
        name = self.name.replace("_", " ")
        if self.value is None:
            return f"{name} not measured: {self.note}"
        word = "at least" if self.at_least else "at most"
        return (
            f"{name} is {self.value:.3g} {self.unit}; {word} {self.limit:g} {self.unit} is right: {self.note}"
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        value = None if self.value is None else round(self.value, 4)
        return asdict(self) | {"value": value, "passed": self.passed}
