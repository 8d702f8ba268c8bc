"""The operator's papers say what runs and what the documents of measurement say; nothing is typed again."""

import re
from pathlib import Path

from docs.papers import papers
from docs.papers.figures import figures
from docs.papers.running import production
from service.patience import DAY_S
from service.unused import first_look

ROOT = Path(__file__).resolve().parents[3]
TEXTS = {path.stem: text for path, text in papers().items()}


def test_the_papers_say_what_the_running_configuration_says() -> None:
    policy = production().policy

    for entry in policy.retention:
        for paper in ("records-of-processing", "privacy-notice"):
            assert entry.kind in TEXTS[paper]
            assert f"| {entry.period} |" in TEXTS[paper]
    for entry in (entry for entry in policy.retention if entry.category == "biometric"):
        assert entry.kind in TEXTS["dpia"]
        assert entry.kind in TEXTS["bipa-public-policy"]


def test_the_figures_are_those_of_the_documents_of_accuracy_and_liveness() -> None:
    measured = figures()
    said = [
        *(measured.false_match, measured.false_non_match, measured.false_non_match_of_three, measured.noisy),
        *(measured.attacker, measured.worst_species, *(share for _, share in measured.refused)),
    ]

    sources = "".join(
        (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("accuracy.md", "liveness.md")
    )

    assert len(measured.refused) == 6
    for figure in said:
        assert re.search(r"\d", figure)
        assert figure in sources
        assert figure in TEXTS["dpia"]


def test_papers_are_as_they_are_committed() -> None:
    for path, text in papers().items():
        assert path.read_text(encoding="utf-8") == text


def test_the_policy_for_illinois_says_so_where_nothing_ends_an_unused_account() -> None:
    ends = production().settings.unused_account_days is not None

    assert ("Not met as configured" in TEXTS["bipa-public-policy"]) is not ends


def test_the_policy_for_illinois_says_when_an_unused_account_is_told_and_when_it_goes() -> None:
    unused = production().settings.unused_account_days
    assert unused is not None

    said = TEXTS["bipa-public-policy"]

    assert f"does not sign in for {first_look(production().settings, now=0) // DAY_S} days is told" in said
    assert f"after {unused} days all of it is deleted" in said
