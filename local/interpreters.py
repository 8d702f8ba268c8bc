"""Find the Pythons of this machine, and make environments from them. Standard library only."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.setup_steps import Log

# What the functions run on in the cloud (infra: Runtime.PYTHON_3_13); locally the same where it is to be had.
LAMBDA_VERSION = "3.13"
OLDEST = "3.11"

VENV_HINT = "Python's venv module is missing. Debian, Ubuntu: sudo apt-get install python3-venv"


def version_of(interpreter: Path | str) -> str:
    """Return `3.13` and the like, or an empty string where nothing that answers lies there."""
    try:
        answer = subprocess.run(  # noqa: S603 - an interpreter by its own name, asked for its version
            [str(interpreter), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    # pyenv's shims exist for versions that are not switched on; they answer with an error.
    return answer.stdout.strip() if answer.returncode == 0 else ""


def newest_for_lambda(*, fallback: Path, uv: Path) -> Path:
    """Return an interpreter of Lambda's version, or the fallback where this machine has none."""
    name = f"python{LAMBDA_VERSION}"
    asked = subprocess.run(  # noqa: S603 - our own uv, asked for a path
        [str(uv), "python", "find", "--no-python-downloads", "--system", LAMBDA_VERSION],
        capture_output=True,
        text=True,
        check=False,
    )
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        shutil.which(name),
        asked.stdout.strip() if asked.returncode == 0 else None,
        *sorted(pyenv.glob(f"{LAMBDA_VERSION}.*/bin/{name}"), reverse=True),
    ]
    for candidate in candidates:
        if candidate and version_of(candidate) == LAMBDA_VERSION:
            return Path(candidate)
    return fallback


def make_environment(log: "Log", folder: Path) -> None:
    """Make a virtual environment with pip in it, unless a usable one is there.

    Raises:
        SetupError: this Python cannot make one, and nothing else here can.
    """
    python = folder / "bin" / "python"
    if tuple(map(int, (version_of(python) or "0.0").split("."))) >= tuple(map(int, OLDEST.split("."))):
        return
    shutil.rmtree(folder, ignore_errors=True)
    if uv := shutil.which("uv"):
        log.run(uv, "venv", "--quiet", "--seed", "--python", sys.executable, folder, hint=VENV_HINT)
        return
    # Debian keeps this module in a package of its own, which root may simply install.
    if not _has_ensurepip() and os.geteuid() == 0 and (apt_get := shutil.which("apt-get")):
        log.run(apt_get, "update", "--quiet", hint=VENV_HINT)
        log.run(
            apt_get, "install", "--yes", "--quiet", "--no-install-recommends", "python3-venv", hint=VENV_HINT
        )
    log.run(sys.executable, "-m", "venv", folder, hint=VENV_HINT)


def _has_ensurepip() -> bool:
    return (
        bool(version_of(sys.executable))
        and not subprocess.run(
            [sys.executable, "-c", "import ensurepip"], capture_output=True, check=False
        ).returncode
    )
