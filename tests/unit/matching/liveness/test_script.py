"""Scripts: every one that is drawn keeps the rules, and there are more than anybody can prepare for."""

import json
import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.liveness.profiles import DURATIONS_MS, PROFILES, Profile, ProfileId, needs_mailbox
from matching.liveness.script import MIN_AXIS_DEG, Script, ScriptPurpose, Step, draw, outcomes, second_acts

IDS: list[ProfileId] = [
    "standard",
    "no-head-turn",
    "no-sound",
    "no-eye-closing",
    "screen-reader",
    "reduced-motion",
]

profiles = st.sampled_from(list(PROFILES.values()))
purposes = st.sampled_from(["verification", "enrolment"])
chances = st.integers(0, 2**32).map(random.Random)  # rejects little: no need to shrink what it draws


def _of_kind(script: Script, kind: str) -> list[Step]:
    return [step for step in script.steps if step.kind == kind]


def test_the_profiles_are_those_of_the_wire() -> None:
    assert sorted(PROFILES) == sorted(IDS)
    assert [profile.id for profile in PROFILES.values()] == list(PROFILES)


@pytest.mark.parametrize("name", IDS)
def test_a_profile_has_more_than_ten_thousand_outcomes(name: ProfileId) -> None:
    assert outcomes(PROFILES[name]) > 10_000


@pytest.mark.parametrize("name", IDS)
def test_whatever_act_one_was_hundreds_of_second_acts_remain(name: ProfileId) -> None:
    assert min(second_acts(PROFILES[name]).values()) >= 384


@pytest.mark.parametrize("name", ["standard", "no-head-turn"])
def test_no_outcome_is_likelier_than_another(name: ProfileId) -> None:
    profile, rng = PROFILES[name], random.Random(4)  # noqa: S311 -- the same every time
    known = outcomes(profile)
    rounds = 6 * known

    seen = Counter(_asked(draw(profile, "verification", rng)) for _ in range(rounds))

    assert len(seen) <= known
    assert len(seen) > 0.99 * known  # e^-6 of them are not yet seen
    assert max(seen.values()) < 30  # Poisson with mean 6: fewer than one outcome in 10^10 comes so often


@given(profile=profiles, purpose=purposes, rng=chances)
def test_every_script_keeps_the_rules(profile: Profile, purpose: ScriptPurpose, rng: random.Random) -> None:
    script = draw(profile, purpose, rng)

    turns, closures, closer = (_of_kind(script, kind) for kind in ("turn", "close_eyes", "closer"))
    assert len(script.acts) == 2
    assert script.acts[0][0].kind == "look"
    assert all(len(act) > 1 for act in script.acts)
    assert len(turns) <= profile.turns
    assert len(closures) <= profile.closures
    assert all(step.duration_ms in DURATIONS_MS for step in closures)
    assert all(one.kind != "turn" for one, next_ in pairwise(script.steps) if next_.kind == "close_eyes")
    assert all(step.scale in profile.closer for step in closer)
    assert len({step.scale for step in closer}) == len(closer)
    if profile.turns:
        assert any(abs(turn.yaw_deg) >= MIN_AXIS_DEG for turn in turns)
        assert any(abs(turn.pitch_deg) >= MIN_AXIS_DEG for turn in turns)
        assert all(_way(one) != _way(other) for one, other in pairwise(turns))
    lengths = [math.hypot(turn.yaw_deg, turn.pitch_deg) for turn in turns]
    assert all(any(abs(length - extent) < 0.1 for extent in profile.extents_deg) for length in lengths)


@given(profile=profiles, purpose=purposes, rng=chances)
def test_what_is_compared_is_looked_straight_at_and_a_turn_of_each_act_is_seen(
    profile: Profile, purpose: ScriptPurpose, rng: random.Random
) -> None:
    script = draw(profile, purpose, rng)

    captured = [step.kind for step in script.steps if step.capture]
    assert set(captured) <= {"look", "view", "turn"}
    assert captured.count("turn") == (2 if profile.turns else 0)
    if purpose == "verification":
        assert captured.count("look") >= 2
        assert "view" not in captured
    else:
        assert "look" not in captured
        assert 3 <= captured.count("view") <= 5


@pytest.mark.parametrize("name", ["no-sound", "no-eye-closing"])
@given(rng=chances)
def test_eyes_that_need_not_close_are_never_asked_to(name: ProfileId, rng: random.Random) -> None:
    script = draw(PROFILES[name], "verification", rng)

    assert _of_kind(script, "close_eyes") == []
    assert len(_of_kind(script, "turn")) == 3


@given(rng=chances, purpose=purposes)
def test_a_neck_that_need_not_turn_is_never_asked_to(purpose: ScriptPurpose, rng: random.Random) -> None:
    script = draw(PROFILES["no-head-turn"], purpose, rng)

    assert _of_kind(script, "turn") == []
    assert not {step.view for step in _of_kind(script, "view")} & {"left", "right"}


@given(profile=profiles, purpose=purposes, rng=chances)
def test_a_script_says_whether_its_way_of_looking_takes_a_mailbox_and_no_script_takes_one(
    profile: Profile, purpose: ScriptPurpose, rng: random.Random
) -> None:
    assert needs_mailbox(draw(profile, purpose, rng).to_json()) is (profile.id == "no-head-turn")
    assert needs_mailbox(None)


@given(rng=chances)
def test_a_screen_reader_has_four_directions_to_say(rng: random.Random) -> None:
    script = draw(PROFILES["screen-reader"], "verification", rng)

    turns = _of_kind(script, "turn")
    assert all(0 in (turn.yaw_deg, turn.pitch_deg) for turn in turns)
    assert (len(turns), len(_of_kind(script, "close_eyes"))) == (4, 1)


@given(profile=profiles, purpose=purposes, rng=chances)
def test_a_script_comes_back_from_json_as_it_was(
    profile: Profile, purpose: ScriptPurpose, rng: random.Random
) -> None:
    script = draw(profile, purpose, rng)

    assert Script.from_json(json.loads(json.dumps(script.to_json()))) == script


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "look"},
        {"kind": "stare", "capture": False},
        {"kind": "turn", "capture": False, "yaw_deg": 16.0},
        {"kind": "look", "capture": False, "scale": 1.2},
    ],
)
def test_what_is_no_step_is_no_step(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a step"):
        Step.from_json(broken)


def test_a_script_of_a_profile_that_is_none_is_no_script() -> None:
    with pytest.raises(ValueError, match="not a script"):
        Script.from_json({"profile": "asleep", "acts": []})


def test_an_enrolments_second_act_has_time_for_its_views() -> None:
    rng = random.Random(1)  # noqa: S311 -- the same every time
    sign_in, enrolment = (
        draw(PROFILES["standard"], purpose, rng) for purpose in ("verification", "enrolment")
    )

    assert sign_in.act_limits_s == (20, 20)
    assert enrolment.act_limits_s == (20, 44)


def _way(turn: Step) -> tuple[int, int]:
    angle = math.atan2(turn.pitch_deg, turn.yaw_deg)
    return round(math.cos(angle) * 10), round(math.sin(angle) * 10)


def _asked(script: Script) -> str:
    """What tells two outcomes apart: which turn is captured does not count."""
    return json.dumps([{**step.to_json(), "capture": None} for step in script.steps])
