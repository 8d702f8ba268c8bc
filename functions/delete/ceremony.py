"""Deletion: the receipt is signed, then one transaction destroys the account, then the log is swept up."""

import hmac
from dataclasses import asdict
from functools import partial
from typing import Final, Literal, TypeAlias

from functions.delete.models import Deleted
from service.deployment import Deployment
from service.held import stands
from service.identity import Identity, answer_challenge, identify
from service.ids import new_token_id
from service.notices import Recipient, recipient_if_it_opens, tell, told_in_doubt
from service.problems import Conflict, TokenInvalid
from service.repositories.erasures import Destroyed, Tombstone, requester
from service.repositories.items import ConditionFailedError
from service.repositories.rows import Holdings
from service.request import Request
from service.sealing import notice_address
from service.tokens import RECEIPT_KEYS, sign_receipt

Event: TypeAlias = Literal["account-deleted", "consent-withdrawn"]

# Something may be added to the account between reading and destroying it: then both are done again.
_TRIES: Final = 4


def delete(event: Event, *, request: Request, deployment: Deployment, now: float) -> Deleted:
    """Destroy an account.

    Asking again with the same session completes what was interrupted, and gives the receipt again: the same
    facts, whichever of the two ways it is asked for.

    Args:
        event: what the person asked for.
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The receipt.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or there never was such an account,
            or another device destroyed it.
        StepUpRequired: when the sign-in is more than five minutes old.
        Conflict: when the account kept changing.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(identity.account, now=now)
        if holdings is None:
            return _complete(identity, deployment=deployment)
        if holdings.profile.is_frozen or not stands(identity.session, holdings.sessions):
            raise TokenInvalid
        tombstone = _tombstone(event, holdings, device=_device(identity), now=now)
        receipt = _receipt(identity, tombstone, deployment=deployment)
        # Before: after it nobody can open the address any more.
        owner = _owner(holdings, deployment=deployment, now=now)
        farewell = partial(_tell, owner, deployment=deployment)
        try:
            with told_in_doubt(farewell):
                deployment.erasures.erase(holdings, tombstone, session=identity.session)
        except ConditionFailedError:
            continue
        farewell()
        _sweep(identity, deployment=deployment)
        return _answer(receipt, tombstone)
    raise Conflict


def _owner(holdings: Holdings, *, deployment: Deployment, now: float) -> Recipient | None:
    """Open the address, or do without: an account whose key cannot be had is deleted like any other."""

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


def _complete(identity: Identity, *, deployment: Deployment) -> Deleted:
    tombstone = deployment.erasures.tombstone(identity.account)
    if tombstone is None or not hmac.compare_digest(tombstone.device, _device(identity)):
        raise TokenInvalid
    _sweep(identity, deployment=deployment)
    return _answer(_receipt(identity, tombstone, deployment=deployment), tombstone)


def _sweep(identity: Identity, *, deployment: Deployment) -> None:
    deployment.erasures.sweep(identity.account, deployment.erasures.left_over(identity.account))


def _device(identity: Identity) -> str:
    return requester(identity.account, thumbprint=identity.proof.thumbprint)


def _tombstone(event: Event, holdings: Holdings, *, device: str, now: float) -> Tombstone:
    return Tombstone(
        reference=new_token_id(),
        deleted_at=int(now),
        event=event,
        device=device,
        destroyed=Destroyed(
            templates=len(holdings.templates),
            devices=len(holdings.devices),
            passkeys=len(holdings.passkeys),
            consents=len(holdings.consents),
            sign_ins=len(holdings.sign_ins),
            keys=1,
        ),
    )


def _receipt(identity: Identity, tombstone: Tombstone, *, deployment: Deployment) -> str:
    claims: dict[str, object] = {
        "iss": identity.bounds.issuer,
        "keys": identity.bounds.issuer + RECEIPT_KEYS,
        "sub": identity.account,
        "jti": tombstone.reference,
        "iat": tombstone.deleted_at,
        "event": tombstone.event,
        "deleted_at": tombstone.deleted_at,
        "destroyed": asdict(tombstone.destroyed),
    }
    return sign_receipt(deployment.signer, claims=claims)


def _answer(receipt: str, tombstone: Tombstone) -> Deleted:
    return Deleted(
        receipt=receipt,
        deleted_at=tombstone.deleted_at,
        destroyed=tombstone.destroyed,
        reference=tombstone.reference,
    )
