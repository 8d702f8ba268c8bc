"""What docs/compliance.md says of the law is whole: each row names tests that exist, and so do the papers."""

from pathlib import Path

import pytest

from tests.support.named_tests import ROOT, cells_of, missing, named_tests

TEXT = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
PAPERS = sorted((ROOT / "docs" / "compliance").glob("*.md"))
HEAD = "| clause | what it asks | what the software does | tested by | what the deployer must still do |"
LAWS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
ROWS = [
    pytest.param(row, id=f"{law} {cells_of(row)[0]}")
    for law, part in LAWS.items()
    for row in part.partition(HEAD)[2].splitlines()
    if row.startswith("| ")
]
ASKED = {
    "GDPR": {"5", "6", "7", "9", *map(str, range(12, 23)), "25", "28", "30", "32", "33", "34", "35"},
    "BIPA": {"15(a)", "15(b)", "15(c)", "15(d)", "15(e)"},
}


@pytest.mark.parametrize("row", ROWS)
def test_every_clause_is_answered_by_tests_that_exist(row: str) -> None:
    cells = cells_of(row)
    named = named_tests(cells[3])

    assert len(cells) == 5
    assert all(cells)
    assert named, "no test is named"
    assert missing(named) == []


@pytest.mark.parametrize("law", ASKED)
def test_no_clause_is_left_out(law: str) -> None:
    clauses = [cells_of(row)[0] for row in LAWS[law].partition(HEAD)[2].splitlines() if row.startswith("| ")]
    numbers = {part for clause in clauses for part in clause.split(", ")}
    answered = numbers if law == "BIPA" else {number.partition("(")[0] for number in numbers}

    assert answered >= ASKED[law]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_a_paper_names_tests_that_exist_says_what_it_is_and_is_listed(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")

    assert missing(named_tests(text)) == []
    assert "no legal advice" in text
    assert f"(compliance/{paper.name})" in TEXT


def test_it_says_that_it_is_no_legal_advice() -> None:
    assert "not legal advice" in TEXT.partition("\n## ")[0]
