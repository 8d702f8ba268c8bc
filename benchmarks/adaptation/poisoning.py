"""An attacker who is let in tries to move the account towards themselves: with the rules, and without.

The attacker holds a known device, may send any descriptor that is accepted (they are injected, no camera is
asked for), and has a year. They are always the account's nearest stranger, so these are worst cases.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.adaptation.people import ANCHORS, UNMEASURED, FloatArray, People, account, centroid_distances
from benchmarks.table import print_table
from matching import Quality
from matching.sphere import distances, unit
from matching.templates import MAX_ADAPTIVE, plan_update, usable
from matching.templates.bars import (
    ADMISSION_WINDOW_DAYS,
    ANCHOR_BAR,
    APART_DAYS,
    MAX_ADMISSIONS,
    NOVELTY_BAR,
)
from matching.templates.stored import BoolArray, StoredTemplates

DAYS: Final = 360
ACCOUNTS: Final = 20
ALONG: Final = np.linspace(0.0, 1.0, 41)  # shares of the way to the attacker's own centroid
ASIDE: Final = (0.0, 0.08, 0.12, 0.16)  # how far off the line, so that a step is new
FINE: Final = Quality(
    **UNMEASURED,
    detection_score=0.9,
    roll_deg=0.0,
    nose_offset_iod=0.0,
    luminance_mean=128.0,
    luminance_sd=46.0,
    sharpness=3.0,
)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """An account after a year of it.

    Attributes:
        moved: of its centroid, on normalised descriptors.
        gained: of the attacker's pictures, the share accepted now.
        kept: of the owner's further pictures, the share accepted now.
    """

    moved: float
    gained: float
    kept: float


def report(people: People, *, threshold: float) -> None:
    """Print how far the accepted region moved, and whom it lets in."""
    _report_lucky(people, threshold=threshold)
    accounts = list(people.pictures(at_least=ANCHORS + 2))
    order = np.random.default_rng(3).permutation(len(accounts))[:ACCOUNTS]
    rows: dict[str, list[Walked]] = {"nothing is learned": [], "no rules": [], "the rules": []}
    for own in (accounts[at] for at in order):
        anchors, owner = people.descriptors[own[:ANCHORS]], people.descriptors[own[ANCHORS:]]
        others = [one for one in accounts if one[0] != own[0]]
        attacker = min(others, key=lambda one: _apart(anchors, people.descriptors[one]))
        target = people.descriptors[attacker]
        taught = {
            "nothing is learned": anchors,
            "no rules": _walk_freely(anchors, target, threshold=threshold),
            "the rules": _walk_by_the_rules(anchors, target, threshold=threshold),
        }
        for name, references in taught.items():
            rows[name].append(_walked(anchors, references, target, owner, threshold))
    print_table(
        f"A year's walk towards the nearest stranger, {len(order)} accounts",
        ["", "centroid moved, median", "most", "attacker accepted", "accounts lost", "owner still accepted"],
        [
            [
                name,
                f"{np.median([one.moved for one in walked]):.3f}",
                f"{max(one.moved for one in walked):.3f}",
                f"{np.mean([one.gained for one in walked]):.1%}",
                f"{sum(one.gained >= 0.5 for one in walked)} of {len(walked)}",  # noqa: PLR2004 -- half of them
                f"{np.mean([one.kept for one in walked]):.1%}",
            ]
            for name, walked in rows.items()
        ],
    )


def _report_lucky(people: People, *, threshold: float) -> None:
    """Print what one accepted picture of a stranger is worth to that stranger's next picture."""
    free, ruled = [], []
    for own in people.pictures(at_least=ANCHORS + 1):
        stored = account(people.descriptors[own[:ANCHORS]])
        others = people.others(own)
        accepted = centroid_distances(people.descriptors[others], stored.descriptors) <= threshold
        for at in others[accepted]:
            probe = people.descriptors[at]
            rest = np.setdiff1d(np.flatnonzero(people.subject == people.subject[at]), [at])
            plan = plan_update(
                probe=probe,
                quality=[people.quality[at]],
                templates=stored,
                admissions_days_ago=np.empty(0),
                accepted=True,
                device_was_known=True,
            )
            taught = np.vstack([stored.descriptors, probe])
            by_rules = taught if plan.admission.admitted else stored.descriptors
            pictures = people.descriptors[rest]
            free.append(centroid_distances(pictures, taught) <= threshold)
            ruled.append(centroid_distances(pictures, by_rules) <= threshold)
    print_table(
        "A stranger was accepted once: are their other pictures accepted then",
        ["", "strangers", "other pictures", "accepted"],
        [
            [name, len(found), sum(map(len, found)), sum(int(one.sum()) for one in found)]
            for name, found in (("no rules", free), ("the rules", ruled))
        ],
    )


def _walk_freely(anchors: FloatArray, target: FloatArray, *, threshold: float) -> FloatArray:
    """Every accepted probe is learned, the oldest of all goes: what "update the template" usually means."""
    references = anchors
    line = _line(anchors, target)
    for _ in range(DAYS):
        accepted = line[centroid_distances(line, references) <= threshold]
        if not len(accepted):
            break
        references = np.vstack([references, accepted[-1:]])[-(ANCHORS + MAX_ADAPTIVE) :]
    return references


def _walk_by_the_rules(anchors: FloatArray, target: FloatArray, *, threshold: float) -> FloatArray:
    """Once a day the farthest step that would be learned, or one that bears out what waits."""
    stored = account(anchors)
    learned_on: list[int] = []
    # They know the rules, and try nothing that is refused for sure.
    steps = _steps(anchors, target)
    steps = steps[distances(steps, anchors).min(axis=1) <= ANCHOR_BAR]
    for day in range(DAYS):
        stored = _older(stored)
        ago = np.array([float(day - at) for at in learned_on])
        waiting = ~stored.is_active & ~stored.is_anchor & (stored.quiet_days >= APART_DAYS)
        is_new = (distances(steps, stored.descriptors) >= NOVELTY_BAR).all(axis=1)
        may_learn = bool((ago >= APART_DAYS).all()) and np.sum(ago < ADMISSION_WINDOW_DAYS) < MAX_ADMISSIONS
        for probe in [
            *_bearing_out(stored.descriptors[waiting], anchors),
            *(steps[is_new] if may_learn else ()),
        ]:
            plan = plan_update(
                probe=probe,
                quality=[FINE] * ANCHORS,
                templates=stored,
                admissions_days_ago=ago,
                accepted=bool(
                    centroid_distances(probe[None, :], stored.descriptors[usable(stored)])[0] <= threshold
                ),
                device_was_known=True,
            )
            if plan.admission.admitted or plan.corroborated.any():
                stored = _changed(stored, plan.evicted | plan.expired, plan.corroborated, plan.promoted)
                if plan.admission.admitted:
                    stored = _with(stored, probe)
                    learned_on.append(day)
                break
    return stored.descriptors[usable(stored)]


def _line(anchors: FloatArray, target: FloatArray) -> FloatArray:
    start, end = unit(unit(anchors).mean(axis=0)), unit(unit(target).mean(axis=0))
    return start + ALONG[:, None] * (end - start)


def _steps(anchors: FloatArray, target: FloatArray) -> FloatArray:
    """Points along the line and a little off it, the farthest first."""
    rng = np.random.default_rng(5)
    line = _line(anchors, target)[::-1]
    aside = unit(rng.normal(size=(len(line), len(ASIDE), anchors.shape[1])))
    steps: FloatArray = line[:, None, :] + np.array(ASIDE)[None, :, None] * aside
    return steps.reshape(-1, anchors.shape[1])


def _bearing_out(waiting: FloatArray, anchors: FloatArray) -> FloatArray:
    """Probes near what waits, on the anchors' side of it: no copies, those raise an alarm."""
    middle = unit(anchors).mean(axis=0)
    probes: FloatArray = unit(waiting) + 0.1 * (middle - unit(waiting))
    return probes


def _older(stored: StoredTemplates) -> StoredTemplates:
    return account(
        stored.descriptors[stored.is_anchor],
        stored.descriptors[~stored.is_anchor],
        is_active=stored.is_active[~stored.is_anchor].astype(float),
        age_days=stored.age_days[~stored.is_anchor] + 1,
        corroborations=stored.corroborations[~stored.is_anchor].astype(float),
        quiet_days=stored.quiet_days[~stored.is_anchor] + 1,
    )


def _changed(
    stored: StoredTemplates, gone: BoolArray, borne_out: BoolArray, promoted: BoolArray
) -> StoredTemplates:
    stays = ~stored.is_anchor & ~gone
    return account(
        stored.descriptors[stored.is_anchor],
        stored.descriptors[stays],
        is_active=(stored.is_active | promoted)[stays].astype(float),
        age_days=stored.age_days[stays],
        corroborations=(stored.corroborations + borne_out)[stays].astype(float),
        quiet_days=np.where(borne_out, 0.0, stored.quiet_days)[stays],
    )


def _with(stored: StoredTemplates, probe: FloatArray) -> StoredTemplates:
    adaptive = ~stored.is_anchor
    return account(
        stored.descriptors[stored.is_anchor],
        np.vstack([stored.descriptors[adaptive], probe]),
        is_active=np.append(stored.is_active[adaptive], 0.0).astype(float),
        age_days=np.append(stored.age_days[adaptive], 0.0),
        corroborations=np.append(stored.corroborations[adaptive], 0).astype(float),
        quiet_days=np.append(stored.quiet_days[adaptive], 0.0),
    )


def _apart(anchors: FloatArray, pictures: FloatArray) -> float:
    return float(centroid_distances(unit(unit(pictures).mean(axis=0))[None, :], anchors)[0])


def _walked(
    anchors: FloatArray, references: FloatArray, target: FloatArray, owner: FloatArray, threshold: float
) -> Walked:
    moved = centroid_distances(unit(unit(references).mean(axis=0))[None, :], anchors)[0]
    return Walked(
        moved=float(moved),
        gained=float(np.mean(centroid_distances(target, references) <= threshold)),
        kept=float(np.mean(centroid_distances(owner, references) <= threshold)),
    )
