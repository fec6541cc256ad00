"""Options of ``serve``, ``worker`` and ``keys``; nothing heavy is imported: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from typing import Any, Protocol

from fashion_models.ui.api.texts import text


class Commands(Protocol):
    """What `argparse.ArgumentParser.add_subparsers` gives."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Add a command."""
        ...


def add_commands(commands: Commands, lang: str) -> None:
    """Add the three commands, their texts in one language."""

    def command(name: str) -> _Options:
        say = text(name, lang)
        return _Options(commands.add_parser(name, help=say, description=say), lang)

    serve = command("serve")
    serve.add("--host", "host", metavar="ADDRESS", default="127.0.0.1")
    serve.add("--port", "port", metavar="N", type=int, default=7860)
    _add_place(serve)
    serve.add("--workers", "workers", metavar="N", type=int, default=1)
    serve.add("--renderer", "renderer", metavar="NAME", default="shoot")
    serve.add("--sign-in", "sign_in_way", metavar="WAY", default="none")
    serve.add("--public-url", "public_url", metavar="URL")
    serve.add("--origin", "origin", metavar="URL", action="append", default=[])
    serve.add("--proxy-network", "proxy_network", metavar="NETWORK", action="append", default=[])
    serve.add("--user-header", "user_header", metavar="NAME", default="X-Forwarded-User")
    serve.add("--tenant-header", "tenant_header", metavar="NAME")
    serve.add("--no-page", "no_page", action="store_true")
    worker = command("worker")
    _add_place(worker)
    worker.add("--lane", "lane", choices=["preview", "shots"], action="append")
    worker.add("--renderer", "renderer", metavar="NAME", default="shoot")
    worker.add("--name", "worker_name", metavar="NAME")
    worker.parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    _add_keys(command("keys"), lang)


class _Options:
    """A parser whose options take their help from the texts."""

    def __init__(self, parser: argparse.ArgumentParser, lang: str) -> None:
        self.parser = parser
        self._lang = lang

    def add(self, flag: str, key: str, **settings: Any) -> None:
        self.parser.add_argument(flag, help=text(key, self._lang), **settings)


def _add_place(options: _Options) -> None:
    options.add("--data", "data", metavar="DIR", default="data")
    options.add("--database", "database", metavar="URL")
    options.add("--pictures", "pictures", metavar="WHERE")
    options.add("--private-webhooks", "private_webhooks", action="store_true")


def _add_keys(keys: _Options, lang: str) -> None:
    _add_place(keys)
    actions = keys.parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", help=text("keys_actions", lang)
    )

    def action(name: str, key: str) -> _Options:
        say = text(key, lang)
        return _Options(actions.add_parser(name, help=say, description=say), lang)

    create = action("create", "create")
    create.add("--tenant", "tenant", metavar="NAME", required=True)
    create.add("--scope", "scope", metavar="NAME", action="append")
    create.add("--label", "label", metavar="TEXT", default="")
    action("list", "list")
    action("revoke", "revoke").add("key", "key_id", metavar="ID")
    account = action("account", "account")
    account.add("name", "name", metavar="NAME")
    account.add("--tenant", "tenant", metavar="NAME", required=True)
    webhook = action("webhook", "webhook")
    webhook.add("tenant", "tenant", metavar="TENANT")
    webhook.add("--rotate", "rotate", action="store_true")
    tenant = action("tenant", "tenant_limits")
    tenant.add("tenant", "tenant", metavar="TENANT")
    tenant.add("--origin", "embed_origin", metavar="URL", action="append")
    tenant.add("--rate", "rate", metavar="N", type=int)
    tenant.add("--waiting", "waiting", metavar="N", type=int)
