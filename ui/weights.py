"""``fashion-models weights list | pull | verify``: its options, its sentences and what it does."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from fashion_models.errors import FashionModelsError
from fashion_models.translate import in_language

if TYPE_CHECKING:
    from fashion_models.pipelines.finish.weights import Bundle
    from fashion_models.pipelines.stages import Progress

#: Shows a progress bar under a title while its block runs.
Bar = Callable[[str], "AbstractContextManager[Progress | None]"]

TEXTS: dict[str, tuple[str, str]] = {
    "action": ("what to do with them", "要执行的操作"),
    "list": ("what there is, how large, under which licence", "列出可用权重、大小与许可证"),
    "pull": (
        "fetch weights (safetensors only); an interrupted download goes on where it was",
        "下载权重（仅 safetensors），中断后可续传",
    ),
    "verify": ("read every byte and compare it with what was fetched", "逐字节校验已下载的权重"),
    "name": ("name from 'weights list'", "'weights list' 中的名称"),
    "names": ("names; left out: all that are here", "名称；省略时校验全部已有权重"),
    "from": ("take them from this folder instead of the hub", "从本地文件夹获取，而不是从网络下载"),
    "accept": ("accept the licences that are shown", "接受所示许可证"),
    "json": ("print the result as JSON", "以 JSON 输出结果"),
    "ready": ("ready", "就绪"),
    "missing": ("not here", "未下载"),
    "incomplete": ("incomplete", "不完整"),
    "licences": ("Licences in force for these weights:", "这些权重适用的许可证："),
    "question": ("Accept them? Type yes: ", "是否接受？输入 yes："),
    "fetched": ("fetched into", "已下载到"),
    "whole": ("whole: every byte is as it was fetched", "完整：与下载时逐字节一致"),
    "none": ("no weights are here", "本机没有任何权重"),
}


def add_parser(weights: argparse.ArgumentParser, lang: str) -> None:
    """Add the three commands and their options."""
    actions = weights.add_subparsers(
        dest="action", required=True, metavar="ACTION", help=_text("action", lang)
    )

    def action(name: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=_text(name, lang), description=_text(name, lang))

    listing = action("list")
    pull = action("pull")
    pull.add_argument("name", nargs="+", metavar="NAME", help=_text("name", lang))
    pull.add_argument("--from", dest="folder", metavar="FOLDER", help=_text("from", lang))
    pull.add_argument("--accept-licence", action="store_true", help=_text("accept", lang))
    verify = action("verify")
    verify.add_argument("name", nargs="*", metavar="NAME", help=_text("names", lang))
    for parser in (listing, verify):
        parser.add_argument("--json", action="store_true", help=_text("json", lang))


def run(options: argparse.Namespace, lang: str, bar: Bar) -> int:
    """Do what was asked; gives the exit code.

    Args:
        options: The parsed command.
        lang: 'en' or 'zh'.
        bar: Shows the progress of something with a title.
    """
    if options.action == "pull":
        return _pull(options, lang, bar)
    return (_list if options.action == "list" else _verify)(options, lang)


def _list(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.finish.weights import BUNDLES

    rows = [_row(bundle) for bundle in BUNDLES.values()]
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    for row in rows:
        head = f"{row['name']:<18}{row['gigabytes']:>5.1f} GB  "
        licences = ", ".join(dict.fromkeys(part["licence"] for part in row["parts"]))
        print(f"{head}{_text(row['state'], lang)} — {row['about'][lang == 'zh']}")
        print(f"{' ' * len(head)}{licences}")
    return 0


def _row(bundle: Bundle) -> dict[str, Any]:
    from fashion_models.pipelines.finish.weights import is_here, read_record

    state = "ready" if is_here(bundle) else "missing" if read_record(bundle) is None else "incomplete"
    return {
        "name": bundle.name,
        "about": bundle.about,
        "gigabytes": round(bundle.gigabytes, 2),
        "state": state,
        "folder": str(bundle.folder),
        "parts": [{"hub": s.hub, "licence": s.licence, "card": s.card} for s in bundle.sources],
    }


def _pull(options: argparse.Namespace, lang: str, bar: Bar) -> int:
    from pathlib import Path

    from fashion_models.pipelines.finish.download import pull
    from fashion_models.pipelines.finish.origins import Folder, Hub
    from fashion_models.pipelines.finish.weights import bundle_named

    origin = Hub() if options.folder is None else Folder(Path(options.folder))
    for bundle in [bundle_named(name) for name in options.name]:
        accepted = _accepted(bundle, lang, given=options.accept_licence)
        with bar(bundle.name) as progress:
            pull(bundle, origin, accepted=accepted, progress=progress)
        print(f"{bundle.name}: {_text('fetched', lang)} {bundle.folder}")
    return 0


def _accepted(bundle: Bundle, lang: str, *, given: bool) -> bool:
    """Show the licences that were not accepted yet; ask on a terminal when the option was not given."""
    from fashion_models.pipelines.finish.weights import to_accept

    sources = to_accept(bundle)
    if not sources:
        return True
    print(_text("licences", lang), file=sys.stderr)
    for source in sources:
        print(f"  {source.hub}: {source.licence} — {source.card}", file=sys.stderr)
    if given or not sys.stdin.isatty():
        return given
    return input(_text("question", lang)).strip().lower() == "yes"


def _verify(options: argparse.Namespace, lang: str) -> int:
    from fashion_models.pipelines.finish.weights import BUNDLES, bundle_named, faults, read_record

    names = options.name or [name for name, bundle in BUNDLES.items() if read_record(bundle) is not None]
    found: dict[str, list[str]] = {}
    for name in names:
        try:
            found[name] = faults(bundle_named(name))
        except FashionModelsError as error:
            found[name] = [str(error)]
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for name, wrong in found.items():
            said = "; ".join(in_language(one, lang) for one in wrong)
            print(f"{name}: {said or _text('whole', lang)}")
        if not found:
            print(_text("none", lang))
    return 1 if any(found.values()) else 0


def _text(key: str, lang: str) -> str:
    english, chinese = TEXTS[key]
    return chinese if lang == "zh" else english
