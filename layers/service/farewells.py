"""The end of an account: it is destroyed, and its owner told of it, whoever asked and whatever fails.

The transaction puts on the work list what comes after it. Whoever destroyed the account does that at once;
where they were killed, the sweeper does it (functions/sweeper), or whoever asks again.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger
from pydantic import TypeAdapter
from pydantic_core import to_json

from service.ids import new_token_id
from service.notices import NOTICES, NoticeName, not_sent
from service.repositories.erasures import ErasureEvent, Tombstone, tombstone_of
from service.repositories.farewells import FAREWELL_LIFE_S, Farewell
from service.repositories.keys import WrappedKey
from service.repositories.rows import Holdings
from service.repositories.work import Work, erasure_work
from service.sealing import notice_address
from service.vault import DataKey, SealBrokenError, seal, unseal

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.repositories.session_rows import SessionName

# As service.promises: no farewell has a length of its own.
_BYTES: Final = 320
# No function runs for so long, with a clock that is so wrong: an entry that is older is written already.
_SETTLED_S: Final = 120

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    notice: NoticeName
    address: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
    record: _Record
    farewell: Farewell


_RECORD: Final = TypeAdapter(_Record)


# What the owner of an account is told that is gone, by why it went.
FAREWELLS: Final[Mapping[ErasureEvent, NoticeName]] = {
    "account-deleted": "account-deleted",
    "consent-withdrawn": "account-deleted",
    "deleted-on-request": "erased-on-request",
    "unused": "unused-account-deleted",
}


def counting(account: str, *, deployment: "Deployment", now: float) -> Callable[[], int]:
    """Count an account's log, and give what counts it anew: what is old once, what may be new each time.

    A log takes as long to count as it is long, and nobody who writes to it shall keep its account from going.
    """
    settled = now - _SETTLED_S
    old = deployment.accounts.sign_in_count(account, now=now, until=settled)
    return lambda: old + deployment.accounts.sign_in_count(account, now=now, since=settled)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What the end of an account is made of.

    Attributes:
        holdings: what the account has, as just read.
        tombstone: what is left in its place.
        wrapped: its key; None where it cannot be had.
        must_tell: whether what keeps AWS from opening the address keeps the deletion back.
        now: seconds since the epoch.
    """

    holdings: Holdings
    tombstone: Tombstone
    wrapped: WrappedKey | None
    must_tell: bool
    now: float


def ending(
    holdings: Holdings,
    *,
    event: ErasureEvent,
    device: str,
    sign_ins: int,
    must_tell: bool = False,
    deployment: "Deployment",
    now: float,
) -> Ending:
    """Draw up the end of an account; nothing is destroyed yet.

    Args:
        holdings: what the account has, as just read.
        event: why it goes, which says what its owner is told.
        device: salted digest of whoever asks, a device or a letter; empty where nobody does.
        sign_ins: how many entries its log has.
        must_tell: whether what keeps AWS from opening the address keeps the deletion back: nobody waits for
            it, and it can be tried again.
        deployment: where keys are kept.
        now: seconds since the epoch.
    """
    wrapped = _key_of(holdings.profile.account, event, must_tell=must_tell, deployment=deployment)
    tombstone = tombstone_of(
        holdings,
        reference=new_token_id(),
        event=event,
        device=device,
        sign_ins=sign_ins,
        key_version=None if wrapped is None else wrapped.version,
        now=now,
    )
    return Ending(holdings=holdings, tombstone=tombstone, wrapped=wrapped, must_tell=must_tell, now=now)


def destroy(end: Ending, *, session: "SessionName | None" = None, deployment: "Deployment") -> None:
    """Destroy an account, mail its farewell, and sweep up what the transaction leaves.

    Args:
        end: as it was drawn up.
        session: the one that asks; None where none does.
        deployment: where accounts are kept and mails go out.

    Raises:
        ConditionFailedError: when a row was added or removed since it was read, or the session ended.
        Unavailable: when rows are left; the same request completes it, or the sweeper does.
    """
    holdings, tombstone = end.holdings, end.tombstone
    # Before: after it nobody can open the address any more.
    prepared = _prepared(end, deployment=deployment)
    farewell = None if prepared is None else prepared.farewell
    deployment.erasures.erase(holdings, tombstone, session=session, farewell=farewell)

    def say() -> None:
        if prepared is not None:
            _say(prepared.record, holdings.profile.account, deployment=deployment)

    work = erasure_work(holdings.profile.account, deleted_at=tombstone.deleted_at)
    _finish(tombstone, say=say, work=work, deployment=deployment)


def complete(
    account: str, tombstone: Tombstone, *, work: Work | None = None, deployment: "Deployment", now: float
) -> bool:
    """Do what comes after an account was destroyed, as far as it is not done. Done twice, it is done once.

    Args:
        account: the id of the account that is gone.
        tombstone: what was left of it.
        work: the row of the work list that asks for it; None where that is the one of the deletion itself.
        deployment: where accounts are kept and mails go out.
        now: seconds since the epoch.

    Returns:
        Whether nothing is left to do; else it stands on the work list.

    Raises:
        Unavailable: when rows are left; asking again completes it.
    """

    def say() -> None:
        _say_farewell(account, deployment=deployment, now=now)

    own = erasure_work(account, deleted_at=tombstone.deleted_at)
    return _finish(tombstone, say=say, work=work or own, deployment=deployment)


def _say_farewell(account: str, *, deployment: "Deployment", now: float) -> None:
    """Mail what is still to be said to an account that is gone, and forget the address.

    Raises:
        SealBrokenError: when the row was changed.
    """
    farewell = deployment.farewells.of_account(account, now=now)
    if farewell is None:
        return
    key = deployment.keyring.unwrap(account, farewell.key, purpose="farewell")
    record = _RECORD.validate_json(unseal(key, farewell.sealed, item=_item(account), kind="farewell"))
    _say(record, account, deployment=deployment)


def _say(record: _Record, account: str, *, deployment: "Deployment") -> None:
    deployment.mail.send_notice(record.address, NOTICES[record.notice], freeze_token=None)
    deployment.farewells.forget(account)


def _finish(tombstone: Tombstone, *, say: Callable[[], None], work: Work, deployment: "Deployment") -> bool:
    """Say farewell, sweep up, and take both off the work list: what fails stays there for the sweeper."""
    try:
        say()
        said = True
    except Exception as error:  # noqa: BLE001 -- nothing keeps back what is still to be removed
        not_sent(FAREWELLS[tombstone.event], error)
        said = False
    deployment.erasures.finish(work.account)
    if not said:
        return False
    try:
        deployment.work.done(work)
    except Exception as error:  # noqa: BLE001 -- all is done; the sweeper finds that too
        logger.warning("erasure_not_taken_off", exception=type(error).__name__)
        return False
    return True


def _key_of(
    account: str, event: ErasureEvent, *, must_tell: bool, deployment: "Deployment"
) -> WrappedKey | None:
    """Read the key of an account that is about to go; None where it cannot be had."""
    try:
        return deployment.keys.of_account(account)
    except Exception as error:
        if must_tell:
            raise
        not_sent(FAREWELLS[event], error)
        return None


def _prepared(end: Ending, *, deployment: "Deployment") -> _Prepared | None:
    """Open the address, or do without: an account whose key cannot be had is deleted like any other."""
    profile, notice = end.holdings.profile, FAREWELLS[end.tombstone.event]
    account = profile.account
    if end.wrapped is None:
        return None
    try:
        address = notice_address(deployment.keyring.unwrap(account, end.wrapped), profile, now=end.now)
        if address is None:
            return None
        key, kept = deployment.keyring.make(account, purpose="farewell")
    except Exception as error:
        if end.must_tell and not isinstance(error, SealBrokenError):
            raise
        not_sent(notice, error)
        return None
    record = _Record(notice=notice, address=address)
    farewell = Farewell(
        account=account, key=kept, sealed=_sealed(key, record), expires_at=int(end.now) + FAREWELL_LIFE_S
    )
    return _Prepared(record=record, farewell=farewell)


def _sealed(key: DataKey, record: _Record) -> bytes:
    return seal(key, to_json(asdict(record)).ljust(_BYTES), item=_item(key.account), kind="farewell")


def _item(account: str) -> str:
    return f"FAREWELL#{account}"
