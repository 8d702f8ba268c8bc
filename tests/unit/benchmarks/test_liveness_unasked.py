import numpy as np
import pytest

from benchmarks.liveness.unasked import depth_of
from matching.liveness.script import Step
from matching.liveness.track import Track
from tests.unit.matching.liveness.ceremonies import Ceremony, flat, following, live, script_of, shaped


def track_of(given: Ceremony) -> Track:
    return given.performance.track


@pytest.mark.parametrize("seed", range(3))
def test_a_head_that_turned_for_another_reason_shows_its_depth(seed: int) -> None:
    found = depth_of(track_of(live("standard", seed)))

    assert found is not None
    assert [name for name, one in found["checks"].items() if not one["holds"]] == []


@pytest.mark.parametrize("seed", range(3))
def test_a_print_that_is_tilted_shows_none(seed: int) -> None:
    found = depth_of(track_of(shaped(script_of("standard", seed), flat, seed=seed)))

    assert found is not None
    assert not found["checks"]["parallax"]["holds"]
    assert not found["checks"]["relief"]["holds"]


def test_a_head_that_never_turned_is_not_judged() -> None:
    still = following((Step(kind="look", capture=True),), (Step(kind="close_eyes", duration_ms=800),))

    assert depth_of(track_of(still)) is None


def test_the_turn_is_told_as_it_was() -> None:
    asked = Step(kind="turn", yaw_deg=-19.0)
    given = following((Step(kind="look", capture=True),), (asked, Step(kind="look", capture=True)))
    found = depth_of(track_of(given))

    assert found is not None
    assert found["yaw_deg"] == pytest.approx(-19.0, abs=5)
    assert abs(found["pitch_deg"]) < 5
    assert np.isfinite([one["found"] for one in found["checks"].values()]).all()
