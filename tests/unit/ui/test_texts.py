"""`ui.texts`: both languages, complete."""

from __future__ import annotations

import pytest

from fashion_models.ui.cli import build_parser
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


def test_an_unknown_text_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        text("no-such-text", "en")
