"""An account that nobody uses: its owner is told 30 days before, then it goes, unless they sign in."""

from typing import TYPE_CHECKING, Final

from service.deployment import Deployment
from service.farewells import destroy, ending
from service.notices import not_sent, recipient
from service.promises import Promise, keep, promise
from service.repositories.erasures import ErasureEvent
from service.unused import Standing, look
from service.vault import SealBrokenError

if TYPE_CHECKING:
    from service.repositories.rows import Holdings
    from service.repositories.work import Work

EVENT: Final[ErasureEvent] = "unused"


def review(work: "Work", deployment: Deployment, now: float) -> None:
    """Look whether an account is used, and do what is due.

    What keeps AWS from telling the owner now puts all of it off: no time runs of which nobody was told.

    Raises:
        ConditionFailedError: when somebody used it at this very moment; it is looked at again.
    """
    holdings = deployment.accounts.holdings(work.account, now=now, log=False)
    if holdings is None:
        deployment.work.done(work)
        return
    seen = look(holdings.profile, settings=deployment.settings, now=now)
    if seen.to_do == "wait":
        deployment.reviews.again(holdings.profile, work, at=seen.at, now=now)
    elif seen.to_do == "tell":
        _tell(holdings, work, seen, deployment=deployment, now=now)
    else:
        _destroy(holdings, deployment=deployment, now=now)
        deployment.work.done(work)


def _tell(holdings: "Holdings", work: "Work", seen: Standing, *, deployment: Deployment, now: float) -> None:
    told = _promise(holdings, deployment=deployment, now=now)
    due = () if told is None else told.due
    deployment.reviews.told(holdings.profile, work, at=seen.at, due=due, now=now)
    if told is not None:
        keep(told, deployment=deployment)


def _promise(holdings: "Holdings", *, deployment: Deployment, now: float) -> Promise | None:
    """Promise the notice; None where nobody can ever be told, because the key is gone or opens nothing."""
    profile = holdings.profile
    wrapped = deployment.keys.of_account(profile.account)
    if wrapped is None:
        return None
    try:
        key = deployment.keyring.unwrap(profile.account, wrapped)
        return promise("account-unused", recipient(key, profile, now=now), key=key, now=now)
    except SealBrokenError as error:
        not_sent("account-unused", error)
        return None


def _destroy(holdings: "Holdings", *, deployment: Deployment, now: float) -> None:
    end = ending(
        holdings,
        event=EVENT,
        device="",  # nobody asked: nobody is told again
        sign_ins=deployment.accounts.sign_in_count(holdings.profile.account, now=now),
        must_tell=True,
        deployment=deployment,
        now=now,
    )
    destroy(end, deployment=deployment)
