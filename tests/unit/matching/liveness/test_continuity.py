from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.continuity import check_continuity
from matching.liveness.layout import RIGID, inter_ocular
from tests.actors.transcript import Manner, live_transcript
from tests.unit.matching.liveness.ceremonies import (
    UNIT,
    Ceremony,
    ceremony,
    live,
    points_of,
    script_of,
    with_points,
)

# What one person's features differ by from the next one's, inter-ocular distances.
ANOTHER = 0.03
SHUT = 0.9  # of open eyes


def another(points: FloatArray, *, seed: int) -> FloatArray:
    """Somebody else's face in the same place."""
    own = np.random.default_rng(seed).normal(0, ANOTHER, points.shape[1:])
    return points + own * float(np.median(inter_ocular(points)))


def status(given: Ceremony) -> str:
    return check_continuity(given.performance, moments=given.moments).status


@pytest.mark.parametrize("profile", ["standard", "screen-reader", "no-head-turn"])
def test_one_person_is_the_same_all_along(profile: str) -> None:
    assert [status(live(profile, seed)) for seed in range(5)] == ["passed"] * 5


@pytest.mark.parametrize("seed", range(5))
def test_another_face_shown_at_the_end_of_a_look_is_seen(seed: int) -> None:
    given = live("standard", seed)
    points = points_of(given).copy()
    last = given.performance.span(given.performance.steps_of("look")[-1][0]).stop
    shown = slice(last - 5, last)
    points[shown] = another(points[shown], seed=seed)

    assert status(with_points(given, points)) == "failed"


def test_another_face_in_nothing_but_the_captures_is_seen() -> None:
    given = live("standard", 0)
    points = points_of(given).copy()
    points[given.moments] = another(points[given.moments], seed=0)

    assert status(with_points(given, points)) == "failed"


def test_lids_that_close_when_asked_to_may_move_what_lies_around_them() -> None:
    given = live("screen-reader", 0)
    points = points_of(given).copy()
    (number, _) = given.performance.steps_of("close_eyes")[0]
    shut = _inside(given, number)[given.performance.openings[_inside(given, number)].mean(axis=1) < SHUT]
    points[shut, RIGID] = another(points[shut], seed=0)[:, RIGID]

    assert status(with_points(given, points)) == "passed"


@pytest.mark.parametrize("seed", range(5))
def test_another_face_that_is_shown_until_the_eyes_close_is_seen(seed: int) -> None:
    given = live("screen-reader", seed)
    points = points_of(given).copy()
    (number, _) = given.performance.steps_of("close_eyes")[0]
    shown = _inside(given, number)
    points[shown, RIGID] = another(points[shown], seed=seed)[:, RIGID]

    assert status(with_points(given, points)) == "failed"


def _inside(given: Ceremony, number: int) -> NDArray[np.intp]:
    return np.arange(len(given.performance.track))[given.performance.span(number)]


@pytest.mark.parametrize("seed", range(5))
def test_another_face_in_the_wait_between_the_acts_is_seen(seed: int) -> None:
    script = script_of("no-head-turn", seed)
    transcript = live_transcript(script, rng=np.random.default_rng(seed), manner=Manner(wait_s=2.0))
    points = transcript.points / UNIT
    wait = slice(transcript.first_act, transcript.steps[len(script.acts[0])])
    points[wait] = another(points[wait], seed=seed)
    sent = np.rint(points * UNIT).astype(np.int16)

    assert status(ceremony(replace(transcript, points=sent))) == "failed"


def test_a_head_that_only_moves_in_the_picture_is_the_same() -> None:
    given = live("standard", 0)
    points = points_of(given)
    middle = points.mean(axis=(0, 1))

    assert status(with_points(given, middle + 0.8 * (points - middle) + 0.05)) == "passed"
