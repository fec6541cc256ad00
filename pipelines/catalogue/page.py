"""A job's report as one page that needs nothing else: `render_page`."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from fashion_models.pipelines.catalogue.channels import Channel, disclosure
from fashion_models.pipelines.catalogue.model import Job, Outcome
from fashion_models.pipelines.catalogue.page_texts import WORDS, both, pair
from fashion_models.pipelines.catalogue.summary import Summary, failed_checks
from fashion_models.translate import in_language

#: Height of a thumbnail [px]; it is stored at twice the size for dense screens.
_THUMB = 200

_STYLE = """
:root{--ink:#1d1d1f;--soft:#6b6b70;--line:#e3e3e6;--ground:#f6f6f7;--bad:#b3261e;--good:#1b6e3c}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans SC",sans-serif;color:var(--ink);
background:var(--ground)}
main,header{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px;display:flex;gap:16px;align-items:flex-start;justify-content:space-between}
header div{min-width:0;overflow-wrap:anywhere}header button{flex:none}
h1{font-size:26px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}h2{font-size:18px;margin:0 0 12px}
p{margin:0 0 12px}.soft,small{color:var(--soft)}a{color:inherit}
section{background:#fff;border:1px solid var(--line);border-radius:12px;padding:20px;margin:16px 0;
overflow-x:auto}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(122px,1fr));gap:12px;margin:20px 0}
.card{background:#fff;border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.card b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.card.bad b{color:var(--bad)}.card.good b{color:var(--good)}
table{border-collapse:collapse;width:100%;min-width:460px}
th{font-weight:600;color:var(--soft);font-size:13px}
td,th{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border:0}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.note{border-left:4px solid var(--bad);padding:8px 14px;background:#fff}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(134px,1fr));gap:16px 12px}
figure{margin:0;min-width:0}
figure a{display:block;border:1px solid var(--line);border-radius:8px;overflow:hidden}
figure img{display:block;width:100%;height:200px;object-fit:contain}
figcaption{font-size:12.5px;line-height:1.35;margin-top:6px;overflow-wrap:anywhere}
.mark{font-weight:600}.mark.bad{color:var(--bad)}.mark.good{color:var(--good)}
button{font:inherit;font-size:13px;padding:5px 12px;border:1px solid var(--line);border-radius:99px;
background:#fff;color:var(--ink);cursor:pointer}button[aria-pressed=true]{background:var(--ink);color:#fff}
.label{display:none;font-style:normal;color:var(--soft);font-size:12px}
.tools{display:flex;gap:8px;margin-bottom:14px;flex-wrap:wrap}
.only .good-one{display:none}html[lang=en] [lang=zh],html[lang=zh] [lang=en]{display:none}
footer{max-width:1180px;margin:0 auto;padding:8px 20px 40px;font-size:13px;color:var(--soft)}
@media(max-width:600px){main,header{padding:0 14px}header{padding-top:18px}section{padding:16px 14px}
h1{font-size:22px}.gallery{grid-template-columns:repeat(2,1fr)}table{min-width:0}
.wide tr:first-child{display:none}.wide tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}
.wide tr:last-child{border:0}.wide .label{display:block}
.wide td{display:block;border:0;padding:2px 0;text-align:left;overflow-wrap:anywhere}}
"""

_SCRIPT = """
const root=document.documentElement,set=l=>{root.lang=l;document.title=root.dataset[l]};
set((navigator.language||'en').startsWith('zh')?'zh':'en');
document.getElementById('language').onclick=()=>set(root.lang==='en'?'zh':'en');
const gallery=document.querySelector('.gallery');
document.querySelectorAll('[data-only]').forEach(b=>b.onclick=()=>{
gallery.classList.toggle('only',b.dataset.only==='1');
document.querySelectorAll('[data-only]').forEach(o=>o.setAttribute('aria-pressed',o===b))});
"""


def render_page(
    job: Job,
    summary: Summary,
    *,
    finished: bool,
    rejected: Sequence[Mapping[str, Any]],
    files: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> str:
    """The report.

    Args:
        job: The job.
        summary: What it came to.
        finished: Every item has ended.
        rejected: Rows without a picture, as many as are to be shown.
        files: Names of the files beside the page → the `WORDS` that say what they are.
        read: Gives a stored object's bytes; None if it is gone.
    """
    en, zh = WORDS["title"]
    parts = [
        f'<!doctype html><html lang="en" data-en="{en}" data-zh="{zh}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{en}</title><style>{_STYLE}</style></head><body>",
        f"<header><div><h1>{both('title')}</h1><p class=soft>{escape(job.id)} · {both('from')} ",
        f"{escape(_source(job.input))}</p></div><button id=language>English / 中文</button></header><main>",
        "" if finished else f"<p class=note>{both('unfinished')}</p>",
        _cards(summary, job),
        _reasons(summary),
        _rows(rejected, summary),
        _checks(summary),
        _pictures(summary, read),
        _channels(summary, job),
        _stages(summary),
        _files(files),
        "</main>",
        f"<footer><p>{both('told')} {pair(disclosure().en, disclosure().zh)}</p>",
        f"<p>fashion-models {escape(job.release)}</p></footer><script>{_SCRIPT}</script></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _source(where: str) -> str:
    """Where the products came from; of a folder or file here only the name, for the report travels."""
    return where if "://" in where else where.rstrip("/").rpartition("/")[2]


def _cards(summary: Summary, job: Job) -> str:
    per_picture = summary.seconds / summary.ok if summary.ok else 0.0
    files = sum(one.files for name, one in summary.channels.items() if name)
    stored = sum(one.bytes for one in summary.channels.values())
    rejected = sum(summary.rejected.values())
    hours = summary.seconds / 3600
    cards = [
        ("made", f"{summary.ok:,}", ""),
        ("passed", f"{summary.passed:,}", "good" if summary.passed == summary.ok else ""),
        ("dead", f"{summary.dead:,}", "bad" if summary.dead else ""),
        ("rejected", f"{rejected:,}", "bad" if rejected else ""),
        ("files", f"{files:,}", ""),
        ("per_picture", f"{per_picture:.1f}", ""),
        ("hours", f"{hours:.2f}", ""),
        ("stored", _bytes(stored), ""),
    ]
    price = job.recipe.get("price_per_hour")
    if price:
        cards.append(("cost", f"{hours * price:.2f}", ""))
    return "<div class=cards>" + "".join(
        f"<div class='card {mood}'><b>{value}</b>{both(key)}</div>" for key, value, mood in cards
    ) + "</div>"  # fmt: skip


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A section with a table; '#' before a cell sets it as a number. Nothing, where there are no rows."""
    if not rows:
        return ""

    def cell(text: str, tag: str, label: str = "") -> str:
        number = " class=n" if text.startswith("#") else ""
        return f"<{tag}{number}>{label}{text.removeprefix('#')}</{tag}>"

    labels = [f"<i class=label>{both(name.lstrip('#'))}</i>" for name in head]
    names = "".join(cell("#" * name.startswith("#") + both(name.lstrip("#")), "th") for name in head)
    body = "".join(f"<tr>{''.join(map(cell, row, ['td'] * len(row), labels))}</tr>" for row in rows)
    wide = " class=wide" if len(head) > 3 else ""
    return f"<section><h2>{both(title)}</h2><table{wide}><tr>{names}</tr>{body}</table></section>"


def _reasons(summary: Summary) -> str:
    rows = []
    for error, count in summary.reasons.most_common():
        example = next((one for one in summary.given_up if one.error == error), None)
        told = "" if example is None else f"{escape(example.row)}: {_told(example.reason)}"
        rows.append((escape(error), f"#{count:,}", told))
    return _table("reasons", ("reason", "#count", "example"), rows)


def _rows(rejected: Sequence[Mapping[str, Any]], summary: Summary) -> str:
    rows = [
        (
            escape(row["row"]),
            escape(row["sku"]),
            both("row_" if row["reason"] == "row" else row["reason"]),
            _told(row["message"]),
        )
        for row in rejected
    ]
    left = sum(summary.rejected.values()) - len(rows)
    if left > 0:
        rows.append(("…", "", f"+ {left:,}", ""))
    return _table("rows", ("row", "article", "reason", "why"), rows)


def _told(message: str) -> str:
    return pair(message, in_language(message, "zh"))


def _checks(summary: Summary) -> str:
    rows = [(escape(name.replace("_", " ")), f"#{count:,}") for name, count in summary.checks.most_common()]
    return _table("checks", ("check", "#count"), rows)


def _channels(summary: Summary, job: Job) -> str:
    rows = []
    for name, settings in job.channels.items():
        one, channel = summary.channels.get(name), Channel(**settings)
        if one is None:
            continue
        told = [f"{escape(text)} ({count})" for text, count in one.warnings.most_common(5)]
        told += [f"{both('refused')}: {escape(text)} ({n})" for text, n in one.refused.most_common(3)]
        policy = [pair(warning.en, warning.zh) for warning in channel.warnings]
        rows.append(
            (
                f"<b>{pair(channel.about.en, channel.about.zh)}</b><br><small>{escape(name)}</small>",
                f"#{one.files:,}",
                f"#{channel.width}×{channel.height}",
                "<br>".join(told) or both("none"),
                "<br>".join(policy) or both("none"),
            )
        )
    return _table("channels", ("channel", "#number", "#size", "warnings", "policy"), rows)


def _stages(summary: Summary) -> str:
    total = sum(summary.stages.values()) or 1
    rows = [
        (escape(name), f"#{seconds:,.1f} s", f"#{seconds / total:.0%}")
        for name, seconds in sorted(summary.stages.items(), key=lambda pair: -pair[1])
    ]
    return _table("stages", ("stage", "#time", "#share"), rows)


def _files(files: Mapping[str, str]) -> str:
    lines = "".join(
        f"<li><a href='{quote(name)}'>{escape(name)}</a>: {both(key)}</li>" for name, key in files.items()
    )
    return f"<section><h2>{both('lists')}</h2><ul>{lines}</ul></section>"


def _pictures(summary: Summary, read: Callable[[str], bytes | None]) -> str:
    shown = summary.shown()
    if not shown:
        return ""
    en, zh = (text.format(len(shown), summary.ok) for text in WORDS["shown"])
    tools = (
        f"<div class=tools><button data-only=0 aria-pressed=true>{both('all')}</button>"
        f"<button data-only=1 aria-pressed=false>{both('only_failed')}</button></div>"
    )
    figures = "".join(_figure(outcome, read) for outcome in shown)
    return (
        f"<section><h2>{both('pictures')}</h2><p class=soft>{pair(en, zh)}</p>{tools}"
        f"<div class=gallery>{figures}</div></section>"
    )


def _figure(outcome: Outcome, read: Callable[[str], bytes | None]) -> str:
    failed = failed_checks(outcome.report)
    name = " ".join(part for part in (outcome.sku, outcome.variant) if part)
    master = outcome.files[0].key
    said = escape(f"{name}, {outcome.look}", quote=True)
    mark = f"<span class='mark {'bad' if failed else 'good'}'>{both('failed' if failed else 'ok')}</span>"
    why = escape(", ".join(check.replace("_", " ") for check in failed))
    return (
        f"<figure{'' if failed else ' class=good-one'}><a href='../../{quote(master)}'>"
        f"<img decoding=async alt='{said}' src='{_thumbnail(read(master))}'></a>"
        f"<figcaption><b>{escape(name)}</b><br>{escape(outcome.look)}<br>{mark} {why}</figcaption></figure>"
    )


def _thumbnail(picture: bytes | None) -> str:
    """A small JPEG as data URI; empty when the picture has gone."""
    from PIL import Image

    if picture is None:
        return ""
    with Image.open(io.BytesIO(picture)) as image:
        height = min(2 * _THUMB, image.height)
        small = image.convert("RGB").resize(
            (max(1, round(image.width * height / image.height)), height), Image.Resampling.LANCZOS
        )
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=74)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _bytes(size: int) -> str:
    """A size as people read it."""
    power = min(max(len(str(size)) - 1, 3) // 3, 4)
    return f"{size / 1000**power:.3g} {('kB', 'MB', 'GB', 'TB')[power - 1]}"
