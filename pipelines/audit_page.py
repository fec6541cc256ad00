"""An audit as one page that needs nothing else: `save_audit` writes audit.json and audit.html."""

from __future__ import annotations

import base64
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from html import escape
from pathlib import Path
from typing import Any

from fashion_models.pipelines.audit import GIRTHS, Cell, Finding
from fashion_models.pipelines.audit_summary import METRICS
from fashion_models.pipelines.shot import write_together

#: Width of a picture on the page [px].
_THUMB = 112

#: Words of summaries in English and Chinese.
WORDS: Mapping[str, tuple[str, str]] = {
    "audit": ("Audit", "审核报告"),
    "goals": ("Goals", "目标"),
    "goal": ("goal", "目标"),
    "measured": ("measured", "实测"),
    "limit": ("limit", "限值"),
    "met": ("met", "达标"),
    "groups": ("Groups: share and 95 % bounds", "各组：比例与 95% 置信区间"),
    "group": ("group", "组别"),
    "worst": ("worst group", "最差组"),
    "gap": ("best-to-worst gap", "最好与最差之差"),
    "tone": ("Skin tone", "肤色"),
    "size": ("Size", "尺码"),
    "gender": ("Gender", "性别"),
    "age": ("Age", "年龄"),
    "ethnicity": ("Ethnicity", "族裔"),
    "delivered": ("delivered", "已出图"),
    "passed": ("passed all checks", "全部检查通过"),
    "tone_exact": ("tone exact", "肤色准确"),
    "tone_near": ("tone within ±1", "肤色误差 ±1 内"),
    "girths": ("girths within 1 cm", "围度误差 1 厘米内"),
    "pose": ("pose", "姿势"),
    "colour": ("garment colour", "服装颜色"),
    "size_order": ("larger sizes are wider", "尺码越大轮廓越宽"),
    "tone_error": ("Mean tone error [steps]", "肤色平均误差（级）"),
    "girths_cm": (
        "Centimetres asked for → measured, where they differ most",
        "要求 → 实测（厘米，取误差最大者）",
    ),
    "height": ("stature", "身高"),
    "bust": ("bust", "胸围"),
    "waist": ("waist", "腰围"),
    "hip": ("hip", "臀围"),
    "checks": ("Checks", "检查项"),
    "value": ("worst value", "最差值"),
    "failed": ("failed", "未通过"),
    "refusals": ("Refused", "被拒绝"),
    "failures": ("Failed", "失败"),
    "broken": ("Sizes out of order", "尺码顺序错误"),
    "pictures": ("Pictures", "图片"),
    "cells": ("shots asked for", "应拍张数"),
    "done": ("done", "已完成"),
}

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans SC",sans-serif;margin:2em auto;
max-width:1300px;padding:0 1em;color:#222}
table{border-collapse:collapse;margin:.6em 0 1.6em}
td,th{padding:.25em .7em;border-bottom:1px solid #ddd;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}
small{color:#666}h3{margin:.8em 0 .3em}.bad{background:#fde3df}
.row{display:flex;flex-wrap:wrap;gap:4px;margin-bottom:1em}
figure{margin:0;width:112px}figure img{width:112px;display:block}figure.bad{outline:2px solid #d33}
figcaption{font-size:11px;line-height:1.25;text-align:center}
"""


def save_audit(
    folder: str | Path, summary: Mapping[str, Any], findings: Sequence[Finding], *, title: str
) -> Path:
    """Write audit.json and audit.html.

    Args:
        folder: The audit's folder, which holds the cells' pictures.
        summary: What `summarise` says.
        findings: What the cells gave.
        title: Stands above the page.

    Returns:
        The page's path.

    Raises:
        StageError: The disk is full; neither of the two stays behind.
    """
    place = Path(folder)
    page = place / "audit.html"
    cells = [{"photo": f.photo, "cell": asdict(f.cell), "stem": f.stem, **f.facts} for f in findings]
    facts = json.dumps({**summary, "findings": cells}, indent=1, ensure_ascii=False) + "\n"
    write_together(
        {place / "audit.json": facts.encode(), page: _page(place, summary, findings, title).encode()}
    )
    return page


def word(key: str, lang: str) -> str:
    """A word in one language ('en' or 'zh'); a key that is no word stands as it is."""
    return WORDS[key][lang == "zh"] if key in WORDS else key


def both(key: str) -> str:
    """A word in both languages; a key that is no word stands as it is."""
    return " · ".join(WORDS[key]) if key in WORDS else key


def percent(share: float | None) -> str:
    """For example '97.5 %'; a dash for None."""
    return "–" if share is None else f"{100 * share:.1f} %"


def _page(place: Path, summary: Mapping[str, Any], findings: Sequence[Finding], title: str) -> str:
    cells = summary["cells"]
    head = f"{both('audit')}: {escape(title)}"
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>{head}</title><style>{_STYLE}</style><h1>{head}</h1>",
        f"<p>{both('cells')}: {cells['planned']}; {both('done')}: {cells['done']}; ",
        f"{both('refusals')}: {cells['refused']}; {both('failures')}: {cells['failed']}</p>",
        f"<h2>{both('goals')}</h2>",
        _goals(summary["goals"]),
        f"<h2>{both('groups')}</h2>",
        *(_groups(name, groups, summary["worst"][name]) for name, groups in summary["groups"].items()),
        _tone_error(summary["tone_error"]),
        _girths(summary["girths_cm"]),
        _checks(summary["checks"]),
        *(_reasons(key, summary[key]) for key in ("refusals", "failures")),
        _broken(summary["size_order"]["broken"]),
        f"<h2>{both('pictures')}</h2>",
        *_pictures(place, findings),
        "</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{''.join(rows)}</table>"


def _goals(goals: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        f"<tr{'' if goal['met'] else ' class=bad'}><td>{both(goal['name'])}</td>"
        f"<td class=n>{percent(goal['value'])}</td><td class=n>{'≥' if goal['at_least'] else '≤'} "
        f"{percent(goal['limit'])}</td><td>{escape(goal['where'])}</td>"
        f"<td>{'✓' if goal['met'] else '✗'}</td></tr>"
        for goal in goals
    ]
    return _table([both(key) for key in ("goal", "measured", "limit", "worst", "met")], rows)


def _groups(dimension: str, groups: Mapping[str, Any], worst: Mapping[str, Any]) -> str:
    def cell(metric: str, group: str, rate: Mapping[str, Any]) -> str:
        lags = metric in worst and worst[metric]["group"] == group and worst[metric]["gap"] > 0
        bounds = f"{100 * rate['low']:.0f}–{100 * rate['high']:.0f}, n={rate['of']}"
        return f"<td{' class=bad' if lags else ''}>{percent(rate['share'])} <small>{bounds}</small></td>"

    rows = [
        f"<tr><th>{escape(group)}</th>{''.join(cell(m, group, rate) for m, rate in rates.items())}</tr>"
        for group, rates in groups.items()
    ]
    gaps = "".join(f"<td>{percent(worst[m]['gap'] if m in worst else None)}</td>" for m in METRICS)
    rows.append(f"<tr><th>{both('gap')}</th>{gaps}</tr>")
    return f"<h3>{both(dimension)}</h3>" + _table([both("group"), *(both(m) for m in METRICS)], rows)


def _tone_error(errors: Mapping[str, float]) -> str:
    row = "".join(f"<td class=n>{steps:+.2f}</td>" for steps in errors.values())
    return f"<h3>{both('tone_error')}</h3>" + _table(list(errors), [f"<tr>{row}</tr>"])


def _girths(bodies: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td>{girths['asked'][key]} → {girths['measured'][key]}</td>" for key in GIRTHS)
        + "</tr>"
        for name, girths in bodies.items()
    ]
    return f"<h3>{both('girths_cm')}</h3>" + _table([both("size"), *(both(key) for key in GIRTHS)], rows)


def _checks(checks: Mapping[str, Any]) -> str:
    rows = [
        f"<tr{' class=bad' if check['failed'] else ''}><td>{name.replace('_', ' ')}</td>"
        f"<td class=n>{check['worst']:.2f}</td>"
        f"<td class=n>{'≥' if check['at_least'] else '≤'} {check['limit']:g} {escape(check['unit'])}</td>"
        f"<td class=n>{check['failed']} / {check['measured']}</td></tr>"
        for name, check in checks.items()
    ]
    head = [both(key) for key in ("checks", "value", "limit", "failed")]
    return f"<h3>{both('checks')}</h3>" + _table(head, rows)


def _reasons(key: str, reasons: Sequence[Mapping[str, str]]) -> str:
    if not reasons:
        return ""
    lines = "".join(
        f"<li>{escape(r['photo'])}, {escape(r['cell'])}: {escape(r['why'])}</li>" for r in reasons
    )
    return f"<h3>{both(key)}</h3><ul>{lines}</ul>"


def _broken(series: Sequence[Mapping[str, Any]]) -> str:
    if not series:
        return ""
    lines = "".join(
        f"<li>{escape(s['photo'])}, {escape(Cell(**s['person']).title)}: "
        + ", ".join(f"{escape(size)} {width} cm" for size, width in s["width_cm"].items())
        + "</li>"
        for s in series
    )
    return f"<h3>{both('broken')}</h3><ul>{lines}</ul>"


def _pictures(place: Path, findings: Sequence[Finding]) -> list[str]:
    """A row of tones for every body and pose."""
    rows: dict[tuple[str, Cell], list[Finding]] = defaultdict(list)
    for finding in findings:
        rows[finding.photo, replace(finding.cell, tone=0)].append(finding)
    return [
        f"<h3>{escape(photo)}, {escape(cell.title.replace(', tone 0', ''))}</h3>"
        f"<div class=row>{''.join(_figure(place, finding) for finding in row)}</div>"
        for (photo, cell), row in rows.items()
    ]


def _figure(place: Path, finding: Finding) -> str:
    facts = finding.facts
    if facts["outcome"] != "shot":
        caption = f"{finding.cell.tone}: {escape(facts['why'])}"
        return f"<figure class=bad><figcaption>{caption}</figcaption></figure>"
    failures = facts["failures"]
    hint = escape("\n".join([finding.cell.title, *failures]), quote=True)
    caption = f"{finding.cell.tone} → {facts['tone'] or '–'}"
    if failures:
        caption += " ✗"
    return (
        f"<figure{' class=bad' if failures else ''} title='{hint}'>"
        f"<img alt='{escape(finding.cell.title)}' src='{_thumbnail(place / f'{finding.stem}.jpg')}'>"
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _thumbnail(picture: Path) -> str:
    """A small JPEG as data URI; empty when the picture has gone."""
    from PIL import Image

    if not picture.is_file():
        return ""
    buffer = io.BytesIO()
    with Image.open(picture) as image:
        height = round(_THUMB * image.height / image.width)
        image.resize((_THUMB, height), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=78)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
