"""What docs/threat-model.md says is shown, is shown: every row names a test, and every named test exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
STRIDE = [
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
]
_HEAD = "| ceremony | threat | what stops it | shown by | what remains |"
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and line != _HEAD]


def test_every_letter_of_stride_has_its_threats() -> None:
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)
    threats = {parts[at]: parts[at + 1].count("\n| ") - 1 for at in range(1, len(parts), 2)}

    assert list(threats) == STRIDE
    assert min(threats.values()) >= 3


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[2].strip()[:60])
def test_every_threat_is_answered_by_tests_that_exist(row: str) -> None:
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    named = _TEST.findall(row)

    assert len(cells) == 5
    assert all(cells)
    assert named, "no test is named"
    assert [f"{file}::{name}" for file, name in named if name not in _tests_in(file)] == []


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
