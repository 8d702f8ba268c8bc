"""`verify FILE --jwks KEYS`: says what was checked, and ends with 0 only if all of it held."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from joserfc.jwk import KeySet

from facesmash.files import NotAsSignedError, content_of, keys_from

HOLDS: Final = 0
DOES_NOT: Final = 1

# What a file's content is found to be, line by line.
Verify: TypeAlias = Callable[[bytes, KeySet], Sequence[str]]


def run(verify: Verify, *, program: str, about: str, arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        verify: checks a file's content; raises ``NotAsSignedError`` where it does not hold.
        program: how the command is called.
        about: what it does, in a line.
        arguments: the command line; None takes that of the process.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog=program, description=about)
    commands = parser.add_subparsers(required=True, metavar="verify")
    command = commands.add_parser("verify", help=about, description=about)
    command.add_argument("file", help="the file")
    command.add_argument(
        "--jwks",
        required=True,
        metavar="FILE_OR_URL",
        help="the keys that you believe: a JSON Web Key Set in a file, or its address, which is "
        "<ApiUrl>/.well-known/receipt-keys.json of the deployment that you know. An export names such an "
        "address too, but a forged one would name its own.",
    )
    given = parser.parse_args(arguments)
    try:
        found = verify(content_of(given.file), keys_from(given.jwks))
    except NotAsSignedError as error:
        sys.stdout.write(f"DOES NOT HOLD: {error}\n")
        return DOES_NOT
    sys.stdout.write("".join(f"{line}\n" for line in ("HOLDS", *found)))
    return HOLDS
