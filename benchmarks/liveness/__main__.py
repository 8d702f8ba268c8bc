"""Measure, print, write: `python -m benchmarks.liveness --out REPORT.json [--clips DIR]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.liveness import browser_path, bulk, clips
from benchmarks.liveness.banks import BANKS
from benchmarks.liveness.browser_path import load_seen
from benchmarks.liveness.plots import plot_det, plot_scores
from benchmarks.liveness.report import FORGERIES, Report, build, told, told_people
from benchmarks.table import print_table
from matching.calibration import CalibrationError
from matching.liveness.fusion import SHIPPED, read_calibration
from matching.liveness.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE_EACH: Final = 2_000  # ceremonies of people in each profile
ATTACKS_EACH: Final = 400  # of each species in each profile: 2,000 a species over those that stand alone


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    options = _options(arguments)
    try:
        calibration = read_calibration(json.loads(options.calibration.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, CalibrationError) as error:
        sys.exit(f"{options.calibration} cannot be read: {error}")
    if options.browser:
        # Chromium and the local stack are asked for only here.
        from benchmarks.liveness.ceremonies_in_browser import perform_all  # noqa: PLC0415

        perform_all(options.browser_lines, live=options.browser_live, each=options.browser_each)
    outcomes = []
    if options.live or options.attacks:
        started = time.monotonic()
        outcomes = bulk.run(
            bulk.every(options.live, options.attacks, options.profiles),
            half=options.half,
            seed=options.seed,
            folder=options.banks,
            workers=options.workers,
            calibration=calibration,
        )
        print(f"{len(outcomes)} ceremonies in bulk, {time.monotonic() - started:.0f} s")
    report = build(outcomes, load_seen(options.browser_lines))
    if options.clips is not None:
        report["clips"] = clips.judge_clips(options.clips)
    _print(report)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten: {options.out}")
        if outcomes:
            plot_scores(outcomes, calibration, options.out.with_suffix(".scores.png"))
            plot_det(outcomes, options.out.with_suffix(".det.png"))
            print("and two plots beside it")


def _print(report: Report) -> None:
    for kind, worst in report["headline"].items():
        if worst is not None:
            print(f"\nWorst {kind} species: {worst['species']}, APCER {told(worst, 'apcer')}")
    for kind in ("presentation", "injection"):
        own = {name: row for name, row in report["species"].items() if row["kind"] == kind}
        if own:
            print_table(
                f"APCER of {kind} attacks, with 95 % intervals; the first product's rule on the same frames",
                ["species", "path", "APCER", "over bodies", "first product", *PROFILES],
                [
                    [
                        f"{name} (forgery)" if name in FORGERIES else name,
                        row["path"],
                        told(row, "apcer"),
                        _span(row["subject_interval"]),
                        _share(report["first_product"]["species"].get(name, {}).get("apcer")),
                        *(_share(row.get("profiles", {}).get(one, {}).get("apcer")) for one in PROFILES),
                    ]
                    for name, row in own.items()
                ],
            )
    if report["profiles"]:
        print_table(
            "BPCER by profile, with 95 % intervals",
            ["profile", "BPCER", "over people", "people", "through the browser"],
            [
                [
                    name,
                    told(row, "bpcer"),
                    _span(row["subject_interval"]),
                    row["subjects"],
                    told_people(row["browser"]) if "browser" in row else "-",
                ]
                for name, row in report["profiles"].items()
            ],
        )
        print(f"first product: BPCER {told(report['first_product']['live'], 'bpcer')}")
    _print_checks(report["checks"])
    if report["bars"]:
        print_table(
            "What was asked for",
            ["bar", "asked", "found", ""],
            [
                [bar["name"], bar["asked"], bar["found"], "met" if bar["met"] else "MISSED"]
                for bar in report["bars"]
            ],
        )
    if report.get("clips"):
        clips.print_clips(report["clips"])


def _print_checks(checks: Report) -> None:
    if not checks:
        return
    names = [name for name in next(iter(checks.values())) if name != "n"]
    print_table(
        "Share refused by each check alone, and by the fused score where every check held",
        ["species", *names],
        [
            [species, *(_share(row[name]) if name != "malformed" else row[name] for name in names)]
            for species, row in checks.items()
        ],
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _span(interval: list[float] | None) -> str:
    return "-" if interval is None else f"[{100 * interval[0]:.2f}, {100 * interval[1]:.2f}]"


def _options(arguments: Sequence[str] | None) -> Any:  # noqa: ANN401 -- argparse's own namespace
    parser = argparse.ArgumentParser(prog="python -m benchmarks.liveness", description=__doc__)
    parser.add_argument("--out", type=Path, help="where the report goes, and plots beside it")
    parser.add_argument("--clips", type=Path, help="folders live/ and one per species holding video files")
    parser.add_argument("--banks", type=Path, default=BANKS, help="as benchmarks.liveness_banks wrote them")
    parser.add_argument("--calibration", type=Path, default=SHIPPED)
    parser.add_argument("--half", choices=("development", "reporting", "all"), default="reporting")
    parser.add_argument("--profiles", nargs="+", choices=tuple(PROFILES), help="all when not given")
    parser.add_argument("--live", type=int, default=LIVE_EACH, help="ceremonies of people in each profile")
    parser.add_argument("--attacks", type=int, default=ATTACKS_EACH, help="of each species, in each profile")
    parser.add_argument("--seed", type=int, default=30107)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--browser", action="store_true", help="run the ceremonies of the real path first")
    parser.add_argument("--browser-lines", type=Path, default=browser_path.LINES)
    parser.add_argument("--browser-live", type=int, default=7, help="people in each profile")
    parser.add_argument("--browser-each", type=int, default=20, help="of each species")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
