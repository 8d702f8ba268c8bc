"""Deletion: the receipt is signed, then one transaction destroys the account, then the log is swept up."""

import hmac
from typing import Final

from functions.delete.models import Deleted
from service.deployment import Deployment
from service.farewells import complete, counting, destroy, ending
from service.held import stands
from service.identity import Identity, answer_challenge, identify
from service.problems import Conflict, TokenInvalid
from service.receipts import sign_receipt
from service.repositories.erasures import ErasureEvent, Tombstone, requester
from service.repositories.items import ConditionFailedError
from service.request import Request

# Something may be added to the account between reading and destroying it: then both are done again.
_TRIES: Final = 4


def delete(event: ErasureEvent, *, request: Request, deployment: Deployment, now: float) -> Deleted:
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
    sign_ins = counting(identity.account, deployment=deployment, now=now)
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(identity.account, now=now, log=False)
        if holdings is None:
            return _complete(identity, deployment=deployment, now=now)
        if holdings.profile.is_frozen or not stands(identity.session, holdings.sessions):
            raise TokenInvalid
        end = ending(
            holdings,
            event=event,
            device=_device(identity),
            sign_ins=sign_ins(),
            deployment=deployment,
            now=now,
        )
        receipt = _receipt(identity, end.tombstone, deployment=deployment)
        try:
            destroy(end, session=identity.session, deployment=deployment)
        except ConditionFailedError:
            continue
        return _answer(receipt, end.tombstone)
    raise Conflict


def _complete(identity: Identity, *, deployment: Deployment, now: float) -> Deleted:
    tombstone = deployment.erasures.tombstone(identity.account)
    if tombstone is None or not hmac.compare_digest(tombstone.device, _device(identity)):
        raise TokenInvalid
    complete(identity.account, tombstone, deployment=deployment, now=now)
    return _answer(_receipt(identity, tombstone, deployment=deployment), tombstone)


def _device(identity: Identity) -> str:
    return requester(identity.account, thumbprint=identity.proof.thumbprint)


def _receipt(identity: Identity, tombstone: Tombstone, *, deployment: Deployment) -> str:
    issuer = identity.bounds.issuer
    return sign_receipt(deployment.statement_signer, tombstone, account=identity.account, issuer=issuer)


def _answer(receipt: str, tombstone: Tombstone) -> Deleted:
    return Deleted(
        receipt=receipt,
        deleted_at=tombstone.deleted_at,
        destroyed=tombstone.destroyed,
        reference=tombstone.reference,
    )
