"""`python -m local up`: the product on this machine, until Ctrl-C; `synth`: its template only."""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from local.errors import LocalError
from local.paths import STATE_VARIABLE, state_folder
from local.stack import Stack, in_silence, running_stack
from local.synth import synthesised

DEFAULT_PORT = 5173
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stopped(BaseException):
    """A person, or the system, asked this process to end."""


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run the product until Ctrl-C")
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the site; 0 takes a free one")
    up.add_argument("--quiet", action="store_true", help="print the address and nothing else")
    up.add_argument("--since", type=float, help="when the person began to wait, in seconds of the epoch")
    commands.add_parser("synth", help="synthesise the local template, if anything of its input changed")
    chosen = parser.parse_args(arguments)
    if chosen.command == "synth":
        return _synth()
    return _up(port=chosen.port, quiet=chosen.quiet, since=chosen.since or time.time())


def _synth() -> int:
    try:
        synthesised()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _up(*, port: int, quiet: bool, since: float) -> int:
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    progress = in_silence if quiet else _step
    try:
        with running_stack(port=port, state=state_folder(), progress=progress) as stack:
            _greet(stack, quiet=quiet, since=since)
            while True:
                signal.pause()
    except _Stopped:
        if not quiet:
            print("Stopped. Nothing is left running.", flush=True)
        return 0
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Once is enough: a second Ctrl-C must not interrupt the stopping.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    # Functions and the local cloud end first, and a busy machine takes its time for that.
    os.write(sys.stderr.fileno(), b"\nStopping.\n")
    raise _Stopped


def _greet(stack: Stack, *, quiet: bool, since: float) -> None:
    if quiet:
        print(stack.url, flush=True)
        return
    state = state_folder()
    kept = f"Accounts are kept in {state}." if state else f"Nothing is kept; {STATE_VARIABLE}=folder would."
    print(
        f"\n  FaceSmash runs at  {stack.url}\n"
        f"  Codes arrive at    {stack.url}/outbox\n\n"
        f"  {kept}\n"
        f"  Started in {time.time() - since:.0f} s. Ctrl-C stops everything.\n",
        flush=True,
    )


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"  {what} ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
