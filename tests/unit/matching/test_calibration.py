"""A calibration is read whole or not at all, and what is wrong with it is told without a number of it."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import MODEL_ID, PIPELINE_ID, CalibrationError, calibration
from matching.calibration import SHIPPED, load_calibration, shipped_calibration

Document = dict[str, Any]
SECRET = 0.73125  # stands for a number of the file; no message may show it


def shipped_document() -> Document:
    document: Document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return document


def refusal(path: Path) -> str:
    with pytest.raises(CalibrationError) as caught:
        load_calibration(path)
    assert caught.value.__cause__ is None  # the cause may quote the file
    return str(caught.value)


def set_at(*keys: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


def without(*keys: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return change


def packed(values: list[float], dtype: str) -> str:
    return base64.b64encode(np.array(values, dtype=dtype).tobytes()).decode()


NO_CALIBRATION = "is no calibration"
NOT_FINITE = "not finite"
NO_MEASUREMENT = "no measurement gives"
OTHER = "another model or pipeline"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(set_at("model", value="face-api-2"), OTHER, id="another model"),
        pytest.param(set_at("pipeline", value="crop-0"), OTHER, id="another pipeline"),
        pytest.param(set_at("schema", value=2), "schema", id="another schema"),
        pytest.param(without("cohort"), NO_CALIBRATION, id="no cohort"),
        pytest.param(without("weights", "distance"), NO_CALIBRATION, id="no weight"),
        pytest.param(without("provenance"), NO_CALIBRATION, id="no provenance"),
        pytest.param(set_at("provenance", value=["somewhere"]), NO_CALIBRATION, id="provenance is a list"),
        pytest.param(set_at("metric", value="!" * 8), "base64", id="no base64"),
        pytest.param(set_at("mean", value="AAA"), "base64", id="base64 cut off"),
        pytest.param(set_at("mean", value="é"), NO_CALIBRATION, id="base64 of other letters"),
        pytest.param(set_at("mean", value=[SECRET]), NO_CALIBRATION, id="numbers instead of base64"),
        pytest.param(set_at("mean", value=packed([SECRET] * 127, "<f4")), NO_CALIBRATION, id="mean of 127"),
        pytest.param(set_at("metric", value=packed([1] * 127, "<f4")), NO_CALIBRATION, id="metric's shape"),
        pytest.param(set_at("cohort", value=packed([1] * 200, "<f2")), NO_CALIBRATION, id="cohort's shape"),
        pytest.param(set_at("cohort", value=""), NO_MEASUREMENT, id="empty cohort"),
        pytest.param(set_at("mean", value=packed([np.nan] * 128, "<f4")), NOT_FINITE, id="mean of NaN"),
        pytest.param(set_at("cohort", value=packed([np.inf] * 1280, "<f2")), NOT_FINITE, id="cohort of inf"),
        pytest.param(set_at("weights", "distance", value=float("nan")), NOT_FINITE, id="weight NaN"),
        pytest.param(set_at("weights", "ceiling", value=float("inf")), NOT_FINITE, id="ceiling inf"),
        pytest.param(set_at("weights", "offsets", value=[[None] * 3] * 3), NOT_FINITE, id="offsets of null"),
        pytest.param(set_at("weights", "offsets", value=[[SECRET]]), NO_MEASUREMENT, id="offsets' shape"),
        pytest.param(set_at("weights", "offsets", value=[[1, 2], [3]]), NO_CALIBRATION, id="ragged offsets"),
        pytest.param(set_at("weights", "distance", value=SECRET), NO_MEASUREMENT, id="far is like"),
        pytest.param(set_at("weights", "distance", value=0), NO_MEASUREMENT, id="distance is nothing"),
        pytest.param(
            set_at("weights", "cohort_distance", value=[-SECRET, 1]), NO_MEASUREMENT, id="remote is like"
        ),
        pytest.param(set_at("weights", "cohort_cap", value=[0, 1]), NO_MEASUREMENT, id="cap of nothing"),
        pytest.param(set_at("weights", "cohort_cap", value=[1, 2, 3]), NO_CALIBRATION, id="three caps"),
        pytest.param(set_at("weights", "ceiling", value=SECRET), NO_MEASUREMENT, id="bar beyond the score"),
        pytest.param(set_at("gates", "norm", value=[1.5, 1.2]), NO_MEASUREMENT, id="norms the wrong way"),
        pytest.param(set_at("gates", "centred_norm", value=-SECRET), NO_MEASUREMENT, id="gate wide open"),
        pytest.param(set_at("gates", "cohort_distance", value=0), NO_MEASUREMENT, id="other gate open"),
        pytest.param(set_at("spread_edges", value=[0.14, 0.09]), NO_MEASUREMENT, id="unsorted spreads"),
        pytest.param(set_at("spread_edges", value=0.09), NO_MEASUREMENT, id="spreads without a list"),
        pytest.param(
            set_at("thresholds", "probe", "edges", value=[SECRET, 0.1]), NO_MEASUREMENT, id="unsorted edges"
        ),
        pytest.param(
            set_at("thresholds", "probe", "added", value=[0, SECRET, 1]), NO_MEASUREMENT, id="worse is easier"
        ),
        pytest.param(
            set_at("thresholds", "references", "added", value=[1, 0, -SECRET]),
            NO_MEASUREMENT,
            id="a discount",
        ),
        pytest.param(
            set_at("thresholds", "references", "added", value=[1.0]), NO_MEASUREMENT, id="too few strata"
        ),
        pytest.param(
            set_at("thresholds", "conditions", value=[1, SECRET, 2]), NO_MEASUREMENT, id="fair is easier"
        ),
        pytest.param(
            set_at("thresholds", "conditions", value=[0, SECRET]), NO_MEASUREMENT, id="two conditions"
        ),
        pytest.param(
            set_at("thresholds", "conditions", value=[-1, 0, 1]), NO_MEASUREMENT, id="good is a discount"
        ),
        pytest.param(
            set_at("thresholds", "by_spread", value=[[-SECRET] * 3] * 3), NO_MEASUREMENT, id="bar below none"
        ),
        pytest.param(set_at("thresholds", "ceiling", value=SECRET), NO_MEASUREMENT, id="ceiling below bars"),
        pytest.param(set_at("neighbours", value=0), NO_MEASUREMENT, id="no neighbour"),
        pytest.param(set_at("neighbours", value=513), NO_MEASUREMENT, id="more neighbours than members"),
        pytest.param(set_at("neighbours", value=float("inf")), NO_CALIBRATION, id="endless neighbours"),
        pytest.param(set_at("gates", "centred_norm", value=10**400), NO_CALIBRATION, id="beyond a float"),
        pytest.param(set_at("gates", value=None), NO_CALIBRATION, id="no gates"),
    ],
)
def test_a_corrupt_calibration_is_refused_without_a_number_of_it(
    tmp_path: Path, change: Callable[[Document], None], said: str
) -> None:
    document = shipped_document()
    change(document)
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    message = refusal(path)

    assert said in message
    assert str(SECRET) not in message
    named = message.replace(f"schema {calibration.SCHEMA}", "").replace("base64", "")
    assert not any(c.isdigit() for c in named)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b"17", id="a number"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(SHIPPED.read_bytes()[:3_000], id="truncated in the middle"),
        pytest.param(SHIPPED.read_bytes()[:-2], id="truncated at its end"),
    ],
)
def test_what_is_no_calibration_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(content)

    message = refusal(path)

    assert message.startswith("given.json is no calibration")
    assert not any(c.isdigit() for c in message)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "is no calibration" in refusal(tmp_path / "nowhere.json")


@given(at=st.integers(0, len(SHIPPED.read_bytes()) - 1), byte=st.integers(0, 255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_byte_that_changed_gives_a_sound_calibration_or_its_own_error(
    tmp_path: Path, at: int, byte: int
) -> None:
    content = bytearray(SHIPPED.read_bytes())
    content[at] = byte
    path = tmp_path / "calibration.json"
    path.write_bytes(content)

    try:
        found = load_calibration(path)
    except CalibrationError:
        return

    assert np.isfinite(found.metric).all()
    assert found.weights.distance < 0 < found.gates.centred_norm


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "again.json"
    shipped = shipped_calibration()
    path.write_text(shipped.to_json(), encoding="utf-8")

    again = load_calibration(path)

    assert again.to_json() == SHIPPED.read_text(encoding="utf-8")
    assert (again.cohort == shipped.cohort).all()
    assert again.weights.distance == shipped.weights.distance


def test_what_ships_is_of_this_layer_and_says_where_it_comes_from() -> None:
    shipped = shipped_calibration()

    assert (shipped.model, shipped.pipeline) == (MODEL_ID, PIPELINE_ID)
    assert shipped.provenance["command"] == "python -m benchmarks.calibrate"
    assert shipped.provenance["data"]["people"] > 0
    assert shipped.provenance["comparisons"]["nonmated"] > 3 / shipped.provenance["target_fmr"]
    assert shipped.weights.ceiling <= np.log(shipped.provenance["comparisons"]["nonmated"] / 3)


def test_a_calibration_does_not_show_its_cohort_when_printed() -> None:
    shown = repr(replace(shipped_calibration(), provenance={"note": "where from"}))

    assert "cohort=" not in shown.split("gates=")[0]
    assert "mean=" not in shown
    assert "metric=" not in shown


def run_layer(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own interpreter and code
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A copy of the layer, as a deployment makes one."""
    shutil.copytree(SHIPPED.parent, tmp_path / "matching", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_importing_the_layer_reads_no_calibration(layer: Path) -> None:
    (layer / "matching" / SHIPPED.name).unlink()

    imported = run_layer(layer, "import matching, matching.templates")

    assert imported.returncode == 0, imported.stderr


def test_a_corrupt_shipped_file_refuses_loudly_at_the_first_decision(layer: Path) -> None:
    (layer / "matching" / SHIPPED.name).write_text('{"schema": 1, "model": ', encoding="utf-8")

    decided = run_layer(
        layer, "from matching.calibration import shipped_calibration; shipped_calibration(); print('decided')"
    )

    assert decided.returncode == 1
    assert "CalibrationError: calibration.json is no calibration" in decided.stderr
    assert "decided" not in decided.stdout
