"""The end of an account: it is destroyed, and its owner told of it, whoever asked and whatever fails."""

from typing import TYPE_CHECKING

from service.notices import Recipient, recipient_if_it_opens, tell, told_in_doubt
from service.repositories.erasures import Tombstone
from service.repositories.rows import Holdings
from service.sealing import notice_address

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.repositories.session_rows import SessionName


def destroy(
    holdings: Holdings,
    tombstone: Tombstone,
    *,
    session: "SessionName | None",
    deployment: "Deployment",
    now: float,
) -> None:
    """Destroy an account, mail its farewell, and sweep up what the transaction leaves.

    Args:
        holdings: what the account has, as just read.
        tombstone: what to leave in its place.
        session: the one that asks; None where none does.
        deployment: where accounts are kept and mails go out.
        now: seconds since the epoch.

    Raises:
        ConditionFailedError: when a row was added or removed since it was read, or the session ended.
        Unavailable: when rows are left; the same request completes it.
    """
    # Before: after it nobody can open the address any more.
    owner = _owner(holdings, deployment=deployment, now=now)

    def farewell() -> None:
        tell("account-deleted", lambda: owner, deployment=deployment)

    with told_in_doubt(farewell):
        deployment.erasures.erase(holdings, tombstone, session=session)
    farewell()
    deployment.erasures.finish(holdings.profile.account)


def _owner(holdings: Holdings, *, deployment: "Deployment", now: float) -> Recipient | None:
    """Open the address, or do without: an account whose key cannot be had is deleted like any other."""
    account = holdings.profile.account

    def opened() -> Recipient | None:
        wrapped = deployment.keys.of_account(account)
        if wrapped is None:
            return None
        address = notice_address(deployment.keyring.unwrap(account, wrapped), holdings.profile, now=now)
        return None if address is None else Recipient(address=address, freeze_token=None)

    return recipient_if_it_opens("account-deleted", opened)
