from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.liveness.timing import ServerClocks, TimingResult, check_timing
from tests.actors.transcript import Manner, live_transcript
from tests.unit.matching.liveness.ceremonies import ISSUED_AT, Ceremony, ceremony, live, script_of

CEREMONY = live()


def timed(given: Ceremony, **changes: float) -> TimingResult:
    return check_timing(given.performance, clocks=replace(given.clocks, **changes))


def with_times(times_ms: Any) -> Ceremony:  # noqa: ANN401 -- whatever numpy takes
    return ceremony(replace(CEREMONY.transcript, times_ms=np.asarray(times_ms).astype(np.uint16)))


def test_a_ceremony_at_a_cameras_and_a_humans_pace_passes() -> None:
    assert timed(CEREMONY).status == "passed"


def test_frames_that_lasted_longer_than_the_server_waited_are_refused() -> None:
    revealed_at = ISSUED_AT + 0.8  # the first act took its frames more than two seconds

    assert timed(CEREMONY, revealed_at=revealed_at).status == "failed"
    assert timed(CEREMONY, answered_at=CEREMONY.clocks.revealed_at + 1.0).status == "failed"


def test_a_wait_for_the_second_act_is_nobodys_fault() -> None:
    # A cold start: frames go on being taken while the answer is on its way.
    transcript = live_transcript(script_of(), rng=np.random.default_rng(0), manner=Manner(wait_s=2.0))

    assert timed(ceremony(transcript)).status == "passed"


def test_evidence_that_comes_long_after_its_frames_is_refused() -> None:
    clocks = CEREMONY.clocks

    assert timed(CEREMONY, answered_at=clocks.answered_at + 16.0).status == "failed"


def test_no_act_may_take_longer_than_its_profile_allows() -> None:
    clocks = CEREMONY.clocks
    late = ServerClocks(
        issued_at=clocks.issued_at - 25, revealed_at=clocks.revealed_at, answered_at=clocks.answered_at
    )

    assert check_timing(CEREMONY.performance, clocks=late).status == "failed"


@given(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(allow_nan=True, allow_infinity=True),
)
def test_clocks_that_cannot_be_never_pass(issued_at: float, revealed_at: float, answered_at: float) -> None:
    result = timed(CEREMONY, issued_at=issued_at, revealed_at=revealed_at, answered_at=answered_at)

    ordered = issued_at <= revealed_at <= answered_at
    assert ordered or result.status == "failed"
    assert np.isfinite([issued_at, revealed_at, answered_at]).all() or result.status == "failed"


@pytest.mark.parametrize(
    "interval_ms", [pytest.param(200, id="5 a second"), pytest.param(4, id="240 a second")]
)
def test_no_camera_takes_frames_at_such_a_rate(interval_ms: int) -> None:
    given_ = with_times(np.arange(len(CEREMONY.transcript.times_ms)) * interval_ms)

    assert timed(given_).status == "failed"


def test_a_gap_in_the_middle_of_an_act_is_refused() -> None:
    times = CEREMONY.transcript.times_ms.astype(int)
    times[20:] += 1_000

    assert timed(with_times(times)).status == "failed"


def test_a_head_that_is_there_before_a_human_could_have_seen_where_is_refused() -> None:
    hasty = Manner(lag_s=(0.0, 0.02), move_s=(0.2, 0.25))
    transcript = live_transcript(script_of(), rng=np.random.default_rng(0), manner=hasty)

    assert timed(ceremony(transcript)).status == "failed"
    assert not ceremony(transcript).judged().live
