"""What must hold of a ceremony's descriptors before any of them is compared."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching import gates
from matching.calibration import shipped_calibration
from matching.comparison import Placement, place, reduce_looks
from matching.evidence import FloatArray
from matching.sphere import unit
from tests.unit.matching.faces import captures, face

SHIPPED = shipped_calibration()
anything = arrays.arrays(
    np.float64,
    st.tuples(st.integers(0, 7), st.sampled_from([0, 127, 128, 129])),
    elements=st.floats(width=64),
)


@given(rows=anything)
def test_complete_is_three_to_five_descriptors_of_finite_numbers(rows: FloatArray) -> None:
    expected = len(rows) in {3, 4, 5} and rows.shape[1] == 128 and bool(np.isfinite(rows).all())

    assert gates.are_complete(rows) == expected


def test_one_descriptor_without_a_stack_is_not_complete() -> None:
    assert not gates.are_complete(face(1))


@given(rows=arrays.arrays(np.float64, (3, 128), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_no_finite_descriptor_makes_the_norm_overflow(rows: FloatArray) -> None:
    plausible = gates.have_plausible_norms(rows, calibration=SHIPPED)

    largest = np.abs(rows).max()
    assert not plausible or SHIPPED.gates.norm[0] / np.sqrt(128) <= largest <= SHIPPED.gates.norm[1]


@pytest.mark.parametrize("end", [0, 1])
def test_a_norm_just_outside_is_not_plausible(end: int) -> None:
    bound, outwards = SHIPPED.gates.norm[end], (0.999, 1.001)[end]
    rows = unit(captures(1)) * bound

    assert gates.have_plausible_norms(rows / outwards, calibration=SHIPPED)
    assert not gates.have_plausible_norms(rows * outwards, calibration=SHIPPED)
    rows[1:] /= outwards
    assert not gates.have_plausible_norms(np.vstack([rows[:1] * outwards, rows[1:]]), calibration=SHIPPED), (
        "one of three is enough"
    )


def test_real_faces_lie_among_faces_and_the_mean_face_does_not() -> None:
    people = np.stack([face(person) for person in range(1, 60)])
    mean_face = SHIPPED.mean @ np.linalg.inv(SHIPPED.metric)

    among = gates.among_faces(
        place(reduce_looks(np.vstack([people, mean_face])[:, None]), calibration=SHIPPED), calibration=SHIPPED
    )

    assert among[:-1].all()
    assert not among[-1]


@pytest.mark.parametrize("measure", ["centred_norm", "cohort_distance"])
def test_each_measure_by_itself_keeps_a_point_out(measure: str) -> None:
    placed = place(reduce_looks(captures(1)[:, None]), calibration=SHIPPED)
    bound = getattr(SHIPPED.gates, measure)

    at = replace(placed, **{measure: np.array([bound, np.nextafter(bound, 0), np.nan])})

    assert gates.among_faces(at, calibration=SHIPPED).tolist() == [True, False, False]


def test_no_member_of_the_cohort_lies_as_far_out_as_a_face() -> None:
    members = SHIPPED.cohort
    nowhere_near = np.full(len(members), np.inf)

    as_they_are = Placement(
        points=members,
        spread=np.zeros(len(members)),
        centred_norm=np.linalg.norm(members - SHIPPED.mean, axis=1),
        cohort_distance=nowhere_near,
    )

    assert not gates.among_faces(as_they_are, calibration=SHIPPED).any()


@pytest.mark.parametrize(("apart", "distinct"), [(0.0, False), (0.0009, False), (0.0011, True)])
def test_frames_of_one_camera_differ_by_noise_at_least(apart: float, *, distinct: bool) -> None:
    rows = captures(1)
    rows[2] = rows[0] + apart * unit(rows[1])

    assert gates.are_distinct(rows) == distinct


@pytest.mark.parametrize(("apart", "agree"), [(0.4499, True), (0.4501, False)])
def test_frames_of_one_scene_lie_together(apart: float, *, agree: bool) -> None:
    rows = np.stack([face(1)] * 3)
    rows[1, 0] += apart

    assert gates.agree(rows) == agree


@pytest.mark.parametrize("power", [-200, 0, 1, 200])
@pytest.mark.parametrize(("apart", "repeated"), [(0.0, True), (0.0099, True), (0.0101, False)])
def test_a_template_is_known_again_at_whatever_length(power: int, apart: float, *, repeated: bool) -> None:
    references = captures(1, take=1)
    template, other = unit(references[1]), unit(captures(7)[0])
    sideways = unit(other - (other @ template) * template)
    angle = 2 * np.arcsin(apart / 2)
    sent = captures(1)
    sent[2] = (np.cos(angle) * template + np.sin(angle) * sideways) * 10.0**power

    # Its length would drown the others in the mean, or be drowned: this is about the row itself.
    assert gates.repeat_a_template(sent[2:], references=references) == repeated
    assert gates.repeat_a_template(sent, references=references) or not repeated


@pytest.mark.parametrize("lengths", [(1.0, 1.0, 1.0), (1.18, 1.0, 0.85)])
def test_a_template_hidden_in_the_mean_of_the_frames_is_known_again(lengths: tuple[float, ...]) -> None:
    references = captures(1, take=1)
    template = unit(references[0])
    looks = captures(1, n=3, spread=0.28)
    around = unit(template + (looks - looks.mean(axis=0)))
    sent = around * 1.42 * np.array(lengths)[:, None]

    assert (np.linalg.norm(around - template, axis=1) > 2 * gates.LEAK_BAR).all()
    assert gates.repeat_a_template(sent, references=references)


@given(
    first=arrays.arrays(np.float64, (3, 128), elements=st.floats(width=64)),
    second=arrays.arrays(np.float64, (2, 128), elements=st.floats(width=64)),
)
def test_looking_for_a_template_never_raises_and_never_finds_one_in_no_number(
    first: FloatArray, second: FloatArray
) -> None:
    found = gates.repeat_a_template(first, references=second)

    without_direction = [
        not np.isfinite(side).all(axis=1).any() or not side.any() for side in (first, second)
    ]
    assert not (found and any(without_direction))
