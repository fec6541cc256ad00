"""A tube with a limb through it is worn; one beside the limb is not."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F64, I32
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.openings import check_openings

AT = {
    Joint.NOSE: (0.0, 1.6),
    Joint.NECK: (0.0, 1.4),
    Joint.LEFT_SHOULDER: (0.2, 1.4),
    Joint.LEFT_ELBOW: (0.45, 1.4),
    Joint.LEFT_WRIST: (0.7, 1.4),
    Joint.LEFT_HIP: (0.1, 0.9),
    Joint.LEFT_KNEE: (0.1, 0.5),
    Joint.LEFT_ANKLE: (0.1, 0.1),
}


@pytest.fixture(scope="module")
def joints() -> F64:
    """Someone with the arms held out to the sides."""
    points = np.zeros((18, 3))
    for joint, (x, z) in AT.items():
        points[joint] = x, 0, z
        if joint.name.startswith("LEFT_"):
            points[Joint[joint.name.replace("LEFT", "RIGHT")]] = -x, 0, z
    return points


def tube(start: tuple[float, float], end: tuple[float, float], radius: float) -> tuple[F64, I32]:
    """An open tube between two points (x, z), upright or level."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    level = start[1] == end[1]
    ring = np.stack(
        [0 * turn, np.cos(turn), np.sin(turn)] if level else [np.cos(turn), np.sin(turn), 0 * turn], 1
    )
    ends = [radius * ring + np.array([x, 0.0, z]) for x, z in (start, end)]
    k = np.arange(24)
    after = (k + 1) % 24
    triangles = np.concatenate([np.stack([k, after, k + 24], 1), np.stack([after, after + 24, k + 24], 1)])
    return np.concatenate(ends), triangles.astype(np.int32)


@pytest.mark.parametrize(
    ("start", "end", "radius"),
    [
        pytest.param((0.3, 1.4), (0.6, 1.4), 0.08, id="sleeve"),
        pytest.param((0.0, 0.8), (0.0, 1.2), 0.2, id="skirt or body"),
        pytest.param((0.1, 0.2), (0.1, 0.6), 0.08, id="trouser leg"),
        pytest.param((0.0, 1.45), (0.0, 1.55), 0.08, id="collar"),
    ],
)
def test_worn_tube_has_no_empty_opening(
    joints: F64, start: tuple[float, float], end: tuple[float, float], radius: float
) -> None:
    assert check_openings([tube(start, end, radius)], joints).value == 0


def test_sleeve_that_hangs_beside_the_arm_is_empty_at_both_ends(joints: F64) -> None:
    check = check_openings([tube((0.4, 0.8), (0.4, 1.2), 0.08)], joints)
    assert check.value == 2 and not check.passed
    assert check.sentence.startswith("Nothing of the person passes through 2 of the garment's openings")


def test_tube_slipped_half_off_the_hand_is_empty_at_one_end(joints: F64) -> None:
    assert check_openings([tube((0.6, 1.4), (1.1, 1.4), 0.08)], joints).value == 1


def test_vertices_split_for_the_texture_open_no_seam(joints: F64) -> None:
    vertices, triangles = tube((0.3, 1.4), (0.6, 1.4), 0.08)
    split = vertices[triangles.reshape(-1)]
    check = check_openings([(split, np.arange(len(split), dtype=np.int32).reshape(-1, 3))], joints)
    assert check.value == 0


def test_small_slit_needs_no_limb(joints: F64) -> None:
    assert check_openings([tube((0.4, 0.8), (0.4, 0.9), 0.015)], joints).value == 0
