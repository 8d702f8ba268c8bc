"""Everything on one machine, as one thing that starts and stops.

Example:
    with running_stack() as stack:
        print(stack.url, stack.outbox(), stack.client("dynamodb").list_tables())
"""

import contextlib
import fcntl
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local.assembly import Assembly
from local.cloud import LocalCloud
from local.deploy import Deployed, deploy
from local.errors import LocalError
from local.front import FrontServer, Listener, whole_product
from local.outbox import Message, read_messages
from local.paths import LOCAL_SITE
from local.proxy import ApiProxy
from local.synth import synthesised

Progress = Callable[[str], contextlib.AbstractContextManager[None]]
"""Called with what is about to be done; the context it returns lasts as long as the doing."""


@contextlib.contextmanager
def in_silence(_what: str) -> Iterator[None]:
    """Do the step and say nothing."""
    yield


class Stack:
    """The product, running: a local cloud, what was deployed to it, and the site in front."""

    def __init__(
        self,
        *,
        port: int = 0,
        state: Path | None = None,
        site: Path = LOCAL_SITE,
        assembly: Assembly | None = None,
        site_origin: str | None = None,
        progress: Progress = in_silence,
    ) -> None:
        self._wanted_port = port
        self._state = state
        self._site = site
        self._assembly = assembly
        self._site_origin = site_origin
        self._progress = progress
        self._running = contextlib.ExitStack()
        self._cloud: LocalCloud | None = None
        self._deployed: Deployed | None = None
        self._url = ""

    def start(self) -> None:
        """Start every part, in order; on any failure stop what was started.

        Raises:
            LocalError: something is missing, in use or failed; the message says what to do.
        """
        with contextlib.ExitStack() as starting:
            listener = Listener(self._wanted_port)
            starting.callback(listener.close)
            # A stack that is started again keeps its address.
            self._wanted_port = listener.port
            if not (self._site / "index.html").is_file():
                raise LocalError("The site is not built yet. Run: make setup")
            if self._state is not None:
                starting.enter_context(_only_user_of(self._state))
            with self._progress("read the template"):
                assembly = self._assembly or synthesised()
            with self._progress("start the local cloud"):
                folder = starting.enter_context(
                    tempfile.TemporaryDirectory(prefix="facesmash-", ignore_cleanup_errors=True)
                )
                self._cloud = starting.enter_context(LocalCloud(run_folder=Path(folder), state=self._state))
            with self._progress("deploy"):
                self._deployed = deploy(
                    cloud=self._cloud,
                    assembly=assembly,
                    origin=listener.origin,
                    site_origin=self._site_origin or listener.origin,
                )
                self._cloud.save()
            with self._progress("open the site"):
                application = whole_product(
                    port=listener.port, site=self._site, endpoint=self._cloud.endpoint, api=self._api()
                )
                front = FrontServer(listener=listener, application=application)
                front.start()
                starting.callback(front.stop)
            self._url = listener.origin
            self._running = starting.pop_all()

    def stop(self) -> None:
        """Stop every part in the opposite order; a second call does nothing."""
        self._running.close()
        self._running = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """The one address for a browser, for example `http://localhost:5173`."""
        return self._url

    @property
    def accounts_table(self) -> str:
        """Name of the Accounts table."""
        return self.deployed.outputs["AccountsTable"]

    @property
    def keys_table(self) -> str:
        """Name of the Keys table."""
        return self.deployed.outputs["KeysTable"]

    @property
    def deployed(self) -> Deployed:
        """Outputs and ids of what stands in the local cloud."""
        if self._deployed is None:
            raise LocalError("The stack is not running.")
        return self._deployed

    @property
    def cloud(self) -> LocalCloud:
        """The local cloud itself."""
        if self._cloud is None:
            raise LocalError("The stack is not running.")
        return self._cloud

    def client(self, service: str) -> Any:  # noqa: ANN401 - one factory for clients of every service
        """Return a boto3 client that talks to this stack's cloud and to nothing else."""
        return self.cloud.client(service)

    def outbox(self) -> list[Message]:
        """Return every mail that was sent, the oldest first."""
        return read_messages(self.cloud.endpoint)

    def logs(self) -> list[str]:
        """Return every line that any function, and the gateway, wrote to CloudWatch Logs."""
        logs = self.client("logs")
        groups = [
            group["logGroupName"]
            for page in logs.get_paginator("describe_log_groups").paginate()
            for group in page["logGroups"]
        ]
        return [
            event["message"]
            for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"]
        ]

    def _api(self) -> ApiProxy:
        api_id = self.deployed.outputs["ApiId"]
        # One stage: infra's own test holds that.
        (stage,) = self.deployed.ids("AWS::ApiGateway::Stage")
        return ApiProxy(
            endpoint=self.cloud.endpoint, api_id=api_id, stage=stage, secret=self.cloud.front_secret
        )


@contextlib.contextmanager
def running_stack(
    *,
    port: int = 0,
    state: Path | None = None,
    site: Path = LOCAL_SITE,
    assembly: Assembly | None = None,
    site_origin: str | None = None,
    progress: Progress = in_silence,
) -> Iterator[Stack]:
    """Run the product for as long as the context lasts.

    Args:
        port: Of the front server; 0 takes a free one, so that any number of stacks run side by side.
        state: Folder to keep accounts and keys in between runs; None keeps nothing.
        site: The built site.
        assembly: A synthesised stack other than the checkout's own, for tests of this package.
        site_origin: Where another server has the pages; None is the front server itself.
        progress: Called with each step, for a person who waits.

    Raises:
        LocalError: something is missing, in use or failed; the message says what to do.
    """
    stack = Stack(
        port=port, state=state, site=site, assembly=assembly, site_origin=site_origin, progress=progress
    )
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


@contextlib.contextmanager
def _only_user_of(state: Path) -> Iterator[None]:
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    (state / "lock").touch(mode=0o600)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalError(f"Another running stack keeps its state in {state}. Stop it first.") from error
        yield
