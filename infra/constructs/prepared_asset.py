"""Assets that we build ourselves, without Docker: keyed by what goes in, built once, kept in the cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_IGNORED = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


def prepared_code(*, source: Path, key: str, cache: Path, build: Callable[[Path], None]) -> lambda_.AssetCode:
    """Code for a Lambda or a layer.

    Bytecode differs from run to run and zip files carry times, so the hash that CloudFormation sees is that
    of the inputs, never of the output: the same checkout gives the same template.

    Args:
        source: A folder that exists; CDK stages it as it is when a test switches bundling off.
        key: Digest of everything that decides the result.
        cache: Where built results are kept.
        build: Fills the empty folder it is given.
    """
    return lambda_.Code.from_asset(
        str(source),
        asset_hash=key,
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            # never pulled: the local bundling below always answers
            image=DockerImage.from_registry("scratch"),
            local=cast("ILocalBundling", _Prepared(key=key, cache=cache, build=build)),
        ),
    )


def digest(*texts: str, files: Iterable[tuple[str, Path]] = ()) -> str:
    """SHA-256 over texts and named files, each length-prefixed so that no two lists give one digest."""
    sha256 = hashlib.sha256()
    for text in texts:
        _feed(sha256, text.encode())
    for name, path in sorted(files):
        _feed(sha256, name.encode())
        _feed(sha256, path.read_bytes())
    return sha256.hexdigest()


def python_sources(directory: Path) -> list[tuple[str, Path]]:
    """What of a package is deployed: everything but caches, named relative to `directory`'s parent."""
    return [
        (path.relative_to(directory.parent).as_posix(), path)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not _IGNORED.intersection(path.parts) and path.suffix != ".pyc"
    ]


def copy_sources(sources: Iterable[tuple[str, Path]], into: Path) -> None:
    """Copy named files to their places under `into`."""
    for name, path in sources:
        destination = into / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)


def _feed(sha256: Any, data: bytes) -> None:  # noqa: ANN401 - hashlib's type has no public name
    sha256.update(len(data).to_bytes(8, "big"))
    sha256.update(data)


@jsii.implements(ILocalBundling)
class _Prepared:
    def __init__(self, *, key: str, cache: Path, build: Callable[[Path], None]) -> None:
        self._kept = cache / key
        self._build = build

    # jsii's runtime passes the options as one positional value, whatever the protocol's signature says
    def try_bundle(self, output_dir: str, options: object) -> bool:  # noqa: ARG002
        if not self._kept.is_dir():
            self._build_once()
        shutil.copytree(self._kept, output_dir, dirs_exist_ok=True, copy_function=_link_or_copy)
        return True

    def _build_once(self) -> None:
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=self._kept.parent, prefix="building-"))
        building.chmod(0o755)
        try:
            self._build(building)
            building.rename(self._kept)
        except OSError:
            # another synthesis finished the same build first
            if not self._kept.is_dir():
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _link_or_copy(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)
