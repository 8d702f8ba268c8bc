"""Where the parts of a deployment lie on disk, and what their Python runs on."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The checkout to deploy from. Tests point it elsewhere."""

    root: Path = REPOSITORY

    @property
    def cache(self) -> Path:
        """Built layers and functions, by content."""
        return self.root / ".cache" / "infra"

    @property
    def functions(self) -> Path:
        """One folder per Lambda."""
        return self.root / "functions"

    @property
    def layers(self) -> Path:
        """One folder per layer's own package."""
        return self.root / "layers"

    @property
    def site(self) -> Path:
        """The built site."""
        return self.root / "site" / "dist"

    def requirements(self, name: str) -> Path:
        """The hashed requirements of one layer."""
        return self.root / "requirements" / f"{name}.txt"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The machine and the Python that the functions run on.

    Attributes:
        architecture: "arm64" or "x86_64", as Lambda names them.
        python: Minor version, e.g. "3.13".
        wheel_platform: uv's name of the platform; empty for the interpreter's own.
        interpreter: The very interpreter that will run the functions, where it is on this machine.
    """

    architecture: str
    python: str
    wheel_platform: str = ""
    interpreter: Path | None = None

    @property
    def key(self) -> str:
        """What of the target decides the content of a layer."""
        system = self.wheel_platform or f"{platform.system().lower()}-{platform.machine()}"
        return f"{self.architecture}/{self.python}/{system}"


# numpy's wheel for this platform needs glibc 2.28 or newer; Amazon Linux 2023 has 2.34.
LAMBDA = Target(architecture="arm64", python="3.13", wheel_platform="aarch64-manylinux_2_28")


def this_machine(interpreter: Path | None = None) -> Target:
    """The target of a local cloud: its Lambdas run in the local cloud's own interpreter.

    Args:
        interpreter: That interpreter; the running one if none is named.
    """
    chosen = interpreter or Path(sys.executable)
    answer = subprocess.run(  # noqa: S603 - the caller names the interpreter; nothing else is interpolated
        [chosen, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True,
        capture_output=True,
        text=True,
    )
    architecture = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    return Target(architecture=architecture, python=answer.stdout.strip(), interpreter=chosen)
