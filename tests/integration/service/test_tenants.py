"""Keys, scopes and tenants: nobody sees or does what is another's, on any route."""

from __future__ import annotations

import pytest

from fashion_models.client import Client
from fashion_models.ui.api.app import make_api

from .served import TEE, Server


@pytest.fixture(scope="module")
def made(server: Server) -> dict[str, str]:
    """Ids of everything a tenant has."""
    with Client(server.url, server.key("shop")) as shop:
        photo = shop.upload(TEE)
        job = shop.wait(shop.create_job([{"photo": photo}]), timeout=30, every=0.1)
        item = next(shop.items(job))
    return {"job_id": job.id, "item_id": item.id, "upload_id": photo, "which": "picture"}


def test_a_stranger_gets_nothing_on_any_route(server: Server, made: dict[str, str]) -> None:
    tried = 0
    with server.http(server.key("rival")) as http:
        for path, methods in make_api().openapi()["paths"].items():
            for method in methods:
                if "{" not in path:
                    continue
                address = path.format(**made)
                answer = http.request(method, address, params={"token": "W10.AAAA"})
                assert answer.status_code in (403, 404), f"{method} {address}: {answer.status_code}"
                tried += 1
        assert http.get("/v1/jobs").json()["jobs"] == []
        own = http.post("/v1/uploads", json={}).json()
        http.put(own["url"], content=TEE.read_bytes())
        photo, item = made["upload_id"], made["item_id"]
        for foreign in (
            {"photo": photo},
            {"photo": own["id"], "worn_with": photo},
            {"photo": own["id"], "pose_photo": photo},
            {"photo": own["id"], "identity_card": item, "finisher": "mid"},
        ):
            assert http.post("/v1/jobs", json={"shots": [foreign]}).status_code == 404
    assert tried >= 7


def test_every_route_but_signed_links_asks_for_a_key(server: Server, made: dict[str, str]) -> None:
    signed = ("/v1/files/{item_id}/{which}", "/v1/uploads/{upload_id}/content")
    with server.http() as http:
        for path, methods in make_api().openapi()["paths"].items():
            for method in methods:
                answer = http.request(method, path.format(**made), json={"shots": [{}]})
                expected = 422 if path in signed else 401
                assert answer.status_code == expected, f"{method} {path}: {answer.status_code}"


@pytest.mark.parametrize("key", ["fm_000000000000_x", "fm_", "nonsense", "W10.AAAA"])
def test_an_unknown_key_opens_nothing(server: Server, key: str) -> None:
    with server.http(Authorization=f"Bearer {key}") as http:
        answer = http.get("/v1/jobs")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_does_what_its_scopes_say(server: Server, made: dict[str, str]) -> None:
    with server.http(server.key("shop", "jobs:read")) as http:
        assert http.get(f"/v1/jobs/{made['job_id']}").status_code == 200
        refused = http.post("/v1/uploads", json={})
        assert refused.status_code == 403 and "'jobs:write'" in refused.json()["detail"]
        assert http.post("/v1/launches", json={"origin": "https://a.example"}).status_code == 403
        assert http.get("/metrics").status_code == 401
    with server.http(server.key("shop", "metrics")) as http:
        assert "fashion_models_shots" in http.get("/metrics").text
        assert http.get("/v1/jobs").status_code == 403


def test_a_revoked_key_opens_nothing_and_only_its_hash_is_kept(server: Server) -> None:
    key = server.key("shop")
    with server.http(key) as http:
        assert http.get("/v1/jobs").status_code == 200
        server.identities.revoke(key.split("_")[1])
        _wait_for_memory()
        assert http.get("/v1/jobs").status_code == 401
    for file in server.settings.place.data.glob("jobs.sqlite*"):
        assert key.split("_", 2)[2].encode() not in file.read_bytes()


def _wait_for_memory() -> None:
    """The server's own memory of keys lasts five seconds: it is another object than the test's."""
    import time

    time.sleep(5.2)
