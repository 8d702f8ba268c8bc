import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.calibration import CalibrationError
from matching.liveness.fusion import SHIPPED, fuse, read_calibration, shipped_calibration
from matching.liveness.profiles import PROFILES

CALIBRATION = shipped_calibration()
NAMES = sorted(CALIBRATION.evidence)


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return read


def test_every_profile_has_its_threshold() -> None:
    assert CALIBRATION.thresholds.keys() == PROFILES.keys()


@given(st.dictionaries(st.sampled_from(NAMES), st.floats()))
def test_a_measurement_that_is_no_number_never_reaches_any_threshold(measured: dict[str, float]) -> None:
    score = fuse(measured, calibration=CALIBRATION)

    assert not np.isnan(score)
    assert np.isfinite(list(measured.values())).all() or score == -np.inf


@given(st.sampled_from(NAMES), st.floats(-1e9, 1e9))
def test_no_measurement_outweighs_what_it_is_capped_at(name: str, value: float) -> None:
    one = CALIBRATION.evidence[name]

    assert abs(fuse({name: value}, calibration=CALIBRATION)) <= one.weight * one.cap + 1e-9


def test_a_measurement_that_the_calibration_does_not_know_counts_nothing() -> None:
    assert fuse({"moon": 1e9}, calibration=CALIBRATION) == 0


def _without(path: str, value: object = None) -> dict[str, Any]:
    changed = document()
    *parents, last = path.split("/")
    inner = changed
    for parent in parents:
        inner = inner[parent]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return changed


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(_without("schema", 99), id="another schema"),
        pytest.param(_without("thresholds/standard", float("nan")), id="a threshold that is no number"),
        pytest.param(_without("thresholds/standard", float("-inf")), id="a threshold for everybody"),
        pytest.param(_without("evidence/nose/weight", -1.0), id="a negative weight"),
        pytest.param(_without("evidence/nose/scale", 0), id="no scale"),
        pytest.param(_without("evidence/nose/cap", 0.0), id="no cap"),
    ],
)
def test_a_calibration_that_would_let_pass_what_it_should_not_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(CalibrationError):
        read_calibration(changed)


@pytest.mark.parametrize("path", ["thresholds/no-sound", "evidence/nose/cap"])
def test_a_calibration_that_lacks_something_is_no_calibration(path: str) -> None:
    with pytest.raises((LookupError, TypeError)):
        read_calibration(_without(path))
