import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.garment.model import Category
from fashion_models.person.basics import TEE, TROUSERS, base_pieces, contrasting
from fashion_models.person.body import BodyShape, build_body, template
from fashion_models.person.shells import make_shell
from fashion_models.person.shoes import SOLE
from fashion_models.person.surface import skin_mesh
from fashion_models.pose.library import pose_rotations

GREY = np.full(3, 0.2, np.float32)


@pytest.fixture(scope="module", params=[(1.0, 2.4), (0.0, 0.4)])
def worn(request):
    gender, weight = request.param
    body = build_body(BodyShape(phenotypes=(("age", 0.68), ("gender", gender), ("weight", weight))))
    return body, body.pose(pose_rotations(body, "walking"))


@pytest.mark.parametrize("shell", [TROUSERS, TEE])
def test_shells_are_outside_the_skin(worn, shell):
    from scipy.spatial import cKDTree

    _, posed = worn
    skin = skin_mesh()
    points = skin.points(posed.vertices)
    mesh = make_shell(shell, posed)
    outer = mesh.vertices[: int(0.9 * len(mesh.vertices))]
    nearest = cKDTree(points).query(outer)[1]
    height = ((outer - points[nearest]) * skin.normals(points)[nearest]).sum(axis=1)
    assert np.mean(height < -0.004) < 0.01  # creases, where the nearest skin is the other side's
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-6)


def test_shell_keeps_below_cloth_that_lies_over_it(worn):
    _, posed = worn
    skin = skin_mesh()
    points = skin.points(posed.vertices)
    normals = skin.normals(points)
    cloth = (points + 0.006 * normals, normals)
    loose, covered = make_shell(TROUSERS, posed), make_shell(TROUSERS, posed, cloth=cloth)
    moved = np.linalg.norm(loose.vertices - covered.vertices, axis=1)
    assert moved.max() > 0.01


def test_soles_are_below_the_feet_and_shoes_hold_the_toes(worn):
    body, posed = worn
    pieces = base_pieces(body, posed, worn=[Category.DRESS], garment_colour=GREY)
    sole = next(p for p in pieces if p.name == "shoe-sole-R")
    assert sole.vertices[:, 2].min() == pytest.approx(-SOLE, abs=0.006)
    upper = next(p for p in pieces if p.name == "shoe-upper-R")
    toes = posed.vertices[template().groups["body"]]
    toes = toes[(toes[:, 2] < 0.04) & (toes[:, 0] < posed.head("foot.R")[0] + 0.06)]
    toes = toes[toes[:, 1] < posed.head("toe2-1.R")[1]]
    assert upper.vertices[:, 1].min() < toes[:, 1].min()


@pytest.mark.parametrize(
    ("category", "names"),
    [
        (Category.T_SHIRT, {"base-trousers"}),
        (Category.TROUSERS, {"base-tee"}),
        (Category.SKIRT, {"base-tee", "briefs"}),
        (Category.DRESS, {"briefs"}),
    ],
)
def test_base_clothing_covers_what_the_garment_leaves_bare(worn, category, names):
    pieces = base_pieces(*worn, worn=[category], garment_colour=GREY)
    assert {p.name for p in pieces if not p.name.startswith("shoe")} == names


@pytest.mark.parametrize("grey", [0.02, 0.1, 0.5, 0.9])
def test_base_colour_stands_out_from_the_garment(grey):
    from fashion_models.colour import delta_e, lab_from_linear
    from fashion_models.person.basics import PALETTE

    colour = np.full(3, grey, np.float32)
    chosen = PALETTE[contrasting(colour, ("white", "charcoal", "beige"))]
    assert delta_e(lab_from_linear(np.array(chosen)), lab_from_linear(colour)) > 20


def colours(pieces):
    return {p.name: np.round(np.asarray(p.material.colour), 4).tolist() for p in pieces}


@pytest.mark.parametrize(
    ("asked", "linear"), [("navy", [0.014, 0.02, 0.05]), ("#ff8000", [1.0, 0.2159, 0.0])]
)
def test_asked_base_colour_is_worn_whatever_the_garment(worn, asked, linear):
    for category, name in ((Category.T_SHIRT, "base-trousers"), (Category.SKIRT, "base-tee")):
        pieces = base_pieces(*worn, worn=[category], garment_colour=GREY, base_colour=asked)
        assert colours(pieces)[name] == pytest.approx(linear, abs=1e-4)


def test_black_shoes_are_dark_all_over_and_barefoot_wears_none(worn):
    black = base_pieces(*worn, worn=[Category.DRESS], garment_colour=GREY, shoes="black")
    shoes = [rgb for name, rgb in colours(black).items() if name.startswith("shoe")]
    assert len(shoes) == 6 and max(map(max, shoes)) < 0.05
    bare = base_pieces(*worn, worn=[Category.DRESS], garment_colour=GREY, shoes="none")
    assert set(colours(bare)) == {"briefs"}


def test_unknown_base_colours_and_shoes_name_the_known(worn):
    with pytest.raises(PlanError, match="base colour 'puce' is unknown; known: white, charcoal, navy"):
        base_pieces(*worn, worn=[Category.SKIRT], garment_colour=GREY, base_colour="puce")
    with pytest.raises(PlanError, match="not of the form #rrggbb"):
        base_pieces(*worn, worn=[Category.SKIRT], garment_colour=GREY, base_colour="#12")
    with pytest.raises(PlanError, match="shoes 'boots' are unknown; known: white, black, none"):
        base_pieces(*worn, worn=[Category.SKIRT], garment_colour=GREY, shoes="boots")
