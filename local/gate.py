"""`make test`: everything that must hold, in one go.

What needs no browser runs on every processor that there is: style, types and the site's own tests beside the
Python tests. The browser comes last and has the machine to itself, since what it plays is judged by the
clock: with the rest beside it at the lowest priority four minutes of 28 are saved, and people are not
thought alive.
The last line is the test runner's own, for all parts of the tests together.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.paths import BUILD, ROOT

LOGS = BUILD / "logs"
CHECKS = ("ruff", "mypy", "openapi", "site-check", "vitest", "scans")
# One process a processor; a file's tests stay together, share what they set up, and come in the order below:
# the adapters' environment names the service before contract tests load the functions without it.
SPREAD = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder", "--maxprocesses=4")
WITHOUT_BROWSER = ("unit", "fuzz", "adapters", "infra", "contract")
# Three minutes of one file, most of them the local stack's: after the checks, beside the others.
WHOLE_API = "contract/test_schemathesis.py"
IN_BROWSER = ("e2e",)
TAIL_LINES = 60
# Colours are for a terminal; what is read here is a file.
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """How one of the checks ended, and where it wrote."""

    name: str
    holds: bool
    log: Path

    def __str__(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        if self.holds:
            # Vitest's counts; and what a scan could not ask is said where it is read.
            told = ("Test Files", "Tests ", "pip-audit: NOT", "npm audit: NOT")
            counts = [line.strip() for line in lines if line.strip().startswith(told)]
            return f"{self.name}: holds   {'   '.join(counts)}".rstrip()
        tail = "\n".join(lines[-TAIL_LINES:])
        return f"{self.name}: FAILS; all of it is in {self.log}\n{tail}\n"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a run of the Python tests ended, and its last line."""

    status: int
    line: str


def main() -> int:
    """Run everything and return 0 only if all of it holds."""
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    # One after another: the tests are beside them, and two processors are what a small machine has.
    with ThreadPoolExecutor(max_workers=1) as pool:
        checks = [pool.submit(_check, name) for name in CHECKS]
        whole_api = pool.submit(_test_beside, (WHOLE_API,))
        try:
            first = _test(WITHOUT_BROWSER, *SPREAD, f"--ignore=tests/{WHOLE_API}")
            checked = [check.result() for check in checks]
            tested = [first, whole_api.result()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    tested.append(_test(IN_BROWSER))
    took = time.monotonic() - started
    print(
        "", *checked, f"all of it took {took:.0f} s", closing_line(tested, took_s=took), sep="\n", flush=True
    )
    return 0 if all(one.status == 0 for one in tested) and all(one.holds for one in checked) else 1


def closing_line(tested: list[Ran], *, took_s: float) -> str:
    """Give the last line of several runs as the test runner would write it for one of them all."""
    counts: Counter[str] = Counter()
    for one in tested:
        for number, what in re.findall(r"(\d+) ([a-z]+)", one.line.partition(" in ")[0]):
            counts[what] += int(number)
    words = ", ".join(f"{number} {what}" for what, number in counts.items())
    return f"{'=' * 16} {words or 'no tests ran'} in {took_s:.2f}s {'=' * 16}"


def _check(name: str) -> Checked:
    log = LOGS / f"{name}.log"
    # Our own Makefile, and the make that started this.
    status = _write([os.environ.get("MAKE", "make"), "--no-print-directory", name], log)
    return Checked(name=name, holds=status == 0, log=log)


def _test(names: tuple[str, ...], *options: str) -> Ran:
    last = ""
    with subprocess.Popen(  # noqa: S603 - our interpreter, our tests
        _pytest(names, *options),
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None  # noqa: S101 - for the type checker; a pipe was asked for
        for line in tests.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return Ran(status=tests.returncode, line=last)


def _test_beside(names: tuple[str, ...], *options: str) -> Ran:
    """Test beside another run; what it writes is shown when it is over, in one piece."""
    log = LOGS / f"tests-{names[0].replace('/', '-')}.log"
    status = _write(_pytest(names, *options), log)
    text = log.read_text(encoding="utf-8", errors="replace")
    print(text, end="", flush=True)
    return Ran(status=status, line=text.rstrip().rpartition("\n")[2].strip())


def _write(command: list[str], log: Path) -> int:
    with log.open("wb") as output:
        run = subprocess.run(  # noqa: S603 - what we call by name above
            command,
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return run.returncode


def _pytest(names: tuple[str, ...], *options: str) -> list[str]:
    folders = [f"tests/{name}" for name in names]
    return [sys.executable, "-m", "pytest", "--color=no", "--durations=10", *options, *folders]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
