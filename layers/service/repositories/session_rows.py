"""The row of a session. A device has one at a time, so the device's thumbprint names the row."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from service.repositories.items import Item
from service.repositories.rows import account_pk

# A passkey whose key may leave its device is told from one that is bound to it: only this one is hardware.
Means: TypeAlias = Literal["face", "otp", "passkey", "synced-passkey", "recovery"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionName:
    """Names one session of an account.

    Attributes:
        id: 128 random bits, ``sid`` of its tokens: tells it from the device's earlier and later ones.
        device: thumbprint of the device that it is bound to.
    """

    id: str
    device: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSession:
    """A session, as it is kept.

    Attributes:
        name: its id and its device.
        means: what proved the person when it began.
        created_at: when it began, and so when the person was last seen; seconds since the epoch.
        last_used_at: when it was last refreshed, or began; seconds since the epoch.
        expires_at: when it ends, whatever is done; seconds since the epoch.
        refresh_sha256: of the refresh token in force, hexadecimal. The token itself is kept nowhere.
        passkey: id of the one that began it, if one did: it ends with that.
    """

    name: SessionName
    means: Means
    created_at: int
    last_used_at: int
    expires_at: int
    refresh_sha256: str = field(repr=False)
    passkey: str | None = None


def session_sk(thumbprint: str) -> str:
    """Give the sort key of a device's session."""
    return f"SESSION#{thumbprint}"


def session_item(account: str, session: KeptSession) -> Item:
    """Write a session that begins."""
    item: Item = {
        "pk": account_pk(account),
        "sk": session_sk(session.name.device),
        "sid": session.name.id,
        "means": session.means,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
        "refresh_sha256": session.refresh_sha256,
    }
    return item if session.passkey is None else {**item, "passkey": session.passkey}


def read_session(item: Item) -> KeptSession:
    """Read a session."""
    return KeptSession(
        name=SessionName(id=cast("str", item["sid"]), device=str(item["sk"]).partition("#")[2]),
        means=cast("Means", item["means"]),
        created_at=cast("int", item["created_at"]),
        last_used_at=cast("int", item["last_used_at"]),
        expires_at=cast("int", item["expires_at"]),
        refresh_sha256=cast("str", item["refresh_sha256"]),
        passkey=cast("str | None", item.get("passkey")),
    )
