"""Agreeing to a new version of the consent text."""

from functions.account.asking import answering
from functions.account.models import ConsentState
from service.consents import GivenConsent, agreed
from service.deployment import Deployment
from service.ids import new_ulid
from service.policy import current_policy
from service.promises import keep
from service.request import Request
from service.sealing import seal_consent


def agree_anew(body: GivenConsent, *, request: Request, deployment: Deployment, now: float) -> ConsentState:
    """Keep a consent to the text in force, beside those that are kept already.

    Args:
        body: what the person agreed to.
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        What is agreed to; also where it was already, and nothing was written.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        ConsentRequired: when something that the policy asks for was not declared.
        ConsentOutdated: when another version was agreed to, or another text.
    """
    person = answering(request, deployment=deployment, now=now)
    policy = current_policy(deployment.settings)
    record = agreed(body, policy, device=person.identity.proof.thumbprint, now=now)
    told = person.promise("consent-given")
    is_new = deployment.rights.agree_anew(
        person.deed("consent-given", told, deployment=deployment),
        seal_consent(person.key, record, consent_id=new_ulid(now)),
        policy_version=policy.version,
    )
    if is_new:
        keep(told, deployment=deployment)
    return ConsentState(policy_version=policy.version)
