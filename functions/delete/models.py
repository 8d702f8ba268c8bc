"""What the delete function gives."""

from pydantic import Field

from service.models import Outgoing
from service.repositories.erasures import Destroyed


class Deleted(Outgoing):
    """The account is gone, and what was copied of it can no longer be read."""

    receipt: str = Field(description="JWS, ES256, by the published key: the same facts, for keeping.")
    deleted_at: int = Field(description="Seconds since the epoch.")
    destroyed: Destroyed
    reference: str
