"""`make test`: everything that must hold, in one go.

What needs no stack (style, types, the site's own tests) runs beside the Python tests, whose browser part
comes last and has the machine to itself. The last line is the test runner's own.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from local.paths import BUILD, ROOT

LOGS = BUILD / "logs"
SIDE_TARGETS = ("ruff", "mypy", "openapi", "site-check", "vitest")
# The order is that of speed: what fails fast is said first.
TEST_FOLDERS = ("unit", "adapters", "infra", "contract", "e2e")
TAIL_LINES = 60


def main() -> int:
    """Run everything and return 0 only if all of it holds."""
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    side_log = LOGS / "checks.log"
    with side_log.open("wb") as log:
        side = subprocess.Popen(  # noqa: S603 - our own Makefile, and the make that started this
            [os.environ.get("MAKE", "make"), "--no-print-directory", "--keep-going", *SIDE_TARGETS],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        tests_status, closing_line = _tests()
    except KeyboardInterrupt:
        side.wait()
        return 130
    side_status = side.wait()
    _report(side_status, side_log)
    print(f"all of it took {time.monotonic() - started:.0f} s")
    print(closing_line, flush=True)
    return 1 if side_status or tests_status else 0


def _tests() -> tuple[int, str]:
    folders = [f"tests/{name}" for name in TEST_FOLDERS if (ROOT / "tests" / name).is_dir()]
    last = ""
    with subprocess.Popen(  # noqa: S603 - our interpreter, our tests
        [sys.executable, "-m", "pytest", "--color=no", "--durations=10", *folders],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None  # noqa: S101 - for the type checker; a pipe was asked for
        for line in tests.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return tests.returncode, last


def _report(status: int, log: Path) -> None:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if status:
        print("\n".join(lines[-TAIL_LINES:]))
        print(f"\n{', '.join(SIDE_TARGETS)}: something fails; all of it is in {log}")
    else:
        counts = [line.strip() for line in lines if line.strip().startswith(("Test Files", "Tests "))]
        print(f"\n{', '.join(SIDE_TARGETS)}: all hold   {'   '.join(counts)}")


if __name__ == "__main__":
    sys.exit(main())
