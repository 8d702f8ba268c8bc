"""Challenges: issued to one device for one purpose, consumed once.

A row says nothing to anybody who lacks the challenge itself: it is named by a digest of it, knows the device
by a keyed digest only, and seals what is asked for and whose attempt it is under a key that the challenge
gives, at one length whatever that is. So nothing has to be found here when an account is deleted, and nothing
can be read where TTL or a backup keeps a row longer.
"""

import hashlib
import hmac
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from botocore.exceptions import ClientError
from pydantic import TypeAdapter
from pydantic_core import to_json

from service.encoding import base64url, length_prefixed
from service.problems import ChallengeInvalid
from service.repositories.items import Item, from_wire, is_condition_failure, to_wire
from service.vault import DataKey, SealBrokenError, seal, unseal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHALLENGE_LIFE_S: Final = 120

Purpose: TypeAlias = Literal["mailbox", "enrolment", "verification", "account", "passkey"]

_SK: Final = "CHALLENGE"

# One length for what is sealed: a decoy's says nothing, nor does the length of a script. With an account's
# ten templates, a passkey and the longest script it is some 1,330 bytes; a row stays under two write units.
_SEALED_BYTES: Final = 1408
_REVEALED_BYTES: Final = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """Whose sign-in a challenge is for.

    Attributes:
        account: the account's id.
        templates: ids of its templates, so that a verification knows every key it must read.
        adds_device: whether a success makes the device known.
        tries: the row where it was counted; see service.repositories.tries.
        recent_failures: attempts counted there in a row before this one that did not succeed.
        frozen: whether the account was frozen then: a sign-in lifts what it was begun to lift, and no other.
        freezes: how often it had been frozen and lifted.
        mailbox: keyed index of the mailbox that was proved for it; None where the device alone may try.
        passkey: the id of the passkey that stood for the mailbox, if one did.
    """

    account: str
    templates: frozenset[str]
    adds_device: bool
    tries: str
    recent_failures: int
    frozen: bool
    freezes: int
    mailbox: str | None = None
    passkey: str | None = None

    @property
    def stage(self) -> tuple[bool, int]:
        """Whether the account was frozen, and how often before: as a profile has it."""
        return self.frozen, self.freezes


@dataclass(frozen=True, kw_only=True, slots=True)
class Reveal:
    """What a device had committed itself to when it was told the second act.

    Attributes:
        at: when, seconds since the epoch, by our clock.
        chain: head of its hash chain after the first act, hexadecimal.
        frames: how many frames that covers.
    """

    at: float
    chain: str = field(repr=False)
    frames: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceremony:
    """What is asked of a face.

    Attributes:
        script: as JSON has it.
        issued_at: seconds since the epoch, by our clock.
        reveal: None as long as nobody asked for the second act.
    """

    script: dict[str, Any] = field(repr=False)
    issued_at: float
    reveal: Reveal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """A challenge.

    Attributes:
        id: 256 random bits; the proof's ``nonce``.
        purpose: what it may be used for.
        thumbprint: the device that asked.
        expires_at: seconds since the epoch.
        attempt: for a verification, whose; None makes it a decoy that can never succeed.
        ceremony: for an enrolment or a verification, what is asked of the face.
    """

    id: str = field(repr=False)
    purpose: Purpose
    thumbprint: str
    expires_at: int
    attempt: Attempt | None = None
    ceremony: Ceremony | None = None

    @property
    def script(self) -> dict[str, Any] | None:
        """What is asked of the face, as JSON has it; None where nothing is."""
        return None if self.ceremony is None else self.ceremony.script


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sealed:
    attempt: Attempt | None
    script: dict[str, Any]
    issued_at: float


_SEALED: Final = TypeAdapter(_Sealed)
_REVEAL: Final = TypeAdapter(Reveal)


class Challenges:
    """The challenges in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str, region: str) -> None:
        self._client = client
        self._table = table
        self._region = region

    def issue(self, challenge: Challenge) -> None:
        """Keep a new challenge: one write."""
        item: Item = {
            **challenge_key(challenge.id),
            "purpose": challenge.purpose,
            "bound_to": _bound(challenge.id, challenge.thumbprint),
            "region": self._region,
            "expires_at": challenge.expires_at,
        }
        if challenge.ceremony is not None:
            item |= {"sealed": _sealed(challenge.id, challenge.ceremony, attempt=challenge.attempt)}
        self._client.put_item(
            TableName=self._table, Item=to_wire(item), ConditionExpression="attribute_not_exists(pk)"
        )

    def reveal(self, challenge_id: str, *, thumbprint: str, reveal: Reveal) -> dict[str, Any]:
        """Note that the second act was asked for: one conditional write, so it is told once.

        Args:
            challenge_id: the proof's ``nonce``.
            thumbprint: the device that asks.
            reveal: what it committed itself to, and when.

        Returns:
            The script, as JSON has it. The challenge remains to be answered.

        Raises:
            ChallengeInvalid: when it is unknown, used, expired, already revealed, of another device or
                region, or has no second act.
            SealBrokenError: when somebody changed its row.
        """
        padded = to_json(asdict(reveal)).ljust(_REVEALED_BYTES)
        revealed = seal(_key_from(challenge_id), padded, item=_SK, kind="challenge-reveal")
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire(challenge_key(challenge_id)),
                UpdateExpression="SET revealed = :revealed",
                ConditionExpression=(
                    "purpose IN (:enrolment, :verification) AND bound_to = :device AND #region = :region "
                    "AND expires_at > :now AND attribute_not_exists(revealed)"
                ),
                ExpressionAttributeNames={"#region": "region"},
                ExpressionAttributeValues=to_wire(
                    {
                        ":revealed": revealed,
                        ":enrolment": "enrolment",
                        ":verification": "verification",
                        ":device": _bound(challenge_id, thumbprint),
                        ":region": self._region,
                        ":now": int(reveal.at),
                    }
                ),
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if is_condition_failure(error):
                raise ChallengeInvalid from None
            raise
        return _opened(challenge_id, from_wire(answer["Attributes"])).script

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
            SealBrokenError: when somebody changed its row.
        """
        try:
            answer = self._client.delete_item(
                TableName=self._table,
                Key=to_wire(challenge_key(challenge_id)),
                ConditionExpression=(
                    "purpose = :purpose AND bound_to = :device AND #region = :region AND expires_at > :now"
                ),
                ExpressionAttributeNames={"#region": "region"},
                ExpressionAttributeValues=to_wire(
                    {
                        ":purpose": purpose,
                        ":device": _bound(challenge_id, thumbprint),
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
        item = from_wire(answer["Attributes"])
        bare = Challenge(
            id=challenge_id,
            purpose=purpose,
            thumbprint=thumbprint,
            expires_at=int(item["expires_at"]),  # type: ignore[arg-type]
        )
        if purpose not in {"enrolment", "verification"}:
            return bare
        opened = _opened(challenge_id, item)
        ceremony = Ceremony(
            script=opened.script, issued_at=opened.issued_at, reveal=_reveal(challenge_id, item)
        )
        return replace(bare, attempt=opened.attempt, ceremony=ceremony)


def challenge_key(challenge_id: str) -> Item:
    """Give the key of a challenge's row."""
    return {"pk": f"CHALLENGE#{base64url(_derived(challenge_id, 'name'))}", "sk": _SK}


def _sealed(challenge_id: str, ceremony: Ceremony, *, attempt: Attempt | None) -> bytes:
    content = _Sealed(attempt=attempt, script=ceremony.script, issued_at=ceremony.issued_at)
    padded = to_json(asdict(content)).ljust(_SEALED_BYTES)
    return seal(_key_from(challenge_id), padded, item=_SK, kind="challenge")


def _opened(challenge_id: str, item: Item) -> _Sealed:
    sealed = item.get("sealed")
    if not isinstance(sealed, bytes):
        raise SealBrokenError
    return _SEALED.validate_json(unseal(_key_from(challenge_id), sealed, item=_SK, kind="challenge"))


def _reveal(challenge_id: str, item: Item) -> Reveal | None:
    revealed = item.get("revealed")
    if not isinstance(revealed, bytes):
        return None
    return _REVEAL.validate_json(unseal(_key_from(challenge_id), revealed, item=_SK, kind="challenge-reveal"))


def _key_from(challenge_id: str) -> DataKey:
    return DataKey(account="-", version=1, material=_derived(challenge_id, "key"))


def _bound(challenge_id: str, thumbprint: str) -> str:
    return base64url(_derived(challenge_id, "device", thumbprint))


def _derived(challenge_id: str, *use: str) -> bytes:
    # The challenge is 256 random bits, so it is a key itself; each use of it gets another one.
    return hmac.new(
        challenge_id.encode(), length_prefixed("facesmash/challenge/1", *use), hashlib.sha256
    ).digest()
