"""`fashion-models channels`: every preset, its source and its warnings, in both languages."""

from __future__ import annotations

import json

import pytest

from fashion_models.pipelines.catalogue.channels import presets
from fashion_models.ui.cli import main


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "channels"])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_channel_is_listed_with_its_source_and_warnings(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = listed(capsys, "--lang", lang)
    for name, channel in presets().items():
        assert f"\n{name} " in f"\n{said}"
        assert f"{channel.width}×{channel.height}" in said
        assert f"{channel.source} (" in said
        assert all(warning.text(lang) in said for warning in channel.warnings)
    assert ("AI生成模特" if lang == "zh" else "The person does not exist") in said


def test_the_list_can_be_read_by_programs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["channels", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["zalando"]["height"] == 2600 and set(found) == set(presets())
