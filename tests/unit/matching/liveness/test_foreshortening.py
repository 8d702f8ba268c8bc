from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.foreshortening import check_foreshortening
from tests.unit.matching.liveness.ceremonies import flat, live, script_of, shaped


def test_a_head_shows_as_much_depth_as_it_narrows() -> None:
    assert check_foreshortening(live().performance).status == "passed"


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 50))
def test_paper_narrows_and_shows_none(seed: int) -> None:
    paper = shaped(script_of("standard", seed), flat, seed=seed)

    assert check_foreshortening(paper.performance).status == "failed"


def test_a_script_without_turns_says_nothing_of_narrowing() -> None:
    assert check_foreshortening(live("no-head-turn").performance).status == "inconclusive"
