"""What a person is given of a deletion: signed, so that anybody can check it for ten years."""

from typing import Any, Final

from pydantic import Field

from service.models import Outgoing
from service.remains import remains_of
from service.repositories.erasures import AskedEvent, Destroyed, Tombstone
from service.signing import Signer
from service.tokens import RECEIPT_KEYS

SCHEMA_ID: Final = "urn:facesmash:receipt:1"
TYP: Final = "receipt+jwt"


class Remaining(Outgoing):
    """Something that remains of the account. Nothing that was sealed can be read anywhere."""

    what: str
    where: str
    until: int | None = Field(description="Seconds since the epoch; null where it stays.")


class Receipt(Outgoing):
    """What is signed."""

    iss: str = Field(description="The service that signed it: where its API is reached.")
    keys: str = Field(description="Where the keys are published that it is checked with.")
    sub: str = Field(description="The account's number; the tombstone is a salted digest of it.")
    jti: str = Field(description="The reference.")
    iat: int = Field(description="Seconds since the epoch.")
    event: AskedEvent
    deleted_at: int = Field(description="Seconds since the epoch.")
    destroyed: Destroyed = Field(
        description="How much of each kind. The index of the address, sessions, recovery codes and what "
        "applications may learn went as well; they are not counted."
    )
    key_version: int | None = Field(
        description="Of the account's data key. It was destroyed, and with it every copy of what it sealed. "
        "Null where the key could not be read before it was destroyed."
    )
    remains: list[Remaining]


def sign_receipt(signer: Signer, tombstone: Tombstone, *, account: str, issuer: str) -> str:
    """Sign what was destroyed, when, and what remains, for the person to keep.

    Args:
        signer: the deployment's statement key.
        tombstone: of the account.
        account: its id.
        issuer: where the API is reached.

    Returns:
        The receipt, a JWS that anybody can check with the published keys.

    Raises:
        ValueError: when nobody asked: then there is nobody to have one.
    """
    if tombstone.event == "unused":
        raise ValueError("an account that nobody used has no receipt")
    remains = remains_of(event=tombstone.event, deleted_at=tombstone.deleted_at)
    receipt = Receipt(
        iss=issuer,
        keys=issuer + RECEIPT_KEYS,
        sub=account,
        jti=tombstone.reference,
        iat=tombstone.deleted_at,
        event=tombstone.event,
        deleted_at=tombstone.deleted_at,
        destroyed=tombstone.destroyed,
        key_version=tombstone.key_version,
        remains=[Remaining(what=one.what, where=one.where, until=one.until) for one in remains],
    )
    return signer.sign(receipt.model_dump(), typ=TYP)


def json_schema() -> dict[str, Any]:
    """Give the schema of what a receipt signs; docs/receipt.schema.json is this, written down."""
    schema = Receipt.model_json_schema(mode="serialization")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": SCHEMA_ID, **schema, "title": "FaceSmash receipt"}
