"""An owner hears of a deletion that operators were asked for, before it is done, and has time to say no.

It is told once, by the second operator's approval, and the book says when. Whoever did not ask freezes the
account with the link of that mail, and nothing is carried out any more.
"""

from typing import TYPE_CHECKING

from operators.book import Announcement, book_of
from operators.papers import Approved, PaperRefusedError
from service.notices import OBJECTION_S, recipient, recipient_if_it_opens
from service.patience import HOUR_S
from service.promises import keep, promise

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.promises import Promise
    from service.repositories.rows import Profile


def announce(approved: Approved, *, deployment: "Deployment", now: float) -> bool:
    """Tell an owner of the request, and write down when; only the first approval does.

    Args:
        approved: the request, with both signatures.
        deployment: where accounts are kept and mails go out.
        now: seconds since the epoch.

    Returns:
        Whether its owner was told, as the book says: by this approval or by the first.

    Raises:
        PaperRefusedError: when there is no such account.
    """
    profile, told = _promise(approved.asked.account, deployment=deployment, now=now)
    announcement = Announcement(
        announced_at=int(now),
        told=bool(told.due),
        frozen=profile.is_frozen,
        freezes=profile.freezes,
        link_followed_at=profile.link_followed_at or 0,
    )
    told_before = book_of(deployment).announce(approved.asked, announcement, due=told.due)
    if told_before is not None:
        return told_before  # or not: an earlier approval announced it, and nobody does twice
    keep(told, deployment=deployment)
    return announcement.told


def may_be_done(approved: Approved, *, deployment: "Deployment", now: float) -> None:
    """Ask whether a request may be carried out by now.

    Raises:
        PaperRefusedError: when it was not announced, or less than three days ago, or its owner has followed
            the link since, which says no. It may be done though they could not be told: the book has it.
    """
    asked = approved.asked
    announcement = book_of(deployment).announcement(asked)
    if announcement is None:
        raise PaperRefusedError("it was not announced to its owner: have it approved again")
    holdings = deployment.accounts.holdings(asked.account, now=now, log=False)
    if holdings is not None and _has_objected(holdings.profile, announcement):
        raise PaperRefusedError("its owner froze the account when they were told: they did not ask for this")
    waits_s = announcement.announced_at + OBJECTION_S - now
    if waits_s > 0 and not asked.owner_confirmed:
        raise PaperRefusedError(f"its owner has {waits_s / HOUR_S:.1f} more hours to say no")


def _has_objected(profile: "Profile", announcement: Announcement) -> bool:
    """Whether the link was followed since; on an account that was frozen before that changes nothing else."""
    # A freeze that was lifted again was one all the same: whoever lifts it can delete the account themselves.
    if profile.stage != (announcement.frozen, announcement.freezes):
        return True
    # No clock is asked: those of operators and functions may differ.
    return (profile.link_followed_at or 0) != announcement.link_followed_at


def _promise(account: str, *, deployment: "Deployment", now: float) -> "tuple[Profile, Promise]":
    holdings = deployment.accounts.holdings(account, now=now, log=False)
    wrapped = deployment.keys.of_account(account)
    if holdings is None or wrapped is None:
        raise PaperRefusedError("there is no such account")
    key = deployment.keyring.unwrap(account, wrapped)
    profile = holdings.profile
    owner = recipient_if_it_opens("erasure-announced", lambda: recipient(key, profile, now=now))
    return profile, promise("erasure-announced", owner, key=key, now=now)
