"""Synthesise the local environment, or take the last synthesis where nothing of its input changed."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.assembly import Assembly
from local.errors import LocalError
from local.fingerprint import fingerprint
from local.paths import ASSEMBLIES, CLOUD_PYTHON, ROOT

INPUTS = (
    ROOT / "infra",
    ROOT / "functions",
    ROOT / "layers",
    ROOT / "requirements" / "matching.txt",
    ROOT / "requirements" / "service.txt",
    ROOT / "requirements" / "dev.txt",
    ROOT / "cdk.json",
)
UNFINISHED = "unfinished-"
KEPT = 3
"""How many syntheses stay: another process may still be reading the last one."""
TAIL_LINES = 30


def synthesised() -> Assembly:
    """Return the assembly of the local environment for the checkout as it is now.

    jsii alone needs 5 to 20 s to start, which is why an unchanged checkout is never synthesised twice. Each
    synthesis has a folder named after its input, so that one in use is never changed.

    Raises:
        LocalError: the synthesis failed; the message holds the end of what it said.
    """
    ASSEMBLIES.mkdir(parents=True, exist_ok=True)
    folder = ASSEMBLIES / fingerprint(INPUTS, root=ROOT, salt=str(CLOUD_PYTHON.resolve()))[:16]
    with (ASSEMBLIES / "lock").open("w") as lock:
        # Two that start at once need one synthesis, not two.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _synthesise(folder)
        os.utime(folder)
        _remove_old()
    return Assembly.read(folder)


def _synthesise(folder: Path) -> None:
    # Beside its place and then moved: an interrupted synthesis never looks like a finished one.
    beside = Path(tempfile.mkdtemp(dir=ASSEMBLIES, prefix=UNFINISHED))
    try:
        run = subprocess.run(  # noqa: S603 - our interpreter, our module, our paths
            [
                sys.executable,
                "-m",
                "infra.app",
                "--environment=local",
                f"--outdir={beside}",
                f"--python={CLOUD_PYTHON}",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                # uv builds the layers; it lies beside our interpreter.
                "PATH": os.pathsep.join(
                    [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
                ),
                # Node 20 is named in the README; its end of life is not news at every start.
                "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
                "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            tail = "\n".join((run.stdout + run.stderr).splitlines()[-TAIL_LINES:])
            raise LocalError(f"The template could not be synthesised. The end of what it said:\n{tail}")
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _remove_old() -> None:
    folders = [
        path for path in ASSEMBLIES.iterdir() if path.is_dir() and not path.name.startswith(UNFINISHED)
    ]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
