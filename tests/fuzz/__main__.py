"""Parsers of untrusted bytes, by coverage: `make fuzz` (FUZZ_S=seconds, for all of them together).

Each parser runs in a process of its own, with libFuzzer behind atheris, from its seeds and from what earlier
runs kept below build/fuzz. What is found is written there, and said in the base64 that belongs into
found.json, where `make test` tries it from then on.
"""

import argparse
import base64
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = ROOT / "build" / "fuzz"
# The parsers' own code, and what it hands strangers' bytes to.
INSTRUMENTED: Final = [
    *("service", "matching.encoding", "matching.liveness.track", "functions", "passkeys"),
    *("facesmash", "operators", "joserfc", "webauthn"),
]
_GRACE_S: Final = 240  # to load and instrument everything, on a machine that is busy


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz every parser that is named, or all; return 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help="parsers; all where none is named")
    parser.add_argument("--seconds", type=float, default=160.0, help="for all of them together")
    parser.add_argument("--alone", action="store_true", help="in this process, which then ends")
    options = parser.parse_args(argv)
    try:
        import atheris  # noqa: PLC0415 -- not on every platform
    except ImportError:
        print(
            "atheris has no build for this platform: NOT FUZZED by coverage; `make test` does by hypothesis"
        )
        return 1
    if options.alone:
        (name,) = options.names
        return _fuzz(atheris, name, seconds=int(options.seconds))
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- alone, it is loaded under instruments

    names = options.names or list(TARGETS)
    each_s = max(1, int(options.seconds / len(names)))
    return max([_in_a_process(name, seconds=each_s) for name in names])


def _fuzz(atheris, name: str, *, seconds: int) -> int:  # type: ignore[no-untyped-def] # noqa: ANN001 -- untyped
    with atheris.instrument_imports(include=INSTRUMENTED, enable_loader_override=False):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- as it says
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    seeds = (*TARGETS[name].seeds, *TARGETS[name].wrong)
    longest = 64 + 2 * max(map(len, seeds))
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    found = CORPUS / f"{name}-found-"
    given = [f"-max_total_time={seconds}", f"-max_len={longest}", "-timeout=5", f"-artifact_prefix={found}"]
    atheris.Setup([sys.argv[0], *given, "-print_final_stats=1", str(folder)], TARGETS[name].run)
    atheris.Fuzz()  # ends the process
    return 0


def _in_a_process(name: str, *, seconds: int) -> int:
    for old in CORPUS.glob(f"{name}-found-*"):
        old.unlink()
    run = subprocess.run(  # noqa: S603 -- our interpreter, this module
        [sys.executable, "-m", "tests.fuzz", name, "--alone", "--seconds", str(seconds)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + _GRACE_S,
    )
    found = sorted(CORPUS.glob(f"{name}-found-*"))
    if run.returncode == 0 and not found:
        print(f"{name}: nothing found, {_tries(run.stderr)} tries in {seconds} s", flush=True)
        return 0
    print(f"{name}: FOUND\n{run.stdout[-4000:]}\n{run.stderr[-2000:]}")
    for path in found:
        print(
            f'{path}\n  found.json: "{name}": ["{base64.b64encode(path.read_bytes()).decode()}"]', flush=True
        )
    return 1


def _tries(said: str) -> str:
    marker = "stat::number_of_executed_units:"
    return next(
        (line.split(":")[-1].strip() for line in said.splitlines() if line.startswith(marker)), "some"
    )


if __name__ == "__main__":
    sys.exit(main())
