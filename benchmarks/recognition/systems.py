"""Ours and the first product's rules on the same comparisons."""

from dataclasses import dataclass
from typing import Final

from benchmarks.recognition.baselines import BASELINES, baseline_margins
from benchmarks.recognition.dataset import Dataset
from benchmarks.recognition.ours import judge
from benchmarks.recognition.rates import Scores
from benchmarks.recognition.trials import make_trials
from matching.calibration import Calibration

DRAWS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Systems:
    """Margins of every system, by its name; 0 and more is accepted.

    Attributes:
        accounts: how many people could enrol.
        scores: of "ours" and of every baseline, all draws together.
    """

    accounts: int
    scores: dict[str, Scores]


def judge_systems(data: Dataset, *, calibration: Calibration, enrolments: int, frames: int) -> Systems:
    """Judge a set by every system, in several draws of who enrols with which pictures.

    Args:
        data: the pictures.
        calibration: what the layer would read.
        enrolments: pictures of one enrolment.
        frames: pictures of one probe.

    Returns:
        The margins; none where nobody has pictures enough to enrol.
    """
    drawn: dict[str, list[Scores]] = {name: [] for name in ("ours", *BASELINES)}
    accounts = 0
    for draw in range(DRAWS):
        # The file's own order first; then everybody enrols with other pictures, so that each becomes a probe.
        trials = make_trials(data, enrolments=enrolments, frames=frames, shuffle=draw or None)
        accounts = len(trials.account_owner)
        if not accounts:
            break
        margins = {
            "ours": judge(data, trials, calibration=calibration).margins,
            **baseline_margins(data, trials),
        }
        for name, margin in margins.items():
            drawn[name].append(Scores.of(margin, trials, people=len(data.people)))
    return Systems(
        accounts=accounts,
        scores={name: Scores.pooled(parts, people=len(data.people)) for name, parts in drawn.items()},
    )
