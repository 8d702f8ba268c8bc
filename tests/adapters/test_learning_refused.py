"""A person may refuse that anything is learned of their face; what was learned goes with that."""

from tests.adapters.moments import learned
from tests.adapters.people import log
from tests.support.captures import ENROLLED, capture
from tests.support.client import Device
from tests.support.cloud import Cloud


def _templates(cloud: Cloud) -> int:
    return cloud.kinds().count("ACCOUNT/TEMPLATE")


def test_refusing_forgets_what_was_learned_and_learns_nothing_more(cloud: Cloud, device: Device) -> None:
    learned(cloud, device)
    before = _templates(cloud)

    refused = device.set_learning("refused")
    forgotten = _templates(cloud)
    signed_in = device.sign_in(capture(1, take=2, look=1))

    held, exported = device.get("/v1/account").json, device.get("/v1/account/export").json
    assert (before, forgotten, _templates(cloud)) == (ENROLLED + 1, ENROLLED, ENROLLED)
    assert (refused.status, refused.json) == (200, {"learning": "refused"})
    assert signed_in.status == 200
    assert (held["learning"], exported["learning"]) == ("refused", "refused")
    assert ("done", "learning-refused") in log(device)
    assert "Example: nothing is learned of your face any more" in [mail["subject"] for mail in cloud.mails]


def test_allowing_it_again_learns_again(cloud: Cloud, ada: Device) -> None:
    ada.set_learning("refused")
    ada.sign_in(capture(1, take=1, look=1))
    refused = _templates(cloud)

    allowed = ada.set_learning("allowed")
    ada.sign_in(capture(1, take=2, look=1))

    assert allowed.json == {"learning": "allowed"}
    assert ada.get("/v1/account").json["learning"] == "allowed"
    assert (refused, _templates(cloud)) == (ENROLLED, ENROLLED + 1)


def test_asking_for_what_is_so_already_changes_nothing(cloud: Cloud, ada: Device) -> None:
    mails, entries = len(cloud.mails), len(log(ada))

    allowed = ada.set_learning("allowed")
    ada.set_learning("refused")
    again = ada.set_learning("refused")

    assert (allowed.status, again.status) == (200, 200)
    assert len(cloud.mails) - mails == 1
    assert len(log(ada)) - entries == 1


def test_a_sign_in_that_was_under_way_learns_nothing_after_a_refusal(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    performed = ada.perform("verification", capture(1, take=2, look=1))
    ada.set_learning("refused")

    reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert reply.status == 200
    assert _templates(cloud) == ENROLLED


def test_what_is_no_choice_is_refused(ada: Device) -> None:
    for content in ({}, {"learning": "maybe"}, {"learning": None}, {"learning": "refused", "more": 1}):
        assert ada.change("POST", "/v1/account/learning", content).problem == "request-invalid"
    assert ada.get("/v1/account").json["learning"] == "allowed"
