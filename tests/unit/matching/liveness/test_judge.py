from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.chain import Reveal
from matching.liveness.fusion import shipped_calibration
from matching.liveness.judge import LivenessVerdict
from matching.liveness.profiles import PROFILES, ProfileId
from matching.liveness.timing import ServerClocks
from tests.unit.matching.liveness.ceremonies import (
    Ceremony,
    ceremony,
    enrolling,
    live,
    nearest_flat,
    points_of,
    script_of,
    with_points,
)

PROFILE = st.sampled_from(sorted(PROFILES))
CEREMONY = live()


def changed(given_: Ceremony, **parts: Any) -> Ceremony:  # noqa: ANN401 -- any part of a transcript
    """Other frames, hashed and timed as if they were honest."""
    return ceremony(replace(given_.transcript, **parts))


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("seed", range(4))
def test_whoever_follows_is_alive(profile: ProfileId, seed: int) -> None:
    verdict = live(profile, seed).judged()

    assert verdict.live
    assert verdict.reason == "live"
    assert not [check for check in verdict.checks if check.status == "failed"]


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_whoever_enrols_is_judged_by_their_script_and_free_in_the_views(profile: ProfileId) -> None:
    given_ = enrolling(profile)

    assert {step.kind for step in given_.transcript.script.steps} >= {"look", "view"}
    assert given_.judged().live
    assert not nearest_flat(given_).judged().live


def test_a_verdict_is_frozen_and_prints_nothing_that_was_measured() -> None:
    verdict = CEREMONY.judged()

    assert repr(verdict) == "LivenessVerdict(live=True, reason='live')"
    assert "0." not in repr(verdict.checks)
    with pytest.raises(FrozenInstanceError):
        verdict.live = False  # type: ignore[misc]
    assert "score" not in {field.name for field in fields(LivenessVerdict)}


def test_a_passive_clip_is_told_check_by_check() -> None:
    still = with_points(CEREMONY, points_of(CEREMONY)[:1] + 0 * points_of(CEREMONY))

    verdict = still.judged()

    assert not verdict.live
    assert len(verdict.checks) == len(CEREMONY.judged().checks)


# What attackers do in the protocol


def test_a_ceremony_that_is_sent_again_answers_no_other_challenge() -> None:
    assert not CEREMONY.judged(nonce="the next challenge").live


def test_a_ceremony_of_another_script_does_not_pass_with_its_chain_made_anew() -> None:
    recorded = live("standard", 3)
    asked = script_of("standard", 4)
    spans = zip(recorded.transcript.steps, range(len(asked.steps)), strict=False)

    replayed = changed(recorded, script=asked, steps=tuple(frame for frame, _ in spans))

    assert not replayed.judged().live


def test_frames_that_were_hashed_after_the_reveal_are_refused() -> None:
    other = live("standard", 5)

    assert not CEREMONY.judged(reveal=other.reveal).live


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 20))
def test_a_ceremony_played_backwards_never_passes(seed: int) -> None:
    given_ = live("no-sound", seed)
    transcript = given_.transcript
    turns = [step for step in transcript.script.steps if step.kind == "turn"]

    backwards = changed(given_, points=transcript.points[::-1].copy())

    one, other = turns[0], turns[-1]
    palindrome = (one.yaw_deg, one.pitch_deg) == (other.yaw_deg, other.pitch_deg)
    assert palindrome or not backwards.judged().live


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 20), st.integers(0, 2**32))
def test_frames_in_another_order_never_pass(seed: int, chance: int) -> None:
    given_ = live("standard", seed)
    order = np.random.default_rng(chance).permutation(len(given_.transcript.points))

    assert not changed(given_, points=given_.transcript.points[order].copy()).judged().live


@settings(deadline=None, max_examples=30)
@given(PROFILE, st.integers(0, 20), st.one_of(st.floats(0.05, 0.4), st.floats(2.5, 10)))
def test_a_ceremony_at_another_pace_never_passes_by_the_servers_clock(
    profile: ProfileId, seed: int, pace: float
) -> None:
    given_ = live(profile, seed)
    times = np.minimum(np.rint(given_.transcript.times_ms * pace), 65_535 - 150)
    times = np.maximum.accumulate(times) + np.arange(len(times))  # still strictly increasing
    warped = replace(given_.transcript, times_ms=times.astype(np.uint16))

    verdict = given_.judged(
        track=ceremony(warped).arguments()["track"],
        chain=warped.chain(given_.nonce),
        reveal=Reveal(chain=warped.chain(given_.nonce, warped.first_act), frames=warped.first_act),
    )

    assert not verdict.live


def test_another_accounts_frames_do_not_carry_this_ones_chain() -> None:
    other = live("standard", 6)

    assert not CEREMONY.judged(track=other.arguments()["track"]).live


# What no picture can do


@settings(deadline=None, max_examples=40)
@given(PROFILE, st.integers(0, 40), st.floats(0, 0.003))
def test_no_homography_of_a_picture_passes(profile: ProfileId, seed: int, scatter: float) -> None:
    assert not nearest_flat(live(profile, seed), seed=seed, scatter=scatter).judged().live


@settings(deadline=None, max_examples=30)
@given(PROFILE, st.integers(0, 20), st.floats(0, 0.01))
def test_a_still_with_a_cameras_noise_never_passes(profile: ProfileId, seed: int, scatter: float) -> None:
    given_ = live(profile, seed)
    still = np.repeat(points_of(given_)[:1], len(points_of(given_)), axis=0)
    noise = np.random.default_rng(seed).normal(0, scatter, still.shape)

    assert not with_points(given_, still + noise).judged().live


# Whatever numbers come


@settings(deadline=None, max_examples=60)
@given(
    arrays.arrays(np.float64, (8, 48, 2), elements=st.floats(allow_nan=True, allow_infinity=True)),
    st.integers(0, 70),
)
def test_no_points_raise_and_none_pass_that_no_camera_saw(points: FloatArray, at: int) -> None:
    track = CEREMONY.arguments()["track"]
    placed = track.points.copy()
    span = placed[at : at + 8]
    placed[at : at + 8] = points[: len(span)]

    verdict = CEREMONY.judged(track=replace(track, points=placed))

    assert not verdict.live


@settings(deadline=None, max_examples=60)
@given(arrays.arrays(np.int16, (40, 48, 2)))
def test_garbage_that_travels_is_refused(points: NDArray[np.int16]) -> None:
    garbage = CEREMONY.transcript.points.copy()
    garbage[10:50] = np.clip(points, -4000, 10_000)

    assert not changed(CEREMONY, points=garbage).judged().live


@pytest.mark.parametrize("value", [0.0, 0.5, -0.4, 1e-12])
def test_points_that_all_lie_in_one_place_are_refused(value: float) -> None:
    track = CEREMONY.arguments()["track"]

    assert not CEREMONY.judged(track=replace(track, points=np.full_like(track.points, value))).live


@pytest.mark.parametrize("count", [3, 4, 6, 12])
def test_a_few_frames_are_no_ceremony(count: int) -> None:
    track = CEREMONY.arguments()["track"]
    few = replace(
        track,
        times_ms=track.times_ms[:count],
        points=track.points[:count],
        signals=track.signals[:count],
        steps=(0,),
        records=track.records[: len(track.records) * count // len(track)],
    )

    assert CEREMONY.judged(track=few).reason == "evidence-malformed"


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.integers(-5, 200), max_size=8),
    st.integers(-5, 300),
    st.lists(st.integers(-(2**40), 2**40), max_size=6),
    st.lists(st.integers(-(2**40), 2**40), max_size=6),
)
def test_steps_and_moments_that_do_not_fit_never_raise(
    steps: list[int], frames: int, moments: list[int], turned_moments: list[int]
) -> None:
    track = replace(CEREMONY.arguments()["track"], steps=tuple(steps))

    verdict = CEREMONY.judged(
        track=track,
        reveal=Reveal(chain=CEREMONY.reveal.chain, frames=frames),
        moments=moments,
        turned_moments=turned_moments,
    )

    assert not verdict.live


@pytest.mark.parametrize("name", ["moments", "turned_moments"])
@pytest.mark.parametrize("beyond", [0, 1, 2**40, -(2**40)])
def test_a_moment_of_no_frame_is_refused_in_a_ceremony_that_holds_otherwise(name: str, beyond: int) -> None:
    own = list(CEREMONY.arguments()[name])
    frames = len(CEREMONY.arguments()["track"])
    moved = [*own[:-1], frames + beyond if beyond >= 0 else beyond]

    verdict = CEREMONY.judged(**{name: moved})

    assert (verdict.live, verdict.reason) == (False, "evidence-malformed")


@settings(deadline=None, max_examples=60)
@given(st.floats(), st.floats(), st.floats(), arrays.arrays(np.float64, (3, 128), elements=st.floats()))
def test_no_clock_and_no_descriptor_raises(
    issued_at: float, revealed_at: float, answered_at: float, descriptors: FloatArray
) -> None:
    clocks = ServerClocks(issued_at=issued_at, revealed_at=revealed_at, answered_at=answered_at)

    assert not CEREMONY.judged(clocks=clocks, descriptors=descriptors).live


@settings(deadline=None, max_examples=40)
@given(st.floats(-1e3, 1e3))
def test_no_threshold_lets_pass_what_a_check_denies(threshold: float) -> None:
    loose = replace(shipped_calibration(), thresholds=dict.fromkeys(PROFILES, threshold))

    assert not nearest_flat(CEREMONY).judged(calibration=loose).live
