"""Mails that come back: who gets none any more, who sees it, and how it ends."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.bounces import handler
from functions.bounces.handler import NotMarkedError
from service.repositories.mail_troubles import TROUBLE_LIFE_S
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support.captures import portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.ses_events import bounce, by_sns, complaint, delivery
from tests.support.transport import InProcess

BOB = "bob@example.org"


def _trouble(device: Device) -> str | None:
    held = device.get("/v1/account").json["mail_trouble"]
    return None if held is None else str(held["why"])


def _mails(cloud: Cloud, to: str = ADA) -> int:
    return sum(mail["to"] == to for mail in cloud.mails)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (bounce(ADA), "bounced"),
        (bounce(ADA.upper(), subtype="OnAccountSuppressionList"), "bounced"),
        (complaint(ADA), "complained"),
    ],
)
def test_a_mailbox_that_mails_come_back_from_gets_no_notices_and_its_owner_sees_it(
    event: dict[str, Any], why: str, cloud: Cloud, ada: Device
) -> None:
    handler.handle(by_sns(event), None)
    before = _mails(cloud)

    assert ada.set_face_sign_in("paused").status == 200

    assert _mails(cloud) == before
    assert _trouble(ada) == why
    assert ada.get("/v1/account/export").json["mail_trouble"]["why"] == why


@pytest.mark.usefixtures("ada")
def test_one_code_a_day_still_goes_there_and_the_answer_is_the_same(cloud: Cloud) -> None:
    unmarked = Device(InProcess()).send_code(BOB)
    handler.handle(by_sns(bounce(ADA), bounce("nobody@example.org")), None)
    before = _mails(cloud)

    replies = []
    for _ in range(2):
        replies += [Device(InProcess()).send_code(address) for address in (ADA, "nobody@example.org")]
        cloud.let_a_minute_pass()

    assert _mails(cloud) - before == 1
    assert _mails(cloud, "nobody@example.org") == 1
    assert {(one.status, one.body) for one in replies} == {(202, unmarked.body)}


def test_a_code_that_strangers_had_is_none_less_for_a_device_that_the_account_knows(
    cloud: Cloud, ada: Device
) -> None:
    handler.handle(by_sns(bounce(ADA)), None)
    Device(InProcess()).send_code(ADA)
    before = _mails(cloud)

    for _ in range(2):
        ada.send_code(ADA)
        cloud.let_a_minute_pass()

    assert _mails(cloud) - before == 1


def test_a_mail_that_does_not_go_out_is_not_the_days(cloud: Cloud, ada: Device) -> None:
    handler.handle(by_sns(complaint(ADA)), None)
    before = _mails(cloud)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        assert ada.send_code(ADA).status in {500, 503}
    assert ada.send_code(ADA).status == 202

    assert _mails(cloud) - before == 1


def test_a_code_that_is_typed_ends_it_at_once(cloud: Cloud, ada: Device) -> None:
    handler.handle(by_sns(complaint(ADA)), None)
    ada.send_code(ADA)
    assert ada.confirm(ADA, cloud.code(ADA)).status == 200

    assert _trouble(ada) is None
    new_phone(cloud)
    before = _mails(cloud)
    assert ada.set_face_sign_in("paused").status == 200
    assert _mails(cloud) == before + 1


def test_it_ends_by_itself_and_with_another_address(cloud: Cloud, ada: Device) -> None:
    handler.handle(by_sns(bounce(ADA)), None)
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    until = int(profile["mail_trouble_until"]["N"])
    assert 0 <= until - ada.clock() - TROUBLE_LIFE_S + 5 < 10

    cloud.change(profile["pk"]["S"], "PROFILE", mail_trouble_until={"N": str(int(ada.clock()) - 1)})

    assert _trouble(ada) is None


def test_what_is_no_lasting_trouble_marks_nobody(cloud: Cloud, ada: Device) -> None:
    rows = len(cloud.items())
    texts = [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "",
        "[]",
        "{}",
        '{"eventType"',
    ]
    odd = [
        bounce(ADA, kind="Transient"),
        bounce(ADA, kind="Undetermined"),
        delivery(ADA),
        bounce("no address"),
    ]

    handler.handle(by_sns(*texts, *odd), None)
    handler.handle({}, None)

    assert len(cloud.items()) == rows
    assert _trouble(ada) is None


def test_an_account_that_has_moved_or_gone_is_not_marked(cloud: Cloud, ada: Device) -> None:
    cloud.change(f"ACCOUNT#{ada.account}", "PROFILE", mailbox={"S": "A" * 43})

    handler.handle(by_sns(bounce(ADA)), None)
    assert _trouble(ada) is None
    cloud.delete(f"ACCOUNT#{ada.account}", "PROFILE")
    handler.handle(by_sns(bounce(ADA)), None)

    assert "ACCOUNT/PROFILE" not in cloud.kinds()


def test_a_table_that_does_not_answer_is_asked_again_and_nothing_of_the_mail_is_written_down(
    cloud: Cloud, ada: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    with cloud.when("before-call.dynamodb.UpdateItem", fail), pytest.raises(NotMarkedError) as raised:
        handler.handle(by_sns(bounce(ADA)), None)
    handler.handle(by_sns(bounce(ADA)), None)

    written = "".join(capsys.readouterr()) + repr(raised.value) + str(raised.value.__cause__)
    assert _trouble(ada) == "bounced"
    for secret in (ADA, "example.org", str(ada.account), "user unknown"):
        assert secret not in written
    assert ADA not in json.dumps(cloud.items(), default=str)


def test_every_mail_names_the_configuration_set_where_there_is_one(
    cloud: Cloud, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str | None] = []

    def sending(params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        named.append(json.loads(params["body"]).get("ConfigurationSetName"))

    with cloud.when("before-call.sesv2.SendEmail", sending):
        device.send_code(ADA)
        monkeypatch.setenv("MAIL_CONFIGURATION_SET", "Mails")
        cloud.restart()
        device.send_code(BOB)
        device.confirm(BOB, cloud.code(BOB))
        device.enrol(BOB, portrait(1))

    assert named == [None, "Mails", "Mails"]
