"""`make test`: everything that must hold, in one go.

What needs no stack (style, types, the site's own tests) runs beside the Python tests, whose browser part
comes last and has the machine to itself. The last line is the test runner's own.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.paths import BUILD, ROOT

LOGS = BUILD / "logs"
CHECKS = ("ruff", "mypy", "openapi", "site-check", "vitest")
# The order is that of speed: what fails fast is said first.
TEST_FOLDERS = ("unit", "adapters", "infra", "contract", "e2e")
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
            counts = [line.strip() for line in lines if line.strip().startswith(("Test Files", "Tests "))]
            return f"{self.name}: holds   {'   '.join(counts)}".rstrip()
        tail = "\n".join(lines[-TAIL_LINES:])
        return f"{self.name}: FAILS; all of it is in {self.log}\n{tail}\n"


def main() -> int:
    """Run everything and return 0 only if all of it holds."""
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    # One at a time: the tests are beside them, and two processors are what a small machine has.
    with ThreadPoolExecutor(max_workers=1) as pool:
        checks = [pool.submit(_check, name) for name in CHECKS]
        status, closing_line = _test()
        checked = [check.result() for check in checks]
    print(
        "", *checked, f"all of it took {time.monotonic() - started:.0f} s", closing_line, sep="\n", flush=True
    )
    return 0 if status == 0 and all(one.holds for one in checked) else 1


def _check(name: str) -> Checked:
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        run = subprocess.run(  # noqa: S603 - our own Makefile, and the make that started this
            [os.environ.get("MAKE", "make"), "--no-print-directory", name],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return Checked(name=name, holds=run.returncode == 0, log=log)


def _test() -> tuple[int, str]:
    folders = [f"tests/{name}" for name in TEST_FOLDERS if (ROOT / "tests" / name).is_dir()]
    last = ""
    with subprocess.Popen(  # noqa: S603 - our interpreter, our tests
        [sys.executable, "-m", "pytest", "--color=no", "--durations=10", *folders],
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
    return tests.returncode, last


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
