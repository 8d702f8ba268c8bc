"""The one origin that the browser sees: the site, the API behind it, and the outbox."""

import asyncio
import errno
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from infra.headers import security_headers
from local.errors import LocalError, PortInUseError
from local.outbox import Outbox
from local.pages import Pages
from local.proxy import BODY_LIMIT_BYTES, ApiProxy
from local.security import only_this_host

NO_SUCH_ADDRESS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10.0


# A dot would leave out a line feed, which a path may hold as %0A.
_ANYTHING: Final = r"[\s\S]*"


class Listener:
    """A port of this machine, taken before anything slow starts, so that a clash shows at once.

    Browsers try `[::1]` and 127.0.0.1 for `localhost`; both are taken where the machine has both.
    """

    def __init__(self, port: int) -> None:
        self.sockets: list[socket.socket] = []
        try:
            first = socket.create_server(("127.0.0.1", port), backlog=256)
            self.sockets.append(first)
            self.port: int = first.getsockname()[1]
            self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6, backlog=256))
        except OSError as error:
            if self.sockets and error.errno in NO_SUCH_ADDRESS:
                return  # a machine without IPv6
            self.close()
            raise PortInUseError(port) from error

    @property
    def origin(self) -> str:
        """What the browser's address bar shows."""
        return f"http://localhost:{self.port}"

    def close(self) -> None:
        """Give the port back."""
        for one in self.sockets:
            one.close()


class FrontServer:
    """The server, in a thread of its own, so that its owner can wait for signals or run tests."""

    def __init__(self, *, listener: Listener, application: web.Application) -> None:
        self._listener = listener
        self._application = application
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="front", daemon=True)

    def start(self) -> None:
        """Start to answer.

        Raises:
            LocalError: the server did not come up.
        """
        self._thread.start()
        if not self._started.wait(START_TIMEOUT_S):
            raise LocalError("The front server did not start.")

    def stop(self) -> None:
        """Finish what is under way, then close."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(STOP_TIMEOUT_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        # Bodies stay as they were sent: decompressing one that lies is a traceback outside of any handler.
        runner = web.AppRunner(
            self._application, access_log=None, shutdown_timeout=1.0, auto_decompress=False
        )
        await runner.setup()
        try:
            for one in self._listener.sockets:
                await web.SockSite(runner, one).start()
            self._started.set()
            await self._stopped.wait()
        finally:
            await runner.cleanup()


def whole_product(*, port: int, site: Path, endpoint: str, api: ApiProxy) -> web.Application:
    """The pages, the API and the outbox on one origin, for `make run`."""
    application = web.Application(client_max_size=BODY_LIMIT_BYTES, middlewares=[only_this_host(port=port)])
    application.cleanup_ctx.append(api.session)
    application.router.add_route("*", rf"/v1{{rest:(/{_ANYTHING})?}}", api.forward)
    application.router.add_route("*", f"/.well-known/{{rest:{_ANYTHING}}}", api.forward)
    application.router.add_get("/outbox/messages", Outbox(endpoint).serve)
    application.router.add_get("/config.json", _configuration(api_origin=""))
    application.router.add_route("*", f"/{{rest:{_ANYTHING}}}", Pages(site).serve)
    return application


def pages_alone(*, port: int, site: Path, api_origin: str) -> web.Application:
    """The pages without the API, which is on an origin of its own: as it is in the cloud."""
    application = web.Application(middlewares=[only_this_host(port=port)])
    application.router.add_get("/config.json", _configuration(api_origin=api_origin))
    pages = Pages(site, headers=security_headers(api_origin=api_origin))
    application.router.add_route("*", f"/{{rest:{_ANYTHING}}}", pages.serve)
    return application


def _configuration(*, api_origin: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    # In the cloud, infra writes this file with the API's own origin.
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"apiOrigin": api_origin, "environment": "local"},
            headers={**security_headers(api_origin=api_origin), "Cache-Control": "no-store"},
        )

    return answer
