"""A new account, from a mailbox that was proved to the session that it begins with."""

import hmac
from dataclasses import asdict

from functions.enroll.applicant import Applicant, new_account
from service.deployment import Deployment
from service.ids import new_account_id
from service.mailbox import mailbox_index
from service.models import Session
from service.notices import NoticeName, recipient, tell, told_in_doubt
from service.problems import MailboxTokenInvalid
from service.sessions import begin, issue
from service.tokens import Bounds, read_mailbox_token


def proved_mailbox(token: str, *, deployment: Deployment, bounds: Bounds) -> str:
    """Give the keyed index of the mailbox that a device proved by a code.

    Raises:
        MailboxTokenInvalid: when it proved none, or did so otherwise.
    """
    claims = read_mailbox_token(deployment.signer, token, bounds=bounds)
    if claims.by != "otp":
        raise MailboxTokenInvalid  # a passkey stands for the mailbox of an account, and makes none
    return claims.mailbox


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
    """
    account, now, settings = new_account_id(), applicant.now, deployment.settings
    key, wrapped = deployment.keyring.make(account)
    session = begin(account, device=applicant.proof.thumbprint, means="otp", settings=settings, now=now)
    new = new_account(applicant, key=key, wrapped=wrapped, session=session.kept)
    # Signed first: a signature that fails leaves no account behind.
    issued = issue(account, session.kept, signer=deployment.signer, settings=settings, bounds=bounds)
    owner = recipient(key, new.profile, now=now)
    notice: NoticeName = "registered" if applicant.face is None else "enrolled"

    def tell_owner() -> None:
        """The account stands whether or not the mail goes out."""
        tell(notice, lambda: owner, deployment=deployment)

    with told_in_doubt(tell_owner):
        deployment.enrolments.enrol(new)
    tell_owner()
    return Session(account=account, **asdict(issued), refresh_token=session.refresh_token)
