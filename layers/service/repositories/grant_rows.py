"""The row of a grant: that somebody agreed to sign in to an application, and to what it may learn."""

from dataclasses import dataclass, field
from typing import cast

from service.repositories.items import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A grant.

    Attributes:
        client: the application's ``client_id``.
        id: of this grant; agreeing again makes another.
        sealed: the application's name, what it may learn, and since when; JSON.
    """

    client: str
    id: str
    sealed: bytes = field(repr=False)


def grant_sk(client: str) -> str:
    """Give the sort key of a client's grant: a person has one for each."""
    return f"GRANT#{client}"


def read_grant(item: Item) -> Grant:
    """Read a grant."""
    return Grant(
        client=str(item["sk"]).partition("#")[2],
        id=str(item["grant_id"]),
        sealed=cast("bytes", item["sealed"]),
    )
