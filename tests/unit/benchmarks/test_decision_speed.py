"""What is timed is the whole decision, and what it is held against does the same work."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import decision_speed
from benchmarks.attack.accounts import Accounts
from benchmarks.recognition.baselines import baseline_margins
from benchmarks.recognition.dataset import Dataset
from matching.calibration import shipped_calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.mark.parametrize("seed", range(5))
def test_the_ceremony_that_is_timed_goes_all_the_way(seed: int) -> None:
    ceremony = decision_speed.make_ceremony(shipped_calibration(), seed=seed)

    assert ceremony.probe.shape == (3, 128)
    assert ceremony.references.shape == (8, 128)
    assert decision_speed.decide(ceremony).reason == "matched"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_product_finds_the_same_neighbours_as_differences(dtype: type) -> None:
    rng = np.random.default_rng(0)
    cohort: NDArray[Any] = rng.normal(size=(300, 128)).astype(dtype)
    query: NDArray[Any] = rng.normal(size=128).astype(dtype)

    found = decision_speed.nearest_mean(query, cohort, (cohort**2).sum(axis=1), count=10)

    assert found == pytest.approx(np.sort(np.linalg.norm(cohort - query, axis=1))[:10].mean(), rel=1e-4)


def test_repetitions_are_interleaved_and_medians_are_given() -> None:
    order: list[str] = []
    values = {"first": iter([1.0, 9.0, 2.0]), "second": iter([5.0, 4.0, 6.0])}

    def measure(name: str) -> float:
        order.append(name)
        return next(values[name])

    found = decision_speed.interleaved(
        {"first": lambda: measure("first"), "second": lambda: measure("second")}, repetitions=3
    )

    assert order == ["first", "second"] * 3
    assert {name: times.median for name, times in found.items()} == {"first": 2.0, "second": 5.0}
    assert found["first"].least == pytest.approx(1.2)


def test_a_decision_that_is_too_slow_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_speed, "BUDGET_MS", 0.0)
    monkeypatch.setattr(decision_speed, "REPETITIONS", 3)
    monkeypatch.setattr(decision_speed, "COHORTS", (64, 128))

    with pytest.raises(SystemExit, match="must take less than"):
        decision_speed.main()


@pytest.mark.skipif(
    shutil.which("node") is None, reason="the rule runs in Node, which is not on this machine"
)
def test_the_rule_in_node_decides_as_the_baseline() -> None:
    rng = np.random.default_rng(2)
    templates = rng.normal(size=(8, 128)) * 0.12
    # From one template's own picture to a stranger's, so that both clauses of the rule decide for some.
    probes = [templates.mean(axis=0) * share + templates[0] * (1 - share) for share in np.linspace(0, 1, 9)]
    probes += [templates[0] + rng.normal(size=128) * noise for noise in np.linspace(0.02, 0.1, 9)]
    data = Dataset(
        name="nobody",
        people=np.array(["nobody"]),
        owner=np.zeros(8, dtype=np.int64),
        chip=templates,
        captures=templates,
        quality={"luminance_mean": np.full(8, 40.0)},
        groups=np.array([""]),
    )
    accounts = Accounts(data=data, owner=np.zeros(1, dtype=np.int64), pictures=np.arange(8)[None])
    expected = (baseline_margins(*accounts.against(np.stack(probes)))["B1"][0] >= 0).tolist()

    found = [_decided_in_node(probe.tolist(), templates.tolist(), light=0.25) for probe in probes]

    assert found == expected
    assert set(expected) == {True, False}


def _decided_in_node(probe: list[float], templates: list[list[float]], *, light: float) -> bool:
    first = json.dumps({"probe": probe, "templates": templates, "light": light})
    answer = subprocess.run(  # noqa: S603 -- our own script
        ["node", str(decision_speed.RULE)],  # noqa: S607 -- whichever Node the benchmark would take
        input=f"{first}\n2\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(answer.stdout.split()[1]) == 1
