"""The deletion itself, as an operator carries it out: transaction, receipt and mail are its owner's own."""

import hmac
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from operators.papers import Asked, PaperRefusedError
from service.deployment import Deployment
from service.ids import new_token_id
from service.notices import Recipient, recipient_if_it_opens, tell, told_in_doubt
from service.repositories.erasures import Destroyed, Tombstone, requester
from service.repositories.items import ConditionFailedError
from service.repositories.rows import Holdings
from service.sealing import notice_address
from service.tokens import RECEIPT_KEYS, sign_receipt

EVENT: Final = "deleted-on-request"
_TRIES: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How much there is of an account, for an operator's eyes: numbers, and nothing of what they count."""

    created_at: int
    templates: int
    devices: int
    passkeys: int
    sign_ins: int
    frozen: bool


def standing(account: str, *, deployment: Deployment, now: float) -> Standing | None:
    """Say how much there is of an account; None where it is gone or never was."""
    holdings = deployment.accounts.holdings(account, now=now)
    if holdings is None:
        return None
    return Standing(
        created_at=holdings.profile.created_at,
        templates=len(holdings.templates),
        devices=len(holdings.devices),
        passkeys=len(holdings.passkeys),
        sign_ins=len(holdings.sign_ins),
        frozen=holdings.profile.is_frozen,
    )


def destroy(asked: Asked, *, deployment: Deployment, issuer: str, now: float) -> str:
    """Destroy an account on request; the same request completes what was interrupted, with the same receipt.

    Args:
        asked: the request; that it was approved is the caller's to know.
        deployment: where accounts are kept.
        issuer: where its API is reached, as receipts name it.
        now: seconds since the epoch.

    Returns:
        The receipt, a JWS.

    Raises:
        PaperRefusedError: when there is no such account, or it was deleted otherwise, or it kept changing.
    """
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(asked.account, now=now)
        if holdings is None:
            return _complete(asked, deployment=deployment, issuer=issuer)
        tombstone = _tombstone(asked, holdings, now=now)
        receipt = _receipt(asked, tombstone, deployment=deployment, issuer=issuer)
        farewell = partial(_tell, _owner(holdings, deployment=deployment, now=now), deployment=deployment)
        try:
            with told_in_doubt(farewell):
                deployment.erasures.erase(holdings, tombstone, session=None)
        except ConditionFailedError:
            continue
        farewell()
        _sweep(asked, deployment=deployment)
        return receipt
    raise PaperRefusedError("the account kept changing: carry the request out again")


def _complete(asked: Asked, *, deployment: Deployment, issuer: str) -> str:
    tombstone = deployment.erasures.tombstone(asked.account)
    if tombstone is None or not hmac.compare_digest(tombstone.device, _mark(asked)):
        raise PaperRefusedError("there is no such account, or it was deleted otherwise: nothing was done")
    _sweep(asked, deployment=deployment)
    return _receipt(asked, tombstone, deployment=deployment, issuer=issuer)


def _sweep(asked: Asked, *, deployment: Deployment) -> None:
    deployment.erasures.sweep(asked.account, deployment.erasures.left_over(asked.account))


def _mark(asked: Asked) -> str:
    # Where its owner deletes, a device stands here; only what asked is told again.
    return requester(asked.account, thumbprint=asked.id)


def _tombstone(asked: Asked, holdings: Holdings, *, now: float) -> Tombstone:
    return Tombstone(
        reference=new_token_id(),
        deleted_at=int(now),
        event=EVENT,
        device=_mark(asked),
        destroyed=Destroyed(
            templates=len(holdings.templates),
            devices=len(holdings.devices),
            passkeys=len(holdings.passkeys),
            consents=len(holdings.consents),
            sign_ins=len(holdings.sign_ins),
            keys=1,
        ),
    )


def _receipt(asked: Asked, tombstone: Tombstone, *, deployment: Deployment, issuer: str) -> str:
    claims: dict[str, object] = {
        "iss": issuer,
        "keys": issuer + RECEIPT_KEYS,
        "sub": asked.account,
        "jti": tombstone.reference,
        "iat": tombstone.deleted_at,
        "event": tombstone.event,
        "deleted_at": tombstone.deleted_at,
        "destroyed": asdict(tombstone.destroyed),
    }
    return sign_receipt(deployment.signer, claims=claims)


def _owner(holdings: Holdings, *, deployment: Deployment, now: float) -> Recipient | None:
    def opened() -> Recipient | None:
        account = holdings.profile.account
        wrapped = deployment.keys.of_account(account)
        if wrapped is None:
            return None
        address = notice_address(deployment.keyring.unwrap(account, wrapped), holdings.profile, now=now)
        return None if address is None else Recipient(address=address, freeze_token=None)

    return recipient_if_it_opens("account-deleted", opened)


def _tell(owner: Recipient | None, *, deployment: Deployment) -> None:
    tell("account-deleted", lambda: owner, deployment=deployment)
