"""``fashion-models channels``: what shops and marketplaces ask of a picture, and who says so."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fashion_models.pipelines.catalogue.channels import Channel

_TEXTS: dict[str, tuple[str, str]] = {
    "channels": ("list the channels and what they ask of a picture", "列出各渠道及其图片要求"),
    "json": ("print the result as JSON", "以 JSON 输出结果"),
    "white": ("on pure white", "纯白背景"),
    "white-advised": ("white is advised", "建议白底"),
    "any": ("any ground", "背景不限"),
    "garment": ("garment alone", "仅单品"),
    "fill": ("fills at least {:.0%}", "主体至少占 {:.0%}"),
    "most": ("pictures: at most {}", "最多 {} 张"),
    "label": ("label {}", "标签 {}"),
    "source": ("source", "来源"),
    "official": ("the channel's own page", "渠道官方页面"),
    "mixed": ("the channel's own page and others", "官方与第三方"),
    "third-party": ("not from the channel itself", "非官方来源"),
    "tell": ("Tell your customers:", "请告知顾客："),
    "own": (
        "A recipe can add channels of its own: own_channels, based_on a preset; docs/catalogue.md.",
        "配方中可用 own_channels 以某预设（based_on）为基础自定义渠道，见 docs/catalogue.md。",
    ),
}


def add_command(commands: Any, lang: str) -> None:
    """Add the command to the parser's."""
    listing = commands.add_parser("channels", help=_say("channels", lang), description=_say("channels", lang))
    listing.add_argument("--json", action="store_true", help=_say("json", lang))


def channels(options: argparse.Namespace, lang: str) -> int:
    """List the presets with their limits, warnings, source and the day it was read; gives the exit code."""
    from fashion_models.pipelines.catalogue.channels import disclosure, presets

    if options.json:
        listed = {name: channel.model_dump(mode="json") for name, channel in presets().items()}
        print(json.dumps(listed, indent=2, ensure_ascii=False))
        return 0
    for name, channel in presets().items():
        print(f"{name:16} {channel.about.text(lang)}")
        print(f"{'':16} {', '.join(_limits(channel, lang))}")
        for warning in channel.warnings:
            print(f"{'':16} ! {warning.text(lang)}")
        standing = _say(channel.standing, lang)
        print(f"{'':16} {_say('source', lang)}: {channel.source} ({standing}, {channel.checked})\n")
    print(f"{_say('tell', lang)} {disclosure().text(lang)}")
    print(_say("own", lang))
    return 0


def _limits(channel: Channel, lang: str) -> Iterator[str]:
    yield f"{channel.width}×{channel.height}"
    smallest = f"{channel.min_bytes / 1e3:g} kB – " if channel.min_bytes else "≤ "
    yield f"{channel.format.upper()} {smallest}{channel.max_bytes / 1e6:g} MB"
    yield _say(channel.background, lang)
    if channel.subject == "garment":
        yield _say("garment", lang)
    if channel.min_fill:
        yield _say("fill", lang).format(channel.min_fill)
    if channel.max_images:
        yield _say("most", lang).format(channel.max_images)
    if channel.label:
        yield _say("label", lang).format(channel.label)


def _say(key: str, lang: str) -> str:
    en, zh = _TEXTS[key]
    return zh if lang == "zh" else en
