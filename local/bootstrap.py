"""`make setup`: bring a fresh clone to where it can run, and do nothing where nothing changed.

Runs under any Python from 3.11 on, before any environment exists: standard library only. Steps that do not
wait for one another run side by side; each says one line when it is done, and only then.
"""

import argparse
import fcntl
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

# Run as a file, so that a fresh machine's Python needs no more than this checkout.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from local.paths import BUILD
from local.setup_steps import STEPS, SetupError, Step

OLDEST_PYTHON = (3, 11)
TICK_S = 1.0


def main(arguments: list[str]) -> int:
    """Do the steps that were asked for, and those they need."""
    parser = argparse.ArgumentParser(prog="local/bootstrap.py", description=__doc__)
    names = [step.name for step in STEPS]
    parser.add_argument(
        "steps", nargs="*", metavar="step", help=f"of: {', '.join(names)}; default: all but browser"
    )
    chosen = set(parser.parse_args(arguments).steps) or {name for name in names if name != "browser"}
    if unknown := chosen.difference(names):
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        print(f"Python {wanted} or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        # Two `make` side by side: the second waits, and then finds everything done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _do(_with_needs(chosen))


def _with_needs(names: set[str]) -> list[Step]:
    wanted: set[str] = set()
    for step in reversed(STEPS):
        if step.name in names or step.name in wanted:
            wanted |= {step.name, *step.needs}
    return [step for step in STEPS if step.name in wanted]


def _do(steps: list[Step]) -> int:
    waiting = list(steps)
    running: dict[Future[float | None], Step] = {}
    done: set[str] = set()
    failed: list[SetupError] = []
    with ThreadPoolExecutor() as pool:
        while waiting or running:
            ready = [] if failed else [step for step in waiting if done.issuperset(step.needs)]
            for step in ready:
                waiting.remove(step)
                running[pool.submit(step.bring_up_to_date)] = step
            if not running:
                break
            for future in _next_done(running):
                step = running.pop(future)
                try:
                    _say(step, future.result())
                except SetupError as error:
                    failed.append(error)
                done.add(step.name)
    for failure in failed:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failed else 0


def _next_done(running: dict[Future[float | None], Step]) -> set[Future[float | None]]:
    started = time.monotonic()
    while True:
        finished, _ = wait(running, timeout=TICK_S, return_when=FIRST_COMPLETED)
        _status(
            ""
            if finished
            else f"  {', '.join(s.title for s in running.values())} ... {time.monotonic() - started:.0f} s"
        )
        if finished:
            return finished


def _status(text: str) -> None:
    # A line that is written over: for a person at a terminal, never in a log.
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _say(step: Step, took_s: float | None) -> None:
    if took_s is not None:
        print(f"  {step.title:<44} {took_s:6.1f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next `make` goes on where this one stopped.")
