"""What the front server refuses before it looks at a path, and the headers it adds to every page."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from infra.headers import security_headers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SITE_HEADERS = security_headers()


def only_this_host(*, port: int) -> Middleware:
    """Return a middleware that answers requests for this machine's own names only.

    A page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding); the outbox holds sign-in codes.
    """
    names = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    if port == 80:  # noqa: PLR2004 - the one port that a Host header leaves out
        names |= {"localhost", "127.0.0.1", "[::1]"}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host", "").lower() not in names:
            return web.Response(status=421, text="This server answers for localhost only.\n")
        return await handler(request)

    return check
