"""`pipelines.audit_summary` and `pipelines.audit_page` on findings made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fashion_models.errors import PlanError
from fashion_models.pipelines.audit import GRIDS, Cell, Finding, core_grid, grid_named
from fashion_models.pipelines.audit_page import WORDS, save_audit
from fashion_models.pipelines.audit_summary import DIMENSIONS, METRICS, size_order, summarise

SIZES = {"XS": 80.0, "L": 102.0, "5XL": 161.0}


def colour(value: float) -> dict[str, Any]:
    return {"value": value, "limit": 3.0, "unit": "ΔE2000", "at_least": False, "passed": value <= 3}


def finding(tone: int, size: str = "L", *, read: int | None = None, **facts: Any) -> Finding:
    asked = {"height": 168.0, "bust": SIZES[size], "waist": 80.0, "hip": 104.0}
    good = {
        "outcome": "shot",
        "why": "",
        "tone": tone if read is None else read,
        "girths_cm": {"asked": asked, "measured": asked | {"hip": 104.4}},
        "width_cm": SIZES[size] / 2,
        "checks": {"garment_colour": colour(1.0)},
        "failures": [],
    }
    cell = Cell(tone=tone, size=size, gender="female", age=44, ethnicity="african", identity=2)
    return Finding(photo="tee", cell=cell, stem=f"tee-{size}-{tone}", facts=good | facts)


def refused(tone: int) -> Finding:
    return replace(finding(tone), facts={"outcome": "refused", "why": "no <such> size"})


def test_a_group_whose_tone_is_missed_is_named() -> None:
    summary = summarise([finding(2), finding(6), finding(10, read=8)], planned=3)
    assert summary["worst"]["tone"]["tone_near"]["group"] == "10"
    assert summary["worst"]["tone"]["tone_near"]["gap"] == 1
    assert summary["tone_error"] == {"2": 0, "6": 0, "10": -2}
    goals = {goal["name"]: goal for goal in summary["goals"]}
    assert not goals["tone_near"]["met"] and goals["tone_near"]["where"] == "tone 10"


def test_one_step_off_is_near_but_not_exact() -> None:
    rates = summarise([finding(4, read=5)], planned=1)["groups"]["tone"]["4"]
    assert (rates["tone_exact"]["share"], rates["tone_near"]["share"]) == (0, 1)


def test_refusals_count_against_their_group_and_not_against_its_tone() -> None:
    summary = summarise([finding(2), refused(10)], planned=4)
    assert summary["cells"] == {"planned": 4, "done": 2, "shot": 1, "refused": 1, "failed": 0}
    assert summary["groups"]["tone"]["10"]["passed"]["share"] == 0
    assert summary["groups"]["tone"]["10"]["tone_near"]["of"] == 0
    assert summary["refusals"][0]["why"] == "no <such> size"


def test_a_girth_a_centimetre_and_a_half_off_is_counted_and_shown() -> None:
    wrong = finding(3)
    wrong.facts["girths_cm"]["measured"]["hip"] = 105.5
    summary = summarise([finding(2), wrong, finding(4)], planned=3)
    assert summary["groups"]["size"]["L"]["girths"]["good"] == 2
    assert summary["girths_cm"]["female L"]["measured"]["hip"] == 105.5


def test_of_each_check_the_worst_value_is_kept() -> None:
    off = finding(3, checks={"garment_colour": colour(4.5)})
    checks = summarise([finding(2), off, refused(4)], planned=3)["checks"]
    assert checks["garment_colour"]["worst"] == 4.5
    assert (checks["garment_colour"]["failed"], checks["garment_colour"]["measured"]) == (1, 2)


def test_sizes_in_any_order_of_shooting_are_compared_by_their_girth() -> None:
    shots = [finding(5, size) for size in ("5XL", "XS", "L")]
    assert size_order(shots)["rising"]["share"] == 1
    shots[0] = finding(5, "5XL", width_cm=30.0)
    order = size_order([*shots, finding(6, "XS"), finding(6, "L")])
    assert (order["rising"]["good"], order["rising"]["of"]) == (1, 2)
    assert list(order["broken"][0]["width_cm"]) == ["XS", "L", "5XL"]


def test_one_size_is_no_order() -> None:
    found = [finding(1), finding(2)]
    assert size_order(found)["rising"]["of"] == 0
    assert not {goal["name"]: goal["met"] for goal in summarise(found, planned=2)["goals"]}["size_order"]


def test_the_page_needs_no_other_file_and_escapes_what_it_shows(tmp_path: Path) -> None:
    found = [finding(2), refused(10)]
    page = save_audit(tmp_path, summarise(found, planned=2), found, title="tee & more").read_text("utf-8")
    assert "http" not in page
    assert "tee &amp; more" in page and "no &lt;such&gt; size" in page and "<such>" not in page
    assert all(" · ".join(WORDS[name]) in page for name in (*DIMENSIONS, *METRICS))
    assert len(json.loads((tmp_path / "audit.json").read_text("utf-8"))["findings"]) == 2


def test_an_empty_audit_still_has_a_page(tmp_path: Path) -> None:
    assert save_audit(tmp_path, summarise([], planned=6), [], title="none").is_file()


@pytest.mark.parametrize("name", GRIDS)
def test_cells_of_one_body_and_pose_follow_each_other(name: str) -> None:
    bodies = [replace(cell, tone=0) for cell in grid_named(name).cells]
    changes = sum(one != other for one, other in pairwise(bodies))
    assert changes + 1 == len(set(bodies))


def test_the_core_grid_asks_for_every_group_and_nothing_twice() -> None:
    cells = core_grid().cells
    assert len(set(cells)) == len(cells)
    for tone in range(1, 11):
        asked = {(c.size, c.gender, c.pose, c.identity) for c in cells if c.tone == tone and c.size != "M"}
        assert len(asked) == 4 * 2 * 3 * 3
    assert len({c.ethnicity for c in cells}) == 8


def test_an_unknown_grid_is_answered_with_the_known() -> None:
    with pytest.raises(PlanError, match="smoke, core"):
        grid_named("huge")


def test_a_grid_can_be_shot_for_some_tones_alone() -> None:
    darkest = grid_named("core", tones=(9, 10))
    assert {cell.tone for cell in darkest.cells} == {9, 10}
    assert len(darkest.cells) == sum(cell.tone in (9, 10) for cell in core_grid().cells)
    with pytest.raises(PlanError, match=r"grid 'smoke' has no tone 3; known: 2, 6, 10\."):
        grid_named("smoke", tones=(2, 3))
