"""Consent: nothing of a face without it, what is kept of it, and how a new version of the text asks again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

import pytest

from service.deployment import this_deployment
from service.patience import DAY_S
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.support.captures import ENROLLED, capture, portrait
from tests.support.client import Device
from tests.support.clock import advance
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

NEW: Final = "2027-01-1"
STATEMENT: Final = "I agree that my face is used to sign me in, as described above."


@contextmanager
def settings(**environment: str) -> Iterator[None]:
    """The same deployment with other settings."""
    with mock.patch.dict(os.environ, environment):
        this_deployment.cache_clear()
        yield
    this_deployment.cache_clear()


@pytest.fixture
def new_text(ada: Device) -> Iterator[Device]:
    """Ada, after the text got a new version that she has not seen."""
    with settings(POLICY_VERSION=NEW, CONSENT_GRACE_DAYS="14"):
        yield ada


def _applicant(cloud: Cloud) -> Device:
    device = Device(InProcess())
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    return device


# Before the camera


@pytest.mark.parametrize(
    ("fields", "slug"), [({}, "consent-required"), ({"consent_sha256": "0" * 64}, "consent-outdated")]
)
def test_nobody_is_asked_to_look_at_the_camera_before_they_agreed_to_the_text(
    cloud: Cloud, device: Device, fields: dict[str, str], slug: str
) -> None:
    before = cloud.items()

    reply = device.send("POST", "/v1/challenges", content={"purpose": "enrolment", **fields})

    assert reply.problem == slug
    assert cloud.items() == before


def test_the_consent_keeps_what_was_declared_and_in_which_language(ada: Device) -> None:
    (consent,) = ada.get("/v1/account").json["consents"]

    policy = ada.policy()
    assert (policy["release"]["statement"], policy["language"]) == (STATEMENT, "en")
    assert policy["release"]["statement"] in policy["text"]
    assert consent == {
        "id": consent["id"],
        "policy_version": policy["version"],
        "text_sha256": policy["text_sha256"],
        "given_at": consent["given_at"],
        "device": ada.thumbprint,
        "language": "en",
        "statement": STATEMENT,
        "signed_name": None,
        "age_statement": None,
    }


def test_a_name_and_an_age_are_declared_where_the_deployment_asks_for_them(cloud: Cloud) -> None:
    with settings(CONSENT_RELEASE="typed-name", MINIMUM_AGE="16"):
        device = _applicant(cloud)
        declared = {"signed_name": "Ada Lovelace", "is_of_age": True}
        refused = [
            device.enrol(ADA, portrait(1), consent=device.consent(**some))
            for some in ({}, {"signed_name": "Ada Lovelace"}, {"is_of_age": True})
        ]
        enrolled = device.enrol(ADA, portrait(1), consent=device.consent(**declared))
        policy, (consent,) = device.policy(), device.get("/v1/account").json["consents"]

    assert [(reply.problem, [e["field"] for e in reply.json["errors"]]) for reply in refused] == [
        ("consent-required", ["consent.signed_name", "consent.is_of_age"]),
        ("consent-required", ["consent.is_of_age"]),
        ("consent-required", ["consent.signed_name"]),
    ]
    assert enrolled.status == 201
    assert policy["release"]["age_statement"] == "I am at least 16 years old."
    assert policy["release"]["age_statement"] in policy["text"]
    assert (consent["signed_name"], consent["age_statement"]) == (
        "Ada Lovelace",
        "I am at least 16 years old.",
    )
    assert b"Ada Lovelace" not in str(cloud.items()).encode()


def test_a_name_that_nobody_asked_for_is_not_kept(cloud: Cloud) -> None:
    device = _applicant(cloud)

    device.enrol(ADA, portrait(1), consent=device.consent(signed_name="Ada Lovelace", is_of_age=True))

    (consent,) = device.get("/v1/account").json["consents"]
    assert (consent["signed_name"], consent["age_statement"]) == (None, None)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 129, 7])
def test_a_name_is_something_to_read(cloud: Cloud, name: object) -> None:
    device = _applicant(cloud)

    reply = device.enrol(ADA, portrait(1), consent=device.consent(signed_name=name))

    assert reply.problem == "request-invalid"
    assert str(name) not in reply.body.decode() or not str(name).strip()


# A new version


def test_the_next_sign_in_works_and_asks_for_consent_to_the_new_text(cloud: Cloud, new_text: Device) -> None:
    signed_in = new_text.sign_in(capture(1, take=1))

    now = int(new_text.clock())
    held = new_text.get("/v1/account").json
    due = signed_in.json["consent_due"]
    assert signed_in.status == 200
    assert due["policy_version"] == NEW
    assert abs(due["face_until"] - now - 14 * DAY_S) < 60
    assert held["consent_due"] == due
    assert held["consent_asked_at"] == due["face_until"] - 14 * DAY_S
    assert cloud.mails[-1]["subject"] == "Example: please read a new consent text"


def test_it_is_told_by_mail_once(cloud: Cloud, new_text: Device) -> None:
    for take in (1, 2):
        assert new_text.sign_in(capture(1, take=take)).status == 200

    subjects = [mail["subject"] for mail in cloud.mails]
    assert subjects.count("Example: please read a new consent text") == 1


@pytest.mark.parametrize("meanwhile", ["asked", "agreed"])
def test_who_was_asked_or_agreed_while_they_signed_in_is_not_told_once_more(
    meanwhile: str, cloud: Cloud, new_text: Device
) -> None:
    performed = new_text.perform("verification", capture(1, take=2))
    row = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    changed = {
        "asked": {"consent_asked_at": {"N": str(int(new_text.clock()))}},
        "agreed": {"policy_version": {"S": NEW}},
    }[meanwhile]
    revision = {"N": str(int(row["revision"]["N"]) + 1)}
    others = iter([lambda: cloud.put(row | changed | {"revision": revision})])

    def come_between(**_: object) -> None:
        next(others, lambda: None)()

    before = len(cloud.mails)
    with cloud.when("before-call.dynamodb.TransactWriteItems", come_between):
        reply = new_text.answer(performed.nonce, {"capture": performed.capture})

    assert reply.status == 200
    assert cloud.mails[before:] == []
    assert not [item for item in cloud.items() if item["pk"]["S"].startswith("WORK#NOTICE#")]


def test_nothing_new_is_learned_before_they_agreed(cloud: Cloud, new_text: Device) -> None:
    new_text.sign_in(capture(1, take=1, look=1))
    unlearned = cloud.kinds().count("ACCOUNT/TEMPLATE")
    new_text.agree()
    new_text.sign_in(capture(1, take=2, look=1))

    assert (unlearned, cloud.kinds().count("ACCOUNT/TEMPLATE")) == (ENROLLED, ENROLLED + 1)


def test_agreeing_keeps_the_old_record_beside_the_new_one(cloud: Cloud, new_text: Device) -> None:
    new_text.sign_in(capture(1, take=1))

    agreed = new_text.agree()

    held = new_text.get("/v1/account").json
    assert (agreed.status, agreed.json) == (200, {"policy_version": NEW})
    assert [consent["policy_version"] for consent in held["consents"]] == ["2026-11-1", NEW]
    assert held["consents"][1]["text_sha256"] == new_text.policy()["text_sha256"]
    assert (held["policy_version"], held["consent_due"], held["consent_asked_at"]) == (NEW, None, None)
    assert log(new_text)[0] == ("done", "consent-given")
    assert cloud.mails[-1]["subject"] == "Example: you agreed to a new consent text"
    assert new_text.sign_in(capture(1, take=2)).json["consent_due"] is None


def test_agreeing_twice_is_agreeing_once(cloud: Cloud, new_text: Device) -> None:
    new_text.sign_in(capture(1, take=1))
    new_text.agree()
    before, mails = cloud.kinds(), len(cloud.mails)

    again = new_text.agree()

    assert again.json == {"policy_version": NEW}
    assert (cloud.kinds(), len(cloud.mails)) == (before, mails)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "not ticked": ({"accepted": False}, "consent-required"),
    "an unknown version": ({"policy_version": "1999-1-1"}, "consent-outdated"),
    "the version before": ({"policy_version": "2026-11-1"}, "consent-outdated"),
    "another text": ({"text_sha256": "0" * 64}, "consent-outdated"),
    "no digest": ({"text_sha256": "zero"}, "request-invalid"),
    "more than is asked": ({"scores": 1}, "request-invalid"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_consent_to_the_text_in_force_changes_nothing(
    cloud: Cloud, new_text: Device, kind: str
) -> None:
    changes, slug = BAD[kind]
    new_text.sign_in(capture(1, take=1))
    before = _account_rows(cloud)

    reply = new_text.agree(**changes)

    assert reply.problem == slug
    assert _account_rows(cloud) == before


def test_the_face_signs_in_to_the_last_second_of_the_grace_and_then_no_more(
    cloud: Cloud, new_text: Device
) -> None:
    asked = new_text.sign_in(capture(1, take=1))
    until = asked.json["consent_due"]["face_until"]
    advance(until - new_text.clock() - 60)
    in_time = new_text.sign_in(capture(1, take=2))
    advance(until - new_text.clock())

    late = new_text.sign_in(capture(1, take=3))
    stranger = Device(InProcess())
    stranger.account = "A" * 22
    unknown = stranger.sign_in(capture(1, take=3))
    phone = new_phone(cloud)
    agreed = phone.agree()
    after = new_text.sign_in(capture(1, take=4))

    assert (in_time.status, agreed.status, after.status) == (200, 200, 200)
    assert (late.status, late.body) == (unknown.status, unknown.body)


def test_who_does_not_agree_sees_takes_away_and_deletes_everything(new_text: Device) -> None:
    new_text.sign_in(capture(1, take=1))

    seen = [new_text.get(path).status for path in ("/v1/account", "/v1/account/export")]
    withdrawn = new_text.withdraw_consent()

    assert seen == [200, 200]
    assert withdrawn.status == 200
    assert withdrawn.json["destroyed"]["consents"] == 1


def _account_rows(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")]
