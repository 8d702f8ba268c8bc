"""`verify FILE --jwks KEYS`: says what was checked, and ends with 0 only if all of it held."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final, Protocol

from joserfc.jwk import KeySet

from facesmash.files import NotAsSignedError, content_of, is_address, keys_from

HOLDS: Final = 0
DOES_NOT: Final = 1


class Verify(Protocol):
    """What a file's content is found to be, line by line."""

    def __call__(self, content: bytes, keys: KeySet, *, keys_at: str | None = None) -> Sequence[str]:
        """Check a file: see ``facesmash.export.verify``."""


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
        "https://<service>/.well-known/receipt-keys.json of the service that YOU know. A file may name such "
        "an address too, but a forged one would name its own. What was signed must be by the service that "
        "the address is of.",
    )
    given = parser.parse_args(arguments)
    try:
        keys_at = given.jwks if is_address(given.jwks) else None
        found = verify(content_of(given.file), keys_from(given.jwks), keys_at=keys_at)
    except NotAsSignedError as error:
        sys.stdout.write(f"DOES NOT HOLD: {error}\n")
        return DOES_NOT
    sys.stdout.write("".join(f"{line}\n" for line in ("HOLDS", *found)))
    return HOLDS
