"""A template sent back as a probe has leaked."""

import numpy as np
import pytest
from hypothesis import given

from matching.evidence import FloatArray
from matching.gates import LEAK_BAR
from matching.templates import StoredTemplates, is_resubmitted
from tests.support.captures import descriptors
from tests.unit.matching.templates.sets import (
    BEFORE,
    CURRENT,
    anchors,
    at_distance,
    probes,
    stored,
    template_sets,
)

LEARNED = at_distance(anchors()[0], 0.2, seed=1)
TEMPLATES = stored(anchor_rows=anchors(), learned_rows=LEARNED[None, :], active=[0], age_days=[400.0])


def test_a_real_look_is_none() -> None:
    assert not is_resubmitted(probe=descriptors(1), templates=TEMPLATES)


@pytest.mark.parametrize(
    "stolen", [anchors()[1], LEARNED, LEARNED * 1.1], ids=["anchor", "learned", "scaled"]
)
@pytest.mark.parametrize("at", [0, 2])
def test_one_frame_that_is_a_stored_template_is_enough(stolen: FloatArray, at: int) -> None:
    probe = descriptors(1)
    probe[at] = stolen

    assert is_resubmitted(probe=probe, templates=TEMPLATES)


def test_frames_spread_around_a_stored_template_are_found_by_their_mean() -> None:
    away = at_distance(LEARNED, 0.05, seed=4) - LEARNED
    probe = np.stack([LEARNED + away, LEARNED - away, LEARNED + 0.02 * away])

    assert is_resubmitted(probe=probe[:2], templates=TEMPLATES)


@pytest.mark.parametrize(("distance", "expected"), [(LEAK_BAR * 0.99, True), (LEAK_BAR * 1.01, False)])
def test_the_bar_stands_where_it_says(distance: float, expected: bool) -> None:  # noqa: FBT001 -- a case
    probe = at_distance(anchors()[0], distance, seed=3)[None, :]

    assert is_resubmitted(probe=probe, templates=TEMPLATES) is expected


def test_what_another_pipeline_made_is_not_compared() -> None:
    other = stored(anchor_rows=anchors(), made_by=[CURRENT, CURRENT, BEFORE])

    assert not is_resubmitted(probe=anchors()[2:], templates=other)


@given(probe=probes, templates=template_sets())
def test_it_never_raises(probe: FloatArray, templates: StoredTemplates) -> None:
    found = is_resubmitted(probe=np.stack([probe, probe]), templates=templates)

    assert not (found and not np.isfinite(probe).all())
