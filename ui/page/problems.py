"""Errors in the seller's words."""

from __future__ import annotations

import re

from fashion_models.errors import (
    BusyError,
    CategoryError,
    DrapeError,
    FashionModelsError,
    LandmarkError,
    ManifestError,
    NotFoundError,
    PhotoError,
    PlanError,
    RecipeError,
    SegmentationError,
    SizeError,
)
from fashion_models.ui.page.texts import say, told

_KEYS: tuple[tuple[type[FashionModelsError], str], ...] = (
    (PhotoError, "problem_photo"),
    (SegmentationError, "problem_segmentation"),
    (CategoryError, "problem_category"),
    (LandmarkError, "problem_landmark"),
    (SizeError, "problem_size"),
    (PlanError, "problem_plan"),
    (DrapeError, "problem_drape"),
    (BusyError, "problem_busy"),
    (NotFoundError, "problem_not_found"),
    (ManifestError, "problem_manifest"),
    (RecipeError, "problem_recipe"),
)
_CODES = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower(): key for kind, key in _KEYS}
#: Problems whose exact words are what one needs to know.
_EXACT = frozenset({"problem_manifest", "problem_recipe"})


def problem_key(error: FashionModelsError) -> str:
    """Name of the sentence that tells a seller what to do about an error."""
    return next((key for kind, key in _KEYS if isinstance(error, kind)), "problem_other")


def code_key(code: str) -> str:
    """The same for a problem's code, such as 'drape_error'."""
    return _CODES.get(code, "problem_other")


def explain(key: str, detail: str, **values: object) -> str:
    """What went wrong and what to do next; the exact words are folded away where they are not the point."""
    opened = " open" if key in _EXACT else ""
    exact = (
        f"<details{opened}><summary>{say('details')}</summary><p>{told(detail)}</p></details>"
        if detail
        else ""
    )
    return f'<div class="problem" role="alert"><p>{say(key, **values)}</p>{exact}</div>'


def explain_error(error: FashionModelsError) -> str:
    """`explain` for an error that was caught."""
    values = {"minutes": max(1, round(error.retry_after / 60))} if isinstance(error, BusyError) else {}
    return explain(problem_key(error), str(error), **values)
