"""The first product's rules against margins worked out by hand."""

import numpy as np
import pytest

from benchmarks.recognition.baselines import BASELINES, baseline_margins
from benchmarks.recognition.dataset import Dataset, Floats
from benchmarks.recognition.trials import make_trials

# Templates at distances .30, .52, .60 from the probe: 1 - d is .70, .48, .40.
DISTANCES = (0.30, 0.52, 0.60)


def margins(*, luminance: float, distances: tuple[float, ...] = DISTANCES) -> dict[str, float]:
    """The mated margins of one person who enrolled so far from the one probe."""
    base = np.zeros(128)
    base[0] = 1.4
    rows = np.tile(base, (len(distances) + 1, 1))
    for number, distance in enumerate(distances):
        rows[number, number + 1] = distance
    data = people(rows, owner=[0] * len(rows), luminance=luminance)
    found = baseline_margins(data, make_trials(data, enrolments=len(distances), frames=1))
    mated = make_trials(data, enrolments=len(distances), frames=1).mated
    return {name: found[name][mated].item() for name in BASELINES}


def people(rows: Floats, *, owner: list[int], luminance: float) -> Dataset:
    return Dataset(
        name="made up",
        people=np.array([str(number) for number in range(max(owner) + 1)]),
        owner=np.array(owner),
        chip=rows,
        captures=np.full_like(rows, np.nan),  # the first product knew no mirror image
        quality={"luminance_mean": np.full(len(rows), luminance)},
        groups=np.full(max(owner) + 1, ""),
    )


def test_b0_compares_one_template_only() -> None:
    assert margins(luminance=128)["B0"] == pytest.approx(0.70 - 0.45)


@pytest.mark.parametrize(
    ("luminance", "lighting", "bar"),
    [
        (128, 0.9, 0.47),  # fine: .9 > .8
        (80, 0.9, 0.47),
        (79, 0.49375, 0.45),  # m / 160
        (64, 0.4, 0.45),
        (63, 0.39375, 0.40),  # < .4: .05 easier
        (10, 0.2, 0.40),  # never below .2
        (200, 0.9, 0.47),
        (201, 0.4909, 0.45),  # (255 - m) / 110
        (212, 0.3909, 0.40),
        (250, 0.2, 0.40),
    ],
)
def test_b1_takes_the_best_or_three_fifths_of_the_templates_by_the_light(
    luminance: float, lighting: float, bar: float
) -> None:
    assert 0.2 <= lighting <= 0.9  # stands here for the reader: the rule's L, of which the bar follows

    # Two of three must reach the bar: the second best is .44; none reaches .45 by itself.
    found = margins(luminance=luminance, distances=(0.56, 0.56, 0.70))

    assert found["B1"] == pytest.approx(max(0.44 - 0.45, 0.44 - bar))


def test_b1_takes_the_best_template_whatever_the_others_are() -> None:
    assert margins(luminance=128)["B1"] == pytest.approx(0.70 - 0.45)


@pytest.mark.parametrize(("luminance", "bar"), [(128, 0.60), (79, 0.60), (63, 0.52), (212, 0.52)])
def test_b2_takes_the_best_template_at_the_bar_of_the_app(luminance: float, bar: float) -> None:
    assert margins(luminance=luminance)["B2"] == pytest.approx(0.70 - bar)


def test_b3_takes_the_cosine_of_the_best() -> None:
    cosine = 1.4 / np.hypot(1.4, 0.30)

    assert margins(luminance=128)["B3"] == pytest.approx(cosine - 0.45)


def test_light_that_was_not_measured_is_fine_light() -> None:
    assert margins(luminance=float("nan")) == pytest.approx(margins(luminance=128))


def test_only_the_first_frame_of_a_probe_is_compared() -> None:
    rows = np.zeros((4, 128))
    rows[:, 0] = 1.4
    rows[0, 1], rows[1, 1], rows[2, 1], rows[3, 1] = 0.0, 0.2, 5.0, 5.0
    data = people(rows, owner=[0] * 4, luminance=128)
    trials = make_trials(data, enrolments=1, frames=3)

    found = baseline_margins(data, trials)

    assert found["B0"][trials.mated].item() == pytest.approx(0.80 - 0.45)
