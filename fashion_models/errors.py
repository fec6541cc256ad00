"""Every error the package raises on purpose.

FashionModelsError
├── BadInputError            what was asked cannot be done: exit code 2
│   ├── PhotoError           not a picture, too large, too small, truncated
│   ├── SegmentationError    no garment, several garments, garment cut off
│   ├── CategoryError        the outline allows two readings, or the category cannot be draped
│   ├── LandmarkError        the outline lacks a part that the category needs
│   ├── SizeError            unknown size, impossible measurements
│   ├── PlanError            unknown pose, tone, view …; contradictory options
│   ├── WeightsError         model weights are missing, altered or unsafe, or their licence is not accepted
│   └── OutputError          the output folder cannot be written
└── StageError               a stage failed on sound input: exit code 1
    ├── DrapeError           the cloth did not settle on the body
    ├── RenderError          the renderer failed or gave a broken picture
    ├── FinishError          a finisher's network gave no picture, or none that fits into memory
    └── CancelledError       the caller asked to stop
"""

from __future__ import annotations


class FashionModelsError(Exception):
    """Base of all errors of this package.

    Args:
        what: What is wrong, naming the value.
        limit: The limit that was broken, if there is one.
        cure: What the user can do about it.
    """

    exit_code = 1

    def __init__(self, what: str, *, limit: str = "", cure: str = "") -> None:
        self.what = what
        self.limit = limit
        self.cure = cure
        super().__init__(" ".join(part for part in (what, limit, cure) if part))


class BadInputError(FashionModelsError):
    """What was asked cannot be done; nothing was started."""

    exit_code = 2


class PhotoError(BadInputError):
    """The file is not a picture we can read, or breaks a limit."""


class SegmentationError(BadInputError):
    """No single garment could be told from the background."""


class CategoryError(BadInputError):
    """The category is unknown, ambiguous, or cannot be draped."""


class LandmarkError(BadInputError):
    """The outline lacks a part that the category needs."""


class SizeError(BadInputError):
    """A size is unknown or a measurement impossible."""


class PlanError(BadInputError):
    """An option has no such value, or two options contradict each other."""


class OutputError(BadInputError):
    """The output cannot be written."""


class WeightsError(BadInputError):
    """Model weights are missing, altered, of an unsafe kind, or their licence was not accepted."""


class StageError(FashionModelsError):
    """A stage failed although its input was sound."""


class DrapeError(StageError):
    """The cloth did not settle on the body."""


class RenderError(StageError):
    """The renderer failed or gave a broken picture."""


class FinishError(StageError):
    """A finisher's network gave no picture, or none that fits into memory."""


class CancelledError(StageError):
    """The caller asked to stop."""
