"""What can go wrong on one machine, said so that a person knows what to do next."""


class LocalError(Exception):
    """Something that the person at the terminal can understand and act on; the message says how."""


class PortInUseError(LocalError):
    """The port that was asked for belongs to another program."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on this machine is in use by another program.\n"
            f"Stop that program, or choose another port: make run PORT={port + 1}"
        )
