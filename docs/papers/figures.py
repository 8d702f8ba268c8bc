"""Measured figures, read out of docs/accuracy.md and docs/liveness.md: the papers never say another number.

That those two say what a benchmark printed is the work of whoever runs it: nothing here compares them.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DOCS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the papers say of accuracy and liveness; each as its document says it.

    Attributes:
        false_match: FMR as shipped, on people who were not used for tuning, with its interval.
        false_non_match: FNMR as shipped, of one look, likewise.
        false_non_match_of_three: of three looks.
        noisy: FMR where both sides are full of noise: the one condition out of the budget.
        attacker: what an attacker who knows everything gets from unseen people at best.
        worst_species: the worst species of presentation attack.
        refused: profile of looking and BPCER.
    """

    false_match: str
    false_non_match: str
    false_non_match_of_three: str
    noisy: str
    attacker: str
    worst_species: str
    refused: tuple[tuple[str, str], ...]


@cache
def figures() -> Figures:
    """Read them out of docs/accuracy.md and docs/liveness.md."""
    accuracy = (_DOCS / "accuracy.md").read_text(encoding="utf-8")
    liveness = (_DOCS / "liveness.md").read_text(encoding="utf-8")
    measured = _between(accuracy, "verification")
    ours, three = _row(measured, "ours"), _row(measured, "3", "3")
    return Figures(
        false_match=ours[5],
        false_non_match=ours[6],
        false_non_match_of_three=three[3],
        noisy=_row(_between(accuracy, "strata"), "noisy")[3],
        attacker=_found(r"`worst choice through the gates: (.+)`", accuracy),
        worst_species=_found(r"\*\*Worst species of presentation attack: (.+?)\.\*\*", liveness),
        refused=tuple(re.findall(r"^\| `([a-z-]+)` \| ([^|]+?) \| \d+ \|", liveness, flags=re.MULTILINE)),
    )


def _between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->")[2].partition(f"<!-- end {name} -->")[0]


def _row(text: str, *beginning: str) -> list[str]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return next(row for row in rows if tuple(row[: len(beginning)]) == beginning)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise LookupError(f"no figure where one stood: {pattern}")
    return match[1]
