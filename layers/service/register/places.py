"""Where each kind of data lies in the tables: every attribute of every family of rows, and what seals it.

``tests/adapters/test_register.py`` walks what the functions really write: an attribute that is not here fails
it, and so does one whose seal is not the one that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Seal: TypeAlias = Literal[
    "account key",  # AES-256-GCM under the account's own key; see service.vault
    "account key, on the work list",  # the same, of a row that is not among the account's own
    "farewell key",  # AES-256-GCM under a key that is made for one mail and goes with it
    "its secret",  # AES-256-GCM under a key that only the secret gives which names the row
    "KMS",  # wrapped by the deployment's key in KMS
    "keyed digest",  # HMAC-SHA-256 under the index key, or under a secret
    "digest",  # SHA-256 of 128 random bits or more
    "none",
]

_STATE: Final = ("account-state",)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a family of rows.

    Attributes:
        what: it says.
        seal: what keeps it from whoever reads the table.
        entries: names of the register's entries that it is a part of.
    """

    what: str
    seal: Seal = "none"
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A family of rows.

    Attributes:
        table: which of the two.
        row: heads of partition and sort key.
        named_by: what stands behind these heads.
        entries: names of the register's entries, for attributes that name none of their own.
        attributes: all but the keys.
    """

    table: Literal["Accounts", "Keys"]
    row: str
    named_by: str
    entries: tuple[str, ...]
    attributes: Mapping[str, Attribute]

    def entries_of(self, attribute: str) -> tuple[str, ...]:
        """Give the register's entries that an attribute is a part of."""
        return self.attributes[attribute].entries or self.entries


_CREATED: Final = Attribute("when it was made")
_USED: Final = Attribute("when it was last used")
_EXPIRES: Final = Attribute("when it ends")

_OWN: Final = (
    Place(
        table="Accounts",
        row="ACCOUNT/PROFILE",
        named_by="the account's random number",
        entries=_STATE,
        attributes={
            "status": Attribute("whether face sign-in is paused"),
            "learning": Attribute("whether learning was refused", entries=("choices",)),
            "log": Attribute("whether the least is asked for of the log", entries=("choices",)),
            "consent_asked_at": Attribute(
                "since when consent to a new text is asked for", entries=("choices",)
            ),
            "mailbox": Attribute("index of the e-mail address", "keyed digest", ("email-index",)),
            "sealed_email": Attribute("the e-mail address", "account key", ("email",)),
            "policy_version": Attribute(
                "the consent text that its owner agreed to last", entries=("choices",)
            ),
            "review_at": Attribute("when it is looked whether it is used"),
            "unused_told_at": Attribute("when its owner was told that nobody uses it"),
            "created_at": _CREATED,
            "last_used_at": Attribute("when somebody last signed in"),
            "anchors": Attribute("numbers of its first descriptors"),
            "adaptive": Attribute("numbers of its learned descriptors"),
            "learned_at": Attribute("when one was learned", entries=("learning-times",)),
            "devices": Attribute("thumbprints of its devices", entries=("device-keys",)),
            "passkeys": Attribute("digests of its passkeys' ids", "digest", ("passkey-keys",)),
            "sealed_log_head": Attribute("where the sign-in log ends", "account key", ("log-end",)),
            "revision": Attribute("how often rows came and went"),
            "mail_trouble": Attribute("why mails come back", entries=("mail-trouble",)),
            "mail_trouble_until": Attribute("until when none are sent", entries=("mail-trouble",)),
            "freezes": Attribute("how often it was frozen", entries=("freezes",)),
            "frozen_at": Attribute("since when it is frozen", entries=("freezes",)),
            "link_followed_at": Attribute(
                "when the link that froze it was last followed", entries=("freezes",)
            ),
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/TEMPLATE",
        named_by="the account's random number, and the descriptor's",
        entries=_STATE,
        attributes={
            "kind": Attribute("made at enrolment, or learned"),
            "model": Attribute("the network that made it"),
            "pipeline": Attribute("the steps before that network"),
            "sealed_descriptor": Attribute(
                "128 numbers", "account key", ("first-descriptors", "learned-descriptors")
            ),
            "sealed_quality": Attribute("quality of its pictures", "account key", ("quality",)),
            "source_device": Attribute("thumbprint of the device that took it"),
            "source_sign_in": Attribute("number of the sign-in that it was learned from"),
            "state": Attribute("whether it is compared with"),
            "corroborations": Attribute("sign-ins that bore it out"),
            "corroborated_at": Attribute("the last of these"),
            "created_at": _CREATED,
            "expires_at": Attribute("when one that was learned ends", entries=("learned-descriptors",)),
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/DEVICE",
        named_by="the account's random number, and the thumbprint of the device's key",
        entries=("device-keys",),
        attributes={
            "public_key": Attribute("its public key"),
            "sealed_name": Attribute("what its holder calls it", "account key", ("names",)),
            "created_at": _CREATED,
            "last_used_at": _USED,
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/PASSKEY",
        named_by="the account's random number, and a digest of the passkey's id",
        entries=("passkey-keys",),
        attributes={
            "public_key": Attribute("its public key"),
            "sign_count": Attribute("its counter"),
            "synced": Attribute("whether it may leave its device"),
            "sealed_name": Attribute("what its holder calls it", "account key", ("names",)),
            "sealed_credential_id": Attribute(
                "what its authenticator knows it by", "account key", ("names",)
            ),
            "created_at": _CREATED,
            "last_used_at": _USED,
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/CONSENT",
        named_by="the account's random number, and the consent's",
        entries=("consents",),
        attributes={"sealed": Attribute("what was agreed to, when and on which device", "account key")},
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/SIGNIN",
        named_by="the account's random number, and the entry's, which holds its time",
        entries=("sign-in-log",),
        attributes={
            "sealed": Attribute("when, outcome, reason, device, country, and its place", "account key"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/SESSION",
        named_by="the account's random number, and the thumbprint of the device's key",
        entries=("sessions",),
        attributes={
            "sid": Attribute("the session's random number"),
            "means": Attribute("what began it"),
            "passkey": Attribute("digest of the id of the passkey that began it", "digest"),
            "created_at": _CREATED,
            "last_used_at": _USED,
            "expires_at": _EXPIRES,
            "refresh_sha256": Attribute("what continues it", "digest"),
            "rotated_sha256": Attribute("what continued it before", "digest"),
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/GRANT",
        named_by="the account's random number, and the application's name",
        entries=("applications",),
        attributes={
            "grant_id": Attribute("a random number of this agreement"),
            "sealed": Attribute("its name, what it may learn, and since when", "account key"),
        },
    ),
    Place(
        table="Accounts",
        row="ACCOUNT/RECOVERY",
        named_by="the account's random number",
        entries=("recovery-codes",),
        attributes={
            "digests": Attribute("of the codes that are left", "digest"),
            "made_at": _CREATED,
        },
    ),
    Place(
        table="Keys",
        row="ACCOUNT/KEY",
        named_by="the account's random number",
        entries=("account-key",),
        attributes={
            "wrapped": Attribute("the account's key", "KMS"),
            "key_version": Attribute("which of its keys"),
        },
    ),
)

_OTHERS: Final = (
    Place(
        table="Accounts",
        row="EMAIL/ACCOUNT",
        named_by="keyed digest of the e-mail address",
        entries=("email-index",),
        attributes={"account": Attribute("the account's random number")},
    ),
    Place(
        table="Accounts",
        row="MAILBOX/TROUBLE",
        named_by="keyed digest of the e-mail address",
        entries=("mail-trouble",),
        attributes={"why": Attribute("why mails come back"), "expires_at": _EXPIRES},
    ),
    Place(
        table="Accounts",
        row="CODE/CODE",
        named_by="keyed digest of the e-mail address, or of the account, and of the device",
        entries=("mailbox-codes",),
        attributes={
            "digest": Attribute("of the digits", "keyed digest"),
            "tries": Attribute("how many tries it had"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Accounts",
        row="CHALLENGE/CHALLENGE",
        named_by="keyed digest of the challenge",
        entries=("challenges",),
        attributes={
            "purpose": Attribute("what it may be used for"),
            "bound_to": Attribute("the device that it is for", "keyed digest"),
            "region": Attribute("the region that it is for"),
            "sealed": Attribute("what is asked for, and whose attempt it is", "its secret"),
            "revealed": Attribute("when the second act was told", "its secret"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Accounts",
        row="JTI/JTI",
        named_by="digest of a request's proof, or of an application's",
        entries=("challenges", "application-proofs"),
        attributes={"expires_at": _EXPIRES},
    ),
    Place(
        table="Accounts",
        row="LIMIT/LIMIT",
        named_by="digest of who is counted, and which window",
        entries=("counts",),
        attributes={
            "hits": Attribute("how often"),
            "in_a_row": Attribute("how often in a row", entries=("failed-sign-ins", "wrong-codes")),
            "failed_at": Attribute("when", entries=("failed-sign-ins",)),
            "mark": Attribute("digest of the last challenge", "digest", ("failed-sign-ins",)),
            "expires_at": Attribute("when it ends", entries=("counts", "failed-sign-ins", "wrong-codes")),
        },
    ),
    *(
        Place(
            table="Accounts",
            row=row,
            named_by=f"keyed digest of the {secret}",
            entries=("application-codes",),
            attributes={
                "sealed": Attribute("what it stands for", "its secret"),
                "valid_until": Attribute("until when it is taken"),
                "expires_at": _EXPIRES,
                **more,
            },
        )
        for row, secret, more in (
            (
                "AUTHCODE/PERMIT",
                "code",
                {
                    "spent": Attribute("whether it was used"),
                    "gave": Attribute("keyed digest of the token that it gave", "keyed digest"),
                },
            ),
            ("BEARER/PERMIT", "token", {}),
        )
    ),
    Place(
        table="Accounts",
        row="TOMBSTONE/TOMBSTONE",
        named_by="digest of the deleted account's random number",
        entries=("tombstones",),
        attributes={
            "reference": Attribute("the receipt's random number"),
            "deleted_at": Attribute("when"),
            "event": Attribute("why, in a word"),
            "device": Attribute("the device or letter that asked; empty where none did", "digest"),
            **{
                kind: Attribute(f"how many {words}")
                for kind, words in (
                    ("templates", "descriptors"),
                    ("devices", "devices"),
                    ("passkeys", "passkeys"),
                    ("consents", "consents"),
                    ("sign_ins", "entries of the log"),
                    ("keys", "keys"),
                )
            },
            "key_version": Attribute("which version of its key was destroyed"),
        },
    ),
    Place(
        table="Accounts",
        row="WORK/DUE",
        named_by="when it is due, and a random number",
        entries=("account-state", "due-notices", "tombstones"),
        attributes={
            "account": Attribute("the account's random number"),
            "tries": Attribute("how often it failed"),
            "sealed": Attribute(
                "a mail that is due, with its address", "account key, on the work list", ("due-notices",)
            ),
            "expires_at": Attribute("when a mail is no longer sent", entries=("due-notices",)),
        },
    ),
    Place(
        table="Accounts",
        row="OPERATION/ERASURE",
        named_by="the request's random number",
        entries=("deletion-letters",),
        attributes={
            "tombstone": Attribute("of the account", "digest"),
            "ticket": Attribute("the letter's number, which the operator gave it"),
            "request_sha256": Attribute("of the signed request", "digest"),
            "asked_at": Attribute("when it was asked for"),
            "asked_by": Attribute("thumbprint of the operator's key who asked"),
            "approved_at": Attribute("when it was approved"),
            "approved_by": Attribute("thumbprint of the operator's key who approved"),
            "owner_confirmed": Attribute("whether its owner had said so themselves"),
            "begun_at": Attribute("when it was carried out"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Accounts",
        row="OPERATION/ANNOUNCED",
        named_by="the request's random number",
        entries=("deletion-letters",),
        attributes={
            "request_sha256": Attribute("of the signed request", "digest"),
            "announced_at": Attribute("when its owner was told"),
            "told": Attribute("whether there was an address to tell"),
            "frozen": Attribute("whether the account was frozen then"),
            "freezes": Attribute("how often it had been"),
            "link_followed_at": Attribute("when the link that freezes it had last been followed"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Keys",
        row="FAREWELL/FAREWELL",
        named_by="the random number of an account that is gone",
        entries=("farewell",),
        attributes={
            "wrapped": Attribute("a key for one mail", "KMS"),
            "key_version": Attribute("which of its keys"),
            "sealed": Attribute("the address, and which mail", "farewell key"),
            "expires_at": _EXPIRES,
        },
    ),
    Place(
        table="Keys",
        row="DEPLOYMENT/KEY",
        named_by="nobody: there is one",
        entries=("account-key",),
        attributes={
            "wrapped": Attribute("the key of the digests above", "KMS"),
            "key_version": Attribute("which of its keys"),
        },
    ),
)

PLACES: Final = (*_OWN, *_OTHERS)
# Entries that no row of a table holds, and where they are.
ELSEWHERE: Final[Mapping[str, str]] = {
    "unused-account": "everything above, by `last_used_at`",
    "on-your-device": "IndexedDB and localStorage of the browser",
    "technical-logs": "CloudWatch Logs: the functions' groups and the gateway's access log",
    "traces": "X-Ray: the functions' segments",
    "figures": "CloudWatch metrics",
    "key-use-log": "CloudTrail's event history: the encryption context of KMS requests",
}
