"""Challenges: issued to one device for one purpose, consumed once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from botocore.exceptions import ClientError

from service.problems import ChallengeInvalid
from service.repositories.items import Item, from_wire, is_condition_failure, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHALLENGE_LIFE_S: Final = 120

Purpose: TypeAlias = Literal["mailbox", "enrolment", "verification", "account"]

_SK: Final = "CHALLENGE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """A challenge as it is kept.

    Attributes:
        id: 256 random bits; the proof's ``nonce``.
        purpose: what it may be used for.
        thumbprint: the device that asked.
        region: the region that issued it.
        expires_at: seconds since the epoch.
        account: for a verification, whose; None makes it a decoy that can never succeed.
        templates: ids of the account's templates, so that a verification knows every key it must read.
        adds_device: whether a success makes the device known.
        attempts: key of the budget that a success clears.
    """

    id: str
    purpose: Purpose
    thumbprint: str
    region: str
    expires_at: int
    account: str | None = None
    templates: frozenset[str] = frozenset()
    adds_device: bool = False
    attempts: str | None = None


class Challenges:
    """The challenges in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str, region: str) -> None:
        self._client = client
        self._table = table
        self._region = region

    def issue(self, challenge: Challenge) -> None:
        """Keep a new challenge: one write."""
        item: Item = {
            **_key(challenge.id),
            "purpose": challenge.purpose,
            "thumbprint": challenge.thumbprint,
            "region": challenge.region,
            "expires_at": challenge.expires_at,
        }
        if challenge.account is not None and challenge.attempts is not None:
            item |= {
                "account": challenge.account,
                "templates": challenge.templates,
                "adds_device": challenge.adds_device,
                "attempts": challenge.attempts,
            }
        self._client.put_item(
            TableName=self._table, Item=to_wire(item), ConditionExpression="attribute_not_exists(pk)"
        )

    def consume(self, challenge_id: str, *, purpose: Purpose, thumbprint: str, now: float) -> Challenge:
        """Take a challenge out of the table: one conditional write, so only one request ever gets it.

        Args:
            challenge_id: the proof's ``nonce``.
            purpose: what it is to be used for.
            thumbprint: the device that answers it.
            now: seconds since the epoch.

        Returns:
            What was kept.

        Raises:
            ChallengeInvalid: when it is unknown, used, expired, or of another purpose, device or region.
        """
        try:
            answer = self._client.delete_item(
                TableName=self._table,
                Key=to_wire(_key(challenge_id)),
                ConditionExpression=(
                    "purpose = :purpose AND thumbprint = :thumbprint AND #region = :region"
                    " AND expires_at > :now"
                ),
                ExpressionAttributeNames={"#region": "region"},
                ExpressionAttributeValues=to_wire(
                    {
                        ":purpose": purpose,
                        ":thumbprint": thumbprint,
                        ":region": self._region,
                        ":now": int(now),
                    }
                ),
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if is_condition_failure(error):
                raise ChallengeInvalid from None
            raise
        return _read(challenge_id, purpose, from_wire(answer["Attributes"]))


def _key(challenge_id: str) -> Item:
    return {"pk": f"CHALLENGE#{challenge_id}", "sk": _SK}


def _read(challenge_id: str, purpose: Purpose, item: Item) -> Challenge:
    account, attempts, templates = item.get("account"), item.get("attempts"), item.get("templates")
    return Challenge(
        id=challenge_id,
        purpose=purpose,
        thumbprint=str(item["thumbprint"]),
        region=str(item["region"]),
        expires_at=int(item["expires_at"]),  # type: ignore[arg-type]
        account=account if isinstance(account, str) else None,
        templates=templates if isinstance(templates, frozenset) else frozenset(),
        adds_device=item.get("adds_device") is True,
        attempts=attempts if isinstance(attempts, str) else None,
    )
