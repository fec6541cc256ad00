"""How many requests a tenant may make. Names of the headers: draft-ietf-httpapi-ratelimit-headers-11."""

from __future__ import annotations

import math
import threading
import time

from fashion_models.ui.api.problems import ApiProblem

_WINDOW = 60


class RateLimit:
    """A token bucket per name, refilled evenly over a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, name: str, per_minute: int) -> dict[str, str]:
        """Take one request.

        Args:
            name: Whose bucket.
            per_minute: Its size.

        Returns:
            Headers that say what is left.

        Raises:
            ApiProblem: Nothing is left; says when to come again.
        """
        now = time.monotonic()
        with self._lock:
            if len(self._buckets) > 10_000:  # a full bucket needs no memory
                self._buckets = {
                    each: (left, at) for each, (left, at) in self._buckets.items() if now - at < _WINDOW
                }
            left, at = self._buckets.get(name, (float(per_minute), now))
            left = min(per_minute, left + (now - at) * per_minute / _WINDOW)
            enough = left >= 1
            self._buckets[name] = (left - enough, now)
        policy = {"RateLimit-Policy": f'"default";q={per_minute};w={_WINDOW}'}
        if not enough:
            pause = max(1, math.ceil((1 - left) * _WINDOW / per_minute))
            headers = policy | {"RateLimit": f'"default";r=0;t={pause}', "Retry-After": str(pause)}
            raise ApiProblem(
                429,
                "rate_limited",
                f"At most {per_minute} requests a minute; try again in {pause} s.",
                headers,
            )
        full_in = math.ceil((per_minute - left + 1) * _WINDOW / per_minute)
        return policy | {"RateLimit": f'"default";r={int(left - 1)};t={full_in}'}
