from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.planar import check_planar
from tests.unit.matching.liveness.ceremonies import live, nearest_flat


def test_a_head_is_no_plane() -> None:
    assert check_planar(live().performance).status == "passed"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 50), st.floats(0, 0.0006))
def test_every_homography_is_a_plane(seed: int, scatter: float) -> None:
    mapped = nearest_flat(live("standard", seed), seed=seed, scatter=scatter)

    assert check_planar(mapped.performance).status == "failed"


def test_a_script_without_turns_says_nothing_of_planes() -> None:
    assert check_planar(live("no-head-turn").performance).status == "inconclusive"
