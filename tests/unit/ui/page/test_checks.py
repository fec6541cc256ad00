"""What was measured, in a seller's words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fashion_models import errors
from fashion_models.pipelines.finish import verify
from fashion_models.ui.page.checks import check_rows
from fashion_models.ui.page.texts import texts

FIDELITY = Path(errors.__file__).parent / "fidelity"
CHECK: dict[str, Any] = {"value": 5.0, "limit": 3.0, "passed": False, "sentence": "5.00 ΔE2000 <off>"}
GOOD = CHECK | {"passed": True}
NOT_MEASURED = GOOD | {"value": None}


def named(source: str) -> set[str]:
    return set(re.findall(r'(?:name=|_percent\()"([a-z_]+)"', source))


def test_every_check_says_what_was_found_whether_it_is_fine_or_not() -> None:
    names = named("".join(path.read_text() for path in FIDELITY.glob("*.py")))
    assert len(names) >= 15
    wanted = {f"{kind}_{name}" for kind in ("check", "good", "bad") for name in names}
    assert sorted(wanted - texts().keys()) == []


def test_every_check_of_a_finish_is_told_too() -> None:
    names = named(Path(verify.__file__).read_text()) - {"finish"}  # the name of a photo
    names |= {"finish_skin_tone", "finish_skin_tone_steps"}
    assert len(names) >= 6
    assert sorted({f"{kind}_{name}" for kind in ("check", "good") for name in names} - texts().keys()) == []


def test_sentences_for_sellers_name_no_units_of_the_laboratory() -> None:
    told = [words for key, pair in texts().items() if re.match("(good|bad|none)_", key) for words in pair]
    assert [words for words in told if re.search(r"ΔE|L\*a\*b|correlat|landmark|pixel|%", words)] == []


def test_what_is_not_fine_comes_first_with_what_to_do_and_numbers_a_seller_knows() -> None:
    rows = check_rows({"holes": GOOD, "print": NOT_MEASURED, "sleeve_ends": CHECK})
    assert "A sleeve ends 5 cm away" in rows and "up to 3 cm is fine. Choose another pose" in rows
    assert "袖口位置与原照片相差 5 厘米" in rows
    assert rows.index("Sleeve length") < rows.index("No holes") < rows.index("There is no print")
    assert [*re.findall('<li class="([a-z]+)"', rows)] == ["bad", "good", "none"]


def test_the_exact_measurements_are_folded_away_below() -> None:
    told, _, folded = check_rows({"print": CHECK}).partition("<details")
    assert "ΔE2000" not in told and "5.00 ΔE2000 &lt;off&gt;" in folded and "<off>" not in folded


def test_a_check_without_words_of_its_own_speaks_its_exact_sentence() -> None:
    rows = check_rows({"new_check": CHECK, "other_check": NOT_MEASURED})
    assert "<b>new check</b>5.00 ΔE2000 &lt;off&gt;" in rows and "Nothing of it is in this picture." in rows
