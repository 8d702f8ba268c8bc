"""What the openid function takes and gives. What the protocol's own endpoints speak is in `endpoints`."""

from typing import Annotated, Literal, TypeAlias

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from service.models import Incoming, Outgoing
from service.openid.clients import CLIENT_PATTERN

MAX_QUERY = 8192

ClientId = Annotated[str, Path(pattern=CLIENT_PATTERN, min_length=1, max_length=64)]
Query = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUERY,
        description="The authorization request's query, as the application sent it.",
    ),
]
Outcome: TypeAlias = Literal["redirect", "consent", "sign-in"]


class RequestQuery(Incoming):
    """An authorization request."""

    query: Query = Field(repr=False)


class Asked(Outgoing):
    """What an application asks for, before anybody has signed in."""

    client_name: str
    scopes: list[str] = Field(description="`openid`: that it is the same person each time; `email`.")
    silent: bool = Field(description="Whether the person must be shown nothing (`prompt=none`).")
    anew: bool = Field(description="Whether the person must sign in again.")
    login_hint: str | None = Field(repr=False, description="Whom the application expects.")
    login_required: str = Field(description="Where to go if nobody is signed in and nothing may be shown.")
    denied: str = Field(description="Where to go if the person says no.")


class Judged(Outgoing):
    """A request that has somebody to answer."""

    asked: Asked | None
    refused: str | None = Field(description="Where to go with a refusal; null when the request holds.")


class SignOutAsked(Outgoing):
    """An application's request to sign somebody out. The person is asked in any case."""

    client_name: str | None = Field(description="Who asks; null when it is nobody who is registered.")
    redirect: str | None = Field(description="Where to go afterwards; null when that is nowhere.")


class Answering(Incoming):
    """What the person who is signed in says to a request."""

    query: Query = Field(repr=False)
    consent: bool = Field(description="Whether the person was shown what is asked for, and agreed.")


class Answered(Outgoing):
    """What comes of it."""

    outcome: Outcome = Field(description="Where to go; or that the person has to agree, or sign in, first.")
    redirect: str | None = Field(repr=False, description="Where to go, with a code or with a refusal.")
