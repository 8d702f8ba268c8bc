"""Each function's AWS calls against its role in the template that ships, both ways.

Every function is run through its flows, good and bad, as a cold Lambda would be; what it asks of AWS must be
granted, and what is granted must have been asked.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from functions.bounces import handler as bounces
from infra.routes import FUNCTIONS
from service.deployment import this_deployment
from service.patience import FREE_TRIES, wait_after_s
from tests.contract.iam import Ask, Asked, granting, recording, table_of
from tests.infra import synthesis
from tests.infra.template import actions
from tests.infra.test_data import ACCOUNTS, DATA_KEY, KEYS, SIGNING_KEY, STATEMENT_KEY
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, SENDER, Cloud, aws_account, running_cloud
from tests.support.relying_party import let_an_application_in
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import leave_work, let_it_lie, sweep_twice
from tests.support.transport import InProcess, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.template import Template

ADA = "ada.lovelace@example.org"
ELSEWHERE = "ada.king@example.org"
NAMES = [function.name for function in FUNCTIONS]


class ColdLambdas(InProcess):
    """Every request meets a process that has just started, and says which function it was."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        this_deployment.cache_clear()
        with self._asked.by(function):
            return super().invoke(function, event)


@pytest.fixture(scope="module")
def production() -> Template:
    return synthesis.template("production")


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    asked = Asked()
    with aws_account(), running_cloud() as cloud:
        resources = {
            cloud.accounts_table: ACCOUNTS,
            cloud.keys_table: KEYS,
            cloud.data_key: DATA_KEY,
            cloud.signing_key: SIGNING_KEY,
            cloud.statement_key: STATEMENT_KEY,
        }
        with recording(asked, resources=resources):
            _everything(cloud, asked, lambda: Device(ColdLambdas(asked)))
        yield asked


@pytest.mark.parametrize("name", NAMES)
def test_what_a_function_asks_its_role_grants(production: Template, asked: Asked, name: str) -> None:
    statements = table_of(production, name, sender=SENDER)

    refused = [ask for ask in asked.by_function[name] if not granting(statements, ask)]

    assert refused == []


@pytest.mark.parametrize("name", NAMES)
def test_what_a_role_grants_its_function_asks(production: Template, asked: Asked, name: str) -> None:
    statements = table_of(production, name, sender=SENDER)

    used = {
        (number, ask.action, kind)
        for ask in asked.by_function[name]
        for number in granting(statements, ask)
        for kind in _kinds(statements[number])
        if _is_of(kind, ask)
    }
    granted = {
        (number, action, kind)
        for number, statement in enumerate(statements)
        for action in actions(statement)
        for kind in _kinds(statement)
    }

    assert [(statements[number]["Sid"], *pair) for number, *pair in sorted(granted - used)] == []


def test_an_action_that_is_used_on_one_kind_of_row_is_not_granted_on_another(
    production: Template, asked: Asked
) -> None:
    statements = table_of(production, "email", sender=SENDER)
    put = next(
        ask
        for ask in asked.by_function["email"]
        if ask.action == "dynamodb:PutItem" and _is_of("CODE#*", ask)
    )

    on_a_person = replace(put, conditions=(("dynamodb:LeadingKeys", ("EMAIL#somebody",)),))
    on_nothing_named = replace(put, conditions=())

    assert granting(statements, put)
    assert granting(statements, on_a_person) == []
    assert granting(statements, on_nothing_named) == []


def _kinds(statement: dict[str, Any]) -> list[str]:
    """The kinds of partition that a statement is about; of one that is not about rows, the empty kind."""
    rows = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
    kinds: list[str] = rows.get("dynamodb:LeadingKeys", [""])
    return kinds


def _is_of(kind: str, ask: Ask) -> bool:
    return not kind or any(fnmatchcase(one, kind) for one in ask.values("dynamodb:LeadingKeys") or ())


def _everything(cloud: Cloud, asked: Asked, new_device: Callable[[], Device]) -> None:
    """Each ceremony and each right, with the turns that make other calls."""
    laptop = new_device()
    for path in ("jwks.json", "receipt-keys.json", "openid-configuration"):
        assert laptop.transport.send("GET", f"/.well-known/{path}", headers={}, body=b"").status == 200
    _prove_mailbox(cloud, laptop)
    assert laptop.enrol(ADA, portrait(1)).status == 201
    assert laptop.sign_in(capture(1, take=1)).status == 200
    for _ in range(FREE_TRIES):
        assert laptop.sign_in(capture(2)).status == 401  # a stranger's face, until the owner is warned
    laptop.transport.wait(wait_after_s(FREE_TRIES))
    _learn_and_forget(cloud, laptop)

    phone = new_device()
    cloud.expire("LIMIT#")
    _prove_mailbox(cloud, phone)
    assert phone.sign_in(capture(1, take=2), device_name="Phone").status == 200
    assert phone.sign_in(capture(1, take=3)).status == 200

    _use_rights(laptop, phone)
    _use_a_passkey(laptop)
    let_an_application_in(laptop)
    _stay_and_leave(laptop)
    _move(cloud, laptop, new_device)
    _lose_and_recover(cloud, laptop, new_device)
    _bounce(asked)
    cloud.expire("LIMIT#")
    _prove_mailbox(cloud, laptop)  # its mails arrive after all
    _leave(cloud, laptop, new_device, asked)


def _learn_and_forget(cloud: Cloud, laptop: Device) -> None:
    """A template is learned, borne out, and gone again: by its age and by its owner."""
    assert laptop.sign_in(capture(1, take=5, look=1)).status == 200
    cloud.let_days_pass(2)
    assert laptop.sign_in(capture(1, take=6, look=1)).status == 200
    cloud.let_days_pass(370)
    assert laptop.sign_in(capture(1, take=7, look=2)).status == 200
    assert laptop.change("POST", "/v1/account/templates/rollback").status == 204
    assert laptop.enrol_face(portrait(1, take=40)).status == 200


def _prove_mailbox(cloud: Cloud, device: Device) -> None:
    assert device.send_code(ADA).status == 202
    assert device.confirm(ADA, "000000").status == 401
    assert device.confirm(ADA, cloud.code(ADA)).status == 200


def _use_rights(laptop: Device, phone: Device) -> None:
    account = laptop.get("/v1/account").json
    assert laptop.get("/v1/account/sign-ins").status == 200
    assert laptop.get("/v1/account/export").status == 200
    assert laptop.set_face_sign_in("paused").status == 200
    assert laptop.sign_in(capture(1, take=4)).status == 401
    assert laptop.set_face_sign_in("active").status == 200
    template = account["templates"][0]["id"]
    assert laptop.change("DELETE", f"/v1/account/templates/{template}").status == 204
    assert laptop.change("DELETE", f"/v1/account/devices/{phone.thumbprint}").status == 204


def _use_a_passkey(laptop: Device) -> None:
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    added = laptop.add_passkey(key)
    assert added.status == 201
    account = str(laptop.account)
    assert laptop.use_passkey(key, account).status == 200
    assert laptop.use_passkey(key.but(sign_count=0), account).status == 401  # and its owner is told
    assert laptop.change("DELETE", f"/v1/account/passkeys/{added.json['id']}").status == 204  # ends its own
    assert laptop.sign_in(capture(1, take=10)).status == 200
    added = laptop.add_passkey(key)
    assert laptop.change("DELETE", f"/v1/account/passkeys/{added.json['id']}").status == 204


def _stay_and_leave(laptop: Device) -> None:
    spent = laptop.refresh_token
    assert laptop.refresh().status == 200
    assert laptop.get("/v1/account/sessions").status == 200
    assert laptop.send_refresh(spent, laptop.next_token()).status == 401  # and the session ends
    assert laptop.sign_in(capture(1, take=8)).status == 200
    assert laptop.change("DELETE", "/v1/account/sessions").status == 204
    assert laptop.sign_in(capture(1, take=9)).status == 200


def _move(cloud: Cloud, laptop: Device, new_device: Callable[[], Device]) -> None:
    """To another mailbox and back."""
    cloud.expire("LIMIT#")
    _prove_mailbox(cloud, new_device())  # a session elsewhere, which ends
    for old, new in ((ADA, ELSEWHERE), (ELSEWHERE, ADA)):
        cloud.expire("LIMIT#")
        with cloud.when("before-call.sesv2.SendEmail", _no_mail):
            assert laptop.send_address_codes(new).status >= 500  # the turn is given back
        assert laptop.send_address_codes(new).status == 202
        codes = {"from_old": cloud.code(old), "from_new": cloud.code(new)}
        assert laptop.change_address(new, **codes).status == 200


def _bounce(asked: Asked) -> None:
    this_deployment.cache_clear()
    with asked.by("bounces"):
        bounces.handle(by_sns(bounce(ADA)), None)


def _lose_and_recover(cloud: Cloud, laptop: Device, new_device: Callable[[], Device]) -> None:
    """Codes are made and used, and the account is frozen and lifted again, which ends what was new."""
    cloud.let_days_pass(4)
    codes = laptop.make_recovery_codes()
    assert laptop.use_recovery_code(ADA, codes[0]).status == 200
    cloud.expire("LIMIT#")
    tablet = new_device()
    _prove_mailbox(cloud, tablet)
    assert tablet.sign_in(capture(1, take=11)).status == 200
    assert laptop.freeze(cloud.freeze_token(ADA)).status == 204
    cloud.expire("LIMIT#")
    _prove_mailbox(cloud, laptop)
    proof = str(laptop.mailbox_token)
    assert laptop.use_recovery_code(ADA, codes[1], mailbox_token=proof).status == 200


def _leave(cloud: Cloud, laptop: Device, new_device: Callable[[], Device], asked: Asked) -> None:
    cloud.expire("LIMIT#")
    with cloud.when("before-call.sesv2.SendEmail", _no_mail):
        assert laptop.delete_account().status == 200
    # The same receipt again, from the tombstone; and what was still to be said is said.
    assert laptop.delete_account().status == 200

    back = new_device()
    cloud.expire("LIMIT#")
    _prove_mailbox(cloud, back)
    assert back.enrol(ADA, portrait(1)).status == 201
    assert back.withdraw_consent().status == 200

    cloud.expire("LIMIT#")
    with cloud.when("before-call.sesv2.SendEmail", _no_mail):
        new_device().send_code(ADA)  # the turn is given back
    _sweep(cloud, asked)


def _sweep(cloud: Cloud, asked: Asked) -> None:
    """What functions left that were killed is swept up, and whoever uses nothing goes."""
    killed = _newcomer(cloud, "killed@example.org")
    assert killed.sign_in(capture(2)).status == 401
    leave_work(cloud, killed)
    with asked.by("sweeper"):
        sweep_twice(cloud)
    unused = _newcomer(cloud, "unused@example.org")
    assert unused.sign_in(capture(2)).status == 401
    with asked.by("sweeper"):
        let_it_lie(unused)


def _newcomer(cloud: Cloud, address: str) -> Device:
    """Somebody whose calls no role is asked for."""
    device = Device(InProcess())
    cloud.expire("LIMIT#")
    assert device.send_code(address).status == 202
    assert device.confirm(address, cloud.code(address)).status == 200
    assert device.enrol(address, portrait(1)).status == 201
    return device


def _no_mail(**_: object) -> None:
    raise ConnectionError("no mail today")
