"""The checks of the person and of the cloth, and all of them together on one small shot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from fashion_models.arrays import U8
from fashion_models.colour import bytes_from_linear, linear_from_lab, linear_from_srgb
from fashion_models.conditioning.joints import body_joints
from fashion_models.drape.model import Drape
from fashion_models.fidelity.body import check_body
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.cloth import check_cloth
from fashion_models.fidelity.report import check_shot
from fashion_models.fidelity.tone import check_tone, measure_tone
from fashion_models.person.body import Body, BodyShape, PosedBody, build_body
from fashion_models.person.identity import make_person
from fashion_models.person.measure import measure
from fashion_models.person.model import Gender, Person
from fashion_models.person.skin import skin_piece
from fashion_models.person.skin_maps import skin_regions_uv
from fashion_models.person.texels import SIZE
from fashion_models.person.tones import skin_targets
from fashion_models.studio.camera import frame_person
from fashion_models.studio.model import Camera, Draft, Material, Piece, Role, Surface
from fashion_models.studio.render import photograph


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A person in a tube of cloth, and the picture of it."""

    person: Person
    body: Body
    posed: PosedBody
    drape: Drape
    atlas: U8
    pieces: list[Piece]
    draft: Draft

    def checks(self, **changes: Any) -> dict[str, Check]:
        spoilt = replace(self, **changes)
        checks = check_shot(
            spoilt.draft,
            spoilt.pieces,
            person=spoilt.person,
            body=spoilt.body,
            posed=spoilt.posed,
            atlas=spoilt.atlas,
            backdrop="white",
            lighting="studio",
            drape=spoilt.drape,
            worn=[spoilt.drape],
            sleeves_m=[{}],
        )
        return {check.name: check for check in checks}


def tube() -> Drape:
    """A wide tube round the trunk."""
    turn = np.linspace(0, 2 * np.pi, 49)
    heights = np.linspace(0.7, 1.2, 6)
    points = np.array([[0.38 * np.sin(a), -0.38 * np.cos(a), z] for z in heights for a in turn])
    index = np.arange(len(points)).reshape(6, 49)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )
    return Drape(
        vertices=points,
        normals=points * [1, 1, 0] / 0.38,
        triangles=triangles.astype(np.int32),
        uv=np.array([[0.4 * k / 48 + 0.05, z / 2] for z in heights for k in range(49)]),
        torn=np.zeros(len(triangles), bool),
        figures={"penetration": 0.0},
        timings_s={},
    )


@pytest.fixture(scope="module")
def scene() -> Scene:
    body = build_body(BodyShape(phenotypes=(("gender", 1.0),)))
    person = make_person(identity=4, gender=Gender.FEMALE, age=28, tone=5, hair="bald", hair_colour="brown")
    person = replace(person, measurements=measure(body.rest))
    posed, drape = body.pose({}), tube()
    atlas = np.full((64, 128, 3), (60, 120, 90), np.uint8)
    cloth = Surface(
        name="garment",
        role=Role.GARMENT,
        vertices=drape.vertices,
        triangles=drape.triangles,
        normals=drape.normals,
        uv=drape.uv,
        material=Material(colour=linear_from_srgb(atlas), specular=0.0),
    )
    pieces: list[Piece] = [skin_piece(person, posed), cloth]
    camera = frame_person(posed, pieces, framing="full", view="front", width=192, height=288)
    draft = photograph(pieces, camera, joints=body_joints(posed), quality="preview")
    return Scene(person=person, body=body, posed=posed, drape=drape, atlas=atlas, pieces=pieces, draft=draft)


def skin_draft(tone: int, *, side: int = 60) -> Draft:
    """A picture of nothing but a wall of skin of a tone, in the light that the tone's target holds for."""
    cheek = np.nonzero(skin_regions_uv()["cheeks"] > 0.9)
    rows, columns = (places[: side * side].reshape(side, side) for places in cheek)
    uv = np.stack([(columns + 0.5) / SIZE, 1 - (rows + 0.5) / SIZE], axis=-1).astype(np.float32)
    colour = bytes_from_linear(linear_from_lab(np.array(skin_targets()[tone])))
    full = np.ones((side, side), np.float32)
    at = (np.arange(side) + 0.5 - side / 2) / (side / 2) * 5 * np.tan(np.radians(2))
    x, z = np.meshgrid(at, 1 - at)
    return Draft(
        display=np.broadcast_to(colour, (side, side, 3)).copy(),
        linear=np.zeros((side, side, 3), np.float32),
        alpha=full,
        masks={Role.SKIN.value: full},
        depth=5 * full,
        normals=np.broadcast_to(np.float32([0, 0, 1]), (side, side, 3)),
        uv=uv,
        position=np.stack([x, np.zeros_like(x), z], axis=-1).astype(np.float32),
        joints=np.ones((18, 3)),
        camera=Camera(
            origin=(0.0, -5.0, 1.0),
            target=(0.0, 0.0, 1.0),
            fov_deg=4,
            width=side,
            height=side,
            azimuth_deg=0,
        ),
        renderer="none",
    )


@pytest.mark.parametrize("tone", [1, 5, 10])
def test_skin_of_the_tone_asked_for_passes(tone: int) -> None:
    assert all(check.passed for check in check_tone(skin_draft(tone), tone))


def test_skin_of_another_tone_fails_in_colour_and_steps() -> None:
    colour, steps = check_tone(skin_draft(5), 7)
    assert not colour.passed and not steps.passed and steps.value == 2


def test_tone_is_not_measured_without_skin() -> None:
    draft = skin_draft(5)
    bare = replace(draft, masks={Role.SKIN.value: np.zeros_like(draft.alpha)})
    assert measure_tone(bare) is None
    assert all(check.value is None and check.passed for check in check_tone(bare, 5))


def test_skin_in_the_shadow_of_hair_does_not_count() -> None:
    draft = skin_draft(5)
    shaded, hair = draft.display.copy(), draft.depth.copy()
    shaded[:, :30] //= 2
    hair[:, :24] -= 0.08
    behind = replace(draft, display=shaded, depth=hair, masks={Role.SKIN.value: np.float32(hair == 5)})
    assert all(check.passed for check in check_tone(behind, 5))
    unlit = replace(behind, masks={Role.SKIN.value: np.float32((hair == 5) & (np.arange(60) < 30))})
    assert measure_tone(unlit) is None


def test_tone_counts_in_steps_alone_without_the_face() -> None:
    draft = skin_draft(4)
    headless = replace(draft, joints=np.zeros((18, 3)))
    colour, steps = check_tone(headless, 7)
    assert colour.value is None and not steps.passed


def test_body_of_the_measurements_asked_for_passes_and_another_fails(scene: Scene) -> None:
    asked = measure(scene.body.rest)
    assert check_body(scene.body.rest, asked).passed
    wrong = check_body(scene.body.rest, replace(asked, waist=asked.waist + 2))
    assert not wrong.passed and wrong.sentence.startswith("The body's waist is 2 cm off; at most 1 cm")


def test_cloth_that_flew_off_tore_or_got_caught_fails(scene: Scene) -> None:
    assert all(check.passed for check in check_cloth(scene.draft, scene.drape, scene.posed))
    far = scene.drape.vertices.copy()
    far[0] += [0, -1.5, 0]
    front = scene.drape.vertices[scene.drape.triangles][..., 1].mean(axis=1) < -0.3
    spoilt = replace(scene.drape, vertices=far, torn=front, figures={"penetration": 0.03})
    stray, torn, buried = check_cloth(scene.draft, spoilt, scene.posed)
    assert not stray.passed and not torn.passed and not buried.passed


def test_torn_cloth_that_nobody_sees_does_not_count(scene: Scene) -> None:
    behind = scene.drape.vertices[scene.drape.triangles][..., 1].mean(axis=1) > 0.3
    hidden = replace(scene.drape, torn=behind)
    assert behind.any()
    assert check_cloth(scene.draft, hidden, scene.posed)[1].passed


def test_sound_shot_passes_every_check(scene: Scene) -> None:
    checks = scene.checks()
    assert {name: check.sentence for name, check in checks.items() if not check.passed} == {}
    assert {"garment_colour", "print", "skin_tone", "body_size", "holes", "backdrop"} <= checks.keys()


def test_tone_is_read_in_the_light_that_the_picture_was_taken_in(scene: Scene) -> None:
    skin = skin_piece(scene.person, scene.posed, lighting="dramatic")
    camera, joints = scene.draft.camera, body_joints(scene.posed)
    draft = photograph([skin], camera, joints=joints, lighting="dramatic", quality="preview")
    right, wrong = (check_tone(draft, scene.person.tone, lighting=name)[0] for name in ("dramatic", "studio"))
    assert right.passed and right.value is not None and wrong.value is not None
    assert wrong.value > 2 * right.value


def test_each_spoilt_part_of_a_shot_fails_its_own_check(scene: Scene) -> None:
    other = replace(scene.person, tone=9)
    larger = replace(scene.person.measurements, hip=scene.person.measurements.hip + 5)
    spoilt = {
        "skin_tone_steps": {"person": other},
        "body_size": {"person": replace(scene.person, measurements=larger)},
        "garment_colour": {"atlas": np.full_like(scene.atlas, 200)},
        "backdrop": {"draft": replace(scene.draft, display=scene.draft.display // 2)},
        "empty_openings": {"drape": replace(scene.drape, vertices=scene.drape.vertices + 2.0)},
    }
    for name, changes in spoilt.items():
        assert not scene.checks(**changes)[name].passed, name
