"""The decision: who matches, who does not and why, and what no input whatever can bring about."""

import dataclasses
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching import (
    MODEL_ID,
    PIPELINE_ID,
    History,
    Quality,
    VerificationDecision,
    decide_verification,
)
from matching.calibration import shipped_calibration
from matching.comparison import log_likelihood_ratios, place, reduce_looks, spread_levels
from matching.conditions import MAX_SHARPNESS
from matching.evidence import FloatArray
from matching.gates import JUDGED_MEANS, means_among_faces
from matching.history import CALM
from matching.sphere import unit
from tests.unit.matching.faces import captures, face, good_quality

CURRENT: Final = (MODEL_ID, PIPELINE_ID)
SHIPPED: Final = shipped_calibration()
NORM: Final = 1.42
OUT_OF_METRIC: Final = np.linalg.inv(SHIPPED.metric)


def decide(
    probe: FloatArray,
    references: FloatArray,
    *,
    quality: list[Quality] | None = None,
    made_by: tuple[str, str] = CURRENT,
    reference_pipelines: list[tuple[str, str]] | None = None,
    history: History = CALM,
) -> VerificationDecision:
    return decide_verification(
        probe=probe,
        quality=[good_quality()] * len(probe) if quality is None else quality,
        references=references,
        reference_pipelines=reference_pipelines or [CURRENT] * len(references),
        model=made_by[0],
        pipeline=made_by[1],
        history=history,
    )


def beyond_base(probe: FloatArray, references: FloatArray) -> float:
    """The evidence less the bar that no history and no quality adds to; < 0 cannot be accepted."""
    seen, known = (place(reduce_looks(side[None]), calibration=SHIPPED) for side in (probe, references))
    evidence = log_likelihood_ratios(probes=seen, references=known, calibration=SHIPPED).item()
    row, column = (spread_levels(side.spread, calibration=SHIPPED).item() for side in (known, seen))
    return float(evidence - SHIPPED.thresholds.by_spread[row, column])


def out_of_metric(point: FloatArray) -> FloatArray:
    """The descriptor, (128,), that the metric maps to the direction of a point."""
    return NORM * unit(point @ OUT_OF_METRIC)


def frames_of(descriptor: FloatArray, *, apart: float = 0.05, count: int = 3) -> FloatArray:
    """(count, 128) a scene in which every frame lies a little off a descriptor."""
    noise = unit(np.random.default_rng(5).normal(size=(count, 128)))
    frames: FloatArray = descriptor + apart * noise
    return frames


def moved(rows: FloatArray, amount: float, *, seed: int = 0) -> FloatArray:
    """The same looks of somebody who lies that far off, in a direction that is nobody's."""
    away: FloatArray = amount * NORM * unit(np.random.default_rng([seed, 3]).normal(size=128))
    return rows + away


def just_accepted(probe: FloatArray, references: FloatArray) -> FloatArray:
    """The probe moved away until hardly any more would refuse it."""
    near, far = 0.0, 1.0
    for _ in range(25):
        middle = (near + far) / 2
        near, far = (middle, far) if decide(moved(probe, middle), references).accepted else (near, middle)
    return moved(probe, near)


def test_the_person_who_enrolled_matches() -> None:
    decision = decide(captures(1, take=1), captures(1, take=0))

    assert decision == VerificationDecision(accepted=True, reason="matched")


def test_strangers_do_not_match_and_owners_do() -> None:
    people = range(1, 25)
    enrolled = {person: captures(person) for person in people}

    outcomes = {
        (probe, account): decide(captures(probe, take=1), enrolled[account])
        for probe in people
        for account in people
    }

    assert all(found.accepted == (probe == account) for (probe, account), found in outcomes.items())
    assert {found.reason for found in outcomes.values()} == {"matched", "not-matched"}


MEAN_FACE = out_of_metric(SHIPPED.mean)
ENROLLED = captures(1, take=1)


@pytest.mark.parametrize(
    ("probe", "reason"),
    [
        pytest.param(captures(1)[:2], "evidence-malformed", id="two frames"),
        pytest.param(captures(1, n=6), "evidence-malformed", id="six frames"),
        pytest.param(captures(1)[:, :127], "evidence-malformed", id="127 numbers"),
        pytest.param(np.full((3, 128), np.nan), "evidence-malformed", id="NaN"),
        pytest.param(np.full((3, 128), np.inf), "evidence-malformed", id="infinity"),
        pytest.param(np.zeros((3, 128)), "descriptor-implausible", id="all zeros"),
        pytest.param(captures(1) * 2, "descriptor-implausible", id="wrong norm"),
        pytest.param(captures(1) * 1e200, "descriptor-implausible", id="a norm that overflows"),
        pytest.param(np.stack([face(1)] * 3), "captures-identical", id="one frame three times"),
        pytest.param(captures(1)[[0, 1, 1]], "captures-identical", id="one frame twice"),
        pytest.param(
            np.vstack([captures(1)[:2], moved(captures(1)[:1], 0.4)]), "captures-disagree", id="one far off"
        ),
        pytest.param(np.vstack([captures(1)[:2], captures(2)[:1]]), "captures-disagree", id="two people"),
        pytest.param(frames_of(MEAN_FACE), "descriptor-implausible", id="the mean face"),
        pytest.param(ENROLLED, "template-replayed", id="the templates themselves"),
        pytest.param(
            np.vstack([captures(1)[:2], ENROLLED[:1]]), "template-replayed", id="a template among frames"
        ),
        pytest.param(
            np.vstack([captures(1)[:2], ENROLLED[:1] * 1.07]), "template-replayed", id="a template scaled"
        ),
        pytest.param(
            frames_of(ENROLLED[0], apart=0.012), "template-replayed", id="a template in noise below .01"
        ),
    ],
)
def test_what_no_ceremony_produces_is_refused_for_its_own_reason(probe: FloatArray, reason: str) -> None:
    decision = decide(probe, ENROLLED)

    assert not decision.accepted
    assert decision.reason == reason


def test_one_face_between_all_others_is_refused_even_among_frames_that_are_plausible() -> None:
    step = 0.44 * unit(MEAN_FACE - face(1))
    probe = np.vstack([captures(1, spread=0.05)[:2], (face(1) + step)[None]])

    decision = decide(probe, ENROLLED)

    assert decision == VerificationDecision(accepted=False, reason="descriptor-implausible")


def test_no_member_of_the_cohort_is_anybody() -> None:
    reasons = set()
    for member in SHIPPED.cohort:
        point = out_of_metric(member)
        enrolled_as_itself = NORM * unit(frames_of(point, apart=0.04, count=4))[3:]
        decision = decide(frames_of(point), enrolled_as_itself)
        assert not decision.accepted
        reasons.add(decision.reason)

    assert reasons == {"descriptor-implausible"}


def test_quality_of_some_frames_only_is_malformed() -> None:
    decision = decide(captures(1), ENROLLED, quality=[good_quality()] * 2)

    assert decision == VerificationDecision(accepted=False, reason="evidence-malformed")


@pytest.mark.parametrize("made_by", [(MODEL_ID, "crop-0"), ("another-model", PIPELINE_ID), ("", "")])
def test_a_probe_of_another_pipeline_is_refused_even_when_its_numbers_match(made_by: tuple[str, str]) -> None:
    decision = decide(captures(1), ENROLLED, made_by=made_by)

    assert decision == VerificationDecision(accepted=False, reason="wrong-pipeline")


@given(
    numbers=arrays.arrays(np.float64, (3, 128), elements=st.floats(width=64)),
    kind=st.sampled_from([("another-model", PIPELINE_ID), (MODEL_ID, "crop-0"), ("", "")]),
    owner=st.booleans(),
)
def test_references_of_another_pipeline_are_never_compared_whatever_they_hold(
    numbers: FloatArray, kind: tuple[str, str], *, owner: bool
) -> None:
    probe = captures(1 if owner else 2)
    for others in (numbers, captures(2, take=1), probe):
        mixed = decide(
            probe, np.vstack([others, ENROLLED]), reference_pipelines=[*[kind] * 3, *[CURRENT] * 3]
        )
        assert mixed == decide(probe, ENROLLED)


def test_references_of_other_pipelines_only_are_no_reference() -> None:
    decision = decide(captures(1), captures(1), reference_pipelines=[(MODEL_ID, "crop-0")] * 3)

    assert decision == VerificationDecision(accepted=False, reason="no-reference")


def test_an_account_without_templates_matches_nobody() -> None:
    decision = decide(captures(1), np.empty((0, 128)))

    assert decision == VerificationDecision(accepted=False, reason="no-reference")


def test_references_without_their_pipelines_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="every reference"):
        decide(captures(1), captures(1), reference_pipelines=[CURRENT])


def test_a_ceremony_is_one_probe_so_one_lucky_frame_does_not_match() -> None:
    lucky = moved(captures(1)[:1], 0.1)
    rest = [moved(captures(1)[:1], 0.1 + 0.27 * share) for share in (0.9, 1.0)]
    ceremony = np.vstack([lucky, *rest])

    assert beyond_base(lucky, ENROLLED) > 0
    assert decide(ceremony, ENROLLED).reason == "not-matched"


def test_failures_ask_the_owner_for_more_evidence_where_a_calm_account_matches() -> None:
    probe = just_accepted(captures(1), ENROLLED)
    tried = History(recent_failures=9, device_is_new=False)
    new_device = History(recent_failures=0, device_is_new=True)

    assert decide(probe, ENROLLED).accepted
    # Said in the same word as of a face that is far from it: whoever reads it must have nothing to climb by.
    for history in (tried, new_device):
        for looked in (probe, moved(probe, 0.05, seed=1)):
            decision = decide(looked, ENROLLED, history=history)
            assert decision == VerificationDecision(accepted=False, reason="not-matched")


def test_an_owner_who_is_seen_well_needs_no_calm_account() -> None:
    worst = History(recent_failures=10**9, device_is_new=True)

    assert decide(captures(1), ENROLLED, history=worst).accepted


def test_poor_conditions_refuse_what_hardly_matched_in_good_ones() -> None:
    probe = just_accepted(captures(1), ENROLLED)

    dark = [good_quality(), good_quality(luminance_mean=1.0), good_quality()]

    assert decide(probe, ENROLLED).accepted
    assert decide(probe, ENROLLED, quality=dark).reason == "not-matched"


def test_a_calibration_of_ones_own_is_what_decides() -> None:
    thresholds = SHIPPED.thresholds
    strict = dataclasses.replace(
        SHIPPED, thresholds=dataclasses.replace(thresholds, by_spread=thresholds.by_spread + 100, ceiling=200)
    )

    decision = decide_verification(
        probe=captures(1),
        quality=[good_quality()] * 3,
        references=ENROLLED,
        reference_pipelines=[CURRENT] * 3,
        model=MODEL_ID,
        pipeline=PIPELINE_ID,
        history=CALM,
        calibration=strict,
    )

    assert decision.reason == "not-matched"


def test_a_decision_is_frozen_and_has_no_room_for_a_score() -> None:
    decision = decide(captures(1), ENROLLED)

    assert {f.name: f.type for f in dataclasses.fields(decision)}.keys() == {"accepted", "reason"}
    assert not hasattr(decision, "__dict__")
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision.accepted = False  # type: ignore[misc] # the point of the test


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
shapes = st.tuples(st.integers(0, 7), st.sampled_from([0, 127, 128, 129]))
histories = st.builds(History, recent_failures=st.integers(-5, 10**30), device_is_new=st.booleans())
reported = st.builds(Quality, **{field.name: numbers for field in dataclasses.fields(Quality)})


@st.composite
def looks(draw: st.DrawFn) -> FloatArray:
    """Looks at the owner or a stranger, near or far, at any length, perhaps with numbers that no face has."""
    rows = captures(
        draw(st.integers(1, 3)),
        n=draw(st.integers(3, 5)),
        take=draw(st.integers(0, 3)),
        spread=draw(st.sampled_from([0.0, 1e-4, 0.02, 0.1, 0.28])),
    )
    rows = moved(rows, draw(st.floats(0, 0.6)), seed=draw(st.integers(0, 3)))
    rows = rows * draw(st.one_of(st.just(1.0), st.floats(0.8, 1.25), numbers))
    if draw(st.booleans()):
        rows[draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, 127))] = draw(numbers)
    return rows


@given(
    probe=looks() | arrays.arrays(np.float64, shapes, elements=numbers),
    references=looks() | arrays.arrays(np.float64, (3, 128), elements=numbers),
    quality=st.lists(reported, min_size=7, max_size=7),
    history=histories,
)
@settings(max_examples=300)
def test_no_input_raises_or_is_accepted_below_the_base_bar(
    probe: FloatArray, references: FloatArray, quality: list[Quality], history: History
) -> None:
    decision = decide(probe, references, quality=quality[: len(probe)], history=history)

    assert not decision.accepted or beyond_base(probe, references) >= 0


@given(
    probe=looks(),
    quality=st.lists(reported, min_size=5, max_size=5),
    history=histories,
)
@settings(max_examples=100)
def test_nothing_reported_and_no_history_accepts_what_fine_conditions_and_a_calm_account_refuse(
    probe: FloatArray, quality: list[Quality], history: History
) -> None:
    decision = decide(probe, ENROLLED, quality=quality[: len(probe)], history=history)

    assert decide(probe, ENROLLED).accepted or not decision.accepted


@given(probe=looks(), templates=looks(), order=st.permutations(range(5)))
@settings(max_examples=100)
def test_the_order_of_frames_and_of_templates_changes_nothing(
    probe: FloatArray, templates: FloatArray, order: list[int]
) -> None:
    shuffled = probe[[at for at in order if at < len(probe)]]
    turned = templates[[at for at in reversed(order) if at < len(templates)]]

    assert decide(shuffled, turned) == decide(probe, templates)


def test_a_face_seen_through_noise_is_not_compared_whoever_it_is() -> None:
    noisy = [good_quality(), good_quality(), good_quality(sharpness=MAX_SHARPNESS + 1)]

    decision = decide(captures(1, take=1), captures(1), quality=noisy)

    assert decision == VerificationDecision(accepted=False, reason="conditions-unusable")


def test_frames_on_the_shell_of_faces_whose_mean_lies_inside_are_no_face() -> None:
    calibration = SHIPPED
    # A point inside the shell, and frames around it, as far apart as two looks are.
    towards = np.random.default_rng(0).normal(size=(5, 128))
    towards -= towards.mean(axis=0)
    near = calibration.gates.centred_norm * 0.98 * unit(face(1) @ calibration.metric - calibration.mean)
    inside = (calibration.mean + near) @ OUT_OF_METRIC
    frames = NORM * unit(unit(inside) + 0.1 * unit(towards))
    seen = place(reduce_looks(frames[None]), calibration=calibration)

    assert spread_levels(seen.spread, calibration=calibration).item() < JUDGED_MEANS
    assert not means_among_faces(seen, calibration=calibration).any()
    assert decide(frames, captures(1)).reason == "descriptor-implausible"
