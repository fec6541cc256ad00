from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest

from fashion_models.arrays import F32
from fashion_models.colour import delta_e
from fashion_models.errors import PlanError
from fashion_models.person.body import BodyShape, build_body
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender, Person
from fashion_models.person.skin import Complexion, skin_colour, skin_piece
from fashion_models.person.skin_maps import SkinMaps, skin_maps, skin_regions_uv
from fashion_models.person.texels import SIZE, rasterise, texel_of, texels
from fashion_models.person.tones import base_albedo, nearest_tone, skin_targets
from fashion_models.studio.lighting import LIGHTINGS

TONES = range(1, 11)


@pytest.fixture(scope="module")
def woman() -> Person:
    return make_person(identity=4, gender=Gender.FEMALE, age=28, tone=5, hair="bald", hair_colour="brown")


def face() -> np.ndarray:
    """Every eighth texel of the face."""
    regions = skin_regions_uv()
    seen = (regions["cheeks"] + regions["forehead"]) > 0
    return np.argwhere(seen)[::8]


def test_targets_fall_strictly_in_lightness() -> None:
    lightness = [skin_targets()[tone][0] for tone in TONES]
    assert all(lighter > darker + 1 for lighter, darker in pairwise(lightness))


def test_targets_can_be_told_apart() -> None:
    labs = np.array([skin_targets()[tone] for tone in TONES])
    assert delta_e(labs[1:], labs[:-1]).min() > 1.5


def test_light_tones_stay_below_paper_white_and_dark_tones_stay_warm() -> None:
    assert max(lab[0] for lab in skin_targets().values()) < 86
    for tone in TONES:
        _, a, b = skin_targets()[tone]
        assert a > 3
        assert 45 < np.degrees(np.arctan2(b, a)) < 70


@pytest.mark.parametrize("tone", TONES)
def test_each_target_is_its_own_nearest_tone(tone: int) -> None:
    assert nearest_tone(skin_targets()[tone]) == tone


def test_black_is_nearest_to_the_darkest_tone_and_white_to_the_lightest() -> None:
    assert nearest_tone((5.0, 2.0, 2.0)) == 10
    assert nearest_tone((96.0, 2.0, 4.0)) == 1


@pytest.mark.parametrize("lighting", list(LIGHTINGS))
def test_every_lighting_has_a_surface_colour_for_every_tone_and_darker_tones_are_darker(
    lighting: str,
) -> None:
    light = [float(base_albedo(tone, lighting) @ [0.2126, 0.7152, 0.0722]) for tone in TONES]
    assert all(0 < darker < lighter < 1 for lighter, darker in pairwise(light))


def test_unknown_tone_and_lighting_are_refused_by_name() -> None:
    with pytest.raises(PlanError, match="tone 11"):
        base_albedo(11, "studio")
    with pytest.raises(PlanError, match="'moonlight'"):
        base_albedo(3, "moonlight")


def test_maps_are_finite_and_in_their_ranges() -> None:
    maps = skin_maps()
    for field in fields(SkinMaps):
        values: F32 = getattr(maps, field.name)
        assert values.shape == (SIZE, SIZE), field.name
        assert np.isfinite(values).all(), field.name
    for name in ("freckles", "beard", "spots", "lips", "palms", "mouth", "nails"):
        values = getattr(maps, name)
        assert values.min() >= 0 and 0.5 < values.max() <= 1, name
    assert np.abs(maps.pores).max() < 1e-3
    assert -2e-3 < maps.wrinkles.min() < -3e-4 and maps.wrinkles.max() <= 0
    assert maps.roughness.min() > 0.2 and maps.roughness.max() < 0.8


def test_both_sides_of_a_texture_seam_show_the_same_place() -> None:
    from fashion_models.person.surface import skin_mesh

    mesh = skin_mesh()
    order = np.argsort(mesh.point_of_vertex, kind="stable")
    twin = np.flatnonzero(np.diff(mesh.point_of_vertex[order]) == 0)
    places = texels().positions[texel_of(mesh.uv)]
    apart = np.linalg.norm(places[order[twin]] - places[order[twin + 1]], axis=1)
    assert len(twin) > 2000
    assert np.median(apart) < 2e-3
    assert apart.max() < 8e-3


def test_regions_lie_on_both_sides_alike() -> None:
    x = texels().positions[..., 0]
    for name, mask in skin_regions_uv().items():
        assert set(np.unique(mask)) == {0.0, 1.0}, name
        left, right = int((mask * (x > 0)).sum()), int((mask * (x < 0)).sum())
        assert abs(left - right) < 0.05 * (left + right), name


def test_beard_grows_on_the_jaw_and_not_on_the_forehead_or_the_chest() -> None:
    beard, regions = skin_maps().beard, skin_regions_uv()
    assert beard[regions["forehead"] > 0].max() < 0.02
    assert beard[regions["forearm"] > 0].max() < 0.02
    assert beard.max() > 0.9


def test_darker_tone_is_darker_everywhere_on_the_face(woman: Person) -> None:
    rows = face()
    before = None
    for tone in (2, 5, 8, 10):
        person = replace(woman, tone=tone)
        colour = skin_colour(base_albedo(tone, "studio"), Complexion.of(person))
        light = colour[rows[:, 0], rows[:, 1]].mean(axis=1)
        assert before is None or (light < before).all()
        before = light


def test_palms_of_dark_skin_are_lighter_than_its_arms(woman: Person) -> None:
    colour = skin_colour(base_albedo(9, "studio"), Complexion.of(replace(woman, tone=9)))
    palms = colour[skin_maps().palms > 0.9].mean()
    assert palms > 1.5 * colour[skin_regions_uv()["forearm"] > 0].mean()


def test_old_skin_has_deeper_wrinkles_than_young_skin(woman: Person) -> None:
    posed = build_body(BodyShape()).pose({})
    depth = []
    for age in (20, 75):
        bump = skin_piece(replace(woman, age=age), posed).material.bump
        assert bump is not None
        depth.append(float(bump.min()))
    assert depth[1] < depth[0] - 3e-4


def test_only_men_have_a_beard_shadow_and_only_fair_people_freckles(woman: Person) -> None:
    assert Complexion.of(woman).beard == 0
    assert Complexion.of(replace(woman, gender=Gender.MALE, beard="stubble")).beard > 0.2
    assert all(Complexion.of(replace(woman, identity=i, tone=7)).freckles == 0 for i in range(20))
    assert any(Complexion.of(replace(woman, identity=i, tone=1)).freckles > 0.3 for i in range(20))


def test_same_person_has_the_same_skin_twice_and_another_identity_another(woman: Person) -> None:
    base = base_albedo(woman.tone, "studio")
    once, again = (skin_colour(base, Complexion.of(woman)) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, skin_colour(base, Complexion.of(replace(woman, identity=5))))


def test_rasterised_values_are_linear_inside_a_triangle() -> None:
    corners = np.array([[[2.0, 2.0], [60.0, 5.0], [8.0, 58.0]]])
    picture, covered = rasterise(corners, corners, 64)
    row, column = np.nonzero(covered)
    assert covered.sum() > 1400
    assert np.allclose(picture[row, column], np.stack([column, row], axis=1), atol=1e-4)
