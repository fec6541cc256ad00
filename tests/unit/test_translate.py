"""Errors in Chinese: none is without, none is left over, and nothing of them is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from support.raised import ROOT, modules, raised

from fashion_models.drape.fit import require_settled
from fashion_models.errors import FashionModelsError, PhotoError, PlanError, SizeError
from fashion_models.garment.model import Category
from fashion_models.garment.segment import check_place
from fashion_models.person.model import Gender
from fashion_models.person.sizes import parse_size
from fashion_models.photo import load_photo
from fashion_models.pipelines.catalogue.recipe import parse_recipe
from fashion_models.pipelines.outfit import check_outfit
from fashion_models.plan import ShotRequest, plan_shot
from fashion_models.pose.library import find_pose
from fashion_models.translate import in_language

TABLE: dict[str, str] = json.loads((ROOT / "fashion_models/data/errors_zh.json").read_text("utf-8"))
TEE = ROOT / "samples/garments/tee.jpg"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    return raised(modules())


def test_every_error_has_its_chinese(said: dict[str, str]) -> None:
    without = {sentence: where for sentence, where in said.items() if sentence not in TABLE}
    assert not without, f"add them to fashion_models/data/errors_zh.json: {without}"


def test_nothing_is_translated_that_is_no_longer_said(said: dict[str, str]) -> None:
    source = "\n".join(modules().values()).lower()
    for sentence in TABLE.keys() - said.keys():  # words that stand in sentences
        pieces = sentence.lower().split("{}")
        wanted = pieces if len(pieces) > 1 else [f'"{pieces[0]}"']
        assert all(piece in source for piece in wanted), sentence


def test_an_error_without_chinese_is_found_wherever_its_words_come_from() -> None:
    assert list(raised({"errors.py": NEW})) == [
        "no cloth at {} m;",
        "at most one.",
        "At night.",
        "go home.",
        "go to {}.",
        "Lay it flat, or go.",
    ]


NEW = """
_FLAT = "Lay it flat"
def _cure(place):
    return f"go to {place}."
class NewError(FashionModelsError): ...
def f(x, night):
    limit = "at most one."
    raise NewError(f"no cloth at {x:.1f} m;", limit=limit)
    raise NewError("At night." if night else f"{x}", cure="go " + "home.")
    raise NewError(x, limit=_cure(x), cure=f"{_FLAT}, or go.")
"""


def test_a_sentence_keeps_all_its_values() -> None:
    for english, chinese in TABLE.items():
        places = {int(place) for place in re.findall(r"(?<!\{)\{(\d+)(?::zh)?\}", chinese)}
        assert places == set(range(english.count("{}"))), english
        assert CHINESE.search(chinese) or not any(letter.isalpha() for letter in english), english


def plan(**asked: object) -> object:
    return plan_shot(ShotRequest(photo=TEE, **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "chinese"),
    [
        (lambda: plan(pose="flying"), r"没有名为“flying”的姿势；可用：front, .*。"),
        (lambda: plan(width=10), r"宽度 10 px 超出范围；允许 \d+ 到 \d+ px。"),
        (lambda: plan(tone=11), "肤色 11 不在蒙克色阶上；肤色为 1 到 10。"),
        (lambda: plan(age=12), "年龄 12 超出范围；允许 18 到 80。只生成成年人。"),
        (lambda: plan(backdrop="moon"), "没有背景“moon”；可用：white, .*，或 #e9e4dc 这样的颜色。"),
        (lambda: plan(scene="a beach"), r"场景描述需要配合精修使用；请选一种：--finisher cpu\|.*。"),
        (lambda: find_pose("flying"), "没有姿势“flying”，可用姿势：front, .*，请从中选一个。"),
        (lambda: parse_size("EU:99", Gender.FEMALE), "尺码表里没有“EU:99”。最接近的是 EU:.*。可用：.*。"),
        (
            lambda: parse_size("bust=90,waist=140,hip=95", Gender.FEMALE),
            r"腰围 140 cm 与胸围 90、臀围 95 cm 不相称。可行的最接近腰围是 \d+ cm。",
        ),
        (lambda: parse_size("bust=400,waist=80,hip=95", Gender.FEMALE), "胸围 400 cm 超出范围。可以做 .*"),
        (lambda: load_photo("no/where.jpg"), "no/where.jpg 处没有照片。请检查路径。"),
        (lambda: check_place(np.ones((9, 9), bool), "The garment"), "衣服占了照片的 100%。最多 .*"),
        (lambda: require_settled({"speed": float("nan")}), "布料模拟发散了。请检查衣服的品类和关键点，.*"),
        (lambda: check_outfit(Category.DRESS, Category.SHORTS), "dress 和 shorts 不能搭配在一起；请用 .*"),
        (lambda: parse_recipe(b"looks: [{pose: front}]", "r.yaml"), "r.yaml:1：cast：没有给出。"),
        (
            lambda: parse_recipe(b"cast: [{tone: 11}]\nlooks: [{pose: up}]", "r.yaml"),
            "r.yaml:1：cast.1.tone：肤色 11 不在蒙克色阶上；肤色为 1 到 10。\n"
            "r.yaml:2：looks.1.pose：没有名为“up”的姿势；可用：front, .*。",
        ),
    ],
)
def test_what_is_really_raised_is_told_in_chinese(wrong: Callable[[], object], chinese: str) -> None:
    with pytest.raises(FashionModelsError) as caught:
        wrong()
    assert re.fullmatch(chinese, in_language(caught.value, "zh"))
    assert in_language(caught.value, "en") == str(caught.value)


def test_a_message_that_was_kept_without_its_error_is_told_alike() -> None:
    with pytest.raises(SizeError) as caught:
        parse_size("bust=90,waist=140,hip=95", Gender.FEMALE)
    assert in_language(str(caught.value), "zh") == in_language(caught.value, "zh")
    assert in_language(str(caught.value), "en") == str(caught.value)


def test_what_has_no_chinese_stays_english() -> None:
    assert in_language(PlanError("no such thing: here.", cure="Pray."), "zh") == "no such thing: here. Pray."
    assert (
        in_language(PhotoError("no such thing.", cure="Check the path."), "zh")
        == "no such thing. 请检查路径。"
    )
    assert in_language("SSL: bad record.  Twice; really", "zh") == "SSL: bad record.  Twice; really"
    assert in_language("", "zh") == ""


@pytest.mark.parametrize(
    "name", ["it's.jpg", "{0}.jpg", "a is empty..jpg", "left", "衣服.jpg", "a\nb.jpg", ""]
)
def test_values_stay_as_they_are(name: str) -> None:
    error = PhotoError(f"{name} is empty.", cure="Export or download the photo again.")
    assert in_language(error, "zh") == f"{name} 是空文件。请重新导出或下载照片。"


@pytest.mark.parametrize("text", ["a: b. " * 5000, "'{}' " * 5000, "x" * 100_000, ": ; . " * 5000])
def test_long_foreign_text_comes_back_as_it_is(text: str) -> None:
    assert in_language(text, "zh") == text
