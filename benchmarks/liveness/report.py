"""The report: rates by species and profile, by check and fused, bulk and in the browser, beside the bars."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks.liveness.bulk import LIVE, SPECIES
from benchmarks.liveness.rates import Rate, rate_of
from matching.liveness.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.liveness.browser_path import Seen
    from benchmarks.liveness.bulk import Outcome

Report = dict[str, Any]

# What is held to, of bulk and of clips (docs/liveness.md).
MOST_BPCER: Final = 0.05
MOST_APCER: Final = 0.005
MOST_APCER_BENT: Final = 0.05
BENT: Final = frozenset({"print-bent"})
# A head of numbers that follows the script in real time: what no landmark can tell from a person. The
# device's key stands against it; it is told, and held to no bar.
FORGERIES: Final = frozenset({"model-with-noise"})
# Recorded frames that are hashed anew onto a challenge pass where it happens to ask for what they show.
GUESSES: Final = frozenset({"transcript-rehashed", "frames-time-warped"})
_FAILED: Final = "failed"
# Profiles in which a passed ceremony is enough; where the mailbox comes first they are told apart.
ALONE: Final = tuple(name for name, profile in PROFILES.items() if not profile.needs_mailbox)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One promise, and whether it was kept."""

    name: str
    asked: str
    found: str
    met: bool


def build(outcomes: Sequence[Outcome], seen: Sequence[Seen]) -> Report:
    """Put everything measured into one report.

    Args:
        outcomes: bulk.
        seen: what the e2e driver saw through the browser.

    Returns:
        `species` and `profiles`, with more beside; rates are fractions.
    """
    report: Report = {
        "species": _bulk_species(outcomes) | _browser_species(seen),
        "profiles": _profiles(outcomes, seen),
        "checks": _checks(outcomes),
        "first_product": _first_product(outcomes),
    }
    report["headline"] = {kind: _worst(report["species"], kind) for kind in ("presentation", "injection")}
    report["bars"] = [vars(bar) for bar in bars(report)]
    return report


def told(row: Report, name: str) -> str:
    """Say a rate of the report with its count and interval; "-" where nothing was counted."""
    if row.get(name) is None:
        return "-"
    low, high = row["interval"]
    return f"{100 * row[name]:.2f} % ({row['errors']} of {row['n']}) [{100 * low:.2f}, {100 * high:.2f}]"


def told_people(row: Report) -> str:
    """Say what became of people before the browser, and how long it took them from the camera's start."""
    return f"{told(row, 'bpcer')}, median {row['median_s']:.0f} s"


def bars(report: Report) -> list[Bar]:
    """Compare with what was asked for."""
    found = [
        _bar(f"BPCER, {name}", row["bpcer"], MOST_BPCER)
        for name, row in report["profiles"].items()
        if row["n"]
    ]
    for name, row in report["species"].items():
        if row["path"] == "browser":
            found.append(_bar(f"APCER, {name}", row["apcer"], 0.0))
        elif row["kind"] == "presentation":
            found.append(
                _bar(f"APCER, {name}", row["apcer"], MOST_APCER_BENT if name in BENT else MOST_APCER)
            )
        elif name not in FORGERIES:
            found.append(_bar(f"refused, {name}", row["apcer"], MOST_APCER if name in GUESSES else 0.0))
    return found


def _bar(name: str, rate: float, most: float) -> Bar:
    return Bar(name=name, asked=f"<= {100 * most:g} %", found=f"{100 * rate:.2f} %", met=rate <= most)


def _bulk_species(outcomes: Sequence[Outcome]) -> Report:
    rows: Report = {}
    for name, species in SPECIES.items():
        own = [one for one in outcomes if one.species == name]
        if name == LIVE.name or not own:
            continue
        alone = [one for one in own if one.profile in ALONE]
        rows[name] = {
            "kind": species.kind,
            "path": "bulk",
            **_accepted(alone).as_json("apcer"),
            "profiles": {
                profile: _accepted(part).as_json("apcer")
                for profile in PROFILES
                if (part := [one for one in own if one.profile == profile])
            },
        }
        if name in GUESSES:
            rows[name]["by_chance"] = (
                "needs the device's key; passes if the script asks for what was recorded"
            )
        if name in FORGERIES:
            rows[name]["forgery"] = (
                "follows the script in real time as a person would; the device's key refuses it"
            )
    return rows


def _browser_species(seen: Sequence[Seen]) -> Report:
    rows: Report = {}
    for name in sorted({one.species for one in seen if one.kind != "live"}):
        own = [one for one in seen if one.species == name]
        rate = rate_of([one.verdict == "accepted" for one in own], [one.subject for one in own])
        rows[f"{name}@browser"] = {
            "kind": own[0].kind,
            "path": "browser",
            **rate.as_json("apcer"),
            "no_response": sum(one.verdict == "no-response" for one in own),
        }
    return rows


def _profiles(outcomes: Sequence[Outcome], seen: Sequence[Seen]) -> Report:
    rows: Report = {}
    for profile in PROFILES:
        own = [one for one in outcomes if one.species == LIVE.name and one.profile == profile]
        people = [one for one in seen if one.kind == "live" and one.profile == profile]
        if not own and not people:
            continue
        rows[profile] = {
            **_refused(own).as_json("bpcer"),
            "path": "bulk",
            "needs_mailbox": PROFILES[profile].needs_mailbox,
        }
        if people:
            rate = rate_of([one.verdict != "accepted" for one in people], [one.subject for one in people])
            rows[profile]["browser"] = {
                **rate.as_json("bpcer"),
                "median_s": statistics.median(one.seconds for one in people),
            }
    return rows


def _checks(outcomes: Sequence[Outcome]) -> Report:
    """How often each check failed, and how often only the fused score lay below its bar."""
    names = sorted({name for one in outcomes for name in one.statuses})
    rows: Report = {}
    for species in SPECIES:
        own = [one for one in outcomes if one.species == species]
        if not own:
            continue
        judged = [one for one in own if one.statuses]
        rows[species] = {
            "n": len(own),
            "malformed": len(own) - len(judged),
            **{name: sum(one.statuses[name] == _FAILED for one in judged) / len(own) for name in names},
            "fused": sum(_only_fused(one) for one in judged) / len(own),
        }
    return rows


def _only_fused(one: Outcome) -> bool:
    return not one.accepted and _FAILED not in one.statuses.values()


def _first_product(outcomes: Sequence[Outcome]) -> Report:
    def rates(own: Sequence[Outcome], wrong: Callable[[Outcome], bool], name: str) -> Report:
        return rate_of([wrong(one) for one in own], [one.subject for one in own]).as_json(name)

    by_species = {name: [one for one in outcomes if one.species == name] for name in SPECIES}
    return {
        "rule": "two of blink, motion, restless eyes; or a blink; or motion for 2.4 s; the browser decides",
        "species": {
            name: rates(own, lambda one: one.first_product, "apcer")
            for name, own in by_species.items()
            if own and name != LIVE.name
        },
        "live": rates(by_species[LIVE.name], lambda one: not one.first_product, "bpcer"),
    }


def _accepted(own: Sequence[Outcome]) -> Rate:
    return rate_of([one.accepted for one in own], [one.subject for one in own])


def _refused(own: Sequence[Outcome]) -> Rate:
    return rate_of([not one.accepted for one in own], [one.subject for one in own])


def _worst(species: Report, kind: str) -> Report | None:
    own = {
        name: row
        for name, row in species.items()
        if row["kind"] == kind and row["n"] and name not in FORGERIES
    }
    if not own:
        return None
    name = max(own, key=lambda one: (own[one]["apcer"], own[one]["interval"][1]))
    return {"species": name, **{key: own[name][key] for key in ("n", "errors", "apcer", "interval", "path")}}
