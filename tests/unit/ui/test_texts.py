"""`ui.texts`: both languages, complete."""

from __future__ import annotations

import pytest

from fashion_models.person.identity import read_ethnicity
from fashion_models.ui.cli import build_parser, main
from fashion_models.ui.texts import TEXTS, language, text


def test_every_sentence_exists_in_both_languages() -> None:
    for key, (english, chinese) in TEXTS.items():
        assert english, key
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), key


@pytest.mark.parametrize(("locale", "expected"), [("zh_CN.UTF-8", "zh"), ("de_DE.UTF-8", "en"), ("C", "en")])
def test_the_locale_chooses_the_language(locale: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert language() == expected
    assert language("en") == "en"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_option_of_every_command_is_explained(lang: str) -> None:
    parser = build_parser(lang)
    commands = next(a for a in parser._actions if a.dest == "command").choices
    assert commands is not None
    for command in commands.values():  # type: ignore[union-attr]
        assert all(action.help for action in command._actions)


@pytest.mark.parametrize("flags", [["--lang", "zh"], ["--lang=zh"]])
def test_the_language_can_be_asked_for(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*flags, "shoot", "--help"])
    assert "肤色" in capsys.readouterr().out


@pytest.mark.parametrize("sentence", TEXTS["ethnicity"])
def test_the_blend_shown_in_the_help_is_accepted(sentence: str) -> None:
    blend = sentence.split()[-1]
    assert dict(read_ethnicity(blend)) == {"african": 0.7, "east-asian": 0.3}


def test_an_unknown_text_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        text("no-such-text", "en")
