"""An account that nobody uses: its owner is told 30 days before, then it goes, unless they sign in."""

from typing import TYPE_CHECKING

from service.deployment import Deployment
from service.farewells import destroy, key_of
from service.ids import new_token_id
from service.notices import recipient, recipient_if_it_opens
from service.promises import keep, promise
from service.repositories.erasures import tombstone_of
from service.unused import Standing, look

if TYPE_CHECKING:
    from service.repositories.rows import Holdings
    from service.repositories.work import Work

EVENT = "unused"


def review(work: "Work", deployment: Deployment, now: float) -> None:
    """Look whether an account is used, and do what is due.

    Raises:
        ConditionFailedError: when somebody used it at this very moment; it is looked at again.
    """
    holdings = deployment.accounts.holdings(work.account, now=now)
    if holdings is None:
        deployment.work.done(work)
        return
    seen = look(holdings.profile, settings=deployment.settings, now=now)
    if seen.to_do == "wait":
        deployment.reviews.again(holdings.profile, work, at=seen.at)
    elif seen.to_do == "tell":
        _tell(holdings, work, seen, deployment=deployment, now=now)
    else:
        _destroy(holdings, deployment=deployment, now=now)
        deployment.work.done(work)


def _tell(holdings: "Holdings", work: "Work", seen: Standing, *, deployment: Deployment, now: float) -> None:
    profile, wrapped = holdings.profile, key_of(work.account, deployment=deployment)
    due: tuple[Work, ...] = ()
    told = None
    if wrapped is not None:
        key = deployment.keyring.unwrap(work.account, wrapped)
        owner = recipient_if_it_opens("account-unused", lambda: recipient(key, profile, now=now))
        told = promise("account-unused", owner, key=key, now=now)
        due = told.due
    deployment.reviews.told(profile, work, at=seen.at, due=due, now=now)
    if told is not None:
        keep(told, deployment=deployment)


def _destroy(holdings: "Holdings", *, deployment: Deployment, now: float) -> None:
    account = holdings.profile.account
    wrapped = key_of(account, deployment=deployment)
    tombstone = tombstone_of(
        holdings,
        reference=new_token_id(),
        event=EVENT,
        device="",  # nobody asked: nobody is told again
        key_version=None if wrapped is None else wrapped.version,
        now=now,
    )
    destroy(
        holdings,
        tombstone,
        wrapped=wrapped,
        session=None,
        notice="unused-account-deleted",
        deployment=deployment,
        now=now,
    )
