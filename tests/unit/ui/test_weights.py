"""``fashion-models weights``: its options and sentences."""

from __future__ import annotations

import argparse

import pytest

from fashion_models.ui.weights import TEXTS, add_parser


def test_every_sentence_exists_in_both_languages() -> None:
    for key, (english, chinese) in TEXTS.items():
        assert english.isascii(), key
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), key


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_option_of_every_action_is_explained(lang: str) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser, lang)
    actions = next(a for a in parser._actions if a.dest == "action").choices
    assert actions is not None and set(actions) == {"list", "pull", "verify"}
    for action in actions.values():  # type: ignore[union-attr]
        assert all(option.help for option in action._actions)
