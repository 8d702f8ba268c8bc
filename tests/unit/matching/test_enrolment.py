import numpy as np
import pytest

from matching import MODEL_ID, PIPELINE_ID, EnrolmentDecision, Quality, assess_enrolment
from matching.evidence import FloatArray
from tests.unit.matching.faces import captures, face, good_quality


def assess(
    descriptors: FloatArray,
    *,
    quality: list[Quality] | None = None,
    pipeline: str = PIPELINE_ID,
) -> EnrolmentDecision:
    return assess_enrolment(
        captures=descriptors,
        quality=quality if quality is not None else [good_quality()] * len(descriptors),
        model=MODEL_ID,
        pipeline=pipeline,
    )


@pytest.mark.parametrize("n", [3, 4, 5])
def test_captures_that_agree_become_the_templates_unchanged(n: int) -> None:
    taken = captures(1, n=n)

    decision = assess(taken)

    assert decision.accepted
    assert decision.reasons == ()
    assert (decision.templates == taken).all()


@pytest.mark.parametrize(
    ("taken", "reason"),
    [
        pytest.param(captures(1)[:2], "evidence-malformed", id="two captures"),
        pytest.param(captures(1, n=6), "evidence-malformed", id="six captures"),
        pytest.param(np.full((3, 128), np.nan), "evidence-malformed", id="NaN"),
        pytest.param(np.zeros((3, 128)), "descriptor-implausible", id="all zeros"),
        pytest.param(captures(1) * 0.5, "descriptor-implausible", id="wrong norm"),
        pytest.param(np.stack([face(1)] * 3), "captures-identical", id="one capture three times"),
        pytest.param(np.vstack([captures(1)[:2], captures(2)[:1]]), "captures-disagree", id="two people"),
    ],
)
def test_captures_that_cannot_be_templates_are_refused_with_the_reason(
    taken: FloatArray, reason: str
) -> None:
    decision = assess(taken)

    assert not decision.accepted
    assert decision.reasons == (reason,)
    assert decision.templates.shape[0] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"inter_ocular_px": 39.9}, "face-too-small"),
        ({"luminance_mean": 49.9}, "too-dark"),
        ({"luminance_mean": 215.1}, "too-bright"),
        ({"sharpness": 0.29}, "blurred"),
        ({"sharpness": 150.1}, "too-dark"),  # a sensor's noise in the dark
        ({"under_exposed": 0.41}, "too-dark"),
        ({"over_exposed": 0.26}, "too-bright"),
        ({"uniformity": 0.34}, "uneven-light"),
        ({"nose_offset_iod": -0.41}, "not-frontal"),
        ({"yaw_deg": -35.1}, "not-frontal"),
        ({"pitch_deg": 40.1}, "not-frontal"),
        ({"roll_deg": 30.1}, "not-frontal"),
        ({"faces_in_view": 2}, "several-faces"),
        ({"yaw_deg": float("nan")}, "not-frontal"),
        ({"uniformity": float("nan")}, "uneven-light"),
        ({"inter_ocular_px": float("nan")}, "face-too-small"),
        ({"sharpness": float("nan")}, "blurred"),
    ],
)
def test_one_poor_capture_refuses_the_enrolment_and_says_what_was_poor(
    change: dict[str, float], reason: str
) -> None:
    decision = assess(captures(1), quality=[good_quality(), good_quality(**change), good_quality()])

    assert not decision.accepted
    assert decision.reasons == (reason,)


def test_every_poor_condition_is_told_at_once() -> None:
    poor = good_quality(luminance_mean=10.0, sharpness=0.1)

    decision = assess(captures(1), quality=[poor] * 3)

    assert decision.reasons == ("too-dark", "blurred")


def test_quality_for_some_captures_only_is_malformed() -> None:
    assert assess(captures(1), quality=[good_quality()] * 2).reasons == ("evidence-malformed",)


def test_another_pipeline_makes_no_templates() -> None:
    assert assess(captures(1), pipeline="crop-0").reasons == ("wrong-pipeline",)


def test_no_decision_shows_numbers_of_a_face_when_printed() -> None:
    taken = captures(1)

    shown = repr(assess(taken))

    assert "array" not in shown
