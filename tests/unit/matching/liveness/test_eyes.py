from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.eyes import MAX_CLOSED, check_eyes
from matching.liveness.layout import EYES
from matching.liveness.script import Script, Step
from tests.actors.transcript import Manner, live_transcript
from tests.unit.matching.liveness.ceremonies import Ceremony, ceremony, following, points_of, with_points

LOOK = Step(kind="look", capture=True)
RIGHT = Step(kind="turn", yaw_deg=22.0, capture=True)
DOWN = Step(kind="turn", pitch_deg=-22.0)
SHUT = Step(kind="close_eyes", duration_ms=1000)
SCRIPT = ((LOOK, RIGHT), (DOWN, LOOK, SHUT))


def status(given_: Ceremony) -> str:
    return check_eyes(given_.performance).status


def with_open_eyes(given_: Ceremony, eyes: tuple[int, ...] = (0, 1), share: float = 1.0) -> Ceremony:
    """Lids as they were in the first frame, or nearly, in every frame."""
    points = points_of(given_)
    for eye in eyes:
        _, upper, lower = EYES[eye]
        gap = points[:, list(upper)] - points[:, list(lower)]
        first = np.linalg.norm(gap[0], axis=1)
        wide = gap / np.linalg.norm(gap, axis=2, keepdims=True) * first[None, :, None]
        points[:, list(upper)] = points[:, list(lower)] + share * wide + (1 - share) * gap
    return with_points(given_, points)


def test_eyes_that_close_when_asked_and_open_again_pass() -> None:
    assert status(following(*SCRIPT)) == "passed"


def test_eyes_that_stay_open_are_seen() -> None:
    assert status(with_open_eyes(following(*SCRIPT))) == "failed"


@pytest.mark.parametrize("eye", [0, 1])
def test_one_eye_that_stays_open_is_enough(eye: int) -> None:
    assert status(with_open_eyes(following(*SCRIPT), (eye,))) == "failed"


def test_eyes_that_open_before_the_sound_are_refused() -> None:
    did = following(*SCRIPT).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (DOWN, LOOK, replace(SHUT, duration_ms=1700))))

    assert status(ceremony(replace(did, script=asked))) == "failed"


def test_eyes_that_stay_closed_long_after_the_sound_are_refused() -> None:
    did = following((LOOK, RIGHT), (DOWN, LOOK, replace(SHUT, duration_ms=2400))).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (DOWN, LOOK, replace(SHUT, duration_ms=700))))

    assert status(ceremony(replace(did, script=asked))) == "failed"


def test_a_wink_of_a_blink_is_no_closure() -> None:
    script = Script(profile="standard", acts=((LOOK, RIGHT), (DOWN, LOOK, replace(SHUT, duration_ms=10))))
    transcript = live_transcript(script, rng=np.random.default_rng(0))
    asked = Script(profile="standard", acts=SCRIPT)

    assert status(ceremony(replace(transcript, script=asked))) == "failed"


def test_closed_eyes_that_nobody_asked_for_are_another_ceremonys() -> None:
    did = following((LOOK, RIGHT), (LOOK, SHUT, SHUT)).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (LOOK, Step(kind="look"), SHUT)))

    assert status(ceremony(replace(did, script=asked))) == "failed"


def test_who_opens_too_soon_and_closes_once_more_is_there() -> None:
    long = replace(SHUT, duration_ms=1400)
    did = following((LOOK, RIGHT), (LOOK, replace(SHUT, duration_ms=900), long)).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (LOOK, long)))
    steps = did.steps[:-1]

    assert status(ceremony(replace(did, script=asked, steps=steps))) == "passed"


def test_one_closure_is_no_answer_to_two_steps() -> None:
    did = following((LOOK, RIGHT), (LOOK, replace(SHUT, duration_ms=1400))).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (LOOK, SHUT, SHUT)))
    shut = did.steps[-1]
    inside = range(shut + 4, len(did.times_ms) - 3)

    assert {status(ceremony(replace(did, script=asked, steps=(*did.steps, at)))) for at in inside} == {
        "failed"
    }


def test_whoever_takes_a_while_to_begin_a_short_closure_is_there() -> None:
    short = replace(SHUT, duration_ms=700)
    did = following((LOOK, RIGHT), (LOOK, LOOK, LOOK, short)).transcript
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (LOOK, short)))

    assert status(ceremony(replace(did, script=asked, steps=did.steps[:-2]))) == "passed"


def test_a_nod_closes_no_eye() -> None:
    nods = ((LOOK, RIGHT), (DOWN, replace(DOWN, pitch_deg=22.0), LOOK))
    asked = Script(profile="standard", acts=((LOOK, RIGHT), (DOWN, LOOK, SHUT)))

    assert status(ceremony(replace(following(*nods).transcript, script=asked))) == "failed"


def test_a_script_without_a_closure_says_nothing() -> None:
    assert status(following((LOOK, RIGHT), (DOWN, RIGHT, LOOK))) == "inconclusive"


@settings(deadline=None, max_examples=20)
@given(st.floats(MAX_CLOSED + 0.02, 1.0))
def test_lids_that_hardly_move_never_pass(share: float) -> None:
    assert status(with_open_eyes(following(*SCRIPT), share=share)) == "failed"


def test_people_whose_eyes_close_less_than_most_pass_by_their_own_measure() -> None:
    script = Script(profile="standard", acts=SCRIPT)
    narrow = Manner(closed=0.55)

    assert status(ceremony(live_transcript(script, rng=np.random.default_rng(2), manner=narrow))) == "passed"
