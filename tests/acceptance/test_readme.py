"""README's own lines: what it tells people to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fashion_models.plan import ShotRequest, plan_shot
from fashion_models.ui.cli import build_parser

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^    (\S.*)$", README, re.MULTILINE)
COMMANDS = [line.partition("  #")[0] for line in BLOCKS if re.match(r"(\.venv/bin/)?fashion-models ", line)]
TARGETS = re.findall(r"(?:^    |`)make ([a-z]+)", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str) -> None:
    options = build_parser("en").parse_args(shlex.split(command)[1:])
    photos = [ROOT / photo for photo in getattr(options, "photo", []) if photo.startswith("samples/")]
    fields = {
        name: value for name, value in vars(options).items() if name in ShotRequest.__dataclass_fields__
    }
    for photo in photos:
        plan_shot(ShotRequest(**fields | {"photo": str(photo)}))


def test_there_are_commands_to_understand() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_make_knows_the_targets(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_library_lines_make_a_shot_that_passes(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=True,
    )
    picture, passed = done.stdout.splitlines()[0].split()
    assert (tmp_path / picture).is_file()
    assert passed == "True", done.stdout
