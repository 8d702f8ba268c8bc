from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.script import Script, Step
from matching.liveness.trajectory import TrajectoryResult, check_trajectory
from tests.unit.matching.liveness.ceremonies import (
    Ceremony,
    ceremony,
    following,
    live,
    points_of,
    with_points,
)

LOOK = Step(kind="look", capture=True)
UP_LEFT = Step(kind="turn", yaw_deg=-11.3, pitch_deg=11.3, capture=True)
RIGHT = Step(kind="turn", yaw_deg=22.0)
DOWN = Step(kind="turn", pitch_deg=-22.0)
LEFT = Step(kind="turn", yaw_deg=-22.0)
SCRIPT = ((LOOK, UP_LEFT), (RIGHT, DOWN, LOOK))


def follow(given_: Ceremony, *asked: tuple[Step, ...]) -> TrajectoryResult:
    """Hold what somebody did against another script."""
    script = Script(profile="standard", acts=asked)
    return check_trajectory(ceremony(replace(given_.transcript, script=script)).performance)


def test_whoever_goes_where_they_are_asked_to_passes() -> None:
    given_ = following(*SCRIPT)

    assert follow(given_, *SCRIPT).status == "passed"


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(((LOOK, RIGHT), (UP_LEFT, DOWN, LOOK)), id="another order"),
        pytest.param(((LOOK, UP_LEFT), (RIGHT, LEFT, LOOK)), id="another direction"),
        pytest.param(((LOOK, UP_LEFT), (RIGHT, LOOK, LOOK)), id="a turn that nobody asked for"),
        pytest.param(
            ((LOOK, UP_LEFT), (replace(RIGHT, yaw_deg=11.0), DOWN, LOOK)), id="twice as far as asked"
        ),
    ],
)
def test_what_another_script_asked_for_is_not_what_was_done(asked: tuple[tuple[Step, ...], ...]) -> None:
    assert follow(following(*SCRIPT), *asked).status == "failed"


def test_a_head_that_went_back_between_the_acts_sets_out_from_there() -> None:
    up, right = Step(kind="turn", pitch_deg=22.0), Step(kind="turn", yaw_deg=22.0)
    asked = Script(profile="standard", acts=((LOOK, up), (right, LOOK)))
    did = following((LOOK, up, LOOK), (right, LOOK)).transcript
    held = did.steps[2]
    back = replace(did, script=asked, steps=(*did.steps[:2], *did.steps[3:]), first_act=held)

    assert check_trajectory(ceremony(back).performance).status == "passed"


def test_whoever_does_not_come_back_has_not_followed() -> None:
    given_ = following((LOOK, UP_LEFT), (RIGHT, DOWN, LEFT))

    assert follow(given_, *SCRIPT).status == "failed"


def test_an_excursion_that_nobody_asked_for_is_seen() -> None:
    given_ = following(*SCRIPT)
    points = points_of(given_)
    first, last = given_.transcript.span(0)[1], given_.transcript.span(1)[1]
    strayed = np.arange(first + 2, first + 5)  # on the way up to the left, the frames of the turn down
    points[strayed] = points_of(given_)[given_.transcript.span(3)[1] - 3 : given_.transcript.span(3)[1]]

    assert last - first > 5
    assert check_trajectory(with_points(given_, points).performance).status == "failed"


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 30), st.integers(0, 30))
def test_nobody_passes_for_following_another_script(did: int, asked: int) -> None:
    one, other = live("no-sound", did), live("no-sound", asked)
    turns = [(step.yaw_deg, step.pitch_deg) for step in one.transcript.script.steps]
    wanted = [(step.yaw_deg, step.pitch_deg) for step in other.transcript.script.steps]
    apart = max(
        float(np.degrees(np.abs(np.angle(complex(*turn) * complex(*want).conjugate()))))
        for turn, want in zip(turns, wanted, strict=True)
    )

    result = check_trajectory(ceremony(replace(one.transcript, script=other.transcript.script)).performance)

    assert apart < 45 or result.status == "failed"
