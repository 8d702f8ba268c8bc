"""What is done of each kind of work. Done twice, each is done once; but for a mail, which may come twice."""

from aws_lambda_powertools import Logger

from service.deployment import Deployment
from service.farewells import complete
from service.metrics import count
from service.promises import send_promised
from service.repositories.work import Work
from service.vault import SealBrokenError

logger = Logger()


class UnfinishedError(Exception):
    """Something of a deletion is still to be done: it is tried again."""


def finish_erasure(work: Work, deployment: Deployment, now: float) -> None:
    """Finish a deletion: its farewell, and the rows that its transaction left.

    Raises:
        UnfinishedError: when the farewell was not said, or the work not taken off.
        Unavailable: when rows are left.
    """
    tombstone = deployment.erasures.tombstone(work.account)
    if tombstone is None:
        # Nothing but a deletion writes such a row: whoever wrote this one shall not delete by it.
        logger.error("erasure_without_tombstone")
        deployment.work.done(work)
    elif not complete(work.account, tombstone, work=work, deployment=deployment, now=now):
        raise UnfinishedError


def send_notice(work: Work, deployment: Deployment, now: float) -> None:
    """Send a notice that was promised and not kept; not to an account that is gone, nor after its time.

    One that an owner never gets is counted: a notice may begin a time in which they have to act.
    """
    if work.is_too_late(now):
        _drop("notice_too_late", work)
    elif (wrapped := deployment.keys.of_account(work.account)) is not None:
        try:
            key = deployment.keyring.unwrap(work.account, wrapped)
            send_promised(work, key=key, deployment=deployment)
        except SealBrokenError:
            _drop("notice_altered", work)
    deployment.work.done(work)


def _drop(why: str, work: Work) -> None:
    count("NoticeDropped")
    logger.error(why, tries=work.tries)
