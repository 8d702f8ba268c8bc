"""Where things are in the checkout, in one place."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
# Beside site/dist, which is the cloud's build: this one carries the outbox page.
LOCAL_SITE = BUILD / "site"
ASSEMBLIES = BUILD / "local"
CLOUD_PYTHON = ROOT / ".venv-cloud" / "bin" / "python"
CLOUD_PROCESS = ROOT / "local" / "cloud_process.py"

STATE_VARIABLE = "FACESMASH_STATE"


def state_folder() -> Path | None:
    """Return the folder that FACESMASH_STATE names, or None where nothing is to be kept."""
    named = os.environ.get(STATE_VARIABLE, "").strip()
    return Path(named).expanduser().resolve() if named else None
