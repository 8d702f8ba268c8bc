from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.perspective import check_perspective
from matching.liveness.script import Script
from tests.unit.matching.liveness.ceremonies import (
    ceremony,
    flat,
    live,
    nearest_flat,
    points_of,
    script_of,
    shaped,
    with_points,
)


def test_a_head_that_comes_closer_changes_its_perspective() -> None:
    found = check_perspective(live("no-head-turn").performance)

    assert found.status == "passed"
    assert 0.5 < found.growth < 1.6


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 50))
def test_a_print_that_comes_closer_changes_less_than_any_head(seed: int) -> None:
    paper = shaped(script_of("no-head-turn", seed), flat, seed=seed)
    head = live("no-head-turn", seed)

    assert check_perspective(paper.performance).growth < 0.4 < check_perspective(head.performance).growth


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 50), st.floats(0, 0.0006))
def test_a_zoom_into_a_picture_changes_less_than_any_head(seed: int, scatter: float) -> None:
    person = live("no-head-turn", seed)
    still = points_of(person)[0] - points_of(person)[0].mean(axis=0)
    zoomed = person.performance.scales[:, None, None] * still + points_of(person)[0].mean(axis=0)
    noise = np.random.default_rng(seed).normal(0, scatter, zoomed.shape)

    assert check_perspective(with_points(person, zoomed + noise).performance).growth < 0.4
    assert check_perspective(nearest_flat(person, seed=seed).performance).growth < 0.4


def test_whoever_does_not_come_as_close_as_asked_has_not_followed() -> None:
    did = live("no-head-turn").transcript
    farther = tuple(
        tuple(replace(step, scale=2.2) if step.kind == "closer" else step for step in act)
        for act in did.script.acts
    )
    asked = Script(profile="no-head-turn", acts=farther)

    assert check_perspective(ceremony(replace(did, script=asked)).performance).status == "failed"


def test_a_script_that_asks_nobody_closer_says_nothing() -> None:
    assert check_perspective(live().performance).status == "inconclusive"
