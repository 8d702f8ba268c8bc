import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching.evidence import FloatArray
from matching.liveness.dynamics import DynamicsResult, check_dynamics, is_one_face
from tests.unit.matching.liveness.ceremonies import live

CEREMONY = live()


def check(**changes: object) -> DynamicsResult:
    given_ = {
        "descriptors": CEREMONY.descriptors,
        "moments": CEREMONY.moments,
        "turned": CEREMONY.turned,
        "turned_moments": CEREMONY.turned_moments,
    }
    return check_dynamics(CEREMONY.performance, **(given_ | changes))  # type: ignore[arg-type]


def test_a_face_that_turns_looks_different_and_stays_its_own() -> None:
    assert check().status == "passed"


def test_the_frontal_face_once_more_is_no_turned_one() -> None:
    assert check(turned=CEREMONY.descriptors[:1].repeat(len(CEREMONY.turned), axis=0)).status == "failed"


def test_somebody_else_is_no_turned_one_either() -> None:
    stranger = np.random.default_rng(99).normal(0, 0.12, CEREMONY.turned.shape)

    assert check(turned=stranger).status == "failed"


def test_the_more_a_head_turns_the_farther_its_own_face_may_lie() -> None:
    assert is_one_face(np.array([0.47, 0.47]), np.array([16.0, 16.0]))
    assert not is_one_face(np.array([0.49, 0.49]), np.array([16.0, 16.0]))
    assert is_one_face(np.array([0.53, 0.53]), np.array([22.0, 22.0]))
    # Two people are .8 apart, some .6, however far one of them turns.
    assert not is_one_face(np.array([0.59, 0.59]), np.array([60.0, 60.0]))


def test_neither_turned_capture_makes_up_for_one_that_is_somebody_else() -> None:
    assert is_one_face(np.array([0.1, 0.7]), np.array([22.0, 22.0]))
    assert not is_one_face(np.array([0.1, 0.71]), np.array([22.0, 22.0]))


def test_how_far_a_face_is_turned_decides_at_the_moment_of_its_capture() -> None:
    moment = CEREMONY.turned_moments[0]
    turn = float(np.hypot(*CEREMONY.performance.turns_deg[moment]))
    middle = CEREMONY.descriptors.mean(axis=0)
    way = np.random.default_rng(5).normal(size=128)
    way /= np.linalg.norm(way)
    limit = 0.26 + 0.02 * min(turn, 26.0)

    def at(distance: float) -> str:
        turned = np.tile(middle + 0.1 * way, (len(CEREMONY.turned), 1))
        turned[0] = middle + distance * way
        return check(turned=turned).status

    assert (at(limit - 0.01), at(limit + 0.01)) == ("passed", "failed")


@given(
    arrays.arrays(np.float64, 2, elements=st.floats(0, 3)),
    arrays.arrays(np.float64, 2, elements=st.floats(0, 90)),
    st.floats(0, 1),
)
def test_nearer_is_never_refused_where_farther_is_not(
    distances: FloatArray, turns: FloatArray, share: float
) -> None:
    if is_one_face(distances, turns):
        assert is_one_face(share * distances, turns)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"turned": CEREMONY.turned[:0], "turned_moments": []}, id="none of a turn"),
        pytest.param({"turned_moments": [0, 1]}, id="of straight looks"),
        pytest.param({"moments": CEREMONY.turned_moments * 3}, id="of turns"),
        pytest.param({"moments": [2, 2, 2]}, id="of one frame"),
        pytest.param({"moments": [-3, -2, -1]}, id="before the first"),
        pytest.param({"moments": [0, 5, 10_000]}, id="after the last"),
        pytest.param({"moments": CEREMONY.moments[:2]}, id="one too few"),
    ],
)
def test_descriptors_are_of_the_moments_that_the_script_chose(changes: dict[str, object]) -> None:
    assert check(**changes).status == "failed"


def test_all_frontal_descriptors_of_one_look_only_leave_the_last_look_unseen() -> None:
    first = CEREMONY.transcript.span(0)

    assert check(moments=[first[0], first[0] + 2, first[0] + 4]).status == "failed"


@settings(deadline=None, max_examples=60)
@given(
    arrays.arrays(np.float64, CEREMONY.turned.shape, elements=st.floats()),
    st.lists(st.integers(-(2**40), 2**40), max_size=5),
)
def test_no_numbers_raise(turned: FloatArray, moments: list[int]) -> None:
    with np.errstate(all="ignore"):
        check(turned=turned, turned_moments=moments)
        found = check(descriptors=np.full((3, 128), np.inf), moments=moments)

    assert found.status == "failed"


@pytest.mark.parametrize("shape", [(0, 128), (3, 127), (3,), (3, 128, 1)])
def test_descriptors_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    assert check(descriptors=np.zeros(shape)).status == "failed"
    assert check(turned=np.zeros(shape)).status == "failed"
