"""What ends when a freeze is lifted: whatever a stranger may have added, in the lift's own transaction.

While an account is frozen nothing is added to it, so what was read of it then is still so when it is lifted.
See docs/decisions/freeze.md.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.repositories.items import to_wire
from service.repositories.profile_changes import ProfileChange
from service.repositories.rows import (
    RECOVERY_SK,
    Device,
    Profile,
    RecoveryCodes,
    Template,
    account_pk,
    device_sk,
    passkey_sk,
    template_sk,
)
from service.repositories.tries import forgotten, tries_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class Additions:
    """What an account has that may be new to it.

    Attributes:
        devices: all that it knows.
        anchors: of its face; none where it has none.
        recovery_codes: the set; None where there is none.
    """

    devices: tuple[Device, ...]
    anchors: tuple[Template, ...]
    recovery_codes: RecoveryCodes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lift:
    """A freeze is lifted.

    Attributes:
        profile: of the account, frozen, as it was read.
        devices: thumbprints of those that go.
        codes: whether the recovery codes go.
        face: whether the face goes, and with it that anybody agreed to one.
    """

    profile: Profile
    devices: frozenset[str]
    codes: bool
    face: bool

    def change(self) -> ProfileChange:
        """Give what becomes of the profile."""
        return ProfileChange(
            removes=(
                *("frozen_at", "link_followed_at", "passkeys", "adaptive"),
                *(("anchors", "policy_version", "consent_asked_at") if self.face else ()),
            ),
            adds=("freezes :one",),
            deletes=("devices :strangers",) if self.devices else (),
            values={":strangers": self.devices} if self.devices else {},
        )

    def writes(self, *, table: str) -> "list[TransactWriteItemTypeDef]":
        """Give the writes on other rows. A code that lifts is of a set that stays."""
        account = self.profile.account
        sort_keys = [
            *(passkey_sk(one) for one in sorted(self.profile.passkeys)),
            *(template_sk(one) for one in sorted(self.profile.adaptive)),
            *(template_sk(one) for one in sorted(self.profile.anchors) if self.face),
            *(device_sk(one) for one in sorted(self.devices)),
            *([RECOVERY_SK] if self.codes else []),
        ]
        # Without conditions: what is gone already is gone.
        rows: list[TransactWriteItemTypeDef] = [
            {"Delete": {"TableName": table, "Key": _key(account, sk)}} for sk in sort_keys
        ]
        tries = [tries_of(account, known_device=one) for one in sorted(self.devices)]
        return [*rows, *(forgotten(row, table=table) for row in tries)]


def _key(account: str, sk: str) -> dict[str, Any]:
    return to_wire({"pk": account_pk(account), "sk": sk})
