"""Start and stop the local cloud, and talk to it.

Example:
    with LocalCloud(run_folder=folder, state=None) as cloud:
        cloud.client("dynamodb").list_tables()
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config

from infra.environments import load
from local.errors import LocalError
from local.paths import CLOUD_PROCESS, CLOUD_PYTHON

if TYPE_CHECKING:
    from types import TracebackType

ENVIRONMENT = load("local")
ACCOUNT = ENVIRONMENT.account
REGION = ENVIRONMENT.region

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
SAVE_TIMEOUT_S = 60.0
POLL_S = 0.02
LOG_TAIL_LINES = 30
WHOLE = "whole"
"""Marks a state folder whose deployment was written down to its end."""


class LocalCloud:
    """One private cloud on loopback, on a port of its own, in a process group of its own."""

    def __init__(self, *, run_folder: Path, state: Path | None) -> None:
        self._run_folder = run_folder
        self._state = state
        self._log = run_folder / "cloud.log"
        self._saved_file = run_folder / "saved"
        self._process: subprocess.Popen[bytes] | None = None
        self._endpoint = ""
        self._front_secret = secrets.token_urlsafe()

    @property
    def front_secret(self) -> str:
        """What the front server sends with every call of the API; the cloud refuses whoever does not."""
        return self._front_secret

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT` of the cloud, once it is started."""
        return self._endpoint

    @property
    def pid(self) -> int:
        """The cloud's process, which leads a group of its own.

        Raises:
            LocalError: it is not running.
        """
        if self._process is None:
            raise LocalError("The local cloud is not running.")
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything the cloud process itself wrote down, for diagnosis and for leak tests."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and return when it answers.

        Raises:
            LocalError: the environment is not set up, or the process ended instead of answering.
        """
        if not CLOUD_PYTHON.exists():
            raise LocalError("The local cloud is not installed yet. Run: make setup")
        temporary = self._run_folder / "tmp"
        temporary.mkdir(parents=True)
        port_file = self._run_folder / "port"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our interpreter, our file, nothing from outside
                [str(CLOUD_PYTHON), "-P", str(CLOUD_PROCESS)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._run_folder,
                env=self._environment(port_file=port_file, temporary=temporary),
                start_new_session=True,
                umask=0o077,  # its state holds keys
            )
        self._endpoint = f"http://127.0.0.1:{self._wait_for_port(port_file)}"

    def stop(self) -> None:
        """Stop it, and everything in its group; where a state is kept, it is written down first."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._state is not None and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=STOP_TIMEOUT_S)
        # The functions' workers are its children, and live in its group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def save(self) -> None:
        """Have the whole state written down before this returns; what people do is written every few seconds.

        A deployment never written down whole is begun anew by the next start: nobody can have used it.

        Raises:
            LocalError: it was not written in time.
        """
        if self._state is None:
            return
        self._saved_file.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        deadline = time.monotonic() + SAVE_TIMEOUT_S
        while not self._saved_file.exists():
            if time.monotonic() > deadline:
                raise LocalError(f"The state was not written to {self._state} in {SAVE_TIMEOUT_S:.0f} s.")
            time.sleep(POLL_S)
        (self._state / WHOLE).touch(mode=0o600)

    def client(self, service: str) -> Any:  # noqa: ANN401 - one factory for clients of every service
        """Return a boto3 client that talks to this cloud and to nothing else."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # the stubs know only literal names
            endpoint_url=self._endpoint,
            region_name=REGION,
            # The access key is how this cloud names the account.
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",  # noqa: S106 - a local cloud asks for the form of a key, not for one
            # An empty dict, because a proxy in the environment is never right for loopback.
            config=Config(proxies={}, retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60),
        )

    def _environment(self, *, port_file: Path, temporary: Path) -> dict[str, str]:
        # Made from nothing: the functions inherit it, and no credential of the person must reach them.
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._run_folder),
            "LANG": "C.UTF-8",
            "TMPDIR": str(temporary),
            "PORT_FILE": str(port_file),
            "SAVED_FILE": str(self._saved_file),
            "FRONT_SECRET": self._front_secret,
            "BIND_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Listeners that nothing here uses; the first alone is most of a start.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "0",
            "STATE_DIR": str(self._run_folder / "state"),
        }
        if self._state is not None:
            _prepare(self._state)
            environment |= {
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self._state / "cloud"),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self._state / "objects"),
            }
        return environment

    def _wait_for_port(self, port_file: Path) -> int:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if port_file.exists():
                return int(port_file.read_text(encoding="ascii"))
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(POLL_S)
        tail = "\n".join(self.log.splitlines()[-LOG_TAIL_LINES:])
        self.stop()
        raise LocalError(f"The local cloud did not start. The end of what it said:\n{tail}")


def _prepare(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (state / WHOLE).exists():
        for part in ("cloud", "objects"):
            shutil.rmtree(state / part, ignore_errors=True)
