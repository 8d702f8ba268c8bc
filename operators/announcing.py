"""An owner hears of a deletion that operators were asked for, before it is done, and has time to say no.

It is told once, by the second operator's approval, and the book says when. Whoever did not ask freezes the
account with the link of that mail, and nothing is carried out any more.
"""

from typing import TYPE_CHECKING, Final, cast

from operators.book import pk_of
from operators.papers import Approved, PaperRefusedError
from service import clients
from service.notices import OBJECTION_S, recipient, recipient_if_it_opens
from service.patience import HOUR_S
from service.promises import keep, promise
from service.repositories.items import ConditionFailedError, Item, from_wire, to_wire, transact
from service.repositories.work import puts
from service.tokens import RECEIPT_LIFE_S

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.promises import Promise
    from service.repositories.rows import Profile

_SK: Final = "ANNOUNCED"


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
    row: Item = {
        "pk": pk_of(approved.asked),
        "sk": _SK,
        "request_sha256": approved.asked.sha256,
        "announced_at": int(now),
        "told": bool(told.due),
        "frozen": profile.is_frozen,
        "freezes": profile.freezes,
        "link_followed_at": profile.link_followed_at or 0,
        "expires_at": int(now) + RECEIPT_LIFE_S,
    }
    table = deployment.settings.accounts_table
    try:
        transact(
            clients.dynamodb(),
            [
                {
                    "Put": {
                        "TableName": table,
                        "Item": to_wire(row),
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
                *(puts(one, table=table) for one in told.due),
            ],
        )
    except ConditionFailedError as error:
        return bool(error.found[0]["told"])  # or not: an earlier approval announced it, and nobody does twice
    keep(told, deployment=deployment)
    return bool(told.due)


def may_be_done(approved: Approved, *, deployment: "Deployment", now: float) -> None:
    """Ask whether a request may be carried out by now.

    Raises:
        PaperRefusedError: when it was not announced, or less than three days ago, or its owner has followed
            the link since, which says no. It may be done though they could not be told: the book has it.
    """
    asked = approved.asked
    key = to_wire({"pk": pk_of(asked), "sk": _SK})
    answer = clients.dynamodb().get_item(
        TableName=deployment.settings.accounts_table, Key=key, ConsistentRead=True
    )
    row = from_wire(answer.get("Item", {}))
    if row.get("request_sha256") != asked.sha256:
        raise PaperRefusedError("it was not announced to its owner: have it approved again")
    announced_at = cast("int", row["announced_at"])
    holdings = deployment.accounts.holdings(asked.account, now=now)
    if holdings is not None and _has_objected(holdings.profile, row):
        raise PaperRefusedError("its owner froze the account when they were told: they did not ask for this")
    waits_s = announced_at + OBJECTION_S - now
    if waits_s > 0 and not asked.owner_confirmed:
        raise PaperRefusedError(f"its owner has {waits_s / HOUR_S:.1f} more hours to say no")


def _has_objected(profile: "Profile", row: Item) -> bool:
    """Whether the link was followed since; on an account that was frozen before that changes nothing else."""
    # A freeze that was lifted again was one all the same: whoever lifts it can delete the account themselves.
    if profile.stage != (row["frozen"], row["freezes"]):
        return True
    # No clock is asked: those of operators and functions may differ.
    return (profile.link_followed_at or 0) != row.get("link_followed_at", 0)


def _promise(account: str, *, deployment: "Deployment", now: float) -> "tuple[Profile, Promise]":
    holdings = deployment.accounts.holdings(account, now=now)
    wrapped = deployment.keys.of_account(account)
    if holdings is None or wrapped is None:
        raise PaperRefusedError("there is no such account")
    key = deployment.keyring.unwrap(account, wrapped)
    profile = holdings.profile
    owner = recipient_if_it_opens("erasure-announced", lambda: recipient(key, profile, now=now))
    return profile, promise("erasure-announced", owner, key=key, now=now)
