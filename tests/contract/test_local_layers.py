"""A layer is unpacked once for all processes of the local cloud, and each sees what is its own."""

from __future__ import annotations

import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.cloud_process import sharing_layers
from tests.support.client import Device
from tests.support.http import send
from tests.support.transport import Http

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import Stack


def packed(file: Path, holds: Mapping[str, str]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as written:
        for name, text in holds.items():
            written.writestr(name, text)
    return file


def unpacked(folder: Path, worker: str, holds: Mapping[str, str], *, into: str = "layer_0") -> Path:
    """Unpack as ministack does for one process."""
    target = folder / worker / into
    target.mkdir(parents=True)
    with sharing_layers(folder / "layers").ZipFile(packed(folder / worker / "0.zip", holds)) as layer:
        layer.extractall(target)
    return target


def test_two_processes_have_the_same_files(tmp_path: Path) -> None:
    one, two = (unpacked(tmp_path, worker, {"python/a.py": "a = 1"}) for worker in ("one", "two"))

    assert (one / "python" / "a.py").read_text() == (two / "python" / "a.py").read_text() == "a = 1"
    assert one.resolve() == two.resolve() != one
    assert not list(tmp_path.glob("*/0.zip"))


def test_another_layer_is_another(tmp_path: Path) -> None:
    old = unpacked(tmp_path, "one", {"python/a.py": "a = 1"})
    new = unpacked(tmp_path, "two", {"python/a.py": "a = 2"})

    assert [(at / "python" / "a.py").read_text() for at in (old, new)] == ["a = 1", "a = 2"]


def test_many_at_once_unpack_it_whole(tmp_path: Path) -> None:
    zips = sharing_layers(tmp_path / "layers").ZipFile
    holds = {f"python/{number}.py": str(number) for number in range(200)}

    def begin(worker: int) -> int:
        target = tmp_path / str(worker) / "layer_1"
        target.mkdir(parents=True)
        with zips(packed(tmp_path / str(worker) / "1.zip", holds)) as layer:
            layer.extractall(target)
        return len(list((target / "python").iterdir()))

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(begin, range(32))) == {200}
    assert len(list((tmp_path / "layers").iterdir())) == 1


def test_code_is_its_own(tmp_path: Path) -> None:
    code = unpacked(tmp_path, "one", {"handler.py": "a = 1"}, into="code")

    assert code.resolve() == code
    assert (code / "handler.py").exists()
    assert (tmp_path / "one" / "0.zip").exists()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to read another process's environment")
def test_the_running_functions_share_theirs(stack: Stack) -> None:
    assert send(stack.url, path="/.well-known/jwks.json").status == 200
    assert Device(Http(stack.url)).challenge("account")

    layers = [Path(one) for process in _processes(stack) for one in _layers_of(process)]

    assert len(layers) >= 3
    assert all(one.is_symlink() for one in layers)
    assert len({one.resolve() for one in layers}) < len(layers)


def _processes(stack: Stack) -> list[Path]:
    children = Path(f"/proc/{stack.cloud.pid}/task").glob("*/children")
    return [Path("/proc", child) for one in children for child in one.read_text(encoding="ascii").split()]


def _layers_of(process: Path) -> list[str]:
    environment = (process / "environ").read_bytes().split(b"\0")
    said = [value for value in environment if value.startswith(b"_LAMBDA_LAYERS_DIRS=")]
    return [one for value in said for one in value.partition(b"=")[2].decode().split(os.pathsep)]
