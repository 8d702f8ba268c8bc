"""`npm run embed` takes a folder of pictures through the browser's own vision code, into what numpy reads."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from local.paths import ROOT
from matching import PIPELINE_ID
from matching.evidence import Quality
from tests.actors.pictures import face_api_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four pictures of three people, one of nobody, and two files that are no pictures."""
    folder = tmp_path / "pictures"
    demo = face_api_folder() / "demo"
    for person, sample in (("Ada", 1), ("Ada", 3), ("Bea", 6), ("Cleo", 4)):
        (folder / person).mkdir(parents=True, exist_ok=True)
        shutil.copy(demo / f"sample{sample}.jpg", folder / person / f"{sample}.jpg")
    (folder / "Bea" / "broken.jpg").write_bytes((folder / "Bea" / "6.jpg").read_bytes()[:5000])
    (folder / "Bea" / "text.png").write_text("not a picture")
    return folder


def _command(folder: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- our own command
        ["npm", "run", "--silent", "embed", "--", str(folder), str(out), "--workers", "2"],  # noqa: S607
        cwd=ROOT,
        env={**os.environ, "INIT_CWD": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _embed(folder: Path, out: Path) -> tuple[int, str]:
    command = _command(folder, out)
    _, said = command.communicate(timeout=120)
    return command.returncode, said


def _load(out: Path) -> Mapping[str, NDArray[np.generic]]:
    with np.load(out, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def test_every_face_is_a_row_with_its_numbers_and_its_quality(pictures: Path, tmp_path: Path) -> None:
    status, said = _embed(pictures, tmp_path / "out.npz")

    assert status == 0, said
    found = _load(tmp_path / "out.npz")
    assert found["path"].tolist() == ["Ada/1.jpg", "Ada/3.jpg", "Bea/6.jpg", "Cleo/4.jpg"]
    assert found["subject"].tolist() == ["Ada", "Ada", "Bea", "Cleo"]
    assert found["pipeline"].tolist() == [PIPELINE_ID]
    assert set(found["detector"].tolist()) <= {"tiny", "ssd"}
    for name in ("descriptor", "mirror"):
        assert found[name].shape == (4, 128)
        assert found[name].dtype == np.float32
        assert ((np.linalg.norm(found[name].astype(float), axis=1) - 1.44) < 0.2).all()
    assert not np.allclose(found["descriptor"], found["mirror"], atol=1e-3)
    for name in Quality.__dataclass_fields__:
        assert found[name].shape == (4,), name
        assert np.isfinite(found[name].astype(float)).all(), name


def test_a_broken_file_is_named_and_counted_and_stops_nothing(pictures: Path, tmp_path: Path) -> None:
    _, said = _embed(pictures, tmp_path / "out.npz")

    assert "unreadable: Bea/broken.jpg" in said
    assert "unreadable: Bea/text.png" in said
    assert "4 of 6 pictures embedded, 0 without a face, 2 unreadable" in said


def test_a_killed_run_goes_on_where_it_stopped(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    progress = tmp_path / "out.npz.progress"
    first = _command(pictures, out)
    deadline = time.monotonic() + 60
    while not (progress.exists() and progress.read_text().count("\n") >= 2):
        assert time.monotonic() < deadline, "nothing was ever finished"
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert not out.exists()

    status, said = _embed(pictures, out)

    assert status == 0, said
    assert "of 6 were done by an earlier run" in said
    assert len(_load(out)["path"]) == 4
    assert not progress.exists()


@pytest.mark.parametrize("arguments", [[], ["only-a-folder"], ["a", "b", "--workers", "0"]])
def test_a_wrong_call_is_told_how_it_goes(arguments: list[str]) -> None:
    said = subprocess.run(  # noqa: S603 -- our own command
        ["npm", "run", "--silent", "embed", "--", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said.returncode == 2
    assert "usage: npm run embed -- DIR OUT.npz" in said.stderr
