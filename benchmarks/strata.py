"""False rejections by quality, ours beside the first product's rules: `python -m benchmarks.strata`.

Pictures are degraded on both sides, enrolment and probe, and go through the SDK's own pipeline (`npm run
embed`); what is missing in the cache is made first, which takes minutes a kind. The baselines get our aligned
descriptors, which do them good: face-api's own crop moves with the head.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks import degradations
from benchmarks.recognition.baselines import BASELINES
from benchmarks.recognition.dataset import DatasetError, half_of, load_dataset
from benchmarks.recognition.rates import Scores, false_match_rate, false_non_match_rate, fnmr_at
from benchmarks.recognition.systems import judge_systems
from benchmarks.table import print_table
from matching.calibration import SHIPPED, CalibrationError, load_calibration

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT.parent / "shared/data/lfw"
CACHE: Final = ROOT / "build/strata"
AS_THEY_ARE: Final = "as they are"
LEAST_PICTURES: Final = 3
FMR: Final = 1e-4


def main(arguments: list[str] | None = None) -> None:
    """Make what is missing, measure, print."""
    options = _options(arguments)
    if not options.pictures.is_dir():
        sys.exit(f"skipped: evaluation pictures are not on this machine ({options.pictures.name})")
    try:
        calibration = load_calibration(options.calibration)
        sets = {
            kind: load_dataset(path) for kind, path in made(options.pictures, cache=options.cache).items()
        }
    except FileNotFoundError as error:
        sys.exit(f"skipped: {error.filename} is not on this machine")
    except (OSError, DatasetError, CalibrationError) as error:
        sys.exit(str(error))
    if options.half is not None:
        sets = {kind: data.restricted_to(half_of(data, options.half)) for kind, data in sets.items()}
    _print(
        {
            kind: judge_systems(data, calibration=calibration, enrolments=LEAST_PICTURES, frames=1).scores
            for kind, data in sets.items()
        }
    )


def made(pictures: Path, *, cache: Path) -> dict[str, Path]:
    """Give the descriptors of every kind of degradation, making what the cache lacks.

    Args:
        pictures: a folder for each person.
        cache: where the files are kept.

    Returns:
        For each kind its .npz.

    Raises:
        subprocess.CalledProcessError: when embedding fails.
    """
    cache.mkdir(parents=True, exist_ok=True)
    files = {AS_THEY_ARE: cache / "plain.npz", **{kind: cache / f"{kind}.npz" for kind in degradations.KINDS}}
    for kind, path in files.items():
        if path.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            source = pictures
            if kind != AS_THEY_ARE:
                source = Path(folder)
                least = str(LEAST_PICTURES)
                degradations.main([str(pictures), folder, "--kind", kind, "--at-least", least])
            subprocess.run(  # noqa: S603 -- our own script
                ["npm", "run", "--silent", "embed", "--", str(source), str(path)],  # noqa: S607
                cwd=ROOT,
                check=True,
            )
    return files


def _print(found: dict[str, dict[str, Scores]]) -> None:
    print_table(
        "As shipped, by what was done to the pictures of both sides",
        ["pictures", "mated", "non-mated", "FMR", "FNMR"],
        [
            [
                kind,
                len(scores["ours"].mated),
                len(scores["ours"].nonmated),
                f"{false_match_rate(scores['ours']):.1e}",
                f"{false_non_match_rate(scores['ours']):.2%}",
            ]
            for kind, scores in found.items()
        ],
    )
    print_table(
        f"FNMR at FMR {FMR:g} in each, and how many times as many people each rule refuses",
        ["pictures", "ours", *BASELINES],
        [
            [kind, f"{fnmr_at(scores['ours'], FMR):.2%}", *(_ratio(scores, name) for name in BASELINES)]
            for kind, scores in found.items()
        ],
    )


def _ratio(scores: dict[str, Scores], name: str) -> str:
    ours, theirs = fnmr_at(scores["ours"], FMR), fnmr_at(scores[name], FMR)
    return f"{theirs:.2%} ({theirs / ours:.1f}x)" if ours else f"{theirs:.2%}"


def _options(arguments: list[str] | None) -> Any:  # noqa: ANN401 -- argparse's own namespace
    parser = argparse.ArgumentParser(prog="python -m benchmarks.strata", description=__doc__)
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="a folder for each person")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--calibration", type=Path, default=SHIPPED)
    parser.add_argument(
        "--half", type=int, choices=(1, 2), help="only these people, as benchmarks.calibrate --half"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
