"""What somebody learns who is not let in.

    python -m benchmarks.oracle --out REPORT.json [--calls 1000] [--workers 4]

The enumeration attack: of every ceremony that must not tell why it refused (a face, a passkey, a recovery
code, the link of a notice, a code for a mailbox) attempts of every kind, in turn; answers compared by their
bytes, times by median and 95th percentile. The score oracle: near and far faces on a device that is known,
and a climb. The functions run warm in this process on a deployment in memory, with the floors of a deployment
as it ships: what is measured is ours, not a network's.
"""

import argparse
import importlib
import json
import logging
import multiprocessing
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from benchmarks.oracle.climb import Learned, query_and_climb
from benchmarks.oracle.information import bits_in_bytes, bits_in_form, bits_in_time, spread
from benchmarks.oracle.kinds import CEREMONIES, ROUTES, VERIFICATIONS, attempt
from benchmarks.oracle.town import Town
from benchmarks.table import print_table
from benchmarks.timed import Answered
from service.settings import Settings
from tests.support.cloud import aws_account, running_cloud
from tests.support.forms import form_of

WARM_UP: Final = 3  # attempts of each kind that are not counted
# DynamoDB in memory copies its tables for each transaction, so that it answers the slower the more rows there
# are: over hundreds of calls that shows beside what writes none. The real one's transactions do not.
CALLS_OF_A_TOWN: Final = 25
MOST_SPREAD: Final = 0.05
# What differs from one answer to the next by design, whoever asks: identifiers and the script.
_FRESH: Final = {"challenge", "script", "steps", "expires_at", "expires_in"}

Times: TypeAlias = dict[str, dict[str, list[float]]]  # route, kind, seconds
Shapes: TypeAlias = dict[str, dict[str, list[str]]]  # route, kind, what each answer was but for its draws


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one worker saw."""

    times: Times
    shapes: Shapes
    forms: Shapes
    learned: Learned


def main(argv: Sequence[str] | None = None) -> None:
    """Play both attacks, print and write what they learned; fail where a refusal tells itself apart."""
    parser = argparse.ArgumentParser(prog="benchmarks.oracle", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, help="where to write the report")
    parser.add_argument("--calls", type=int, default=1000, help="attempts of each kind")
    parser.add_argument("--workers", type=int, default=4, help="processes; they mostly wait for the floor")
    options = parser.parse_args(argv)
    shares = [len(part) for part in np.array_split(np.arange(options.calls), options.workers)]
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.workers, mp_context=spawned) as pool:
        seen = list(pool.map(watch, shares, range(options.workers)))
    report = summary(seen)
    _print(report)
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    alike = report["distinct_responses"] == 1 and report["bits_in_form"] == 0.0
    if not alike or max(report["p50_spread"], report["p95_spread"]) > MOST_SPREAD:
        raise SystemExit("a refusal can be told from another")


def watch(calls: int, seed: int) -> Seen:
    """Make so many attempts of every kind on a deployment of one's own, as it ships."""
    logging.disable(logging.CRITICAL)
    rng = np.random.default_rng(seed)
    floors = {
        name.upper(): str(Settings.model_fields[name].default)
        for name in ("refusal_floor_s", "challenge_floor_s")
    }
    kinds = [(name, kind) for name, ceremony in CEREMONIES.items() for kind in ceremony.kinds]
    times: Times = defaultdict(lambda: defaultdict(list))
    shapes: Shapes = defaultdict(lambda: defaultdict(list))
    forms: Shapes = defaultdict(lambda: defaultdict(list))
    with aws_account():
        for first in range(0, calls, CALLS_OF_A_TOWN):
            with running_cloud(**floors) as cloud:
                of_this_town = min(CALLS_OF_A_TOWN, calls - first)
                _attempt_all(
                    Town(cloud), kinds, of_this_town, rng=rng, times=times, shapes=shapes, forms=forms
                )
        with running_cloud(**floors) as cloud:
            learned = query_and_climb(Town(cloud), tries=calls, rng=rng)
    return Seen(times=_plain(times), shapes=_plain(shapes), forms=_plain(forms), learned=learned)


def _attempt_all(
    town: Town,
    kinds: Sequence[tuple[str, str]],
    calls: int,
    *,
    rng: np.random.Generator,
    times: Times,
    shapes: Shapes,
    forms: Shapes,
) -> None:
    for number in range(WARM_UP + calls):
        # In turn, so that whatever else the machine does meets every kind alike.
        for name, kind in rng.permutation(np.array(kinds)).tolist():
            answers = attempt(town, CEREMONIES[name], kind)
            for answered in answers if number >= WARM_UP else ():
                times[answered.route][kind].append(answered.seconds)
                shapes[answered.route][kind].append(_shape(answered))
                forms[answered.route][kind].append(json.dumps(form_of(answered.reply.json), sort_keys=True))


def summary(seen: Sequence[Seen]) -> dict[str, Any]:
    """Put what the workers saw together.

    Args:
        seen: by each.

    Returns:
        The report: ``distinct_responses`` is the largest count over the routes, as the spreads are.
    """
    rng = np.random.default_rng(0)
    routes = {route: _route(route, seen, rng=rng) for route in ROUTES}
    scores = [one.learned for one in seen]
    oracle = {
        "tries": 2 * sum(one.tries for one in scores),
        "bits_in_bytes": max(one.bits_in_bytes for one in scores),
        "bits_in_time": max(one.bits_in_time for one in scores),
        "climbed": statistics.mean(one.climbed for one in scores),
        "drifted": statistics.mean(one.drifted for one in scores),
    }
    return {
        "distinct_responses": max(route["distinct_responses"] for route in routes.values()),
        "p50_spread": max(route["p50_spread"] for route in routes.values()),
        "p95_spread": max(route["p95_spread"] for route in routes.values()),
        "bits_in_form": max(route["bits_in_form"] for route in routes.values()),
        "bits_learned": max(oracle["bits_in_bytes"], oracle["bits_in_time"]),
        "calls_of_each_kind": min(len(times) for times in _merged(seen, "times", VERIFICATIONS).values()),
        "enumeration": routes,
        "score_oracle": oracle,
        "workers": [asdict(one) for one in scores],
    }


def _route(route: str, seen: Sequence[Seen], *, rng: np.random.Generator) -> dict[str, Any]:
    times, shapes, forms = (_merged(seen, what, route) for what in ("times", "shapes", "forms"))
    p50 = {kind: statistics.median(seconds) for kind, seconds in times.items()}
    p95 = {kind: float(np.quantile(seconds, 0.95)) for kind, seconds in times.items()}
    labels = np.repeat(np.arange(len(times)), [len(seconds) for seconds in times.values()])
    every = np.concatenate([np.array(seconds) for seconds in times.values()])
    answers = [shape for kind in times for shape in shapes[kind]]
    return {
        "kinds": {
            kind: {"calls": len(times[kind]), "p50_ms": 1000 * p50[kind], "p95_ms": 1000 * p95[kind]}
            for kind in times
        },
        "distinct_responses": len(set(answers)),
        "p50_spread": spread(list(p50.values())),
        "p95_spread": spread(list(p95.values())),
        "bits_in_bytes": bits_in_bytes(labels, answers),
        "bits_in_form": bits_in_form(labels, [form for kind in times for form in forms[kind]], rng=rng),
        "bits_in_time": bits_in_time(labels, every, rng=rng),
    }


def _shape(answered: Answered) -> str:
    """An answer, less what is drawn anew for each one; see ``form_of`` for that."""
    reply = answered.reply
    headers = {name: value for name, value in reply.headers.items() if name != "content-length"}
    content = reply.json
    if reply.status < HTTPStatus.BAD_REQUEST:
        content = {name: "drawn" if name in _FRESH else value for name, value in content.items()}
    return json.dumps([reply.status, headers, content], sort_keys=True)


def _merged(seen: Sequence[Seen], what: str, route: str) -> dict[str, list[Any]]:
    merged: dict[str, list[Any]] = defaultdict(list)
    for one in seen:
        for kind, values in getattr(one, what)[route].items():
            merged[kind] += values
    return dict(merged)


def _plain(nested: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, dict[str, list[Any]]]:
    return {route: dict(kinds) for route, kinds in nested.items()}


def _print(report: dict[str, Any]) -> None:
    for route, found in report["enumeration"].items():
        print_table(
            f"{route}: {found['distinct_responses']} distinct answers; p50 {found['p50_spread']:.2%} and p95 "
            f"{found['p95_spread']:.2%} apart; {found['bits_in_time']:.3f} bits an answer in its time, "
            f"{found['bits_in_form']:.3f} in the form of what is drawn",
            ["kind", "calls", "p50 ms", "p95 ms"],
            [
                [kind, one["calls"], f"{one['p50_ms']:.1f}", f"{one['p95_ms']:.1f}"]
                for kind, one in found["kinds"].items()
            ],
        )
    oracle = report["score_oracle"]
    print_table(
        f"Score oracle, {oracle['tries']} tries on a known device",
        ["bits in bytes", "bits in time", "climbed", "drifted blindly"],
        [
            [
                *(f"{oracle[name]:.3f}" for name in ("bits_in_bytes", "bits_in_time")),
                *(f"{oracle[name]:.1%}" for name in ("climbed", "drifted")),
            ]
        ],
    )


if __name__ == "__main__":
    # Under its own name: a spawned process does not find what stands in a package's `__main__`.
    importlib.import_module("benchmarks.oracle.__main__").main()
