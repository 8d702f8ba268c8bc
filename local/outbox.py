"""The mails that the local cloud's SES took: nobody receives them, so they are shown here."""

import asyncio
import json
import urllib.request
from dataclasses import asdict, dataclass

from aiohttp import web

from local.cloud import ACCOUNT
from local.security import SITE_HEADERS

READ_TIMEOUT_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail, as the person who gets it would read it."""

    to: str
    subject: str
    text: str
    at: str


def read_messages(endpoint: str) -> list[Message]:
    """Return every mail that the local cloud holds, the oldest first."""
    # A fixed loopback address; no proxy of the environment may come between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(
        f"{endpoint}/_ministack/ses/messages?account={ACCOUNT}", timeout=READ_TIMEOUT_S
    ) as answer:
        kept = json.load(answer)["messages"].get(ACCOUNT, [])
    messages = [
        Message(
            to=", ".join(one["To"]), subject=one["Subject"], text=one["BodyText"], at=str(one["Timestamp"])
        )
        for one in kept
    ]
    return sorted(messages, key=lambda message: message.at)


class Outbox:
    """The outbox of one local cloud, as a route."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    async def serve(self, _request: web.Request) -> web.StreamResponse:
        """Answer the mails as a JSON list."""
        messages = await asyncio.to_thread(read_messages, self._endpoint)
        return web.json_response(
            [asdict(message) for message in messages], headers={**SITE_HEADERS, "Cache-Control": "no-store"}
        )
