"""What a cold start costs: sizes of the layers as deployed, and the import time of each function.

Sizes are of the production target (arm64). Imports are timed in this machine's own interpreter of the local
cloud, from layers built for it, each in a fresh process, with bytecode and without, in turn.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from benchmarks.table import print_table
from infra.constructs.bytecode import interpreter_for
from infra.constructs.wheel_layer import build_layer
from infra.workspace import LAMBDA, Target, Workspace, this_machine

LAYERS: Final = ("matching", "passkeys", "service")
NEEDS_MATCHING: Final = {"challenges", "enroll", "verify"}
ROUNDS: Final = 5
MEGABYTE: Final = 1e6

_TIMED_IMPORT: Final = """
import time
start = time.perf_counter()
import functions.{name}.handler
print((time.perf_counter() - start) * 1000)
"""
# Names, so that the functions can be imported; nothing is called.
_ENVIRONMENT: Final = {
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "POWERTOOLS_METRICS_NAMESPACE": "FaceSmash",
    "AWS_REGION": "eu-central-1",
}


def main() -> None:
    """Print the figures."""
    workspace = Workspace()
    with tempfile.TemporaryDirectory() as folder:
        _sizes(Path(folder) / "cloud", workspace)
        _imports(Path(folder) / "here", workspace)


def _sizes(folder: Path, workspace: Workspace) -> None:
    rows = []
    for package in LAYERS:
        _build(folder / package, package=package, workspace=workspace, target=LAMBDA)
        files = [path for path in (folder / package).rglob("*") if path.is_file()]
        archive = folder / f"{package}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for path in files:
                zipped.write(path, path.relative_to(folder / package))
        unzipped = sum(path.stat().st_size for path in files)
        bytecode = sum(path.stat().st_size for path in files if path.suffix == ".pyc")
        rows.append([package, *(f"{n / MEGABYTE:.1f}" for n in (archive.stat().st_size, unzipped, bytecode))])
    print_table(f"Layers for {LAMBDA.key}, MB", ["layer", "zipped", "unzipped", "of which bytecode"], rows)


def _imports(folder: Path, workspace: Workspace) -> None:
    interpreter = workspace.root / ".venv-cloud" / "bin" / "python"
    target = this_machine(interpreter)
    with_bytecode, without = folder / "with", folder / "without"
    for package in LAYERS:
        _build(with_bytecode / package, package=package, workspace=workspace, target=target)
        shutil.copytree(
            with_bytecode / package, without / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    names = sorted(path.parent.name for path in workspace.functions.glob("*/handler.py"))
    rows = []
    for name in names:
        # In turn, so that a machine that slows down slows both.
        pairs = [
            (_import_ms(name, with_bytecode, interpreter), _import_ms(name, without, interpreter))
            for _ in range(ROUNDS)
        ]
        fast, slow = (statistics.median(column) for column in zip(*pairs, strict=True))
        rows.append([name, f"{fast:.0f}", f"{slow:.0f}", f"{slow / fast:.2f}"])
    print_table(
        f"Import of a handler, ms, median of {ROUNDS} fresh processes, Python {target.python}",
        ["function", "with bytecode", "without", "ratio"],
        rows,
    )


def _import_ms(name: str, layers: Path, interpreter: Path) -> float:
    used = ("matching", "service") if name in NEEDS_MATCHING else ("service",)
    path = os.pathsep.join([str(Workspace().root), *(str(layers / package / "python") for package in used)])
    answer = subprocess.run(  # noqa: S603 -- our own interpreter and our own code
        [str(interpreter), "-B", "-c", _TIMED_IMPORT.format(name=name)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, **_ENVIRONMENT},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(answer.stdout)


def _build(into: Path, *, package: str, workspace: Workspace, target: Target) -> None:
    into.mkdir(parents=True)
    build_layer(
        into, package=package, workspace=workspace, target=target, interpreter=interpreter_for(target)
    )


if __name__ == "__main__":
    main()
