"""`benchmarks.calibrate` and `benchmarks.verification`, from a file of descriptors to the report."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import calibrate, verification
from benchmarks.recognition import fitting, rates
from benchmarks.recognition.bars import LEAST_REQUIRED
from matching.calibration import SHIPPED, load_calibration
from tests.unit.benchmarks.population import Columns, population, written

RATES = {"eer", "fnmr_at_fmr", "operating_point"}
FMRS = {"1e-2", "1e-3", "1e-4"}
POINT = {"fmr", "fnmr", "impostors", "genuine"}


@dataclass(frozen=True, kw_only=True)
class Run:
    folder: Path
    calibration: Path
    people: Path
    report: dict[str, Any]

    def verify(self, columns: Columns, *options: str) -> dict[str, Any]:
        """The report on other people."""
        people, out = written(self.folder / "others.npz", columns), self.folder / "others.json"
        verification.main(
            [
                *("--descriptors", str(people), "--calibration", str(self.calibration)),
                *("--out", str(out), *options),
            ]
        )
        report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return report


def grouped_people() -> Columns:
    """Two groups, one of people who resemble one another; some of the other have one picture only."""
    parts = {
        "plain": population([5] * 14 + [1] * 6, seed=11, prefix="p"),
        "alike": population([5] * 14, seed=12, prefix="a", alike=1.5),
    }
    columns = {name: np.concatenate([part[name] for part in parts.values()]) for name in parts["plain"]}
    cameras = [np.full(len(part["subject"]), name) for name, part in parts.items()]
    return columns | {"camera": np.concatenate(cameras)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Calibrated on some people and measured on others, with fewer draws of the bootstrap than a real run."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "nothing").mkdir()
    calibration, out = folder / "calibration.json", folder / "out" / "REPORT.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "REPLICATES", 40)
        patch.setattr(rates, "REPLICATES", 20)
        development = written(folder / "development.npz", population([4] * 360, seed=1))
        calibrate.main(
            [
                *("--descriptors", str(development), "--out", str(calibration)),
                *("--rounds", "1", "--degraded", str(folder / "nothing")),
            ]
        )
        people = written(folder / "people.npz", grouped_people())
        verification.main(
            [
                *("--descriptors", str(people), "--calibration", str(calibration)),
                *("--out", str(out), "--group", "camera"),
            ]
        )
    return Run(
        folder=folder,
        calibration=calibration,
        people=people,
        report=json.loads(out.read_text(encoding="utf-8")),
    )


def test_what_is_calibrated_is_what_the_layer_reads_and_says_from_whom(run: Run) -> None:
    found = load_calibration(run.calibration)

    assert found.provenance["data"]["people"] == 360
    assert found.provenance["data"]["file"] == "development.npz"
    assert found.provenance["comparisons"]["nonmated"] > 3 / found.provenance["target_fmr"]
    assert found.thresholds.by_spread.min() >= LEAST_REQUIRED
    assert not list(run.folder.glob("*.draft"))


def test_a_member_of_what_was_calibrated_is_nobody_s_face(run: Run) -> None:
    found = load_calibration(run.calibration)

    lengths = np.linalg.norm(found.cohort - found.mean, axis=1)

    assert lengths.max() < found.gates.centred_norm


def test_the_report_has_the_promised_shape(run: Run) -> None:
    report = run.report

    assert report.keys() >= {"ours", "baselines", "groups", "enrolments", "probes"}
    assert report["baselines"].keys() == {"B0", "B1", "B2", "B3"}
    assert (report["enrolments"], report["probes"]) == (3, 1)
    for rates_of in (report["ours"], *report["baselines"].values()):
        assert rates_of.keys() >= RATES
        assert rates_of["fnmr_at_fmr"].keys() == FMRS
        assert rates_of["operating_point"].keys() == POINT
        point = rates_of["operating_point"]
        fractions = [rates_of["eer"], *rates_of["fnmr_at_fmr"].values(), point["fmr"], point["fnmr"]]
        assert all(0 <= fraction <= 1 for fraction in fractions)
    assert all(group["operating_point"].keys() == POINT for group in report["groups"].values())


def test_all_systems_are_measured_on_the_same_comparisons(run: Run) -> None:
    report = run.report
    accounts, draws = 28, report["data"]["draws"]
    # Each of 28 people enrols with 3 of 5 pictures; every picture of anybody else makes a non-mated one.
    expected = {"genuine": accounts * 2 * draws, "impostors": accounts * (27 * 5 + 6) * draws}

    for rates_of in (report["ours"], *report["baselines"].values()):
        point = rates_of["operating_point"]
        assert {name: point[name] for name in expected} == expected


def test_people_with_too_few_pictures_serve_as_somebody_else(run: Run) -> None:
    report = run.report

    assert report["data"]["people"] == 34
    assert report["data"]["accounts"] == 28
    plain = report["groups"]["plain"]["operating_point"]
    assert plain["impostors"] == 14 * (13 * 5 + 6) * report["data"]["draws"]


def test_the_group_whose_people_resemble_one_another_is_the_worst(run: Run) -> None:
    groups = run.report["groups"]

    assert groups.keys() == {"plain", "alike"}
    assert run.report["worst_group"] == "alike"
    assert groups["alike"]["operating_point"]["fmr"] > groups["plain"]["operating_point"]["fmr"]


def test_intervals_hold_the_rates_and_settings_show_what_more_evidence_is_worth(run: Run) -> None:
    ours = run.report["ours"]
    low, high = ours["intervals"]["operating_point"]["fmr"]

    assert low <= ours["operating_point"]["fmr"] <= high
    assert [(one["enrolments"], one["probes"]) for one in run.report["settings"]] == [(1, 1), (3, 1), (3, 3)]
    assert all(one.keys() >= {"ours", "B0", "B1", "B2", "B3"} for one in run.report["settings"])


def test_plots_lie_beside_the_report(run: Run) -> None:
    for kind in ("det", "scores"):
        assert (run.folder / "out" / f"REPORT.{kind}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.filterwarnings("error")
def test_a_set_in_which_nobody_has_enough_pictures_gives_nulls(run: Run) -> None:
    report = run.verify(population([2] * 12, seed=21))

    nothing = {"fmr": None, "fnmr": None, "impostors": 0, "genuine": 0}
    for rates_of in (report["ours"], *report["baselines"].values()):
        assert rates_of["eer"] is None
        assert rates_of["fnmr_at_fmr"] == dict.fromkeys(FMRS)
        assert rates_of["operating_point"] == nothing
    assert report["groups"] == {}
    assert report["worst_group"] is None


def test_one_person_alone_has_no_non_mated_comparison(run: Run) -> None:
    report = run.verify(population([5], seed=22))

    point = report["ours"]["operating_point"]
    assert point["genuine"] > 0
    assert (point["impostors"], point["fmr"]) == (0, None)


def test_enrolments_and_probes_are_chosen(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "REPLICATES", 5)

    report = run.verify(population([4] * 8, seed=23), "--enrolments", "1", "--probes", "3")

    assert (report["enrolments"], report["probes"]) == (1, 3)
    assert report["ours"]["operating_point"]["genuine"] == 8 * report["data"]["draws"]


def refusal(command: Callable[[list[str]], None], *options: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        command([str(option) for option in options])
    assert isinstance(stopped.value.code, str)  # a message, and 1 as the exit code
    return stopped.value.code


@pytest.mark.parametrize("command", [verification.main, calibrate.main])
def test_a_file_that_cannot_be_measured_ends_with_what_is_wrong(
    command: Callable[[list[str]], None], tmp_path: Path
) -> None:
    garbled, incomplete = tmp_path / "garbled.npz", population([2] * 3, seed=1)
    garbled.write_bytes(b"PK\x03\x04 no archive")
    del incomplete["mirror"]
    written(tmp_path / "incomplete.npz", incomplete)
    out = ("--out", tmp_path / "out.json")

    assert "garbled.npz is no .npz" in refusal(command, "--descriptors", garbled, *out)
    assert "no column 'mirror'" in refusal(command, "--descriptors", tmp_path / "incomplete.npz", *out)
    absent = refusal(command, "--descriptors", tmp_path / "absent.npz", *out)
    assert absent.startswith("skipped:")
    assert "absent.npz" in absent
    assert not (tmp_path / "out.json").exists()


def test_a_group_or_a_calibration_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    corrupt = tmp_path / "corrupt.json"
    corrupt.write_text(SHIPPED.read_text(encoding="utf-8")[:500], encoding="utf-8")
    people = ("--descriptors", run.people)

    assert "no column 'continent'" in refusal(verification.main, *people, "--group", "continent")
    assert "corrupt.json is no calibration" in refusal(verification.main, *people, "--calibration", corrupt)


@pytest.mark.parametrize("count", ["0", "11", "-1", "three"])
def test_a_count_out_of_range_is_a_usage_error(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        verification.main(["--probes", count])

    assert stopped.value.code == 2
    assert "--probes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        pytest.param([4] * 50, "at least 174 people are needed, 50 are there", id="few people"),
        pytest.param([1] * 180, "at least 100 mated comparisons", id="one picture each"),
        pytest.param([4] * 180, "are needed", id="few comparisons"),
    ],
)
def test_too_few_people_or_pictures_to_calibrate_is_said_and_nothing_is_written(
    tmp_path: Path, pictures: list[int], said: str
) -> None:
    people, out = written(tmp_path / "few.npz", population(pictures, seed=31)), tmp_path / "calibration.json"

    message = refusal(
        calibrate.main,
        *("--descriptors", people, "--out", out, "--rounds", "1", "--degraded", tmp_path / "nothing"),
    )

    assert said in message
    assert not out.exists()


def test_what_the_layer_would_refuse_does_not_replace_what_is_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "calibration.json"
    out.write_text("what was there", encoding="utf-8")
    broken = load_calibration(run.calibration)
    broken.cohort[0, 0] = np.nan
    monkeypatch.setattr(calibrate, "calibrate", lambda *_args, **_options: broken)

    message = refusal(
        calibrate.main, "--descriptors", run.people, "--out", out, "--degraded", run.folder / "nothing"
    )

    assert "not finite" in message
    assert out.read_text(encoding="utf-8") == "what was there"
    assert not list(tmp_path.glob("*.draft"))
