"""The things we sign: an access token, the proof of a mailbox, and an export. Receipts: service.receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.ids import ACCOUNT_PATTERN, JTI_PATTERN, SESSION_PATTERN, THUMBPRINT_PATTERN, new_token_id
from service.patience import YEAR_S
from service.problems import MailboxTokenInvalid, TokenInvalid
from service.repositories.session_rows import KeptSession, Means
from service.signing import BadSignatureError, Signer

ACCESS_TOKEN_LIFE_S: Final = 900
MAILBOX_TOKEN_LIFE_S: Final = 900
MAX_TOKEN_LENGTH: Final = 1024  # ours have some 640 characters
CLIENT_ID: Final = "facesmash-site"

RECEIPT_LIFE_S: Final = 10 * YEAR_S
# Where the keys of what people keep are found for so long; behind the issuer's own address.
RECEIPT_KEYS: Final = "/.well-known/receipt-keys.json"

_ACCESS: Final = "at+jwt"  # RFC 9068
_MAILBOX: Final = "mailbox+jwt"
_EXPORT: Final = "export+jwt"


# RFC 8176. A passkey is used by a person who was verified to it: two factors (mfa). Bound to its device it is
# a hardware-secured key (hwk); one that may be copied to others is none, whatever it lies in.
AMR: Final[Mapping[Means, tuple[str, ...]]] = {
    "face": ("face",),
    "otp": ("otp",),
    "recovery": ("recovery",),  # ours: RFC 8176 has none for it, and "otp" is the mailbox's
    "passkey": ("hwk", "user", "mfa"),
    "synced-passkey": ("user", "mfa"),
}


class _Bound(BaseModel):
    jkt: str = Field(pattern=THUMBPRINT_PATTERN)


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    iss: str
    aud: str
    iat: int
    exp: int
    cnf: _Bound


class AccessClaims(_Claims):
    """What an access token says, after RFC 9068 and RFC 9449.

    Attributes:
        sid: the session that it is of; it ends with that.
    """

    sub: str = Field(pattern=ACCOUNT_PATTERN)
    auth_time: int
    amr: list[str]
    sid: str = Field(pattern=SESSION_PATTERN)

    @property
    def by_face(self) -> bool:
        """Whether the session began with a face; else with a mailbox, a recovery code or a passkey."""
        return "face" in self.amr

    @property
    def by_code(self) -> bool:
        """Whether a code from the mailbox began it, alone or with a way of looking that needs it."""
        return "otp" in self.amr


class MailboxClaims(_Claims):
    """What the proof of a mailbox says. It names a keyed index, never an address.

    Attributes:
        passkey: None when a code was read there. Else the passkey of the mailbox's account that stands for
            that, as long as the account has it: good for a sign-in on a new device, and no proof of the
            mailbox itself.
        account: that the mailbox had when it was proved; None where it had none. What was proved for one is
            worth nothing for the next that has the mailbox.
        freezes: how often that account had been frozen and lifted; 0 where there was none. What was proved
            before a freeze is worth nothing after it.
        jti: 128 random bits: one proof makes one account.
    """

    mailbox: str = Field(min_length=43, max_length=43, repr=False)
    passkey: str | None = Field(default=None, max_length=64, repr=False)
    account: str | None = Field(default=None, pattern=ACCOUNT_PATTERN)
    freezes: int = Field(ge=0)
    jti: str = Field(pattern=JTI_PATTERN)

    @property
    def proved_at(self) -> int | None:
        """When a code was read there, seconds since the epoch; None where a passkey stands for it."""
        return self.iat if self.passkey is None else None


_Read = TypeVar("_Read", bound=_Claims)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a token must fit.

    Attributes:
        issuer: where this API is reached.
        audience: who the token must be for.
        thumbprint: the device that shows it.
        now: seconds since the epoch.
    """

    issuer: str
    audience: str
    thumbprint: str
    now: float


def issue_access_token(signer: Signer, *, account: str, session: KeptSession, bounds: Bounds) -> str:
    """Sign an access token that only one device can use, and none longer than its session lasts.

    Args:
        signer: the deployment's token key.
        account: whose session it is.
        session: says how and when the person was proved. Refreshing it proves nobody anew.
        bounds: issuer, audience, device and time.

    Returns:
        The token.
    """
    now = int(bounds.now)
    claims = {
        "iss": bounds.issuer,
        "sub": account,
        "aud": bounds.audience,
        "client_id": CLIENT_ID,
        "iat": now,
        "exp": min(now + ACCESS_TOKEN_LIFE_S, session.expires_at),
        "auth_time": session.created_at,
        "amr": [*AMR[session.means], "swk"],  # the device's own key, always
        "cnf": {"jkt": bounds.thumbprint},
        "sid": session.name.id,
        "jti": new_token_id(),
    }
    return signer.sign(claims, typ=_ACCESS)


def read_access_token(signer: Signer, token: str | None, *, bounds: Bounds) -> AccessClaims:
    """Check an access token for the device that shows it.

    Args:
        signer: the deployment's token key.
        token: what the request carried.
        bounds: what the token must fit.

    Returns:
        Its claims. Whether the account still exists is for the tables to say.

    Raises:
        TokenInvalid: when it does not hold, and never saying why.
    """
    claims = _read(AccessClaims, signer, token, typ=_ACCESS, audience=bounds.audience, bounds=bounds)
    if claims is None:
        raise TokenInvalid
    return claims


def issue_mailbox_token(
    signer: Signer,
    *,
    mailbox: str,
    account: str | None,
    freezes: int,
    bounds: Bounds,
    passkey: str | None = None,
) -> str:
    """Sign the proof that a device's holder reads a mailbox.

    Args:
        signer: the deployment's token key.
        mailbox: the keyed index of the address.
        account: that has it; None where none has.
        freezes: how often that had been frozen and lifted; 0 where there is none.
        bounds: issuer, device and time; the token is for the issuer itself.
        passkey: the id of one that stands for it; see ``MailboxClaims``.

    Returns:
        The token.
    """
    now = int(bounds.now)
    claims = {
        "iss": bounds.issuer,
        "aud": bounds.issuer,
        "iat": now,
        "exp": now + MAILBOX_TOKEN_LIFE_S,
        "cnf": {"jkt": bounds.thumbprint},
        "mailbox": mailbox,
        "freezes": freezes,
        **({} if account is None else {"account": account}),
        **({} if passkey is None else {"passkey": passkey}),
        "jti": new_token_id(),
    }
    return signer.sign(claims, typ=_MAILBOX)


def read_mailbox_token(signer: Signer, token: str, *, bounds: Bounds) -> MailboxClaims:
    """Check the proof of a mailbox for the device that shows it.

    Args:
        signer: the deployment's token key.
        token: what the request carried.
        bounds: what the token must fit.

    Returns:
        Its claims.

    Raises:
        MailboxTokenInvalid: when it does not hold, and never saying why.
    """
    claims = _read(MailboxClaims, signer, token, typ=_MAILBOX, audience=bounds.issuer, bounds=bounds)
    if claims is None:
        raise MailboxTokenInvalid
    return claims


def sign_export(signer: Signer, *, claims: dict[str, object]) -> str:
    """Sign what was taken away, by its digest: KMS signs 4,096 bytes at most, and an export has more.

    Args:
        signer: the deployment's statement key.
        claims: whose it is, when it was made, and the digests of its files.

    Returns:
        The signature, a JWS that anybody can check with the published key.
    """
    return signer.sign(claims, typ=_EXPORT)


def _read(
    model: type[_Read], signer: Signer, token: str | None, *, typ: str, audience: str, bounds: Bounds
) -> _Read | None:
    if token is None or len(token) > MAX_TOKEN_LENGTH:
        return None
    try:
        claims = model.model_validate_json(signer.open(token, typ=typ))
    except (BadSignatureError, ValidationError):
        return None
    fits = (
        claims.iss == bounds.issuer
        and claims.aud == audience
        and claims.cnf.jkt == bounds.thumbprint
        and bounds.now < claims.exp
    )
    return claims if fits else None
