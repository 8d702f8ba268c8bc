"""One digest over files, so that a step whose input did not change can be skipped.

Standard library only: `bootstrap.py` uses it before any environment exists.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

# Caches, and what a build writes among its own sources.
SKIPPED_FOLDERS = frozenset(
    {
        "__pycache__",
        "node_modules",
        "dist",
        "cdk.out",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        "public/assets",
    }
)


def fingerprint(paths: Iterable[Path], *, root: Path, salt: str = "") -> str:
    """Return the SHA-256 over names and contents of files, and of everything in folders.

    Args:
        paths: Files and folders; one that does not exist counts as empty.
        root: What names are relative to, so that a checkout can be moved.
        salt: Anything else that the result depends on.
    """
    digest = hashlib.sha256(salt.encode())
    for file in sorted({file for path in paths for file in _files(path)}):
        content = file.read_bytes()
        # Lengths first, so that no two different sets of files give the same bytes.
        digest.update(f"\0{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [
        file
        for file in path.rglob("*")
        if file.is_file() and not _skipped(file.relative_to(path)) and file.suffix != ".pyc"
    ]


def _skipped(inside: Path) -> bool:
    wrapped = f"/{inside.parent.as_posix()}/"
    return any(f"/{folder}/" in wrapped for folder in SKIPPED_FOLDERS)
