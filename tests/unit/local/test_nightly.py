import importlib.util

import pytest

from local import nightly
from local.nightly import Part, main, parts


def test_every_part_of_the_night_is_there_to_be_run() -> None:
    night = parts(seconds=1200, must_reach=True)

    assert all(importlib.util.find_spec(part.module) is not None for part in night)
    assert {"local.scans", "tests.fuzz", "pytest"} <= {part.module for part in night}


def test_a_part_that_fails_fails_the_night_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fails = Part(name="first", module="no.such.module")
    holds = Part(name="second", module="this")
    monkeypatch.setattr(nightly, "parts", lambda **_: (fails, holds))

    assert main([]) == 1
    said = [line.partition(" (")[0] for line in capfd.readouterr().out.splitlines()]
    assert said[-2:] == ["first: FAILS", "second: holds"]
