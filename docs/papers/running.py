"""What the papers are about: the environment that ships, its register, and a few forms of text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from infra.environments import load
from service.policy import Policy, current_policy
from service.settings import Settings

CONTROLLER: Final = "[ControllerName]"
CONTACT: Final = "[ControllerContact]"
NO_ADVICE: Final = (
    "This paper is generated from the running configuration (`python -m docs.generate`).\nIt holds engineering facts and is "
    "no legal advice; what stands in [brackets] only the deployer knows."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """A deployment, as far as papers speak of it."""

    settings: Settings
    policy: Policy


def production() -> Deployment:
    """Give the environment that ships, with brackets where a deployment puts names."""
    environment = load("production")
    settings = Settings(
        region="[region]",
        accounts_table="Accounts",
        keys_table="Keys",
        data_key_id="DataKey",
        signing_key_id="SigningKey",
        statement_key_id="StatementKey",
        mail_sender=environment.mail_sender or "[MailSender]",
        policy_version=environment.policy_version,
        controller_name=environment.controller_name or CONTROLLER,
        controller_contact=environment.controller_contact or CONTACT,
        product_name=environment.product_name,
        place_header=environment.place_header or None,
        place_secret_sha256=environment.place_secret_sha256 or None,
        sign_in_log_days=environment.sign_in_log_days,
        least_sign_in_log_days=environment.least_sign_in_log_days or None,
        learned_template_days=environment.learned_template_days,
        unused_account_days=environment.unused_account_days or None,
        log_retention_days=environment.log_retention_days,
        session_hours=environment.session_hours,
        session_idle_minutes=environment.session_idle_minutes,
    )
    return Deployment(settings=settings, policy=current_policy(settings))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
