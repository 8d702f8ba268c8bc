"""Out of quarantine: two later sign-ins, on different days, that the anchors alone would let in."""

import numpy as np
import pytest
from hypothesis import given

from matching.evidence import FloatArray
from matching.templates import Corroboration, StoredTemplates, corroborate
from matching.templates.bars import ANCHOR_BAR, CORROBORATION_BAR
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
BETWEEN = (LEARNED + anchors()[0]) / 2


def quarantined(*, corroborations: int = 0, quiet_days: float = 1.0, **changes: object) -> StoredTemplates:
    return stored(
        anchor_rows=anchors(),
        learned_rows=LEARNED[None, :],
        active=[0],
        corroborations=[corroborations],
        quiet_days=[quiet_days],
        **changes,  # type: ignore[arg-type]
    )


def told(corroboration: Corroboration) -> tuple[bool, bool]:
    assert not corroboration.corroborated[:3].any()
    return bool(corroboration.corroborated[3]), bool(corroboration.promoted[3])


@pytest.mark.parametrize(
    ("corroborations", "quiet_days", "expected"),
    [
        (0, 1.0, (True, False)),
        (1, 1.0, (True, True)),
        (0, 0.99, (False, False)),
        (1, 0.99, (False, False)),
        (1, float("nan"), (False, False)),
        (1, -3.0, (False, False)),
    ],
)
def test_the_second_of_two_days_promotes(
    corroborations: int, quiet_days: float, expected: tuple[bool, bool]
) -> None:
    templates = quarantined(corroborations=corroborations, quiet_days=quiet_days)

    assert told(corroborate(probe=BETWEEN, templates=templates)) == expected


def test_a_sign_in_that_the_template_alone_is_near_to_says_nothing_for_it() -> None:
    beyond = LEARNED + 0.9 * (LEARNED - anchors()[0])
    only_anchor = stored(anchor_rows=anchors(count=1), learned_rows=LEARNED[None, :], active=[0])

    assert _apart(beyond, LEARNED) <= CORROBORATION_BAR
    assert _apart(beyond, anchors()[0]) > ANCHOR_BAR
    assert not corroborate(probe=beyond, templates=only_anchor).corroborated.any()


def test_a_sign_in_far_from_the_template_says_nothing_for_it() -> None:
    other_side = at_distance(anchors()[0], 0.25, seed=2)

    assert _apart(other_side, LEARNED) > CORROBORATION_BAR
    assert told(corroborate(probe=other_side, templates=quarantined())) == (False, False)


def test_what_is_active_or_expired_or_of_another_pipeline_is_not_counted() -> None:
    active = stored(anchor_rows=anchors(), learned_rows=LEARNED[None, :], active=[1])
    expired = quarantined(age_days=[366.0])
    other = quarantined(made_by=[CURRENT] * 3 + [BEFORE])

    for templates in (active, expired, other):
        assert told(corroborate(probe=BETWEEN, templates=templates)) == (False, False)


@given(probe=probes, templates=template_sets())
def test_nobody_outside_the_anchor_ball_corroborates_anything(
    probe: FloatArray, templates: StoredTemplates
) -> None:
    corroboration = corroborate(probe=probe, templates=templates)

    assert not (corroboration.promoted & ~corroboration.corroborated).any()
    assert not (corroboration.corroborated & templates.is_anchor).any()
    if corroboration.corroborated.any():
        assert np.isfinite(probe).all()
        nearest = min(_apart(probe, anchor) for anchor in templates.descriptors[templates.anchors])
        assert nearest <= ANCHOR_BAR + 1e-9


def _apart(first: FloatArray, second: FloatArray) -> float:
    one = first / np.abs(first).max()
    return float(np.linalg.norm(one / np.linalg.norm(one) - second / np.linalg.norm(second)))
