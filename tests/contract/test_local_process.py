"""`python -m local up` as a person meets it: it says what is wrong, and it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.paths import ROOT
from tests.support.http import send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_TIMEOUT_S = 120.0
GONE_TIMEOUT_S = 30.0

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see what is left running")


class Running:
    """One `python -m local up`, with a folder for temporary files that it has to itself."""

    def __init__(self, temporary: Path) -> None:
        self.temporary = temporary
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--port", "0", "--quiet"],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def family(self) -> set[int]:
        """Everything that runs because of it, the functions' processes included."""
        assert send(self.url, path="/.well-known/jwks.json").status == 200
        everybody = descendants(self.process.pid)
        # The cloud, and the one function that has just answered.
        assert len(everybody) >= 2
        return everybody | {self.process.pid}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    one = Running(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
    one.process.wait()
    assert one.process.stdout is not None
    one.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_leaves_nothing_running_and_no_file(
    running: Running, number: signal.Signals
) -> None:
    family = running.family()

    running.process.send_signal(number)

    assert running.process.wait(GONE_TIMEOUT_S) == 0
    assert left_of(family) == set()
    assert list(running.temporary.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        send(running.url)


def test_killed_without_a_chance_to_tidy_up_it_still_leaves_nothing(running: Running) -> None:
    family = running.family()

    running.process.kill()
    running.process.wait()

    until(lambda: left_of(family) == set())
    until(lambda: list(running.temporary.iterdir()) == [])


def test_the_greeting_ends_with_how_long_the_person_waited(tmp_path: Path) -> None:
    before = 1000
    begun = time.time() - before
    command = [sys.executable, "-m", "local", "up", "--port", "0", "--since", str(begun)]
    with subprocess.Popen(  # noqa: S603 - our interpreter, our module
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if "Ctrl-C" in line), "")
        waited = time.time() - begun
        process.terminate()

    assert (told := re.search(r"Started in (\d+) s", said))
    assert before < int(told[1]) <= waited + 1


def test_make_run_counts_what_comes_before_python_too() -> None:
    now = time.time()

    planned = subprocess.run(
        ["make", "--dry-run", "run"],  # noqa: S607 - whichever make the person has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (since := re.search(r"-m local up .*--since (\d+)", planned))
    assert now - 2 < int(since[1]) <= time.time()


def test_a_port_in_use_is_said_in_so_many_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        run = subprocess.run(  # noqa: S603 - our interpreter, our module
            [sys.executable, "-m", "local", "up", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=START_TIMEOUT_S,
            check=False,
        )

    assert run.returncode == 1
    assert f"Port {port} on this machine is in use" in run.stderr
    assert f"make run PORT={port + 1}" in run.stderr
    assert "Traceback" not in run.stderr


def descendants(pid: int) -> set[int]:
    parents = {
        child: parent
        for child in map(int, filter(str.isdigit, (entry.name for entry in Path("/proc").iterdir())))
        if (parent := parent_of(child))
    }
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def parent_of(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the name in brackets, which may hold anything.
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)


def left_of(pids: set[int]) -> set[int]:
    return {pid for pid in pids if parent_of(pid) is not None}


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GONE_TIMEOUT_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)
