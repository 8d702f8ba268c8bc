"""Proofs that answer no challenge, and applications' assertions: each counts once while it would hold."""

import hashlib
from typing import TYPE_CHECKING, Final

from service.encoding import base64url, length_prefixed
from service.repositories.items import Item, held, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from service.proofs import Proof

# Longer than a proof holds: a minute of the past and some seconds of the future.
SEEN_PROOF_LIFE_S: Final = 120

_SALT: Final = "facesmash/proof/1"
_ASSERTION_SALT: Final = "facesmash/client-assertion/1"
_SK: Final = "JTI"


class SeenProofs:
    """The digests of proofs in the Accounts table. They name neither a device nor an account."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def take(self, proof: "Proof", *, now: float) -> bool:
        """Take a proof, if it was not taken before: one conditional write.

        Args:
            proof: a proof that held.
            now: seconds since the epoch.

        Returns:
            False when somebody sends again what was sent before.
        """
        return self._take(
            length_prefixed(_SALT, proof.thumbprint, proof.id), until=int(now) + SEEN_PROOF_LIFE_S, now=now
        )

    def take_assertion(self, client: str, assertion: str, *, until: int, now: float) -> bool:
        """Take an application's assertion (RFC 7523, section 3, item 7), if it was not taken before.

        Args:
            client: whose it is.
            assertion: its ``jti``.
            until: when it expires, seconds since the epoch.
            now: seconds since the epoch.

        Returns:
            False when somebody sends again what was sent before.
        """
        return self._take(length_prefixed(_ASSERTION_SALT, client, assertion), until=until, now=now)

    def _take(self, name: bytes, *, until: int, now: float) -> bool:
        digest = hashlib.sha256(name).digest()
        item: Item = {"pk": f"JTI#{base64url(digest)}", "sk": _SK, "expires_at": until}
        return held(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=to_wire(item),
                ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
                ExpressionAttributeValues=to_wire({":now": int(now)}),
            )
        )
