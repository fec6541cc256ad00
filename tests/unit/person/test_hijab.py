"""The headscarf hides hair, ears and neck, leaves the face free and lies over what is worn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.colour import delta_e, lab_from_linear
from fashion_models.person.body import BodyShape, PosedBody, build_body
from fashion_models.person.hair import hair_pieces
from fashion_models.person.head import HeadFrame, reference_head
from fashion_models.person.hijab import hijab_piece
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender
from fashion_models.person.surface import skin_mesh
from fashion_models.person.tones import skin_targets
from fashion_models.studio.model import Surface


@pytest.fixture(scope="module", params=[0.2, 1.2])
def posed(request: pytest.FixtureRequest) -> PosedBody:
    return build_body(BodyShape(phenotypes=(("gender", 1.0), ("weight", request.param)))).pose({})


def skin(posed: PosedBody) -> tuple[F64, F64]:
    points = skin_mesh().points(posed.vertices)
    return points, skin_mesh().normals(points)


def hidden(piece: Surface, points: F64, normals: F64) -> np.ndarray:
    """True where the cloth lies a short way off the skin on its outside."""
    distance, near = cKDTree(piece.vertices).query(points)
    outside = ((piece.vertices[near] - points) * normals).sum(axis=1) > 0
    return outside & (distance < 0.07)


def test_scalp_ears_and_neck_are_covered_and_the_face_is_free(posed: PosedBody) -> None:
    piece = hijab_piece(posed, tone=5, cloth=None, garment_colour=None)
    points, normals = skin(posed)
    place = reference_head().points
    scalp = (place[:, 2] > 0.075) & (place[:, 1] > 0.02)
    throat = (place[:, 2] < -0.14) & (place[:, 2] > -0.18) & (np.abs(place[:, 0]) < 0.04)
    ears = (reference_head().ears > 0.5) & (normals[:, 0] * np.sign(place[:, 0]) > 0.5)
    for region in (scalp, throat, ears):
        assert hidden(piece, points[region], normals[region]).mean() > 0.97
    face = np.array([[0, -0.05, -0.03], [0.03, -0.01, 0.0], [-0.03, -0.01, 0.0], [0, -0.04, -0.075]])
    spots = HeadFrame.of(posed).to_world(face)
    assert cKDTree(piece.vertices).query(spots)[0].min() > 0.02


def test_cloth_is_outside_skin_and_garment(posed: PosedBody) -> None:
    points, normals = skin(posed)
    shell = points + 0.012 * normals
    low = points[skin_mesh().point_triangles, 2].max(axis=1) < posed.head("neck01")[2]
    cloth = (shell, skin_mesh().point_triangles[low])
    piece = hijab_piece(posed, tone=5, cloth=cloth, garment_colour=None)
    outer = piece.vertices[: int(0.9 * len(piece.vertices))]
    used = np.unique(cloth[1])
    for under, out in ((points, normals), (shell[used], normals[used])):
        distance, near = cKDTree(under).query(outer)
        height = ((outer - under[near]) * out[near]).sum(axis=1)
        assert np.mean(height[distance < 0.02] < -0.002) < 0.01


def test_no_hair_shows_and_the_colour_stands_out_from_the_garment(posed: PosedBody) -> None:
    person = make_person(identity=2, gender=Gender.FEMALE, hair="hijab")
    for grey in (0.02, 0.2, 0.8):
        colour = np.full(3, grey, np.float32)
        (piece,) = hair_pieces(person, posed, cloth=None, garment_colour=colour)
        assert isinstance(piece, Surface) and piece.name == "hijab"
        own = lab_from_linear(np.asarray(piece.material.colour))
        assert delta_e(own, lab_from_linear(colour)) > 20


def test_cloth_has_no_hole_but_for_the_face_and_the_hem(posed: PosedBody) -> None:
    piece = hijab_piece(posed, tone=5, cloth=None, garment_colour=None)
    edges = np.concatenate(
        [piece.triangles[:, [0, 1]], piece.triangles[:, [1, 2]], piece.triangles[:, [2, 0]]]
    )
    places, where = np.unique(np.round(piece.vertices, 6), axis=0, return_inverse=True)
    pairs, count = np.unique(np.sort(where.ravel()[edges], axis=1), axis=0, return_counts=True)
    border = pairs[count == 1]
    group = np.arange(len(places))
    for _ in range(400):
        np.minimum.at(group, border[:, 0], group[border[:, 1]])
        np.minimum.at(group, border[:, 1], group[border[:, 0]])
    assert len(np.unique(group[border.ravel()])) == 2  # the inner lips of both hems


@pytest.mark.parametrize("tone", [2, 6, 10])
def test_a_scarf_is_never_as_light_or_as_dark_as_the_face(posed: PosedBody, tone: int) -> None:
    for garment in ([0.5, 0.08, 0.03], [0.02, 0.02, 0.05]):
        piece = hijab_piece(posed, tone=tone, cloth=None, garment_colour=np.array(garment, np.float32))
        lightness = float(lab_from_linear(np.asarray(piece.material.colour, np.float64))[0])
        assert abs(lightness - skin_targets()[tone][0]) >= 10
