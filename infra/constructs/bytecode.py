"""Bytecode for the target's interpreter: Lambda's file system is read-only, so Python never caches there.

A cold start without it took 1,472 ms of imports, with it 694 ms (docs/decisions).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.workspace import Target


def interpreter_for(target: Target) -> Path | None:
    """An interpreter on this machine of the target's minor version, or None."""
    return target.interpreter or _find(target.python)


def compile_tree(directory: Path, *, interpreter: Path, runs_at: str) -> None:
    """Write bytecode beside every module under `directory`.

    Unchecked hashes, because Lambda's files have other times than ours and checking costs a read per module.

    Args:
        directory: What will be unpacked at `runs_at`.
        interpreter: Of the same minor version as the one that will run it.
        runs_at: The path in Lambda, so that a traceback names the file that is there.
    """
    subprocess.run(  # noqa: S603 - an interpreter found by name, and our own paths
        [
            interpreter,
            "-I",
            "-m",
            "compileall",
            "-q",
            "-f",
            "--invalidation-mode=unchecked-hash",
            "-s",
            str(directory),
            "-p",
            runs_at,
            str(directory),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def find_uv() -> str | None:
    """uv, on the path or beside the running interpreter: the CDK CLI knows nothing of our environment."""
    return shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))


@cache
def _find(version: str) -> Path | None:
    for candidate in _candidates(version):
        try:
            answer = subprocess.run(  # noqa: S603 - the candidates are paths that carry the version in their name
                [candidate, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                check=False,
                capture_output=True,
                text=True,
            )
        except OSError:
            continue
        # pyenv's shims exist for versions that are not switched on; they answer with an error
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return candidate
    return None


def _candidates(version: str) -> list[Path]:
    found = [shutil.which(f"python{version}")]
    if uv := find_uv():
        answer = subprocess.run(  # noqa: S603 - uv as found on the path, asked for a version number
            [uv, "python", "find", "--no-python-downloads", version],
            check=False,
            capture_output=True,
            text=True,
        )
        found.append(answer.stdout.strip() if answer.returncode == 0 else None)
    pyenv = Path.home() / ".pyenv" / "versions"
    return [Path(path) for path in found if path] + sorted(pyenv.glob(f"{version}.*/bin/python{version}"))
