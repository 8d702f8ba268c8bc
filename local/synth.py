"""Synthesise the local environment, or take the last synthesis where nothing of its input changed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.assembly import Assembly
from local.errors import LocalError
from local.fingerprint import fingerprint
from local.paths import ASSEMBLY, CLOUD_PYTHON, ROOT

INPUTS = (
    ROOT / "infra",
    ROOT / "functions",
    ROOT / "layers",
    ROOT / "docs" / "openapi.json",
    ROOT / "requirements" / "matching.txt",
    ROOT / "requirements" / "service.txt",
    ROOT / "requirements" / "dev.txt",
    ROOT / "cdk.json",
)
STAMP = ASSEMBLY.parent / "synthesised-from"
TAIL_LINES = 30


def synthesised() -> Assembly:
    """Return the assembly of the local environment for the checkout as it is now.

    jsii alone needs 5 to 20 s to start, which is why an unchanged checkout is never synthesised twice.

    Raises:
        LocalError: the synthesis failed; the message holds the end of what it said.
    """
    wanted = fingerprint(INPUTS, root=ROOT, salt=str(CLOUD_PYTHON.resolve()))
    if not (STAMP.is_file() and STAMP.read_text(encoding="ascii") == wanted and ASSEMBLY.is_dir()):
        _synthesise(wanted)
    return Assembly.read(ASSEMBLY)


def _synthesise(wanted: str) -> None:
    ASSEMBLY.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and then moved: an interrupted synthesis never looks like a finished one.
    beside = Path(tempfile.mkdtemp(dir=ASSEMBLY.parent, prefix="synth-"))
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
        shutil.rmtree(ASSEMBLY, ignore_errors=True)
        beside.rename(ASSEMBLY)
        STAMP.write_text(wanted, encoding="ascii")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
