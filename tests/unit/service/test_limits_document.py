"""docs/limits.md says what the code does."""

from pathlib import Path

import pytest

from functions.address import ceremony as moves
from functions.challenges.ceremony import NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR
from functions.email import budgets
from functions.enroll.renewal import APART_S, LOOKS_A_DAY
from functions.export.ceremony import EXPORTS_A_DAY
from functions.passkeys.ceremony import REFUSED_FROM_A_NETWORK_AN_HOUR, USES_A_DAY
from functions.recovery import budgets as recovery
from infra.environments import Environment, load
from service import patience
from service.deeds import CHANGES_A_DAY
from service.patience import HOUR_S
from service.postage import (
    CHANGES_FROM_A_NETWORK_AN_HOUR,
    CODES_FOR_A_NETWORK_AN_HOUR,
    changes_an_hour,
)
from service.repositories import codes
from service.repositories.codes import CODE_TRIES
from service.repositories.mail_troubles import SENDS_A_DAY_IN_TROUBLE
from service.settings import Settings

DOCUMENT = (Path(__file__).parents[3] / "docs" / "limits.md").read_text(encoding="utf-8")
BY_DEVICE = "a known device; new devices together"
BY_MAILBOX = "a mailbox's known device; its new devices together"
NETWORK = "a network (/32, IPv6 /64), new devices"
DEPLOYMENT = "the deployment, new devices"
TOLD = "429 with Retry-After"


def _rows() -> list[tuple[str, str, str, str]]:
    first, second, third = (patience.wait_after_s(patience.FREE_TRIES + number) for number in range(3))
    waits = f"wait {first} s, then {second} s, {third} s, ... up to {patience.LONGEST_WAIT_S} s"
    production = load("production")
    return [
        ("sign-ins in a row that fail", BY_DEVICE, str(patience.FREE_TRIES), waits),
        (
            "sign-ins in a row that fail",
            BY_DEVICE,
            str(patience.MOST_IN_A_ROW),
            "no more until proved anew",
        ),
        *(
            (
                "sign-ins that fail, in all",
                BY_DEVICE,
                f"{cap.tries} in {cap.window_s // patience.DAY_S} days",
                "wait, or prove the device anew",
            )
            for cap in patience.CAPS
        ),
        ("codes by e-mail", BY_MAILBOX, f"1 in {codes.RESEND_S} s", "nothing is sent, nobody is told"),
        (
            "codes by e-mail",
            BY_MAILBOX,
            f"{budgets.SENDS_AN_HOUR} in {HOUR_S} s",
            "nothing is sent, nobody is told",
        ),
        (
            "codes by e-mail",
            "all tagged addresses of one (`ada+shop@`), new devices",
            f"{budgets.SENDS_TO_TAGS_AN_HOUR} in {HOUR_S} s",
            "nothing is sent, nobody is told",
        ),
        (
            "codes by e-mail",
            "a mailbox that mails come back from: a known device; new devices together",
            f"{SENDS_A_DAY_IN_TROUBLE} in {patience.DAY_S} s",
            "nothing is sent, nobody is told",
        ),
        ("tries of one code", "a code", str(CODE_TRIES), "`code-exhausted`"),
        ("wrong codes", BY_MAILBOX, f"{budgets.WRONG_CODES_A_DAY} in {patience.DAY_S} s", "`code-exhausted`"),
        (
            "codes for a change of address",
            "an account",
            f"1 in {codes.RESEND_S} s, {moves.MOVES_A_DAY} in {patience.DAY_S} s",
            "nothing is sent, nobody is told",
        ),
        (
            "codes for a change of address",
            "a new address with all its tags, from accounts of three days; from younger ones",
            f"{moves.CODES_TO_A_NEW_ADDRESS_A_DAY} in {patience.DAY_S} s",
            "nothing is sent, nobody is told",
        ),
        (
            "codes for a change of address",
            "an account, from or to a mailbox that mails come back from",
            f"{SENDS_A_DAY_IN_TROUBLE} in {patience.DAY_S} s",
            "nothing is sent, nobody is told",
        ),
        (
            "wrong pairs of codes in a row",
            "an account's change of address",
            str(codes.WRONG_CODES_IN_A_ROW),
            f"`code-exhausted`, until {codes.REST_S // patience.DAY_S} days after the last one",
        ),
        (
            "wrong codes in a row",
            BY_MAILBOX,
            str(codes.WRONG_CODES_IN_A_ROW),
            f"`code-exhausted`, until {codes.REST_S // patience.DAY_S} days after the last one",
        ),
        ("codes by e-mail", NETWORK, f"{CODES_FOR_A_NETWORK_AN_HOUR} in {HOUR_S} s", TOLD),
        ("wrong codes", NETWORK, f"{budgets.WRONG_CODES_FROM_A_NETWORK_AN_HOUR} in {HOUR_S} s", TOLD),
        ("wrong recovery codes", "a device", f"{recovery.TRIES_OF_A_DEVICE_AN_HOUR} in {HOUR_S} s", TOLD),
        (
            "wrong recovery codes",
            NETWORK,
            f"{recovery.TRIES_FROM_A_NETWORK_AN_HOUR} in {HOUR_S} s",
            TOLD,
        ),
        (
            "passkeys that are refused",
            NETWORK,
            f"{REFUSED_FROM_A_NETWORK_AN_HOUR} in {HOUR_S} s",
            "refused as any other",
        ),
        (
            "sign-ins by one passkey",
            "an account",
            f"{USES_A_DAY} in {patience.DAY_S} s",
            "refused as any other",
        ),
        ("changes of an account", "a known device", f"{CHANGES_A_DAY} in {patience.DAY_S} s", TOLD),
        ("changes of an account", "its new devices", f"{CHANGES_A_DAY} in {patience.DAY_S} s", TOLD),
        (
            "what takes away: pausing, removing",
            "a device, known or new",
            f"{CHANGES_A_DAY} in {patience.DAY_S} s",
            TOLD,
        ),
        ("a face enrolled anew", "an account", f"1 in {APART_S} s", TOLD),
        ("looks to enrol a face anew", "an account", f"{LOOKS_A_DAY} in {patience.DAY_S} s", TOLD),
        (
            "sign-in challenges",
            "an account's new devices",
            f"{NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR} in {HOUR_S} s",
            "refused as any other",
        ),
        ("codes by e-mail", DEPLOYMENT, f"{production.codes_an_hour} in 3600 s", TOLD),
        (
            "codes for a change of address",
            "a network (/32, IPv6 /64), accounts of three days; younger ones",
            f"{CHANGES_FROM_A_NETWORK_AN_HOUR} in {HOUR_S} s",
            TOLD,
        ),
        (
            "codes for a change of address",
            "the deployment, accounts of three days; younger ones",
            f"{changes_an_hour(production.codes_an_hour)} in {HOUR_S} s",
            TOLD,
        ),
        ("wrong codes", DEPLOYMENT, f"{production.wrong_codes_an_hour} in 3600 s", TOLD),
        ("sign-in challenges", DEPLOYMENT, f"{production.new_device_challenges_a_minute} in 60 s", TOLD),
        ("downloads of everything", "an account", f"{EXPORTS_A_DAY} in {patience.DAY_S} s", TOLD),
        (
            "requests",
            "an address, in the web firewall",
            f"{production.requests_per_ip_in_five_minutes} in 300 s",
            TOLD,
        ),
        (
            "requests for codes, or with them",
            "an address, in the web firewall",
            f"{production.mail_requests_per_ip_in_five_minutes} in 300 s",
            TOLD,
        ),
    ]


def test_the_table_is_what_the_code_says() -> None:
    table = [line for line in DOCUMENT.splitlines() if line.startswith("| ")][1:]

    assert table == [f"| {' | '.join(row)} |" for row in _rows()]


@pytest.mark.parametrize("name", ["codes_an_hour", "wrong_codes_an_hour", "new_device_challenges_a_minute"])
def test_whoever_sets_nothing_gets_what_the_deployment_has(name: str) -> None:
    of_deployment = getattr(Environment(name="some", mail_sender="a@b.example"), name)

    assert Settings.model_fields[name].default == of_deployment == getattr(load("production"), name)
