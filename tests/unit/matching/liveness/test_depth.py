import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.depth import check_depth
from tests.unit.matching.liveness.ceremonies import bent, flat, live, nearest_flat, script_of, shaped


@pytest.mark.parametrize("seed", range(5))
def test_a_head_has_about_the_mean_heads_depth_and_nose(seed: int) -> None:
    found = check_depth(live("standard", seed).performance)

    assert found.status == "passed"
    assert 0.7 < found.relief_across < 1.4
    assert 0.6 < found.nose < 1.5


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 50))
def test_a_print_never_has_depth_however_well_it_is_moved(seed: int) -> None:
    assert check_depth(shaped(script_of("standard", seed), flat, seed=seed).performance).status == "failed"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 50), st.floats(0, 0.002))
def test_no_homography_of_a_picture_has_depth_even_the_nearest_to_a_heads(seed: int, scatter: float) -> None:
    mapped = nearest_flat(live("standard", seed), seed=seed, scatter=scatter)

    assert check_depth(mapped.performance).status == "failed"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 50), st.floats(0.9, 8.0), st.booleans())
def test_a_bent_print_never_has_a_nose(seed: int, radius: float, upright: bool) -> None:  # noqa: FBT001 -- drawn
    paper = shaped(script_of("no-sound", seed), bent(radius, upright=upright), seed=seed)

    found = check_depth(paper.performance)

    assert found.nose < 0.4
    assert found.status == "failed"


def test_a_script_without_turns_says_nothing_of_depth() -> None:
    assert check_depth(live("no-head-turn").performance).status == "inconclusive"


def test_what_was_measured_is_not_printed() -> None:
    assert "relief" not in repr(check_depth(live().performance))
