"""Verification accuracy, ours beside the first product's rules on the same comparisons.

`python -m benchmarks.verification --descriptors FILE.npz --out REPORT.json` prints error rates with
intervals, writes them, and plots beside them. What is judged is the layer itself: its gates, its score, its
bar.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.recognition.dataset import DEVELOPMENT, Dataset, DatasetError, Truth, half_of, load_dataset
from benchmarks.recognition.plots import plot_det, plot_scores
from benchmarks.recognition.rates import (
    Scores,
    bootstrap,
    equal_error_rate,
    false_match_rate,
    false_non_match_rate,
    fnmr_at,
)
from benchmarks.recognition.systems import DRAWS, Systems, judge_systems
from benchmarks.table import print_table
from matching.calibration import SHIPPED, Calibration, CalibrationError, load_calibration

if TYPE_CHECKING:
    from collections.abc import Callable

FMRS: Final = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
SETTINGS: Final = ((1, 1), (3, 1), (3, 3))
Report = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, write."""
    options = _options(arguments)
    try:
        data = load_dataset(options.descriptors, group=options.group)
        calibration = load_calibration(options.calibration)
    except FileNotFoundError as error:
        sys.exit(f"skipped: {error.filename} is not on this machine")
    except (OSError, DatasetError, CalibrationError) as error:
        sys.exit(str(error))
    if options.half is not None:
        data = data.restricted_to(half_of(data, options.half))
    report, systems = verification_report(
        data, calibration=calibration, enrolments=options.enrolments, frames=options.probes
    )
    _print(report, data)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        plot_det(systems.scores, options.out.with_suffix(".det.png"))
        plot_scores(systems.scores["ours"], options.out.with_suffix(".scores.png"))
        print(f"\nwritten: {options.out}, and two plots beside it")


def verification_report(
    data: Dataset, *, calibration: Calibration, enrolments: int, frames: int
) -> tuple[Report, Systems]:
    """Measure everything on one set.

    Args:
        data: the pictures; nothing of them is left out.
        calibration: what the layer would read.
        enrolments: pictures of one enrolment.
        frames: pictures of one probe.

    Returns:
        The report (rates as fractions; None where there is nothing to measure), and the scores behind it.
    """
    systems = judge_systems(data, calibration=calibration, enrolments=enrolments, frames=frames)
    asked = (enrolments, frames)
    report: Report = {
        "ours": _rates(systems.scores["ours"], intervals=True),
        "baselines": {
            name: _rates(s, intervals=True) for name, s in systems.scores.items() if name != "ours"
        },
        "groups": _groups(data, systems),
        "enrolments": enrolments,
        "probes": frames,
        "settings": [
            _setting(
                systems
                if (e, f) == asked
                else judge_systems(data, calibration=calibration, enrolments=e, frames=f),
                enrolments=e,
                frames=f,
            )
            for e, f in SETTINGS
        ],
        "data": {
            "file": data.name,
            "people": len(data.people),
            "pictures": len(data.captures),
            "accounts": systems.accounts,
            "draws": DRAWS,
        },
        "calibration": {name: calibration.provenance.get(name) for name in ("date", "data")},
    }
    measured = {name: group["operating_point"]["fmr"] for name, group in report["groups"].items()}
    known = {name: fmr for name, fmr in measured.items() if fmr is not None}
    report["worst_group"] = max(known, key=lambda name: known[name]) if known else None
    return report, systems


def _rates(scores: Scores, *, intervals: bool) -> Report:
    measures: dict[str, Callable[[Scores], float]] = {
        "eer": equal_error_rate,
        **{name: partial(fnmr_at, fmr=fmr) for name, fmr in FMRS.items()},
        "fmr": false_match_rate,
        "fnmr": false_non_match_rate,
    }
    found = {name: _number(measure(scores)) for name, measure in measures.items()}
    rates: Report = {
        "eer": found["eer"],
        "fnmr_at_fmr": {name: found[name] for name in FMRS},
        "operating_point": {
            "fmr": found["fmr"],
            "fnmr": found["fnmr"],
            # What readers of the report know them by; ISO/IEC 19795-1 says non-mated and mated comparisons.
            "impostors": len(scores.nonmated),
            "genuine": len(scores.mated),
        },
    }
    if intervals and len(scores.mated) and len(scores.nonmated):
        spans = {
            name: [_number(low), _number(high)] for name, (low, high) in bootstrap(scores, measures).items()
        }
        rates["intervals"] = {
            "eer": spans["eer"],
            "fnmr_at_fmr": {name: spans[name] for name in FMRS},
            "operating_point": {name: spans[name] for name in ("fmr", "fnmr")},
        }
    return rates


def _groups(data: Dataset, systems: Systems) -> dict[str, Report]:
    """Each group by itself: strangers of one's own group are the ones that look alike."""
    names = [str(name) for name in np.unique(data.groups) if name]
    return {
        name: _rates(_within(systems.scores["ours"], data.groups == name), intervals=True) for name in names
    }


def _within(scores: Scores, members: Truth) -> Scores:
    return scores.chosen(
        mated=np.flatnonzero(members[scores.mated_people]),
        nonmated=np.flatnonzero(members[scores.nonmated_people].all(axis=1)),
    )


def _setting(systems: Systems, *, enrolments: int, frames: int) -> Report:
    return {
        "enrolments": enrolments,
        "probes": frames,
        **{name: _rates(scores, intervals=False) for name, scores in systems.scores.items()},
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _options(arguments: list[str] | None) -> Any:  # noqa: ANN401 -- argparse's own namespace
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification", description=__doc__)
    parser.add_argument("--descriptors", type=Path, default=DEVELOPMENT, help="an .npz of `npm run embed`")
    parser.add_argument("--calibration", type=Path, default=SHIPPED)
    parser.add_argument("--group", help="the column that names each picture's group")
    parser.add_argument("--out", type=Path, help="the report; plots go beside it")
    parser.add_argument("--enrolments", type=_count, default=3)
    parser.add_argument("--probes", type=_count, default=1)
    parser.add_argument(
        "--half", type=int, choices=(1, 2), help="only these people, as benchmarks.calibrate --half"
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 10:  # noqa: PLR2004 -- as many templates as an account can have
        raise argparse.ArgumentTypeError("1 to 10")
    return count


def _print(report: Report, data: Dataset) -> None:
    rows = {"ours": report["ours"], **report["baselines"]}
    print_table(
        f"{data.name}: {report['data']['people']} people, {report['enrolments']} enrolment pictures, "
        f"{report['probes']} per probe",
        ["system", "EER", *(f"FNMR @ FMR {name}" for name in FMRS), "FMR as shipped", "FNMR as shipped"],
        [
            [
                name,
                _percent(rates["eer"], _span(rates, "eer")),
                *(_percent(rates["fnmr_at_fmr"][fmr], _span(rates, "fnmr_at_fmr", fmr)) for fmr in FMRS),
                _scientific(rates["operating_point"]["fmr"], _span(rates, "operating_point", "fmr")),
                _percent(rates["operating_point"]["fnmr"], _span(rates, "operating_point", "fnmr")),
            ]
            for name, rates in rows.items()
        ],
    )
    point = report["ours"]["operating_point"]
    print(
        f"\n{point['genuine']} mated and {point['impostors']} non-mated comparisons in {DRAWS} draws of "
        "who enrols with which pictures; 95 % intervals by bootstrap over people."
    )
    print_table(
        "By evidence: ours as shipped, FNMR of the baselines at the same FMR of 1e-4",
        ["enrolment", "probe", "FMR", "FNMR", "FNMR @ 1e-4", *(f"{b} @ 1e-4" for b in report["baselines"])],
        [
            [
                setting["enrolments"],
                setting["probes"],
                _scientific(setting["ours"]["operating_point"]["fmr"]),
                _percent(setting["ours"]["operating_point"]["fnmr"]),
                _percent(setting["ours"]["fnmr_at_fmr"]["1e-4"]),
                *(_percent(setting[b]["fnmr_at_fmr"]["1e-4"]) for b in report["baselines"]),
            ]
            for setting in report["settings"]
        ],
    )
    if report["groups"]:
        print_table(
            f"Within each group, as shipped (worst: {report['worst_group']})",
            ["group", "mated", "non-mated", "FMR", "FNMR"],
            [
                [
                    name,
                    rates["operating_point"]["genuine"],
                    rates["operating_point"]["impostors"],
                    _scientific(rates["operating_point"]["fmr"], _span(rates, "operating_point", "fmr")),
                    _percent(rates["operating_point"]["fnmr"], _span(rates, "operating_point", "fnmr")),
                ]
                for name, rates in report["groups"].items()
            ],
        )


def _span(rates: Report, *path: str) -> list[float | None] | None:
    found: Any = rates.get("intervals")
    for name in path:
        found = found and found[name]
    return found  # type: ignore[no-any-return] # JSON


def _percent(value: float | None, span: list[float | None] | None = None) -> str:
    if value is None:
        return "-"
    around = f" [{span[0]:.1%}, {span[1]:.1%}]" if span and None not in span else ""
    return f"{value:.2%}{around}"


def _scientific(value: float | None, span: list[float | None] | None = None) -> str:
    if value is None:
        return "-"
    around = f" [{span[0]:.0e}, {span[1]:.0e}]" if span and None not in span else ""
    return f"{value:.1e}{around}"


if __name__ == "__main__":
    main()
