"""What is on the table: every shot of a set is asked for once, and nothing from a browser breaks the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_models.errors import SizeError
from fashion_models.plan import ShotRequest, plan_shot
from fashion_models.ui.page import garment_step, people_step, scene_step
from fashion_models.ui.page.choices import FACES, FORMATS, POSES
from fashion_models.ui.page.draft import MAX_PEOPLE, Draft, Piece, Scene, Style

TEE = Path(__file__).parents[4] / "samples/garments/tee.jpg"
PIECE = Piece(upload="up_1", original="up_1", name="tee", read="t-shirt", confidence=0.9)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["pieces", "style", "cast", "scene", "poses", "person", "piece", "tone", "size", "upload"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_a_draft_from_a_browser_is_taken_or_mended_never_an_error(raw: Any) -> None:
    draft = Draft.from_json(raw)
    assert draft.wearer in draft.style.cast
    assert Draft.from_json(draft.to_json()) == draft


def test_a_set_has_each_combination_once() -> None:
    scene = Scene(poses=("front", "walking"), views=("front", "back"))
    draft = people_step.add(Draft(pieces=(PIECE, replace(PIECE, upload="up_2")), style=Style(scene=scene)))
    asked = [tuple(sorted(request.items(), key=str)) for request in draft.requests()]
    assert len(asked) == len(set(asked)) == draft.total == 2 * 2 * 2 * 2


@pytest.mark.parametrize("face", FACES, ids=lambda face: str(face["identity"]))
def test_every_face_can_be_photographed_in_every_format(face: dict[str, Any]) -> None:
    draft = people_step.change(Draft(pieces=(PIECE,)), "face", {"face": str(face["identity"])})
    for name in FORMATS:
        shown = scene_step.change(draft, {"format": name, "poses": ["front"], "views": ["front"]})
        (request,) = shown.requests()
        plan_shot(ShotRequest(**request | {"photo": TEE}))
    preview = draft.preview()
    assert preview is not None
    plan_shot(ShotRequest(**preview | {"photo": TEE}))


@pytest.mark.parametrize(
    ("field", "form", "size", "stature"),
    [
        ("size", {"size": "XL", "height": "165"}, "XL", 165.0),
        ("height", {"size": "XL", "height": "181"}, "M", 181.0),
        (
            "waist",
            {"height": "170", "bust": "96", "waist": "80", "hip": "104"},
            "bust=96,waist=80,hip=104,height=170",
            170.0,
        ),
        ("other-size", {"other-size": " EU:44 ", "height": "170"}, "EU:44", 170.0),
        ("other-size", {"other-size": "CN:165/88A", "height": "170"}, "CN:165/88A", 170.0),
    ],
)
def test_sizes_are_letters_other_systems_or_centimetres(
    field: str, form: dict[str, str], size: str, stature: float
) -> None:
    wearer = people_step.change(Draft(), field, form).wearer
    assert (wearer.size, wearer.stature) == (size, stature)


def test_an_impossible_size_is_refused_and_names_the_limit() -> None:
    with pytest.raises(SizeError, match="not in the table"):
        people_step.change(Draft(), "other-size", {"other-size": "EU:99", "height": "170"})


def test_a_back_is_paired_by_its_name_and_nothing_else() -> None:
    draft = garment_step.add(Draft(), "up_1", "tee")
    draft = garment_step.add(draft, "up_2", "tee-back")
    assert [(piece.name, piece.back) for piece in draft.pieces] == [("tee", "up_2")]
    draft = garment_step.add(draft, "up_3", "backpack print")
    assert [piece.name for piece in draft.pieces] == ["tee", "backpack print"]
    assert garment_step.add(Draft(), "up_4", "上衣背面").pieces[0].name == "上衣背面"


def test_another_garments_photo_becomes_the_back_and_leaves_the_table() -> None:
    two = Draft(pieces=(PIECE, replace(PIECE, upload="up_2", original="up_2", name="other")))
    paired = garment_step.change(two, 0, {"back-0": "up_2", "category-0": "dress", "length-0": "72"})
    (only,) = paired.pieces
    assert only.fields() == {
        "photo": "up_1",
        "category": "dress",
        "back_photo": "up_2",
        "size_chart": {"length": 72.0},
    }


def test_the_cast_has_limits_and_keeps_one() -> None:
    draft = Draft()
    for _ in range(12):
        draft = people_step.add(draft)
    assert len(draft.style.cast) == MAX_PEOPLE == len({wearer.identity for wearer in draft.style.cast})
    for _ in range(12):
        draft = people_step.remove(draft, 0)
    assert len(draft.style.cast) == 1


def test_who_becomes_a_man_is_neither_pregnant_nor_the_other_way_round_bearded() -> None:
    mother = Draft().with_wearer(gender="female", build="pregnant")
    assert mother.wearer.build == "pregnant"
    assert mother.with_wearer(gender="male").wearer.build == "average"
    man = Draft().with_wearer(gender="male", build="muscular", beard="full")
    assert (man.wearer.build, man.wearer.beard) == ("muscular", "full")
    assert man.with_wearer(gender="female").wearer.beard == "none"
    assert man.with_wearer(build="of another release").wearer.build == "average"


def test_a_scene_without_pose_or_view_gets_the_usual_one() -> None:
    scene = scene_step.change(Draft(), {"poses": [], "views": [], "backdrop": "nowhere"}).style.scene
    assert (scene.poses, scene.views, scene.backdrop) == (("front",), ("front",), "white")
    assert next(iter(POSES)) == "front"


def test_a_top_is_worn_with_trousers_or_open_over_a_dress_of_the_table() -> None:
    trousers = replace(PIECE, upload="up_2b", original="up_2", read="trousers")
    dress = replace(PIECE, upload="up_3", original="up_3", read="top", category="dress")
    draft = Draft(pieces=(PIECE, trousers, dress)).with_piece(0, worn_with="up_2")
    assert [one.original for one in draft.partners(0)] == ["up_2", "up_3"] and draft.partners(2) == ()
    assert draft.pieces[0].opens_over(dress) and not draft.pieces[0].opens_over(trousers)
    first, second, _ = draft.requests()
    assert first["worn_with"] == "up_2b" and "worn_with" not in second  # the corrected photo is worn
    given = draft.with_piece(1, category="shorts").preview()
    assert given is not None and given["worn_with_category"] == "shorts"
    assert "worn_with" not in next(iter(draft.without_piece(1).requests()))


def test_only_finishers_whose_weights_are_here_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_step, "finishers", dict)
    assert "fashion-models weights pull PRESET" in scene_step.render(Draft(), [])
    scene = Scene(finisher="mid")
    kept = Draft(style=Style(scene=scene))
    assert "fashion-models weights pull mid" in scene_step.render(kept, [])
    monkeypatch.setattr(scene_step, "finishers", lambda: {"mid": ("photographic", "照片级")})
    offered = scene_step.render(Draft(), [])
    assert "weights pull" not in offered and 'value="mid"' in offered
    kept = replace(kept, pieces=(PIECE,))
    assert next(iter(kept.requests()))["finisher"] == "mid"
    preview = kept.preview()
    assert preview is not None and preview["finisher"] == "none"  # it is to come within seconds
