"""Template sets to judge: anchors around a person's face, and what was learned beside them."""

from functools import cache

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import ArrayLike

from matching import MODEL_ID, PIPELINE_ID
from matching.evidence import FloatArray
from matching.templates import StoredTemplates
from tests.support.captures import NORM, face

CURRENT = (MODEL_ID, PIPELINE_ID)
BEFORE = (MODEL_ID, "crop-0")


def at_distance(start: FloatArray, distance: float, *, seed: int) -> FloatArray:
    """(128,) a descriptor exactly ``distance`` from ``start`` when both are normalised, some way off."""
    base = start / np.linalg.norm(start)
    away = np.random.default_rng(seed).normal(size=128)
    away -= away @ base * base
    away /= np.linalg.norm(away)
    cosine = 1 - distance**2 / 2
    moved: FloatArray = NORM * (cosine * base + np.sqrt(1 - cosine**2) * away)
    return moved


@cache
def anchors(person: int = 1, *, count: int = 3) -> FloatArray:
    """(count, 128) a person's anchors, all .12 from their face."""
    return np.stack([at_distance(face(person), 0.12, seed=900 + one) for one in range(count)])


def stored(
    *,
    anchor_rows: FloatArray,
    learned_rows: FloatArray | None = None,
    active: ArrayLike = (),
    age_days: ArrayLike = (),
    corroborations: ArrayLike = (),
    quiet_days: ArrayLike = (),
    made_by: list[tuple[str, str]] | None = None,
) -> StoredTemplates:
    """Anchors of a year and a half, then learned templates; the columns are those of the learned ones."""
    learned = np.empty((0, 128)) if learned_rows is None else learned_rows
    count, more = len(anchor_rows), len(learned)

    def column(values: ArrayLike, default: float) -> FloatArray:
        given = np.asarray(values, dtype=np.float64)
        return given if given.size else np.full(more, default)

    ages = column(age_days, 40.0)
    return StoredTemplates(
        descriptors=np.vstack([anchor_rows, learned]),
        made_by=made_by or [CURRENT] * (count + more),
        is_anchor=np.arange(count + more) < count,
        is_active=np.append(np.ones(count, dtype=bool), column(active, 1.0).astype(bool)),
        age_days=np.append(np.full(count, 540.0), ages),
        corroborations=np.append(np.zeros(count), column(corroborations, 0.0)).astype(np.int64),
        quiet_days=np.append(np.full(count, 540.0), column(quiet_days, 30.0)),
    )


def permuted(templates: StoredTemplates, order: list[int]) -> StoredTemplates:
    return StoredTemplates(
        descriptors=templates.descriptors[order],
        made_by=[templates.made_by[at] for at in order],
        is_anchor=templates.is_anchor[order],
        is_active=templates.is_active[order],
        age_days=templates.age_days[order],
        corroborations=templates.corroborations[order],
        quiet_days=templates.quiet_days[order],
    )


anything = st.floats(allow_nan=True, allow_infinity=True, width=64)
days = st.one_of(st.floats(-1, 800), anything)
probes = st.one_of(
    arrays.arrays(np.float64, 128, elements=anything),
    st.builds(
        lambda distance, seed, scale: scale * at_distance(anchors()[0], distance, seed=seed),
        st.floats(0, 0.6),
        st.integers(0, 9),
        st.sampled_from([1e-200, 0.5, 1.0, 1e200]),
    ),
)


@st.composite
def template_sets(draw: st.DrawFn) -> StoredTemplates:
    """Any account: near its anchors or far, old pipelines, any age, corrupt numbers."""
    learned = draw(
        st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 99), st.booleans()), min_size=0, max_size=7)
    )
    rows = [
        np.full(128, np.nan) if corrupt and seed % 7 == 0 else at_distance(anchors()[0], distance, seed=seed)
        for distance, seed, corrupt in learned
    ]
    count, more = draw(st.integers(0, 3)), len(rows)
    columns = {
        name: draw(arrays.arrays(np.float64, more, elements=values))
        for name, values in {
            "active": st.sampled_from([0.0, 1.0]),
            "age_days": days,
            "corroborations": st.integers(0, 3).map(float),
            "quiet_days": days,
        }.items()
    }
    made_by = draw(
        st.lists(st.sampled_from([CURRENT, CURRENT, BEFORE]), min_size=count + more, max_size=count + more)
    )
    return stored(
        anchor_rows=anchors()[:count],
        learned_rows=np.stack(rows) if rows else None,
        made_by=made_by or None,
        **columns,
    )
