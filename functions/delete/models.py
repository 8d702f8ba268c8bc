"""What the delete function gives."""

from pydantic import Field

from service.models import Outgoing


class DestroyedCounts(Outgoing):
    """How much of each kind was destroyed."""

    templates: int
    devices: int
    consents: int
    sign_ins: int
    keys: int


class Deleted(Outgoing):
    """The account is gone, and what was copied of it can no longer be read."""

    receipt: str = Field(description="JWS, ES256, by the published key: the same facts, for keeping.")
    deleted_at: int = Field(description="Seconds since the epoch.")
    destroyed: DestroyedCounts
    reference: str
