"""What docs/standards.md says of clauses is whole: a verdict of three, and tests that exist behind it."""

import re
from collections import Counter

import pytest

from service.tokens import AMR
from tests.support.named_tests import ROOT, cells_of, missing, named_tests, without_names

TEXT = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
VERDICTS = ["met", "in part", "not"]

_COUNTS = "| part | met | in part | not |"
_CLAUSES = "| clause | what it asks | verdict | by what | tested by, or why not |"
_OTHERS = "| clause | why |"
_WAYS = "| way | what is proved | `amr` | what it opens |"
_NUMBERS = ("six", "seven", "eight", "nine", "ten")  # from six on


def _rows_under(head: str, text: str) -> list[str]:
    after = text.partition(f"{head}\n")[2].partition("\n\n")[0]
    return [line for line in after.splitlines() if not line.startswith("|---")]


def _sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)
    return {parts[at]: parts[at + 1] for at in range(1, len(parts), 2)}


ROWS = [
    pytest.param(row, id=cells_of(row)[0])
    for text in _sections().values()
    for row in _rows_under(_CLAUSES, text)
]


@pytest.mark.parametrize("row", ROWS)
def test_every_clause_has_a_verdict_and_what_stands_behind_it(row: str) -> None:
    cells = cells_of(row)
    assert len(cells) == 5
    assert all(cells)
    verdict, named, reason = cells[2], named_tests(cells[4]), without_names(cells[4])

    assert verdict in VERDICTS
    assert bool(named) == (verdict != "not"), "met and in part name a test, not names none"
    assert bool(reason) == (verdict != "met"), "in part and not say why, met has nothing to add"
    assert missing(named) == []


def test_the_counts_are_those_of_the_tables() -> None:
    counted = {
        part: Counter(
            verdict
            for clauses, _, verdict, *_ in map(cells_of, _rows_under(_CLAUSES, text))
            for _ in clauses.split(", ")
        )
        for part, text in _sections().items()
        if _CLAUSES in text
    }

    told = {part: numbers for part, *numbers in map(cells_of, _rows_under(_COUNTS, TEXT))}

    assert told == {part: [str(counts[verdict]) for verdict in VERDICTS] for part, counts in counted.items()}


def test_no_clause_is_judged_twice() -> None:
    rows = [line for text in _sections().values() for line in _rows_under(_CLAUSES, text)]
    others = _rows_under(_OTHERS, TEXT)
    clauses = [clause for row in [*rows, *others] for clause in cells_of(row)[0].split(", ")]

    assert others
    assert all(len(cells_of(row)) == 2 and all(cells_of(row)) for row in others)
    assert [clause for clause, times in Counter(clauses).items() if times > 1] == []


def test_the_ways_in_are_as_many_as_the_clause_about_them_says_and_name_every_amr() -> None:
    ways = [cells_of(row) for row in _rows_under(_WAYS, TEXT)]
    (clause,) = (row for row in TEXT.splitlines() if row.startswith("| V6.3.4 |"))

    assert f"the {_NUMBERS[len(ways) - 6]} of [Ways in]" in clause
    named = {name for _, _, amr, _ in ways for name in re.findall(r"`(\w+)`", amr)}
    assert named == {"swk"}.union(*AMR.values())
