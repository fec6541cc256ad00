"""The door to the page: sessions, other sites, proxies; and no way in from outside without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fashion_models.errors import PlanError
from fashion_models.pipelines.jobs.open import Place, open_jobs
from fashion_models.ui.api.guard import COOKIE
from fashion_models.ui.api.identity import Identities
from fashion_models.ui.api.settings import Settings

from .served import Server, Service, running

PASSWORD = "correct horse battery"


@pytest.fixture
def account(server: Server) -> None:
    server.identities.set_account("ann", "shop", PASSWORD)


def sign_in(http: httpx.Client, password: str = PASSWORD, **form: str) -> httpx.Response:
    return http.post("/login", data={"name": "ann", "password": password} | form)


def test_a_stranger_is_sent_to_the_sign_in_and_programs_get_a_problem(server: Server) -> None:
    with server.http() as http:
        page = http.get("/", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Location"]) == (303, "/login?next=/")
        for path in (
            "/config",
            "/gradio_api/info",
            "/gradio_api/mcp/",
            "/gradio_api/upload",
            "/page/cards/a",
        ):
            answer = http.post(path) if "upload" in path else http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert http.get("/healthz").status_code == 200
        assert "frame-ancestors 'none'" in http.get("/login").headers["Content-Security-Policy"]


def test_the_right_password_opens_a_session_of_the_accounts_tenant(server: Server, account: None) -> None:
    with server.http() as http:
        assert sign_in(http, "wrong").status_code == 401
        welcome = sign_in(http, next="/?tab=1")
        assert (welcome.status_code, welcome.headers["Location"]) == (303, "/?tab=1")
        cookie = welcome.headers["Set-Cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie
        assert http.get("/v1/jobs").status_code == 200
        http.post("/logout")
        http.cookies.set(COOKIE, welcome.cookies[COOKIE])
        assert http.get("/v1/jobs").status_code == 401


def test_a_session_that_an_attacker_planted_is_not_the_one_that_opens(server: Server, account: None) -> None:
    with server.http() as http:
        http.cookies.set(COOKIE, "planted")
        welcome = sign_in(http)
        assert welcome.cookies[COOKIE] != "planted"
        first = welcome.cookies[COOKIE]
    with server.http(Cookie=f"{COOKIE}=planted") as http:
        assert http.get("/v1/jobs").status_code == 401
    with server.http(Cookie=f"{COOKIE}={first}") as http:
        assert sign_in(http).cookies[COOKIE] != first
        assert http.get("/v1/jobs").status_code == 401  # the older session ended with the new sign-in


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx"])
def test_a_sign_in_never_leads_to_another_site(server: Server, account: None, target: str) -> None:
    with server.http() as http:
        assert sign_in(http, next=target).headers["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_cannot_act_with_a_persons_session(server: Server, headers: dict[str, str]) -> None:
    with server.http(Cookie=f"{COOKIE}={server.identities.open_session('shop')}") as http:
        assert http.post("/v1/uploads", json={}, headers={"Origin": server.url}).status_code == 201
        refused = http.post("/v1/uploads", json={}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_origin")
        assert http.post("/login", data={}, headers=headers).status_code == 403


def test_other_sites_scripts_read_nothing_unless_the_operator_names_them(tmp_path: Path) -> None:
    friend = "https://tools.shop.example"
    with running(tmp_path, work_too=False, origins=(friend,)) as server, server.http() as http:
        evil = http.get("/v1/poses", headers={"Origin": "https://evil.example"})
        known = http.get("/v1/poses", headers={"Origin": friend})
    assert "access-control-allow-origin" not in evil.headers
    assert known.headers["access-control-allow-origin"] == friend
    assert "access-control-allow-credentials" not in known.headers


def test_guessing_passwords_is_slowed_down(tmp_path: Path) -> None:
    with running(tmp_path, work_too=False, sign_in="accounts") as server, server.http() as http:
        statuses = [sign_in(http, "wrong").status_code for _ in range(12)]
    assert statuses[:10] == [401] * 10 and statuses[-1] == 429


@pytest.fixture
def behind_proxy(tmp_path: Path) -> Iterator[Server]:
    options = {"sign_in": "proxy", "proxy_networks": ("127.0.0.1/32",), "tenant_header": "X-Shop"}
    with running(tmp_path, work_too=False, **options) as server:
        yield server


def test_a_proxys_headers_say_who_it_is(behind_proxy: Server) -> None:
    with behind_proxy.http() as http:
        assert http.get("/v1/jobs").status_code == 401
        assert http.get("/v1/jobs", headers={"X-Forwarded-User": "ann"}).status_code == 401
        both = {"X-Forwarded-User": "ann", "X-Shop": "shop"}
        assert http.get("/v1/jobs", headers=both).status_code == 200


def test_headers_of_anyone_but_the_proxy_are_not_believed(tmp_path: Path) -> None:
    options = {"sign_in": "proxy", "proxy_networks": ("10.9.9.9/32",)}
    with running(tmp_path, work_too=False, **options) as server, server.http() as http:
        assert http.get("/v1/jobs", headers={"X-Forwarded-User": "ann"}).status_code == 401


def test_without_sign_in_only_this_machine_is_served(tmp_path: Path) -> None:
    place = Place(data=tmp_path)
    with pytest.raises(PlanError, match=r"0\.0\.0\.0 would be open to everyone"):
        Settings(place=place, host="0.0.0.0")
    with pytest.raises(PlanError, match="anyone could set the proxy's header"):
        Settings(place=place, sign_in="proxy")
    with running(tmp_path, work_too=False) as server, server.http() as http:
        assert http.get("/v1/jobs").status_code == 200
        rebound = http.get("/v1/jobs", headers={"Host": "evil.example"})
    assert (rebound.status_code, rebound.json()["code"]) == (403, "forbidden_host")


def test_everything_of_the_page_is_behind_the_sign_in_and_closed_to_other_sites(tmp_path: Path) -> None:
    service = Service(tmp_path, "--sign-in", "accounts", "--workers", "0")
    service.start()
    try:
        with httpx.Client(base_url=service.url) as http:
            for path in ("/config", "/gradio_api/info", "/gradio_api/mcp/", "/gradio_api/file=/etc/passwd"):
                assert http.get(path).status_code == 401, path
            upload = http.post("/gradio_api/upload", files={"files": b"x"})
            joined = http.post("/gradio_api/queue/join", json={})
            assert (upload.status_code, joined.status_code) == (401, 401)
        parts = open_jobs(Place(data=tmp_path))
        session = {"Cookie": f"{COOKIE}={Identities(parts.database).open_session('shop')}"}
        parts.close()
        with httpx.Client(base_url=service.url, headers=session) as http:
            evil = http.get("/config", headers={"Origin": "https://evil.example"})
            assert evil.status_code == 200
            assert "access-control-allow-origin" not in evil.headers
            assert evil.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
            foreign = http.post("/gradio_api/queue/join", headers={"Origin": "https://evil.example"})
            assert foreign.status_code == 403
            assert http.get("/gradio_api/mcp/").status_code == 404
            assert http.get("/gradio_api/file=/etc/passwd").status_code in (403, 404)
    finally:
        service.stop()
