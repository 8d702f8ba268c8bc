"""What is counted, and what people are told of it: every scope of a count is in the register."""

import re
from pathlib import Path
from typing import Final

import pytest

from service.register import register
from tests.unit.service.test_policy import _settings

ROOT: Final = Path(__file__).parents[3]
# Which words of the register tell of what is counted under a name.
TOLD: Final = {
    "another-face": "when mails went",
    "changes": "and changes",
    "code": "counts of codes",
    "code-tagged": "counts of codes",
    "codes": "counts of codes",
    "export": "downloads",
    "face": "looks to enrol a face anew",
    "guess": "wrong ones",
    "guesses": "wrong ones",
    "move": "while its address is changed",
    "move-to": "counts of codes",
    "moves": "counts of codes",
    "new-devices": "sign-ins by passkey or on new devices",
    "passkey": "sign-ins by passkey",
    "passkey-copied": "when mails went",
    "passkeys": "sign-ins by passkey",
    "recoveries": "counts of codes",
    "recovery": "counts of codes",
    "trouble": "when mails went",
    "wrong": "wrong codes in a row",
    "{notice}": "when mails went",
}
_SCOPE: Final = re.compile(r"(?:scope ?= ?f?|return f)\"(\{notice\}|[a-z-]+)(?:[# ][^\"]*)?\"")


def _counted() -> set[str]:
    found: set[str] = set()
    for room in ("functions", "layers/service"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "Budget(" in text or "OncePerDay(" in text or "Run(" in text:
                found |= set(_SCOPE.findall(text))
    return found


def test_every_scope_that_something_is_counted_in_is_known() -> None:
    assert _counted() == set(TOLD)


@pytest.mark.parametrize("scope", TOLD)
def test_people_are_told_that_it_is_counted(scope: str) -> None:
    kinds = [entry.kind for entry in register(_settings()) if entry.name in {"counts", "wrong-codes"}]

    assert len(kinds) == 2
    assert TOLD[scope] in " ".join(kinds)
