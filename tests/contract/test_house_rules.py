"""Who may import whom: what keeps decisions pure, functions small and the template free of their code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
OURS = frozenset(
    {
        *("benchmarks", "facesmash", "functions", "infra", "local", "matching", "operators", "passkeys"),
        *("service", "tests"),
    }
)
FUNCTIONS = sorted(path.name for path in (ROOT / "functions").iterdir() if (path / "handler.py").is_file())


def test_matching_is_numpy_and_the_standard_library() -> None:
    imported = tops(ROOT / "layers" / "matching")

    assert imported - sys.stdlib_module_names <= {"numpy", "matching"}


def test_matching_knows_no_clock_no_environment_and_no_network() -> None:
    assert not tops(ROOT / "layers" / "matching") & {"datetime", "os", "random", "secrets", "socket", "time"}


def test_what_reads_authenticators_knows_no_clock_no_environment_and_no_network() -> None:
    imported = tops(ROOT / "layers" / "passkeys")

    assert imported - sys.stdlib_module_names <= {"passkeys", "webauthn"}
    assert not imported & {"datetime", "os", "random", "secrets", "socket", "time"}


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"passkeys"}))
def test_authenticators_are_read_by_one_function_alone(name: str) -> None:
    assert "passkeys" not in tops(ROOT / "functions" / name)


def test_service_imports_none_of_the_rooms_that_stand_on_it() -> None:
    assert tops(ROOT / "layers" / "service") & OURS <= {"service"}


def test_infra_imports_none_of_what_it_deploys() -> None:
    assert tops(ROOT / "infra") & OURS <= {"infra"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_imports_no_other_function(name: str) -> None:
    other = {f"functions.{one}" for one in FUNCTIONS if one != name}

    imported = {".".join(module.split(".")[:2]) for module in modules(ROOT / "functions" / name)}

    assert not imported & other


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_imports_only_itself_and_the_layers(name: str) -> None:
    assert tops(ROOT / "functions" / name) & OURS <= {"functions", "matching", "passkeys", "service"}


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"challenges", "enroll", "verify"}))
def test_faces_are_judged_by_enroll_and_verify_alone(name: str) -> None:
    assert "matching" not in tops(ROOT / "functions" / name)


def test_what_checks_receipts_stands_alone() -> None:
    imported = tops(ROOT / "facesmash")

    assert imported - sys.stdlib_module_names <= {"facesmash", "joserfc"}
    assert importers_of("facesmash") <= {"facesmash", "tests"}


def test_what_operators_do_by_hand_stands_on_the_service_and_under_nothing() -> None:
    assert tops(ROOT / "operators") & OURS <= {"operators", "service"}
    assert importers_of("operators") <= {"operators", "tests"}


@pytest.mark.parametrize("room", ["facesmash", "functions", "infra", "layers", "local", "operators"])
def test_what_runs_imports_no_tests(room: str) -> None:
    demo = set((ROOT / "local").glob("demo*.py"))

    importers = {file for file in python_files(ROOT / room) if "tests" in {top(m) for m in modules(file)}}

    # The demo plays the very people that the tests play.
    assert importers <= demo


def importers_of(module: str) -> set[str]:
    """The rooms that import a module."""
    rooms = ("benchmarks", "docs", "facesmash", "functions", "infra", "layers", "local", "operators", "tests")
    return {room for room in rooms if module in tops(ROOT / room)}


def tops(path: Path) -> set[str]:
    return {top(module) for module in modules(path)}


def top(module: str) -> str:
    return module.partition(".")[0]


def modules(path: Path) -> set[str]:
    """Names of all modules that any of the files imports; relative imports made absolute."""
    return {module for file in python_files(path) for module in imports_of(file)}


def python_files(path: Path) -> list[Path]:
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert files, f"nothing to judge in {path}"
    return files


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = file.relative_to(ROOT).parent.parts[: -(node.level - 1) or None]
            base = ".".join(
                [part for part in package if part != "layers"] + ([node.module] if node.module else [])
            )
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "__import__",
            "importlib.import_module",
        }:
            argument = node.args[0] if node.args else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
