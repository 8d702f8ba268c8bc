"""What a fresh clone needs, step by step: each with its input, its result, and how it is made.

Standard library only, as `bootstrap.py` says.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.fingerprint import fingerprint
from local.interpreters import make_environment, newest_for_lambda, version_of
from local.paths import BUILD, LOCAL_SITE, ROOT

STAMPS = BUILD / "stamps"
LOGS = BUILD / "logs"
TAIL_LINES = 25

VENV = ROOT / ".venv"
VENV_CLOUD = ROOT / ".venv-cloud"
UV = VENV / "bin" / "uv"
OLDEST_NODE = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """A step that could not be done; the message shows the end of its log, and what to do."""


class Log:
    """The file that one step's commands write to."""

    def __init__(self, name: str) -> None:
        self.path = LOGS / f"{name}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")

    def run(self, *command: str | Path, hint: str) -> None:
        """Run a command quietly.

        Args:
            command: Program and arguments.
            hint: What a person can do about it, should it fail.

        Raises:
            SetupError: it could not be started, or ended with another status than 0.
        """
        shown = " ".join(str(part) for part in command)
        with self.path.open("ab") as log:
            log.write(f"$ {shown}\n".encode())
            log.flush()
            try:
                status = subprocess.run(  # noqa: S603 - commands of this file, with our own paths
                    [str(part) for part in command],
                    cwd=ROOT,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                ).returncode
            except OSError as error:
                raise SetupError(f"{shown}\n  could not be started: {error.strerror}\n{hint}") from error
        if status != 0:
            tail = "\n".join(self.path.read_text(errors="replace").splitlines()[-TAIL_LINES:])
            raise SetupError(f"{tail}\n\nThat was: {shown}\nAll of it is in {self.path}\n{hint}")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to have, and how to get it."""

    name: str
    title: str
    make: Callable[[Log], None]
    result: Path | None
    """Must exist, or the step is done again; None where the step looks for itself."""
    inputs: tuple[Path, ...] = ()
    salt: Callable[[], str] = str
    needs: tuple[str, ...] = ()

    def bring_up_to_date(self) -> float | None:
        """Do the step if its input changed or its result is gone; return the seconds it took, or None.

        Raises:
            SetupError: it could not be done.
        """
        stamp = STAMPS / self.name
        wanted = fingerprint(self.inputs, root=ROOT, salt=self.salt())
        current = stamp.read_text(encoding="ascii") if stamp.exists() else ""
        if current == wanted and (self.result is None or self.result.exists()):
            return None
        started = time.monotonic()
        # Gone while the step runs: one that was interrupted is done again.
        stamp.unlink(missing_ok=True)
        self.make(Log(self.name))
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(wanted, encoding="ascii")
        return time.monotonic() - started


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    # A virtual environment that is switched on in the shell is not the one that is being made.
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"):
        environment.pop(name, None)
    return environment | {
        "PATH": os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)]),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "CI": "1",
    }


def _requirements(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


PACKAGES_HINT = "Is the package registry reachable? Then `make setup` again goes on where it stopped."


def _python_packages(log: Log) -> None:
    make_environment(log, VENV)
    if not UV.exists():
        log.run(
            *(VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"),
            *("--requirement", _requirements("tools")),
            hint=PACKAGES_HINT,
        )
    _sync(log, VENV, "dev")


def _cloud_packages(log: Log) -> None:
    interpreter = newest_for_lambda(fallback=VENV / "bin" / "python", uv=UV)
    log.run(
        UV, "venv", "--quiet", "--clear", "--python", interpreter, VENV_CLOUD, hint="Run: make clean setup"
    )
    _sync(log, VENV_CLOUD, "cloud")


def _sync(log: Log, environment: Path, requirements: str) -> None:
    log.run(
        *(UV, "pip", "sync", "--quiet", "--require-hashes", "--python", environment / "bin" / "python"),
        _requirements(requirements),
        hint=PACKAGES_HINT,
    )


def _npm_packages(log: Log) -> None:
    node = shutil.which("node")
    wanted = ".".join(map(str, OLDEST_NODE))
    if node is None or shutil.which("npm") is None:
        raise SetupError(f"Node and npm are missing. Install Node {wanted} or newer: https://nodejs.org")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - as found
    version = tuple(int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2])
    if version < OLDEST_NODE:
        raise SetupError(
            f"Node {wanted} or newer is needed; this is {answer.stdout.strip()}: https://nodejs.org"
        )
    # Nothing here needs an install script of a package, so none may run.
    log.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", hint=PACKAGES_HINT)


def _site(log: Log) -> None:
    log.run(
        *("npm", "run", "--workspace", "site", "build", "--", "--mode", "local", "--outDir", LOCAL_SITE),
        hint="The site does not build. `npm run --workspace site check` may say more.",
    )


def _template(log: Log) -> None:
    log.run(VENV / "bin" / "python", "-m", "local", "synth", hint="The template does not synthesise.")


def _found_browser() -> str:
    names = (os.environ.get("CHROMIUM", ""), *BROWSERS)
    # Never the same where there is none: then the step looks each time.
    return next((found for name in names if name and (found := shutil.which(name))), str(time.time()))


def _browser(log: Log) -> None:
    if Path(_found_browser()).exists():
        return
    apt_get = shutil.which("apt-get")
    advice = (
        "Chromium is needed. Debian, Ubuntu: sudo apt-get install chromium   Else: CHROMIUM=/path/to/chromium"
    )
    if apt_get is None:
        raise SetupError(advice)
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    log.run(*may, apt_get, "update", "--quiet", hint=advice)
    log.run(
        *(*may, "env", "DEBIAN_FRONTEND=noninteractive"),
        *(apt_get, "install", "--yes", "--quiet", "--no-install-recommends", "chromium"),
        hint=advice,
    )


def _interpreters() -> str:
    return f"{version_of(VENV / 'bin' / 'python')} {version_of(VENV_CLOUD / 'bin' / 'python')}"


STEPS = (
    Step(
        name="python",
        title="Python packages",
        make=_python_packages,
        result=VENV / "bin" / "python",
        inputs=(_requirements("dev"), _requirements("tools")),
    ),
    Step(
        name="cloud",
        title="the local cloud's packages",
        make=_cloud_packages,
        result=VENV_CLOUD / "bin" / "python",
        inputs=(_requirements("cloud"),),
        needs=("python",),
    ),
    Step(
        name="npm",
        title="npm packages",
        make=_npm_packages,
        result=ROOT / "node_modules" / ".package-lock.json",
        inputs=(ROOT / "package-lock.json", ROOT / "package.json", ROOT / "site" / "package.json"),
    ),
    Step(
        name="site",
        title="the site",
        make=_site,
        result=LOCAL_SITE / "index.html",
        inputs=(ROOT / "site", ROOT / "package-lock.json"),
        needs=("npm",),
    ),
    Step(
        name="template",
        title="layers and template",
        make=_template,
        result=None,
        inputs=(ROOT / "infra", ROOT / "functions", ROOT / "layers", ROOT / "requirements"),
        salt=_interpreters,
        needs=("python", "cloud"),
    ),
    Step(name="browser", title="Chromium", make=_browser, result=None, salt=_found_browser),
)
