"""OpenStack Swift with its S3 interface on loopback: checks signatures and content, as moto does not.

Its packages clash with ours, so it has a virtual environment of its own below the cache, made on first use.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fashion_models.cache import cache_root
from support.s3 import free_port, wait_for_port

PACKAGES = ("swift==2.38.3", "setuptools<81")
KEYS = {
    "AWS_ACCESS_KEY_ID": "test:tester",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_FILTERS = (
    *("catch_errors", "gatekeeper", "cache", "listing_formats", "bulk", "s3api", "tempauth"),
    *("copy", "slo", "dlo", "versioned_writes", "symlink"),
)
_EGGS = {"cache": "memcache"}
_OPTIONS = {
    "tempauth": "user_test_tester = testing .admin",
    "s3api": "location = us-east-1",
    "versioned_writes": "allow_object_versioning = true",
}


@contextmanager
def swift_server(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Four processes, one device, no replication; gives the endpoint and its keys."""
    programs = environment() / "bin"
    settings = folder / "swift"
    for name in ("etc", "node/d1"):
        (settings / name).mkdir(parents=True)
    port = free_port()
    write_settings(settings, programs, port)
    servers = [
        subprocess.Popen(
            [programs / "python", programs / f"swift-{name}-server", settings / f"etc/{name}-server.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name in ("object", "container", "account", "proxy")
    ]
    try:
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}", KEYS
    finally:
        for server in servers:
            server.kill()
            server.wait()


def environment() -> Path:
    """The virtual environment; the test is skipped where it cannot be made."""
    home = cache_root() / "tests/swift"
    if not (home / "ready").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", home], check=True, capture_output=True)
            pip = [home / "bin/python", "-m", "pip", "install", "-q", *PACKAGES]
            subprocess.run(pip, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"Swift cannot be installed here: {str(error.stderr)[-300:]}")
        (home / "ready").touch()
    return home


def write_settings(folder: Path, programs: Path, port: int) -> None:
    etc = folder / "etc"
    (etc / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = s\nswift_hash_path_prefix = p\n"
        "[storage-policy:0]\nname = default\ndefault = yes\n"
    )
    common = f"bind_ip = 127.0.0.1\nswift_dir = {etc}\nworkers = 0\nuser = {getpass.getuser()}\n"
    for name in ("object", "container", "account"):
        own = free_port()
        ring = [programs / "python", programs / "swift-ring-builder", etc / f"{name}.builder"]
        add = f"add --region 1 --zone 1 --ip 127.0.0.1 --port {own} --device d1 --weight 1"
        for order in ("create 4 1 0", add, "rebalance"):
            done = subprocess.run([*ring, *order.split()], capture_output=True, text=True, check=False)
            assert done.returncode in (0, 1), done.stdout + done.stderr  # 1: balanced, with a warning
        (etc / f"{name}-server.conf").write_text(
            f"[DEFAULT]\n{common}bind_port = {own}\ndevices = {folder / 'node'}\nmount_check = false\n"
            "fallocate_reserve = 0\ndisable_fallocate = true\n"
            f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
        )
    filters = "".join(
        f"[filter:{name}]\nuse = egg:swift#{_EGGS.get(name, name)}\n{_OPTIONS.get(name, '')}\n"
        for name in _FILTERS
    )
    (etc / "proxy-server.conf").write_text(
        f"[DEFAULT]\n{common}bind_port = {port}\n"
        f"[pipeline:main]\npipeline = {' '.join(_FILTERS)} proxy-server\n"
        "[app:proxy-server]\nuse = egg:swift#proxy\nallow_account_management = true\n"
        f"account_autocreate = true\n{filters}"
    )
    os.sync()
