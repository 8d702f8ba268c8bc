"""How many codes go out, and how many wrong ones are taken: for a mailbox, for a network and for everybody.

A device that its account knows has budgets of its own, and none of the others: whoever asks for codes in
somebody's name, or in everybody's, keeps none of the owners' devices out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from service.deployment import Deployment
from service.mailbox import code_digest, has_tag, mailbox_index, reader_index
from service.network import network_index
from service.patience import DAY_S, HOUR_S
from service.postage import postage
from service.problems import CodeExhausted
from service.repositories.codes import RESEND_S, REST_S, WRONG_CODES_IN_A_ROW
from service.repositories.limits import Budget, Run
from service.repositories.mail_troubles import trouble_budget
from service.request import Request

SENDS_AN_HOUR: Final = 5
# Over all tags of one address (`ada+shop@`), beside the five of each.
SENDS_TO_TAGS_AN_HOUR: Final = 10
# Over all devices that are new to the mailbox: 20 a day are one guess in 137 that comes right in a year.
WRONG_CODES_A_DAY: Final = 20
# A household, or an office behind one address. Whoever has more of them meets the deployment's budgets.
WRONG_CODES_FROM_A_NETWORK_AN_HOUR: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who asks for a code, or brings one.

    Attributes:
        mailbox: keyed index of the address.
        scope: names what is counted for their mailbox: of this device, where the account knows it, or of all
            others.
        account: that their mailbox has, if it has one.
        is_known: whether the account knows the device.
        stage: whether the account is frozen, and how often it was before: a code is good at the stage that it
            was mailed at.
        network: keyed index of where they are.
        reader: keyed index of whom a tagged address leads to; None where it has no tag.
    """

    mailbox: str = field(repr=False)
    scope: str = field(repr=False)
    account: str | None
    is_known: bool
    stage: tuple[bool, int]
    network: str = field(repr=False)
    reader: str | None = field(repr=False)

    def digest(self, code: str, *, thumbprint: str, key: bytes) -> str:
        """Digest a code for keeping: good for the account that the mailbox has now, at its stage."""
        return code_digest(code, self.mailbox, thumbprint, account=self.account, stage=self.stage, key=key)


def asker_of(request: Request, address: str, *, thumbprint: str, key: bytes, deployment: Deployment) -> Asker:
    """Tell who asks: two reads, also where there is no account, or its answer would come sooner."""
    mailbox = mailbox_index(address, key=key)
    account = deployment.accounts.of_mailbox(mailbox)
    holder, device = deployment.accounts.standing(account or mailbox, thumbprint=thumbprint)
    is_known = device is not None
    return Asker(
        mailbox=mailbox,
        scope=f"{mailbox}#{thumbprint}" if is_known else mailbox,
        account=account,
        is_known=is_known,
        stage=(False, 0) if holder is None else holder.stage,
        network=network_index(request.source, key=key),
        reader=reader_index(address, key=key) if has_tag(address) else None,
    )


def admit(asker: Asker, *, deployment: Deployment, now: float) -> tuple[Budget, ...]:
    """Count that a code was asked for, before anything is known of its mailbox's own budget.

    Returns:
        Where it was counted, for ``unsend``.

    Raises:
        TooManyRequests: when the network or the deployment has had its codes of this hour.
    """
    if asker.is_known:
        return ()
    counts = postage(asker.network, codes_an_hour=deployment.settings.codes_an_hour)
    deployment.limits.take(*counts, now=now)
    return counts


def may_send(asker: Asker, *, deployment: Deployment, now: float) -> tuple[Budget, ...] | None:
    """Count that the mailbox has another code.

    Returns:
        Where it was counted, for ``unsend``; None when it may have none, of which nobody is told.
    """
    if not deployment.limits.take_turn(f"code#{asker.scope}", gap_s=RESEND_S, now=now):
        return None
    budgets = [Budget(scope=f"code#{asker.scope}", limit=SENDS_AN_HOUR, window_s=HOUR_S)]
    if asker.reader is not None and not asker.is_known:
        # One person reads as many of these as somebody can think of.
        tagged = Budget(scope=f"code-tagged#{asker.reader}", limit=SENDS_TO_TAGS_AN_HOUR, window_s=HOUR_S)
        budgets.append(tagged)
    if deployment.mail_troubles.has(asker.mailbox, now=now):
        # A device that the account knows by itself: nobody else's code is one less for its owner.
        budgets.append(trouble_budget(asker.scope))
    return tuple(budgets) if deployment.limits.take_all(*budgets, now=now) else None


def unsend(asker: Asker, counted: Iterable[Budget], *, deployment: Deployment, now: float) -> None:
    """Take back what was counted and free the turn again, when no mail went out."""
    deployment.limits.give_all_back(*counted, now=now)
    deployment.limits.give_back_turn(f"code#{asker.scope}")


def count_guess(asker: Asker, *, deployment: Deployment, now: float) -> tuple[Budget, ...]:
    """Count a code as a wrong one, before it is compared.

    Args:
        asker: who brings it.
        deployment: where it is counted.
        now: seconds since the epoch.

    Returns:
        Where it was counted, for ``forgive``.

    Raises:
        CodeExhausted: when the mailbox has had its wrong codes of this day, or those in a row.
        TooManyRequests: when the network or the deployment has had those of this hour.
    """
    an_hour = (
        Budget(scope=f"guesses#{asker.network}", limit=WRONG_CODES_FROM_A_NETWORK_AN_HOUR, window_s=HOUR_S),
        Budget(scope="guesses", limit=deployment.settings.wrong_codes_an_hour, window_s=HOUR_S),
    )
    of_others = () if asker.is_known else an_hour
    # First: what somebody else used up must not cost the mailbox its own.
    deployment.limits.take(*of_others, now=now)
    for_mailbox = Budget(scope=f"guess#{asker.scope}", limit=WRONG_CODES_A_DAY, window_s=DAY_S)
    in_a_row = Run(scope=_run(asker.scope), limit=WRONG_CODES_IN_A_ROW, rest_s=REST_S)
    if deployment.limits.spend(for_mailbox, now=now) is None or not deployment.limits.fail(in_a_row, now=now):
        raise CodeExhausted
    return (for_mailbox, *of_others)


def forgive(asker: Asker, counted: Iterable[Budget], *, deployment: Deployment, now: float) -> None:
    """Take back what was counted of a code that was right, and end the run that it was in.

    On a device that the account knows it ends the run of the new devices as well: so an owner has them out of
    their rest again, and nobody else does.
    """
    for budget in counted:
        deployment.limits.give_back(budget, now=now)
    deployment.limits.end_run(_run(asker.scope))
    if asker.is_known:
        deployment.limits.end_run(_run(asker.mailbox))


def _run(scope: str) -> str:
    return f"wrong#{scope}"
