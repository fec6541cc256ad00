"""Each check is shown a sound picture and a spoilt one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from fashion_models.arrays import U8
from fashion_models.colour import linear_from_srgb
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.colour import check_colour
from fashion_models.fidelity.coverage import check_backdrop, check_coverage
from fashion_models.fidelity.pose import check_pose
from fashion_models.fidelity.print import check_print
from fashion_models.studio.model import Draft, Material, Piece, Role, Surface
from fashion_models.studio.render import photograph

JOINTS = np.tile([0.0, 0.0, 1.0], (18, 1)) + np.linspace(-0.3, 0.3, 18)[:, None] * [1.0, 0.0, 1.0]


def printed_atlas() -> U8:
    """Front in the left half with a word on it, plain back in the right half."""
    atlas = np.full((256, 512, 3), (60, 90, 140), np.uint8)
    cv2.putText(atlas, "SEA", (30, 170), cv2.FONT_HERSHEY_SIMPLEX, 3.4, (240, 235, 220), 16)
    return atlas


def read(draft: Draft, atlas: U8) -> Check:
    """`check_print` of a cloth that shows the whole front panel."""
    uv = np.array([[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]])
    return check_print(draft, atlas, uv, np.array([[0, 1, 2], [0, 2, 3]], np.int32))


@pytest.fixture(scope="module")
def atlas() -> U8:
    return printed_atlas()


@pytest.fixture(scope="module")
def pieces(small: Any, atlas: U8) -> list[Piece]:
    cloth = Material(colour=linear_from_srgb(atlas), specular=0.0)
    wall = small.wall("cloth", Role.GARMENT, y=0.0, half=0.8, z=1.0, material=cloth)
    wall = replace(wall, uv=wall.uv * [0.5, 1.0])
    skin = small.wall("skin", Role.SKIN, y=0.05, half=0.9, z=1.0, material=small.matt((0.5, 0.3, 0.2)))
    return [wall, skin]


@pytest.fixture(scope="module")
def draft(small: Any, pieces: list[Piece]) -> Draft:
    return photograph(pieces, small.front_camera(128), joints=JOINTS, quality="preview")


def test_lit_cloth_of_the_photos_colour_passes(draft: Draft, atlas: U8) -> None:
    check = check_colour(draft, atlas)
    assert check.passed and check.value is not None and check.value < 1


def test_tinted_cloth_fails(draft: Draft, atlas: U8) -> None:
    tinted = replace(draft, display=np.clip(draft.display * [1.0, 0.85, 0.85], 0, 255).astype(np.uint8))
    assert not check_colour(tinted, atlas).passed


def test_cloth_in_the_shade_is_not_taken_for_cloth_of_another_colour(
    small: Any, pieces: list[Piece], atlas: U8
) -> None:
    arm = small.wall("arm", Role.SKIN, y=-0.3, half=0.7, z=1.0, material=small.matt((0.9, 0.1, 0.05)))
    draft = photograph([*pieces, arm], small.front_camera(128), joints=JOINTS, quality="preview")
    check = check_colour(draft, atlas)
    assert check.value is not None and check.value < 1.25  # 1.5 with the light left in, 2.5 with deep shade


def test_readable_print_passes(draft: Draft, atlas: U8) -> None:
    check = read(draft, atlas)
    assert check.value is not None and check.value > 0.9


def test_smeared_and_mirrored_prints_fail(draft: Draft, atlas: U8) -> None:
    smeared = replace(draft, display=cv2.GaussianBlur(draft.display, (0, 0), 8))
    mirrored = replace(
        draft,
        display=draft.display[:, ::-1],
        uv=draft.uv[:, ::-1],
        normals=draft.normals[:, ::-1],
        masks={name: mask[:, ::-1] for name, mask in draft.masks.items()},
    )
    assert not read(smeared, atlas).passed
    assert not read(mirrored, atlas).passed


def test_plain_cloth_has_no_print_to_check(draft: Draft, atlas: U8) -> None:
    check = read(draft, np.full_like(atlas, 128))
    assert check.value is None and check.passed


def test_covered_body_passes_and_body_through_cloth_fails(
    small: Any, draft: Draft, pieces: list[Piece]
) -> None:
    through, holes = check_coverage(draft, pieces)
    assert through.passed and holes.passed
    bump = small.ball(
        "knee", Role.SKIN, centre=(0, 0.39, 1.0), radius=0.4, material=small.matt((0.5, 0.3, 0.2))
    )
    spoilt = [*pieces, bump]
    seen = photograph(spoilt, draft.camera, joints=JOINTS, quality="preview")
    assert not check_coverage(seen, spoilt)[0].passed


def test_hand_in_front_of_cloth_is_no_fault(small: Any, draft: Draft, pieces: list[Piece]) -> None:
    hand = small.ball(
        "hand", Role.SKIN, centre=(0, -0.3, 1.0), radius=0.15, material=small.matt((0.5, 0.3, 0.2))
    )
    seen = photograph([*pieces, hand], draft.camera, joints=JOINTS, quality="preview")
    assert check_coverage(seen, [*pieces, hand])[0].value == 0


def test_hole_in_cloth_fails(draft: Draft, pieces: list[Piece]) -> None:
    wall = pieces[0]
    assert isinstance(wall, Surface)
    grid = np.linspace(0, 1, 21)
    u, v = np.meshgrid(grid, grid, indexing="ij")
    corners = wall.vertices[[0, 1, 3]]
    points = corners[0] + u[..., None] * (corners[1] - corners[0]) + v[..., None] * (corners[2] - corners[0])
    index = np.arange(441).reshape(21, 21)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    cells = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], axis=2)
    torn = np.ones((20, 20), bool)
    torn[9:12, 9:10] = False
    cloth = replace(
        wall,
        vertices=points.reshape(-1, 3),
        triangles=cells[torn].reshape(-1, 3).astype(np.int32),
        normals=np.tile([0.0, -1.0, 0.0], (441, 1)),
        uv=np.stack([u / 2, v], -1).reshape(-1, 2),
    )
    spoilt: list[Piece] = [cloth, pieces[1]]
    seen = photograph(spoilt, draft.camera, joints=JOINTS, quality="preview")
    assert not check_coverage(seen, spoilt)[1].passed


def test_backdrop_is_held_to_the_bit(draft: Draft, pieces: list[Piece]) -> None:
    assert check_backdrop(draft, pieces, "white").passed
    spoilt = draft.display.copy()
    spoilt[2, 2] = (255, 255, 254)
    check = check_backdrop(replace(draft, display=spoilt), pieces, "white")
    assert check.value == 1 and not check.passed


def test_joints_outside_the_person_fail(draft: Draft) -> None:
    assert check_pose(draft).passed
    outside = draft.joints.copy()
    outside[4, :2] = 3
    assert not check_pose(replace(draft, joints=outside)).passed


def test_verdict_says_value_limit_and_meaning() -> None:
    check = Check(
        name="print",
        value=0.592,
        limit=0.8,
        unit="",
        says="The print matches the photo to {value}",
        note="1 is a perfect match.",
        at_least=True,
    )
    assert not check.passed
    assert check.sentence == (
        "The print matches the photo to 0.59; at least 0.80 is needed. 1 is a perfect match."
    )
    assert check.as_dict()["passed"] is False
    assert check.as_dict()["sentence"] == check.sentence
    assert replace(check, value=0.9).passed


def test_verdict_never_shows_a_failing_value_as_its_limit() -> None:
    check = Check(name="skin_tone_steps", value=2, limit=1, unit="steps", says="The skin is {value} off")
    assert check.sentence == "The skin is 2 steps off; at most 1 step is allowed."
    close = Check(name="holes", value=0.5004, limit=0.5, unit="%", says="Holes open in {value} of it")
    assert close.sentence == "Holes open in 0.5004% of it; at most 0.50% is allowed."


def test_verdict_says_why_nothing_was_measured() -> None:
    check = Check(name="skin_tone", value=None, limit=3, unit="ΔE2000", says="", note="No skin shows.")
    assert check.passed and check.sentence == "Skin tone was not measured: No skin shows."


def test_hand_that_lies_on_the_cloth_is_no_fault(small: Any, draft: Draft, pieces: list[Piece]) -> None:
    skin = small.matt((0.5, 0.3, 0.2))
    fingers = [
        small.ball(f"finger {k}", Role.SKIN, centre=(0.1 * k, -0.012, 1.0), radius=0.01, material=skin)
        for k in range(-4, 5)
    ]
    near = replace(draft.camera, fov_deg=8.0)
    seen = photograph([*pieces, *fingers], near, joints=JOINTS, quality="preview")
    through, holes = check_coverage(seen, [*pieces, *fingers])
    assert through.value == 0 and holes.value == 0


def test_gap_between_a_sleeve_and_the_side_is_no_hole(small: Any) -> None:
    turn = np.linspace(0, 2 * np.pi, 97)
    middle = np.stack([0.12 * np.cos(turn), 0 * turn, 1 + 0.12 * np.sin(turn)], axis=1)
    tube = np.linspace(0, 2 * np.pi, 25)
    out = np.stack([np.cos(turn), 0 * turn, np.sin(turn)], axis=1)
    normals = np.cos(tube)[None, :, None] * out[:, None] + np.sin(tube)[None, :, None] * np.array([0, 1, 0])
    points = middle[:, None] + 0.105 * normals
    index = np.arange(97 * 25).reshape(97, 25)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    triangles = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )
    ring = Surface(
        name="ring",
        role=Role.GARMENT,
        vertices=points.reshape(-1, 3),
        triangles=triangles.astype(np.int32),
        normals=normals.reshape(-1, 3),
        material=small.matt((0.2, 0.3, 0.5)),
    )
    seen = photograph([ring], small.front_camera(256), joints=JOINTS, quality="preview")
    assert (seen.masks["background"][125:131, 125:131] > 0.5).any()
    assert check_coverage(seen, [ring])[1].value == 0


def test_another_print_fails(draft: Draft) -> None:
    other = np.full((256, 512, 3), (60, 90, 140), np.uint8)
    cv2.putText(other, "MUD", (30, 170), cv2.FONT_HERSHEY_SIMPLEX, 3.4, (240, 235, 220), 16)
    assert not read(draft, other).passed


def test_stripes_fading_and_seams_are_no_print(draft: Draft) -> None:
    stripes = np.full((256, 512, 3), (240, 240, 235), np.uint8)
    for y in range(0, 256, 24):
        stripes[y : y + 8] = (30, 40, 90)
    y, x = np.mgrid[:256, :512].astype(float)
    light = np.exp(-(((x % 256) - 128) ** 2 + (y - 128) ** 2) / 4000)[..., None]
    faded = (np.array([60, 80, 120]) + 70 * light).astype(np.uint8)
    seams = faded.copy()
    cv2.polylines(seams, [np.array([[60, 60], [60, 150], [110, 150], [110, 60]])], True, (220, 140, 60), 1)
    for atlas in (stripes, faded, seams):
        assert read(draft, atlas).value is None


def test_print_on_the_back_is_out_of_sight_from_the_front(draft: Draft, atlas: U8) -> None:
    swapped = np.hstack([atlas[:, 256:], atlas[:, :256]])
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    check = check_print(draft, swapped, uv, np.array([[0, 1, 2], [0, 2, 3]], np.int32))
    assert check.value is None and "out of sight" in check.sentence


def test_print_half_behind_an_arm_is_judged_by_the_half_in_sight(
    small: Any, pieces: list[Piece], atlas: U8
) -> None:
    skin = small.matt((0.5, 0.3, 0.2))
    arm = small.wall("arm", Role.SKIN, y=-0.05, half=0.6, z=0.44, material=skin)
    seen = photograph([*pieces, arm], small.front_camera(128), joints=JOINTS, quality="preview")
    check = read(seen, atlas)
    assert check.value is not None and check.passed, check.sentence
