"""Joints that a pose is taken from: `Joints`, `take_joints`, and what finds them: `JointDetector`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from fashion_models.arrays import F64
from fashion_models.cache import remember
from fashion_models.conditioning.joints import Joint
from fashion_models.errors import PlanError
from fashion_models.photo import GarmentPhoto, load_photo

#: Joints without which the pose is a guess.
NEEDED = (
    Joint.RIGHT_SHOULDER,
    Joint.LEFT_SHOULDER,
    Joint.RIGHT_HIP,
    Joint.LEFT_HIP,
    Joint.RIGHT_ELBOW,
    Joint.LEFT_ELBOW,
)
#: A joint whose score is less is not seen.
MIN_SCORE = 0.2
#: Largest JSON file that is read [bytes].
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Joints:
    """Where a photo shows a person's joints; hashable, so that it can stand in a plan.

    Attributes:
        points: x to the right, y down, score, in the order of `Joint`; x and y count from the middle of the
            joints that are seen, in their spread, so the photo's size does not matter. Score 0: not seen.
    """

    points: tuple[tuple[float, float, float], ...]

    def arrays(self) -> tuple[F64, F64]:
        """Positions, shape (18, 2), and how much each counts, shape (18,)."""
        table = np.array(self.points)
        return table[:, :2], table[:, 2]


class JointDetector(Protocol):
    """Anything that finds a person's joints in a photo."""

    @property
    def name(self) -> str:
        """Name that stands in the cache's keys; other weights need another one."""
        ...

    def __call__(self, photo: GarmentPhoto) -> F64:
        """Pixels and score, in the order of `Joint`, shape (18, 3).

        Raises:
            PlanError: No person is seen.
        """
        ...


def take_joints(given: str | Path | Joints, detector: JointDetector | None = None) -> Joints:
    """Joints from what the user gave: a photo, or a JSON file of joints.

    Args:
        given: The file, or the joints themselves.
        detector: Finds joints in a photo; needed for photos only.

    Raises:
        PlanError: There is no detector, no person, or too little of the person; the JSON is not of this form.
        PhotoError: The photo cannot be read.
    """
    if isinstance(given, Joints):
        return given
    if Path(given).suffix.lower() == ".json":
        return read_joints(given)
    if detector is None:
        raise PlanError(
            f"the pose of '{given}' needs the joint detector's weights;",
            cure="fetch them with 'fashion-models weights pull joints', or give the joints as a JSON file.",
        )
    photo, find = load_photo(given), detector
    found = remember("photo-joints", [photo.digest, find.name], lambda: {"joints": find(photo)})["joints"]
    return make_joints(found, str(given))


def read_joints(path: str | Path) -> Joints:
    """Joints from a JSON file.

    Two forms are read: a list of 18 points, each [x, y], [x, y, score] or null; and what OpenPose writes,
    {"people": [{"pose_keypoints_2d": [x, y, score, …]}]}, of which the first person is taken.

    Raises:
        PlanError: There is no such file, or it has another form.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PlanError(
                f"'{path}' has {path.stat().st_size} bytes;", limit=f"at most {_MAX_BYTES} are read."
            )
        given = json.loads(path.read_text(encoding="utf-8"))
        table = _table(given)
    except OSError as error:
        raise PlanError(f"the joints '{path}' cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise PlanError(
            f"'{path}' holds no joints ({error});",
            limit=f"{len(Joint)} points are needed, in OpenPose's order: {_order()};",
            cure="write each as [x, y], [x, y, score] or null.",
        ) from error
    return make_joints(table, str(path))


def _table(given: Any) -> F64:
    """Pixels and scores, shape (18, 3)."""
    if isinstance(given, dict):
        flat = given["people"][0]["pose_keypoints_2d"]
        given = [flat[i : i + 3] for i in range(0, len(flat), 3)]
    if len(given) != len(Joint):
        raise ValueError(f"{len(given)} points")
    rows = [(0.0, 0.0, 0.0) if point is None else (*map(float, point), 1.0)[:3] for point in given]
    if any(len(row) != 3 or not all(map(math.isfinite, row)) for row in rows):
        raise ValueError("a point is not two or three finite numbers")
    return np.array(rows)


def make_joints(table: F64, source: str) -> Joints:
    """Check joints and free them from the photo's size.

    Args:
        table: Pixels and score, in the order of `Joint`, shape (18, 3).
        source: What to call it in messages.

    Raises:
        PlanError: A joint that is needed is not seen, or all lie on one spot.
    """
    seen = table[:, 2] >= MIN_SCORE
    missing = [_word(joint) for joint in NEEDED if not seen[joint]]
    if missing:
        raise PlanError(
            f"'{source}' does not show {', '.join(missing)};",
            limit="both shoulders, elbows and hips are needed;",
            cure="take a photo of one person from head to knees or more.",
        )
    points = table[seen, :2]
    spread = float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))
    if spread < 1e-6:
        raise PlanError(f"all joints of '{source}' lie on one spot.")
    place = np.where(seen[:, None], (table[:, :2] - points.mean(axis=0)) / spread, 0.0)
    score = np.where(seen, np.clip(table[:, 2], 0.0, 1.0), 0.0)
    return Joints(
        tuple((round(x, 5), round(y, 5), round(s, 3)) for (x, y), s in zip(place, score, strict=True))
    )


def _word(joint: Joint) -> str:
    return f"the {joint.name.lower().replace('_', ' ')}"


def _order() -> str:
    return ", ".join(joint.name.lower() for joint in Joint)
