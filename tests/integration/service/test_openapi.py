"""The OpenAPI document: checked in, honest, and every answer of the server is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from fashion_models.plan import ShotRequest
from fashion_models.ui.api.app import make_api
from fashion_models.ui.api.identity import Tenant
from fashion_models.ui.api.schemas import ShotIn

from .served import Server, running

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/openapi.json"

load_all_checks()
_CHECKS = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


def test_the_document_is_as_checked_in() -> None:
    made = make_api().openapi()
    kept = json.loads(DOCUMENT.read_text())
    assert kept == made, "the API changed: look at the difference, then run 'make openapi'"
    assert made["openapi"].startswith("3.1")


def test_every_option_of_a_shot_can_be_asked_for() -> None:
    asked = {field.name: field.default for field in fields(ShotRequest)}
    assert set(ShotIn.model_fields) - {"custom_id"} == asked.keys()
    defaults = {name: default for name, default in asked.items() if name != "photo"}
    assert {name: ShotIn.model_fields[name].default for name in defaults} == defaults


def test_every_operation_documents_its_problems() -> None:
    for path, methods in make_api().openapi()["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert operation["description"], f"{method} {path}"
            for status in answers:
                if status[0] == "4":
                    assert "application/problem+json" in answers[status]["content"], (
                        f"{method} {path} {status}"
                    )


@schemathesis.serializer("application/x-ndjson")
def _as_it_is(ctx: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@dataclass
class Fuzzed:
    """A server whose tenant may ask as often as a fuzzer does, and a key of its."""

    server: Server
    key: str


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with running(tmp_path_factory.mktemp("fuzzed"), sign_in="accounts", work_too=False) as server:
        server.identities.set_tenant(Tenant(name="shop", rate=10**6))
        yield Fuzzed(server, server.key("shop"))


#: A stream does not end by itself.
schema = schemathesis.openapi.from_dict(make_api().openapi()).exclude(path_regex="/events$")


@schema.parametrize()
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_documented(case: schemathesis.Case, fuzzed: Fuzzed) -> None:
    headers = {"Authorization": f"Bearer {fuzzed.key}"}
    case.call_and_validate(base_url=fuzzed.server.url, headers=headers, checks=_CHECKS, timeout=30)
