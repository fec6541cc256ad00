"""How often something goes well, and for whom least: `Rate`, `worst_group`, `gap`, `is_rising`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

#: Standard deviations that hold 95 % of a normal distribution.
_Z = 1.959964


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Successes among trials.

    Attributes:
        good: Number of successes.
        of: Number of trials.
    """

    good: int
    of: int

    @property
    def share(self) -> float | None:
        """Successes per trial; None without a trial."""
        return self.good / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence; (0, 1) without a trial.

        Source: Wilson 1927, the score interval.
        """
        if not self.of:
            return 0.0, 1.0
        p, n = self.good / self.of, self.of
        middle = p + _Z**2 / (2 * n)
        half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def worst_group(rates: Mapping[str, Rate]) -> str | None:
    """The group with the lowest share, of equals the one we are least sure of.

    Args:
        rates: Group to rate.

    Returns:
        The group's name; None when no group has a trial.
    """
    tried = {name: rate for name, rate in rates.items() if rate.of}
    return min(tried, key=lambda name: (tried[name].share, tried[name].bounds[0]), default=None)


def gap(rates: Mapping[str, Rate]) -> float:
    """Difference of the best and the worst group's share; 0 with fewer than two groups.

    Args:
        rates: Group to rate; groups without a trial do not count.
    """
    shares = [rate.share for rate in rates.values() if rate.share is not None]
    return max(shares) - min(shares) if shares else 0.0


def is_rising(values: Sequence[float]) -> bool:
    """Every value is larger than the one before."""
    return all(earlier < later for earlier, later in pairwise(values))
