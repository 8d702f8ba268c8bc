"""`make nightly`: what takes too long for each commit. Everything runs, whatever fails before it.

    python -m local.nightly [--seconds 1200] [--must-reach]

Every parser of untrusted bytes, guided by coverage; the whole API as its description says it, by signed-in
devices, on the local stack; the scans; and those benchmarks that fail where a promise does.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from local.paths import ROOT

DEFAULT_S: Final = 1200


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the night.

    Attributes:
        name: for the last lines.
        module: what Python runs.
        arguments: its arguments.
        environment: what it is told besides.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def main(argv: Sequence[str] | None = None) -> int:
    """Run every part and return 0 where all of them hold."""
    parser = argparse.ArgumentParser(prog="local.nightly", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=DEFAULT_S, help="of fuzzing, and of the whole API")
    parser.add_argument("--must-reach", action="store_true", help="scans that reach no service fail")
    options = parser.parse_args(argv)
    lines, held = [], True
    for part in parts(seconds=options.seconds, must_reach=options.must_reach):
        print(f"\n== {part.name}", flush=True)
        started = time.monotonic()
        ran = subprocess.run(  # noqa: S603 -- our interpreter, our modules
            [sys.executable, "-m", part.module, *part.arguments],
            cwd=ROOT,
            env={**os.environ, **part.environment},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        held = held and ran.returncode == 0
        said = "holds" if ran.returncode == 0 else "FAILS"
        lines.append(f"{part.name}: {said} ({time.monotonic() - started:.0f} s)")
    print("", *lines, sep="\n", flush=True)
    return 0 if held else 1


def parts(*, seconds: int, must_reach: bool) -> tuple[Part, ...]:
    """Give the parts of a night.

    Args:
        seconds: of fuzzing, and of the whole API.
        must_reach: whether scans that reach no service fail.
    """
    return (
        Part(name="scans", module="local.scans", arguments=("--must-reach",) if must_reach else ()),
        Part(name="fuzzing", module="tests.fuzz", arguments=(f"--seconds={seconds}",)),
        Part(
            name="the whole API",
            module="pytest",
            arguments=("tests/contract/test_schemathesis.py", "-q", f"--timeout={2 * seconds + 600}"),
            environment={"SCHEMATHESIS_S": str(seconds)},
        ),
        Part(name="calls and own time of each handler", module="benchmarks.handlers"),
        Part(
            name="erasures while others sign in", module="benchmarks.erasure", arguments=("--accounts=200",)
        ),
        Part(
            name="what a refusal tells", module="benchmarks.oracle", arguments=("--calls=100", "--workers=6")
        ),
        Part(
            name="load",
            module="benchmarks.load",
            arguments=("--seconds=20", "--concurrency", "1", "8", "64"),
        ),
        Part(name="sizes", module="benchmarks.sizes"),
        Part(name="cold starts", module="benchmarks.cold"),
    )


if __name__ == "__main__":
    sys.exit(main())
