"""docs/sign-in-log.md names every reason of a change, and those of refusals that are no check of a look."""

import re
from pathlib import Path
from typing import get_args

from functions.email.ceremony import BY_CODE
from functions.passkeys.ceremony import BY_PASSKEY, COPIED
from service.deeds import DeedName

DOCUMENT = (Path(__file__).parents[3] / "docs" / "sign-in-log.md").read_text(encoding="utf-8")


def _reasons() -> dict[str, list[str]]:
    """Of each outcome, the reasons that the table names."""
    table = DOCUMENT.partition("| `outcome` | `reason` | |\n|---|---|---|\n")[2].partition("\n\n")[0]
    reasons: dict[str, list[str]] = {}
    outcome = ""
    for row in table.splitlines():
        first, named, _ = (cell.strip() for cell in row.strip("|").split("|"))
        outcome = first.strip("`") or outcome
        reasons.setdefault(outcome, []).extend(re.findall(r"`([a-z-]+)`", named))
    return reasons


def test_the_table_names_each_change_once_as_the_log_does() -> None:
    assert _reasons()["done"] == list(dict.fromkeys(_reasons()["done"]))
    assert set(_reasons()["done"]) == set(get_args(DeedName))


def test_it_names_the_ways_in_and_the_refusals_that_are_no_check_of_a_look() -> None:
    assert _reasons()["accepted"] == ["matched", BY_CODE, "recovery-code", BY_PASSKEY]
    assert _reasons()["refused"] == [COPIED, "another-face"]
