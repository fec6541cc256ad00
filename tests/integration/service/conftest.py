"""One server for a module's tests, with accounts and the keys of two tenants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fashion_models.client import Client
from fashion_models.ui.api.identity import Tenant

from .served import SITE, Server, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("served"), sign_in="accounts") as started:
        started.identities.set_tenant(Tenant(name="shop", origins=(SITE,)))
        yield started


@pytest.fixture
def shop(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key("shop")) as client:
        yield client


@pytest.fixture
def rival(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key("rival")) as client:
        yield client
