"""Taking everything away: who may, how often, in which form, and that the owner hears of it."""

from dataclasses import dataclass, field
from typing import Final

from functions.export import copy
from functions.export.models import FileFormat
from functions.export.signing import signed_file, unsigned_text
from service.deployment import Deployment
from service.held import open_holdings
from service.identity import answer_challenge, identify
from service.notices import recipient, recipient_if_it_opens
from service.patience import DAY_S
from service.promises import keep, promise
from service.repositories.limits import Budget
from service.request import Request

# A person takes a copy in two forms, makes a mistake, and tries another device. More is a program.
EXPORTS_A_DAY: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A file to take away.

    Attributes:
        name: of the file.
        media_type: of the file.
        content: its bytes.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


def take(
    request: Request, *, form: FileFormat, before: int | None, deployment: Deployment, now: float
) -> Taken:
    """Give everything that is held about the person who asks, signed, and tell the owner.

    Args:
        request: with the session's token and the device's proof.
        form: of the file.
        before: only entries of the sign-in log with a smaller number; None for the newest.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The file.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not: what was overheard is not given again.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone or frozen.
        StepUpRequired: when the sign-in is more than five minutes old.
        TooManyRequests: when the account was exported often enough today.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    # First: a session that has ended uses up nothing of the owner's.
    opened = open_holdings(identity, deployment=deployment, now=now)
    _spend(identity.account, deployment=deployment, now=now)
    export = copy.make(opened, identity, before=before, settings=deployment.settings, now=now)
    if form == "zip":
        from functions.export.archive import archive  # noqa: PLC0415 -- most take the one file

        content = archive(
            export, signer=deployment.statement_signer, product=deployment.settings.product_name
        )
        taken = Taken(name="facesmash-export.zip", media_type="application/zip", content=content)
    else:
        content = signed_file(export, unsigned_text(export), signer=deployment.statement_signer)
        taken = Taken(name="facesmash-export.json", media_type="application/json", content=content)
    owner = recipient_if_it_opens("exported", lambda: recipient(opened.key, opened.holdings.profile, now=now))
    told = promise("exported", owner, key=opened.key, now=now)
    # Before the file is given: nobody takes a face away without its owner hearing of it, now or later.
    for work in told.due:
        deployment.work.put(work)
    keep(told, deployment=deployment)
    return taken


def _spend(account: str, *, deployment: Deployment, now: float) -> None:
    budget = Budget(scope=f"export {account}", limit=EXPORTS_A_DAY, window_s=DAY_S)
    deployment.limits.take(budget, now=now)
