"""What operators see: constant names, described, under the function's own name whenever code was loaded."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from service.metrics import Counted, Measured, count, write_down

ROOT = Path(__file__).resolve().parents[3]


def test_every_name_that_is_counted_is_described_and_no_other() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    table = text.partition("| metric | counts |\n|---|---|\n")[2].partition("\n\n")[0]

    described = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert sorted(described) == sorted([*get_args(Counted), *get_args(Measured), "Duration"])


def test_the_functions_name_is_asked_for_when_it_counts_and_not_when_it_was_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = []
    for service in ("verify", "challenges"):
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", service)
        count("SignInLocked")
        write_down(outcome="ok", duration_ms=1.23456789)
        written.append(json.loads(capsys.readouterr().out))

    assert [one["service"] for one in written] == ["verify", "challenges"]
    for one in written:
        assert (one["SignInLocked"], one["Answered"], one["Duration"]) == ([1.0], [1.0], [1.235])
        (rule,) = one["_aws"]["CloudWatchMetrics"]
        assert (rule["Namespace"], sorted(rule["Dimensions"][0])) == ("FaceSmash", ["outcome", "service"])
