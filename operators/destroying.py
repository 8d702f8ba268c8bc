"""The deletion itself, as an operator carries it out: transaction, receipt and mail are its owner's own."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from operators.papers import Asked, PaperRefusedError
from service import farewells
from service.deployment import Deployment
from service.receipts import sign_receipt
from service.repositories.erasures import ErasureEvent, Tombstone, requester
from service.repositories.items import ConditionFailedError

EVENT: Final[ErasureEvent] = "deleted-on-request"
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
    holdings = deployment.accounts.holdings(account, now=now, log=False)
    if holdings is None:
        return None
    return Standing(
        created_at=holdings.profile.created_at,
        templates=len(holdings.templates),
        devices=len(holdings.devices),
        passkeys=len(holdings.passkeys),
        sign_ins=deployment.accounts.sign_in_count(account, now=now),
        frozen=holdings.profile.is_frozen,
    )


def destroy(
    asked: Asked, *, may_be_done: Callable[[], None], deployment: Deployment, issuer: str, now: float
) -> str:
    """Destroy an account on request; the same request completes what was interrupted, with the same receipt.

    Args:
        asked: the request; that it was approved is the caller's to know.
        may_be_done: refuses where it may not be done any more; asked in each try, once the account was read.
            Whoever says no after that changes the account, and the transaction fails.
        deployment: where accounts are kept.
        issuer: where its API is reached, as receipts name it.
        now: seconds since the epoch.

    Returns:
        The receipt, a JWS.

    Raises:
        PaperRefusedError: when it may not be done, or there is no such account, or it was deleted otherwise,
            or it kept changing.
    """
    sign_ins = farewells.counting(asked.account, deployment=deployment, now=now)
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(asked.account, now=now, log=False)
        if holdings is None:
            return _complete(asked, deployment=deployment, issuer=issuer, now=now)
        may_be_done()
        end = farewells.ending(
            holdings, event=EVENT, device=_mark(asked), sign_ins=sign_ins(), deployment=deployment, now=now
        )
        receipt = _receipt(asked, end.tombstone, deployment=deployment, issuer=issuer)
        try:
            farewells.destroy(end, deployment=deployment)
        except ConditionFailedError:
            continue
        return receipt
    raise PaperRefusedError("the account kept changing: carry the request out again")


def _complete(asked: Asked, *, deployment: Deployment, issuer: str, now: float) -> str:
    tombstone = deployment.erasures.tombstone(asked.account)
    if tombstone is None or not hmac.compare_digest(tombstone.device, _mark(asked)):
        raise PaperRefusedError("there is no such account, or it was deleted otherwise: nothing was done")
    farewells.complete(asked.account, tombstone, deployment=deployment, now=now)
    return _receipt(asked, tombstone, deployment=deployment, issuer=issuer)


def _receipt(asked: Asked, tombstone: Tombstone, *, deployment: Deployment, issuer: str) -> str:
    return sign_receipt(deployment.statement_signer, tombstone, account=asked.account, issuer=issuer)


def _mark(asked: Asked) -> str:
    # Where its owner deletes, a device stands here; only what asked is told again.
    return requester(asked.account, thumbprint=asked.id)
