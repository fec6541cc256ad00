"""Every error the package raises on purpose.

FashionModelsError
├── BadInputError            what was asked cannot be done: exit code 2
│   ├── PhotoError           not a picture, too large, too small, truncated
│   ├── SegmentationError    no garment, several garments, garment cut off
│   ├── CategoryError        the outline allows two readings, or the category cannot be draped
│   ├── LandmarkError        the outline lacks a part that the category needs
│   ├── SizeError            unknown size, impossible measurements
│   ├── PlanError            unknown pose, tone, view …; contradictory options
│   ├── OutputError          the output folder cannot be written
│   ├── WeightsError         model weights are missing, altered or unsafe, or their licence is not accepted
│   ├── StorageAccessError   the bucket or folder is missing, forbidden, or lacks create-only writes
│   ├── ObjectMissingError   no object of that name
│   ├── ObjectChangedError   the object is not what it was when the job was planned
│   ├── ManifestError        a product list cannot be read
│   ├── RecipeError          a recipe's field is unknown or its value impossible
│   └── JobError             no such job, or it was planned otherwise
├── ServiceError             the job service does not take or know a thing: exit code 2
│   ├── NotFoundError        no such job, item, upload … of this tenant
│   ├── ConflictError        the same key or upload was used for something else
│   ├── StateError           too late: it is finished, cancelled, expired or used up
│   └── BusyError            the queue or the tenant's share of it is full; says when to come again
└── StageError               a stage failed on sound input: exit code 1
    ├── DrapeError           the cloth did not settle on the body
    ├── RenderError          the renderer failed or gave a broken picture
    ├── FinishError          a finisher's network gave no picture, or none that fits into memory
    ├── StorageError         the store failed or did not answer after retries
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


class StorageAccessError(BadInputError):
    """A store is missing, may not be used, or cannot create without overwriting."""


class ObjectMissingError(BadInputError):
    """The store has no object of that name."""


class ObjectChangedError(BadInputError):
    """The object is not what it was when the job was planned."""


class ManifestError(BadInputError):
    """A product list, or a row of it, cannot be read."""


class RecipeError(BadInputError):
    """A recipe's field is unknown or its value impossible."""


class JobError(BadInputError):
    """There is no such catalogue job, or it was planned otherwise."""


class ServiceError(FashionModelsError):
    """The job service does not take or know a thing."""

    exit_code = 2


class NotFoundError(ServiceError):
    """The tenant has no such job, item, upload or preset."""


class ConflictError(ServiceError):
    """The same key was used for something else."""


class StateError(ServiceError):
    """It is too late: finished, cancelled, expired or used up."""


class BusyError(ServiceError):
    """The queue, or the tenant's share of it, is full.

    Args:
        what: What is full.
        limit: The limit.
        retry_after: When to come again [s].
    """

    def __init__(self, what: str, *, limit: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(what, limit=limit, cure=f"try again in {retry_after} s.")


class StageError(FashionModelsError):
    """A stage failed although its input was sound."""


class DrapeError(StageError):
    """The cloth did not settle on the body."""


class RenderError(StageError):
    """The renderer failed or gave a broken picture."""


class FinishError(StageError):
    """A finisher's network gave no picture, or none that fits into memory."""


class StorageError(StageError):
    """The store failed or did not answer after retries; running the same again may succeed."""


class CancelledError(StageError):
    """The caller asked to stop."""
