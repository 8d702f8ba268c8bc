"""What a sign-in changes of an account's templates, and what nothing ever changes."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching.evidence import FloatArray
from matching.gates import LEAK_BAR
from matching.templates import StoredTemplates, TemplateUpdate, plan_update, usable
from matching.templates.bars import ANCHOR_BAR, MAX_ADAPTIVE, NOVELTY_BAR
from tests.support.captures import face
from tests.unit.matching.faces import good_quality
from tests.unit.matching.templates.sets import (
    BEFORE,
    CURRENT,
    anchors,
    anything,
    at_distance,
    days,
    permuted,
    probes,
    stored,
    template_sets,
)

NOVEL = at_distance(anchors()[0], 0.2, seed=1)
histories = st.lists(days, max_size=6).map(np.array)
situations = {
    "probe": probes,
    "templates": template_sets(),
    "ago": histories,
    "accepted": st.booleans(),
    "known": st.booleans(),
    "luminance": st.one_of(st.just(128.0), anything),
}


def plan(
    probe: FloatArray,
    templates: StoredTemplates,
    *,
    ago: Any = (),  # noqa: ANN401 -- whatever numpy takes
    accepted: bool = True,
    known: bool = True,
    luminance: float = 128.0,
) -> TemplateUpdate:
    return plan_update(
        probe=probe,
        quality=[good_quality(luminance_mean=luminance)] * 3,
        templates=templates,
        admissions_days_ago=np.asarray(ago, dtype=np.float64),
        accepted=accepted,
        device_was_known=known,
    )


def near(probe: FloatArray, rows: FloatArray) -> FloatArray:
    """The plain formula, for numbers that it can take."""
    one = probe / np.abs(probe).max()
    apart: FloatArray = np.linalg.norm(
        one / np.linalg.norm(one) - rows / np.linalg.norm(rows, axis=1, keepdims=True), axis=1
    )
    return apart


def test_a_new_look_of_the_same_person_is_learned() -> None:
    update = plan(NOVEL, stored(anchor_rows=anchors()))

    assert update.admission.admitted
    assert not update.evicted.any()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"accepted": False}, "not-accepted"),
        ({"known": False}, "device-not-known"),
        ({"luminance": 40.0}, "poor-conditions"),
        ({"luminance": float("nan")}, "poor-conditions"),
        ({"ago": [0.9]}, "too-soon"),
        ({"ago": [-0.1]}, "too-soon"),
        ({"ago": [2.0, 9.0, 16.0, 29.9]}, "too-soon"),
        ({"ago": [float("nan")]}, "too-soon"),
    ],
)
def test_what_must_hold_of_a_sign_in_before_it_teaches_anything(changed: dict[str, Any], reason: str) -> None:
    update = plan(NOVEL, stored(anchor_rows=anchors()), **changed)

    assert (update.admission.admitted, update.admission.reason) == (False, reason)


def test_the_fifth_in_thirty_days_waits_for_the_first_to_be_thirty_days_old() -> None:
    assert plan(NOVEL, stored(anchor_rows=anchors()), ago=[2.0, 9.0, 16.0, 30.0]).admission.admitted


@pytest.mark.parametrize(
    ("distance", "reason"),
    [
        (0.0, "near-duplicate"),
        (LEAK_BAR * 0.99, "near-duplicate"),
        (LEAK_BAR * 1.01, "nothing-new"),
        (NOVELTY_BAR * 0.99, "nothing-new"),
        (NOVELTY_BAR * 1.01, "admitted"),
        (ANCHOR_BAR * 0.99, "admitted"),
        (ANCHOR_BAR * 1.01, "far-from-anchors"),
    ],
)
def test_every_bar_stands_where_it_says(distance: float, reason: str) -> None:
    one_anchor = stored(anchor_rows=anchors(count=1))

    update = plan(at_distance(anchors()[0], distance, seed=3), one_anchor)

    assert update.admission.reason == reason


def test_the_scale_of_a_descriptor_does_not_matter() -> None:
    for scale in (0.5, 1.0, 3.0):
        assert plan(NOVEL * scale, stored(anchor_rows=anchors())).admission.admitted


def test_nearness_to_what_was_learned_does_not_count_as_nearness_to_an_anchor() -> None:
    """Each step of a walk is near the one before, and none is learned beyond the anchor ball."""
    away = at_distance(anchors()[0], 0.26, seed=5)
    beyond = away + (away - anchors()[0]) * 0.9
    templates = stored(anchor_rows=anchors(count=1), learned_rows=away[None, :])

    assert near(beyond, away[None, :])[0] <= ANCHOR_BAR
    assert plan(beyond, templates).admission.reason == "far-from-anchors"


def test_updates_that_point_one_way_freeze_learning_and_another_way_does_not() -> None:
    one_way = at_distance(anchors()[0], 0.2, seed=6)
    walk = np.stack([at_distance(one_way, 0.115, seed=20 + step) for step in range(3)])
    templates = stored(anchor_rows=anchors(), learned_rows=walk[:2], age_days=[2.0, 3.0])

    assert plan(walk[2], templates).admission.reason == "drifting"
    assert plan(at_distance(anchors()[0], 0.2, seed=7), templates).admission.admitted


def test_what_expired_is_told_and_is_used_for_nothing() -> None:
    templates = stored(
        anchor_rows=anchors(), learned_rows=NOVEL[None, :], age_days=[365.0], corroborations=[2]
    )

    update = plan(at_distance(NOVEL, 0.05, seed=2), templates)

    assert update.expired.tolist() == [False, False, False, True]
    assert usable(templates).tolist() == [True, True, True, False]
    assert update.admission.admitted, "what expired is not there, so the look is new again"


def test_an_anchor_is_as_good_after_two_years() -> None:
    templates = stored(anchor_rows=anchors())

    assert usable(templates).all()
    assert not plan(NOVEL, templates).expired.any()


def test_a_full_account_makes_room_by_what_nobody_came_back_to() -> None:
    looks = np.stack([at_distance(face(1), 0.2, seed=40 + k) for k in range(5)])
    templates = stored(
        anchor_rows=anchors(),
        learned_rows=np.vstack([looks[:4], at_distance(looks[0], 0.16, seed=9)]),
        active=[1, 1, 1, 1, 0],
        age_days=[100.0, 100.0, 100.0, 100.0, 60.0],
        corroborations=[2, 2, 2, 2, 0],
    )

    update = plan(at_distance(face(1), 0.21, seed=50), templates)

    assert update.admission.admitted
    assert np.flatnonzero(update.evicted).tolist() == [7]


def test_a_full_account_of_looks_that_were_all_borne_out_learns_no_other() -> None:
    looks = np.stack([at_distance(face(1), 0.2, seed=40 + k) for k in range(5)])
    templates = stored(anchor_rows=anchors(), learned_rows=looks, corroborations=[2] * 5)

    update = plan(at_distance(face(1), 0.21, seed=50), templates)

    assert update.admission.reason == "others-stand-for-more"
    assert not update.evicted.any()


def test_what_another_pipeline_made_is_never_compared_and_makes_room_first() -> None:
    templates = stored(
        anchor_rows=anchors(),
        learned_rows=np.stack([NOVEL] * 5),
        made_by=[CURRENT] * 3 + [BEFORE] * 5,
    )

    update = plan(NOVEL, templates)

    assert update.admission.admitted
    assert update.evicted.tolist() == [False] * 3 + [True] * 5
    assert usable(templates).tolist() == [True] * 3 + [False] * 5


def test_an_account_whose_anchors_are_of_another_pipeline_learns_nothing() -> None:
    templates = stored(anchor_rows=anchors(), made_by=[BEFORE] * 3)

    assert plan(NOVEL, templates).admission.reason == "no-anchor"


def test_arrays_that_do_not_belong_together_are_a_mistake_of_the_caller() -> None:
    whole = stored(anchor_rows=anchors())

    with pytest.raises(ValueError, match="a row in every array"):
        dataclasses.replace(whole, age_days=whole.age_days[:2])


def test_a_plan_is_frozen_and_has_no_room_for_a_distance() -> None:
    update = plan(NOVEL, stored(anchor_rows=anchors()))

    assert {field.name for field in dataclasses.fields(update.admission)} == {"admitted", "reason"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        update.admission = None  # type: ignore[misc,assignment] # the point of the test


@given(**situations)
def test_an_anchor_is_never_changed_whatever_comes(
    probe: FloatArray,
    templates: StoredTemplates,
    **situation: Any,  # noqa: ANN401
) -> None:
    before = templates.descriptors.copy()

    update = plan(probe, templates, **situation)

    touched = update.expired | update.evicted | update.corroborated | update.promoted
    assert not touched[templates.is_anchor].any()
    assert np.array_equal(before, templates.descriptors, equal_nan=True)


@given(**situations)
def test_the_cap_is_never_exceeded(
    probe: FloatArray,
    templates: StoredTemplates,
    **situation: Any,  # noqa: ANN401
) -> None:
    update = plan(probe, templates, **situation)

    stays = ~templates.is_anchor & ~update.expired & ~update.evicted
    if update.admission.admitted:
        assert np.count_nonzero(stays) + 1 <= MAX_ADAPTIVE
    else:
        assert not update.evicted.any()


@given(**situations)
def test_nothing_is_admitted_but_a_finite_probe_inside_the_anchor_ball_that_is_new(
    probe: FloatArray,
    templates: StoredTemplates,
    **situation: Any,  # noqa: ANN401
) -> None:
    update = plan(probe, templates, **situation)

    if update.admission.admitted:
        assert situation["accepted"]
        assert situation["known"]
        assert np.isfinite(probe).all()
        assert near(probe, templates.descriptors[templates.anchors]).min() <= ANCHOR_BAR + 1e-9
        compared = templates.anchors | templates.learned
        assert near(probe, templates.descriptors[compared]).min() >= NOVELTY_BAR - 1e-9


@given(**situations)
def test_a_refused_sign_in_or_one_on_a_new_device_changes_nothing_but_what_expired(
    probe: FloatArray,
    templates: StoredTemplates,
    **situation: Any,  # noqa: ANN401
) -> None:
    update = plan(probe, templates, **situation)

    if not (situation["accepted"] and situation["known"]):
        assert not update.admission.admitted
        assert not update.evicted.any()
        assert not update.corroborated.any()


@given(templates=template_sets())
def test_what_is_quarantined_expired_or_of_another_pipeline_is_never_used(templates: StoredTemplates) -> None:
    used = usable(templates)

    assert not (used & ~templates.comparable).any()
    assert not (used & templates.is_expired).any()
    assert not (used & ~templates.is_anchor & ~templates.is_active).any()
    assert (used >= templates.anchors).all()


@given(order=st.permutations(range(10)), **situations)
def test_the_order_of_the_templates_does_not_matter(
    order: list[int],
    probe: FloatArray,
    templates: StoredTemplates,
    **situation: Any,  # noqa: ANN401
) -> None:
    shuffled = [at for at in order if at < len(templates.descriptors)]
    rows = templates.descriptors
    ties = len(np.unique(np.round(near_all(rows), 9))) < len(rows) * (len(rows) - 1) // 2

    update, other = (
        plan(probe, templates, **situation),
        plan(probe, permuted(templates, shuffled), **situation),
    )

    for name in ("expired", "corroborated", "promoted", *(() if ties else ("evicted",))):
        assert getattr(update, name)[shuffled].tolist() == getattr(other, name).tolist(), name
    if not ties:
        assert update.admission == other.admission


@given(probe=arrays.arrays(np.float64, st.sampled_from([(0,), (1,), (127,), (129,)]), elements=anything))
def test_what_is_no_descriptor_is_not_learned(probe: FloatArray) -> None:
    assert plan(probe, stored(anchor_rows=anchors())).admission.reason == "not-a-descriptor"


def near_all(rows: FloatArray) -> FloatArray:
    first, second = np.triu_indices(len(rows), k=1)
    apart: FloatArray = np.linalg.norm(rows[first] - rows[second], axis=1)
    return apart
