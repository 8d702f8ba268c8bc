import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching import MODEL_ID, PIPELINE_ID, History, VerificationDecision, decide_verification
from matching.evidence import FloatArray, LandmarkSeries
from matching.score import DISTANCE_THRESHOLD, centroid_distance, reduce_probe
from tests.unit.matching.faces import captures, face, frozen_series, good_quality, moving_series

CURRENT = (MODEL_ID, PIPELINE_ID)


def decide(
    probe: FloatArray,
    references: FloatArray,
    *,
    series: LandmarkSeries | None = None,
    made_by: tuple[str, str] = CURRENT,
    reference_pipelines: list[tuple[str, str]] | None = None,
) -> VerificationDecision:
    return decide_verification(
        probe=probe,
        quality=[good_quality()] * len(probe),
        references=references,
        reference_pipelines=reference_pipelines or [CURRENT] * len(references),
        series=series or moving_series(),
        model=made_by[0],
        pipeline=made_by[1],
        history=History(recent_failures=0, device_is_new=False),
    )


def test_the_person_who_enrolled_matches() -> None:
    decision = decide(captures(1, take=1), captures(1, take=0))

    assert decision == VerificationDecision(accepted=True, reason="matched")


def test_a_stranger_does_not_match() -> None:
    decision = decide(captures(2), captures(1))

    assert decision == VerificationDecision(accepted=False, reason="not-matched")


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
        pytest.param(np.stack([face(1)] * 3), "captures-identical", id="one frame three times"),
        pytest.param(
            np.vstack([captures(1)[:2], captures(2)[:1]]),
            "captures-disagree",
            id="two people in one ceremony",
        ),
    ],
)
def test_what_no_ceremony_produces_is_refused_for_its_own_reason(probe: FloatArray, reason: str) -> None:
    decision = decide(probe, captures(1, take=1))

    assert not decision.accepted
    assert decision.reason == reason


def test_a_still_held_past_the_camera_is_refused_whatever_face_it_shows() -> None:
    decision = decide(captures(1), captures(1, take=1), series=frozen_series())

    assert decision == VerificationDecision(accepted=False, reason="evidence-malformed")


def test_a_probe_of_another_pipeline_is_refused_even_when_its_numbers_match() -> None:
    decision = decide(captures(1), captures(1, take=1), made_by=(MODEL_ID, "crop-0"))

    assert decision == VerificationDecision(accepted=False, reason="wrong-pipeline")


def test_a_reference_of_another_pipeline_is_left_out_of_the_comparison() -> None:
    references = np.vstack([captures(1, take=1), captures(2, take=1)])
    other = [("another-model", PIPELINE_ID)] * 3

    stranger = decide(captures(1), references, reference_pipelines=[*other, *[CURRENT] * 3])
    owner = decide(captures(2), references, reference_pipelines=[*other, *[CURRENT] * 3])

    assert stranger.reason == "not-matched"
    assert owner.accepted


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
    enrolled = captures(1, take=1, spread=0.02)
    away = face(2) - face(1)
    lucky = face(1) + np.outer([0.5, 0.98, 1.0], away)
    centroid = enrolled.mean(axis=0)

    best_frame = np.linalg.norm(lucky - centroid, axis=1).min()
    reduced = centroid_distance(probe=reduce_probe(lucky), references=enrolled)

    assert best_frame <= DISTANCE_THRESHOLD < reduced
    assert not decide(lucky, enrolled).accepted


def test_a_decision_is_frozen_and_has_no_room_for_a_score() -> None:
    decision = decide(captures(1), captures(1, take=1))

    assert {f.name for f in dataclasses.fields(decision)} == {"accepted", "reason"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision.accepted = False  # type: ignore[misc] # the point of the test


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
shapes = st.tuples(st.integers(0, 7), st.sampled_from([0, 127, 128, 129]))


@given(probe=arrays.arrays(np.float64, shapes, elements=numbers))
def test_no_input_raises_and_only_a_close_probe_is_accepted(probe: FloatArray) -> None:
    references = captures(1)

    decision = decide(probe, references)

    assert not decision.accepted or (
        np.linalg.norm(probe.mean(axis=0) - references.mean(axis=0)) <= DISTANCE_THRESHOLD
    )


@given(
    scale=st.floats(0, 3),
    seed=st.integers(1, 50),
    references=arrays.arrays(np.float64, (3, 128), elements=numbers),
)
def test_no_reference_however_corrupt_lets_a_far_probe_in(
    scale: float, seed: int, references: FloatArray
) -> None:
    probe = captures(seed) * scale

    with np.errstate(all="ignore"):
        decision = decide(probe, references)
        near = np.linalg.norm(probe.mean(axis=0) - references.mean(axis=0)) <= DISTANCE_THRESHOLD

    assert not decision.accepted or near
