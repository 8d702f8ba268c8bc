"""A layer: wheels for the target, pinned by hash, and the one package of ours that needs them."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from aws_cdk import Annotations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bytecode import compile_tree, find_uv, interpreter_for
from infra.constructs.prepared_asset import copy_sources, digest, prepared_code, python_sources

if TYPE_CHECKING:
    from pathlib import Path

    from infra.workspace import Target, Workspace

# Raised when the rules below change what lands in the layer.
_LAYOUT = "1"
# Never imported at run time; a third of numpy's files.
_TRIMMED_DIRECTORIES = ("tests", "__pycache__", "numpy/f2py", "numpy/_core/include", "numpy/_core/lib", "bin")
_TRIMMED_SUFFIXES = (".pyi", ".pyx", ".pxd", ".a", ".h", ".c")
# Versions are looked up in METADATA, and a licence travels with what it licenses.
_KEPT_OF_DIST_INFO = ("METADATA", "entry_points.txt")


class WheelLayer(Construct):
    """`python/<wheels>` and `python/<package>`, for one target."""

    def __init__(
        self, scope: Construct, construct_id: str, *, package: str, workspace: Workspace, target: Target
    ) -> None:
        super().__init__(scope, construct_id)
        interpreter = interpreter_for(target)
        if interpreter is None:
            Annotations.of(self).add_info(
                f"no Python {target.python} here: layer {package} goes without bytecode and imports slower"
            )
        self.version = lambda_.LayerVersion(
            self,
            "Version",
            description=f"{package} for Python {target.python} on {target.architecture}",
            compatible_architectures=[lambda_.Architecture.custom(target.architecture)],
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            code=prepared_code(
                source=workspace.layers / package,
                key=layer_key(
                    package=package, workspace=workspace, target=target, bytecode=interpreter is not None
                ),
                cache=workspace.cache / "layers",
                build=lambda into: build_layer(
                    into, package=package, workspace=workspace, target=target, interpreter=interpreter
                ),
            ),
        )


def layer_key(*, package: str, workspace: Workspace, target: Target, bytecode: bool) -> str:
    """What decides a layer: requirements, target, our sources, bytecode or none, and the rules here."""
    return digest(
        "layer",
        _LAYOUT,
        target.key,
        f"bytecode={bytecode}",
        files=[
            ("requirements.txt", workspace.requirements(package)),
            *python_sources(workspace.layers / package),
        ],
    )


def build_layer(
    into: Path, *, package: str, workspace: Workspace, target: Target, interpreter: Path | None
) -> None:
    """Fill the folder `into` with the layer.

    Raises:
        RuntimeError: uv is not installed, or a wheel could not be had; uv's own words are in the message.
    """
    python = into / "python"
    _install(python, requirements=workspace.requirements(package), target=target)
    _trim(python)
    copy_sources(python_sources(workspace.layers / package), python)
    if interpreter is not None:
        compile_tree(python, interpreter=interpreter, runs_at="/opt/python")


def _install(into: Path, *, requirements: Path, target: Target) -> None:
    uv = find_uv()
    if uv is None:
        raise RuntimeError("uv is not installed: run `make setup`")
    where = ["--python-platform", target.wheel_platform] if target.wheel_platform else []
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += [*where, "--python-version", target.python, "--target", str(into), "-r", str(requirements)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own paths
    if answer.returncode != 0:
        msg = f"uv could not install {requirements.name} for {target.key}:\n{answer.stderr.strip()}"
        raise RuntimeError(msg)


def _trim(python: Path) -> None:
    for pattern in _TRIMMED_DIRECTORIES:
        for directory in [path for path in python.rglob(pattern) if path.is_dir()]:
            shutil.rmtree(directory)
    for path in [path for path in python.rglob("*") if path.is_file()]:
        in_dist_info = path.parent.suffix == ".dist-info"
        kept = path.name in _KEPT_OF_DIST_INFO or path.name.upper().startswith(
            ("LICENSE", "LICENCE", "NOTICE")
        )
        if path.suffix in _TRIMMED_SUFFIXES or path.name == "py.typed" or (in_dist_info and not kept):
            path.unlink()
