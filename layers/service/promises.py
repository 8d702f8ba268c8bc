"""A notice is promised in the transaction of what it tells of, and kept after it, at once or later.

What is promised stands on the work list, sealed under the account's own key. Once the mail went it is taken
off; a function that was killed in between leaves it there, and the sweeper sends it (functions/sweeper).
"""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger
from pydantic import TypeAdapter
from pydantic_core import to_json

from service.ids import new_token_id
from service.notices import NOTICES, WITHOUT_LINK, NoticeName, Recipient, not_sent
from service.repositories.work import GRACE_S, Work
from service.vault import DataKey, seal, unseal

if TYPE_CHECKING:
    from service.deployment import Deployment

# An address of 254 characters, with a link's token: whose notice it is, and which, has no length of its own.
NOTICE_BYTES: Final = 448

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    notice: NoticeName
    address: str = field(repr=False)
    freeze_token: str | None = field(repr=False)


_RECORD: Final = TypeAdapter(_Record)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A notice that is due with a change.

    Attributes:
        notice: which.
        to: whom it is for; None where there is nobody to tell.
        work: what the change's transaction puts on the work list; None where there is nobody to tell.
    """

    notice: NoticeName
    to: Recipient | None = field(repr=False)
    work: Work | None

    @property
    def due(self) -> tuple[Work, ...]:
        """What the change's transaction puts on the work list."""
        return () if self.work is None else (self.work,)


def promise(
    notice: NoticeName, to: Recipient | None, *, key: DataKey, now: float, grace_s: int = GRACE_S
) -> Promise:
    """Promise a notice.

    Args:
        notice: which.
        to: whom it is for; None promises nothing.
        key: the account's.
        now: seconds since the epoch.
        grace_s: for how many seconds it is left to whoever promised it. With none it is the sweeper's: a
            refusal must not take as long as a mail does.
    """
    if to is None:
        return Promise(notice=notice, to=None, work=None)
    link = None if notice in WITHOUT_LINK else to.freeze_token
    record, work_id = _Record(notice=notice, address=to.address, freeze_token=link), new_token_id()
    work = Work(
        kind="NOTICE",
        account=key.account,
        id=work_id,
        due_at=int(now) + grace_s,
        expires_at=int(now) + NOTICES[notice].life_s,
        sealed=seal(key, to_json(asdict(record)).ljust(NOTICE_BYTES), item=_item(work_id), kind="notice"),
    )
    return Promise(notice=notice, to=to, work=work)


def keep(*promises: Promise, deployment: "Deployment") -> None:
    """Send what was promised, and let nothing that keeps it back undo what it tells of.

    What cannot be sent stays on the work list, and is tried again.

    Args:
        promises: those whose change was written.
        deployment: where mails go out.
    """
    for one in promises:
        if one.to is None or one.work is None:
            continue
        link = None if one.notice in WITHOUT_LINK else one.to.freeze_token
        try:
            deployment.mail.send_notice(one.to.address, NOTICES[one.notice], freeze_token=link)
        except Exception as error:  # noqa: BLE001 -- see above
            not_sent(one.notice, error)
            continue
        try:
            deployment.work.done(one.work)
        except Exception as error:  # noqa: BLE001 -- it comes twice, rather than that the change fails
            logger.warning("notice_not_taken_off", notice=one.notice, exception=type(error).__name__)


def send_promised(work: Work, *, key: DataKey, deployment: "Deployment") -> None:
    """Send what somebody else promised; whatever fails is the caller's.

    Raises:
        SealBrokenError: when the row was changed.
    """
    record = _RECORD.validate_json(unseal(key, work.sealed, item=_item(work.id), kind="notice"))
    notice = NOTICES[record.notice]
    deployment.mail.send_notice(record.address, notice, freeze_token=record.freeze_token)


def _item(work_id: str) -> str:
    return f"NOTICE#{work_id}"
