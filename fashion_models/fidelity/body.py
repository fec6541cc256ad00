"""Has the body the size that was asked for? `check_body`."""

from __future__ import annotations

from fashion_models.arrays import F64
from fashion_models.fidelity.check import Check
from fashion_models.person.measure import measure
from fashion_models.person.model import Measurements

LIMIT_CM = 1.0


def check_body(rest: F64, asked: Measurements) -> Check:
    """Measure the mesh and compare girths and stature with the request.

    Args:
        rest: Identity-pose vertices [m], shape (V, 3).
        asked: What was asked for.

    Returns:
        The largest difference [cm].
    """
    found = measure(rest)
    differences = {
        name: abs(getattr(found, name) - getattr(asked, name)) for name in ("height", "bust", "waist", "hip")
    }
    worst = max(differences, key=lambda name: differences[name])
    return Check(
        name="body_size",
        value=float(differences[worst]),
        limit=LIMIT_CM,
        unit="cm",
        says=f"The body's {worst} is {{value}} off",
        note=f"It measures {getattr(found, worst):.1f} cm; {getattr(asked, worst):.1f} cm was asked.",
    )
