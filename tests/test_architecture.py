"""Three rings, one direction; heavy packages only where they are used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RINGS = {"fashion_models": ROOT / "fashion_models", "pipelines": ROOT / "pipelines", "ui": ROOT / "ui"}
FORBIDDEN = {
    "fashion_models": ("fashion_models.pipelines", "fashion_models.ui"),
    "pipelines": ("fashion_models.ui",),
    "ui": (),
}
HEAVY = (
    "anny",
    "boto3",
    "diffusers",
    "gradio",
    "mitsuba",
    "newton",
    "pymatting",
    "pyoidn",
    "ray",
    "skimage",
    "torch",
    "warp",
)


#: Modules of kernels and networks must see warp or torch when they are read; they are imported inside
#: functions themselves.
KERNELS = {
    ROOT / "fashion_models/drape/kernels.py",
    ROOT / "fashion_models/pose/fit.py",
    ROOT / "pipelines/finish/loading.py",
    ROOT / "pipelines/finish/unet.py",
    ROOT / "pipelines/finish/zimage.py",
}


def imports_of(path: Path, *, top_level: bool) -> set[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("ring", RINGS)
def test_no_ring_imports_an_outer_one(ring: str) -> None:
    for path in RINGS[ring].rglob("*.py"):
        for name in imports_of(path, top_level=False):
            assert not name.startswith(FORBIDDEN[ring]) or not FORBIDDEN[ring], f"{path} imports {name}"


@pytest.mark.parametrize("ring", RINGS)
def test_heavy_packages_are_imported_inside_functions(ring: str) -> None:
    for path in set(RINGS[ring].rglob("*.py")) - KERNELS:
        for name in imports_of(path, top_level=True):
            assert name.split(".")[0] not in HEAVY, f"{path} imports {name} at the top"


@pytest.mark.parametrize("module", ["fashion_models", "fashion_models.plan", "fashion_models.ui.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_client_needs_httpx_and_nothing_of_the_project() -> None:
    for path in (ROOT / "client").rglob("*.py"):
        for name in imports_of(path, top_level=False):
            ours = name.startswith("fashion_models") and not name.startswith("fashion_models.client")
            assert not ours, f"{path} imports {name}"


def test_files_stay_under_four_hundred_lines() -> None:
    long = {
        str(p): n
        for r in RINGS.values()
        for p in r.rglob("*.py")
        if (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}
