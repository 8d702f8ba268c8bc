"""What docs/compliance.md says of the law is whole: each row names tests that exist, and so do the papers."""

import re
from pathlib import Path

import pytest

from tests.support.named_tests import ROOT, cells_of, missing, named_tests

TEXT = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
PAPERS = sorted((ROOT / "docs" / "compliance").glob("*.md"))
HEAD = (
    "| clause | what it asks | what the software does | tested by | written down in "
    "| what the deployer must still do |"
)
NOTHING = "nothing: it is the deployer's alone"
LAWS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
ROWS = [
    pytest.param(row, id=f"{law} {cells_of(row)[0]}")
    for law, part in LAWS.items()
    for row in part.partition(HEAD)[2].splitlines()
    if row.startswith("| ")
]
ASKED = {
    "GDPR": {*map(str, [*range(5, 10), *range(11, 23), *range(24, 40), *range(44, 50)])},
    "BIPA": {"15(a)", "15(b)", "15(c)", "15(d)", "15(e)"},
    "Texas CUBI": {"(b)", "(c)(1)", "(c)(2)", "(c)(3)"},
    "CCPA and CPRA": {f"1798.{section}" for section in (100, 105, 106, 110, 120, 121, 125, 130, 150)},
}


@pytest.mark.parametrize("row", ROWS)
def test_every_clause_is_answered_by_tests_that_exist(row: str) -> None:
    cells = cells_of(row)
    assert len(cells) == 6
    assert all(cells)
    _, _, does, tested_by, written_down_in, _ = cells
    named = named_tests(tested_by)

    assert bool(named) == (does != NOTHING), "what the software does names a test, nothing names none"
    assert missing(named) == []
    links = re.findall(r"\[[^]]+\]\(([\w/-]+\.md)\)", written_down_in)
    assert links, "no paper or document is named"
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []


def test_every_law_has_its_list_of_what_it_asks() -> None:
    assert {law for law, part in LAWS.items() if HEAD in part} == set(ASKED)


@pytest.mark.parametrize("law", ASKED)
def test_no_clause_is_left_out(law: str) -> None:
    clauses = [cells_of(row)[0] for row in LAWS[law].partition(HEAD)[2].splitlines() if row.startswith("| ")]
    numbers = {part for clause in clauses for part in clause.split(", ")}
    if law == "GDPR":  # by articles; of 5(1)(a), (b) the second names none
        numbers = {number.partition("(")[0] for number in numbers} - {""}
    if law == "CCPA and CPRA":
        numbers = {re.sub(r"^\.", "1798.", number) for number in numbers}

    assert numbers == ASKED[law]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_a_paper_names_tests_that_exist_says_what_it_is_and_is_listed(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")

    assert missing(named_tests(text)) == []
    assert "no legal advice" in text
    assert f"(compliance/{paper.name})" in TEXT


def test_it_says_that_it_is_no_legal_advice() -> None:
    assert "not legal advice" in TEXT.partition("\n## ")[0]
