"""What the operators' commands have in common: which deployment they act on, and how they end."""

import json
from pathlib import Path
from typing import Final

from operators.papers import PaperRefusedError
from service.deployment import Deployment
from service.settings import Settings

DONE: Final = 0
REFUSED: Final = 1


def deployment_in(file: Path) -> Deployment:
    """Read a deployment from the variables of one of its functions.

    Raises:
        PaperRefusedError: when the file does not hold them.
    """
    try:
        variables = json.loads(file.read_text(encoding="utf-8"))
        return Deployment(Settings.from_environment({str(name): str(one) for name, one in variables.items()}))
    except (OSError, ValueError, AttributeError):
        raise PaperRefusedError(f"{file} does not hold a function's variables") from None
