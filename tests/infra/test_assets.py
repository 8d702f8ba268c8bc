"""What is built from the checkout: the same for the same input, another for any other."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.constructs.api_function import build_function, function_key
from infra.constructs.bytecode import interpreter_for
from infra.constructs.wheel_layer import build_layer, layer_key
from infra.workspace import LAMBDA, Target, Workspace, this_machine

HERE = this_machine()


@pytest.fixture
def checkout(tmp_path: Path) -> Workspace:
    """A checkout of two functions and one layer with one tiny wheel."""
    for name in ("verify", "export"):
        folder = tmp_path / "functions" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "handler.py").write_text(
            "def handle(event, context):\n    return event\n", encoding="utf-8"
        )
    (tmp_path / "functions" / "__init__.py").touch()
    package = tmp_path / "layers" / "service"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("ANSWER = 42\n", encoding="utf-8")
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    (requirements / "service.txt").write_text(_pinned("python-ulid"), encoding="utf-8")
    return Workspace(root=tmp_path)


def _pinned(package: str) -> str:
    """The block of one package in the real requirements, hashes and all."""
    lines = Workspace().requirements("service").read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next(n for n, line in enumerate(lines[first:], first) if not line.rstrip().endswith("\\"))
    return "".join(lines[first : last + 1])


def _key(workspace: Workspace, *, target: Target = LAMBDA, bytecode: bool = True) -> str:
    return layer_key(package="service", workspace=workspace, target=target, bytecode=bytecode)


def test_a_layer_is_the_same_for_the_same_input(checkout: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(checkout.layers, elsewhere / "layers")
    shutil.copytree(checkout.root / "requirements", elsewhere / "requirements")
    (elsewhere / "layers" / "service" / "__pycache__").mkdir()
    (elsewhere / "layers" / "service" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"anything")

    assert _key(checkout) == _key(Workspace(root=elsewhere))


def test_a_layer_is_another_for_another_input(checkout: Workspace) -> None:
    before = _key(checkout)
    keys = {before, _key(checkout, bytecode=False), _key(checkout, target=HERE)}

    (checkout.layers / "service" / "__init__.py").write_text("ANSWER = 43\n", encoding="utf-8")
    keys.add(_key(checkout))
    requirements = checkout.requirements("service")
    requirements.write_text(requirements.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    keys.add(_key(checkout))

    assert len(keys) == 5


def test_a_renamed_module_is_another_layer(checkout: Workspace) -> None:
    (checkout.layers / "service" / "one.py").write_text("", encoding="utf-8")
    before = _key(checkout)

    (checkout.layers / "service" / "one.py").rename(checkout.layers / "service" / "two.py")

    assert _key(checkout) != before


def test_a_layer_holds_the_wheels_our_package_and_bytecode(checkout: Workspace, tmp_path: Path) -> None:
    into = tmp_path / "layer"
    into.mkdir()

    build_layer(into, package="service", workspace=checkout, target=HERE, interpreter=interpreter_for(HERE))

    python = into / "python"
    assert (python / "service" / "__init__.py").is_file()
    assert list((python / "service" / "__pycache__").glob("__init__.*.pyc"))
    assert (python / "ulid" / "__init__.py").is_file()
    assert not list(python.rglob("RECORD"))
    assert not list(python.rglob("py.typed"))
    assert [path.name for path in python.glob("*.dist-info/METADATA")] == ["METADATA"]
    ran = subprocess.run(  # noqa: S603 - our own code in an interpreter found on the path
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path[:0] = [{str(python)!r}]; import service, ulid; print(ulid.ULID())",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert len(ran.stdout.strip()) == 26


def test_a_layer_of_wheels_without_a_hash_is_refused(checkout: Workspace, tmp_path: Path) -> None:
    checkout.requirements("service").write_text("python-ulid==4.1.1\n", encoding="utf-8")
    into = tmp_path / "layer"
    into.mkdir()

    with pytest.raises(RuntimeError, match="hash"):
        build_layer(into, package="service", workspace=checkout, target=HERE, interpreter=None)


def test_the_real_matching_layer_is_for_lambda(tmp_path: Path) -> None:
    build_layer(tmp_path, package="matching", workspace=Workspace(), target=LAMBDA, interpreter=None)

    libraries = list((tmp_path / "python" / "numpy").rglob("*.so"))

    assert libraries
    # e_machine of an ELF header; 183 is AArch64
    assert {int.from_bytes(path.read_bytes()[18:20], "little") for path in libraries} == {183}
    assert all("cpython-313" in path.name for path in libraries)
    assert not list((tmp_path / "python").rglob("tests"))
    assert (tmp_path / "python" / "matching" / "__init__.py").is_file()


def test_a_functions_package_holds_nothing_of_the_others(checkout: Workspace, tmp_path: Path) -> None:
    into = tmp_path / "function"
    into.mkdir()

    build_function(into, name="verify", workspace=checkout, interpreter=interpreter_for(HERE))

    sources = {path.relative_to(into).as_posix() for path in into.rglob("*.py")}
    assert sources == {"functions/__init__.py", "functions/verify/__init__.py", "functions/verify/handler.py"}


def test_bytecode_is_taken_without_looking_at_the_source(checkout: Workspace, tmp_path: Path) -> None:
    into = tmp_path / "function"
    into.mkdir()

    build_function(into, name="verify", workspace=checkout, interpreter=interpreter_for(HERE))

    source = into / "functions" / "verify" / "handler.py"
    compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
    # PEP 552: bit 0 says "by hash", bit 1 "check it against the source"
    assert int.from_bytes(compiled[4:8], "little") == 0b01
    assert b"/var/task/functions/verify/handler.py" in compiled


def test_one_functions_change_leaves_the_others_as_they_are(checkout: Workspace) -> None:
    def keys() -> dict[str, str]:
        return {
            name: function_key(name, workspace=checkout, target=LAMBDA, bytecode=True)
            for name in ("verify", "export")
        }

    before = keys()
    (checkout.functions / "verify" / "handler.py").write_text("handle = print\n", encoding="utf-8")
    after = keys()

    assert before["verify"] != after["verify"]
    assert before["export"] == after["export"]
