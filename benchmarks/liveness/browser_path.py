"""Ceremonies through the real path, as the e2e driver noted them: a line of JSON each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LINES: Final = Path(__file__).resolve().parents[2] / "build" / "liveness" / "browser.jsonl"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One ceremony through Chromium, the SDK and the API.

    Attributes:
        species: "live", or the attack's.
        profile: the ceremony's.
        subject: whose account, whose face.
        kind: "live", "presentation" or "injection".
        verdict: "accepted", "refused" by the API, or "no-response": the page never sent anything.
        seconds: from the camera's start.
    """

    species: str
    profile: str
    subject: str
    kind: str
    verdict: str
    seconds: float


def load_seen(path: Path = LINES) -> list[Seen]:
    """Read what the driver wrote; nothing where it was not run.

    Raises:
        SystemExit: when a line is none of the driver's.
    """
    if not path.is_file():
        return []
    try:
        return [
            Seen(**{name: line[name] for name in Seen.__dataclass_fields__})
            for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path} has a line that is no outcome: {error}") from None
