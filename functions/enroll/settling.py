"""A new account, from a mailbox that was proved to the session that it begins with."""

import hmac
from dataclasses import asdict

from functions.enroll.applicant import Applicant, new_account
from service.deployment import Deployment
from service.ids import new_account_id
from service.mailbox import mailbox_index
from service.models import Session
from service.notices import NoticeName, recipient
from service.problems import AlreadyEnrolled, MailboxTokenInvalid
from service.promises import keep, promise
from service.repositories.work import review_work
from service.sessions import begin, issue
from service.tokens import Bounds, MailboxClaims, read_mailbox_token
from service.unused import first_look


def proved_mailbox(token: str, *, deployment: Deployment, bounds: Bounds) -> MailboxClaims:
    """Give what a device proved by a code: a mailbox that has no account.

    Raises:
        MailboxTokenInvalid: when it proved none, or did so otherwise, or for an account that is gone.
        AlreadyEnrolled: when that account is there.
    """
    claims = read_mailbox_token(deployment.signer, token, bounds=bounds)
    if claims.passkey is not None:
        raise MailboxTokenInvalid  # a passkey stands for the mailbox of an account, and makes none
    if claims.account is not None:
        if deployment.accounts.of_mailbox(claims.mailbox) is not None:
            raise AlreadyEnrolled
        raise MailboxTokenInvalid  # its owner may have taken the mailbox back, and the account away, since
    return claims


def assert_is(mailbox: str, email: str, *, deployment: Deployment) -> None:
    """Check that an address is the one that was proved.

    Raises:
        MailboxTokenInvalid: when it is another.
    """
    if not hmac.compare_digest(mailbox_index(email, key=deployment.keyring.mailbox_index()), mailbox):
        raise MailboxTokenInvalid


def settle(applicant: Applicant, *, bounds: Bounds, deployment: Deployment) -> Session:
    """Make the account, and tell its owner.

    Args:
        applicant: of whom everything was checked.
        bounds: what the session's token is held to.
        deployment: where the account is kept.

    Returns:
        Its session, begun by the mailbox: no face was compared with anything yet.

    Raises:
        AlreadyEnrolled: when the address has an account.
        MailboxTokenInvalid: when an account was made by that proof already, and is gone again.
    """
    account, now, settings = new_account_id(), applicant.now, deployment.settings
    key, wrapped = deployment.keyring.make(account)
    session = begin(account, device=applicant.proof.thumbprint, means="otp", settings=settings, now=now)
    review_at = first_look(settings, now=now)
    new = new_account(applicant, key=key, wrapped=wrapped, session=session.kept, review_at=review_at)
    # Signed first: a signature that fails leaves no account behind.
    issued = issue(account, session.kept, signer=deployment.signer, settings=settings, bounds=bounds)
    notice: NoticeName = "registered" if applicant.face is None else "enrolled"
    told = promise(notice, recipient(key, new.profile, now=now), key=key, now=now)
    review = review_work(account, at=review_at)
    proved, due = applicant.proved, (*told.due, review)
    deployment.enrolments.enrol(new, due=due, proof=proved.jti, until=proved.exp)
    keep(told, deployment=deployment)
    return Session(account=account, **asdict(issued), refresh_token=session.refresh_token)
