"""Which of Mitsuba's variants this machine can run: `choose_renderer` → `Renderer`.

A wrong LLVM does not raise, it aborts the process; so a variant is tried in a child process first, and
what came of it is kept on disk until the library or Mitsuba changes.
"""

from __future__ import annotations

import ctypes.util
import functools
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.cache import cache_root, remember
from fashion_models.errors import RenderError

#: LLVM versions that Dr.Jit runs well with, best first; 14 to 16 abort on newer processors.
LLVM_MAJORS = (22, 21, 20, 19, 18, 17)
_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/opt/llvm/lib",
    "/usr/local/opt/llvm/lib",
)
_PROBE_SECONDS = 120
_PROBE = """
import sys
import mitsuba as mi
mi.set_variant(sys.argv[1])
import numpy as np
scene = mi.load_dict({
    'type': 'scene', 'light': {'type': 'constant'},
    'ball': {'type': 'sphere', 'bsdf': {'type': 'principled'}},
    'integrator': {'type': 'path', 'max_depth': 3},
    'sensor': {'type': 'perspective', 'film': {'type': 'hdrfilm', 'width': 8, 'height': 8},
               'to_world': mi.ScalarTransform4f().look_at(origin=[0, -4, 0], target=[0, 0, 0], up=[0, 0, 1])},
})
picture = np.array(mi.render(scene, spp=4))
sys.exit(0 if np.isfinite(picture).all() and picture.max() > 0 else 3)
"""


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """The renderer of this machine.

    Attributes:
        variant: Mitsuba variant: 'cuda_ad_rgb', 'llvm_ad_rgb' or 'scalar_rgb'.
        llvm: Path of the LLVM library, None when the variant needs none.
        llvm_major: Its version, for example 19.
        note: What could be installed to be faster; empty when nothing.
    """

    variant: str
    llvm: str | None
    llvm_major: int | None
    note: str

    @property
    def label(self) -> str:
        """For reports, for example 'mitsuba 3.9.1 llvm_ad_rgb (LLVM 19)'."""
        tail = "" if self.llvm_major is None else f" (LLVM {self.llvm_major})"
        return f"mitsuba {version('mitsuba')} {self.variant}{tail}"


@functools.cache
def choose_renderer() -> Renderer:
    """The fastest variant that renders soundly here; the probe runs once per machine.

    Returns:
        The renderer. ``FASHION_MODELS_RENDERER`` names a variant that is taken instead.

    Raises:
        RenderError: No variant renders, or the named one does not.
    """
    asked = os.environ.get("FASHION_MODELS_RENDERER")
    for renderer in _candidates():
        if asked in (None, renderer.variant) and _is_sound(renderer.variant, renderer.llvm):
            return renderer
    if asked is not None:
        raise RenderError(
            f"renderer '{asked}' does not run here;", cure="Unset FASHION_MODELS_RENDERER, or see 'doctor'."
        )
    raise RenderError(
        "Mitsuba renders with no variant on this machine;", cure="Reinstall the package 'mitsuba'."
    )


@functools.cache
def mitsuba() -> Any:
    """Mitsuba with the chosen variant set; import it only through here."""
    renderer = choose_renderer()
    if renderer.llvm is not None:
        os.environ["DRJIT_LIBLLVM_PATH"] = renderer.llvm
    import mitsuba as mi

    mi.set_variant(renderer.variant)
    mi.set_log_level(mi.LogLevel.Error)
    return mi


def find_llvm() -> list[tuple[int, str]]:
    """LLVM libraries of usable versions, best first, as (major version, path)."""
    found: dict[int, str] = {}
    for folder in (cache_root() / "llvm", *map(Path, _FOLDERS), *_versioned_folders()):
        for path in sorted(folder.glob("libLLVM*")) if folder.is_dir() else []:
            major = _major(path)
            if major in LLVM_MAJORS:
                found.setdefault(major, str(path))
    if not found:  # asking the compiler and the linker takes a third of a second
        named = {major: ctypes.util.find_library(f"LLVM-{major}") for major in LLVM_MAJORS}
        found = {major: name for major, name in named.items() if name is not None}
    return [(major, found[major]) for major in LLVM_MAJORS if major in found]


def _versioned_folders() -> list[Path]:
    return [Path(f"/usr/lib/llvm-{major}/lib") for major in LLVM_MAJORS]


def _major(path: Path) -> int | None:
    """The version a library's name gives, or its target's name; None when it is no shared LLVM."""
    for name in (path.name, path.resolve().name):
        match = re.fullmatch(r"libLLVM(?:-(\d+))?(?:\.so|\.dylib)?(?:\.(\d+))?[\d.]*(?:\.dylib)?", name)
        if match and (match[1] or match[2]):
            return int(match[1] or match[2])
    return None


def _candidates() -> list[Renderer]:
    libraries = find_llvm()
    listed: list[Renderer] = []
    if Path("/proc/driver/nvidia/version").exists():
        listed.append(Renderer(variant="cuda_ad_rgb", llvm=None, llvm_major=None, note=""))
    listed += [
        Renderer(variant="llvm_ad_rgb", llvm=path, llvm_major=major, note="") for major, path in libraries
    ]
    note = (
        "No LLVM of version 17 to 22 was found: pictures render about eight times slower. "
        "Install one (Debian and Ubuntu: 'apt install libllvm19'; macOS: 'brew install llvm')."
    )
    if libraries:
        note = (
            f"No LLVM here renders soundly ({', '.join(path for _, path in libraries)}): another version may."
        )
    return [*listed, Renderer(variant="scalar_rgb", llvm=None, llvm_major=None, note=note)]


def _is_sound(variant: str, llvm: str | None) -> bool:
    """Whether a tiny picture renders in a child process; remembered on disk."""
    library = Path(llvm) if llvm is not None else None
    stamp = library.stat().st_mtime if library is not None and library.exists() else 0.0
    key = [variant, llvm, stamp, version("mitsuba"), version("drjit"), sys.version]
    return bool(remember("renderer", key, lambda: {"sound": np.array(_probe(variant, llvm))})["sound"])


def _probe(variant: str, llvm: str | None) -> bool:
    environment = dict(os.environ)
    if llvm is not None:
        environment["DRJIT_LIBLLVM_PATH"] = llvm
    try:
        child = subprocess.run(
            [sys.executable, "-c", _PROBE, variant],
            env=environment,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0
