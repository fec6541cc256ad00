"""An audit of three tiny cells: kept, resumed, counted, shown on a page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from fashion_models.pipelines.audit import GRIDS, Cell, Finding, Grid, run_audit
from fashion_models.ui import commands

TEE = Path(__file__).resolve().parents[2] / "samples/garments/tee.jpg"
PERSON = Cell(
    tone=8, size="EU:44", gender="female", age=23, ethnicity="pacific=0.6,south-asian=0.4", identity=1
)
#: Two tones of one body, and a person who is refused.
TINY = Grid(cells=(PERSON, replace(PERSON, tone=3), replace(PERSON, age=17)), width=128, height=192)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


@pytest.fixture(scope="module")
def findings(folder: Path) -> list[Finding]:
    return list(run_audit(TINY, [TEE], folder))


def test_every_cell_is_measured_and_a_refusal_stops_nothing(findings: list[Finding]) -> None:
    assert [finding.facts["outcome"] for finding in findings] == ["shot", "shot", "refused"]
    assert "18" in findings[2].facts["why"]
    for finding in findings[:2]:
        facts = finding.facts
        assert abs(facts["tone"] - finding.cell.tone) <= 1
        assert facts["girths_cm"]["measured"]["bust"] == pytest.approx(100, abs=1)
        assert 30 < facts["width_cm"] < 80
        assert {"garment_colour", "joints_outside"} <= facts["checks"].keys()


def test_each_shot_leaves_a_labelled_picture(folder: Path, findings: list[Finding]) -> None:
    for finding in findings[:2]:
        with Image.open(folder / f"{finding.stem}.jpg") as image:
            assert image.size == (128, 192)
            assert b"compositeSynthetic" in image.info["xmp"]


def test_what_was_shot_is_not_shot_again(folder: Path, findings: list[Finding]) -> None:
    began = time.perf_counter()
    (folder / f"{findings[1].stem}.json").write_text(json.dumps({"outcome": "failed", "why": "kept"}))
    again = list(run_audit(TINY, [TEE], folder))
    assert again[0].facts == findings[0].facts
    assert again[1].facts["why"] == "kept"
    assert time.perf_counter() - began < 2
    (folder / f"{findings[1].stem}.json").write_text(json.dumps(findings[1].facts))


@pytest.mark.parametrize(("lang", "words"), [("en", "Skin tone"), ("zh", "肤色")])
def test_the_command_writes_a_page_and_says_who_is_worst(
    lang: str,
    words: str,
    folder: Path,
    findings: list[Finding],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(GRIDS, "smoke", lambda: TINY)
    options = SimpleNamespace(
        command="audit", grid="smoke", tones=[], out=str(folder), photo=[str(TEE)], json=False
    )
    assert commands.audit(options, lang) in (0, 1)  # type: ignore[arg-type]
    assert words in capsys.readouterr().out
    assert (folder / "audit.html").read_text("utf-8").count("data:image/jpeg") == 2
    assert json.loads((folder / "audit.json").read_text("utf-8"))["cells"]["done"] == len(findings)


def test_a_stopped_audit_leaves_the_page_of_what_was_done(
    tmp_path: Path, findings: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> Iterator[Finding]:
        yield findings[2]
        raise KeyboardInterrupt

    monkeypatch.setattr("fashion_models.pipelines.audit.run_audit", stopped)
    options = SimpleNamespace(
        command="audit", grid="smoke", tones=[], out=str(tmp_path), photo=[str(TEE)], json=True
    )
    with pytest.raises(KeyboardInterrupt):
        commands.audit(options, "en")  # type: ignore[arg-type]
    assert (tmp_path / "audit.html").is_file()
