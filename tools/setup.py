"""Build the environment that `make` runs in: packages shared by all clones, the project itself per clone.

Needs Python 3.11 or newer and nothing else. The packages (about 7 GB with CUDA's libraries) live under the
user's cache, in a folder named after the lock file's hash, so a second clone is ready in seconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
UV_VERSION = "0.13.9"
LLVM_PACKAGE = "libllvm19"


def cache_root() -> Path:
    given = os.environ.get("FASHION_MODELS_CACHE")
    if given:
        return Path(given).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fashion-models"


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True)


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def find_uv(cache: Path) -> Path:
    """The `uv` on PATH, else a pinned one of our own."""
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    home = cache / f"uv-{UV_VERSION}"
    if not (home / "bin" / "uv").exists():
        say("fetching uv, the package installer")
        venv.create(home, with_pip=True)
        run(python_of(home), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}")
    return home / "bin" / "uv"


def shared_environment(cache: Path, uv: Path) -> Path:
    """The locked packages; the stamp is written last, so a broken install is made again."""
    key = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    home = cache / f"env-{sys.version_info.major}.{sys.version_info.minor}-{key}"
    stamp = home / "complete"
    if not stamp.exists():
        say(f"installing {len(LOCK.read_text().splitlines())} packages (once, some minutes) into {home}")
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=False)
        run(uv, "pip", "install", "--python", python_of(home), "--quiet", "-r", LOCK)
        stamp.touch()
    return home


def clone_environment(shared: Path, uv: Path) -> None:
    """A small environment of this clone: the shared packages plus this checkout."""
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = shared / "lib" / version / "site-packages"
    (VENV / "lib" / version / "site-packages" / "shared.pth").write_text(f"{packages}\n")
    run(
        uv, "pip", "install", "--python", python_of(VENV), "--quiet",
        "--no-deps", "--no-build-isolation", "--editable", ROOT,
    )  # fmt: skip


def renders_compiled() -> bool:
    """Whether some LLVM or GPU of this machine really renders: the product's own trial, remembered by it."""
    trial = (
        "import sys; from fashion_models.studio.renderer import choose_renderer; "
        "sys.exit(choose_renderer().variant.startswith('scalar'))"
    )
    return subprocess.run([str(python_of(VENV)), "-c", trial], check=False).returncode == 0


def fetch_llvm(cache: Path) -> None:
    """Unpack Debian's LLVM into the cache: eight times the speed, and nothing on the system changes."""
    if sys.platform != "linux" or renders_compiled():
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        say("no LLVM 17 or newer runs: pictures render about eight times slower; see 'fashion-models doctor'")
        return
    with tempfile.TemporaryDirectory() as scratch:

        def apt(*words: str) -> int:
            quiet = subprocess.DEVNULL
            return subprocess.run(
                ["apt-get", *words], check=False, cwd=scratch, stdout=quiet, stderr=quiet
            ).returncode

        if apt("download", LLVM_PACKAGE) and os.geteuid() == 0:  # package lists were never fetched here
            apt("update")
            apt("download", LLVM_PACKAGE)
        packages = list(Path(scratch).glob("*.deb"))
        if not packages:
            say(f"could not fetch {LLVM_PACKAGE}: without it pictures render about eight times slower")
            return
        say(f"unpacking {LLVM_PACKAGE} for the renderer into {cache / 'llvm'}")
        run("dpkg-deb", "-x", packages[0], scratch)
        (cache / "llvm").mkdir(parents=True, exist_ok=True)
        for library in Path(scratch).rglob("libLLVM.so.*"):
            if not library.is_symlink():
                shutil.copy2(library, cache / "llvm" / library.name)


def main() -> None:
    cache = cache_root()
    cache.mkdir(parents=True, exist_ok=True)
    uv = find_uv(cache)
    clone_environment(shared_environment(cache, uv), uv)
    fetch_llvm(cache)
    run(VENV / "bin" / "fashion-models", "setup")
    (VENV / "ready").touch()


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (an older Python may well run this file)
        sys.exit("setup: Python 3.11 or newer is needed, this is " + sys.version.split()[0])
    main()
