"""`make setup` does what is needed, once; and says what a person can do where it cannot."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from local import setup_steps
from local.errors import LocalError
from local.fingerprint import fingerprint
from local.setup_steps import SetupError, Step
from local.stack import running_stack

if TYPE_CHECKING:
    from pathlib import Path

    from local.setup_steps import Log


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_steps, "ROOT", tmp_path)
    monkeypatch.setattr(setup_steps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(setup_steps, "LOGS", tmp_path / "logs")


def copying(tmp_path: Path) -> Step:
    """A step whose input is one file and whose result is its copy."""

    def make(log: Log) -> None:
        command = f"import shutil; shutil.copy({str(tmp_path / 'input')!r}, {str(tmp_path / 'result')!r})"
        log.run(sys.executable, "-c", command, hint="Look at the input.")

    (tmp_path / "input").write_text("one")
    return Step(
        name="copy", title="a copy", make=make, result=tmp_path / "result", inputs=(tmp_path / "input",)
    )


def test_a_step_is_done_once_while_nothing_changes(tmp_path: Path) -> None:
    step = copying(tmp_path)

    assert step.bring_up_to_date() is not None
    assert step.bring_up_to_date() is None


def test_a_step_is_done_again_when_its_input_changes(tmp_path: Path) -> None:
    step = copying(tmp_path)
    step.bring_up_to_date()

    (tmp_path / "input").write_text("two")

    assert step.bring_up_to_date() is not None
    assert (tmp_path / "result").read_text() == "two"


def test_a_step_is_done_again_when_its_result_is_gone(tmp_path: Path) -> None:
    step = copying(tmp_path)
    step.bring_up_to_date()

    (tmp_path / "result").unlink()

    assert step.bring_up_to_date() is not None
    assert (tmp_path / "result").exists()


def test_a_step_that_failed_is_tried_again_and_says_what_to_do(tmp_path: Path) -> None:
    step = copying(tmp_path)
    step.bring_up_to_date()
    (tmp_path / "input").rename(tmp_path / "elsewhere")

    for _ in range(2):
        with pytest.raises(SetupError, match=r"(?s)No such file.*copy\.log.*Look at the input\."):
            step.bring_up_to_date()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    log = setup_steps.Log("missing")

    with pytest.raises(SetupError, match="there-is-no-such-program"):
        log.run(tmp_path / "there-is-no-such-program", hint="Install it.")


def test_a_digest_follows_names_and_contents_and_neither_caches_nor_places(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "part").mkdir(parents=True)
    (here / "part" / "a.py").write_text("a")
    first = fingerprint([here / "part"], root=here)

    shutil.copytree(here, there)
    (there / "part" / "__pycache__").mkdir()
    (there / "part" / "__pycache__" / "a.cpython-313.pyc").write_bytes(b"\0")
    moved = fingerprint([there / "part"], root=there)
    (there / "part" / "a.py").rename(there / "part" / "b.py")
    renamed = fingerprint([there / "part"], root=there)
    (there / "part" / "b.py").write_text("b")
    changed = fingerprint([there / "part"], root=there)

    assert moved == first
    assert len({first, renamed, changed}) == 3


def test_a_site_that_was_never_built_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="make setup"), running_stack(site=tmp_path):
        pass
