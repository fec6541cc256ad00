"""The command line: ``fashion-models COMMAND``; ``--help`` lists the commands.

Only argparse is imported at the top, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fashion_models.ui.api.options import add_commands as add_service_commands
from fashion_models.ui.catalogue import add_commands as add_catalogue_commands
from fashion_models.ui.channels import add_command as add_channels_command
from fashion_models.ui.texts import language, text
from fashion_models.ui.weights import add_parser as add_weights


def build_parser(lang: str) -> argparse.ArgumentParser:
    """The parser with its texts in one language ('en' or 'zh')."""
    from fashion_models import __version__

    def say(key: str) -> str:
        return text(key, lang)

    parser = argparse.ArgumentParser(prog="fashion-models", description=say("about"))
    parser.add_argument("--version", action="version", version=f"fashion-models {__version__}")
    parser.add_argument("--lang", choices=["en", "zh"], help=say("lang"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_shoot(commands.add_parser("shoot", help=say("shoot"), description=say("shoot")), lang)
    inspect = commands.add_parser("inspect", help=say("inspect"), description=say("inspect"))
    inspect.add_argument("photo", nargs="+", metavar="PHOTO", help=say("photo"))
    inspect.add_argument("--out", default="out", metavar="DIR", help=say("out"))
    inspect.add_argument("--category", metavar="NAME", help=say("category"))
    inspect.add_argument("--size", metavar="SIZE", help=say("size"))
    inspect.add_argument("--size-chart", metavar="CM", help=say("size_chart"))
    inspect.add_argument("--json", action="store_true", help=say("json"))
    for kind, key in (
        ("poses", "poses"),
        ("people", "people"),
        ("hair", "hair_styles"),
        ("backdrops", "backdrops"),
    ):
        sheet = commands.add_parser(kind, help=say(key), description=say(key))
        sheet.add_argument("--out", default=f"out/{kind}.png", metavar="FILE", help=say("sheet"))
    audit = commands.add_parser("audit", help=say("audit"), description=say("audit"))
    audit.add_argument("--grid", default="smoke", metavar="NAME", help=say("grid"))
    audit.add_argument("--tones", nargs="+", type=int, default=[], metavar="TONE", help=say("audit_tones"))
    audit.add_argument("--out", default="out/audit", metavar="DIR", help=say("out"))
    audit.add_argument(
        "--photo", nargs="+", default=["samples/garments/tee.jpg"], metavar="PHOTO", help=say("photo")
    )
    audit.add_argument("--json", action="store_true", help=say("json"))
    doctor = commands.add_parser("doctor", help=say("doctor"), description=say("doctor"))
    doctor.add_argument("--json", action="store_true", help=say("json"))
    add_catalogue_commands(commands, lang)
    add_channels_command(commands, lang)
    commands.add_parser("setup", help=say("setup"), description=say("setup"))
    add_weights(commands.add_parser("weights", help=say("weights"), description=say("weights")), lang)
    add_service_commands(commands, lang)
    return parser


def _add_shoot(shoot: argparse.ArgumentParser, lang: str) -> None:
    def option(flag: str, metavar: str, **settings: object) -> None:
        key = flag.removeprefix("--").replace("-", "_")
        shoot.add_argument(flag, metavar=metavar, help=text(key, lang), **settings)  # type: ignore[arg-type]  # a table

    shoot.add_argument("photo", nargs="+", metavar="PHOTO", help=text("photo", lang))
    option("--out", "DIR", default="out")
    option("--category", "NAME")
    option("--with", "PHOTO", dest="worn_with")
    option("--with-category", "NAME", dest="worn_with_category")
    option("--back-photo", "PHOTO")
    option("--size-chart", "CM")
    option("--identity", "SEED", type=int, default=1)
    option("--gender", "NAME")
    option("--age", "YEARS", type=int)
    option("--tone", "1..10", type=int)
    option("--ethnicity", "NAME")
    option("--size", "SIZE")
    option("--stature", "CM", type=float)
    option("--build", "NAME")
    option("--hair", "STYLE")
    option("--hair-colour", "NAME")
    option("--beard", "NAME")
    option("--expression", "NAME")
    option("--base-colour", "COLOUR")
    option("--shoes", "NAME", default="white")
    option("--pose", "NAME", default="front")
    option("--pose-photo", "FILE")
    option("--framing", "NAME", default="full")
    option("--view", "NAME", default="front")
    option("--backdrop", "COLOUR", default="white")
    option("--lighting", "NAME", default="studio")
    option("--width", "PX", type=int, default=768)
    option("--height", "PX", type=int, default=1152)
    option("--seed", "N", type=int, default=0)
    option("--quality", "NAME", default="standard")
    option("--segmenter", "NAME")
    option("--finisher", "NAME", default="none")
    option("--scene", "WORDS")
    option("--identity-card", "PICTURE")
    shoot.add_argument("--json", action="store_true", help=text("json", lang))


def _asked_language(given: Sequence[str]) -> str | None:
    """The value of --lang, which must be known before the parser's own texts are; None when not given."""
    for word, following in zip(given, [*given[1:], ""], strict=True):
        if word.startswith("--lang"):
            return following if word == "--lang" else word.removeprefix("--lang=")
    return None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code: 0 done, 1 failed, 2 bad input."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language(_asked_language(given))
    options = build_parser(lang).parse_args(given)
    from fashion_models.errors import FashionModelsError
    from fashion_models.ui import commands

    try:
        sys.exit(getattr(commands, options.command)(options, lang))
    except FashionModelsError as error:
        sys.exit(commands.complain(error, lang))
    except KeyboardInterrupt:
        sys.exit(130)
