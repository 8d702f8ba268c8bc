"""What docs/threat-model.md says is shown, is shown: every row names a test, and every named test exists."""

import re

import pytest

from tests.support.named_tests import ROOT, cells_of, missing, named_tests

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
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and line != _HEAD]


def test_every_letter_of_stride_has_its_threats() -> None:
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)
    threats = {parts[at]: parts[at + 1].count("\n| ") - 1 for at in range(1, len(parts), 2)}

    assert list(threats) == STRIDE
    assert min(threats.values()) >= 3


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[2].strip()[:60])
def test_every_threat_is_answered_by_tests_that_exist(row: str) -> None:
    cells = cells_of(row)
    named = named_tests(row)

    assert len(cells) == 5
    assert all(cells)
    assert named, "no test is named"
    assert missing(named) == []


def test_what_does_not_exist_is_missed_in_either_language() -> None:
    models = "site/tests/vision/load-assets.test.ts"
    there = ["contract/test_threat_model.py::test_every_letter_of_stride_has_its_threats", models]
    there += [f"{models}::refuses a file in which one bit was changed", f"{models}::refuses a %s file"]
    gone = ["contract/test_threat_model.py::test_of_nothing", f"{models}::loading the models"]
    gone += [f"{models}::refuses", "site/tests/vision/nothing.test.ts"]

    assert named_tests(", ".join(f"`{name}`" for name in [*there, *gone])) == [*there, *gone]
    assert missing([*there, *gone]) == gone
