"""An account without a face: its mailbox lets its owner in, and a passkey once there is one."""

from functions.enroll.applicant import Applicant
from functions.enroll.models import RegistrationRequest
from functions.enroll.settling import assert_is, proved_mailbox, settle
from service.deployment import Deployment
from service.identity import answer_challenge, bounds_of
from service.models import Session
from service.proofs import verify_proof
from service.request import Request


def register(body: RegistrationRequest, *, request: Request, deployment: Deployment, now: float) -> Session:
    """Make an account for somebody who does without face sign-in. Nothing of a face is asked for or kept.

    Args:
        body: the person and the device.
        request: the request, with the device's proof.
        deployment: where the account is kept.
        now: seconds since the epoch.

    Returns:
        The account's session, begun by its mailbox.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        MailboxTokenInvalid: when the address is not the one that this device proved.
        AlreadyEnrolled: when the address has an account.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="mailbox", now=now)
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    proved = proved_mailbox(body.mailbox_token, deployment=deployment, bounds=bounds)
    assert_is(proved.mailbox, body.email, deployment=deployment)
    applicant = Applicant(
        email=body.email, device_name=body.device_name, proof=proof, proved=proved, face=None, now=now
    )
    return settle(applicant, bounds=bounds, deployment=deployment)
