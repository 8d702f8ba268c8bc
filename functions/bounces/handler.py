"""Mails that come back mark their mailbox."""

import time
from typing import Any

from aws_lambda_powertools import Logger

from functions.bounces.events import Returned, returned_in
from service.deployment import Deployment, this_deployment
from service.mailbox import mailbox_index
from service.metrics import count, write_down_unanswered

logger = Logger()


class NotMarkedError(Exception):
    """A mailbox could not be marked: Lambda tries again. It says no more, because Lambda prints it."""


def handle(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 -- Lambda's contract
    """Mark the mailbox of each mail that came back, and its account if it has one.

    Raises:
        NotMarkedError: when something did not answer; marking twice is marking once.
    """
    now, deployment = time.time(), this_deployment()
    try:
        for returned in returned_in(event):
            _mark(returned, deployment=deployment, now=now)
    except Exception as error:  # noqa: BLE001 -- see NotMarkedError
        logger.error("not_marked", exception=type(error).__name__)  # noqa: TRY400 -- a traceback may quote
        raise NotMarkedError from None


def _mark(returned: Returned, *, deployment: Deployment, now: float) -> None:
    mailbox = mailbox_index(returned.address, key=deployment.keyring.mailbox_index())
    deployment.mail_troubles.mark(mailbox, why=returned.why, now=now)
    account = deployment.accounts.of_mailbox(mailbox)
    if account is not None:
        deployment.mail_troubles.mark_account(account, mailbox=mailbox, why=returned.why, now=now)
    count("MailBounced" if returned.why == "bounced" else "MailComplained")
    write_down_unanswered()
