"""The pattern that a drape is cut from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fashion_models.errors import LandmarkError
from fashion_models.garment.ease import arm_radii
from fashion_models.garment.grade import graded
from fashion_models.garment.limbs import FlatSleeve, in_sleeve
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.pattern import Pattern, make_pattern
from fashion_models.person.body import Body
from fashion_models.person.trunk import measure_trunk

KINDS = ("tee", "tank", "skirt", "shorts")


def signed_areas(pattern: Pattern) -> np.ndarray:
    a, b, c = (pattern.rest[pattern.rest_triangles[:, k]] for k in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def edge_uses(pattern: Pattern) -> tuple[np.ndarray, np.ndarray]:
    t = pattern.triangles
    sides = np.sort(t[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    return np.unique(sides, axis=0, return_counts=True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rest_triangle_is_counter_clockwise(
    kind: str, garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    assert signed_areas(make_pattern(garments[kind], size, body)).min() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_panels_cover_the_outline_twice(
    kind: str, garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    garment = garments[kind]
    pattern = make_pattern(garment, size, body)
    drawn = 2 * garment.outline.mask.sum() * size.metres_per_px**2
    neck = 4 / 3 * 0.085 * 0.09 if garment.neckline else 0.0
    assert signed_areas(pattern).sum() == pytest.approx(drawn - neck, rel=0.035)


@pytest.mark.parametrize("kind", KINDS)
def test_seams_join_two_panels_and_only_openings_stay_open(
    kind: str, garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments[kind], size, body)
    edges, uses = edge_uses(pattern)
    assert uses.max() == 2
    rim = np.unique(edges[uses == 1])
    named = np.array(pattern.opening)[rim] != ""
    assert (named | pattern.seam[rim]).all()
    assert set(garments[kind].openings) <= set(pattern.opening)


def test_panel_vertices_split_only_along_seams(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["tee"], size, body)
    _, times = np.unique(pattern.welded, return_counts=True)
    assert (times[~pattern.seam] == 1).all()
    assert (times[pattern.seam] <= 2).all()


def test_waistband_is_smaller_than_the_body_and_the_hips_do_not_flare(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    wide = replace(size, width_factor=1.5)
    pattern = make_pattern(garments["shorts"], wide, body)
    trunk = measure_trunk(body.pose({}))
    front = pattern.rest[pattern.rest[:, 0] < 0.8]  # the back panel lies beside it
    for depth, ease in ((0.0, 1.0), (0.08, 1.08)):
        row = front[np.abs(front[:, 1] + depth) < 0.012]
        girth = trunk.girth(trunk.crotch + (pattern.seat_m or 0.0) - depth)
        assert 2 * (row[:, 0].max() - row[:, 0].min()) < girth * ease


def test_sleeve_is_never_cut_narrower_than_the_arm(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    thin = make_pattern(garments["tee"], replace(size, metres_per_px=size.metres_per_px / 2), body)
    cuff = [thin.rest[np.isin(thin.welded, np.nonzero(thin.borders(f"cuff{s}"))[0])] for s in "LR"]
    drawn = np.hypot(0.095, 0.165) / 2
    for points in cuff:
        assert max(np.linalg.norm(a - b) for a in points[:9] for b in points[:9]) > 1.1 * drawn * 7 / 9


def test_width_factor_widens_the_chest_and_spares_neck_and_sleeves(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    flat = make_pattern(garments["tee"], size, body).landmarks
    tube = make_pattern(garments["tee"], replace(size, width_factor=1.3), body).landmarks
    assert tube["neckR"][0] == pytest.approx(flat["neckR"][0])
    assert tube["hemR"][0] == pytest.approx(1.3 * flat["hemR"][0])
    length = [m["cuffRo"][0] - m["tipR"][0] for m in (flat, tube)]
    assert length[1] == pytest.approx(length[0], abs=0.06)


def test_a_print_is_as_wide_on_every_size(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    tee = garments["tee"]
    colour = tee.cutout.colour.copy()
    middle = int((tee.landmarks["neckL"][0] + tee.landmarks["neckR"][0]) / 2)
    row, half = int(tee.landmarks["pitL"][1]), round(0.09 / size.metres_per_px)
    colour[row : row + 2 * half, middle - half : middle + half] = (200, 30, 40)
    printed = replace(tee, cutout=replace(tee.cutout, colour=colour))
    wide = replace(size, width_factor=1.3)
    for garment, share in ((printed, 1.0), (tee, 1.3)):
        pattern = make_pattern(garment, wide, body)
        place = pattern.uv[:, 0] * 2 * tee.outline.mask.shape[1] - middle
        flat = pattern.flat[pattern.welded]
        near = (np.abs(place) < half) & (flat[:, 1] < -0.3) & (flat[:, 1] > -0.4)
        assert np.ptp(flat[near, 0]) == pytest.approx(
            share * np.ptp(place[near]) * size.metres_per_px, rel=0.02
        )
        assert pattern.landmarks["hemR"][0] == pytest.approx(1.3 * 0.25, rel=0.02)


def test_a_flared_hem_gains_as_much_as_the_waist(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    place = np.stack([garments["skirt"].landmarks[name] for name in ("waistR", "hemR")])
    before, after = (
        graded(garments["skirt"], replace(size, width_factor=factor), place, {})[:, 0]
        for factor in (1.0, 1.4)
    )
    gained = after - before
    assert gained[0] == pytest.approx(0.4 * 0.18, rel=0.03)
    assert gained[1] == pytest.approx(gained[0], rel=0.01)


def test_armholes_of_larger_sizes_are_deeper_and_the_middle_stays(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    tee = garments["tee"]
    pit = tee.landmarks["pitR"]
    middle = np.array([(tee.landmarks["neckL"][0] + tee.landmarks["neckR"][0]) / 2, pit[1]])
    nowhere = {side: np.zeros(2, bool) for side in "LR"}
    before, after = (
        graded(tee, replace(size, width_factor=factor), np.stack([pit, middle]), nowhere)[:, 1]
        for factor in (1.0, 1.4)
    )
    assert before[0] - after[0] > 0.2 * abs(before[0])
    assert after[1] == pytest.approx(before[1])


def test_same_garment_gives_the_same_pattern(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    one, two = (make_pattern(garments["tank"], size, body) for _ in range(2))
    assert one.rest.tobytes() == two.rest.tobytes()
    assert one.triangles.tobytes() == two.triangles.tobytes()


def test_a_bent_sleeve_beside_a_flared_body_is_told_by_the_cloth(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["coat"], size, body)
    x, y = pattern.flat.T
    for side, sign in (("L", 1), ("R", -1)):
        below = (y < -0.35) & (sign * x > 0)
        gap = np.interp(-y, [0.24, 0.5, 0.88, 1.0], [0.25, 0.275, 0.44, 0.55])
        assert (pattern.sleeves[side][below] == (sign * x > gap)[below]).all()


def test_long_sleeves_end_at_the_wrist_unless_a_chart_gives_the_size(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    shoulder, elbow, wrist = (body.head(f"{bone}.L") for bone in ("upperarm01", "lowerarm01", "wrist"))
    arm = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)

    def reach(source: str) -> float:
        marks = make_pattern(garments["coat"], replace(size, source=source), body).landmarks
        cuff = (marks["cuffRo"] + marks["cuffRi"]) / 2
        return float(np.linalg.norm(cuff - marks["tipR"]) + np.linalg.norm(marks["tipR"] - marks["neckR"]))

    assert reach("chart") > arm + 0.2
    over_shoulder = 1.2 * float(arm_radii(body, "L", np.array([0.08]))[0])
    assert abs(reach("prior+body") - arm - over_shoulder - abs(shoulder[0] - 0.085)) < 0.05


def test_a_neck_wider_than_the_shoulders_is_narrowed_so_that_it_stays_on(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    joint = abs(body.head("upperarm01.L")[0])
    wide = replace(size, metres_per_px=2.2 * size.metres_per_px, source="prior+body")
    marks = make_pattern(garments["coat"], wide, body).landmarks
    assert marks["neckR"][0] < 0.75 * joint < 2.2 * 0.085
    assert marks["tipR"][0] > 0.9 * joint
    kept = make_pattern(garments["coat"], replace(wide, source="chart"), body).landmarks
    assert np.isclose(marks["pitR"][0], kept["pitR"][0], atol=0.01)
    assert np.isclose(kept["neckR"][0], 2.2 * 0.085, atol=0.01)


def test_sleeves_that_hang_together_with_the_body_are_refused() -> None:
    x, y = np.meshgrid(np.arange(10.0), np.arange(10.0))
    points, place = np.stack([x.ravel(), y.ravel()], axis=1), np.arange(100).reshape(10, 10)
    edges = np.vstack(
        [
            np.stack([place[:, 1:].ravel(), place[:, :-1].ravel()], axis=1),
            np.stack([place[1:].ravel(), place[:-1].ravel()], axis=1),
        ]
    )
    pit, tip, cuff = np.array([5.0, 4.0]), np.array([5.0, 9.0]), np.array([9.0, 4.0])
    with pytest.raises(LandmarkError, match="one piece"):
        in_sleeve(FlatSleeve(pit, tip, cuff, np.array([1.0, -1.0])), points, edges)
    slit = (points[edges][:, :, 0] > 5.5) & (points[edges][:, :, 1] < 3.5)
    parted = edges[~slit.any(axis=1)]
    assert in_sleeve(FlatSleeve(pit, tip, cuff, np.array([1.0, -1.0])), points, parted).sum() == 4 * 6
