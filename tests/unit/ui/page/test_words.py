"""The page's words: complete in both languages, for everything that can be chosen or fail."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from fashion_models import errors
from fashion_models.pipelines.stages import STAGES
from fashion_models.ui.page import choices
from fashion_models.ui.page.problems import code_key, explain, problem_key
from fashion_models.ui.page.texts import both, count, pair, say, texts


def test_every_sentence_is_there_in_english_and_chinese_with_the_same_values() -> None:
    for key, (english, chinese) in texts().items():
        assert english and chinese, key
        named = [
            {name for _, name, _, _ in string.Formatter().parse(words) if name}
            for words in (english, chinese)
        ]
        assert named[0] == named[1], key
        if key != "title" and not set(chinese) <= set("{names}") and key not in ("language", "shot_alt"):
            assert re.search(r"[\u4e00-\u9fff]", chinese), key


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("posename", choices.POSES),
        ("hairname", choices.HAIR_STYLES),
        ("col", choices.HAIR_COLOURS),
        ("beard", choices.BEARDS),
        ("exp", choices.EXPRESSIONS),
        ("eth", choices.ancestries()),
        ("bg", choices.BACKDROPS),
        ("view", choices.VIEWS),
        ("framing", choices.FRAMINGS),
        ("shoes", choices.SHOES),
        ("light", choices.LIGHTINGS),
        ("format", choices.FORMATS),
        ("stage", STAGES),
    ],
)
def test_everything_that_can_be_chosen_has_a_name(prefix: str, names: tuple[str, ...]) -> None:
    assert [name for name in names if f"{prefix}_{name}" not in texts()] == []


def test_every_error_is_told_in_words_with_what_to_do_next() -> None:
    assert problem_key(errors.PhotoError("x")) == "problem_photo" == code_key("photo_error")
    assert problem_key(errors.DrapeError("x")) == "problem_drape" == code_key("drape_error")
    assert problem_key(errors.RenderError("x")) == "problem_other" == code_key("worker_lost")
    assert problem_key(errors.NotFoundError("x")) == "problem_not_found" == code_key("not_found_error")


def test_the_exact_words_of_an_error_are_there_in_both_languages() -> None:
    said = explain("problem_photo", "<b>.jpg is empty. Export or download the photo again.")
    assert '<span lang="en">&lt;b&gt;.jpg is empty. Export or download the photo again.</span>' in said
    assert '<span lang="zh">&lt;b&gt;.jpg 是空文件。请重新导出或下载照片。</span>' in said


def test_what_users_typed_is_never_taken_for_markup() -> None:
    assert "<script" not in explain("problem_photo", "<script>alert(1)</script>")
    assert "<b>" not in say("style_saved", name="<b>") and "&lt;b&gt;" in say("style_saved", name="<b>")
    assert '"' not in both("alt", "preview_of", name='" onload="x').replace('="', "").replace(
        '" ', ""
    ).rstrip('"')
    assert pair("{n} < 2", "{n}", n=1).startswith('<span lang="en">1 &lt; 2')


def test_one_picture_is_not_one_pictures() -> None:
    assert "1 picture<" in count("pictures", 1) and "2 pictures<" in count("pictures", 2)


def test_every_card_has_a_small_picture() -> None:
    wanted = [choices.card("face", face["identity"]) for face in choices.FACES]
    wanted += [choices.card("hair", style) for style in choices.HAIR_STYLES]
    wanted += [choices.card("pose", pose) for pose in choices.POSES]
    assert [name for name in wanted if not (choices.CARDS / Path(name).name).is_file()] == []
    assert sum(path.stat().st_size for path in choices.CARDS.iterdir()) < 1_500_000


def test_ten_swatches_get_darker() -> None:
    light = [sum(bytes.fromhex(colour[1:])) for colour in choices.swatches().values()]
    assert len(light) == 10 and light == sorted(light, reverse=True)
