"""Delete an account because its owner wrote a letter: `python -m operators.erasure ask|approve|carry-out`.

docs/erasure-on-request.md says when, by whom, and with what rights.
"""

import argparse
import getpass
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from operators.announcing import announce, may_be_done
from operators.book import book_of
from operators.destroying import destroy, standing
from operators.papers import (
    Approved,
    Asked,
    PaperRefusedError,
    approve,
    ask,
    key_in,
    operators_in,
    read_approved,
    read_request,
)
from operators.settings import DONE, REFUSED, deployment_in
from service.deployment import Deployment
from service.ids import ACCOUNT_PATTERN
from service.mailbox import mailbox_index

# Typed by hand, so that nobody deletes by repeating the last line.
Ask = Callable[[str], str]

# What the second operator types, so that nobody waives the owner's three days by habit.
IN_THREE_DAYS: Final = "in three days"
AT_ONCE: Final = "at once, without the three days"


def main(arguments: Sequence[str] | None = None, *, typed: Ask = input, hidden: Ask = getpass.getpass) -> int:
    """Run the command.

    Args:
        arguments: the command line; None takes that of the process.
        typed: asks the operator for a line.
        hidden: the same, for what shall stand in no history and on no screen.

    Returns:
        The exit status.
    """
    given = _parser().parse_args(arguments)
    try:
        deployment = deployment_in(given.settings)
        _COMMANDS[given.command](given, deployment, typed, hidden)
    except PaperRefusedError as error:
        sys.stderr.write(f"refused: {error}\n")
        return REFUSED
    return DONE


def _ask(given: argparse.Namespace, deployment: Deployment, typed: Ask, hidden: Ask) -> None:  # noqa: ARG001 -- as its siblings
    account = given.account or _account_of(hidden("address of the account: "), deployment)
    _say_standing(account, deployment)
    text = ask(
        key_in(given.key),
        account=account,
        ticket=given.ticket,
        issuer=given.issuer,
        owner_confirmed=given.owner_confirmed,
        now=time.time(),
    )
    given.file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{given.file}: now another operator approves it, within seven days\n")


def _approve(given: argparse.Namespace, deployment: Deployment, typed: Ask, hidden: Ask) -> None:  # noqa: ARG001 -- as its siblings
    operators, text = operators_in(given.operators), _text(given.file)
    asked = read_request(text, operators=operators, issuer=given.issuer, now=time.time())
    sys.stdout.write(f"ticket {asked.ticket}, account {asked.account}, asked for by {asked.asked_by}\n")
    _say_standing(asked.account, deployment)
    sys.stdout.write(_terms(asked) + "\n")
    answer = AT_ONCE if asked.owner_confirmed else IN_THREE_DAYS
    if typed(f"Type '{answer}' to approve it: ") != answer:
        raise PaperRefusedError("something else was typed: nothing was done")
    now = time.time()
    approved = approve(text, key_in(given.key), operators=operators, issuer=given.issuer, now=now)
    told = announce(
        read_approved(approved, operators=operators, issuer=given.issuer, now=now),
        deployment=deployment,
        now=now,
    )
    given.file.write_text(approved, encoding="utf-8")
    owner = "its owner was told" if told else "its owner was not told: no mail reaches them"
    when = "it can be carried out" if asked.owner_confirmed else "it can be carried out in three days"
    sys.stdout.write(f"{given.file}: approved; {owner}; {when}\n")


def _carry_out(given: argparse.Namespace, deployment: Deployment, typed: Ask, hidden: Ask) -> None:  # noqa: ARG001 -- as its siblings
    operators, text = operators_in(given.operators), _text(given.file)

    def read() -> Approved:
        return read_approved(text, operators=operators, issuer=given.issuer, now=time.time())

    def ask_again() -> None:
        # Hours may lie between two of these: a prompt waits for as long as nobody types.
        may_be_done(read(), deployment=deployment, now=time.time())

    approved = read()
    account = approved.asked.account
    if standing(account, deployment=deployment, now=time.time()) is not None:
        ask_again()
        _say_standing(account, deployment)
        sys.stdout.write(_terms(approved.asked) + "\n")
        if typed("Nobody can undo this. Type the account's number to destroy it: ") != account:
            raise PaperRefusedError("another number was typed: nothing was done")
        ask_again()
        book_of(deployment).enter(approved, now=time.time())
    receipt = destroy(
        approved.asked, may_be_done=ask_again, deployment=deployment, issuer=given.issuer, now=time.time()
    )
    given.receipt.write_text(json.dumps({"receipt": receipt}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"destroyed; the receipt for the person is in {given.receipt}\n")


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Deployment, Ask, Ask], None]]] = {
    "ask": _ask,
    "approve": _approve,
    "carry-out": _carry_out,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m operators.erasure", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    for name, about in {
        "ask": "ask for a deletion, as one operator",
        "approve": "approve it, as another",
        "carry-out": "carry it out",
    }.items():
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("file", type=Path, help="the request")
        command.add_argument("--settings", type=Path, required=True, help="variables of a function, JSON")
        command.add_argument("--issuer", required=True, help="the deployment's ApiUrl")
        if name == "ask":
            command.add_argument("--ticket", required=True, help="number of the letter, nothing personal")
            command.add_argument("--account", help="its number; without it the address is asked for")
            command.add_argument(
                "--owner-confirmed",
                action="store_true",
                help="the owner asked, or said yes, through the account's own mailbox: no three days",
            )
        if name != "carry-out":
            command.add_argument("--key", type=Path, required=True, help="your private key, PEM")
        if name != "ask":
            command.add_argument("--operators", type=Path, required=True, help="who may, as a JWK Set")
        if name == "carry-out":
            command.add_argument("--receipt", type=Path, required=True, help="where the receipt goes")
    return parser


def _account_of(address: str, deployment: Deployment) -> str:
    mailbox = mailbox_index(address.strip(), key=deployment.keyring.mailbox_index())
    account = deployment.accounts.of_mailbox(mailbox)
    if account is None:
        raise PaperRefusedError("no account has this address")
    return account


def _terms(asked: Asked) -> str:
    """Say whether its owner has time to say no: one operator alone writes that they need none."""
    if asked.owner_confirmed:
        return (
            "WITHOUT the three days: the asker says that the owner said yes through the account's own mailbox"
        )
    return "WITH the three days in which its owner may say no"


def _say_standing(account: str, deployment: Deployment) -> None:
    if not re.fullmatch(ACCOUNT_PATTERN, account):
        raise PaperRefusedError("the account: 22 characters")
    found = standing(account, deployment=deployment, now=time.time())
    if found is None:
        raise PaperRefusedError("there is no such account")
    made = time.strftime("%Y-%m-%d", time.gmtime(found.created_at))
    frozen = ", frozen" if found.frozen else ""
    sys.stdout.write(
        f"account {account}, made on {made}{frozen}: {found.templates} templates, "
        f"{found.devices} devices, {found.passkeys} passkeys, {found.sign_ins} sign-ins\n"
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise PaperRefusedError(f"{file} cannot be read") from None


if __name__ == "__main__":
    sys.exit(main())
