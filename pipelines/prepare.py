"""What is slow once, and what this machine can run: `prepare`, `examine`."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashion_models.cache import cache_root
from fashion_models.pipelines.stages import Progress

#: Free memory below which a standard shot may not fit [GB].
NEEDED_MEMORY_GB = 4.0
#: Free disk below which caches and pictures may not fit [GB].
NEEDED_DISK_GB = 2.0


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that was looked at.

    Attributes:
        name: What.
        found: What was found.
        good: False when something is missing or slower than it could be.
        needed: True when nothing works without it.
        cure: What to do about it; empty when good.
    """

    name: str
    found: str
    good: bool
    needed: bool = False
    cure: str = ""


def prepare(progress: Progress | None = None) -> None:
    """Build every cache that the first shot would otherwise wait for; at once when all is there."""
    from fashion_models.drape.drape import warm_up
    from fashion_models.person.body import template
    from fashion_models.person.identity import make_person
    from fashion_models.person.solve import solve_body
    from fashion_models.studio.renderer import choose_renderer

    person = make_person(identity=1)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("body model (about a minute)", template),
        ("body shapes", lambda: solve_body(person)),
        ("skin and hair maps", _skin_maps),
        ("matting", _matting),
        ("cloth kernels (half a minute)", warm_up),
        ("renderer", choose_renderer),
        ("light kernels", _light),
    ]
    for done, (name, step) in enumerate(steps):
        if progress is not None:
            progress(name, done / len(steps))
        step()


def _skin_maps() -> None:
    from fashion_models.person.scalp import scalp_map
    from fashion_models.person.skin_maps import skin_maps

    skin_maps()
    scalp_map()


def _matting() -> None:
    """Let PyMatting compile its functions; Numba keeps them."""
    import numpy as np

    from fashion_models.garment.matting import matte, unmix

    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[16:48, 16:48] = 200
    unmix(rgb, matte(rgb, rgb[..., 0] > 100, 3))


def _light() -> None:
    """Let the renderer compile what it traces light with: three triangles, one of each kind of material."""
    import numpy as np

    from fashion_models.cache import remember
    from fashion_models.studio.model import Camera, Material, Role, Surface
    from fashion_models.studio.render import photograph
    from fashion_models.studio.renderer import choose_renderer

    grey = np.full(3, 0.5, np.float32)
    materials = {
        Role.GARMENT: Material(colour=grey, specular=0.0),
        Role.SKIN: Material(colour=grey, bump=np.zeros((4, 4), np.float32)),
        Role.BASE: Material(colour=grey),
    }
    corners = np.array([[0.0, 0.0, 0.0], [0.3, 0.0, 0.0], [0.0, 0.0, 0.5]])
    pieces = [
        Surface(
            name=role.value,
            role=role,
            vertices=corners + np.array([0.3 * place, 0.0, 0.0]),
            triangles=np.array([[0, 1, 2]], np.int32),
            normals=np.tile([0.0, -1.0, 0.0], (3, 1)),
            material=material,
            uv=np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        )
        for place, (role, material) in enumerate(materials.items())
    ]
    camera = Camera(
        origin=(0.4, -5.0, 0.3), target=(0.4, 0.0, 0.3), fov_deg=14.0, width=48, height=48, azimuth_deg=0.0
    )

    def build() -> dict[str, np.ndarray[Any, Any]]:
        for quality in ("preview", "standard"):
            photograph(pieces, camera, joints=np.tile([0.4, 0.0, 0.3], (18, 1)), quality=quality)
        return {"done": np.array(True)}

    remember("light-kernels", [choose_renderer().label], build)


def examine() -> list[Fact]:
    """Look at what decides speed and success on this machine."""
    from fashion_models.studio.renderer import choose_renderer

    renderer = choose_renderer()
    memory = _free_memory_gb()
    enough = memory is None or memory >= NEEDED_MEMORY_GB
    disk = shutil.disk_usage(_existing(cache_root())).free / 1e9
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return [
        Fact(name="Python", found=sys.version.split()[0], good=sys.version_info >= (3, 11), needed=True),
        Fact(
            name="processor cores",
            found=str(cores),
            good=cores >= 2,
            cure="" if cores >= 2 else "shots take longer",
        ),
        Fact(
            name="free memory",
            found="unknown" if memory is None else f"{memory:.1f} GB",
            good=enough,
            cure="" if enough else f"a standard shot needs up to {NEEDED_MEMORY_GB:.0f} GB",
        ),
        Fact(
            name="free disk for the cache",
            found=f"{disk:.1f} GB in {cache_root()}",
            good=disk >= NEEDED_DISK_GB,
            cure="" if disk >= NEEDED_DISK_GB else "free some space or move it with FASHION_MODELS_CACHE",
        ),
        Fact(name="renderer", found=renderer.label, good=not renderer.note, cure=renderer.note),
        Fact(name="finishers", found="none (the path-traced draft)", good=True),
    ]


def _free_memory_gb() -> float | None:
    """Memory that programs can get, what the system's file cache would give back included; None: not told."""
    facts = Path("/proc/meminfo")
    if not facts.exists():
        return None
    found = re.search(r"MemAvailable:\s+(\d+) kB", facts.read_text())
    return None if found is None else int(found[1]) * 1024 / 1e9


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    folder = path.absolute()
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
