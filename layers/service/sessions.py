"""Sessions: how one begins, the token that continues it, and how long it may last.

A refresh token is ``account.session.secret``. The first is ours; each later one is made by the device, which
names the next by its digest when it shows the one in force. So no answer carries it, none can be lost with an
answer, and saying the same thing twice is the same rotation. See docs/decisions/sessions.md.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from service.repositories.session_rows import KeptSession, Means, SessionName
from service.settings import Settings
from service.signing import Signer
from service.tokens import ACCESS_TOKEN_LIFE_S, Bounds, issue_access_token

_LENGTH: Final = 89
_PATTERN: Final = r"^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$"

RefreshToken = Annotated[
    str,
    Field(
        pattern=_PATTERN,
        min_length=_LENGTH,
        max_length=_LENGTH,
        description="`account.session.secret`; the secret is 256 random bits in base64url.",
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A session that begins.

    Attributes:
        kept: its row.
        refresh_token: what continues it; given once and kept nowhere.
    """

    kept: KeptSession
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """What a device gets to use a session with.

    Attributes:
        access_token: the token.
        expires_in: seconds that it lasts.
        refresh_expires_in: seconds that the session lasts if it is not used; never past its end.
    """

    access_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int


def begin(
    account: str, *, device: str, means: Means, settings: Settings, now: float, passkey: str | None = None
) -> Begun:
    """Make a session; nothing is kept yet.

    Args:
        account: whose it is.
        device: thumbprint of the device that it is bound to.
        means: what proved the person, beside the device's key.
        settings: say how long it may last.
        now: seconds since the epoch.
        passkey: id of the one that it began with.

    Returns:
        The session.
    """
    name = SessionName(id=secrets.token_urlsafe(16), device=device)
    token = f"{account}.{name.id}.{secrets.token_urlsafe(32)}"
    kept = KeptSession(
        name=name,
        means=means,
        created_at=int(now),
        last_used_at=int(now),
        expires_at=int(now) + settings.session_hours * 3600,
        refresh_sha256=digest(token),
        passkey=passkey,
    )
    return Begun(kept=kept, refresh_token=token)


def issue(
    account: str, session: KeptSession, *, signer: Signer, settings: Settings, bounds: Bounds
) -> Issued:
    """Sign an access token for a session.

    Args:
        account: whose it is.
        session: the session; it has not ended.
        signer: the deployment's token key.
        settings: say how long it may be left unused.
        bounds: issuer, audience, device and time.

    Returns:
        The token, with what remains of it and of the session.
    """
    left_s = session.expires_at - int(bounds.now)
    return Issued(
        access_token=issue_access_token(signer, account=account, session=session, bounds=bounds),
        expires_in=min(ACCESS_TOKEN_LIFE_S, left_s),
        refresh_expires_in=min(settings.session_idle_minutes * 60, left_s),
    )


def named_by(refresh_token: str) -> tuple[str, str]:
    """Give the account and the session that a well-formed refresh token names."""
    account, session, _ = refresh_token.split(".")
    return account, session


def digest(refresh_token: str) -> str:
    """Digest a refresh token for keeping, hexadecimal: 256 random bits need no slower hash."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()
