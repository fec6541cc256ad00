"""Prompts from the plan's values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fashion_models.garment.model import Category
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender
from fashion_models.person.styles import hair_table
from fashion_models.pipelines.finish.prompts import prompt_of
from fashion_models.pose.library import pose_names
from fashion_models.studio.camera import FRAMINGS, VIEWS

PERSON = make_person(
    identity=3,
    gender=Gender.FEMALE,
    age=41,
    tone=9,
    ethnicity="east-african",
    hair="bun",
    hair_colour="black",
)
SHOT = {"pose": "front", "framing": "full", "view": "front"}


def test_a_prompt_says_what_the_plan_says() -> None:
    words = prompt_of(PERSON, Category.DRESS, **SHOT, scene="on a pier at dusk").words
    for part in ("41-year-old", "east african woman", "dress", "on a pier at dusk", "dark brown skin", "bun"):
        assert part in words
    assert words.index("pier") < words.index("skin"), "a long prompt must not lose the scene"


def test_a_chinese_prompt_says_the_same_in_chinese() -> None:
    prompt = prompt_of(PERSON, Category.DRESS, **SHOT, scene="黄昏的码头", language="zh")
    for part in ("41岁", "东非裔女性", "连衣裙", "黄昏的码头", "深棕色皮肤", "髻"):
        assert part in prompt.words
    assert not any("a" <= letter <= "z" for letter in prompt.words)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_value_of_a_plan_has_words(language: str) -> None:
    for category in Category:
        assert prompt_of(PERSON, category, **SHOT, language=language).words
    for pose in pose_names():
        prompt_of(PERSON, Category.TOP, **SHOT | {"pose": pose}, language=language)
    for framing in FRAMINGS:
        for view in VIEWS:
            prompt_of(PERSON, Category.TOP, pose="front", framing=framing, view=view, language=language)
    for hair in hair_table()["about"]:
        prompt_of(replace(PERSON, hair=hair), Category.TOP, **SHOT, language=language)
    for tone in range(1, 11):
        prompt_of(replace(PERSON, tone=tone), Category.TOP, **SHOT, language=language)
