"""Tests that a document names: read out of its text, and looked for.

In Python as `path::test`, below `tests/`. In TypeScript as `site/tests/path.test.ts::the test's title`, or as
the file alone.
"""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_NAMED = re.compile(r"`((?:[\w/]+\.py::test_\w+)|(?:site/tests/[\w/-]+\.test\.ts(?:::[^`]+)?))`")
# `test("…"` and `test.each([…])("…"`.
_TITLE = re.compile(r'(?:\btest|\]\))\("((?:[^"\\]|\\.)+)"')


def named_tests(text: str) -> list[str]:
    """Give the tests that a text names, in its order."""
    return _NAMED.findall(text)


def without_names(text: str) -> str:
    """Give what a text says beside the tests that it names."""
    return _NAMED.sub("", text).strip(" ,;")


def missing(tests: list[str]) -> list[str]:
    """Give those of the tests that do not exist."""
    return [test for test in tests if not _exists(test)]


def cells_of(row: str) -> list[str]:
    """Give the cells of a table's row."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    if file.endswith(".py"):
        return name in _tests_in(ROOT / "tests" / file)
    titles = _titles_in(ROOT / file)
    return name in titles if name else bool(titles)


@cache
def _tests_in(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def _titles_in(path: Path) -> frozenset[str]:
    return frozenset(_TITLE.findall(path.read_text(encoding="utf-8"))) if path.is_file() else frozenset()
