"""What an account learns from sign-ins: in the transaction that records them, and never more than it may."""

import json
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from matching import VerificationDecision, decide_verification
from tests.adapters.people import log, new_phone
from tests.adapters.test_aws_calls import FIVE_CALLS
from tests.support import clock
from tests.support.aws_calls import recorded
from tests.support.captures import ENROLLED, FINE_QUALITY, capture, encode_descriptor
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

ROLLBACK = ("POST", "/v1/account/templates/rollback")


def look(number: int, *, take: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- as capture
    return capture(1, take=take, look=number, **changes)


def learned(device: Device) -> list[dict[str, Any]]:
    return [one for one in device.get("/v1/account").json["templates"] if one["kind"] == "adaptive"]


def rows(cloud: Cloud) -> list[dict[str, Any]]:
    """The adaptive templates' own rows."""
    return [item for item in cloud.items() if item.get("kind") == {"S": "adaptive"}]


def profile(cloud: Cloud) -> dict[str, Any]:
    (found,) = (item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    return found


def learn(cloud: Cloud, device: Device, numbers: range) -> None:
    """Learn looks, eight days apart."""
    for number in numbers:
        cloud.let_days_pass(8)
        assert device.sign_in(look(number)).status == 200


@pytest.fixture
def taught(cloud: Cloud, ada: Device) -> Device:
    """Ada's laptop, which has learned one look, still quarantined."""
    assert ada.sign_in(look(1)).status == 200
    assert len(rows(cloud)) == 1
    return ada


@pytest.fixture
def decisions(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the decision was given, each time that it was asked."""
    asked: list[dict[str, Any]] = []

    def watch(**given: Any) -> VerificationDecision:  # noqa: ANN401 -- passed on as it came
        asked.append(given)
        return decide_verification(**given)

    monkeypatch.setattr("functions.verify.judgement.decide_verification", watch)
    return asked


def test_a_new_look_is_learned_with_where_it_came_from_and_waits(ada: Device) -> None:
    assert ada.sign_in(look(1)).status == 200

    (template,) = learned(ada)
    (entry,) = ada.get("/v1/account/sign-ins").json["sign_ins"]
    assert (template["kind"], template["state"], template["corroborations"]) == ("adaptive", "quarantined", 0)
    assert (template["source_sign_in"], template["source_device"]) == (entry["id"], ada.thumbprint)
    assert template["created_at"] == entry["at"]
    assert template["expires_at"] - template["created_at"] == 365 * 86_400
    assert template["corroborated_at"] is None
    assert template["quality"].keys() == FINE_QUALITY.keys()
    assert ada.get("/v1/account").json["learned_at"] == [entry["at"]]


def test_how_often_each_was_compared_is_told_from_the_log(taught: Device) -> None:
    used = [_used(taught)]
    for take in (2, 3, 4):
        clock.advance(2 * 86_400)
        assert taught.sign_in(look(1, take=take)).status == 200
        used.append(_used(taught))
    assert taught.sign_in(capture(2)).status == 401

    # What was learned is compared with once two more looks have borne it out: that was at the third.
    assert used == [({1}, {0}), ({2}, {0}), ({3}, {0}), ({4}, {1})]
    assert used[-1] == _used(taught) == _used(taught, path="/v1/account/export")


def _used(device: Device, *, path: str = "/v1/account") -> tuple[set[int], set[int]]:
    held = device.get(path).json["templates"]
    anchors, learned = (
        {one["used"] for one in held if one["kind"] == kind} for kind in ("anchor", "adaptive")
    )
    return anchors, learned


@pytest.mark.parametrize(
    "sent",
    [
        capture(1, take=1),
        look(1, quality=[FINE_QUALITY | {"luminance_mean": 55.0}] * 3),
        look(1, quality=[FINE_QUALITY, FINE_QUALITY, FINE_QUALITY | {"sharpness": 0.4}]),
    ],
    ids=["nothing new", "too dark", "one blurred"],
)
def test_nothing_is_learned_from_a_sign_in_that_teaches_nothing(
    sent: dict[str, Any], cloud: Cloud, ada: Device
) -> None:
    assert ada.sign_in(sent).status == 200

    assert rows(cloud) == []


def test_a_refused_look_and_a_device_that_was_not_known_teach_nothing(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert phone.sign_in(look(1)).json["device"] == "added"
    assert ada.sign_in(capture(2)).status == 401

    assert rows(cloud) == []


def test_one_a_day_and_four_in_thirty_days(cloud: Cloud, ada: Device) -> None:
    counts = []
    for number, days in enumerate([0.0, 0.9, 0.2, 1.0, 1.0, 1.0, 25.0, 1.5], start=1):
        cloud.let_days_pass(days)
        assert ada.sign_in(look(number)).status == 200
        counts.append(len(rows(cloud)))

    assert counts == [1, 1, 2, 3, 4, 4, 4, 5]


def test_two_later_days_bring_it_out_of_quarantine(cloud: Cloud, taught: Device) -> None:
    seen = []
    for take, days in enumerate([0.0, 1.1, 0.5, 0.6], start=2):
        cloud.let_days_pass(days)
        assert taught.sign_in(look(1, take=take)).status == 200
        (template,) = learned(taught)
        seen.append((template["state"], template["corroborations"]))

    assert seen == [("quarantined", 0), ("quarantined", 1), ("quarantined", 1), ("active", 2)]


def test_what_is_active_is_compared_and_what_is_quarantined_is_not(
    cloud: Cloud, taught: Device, decisions: list[dict[str, Any]]
) -> None:
    for take in (2, 3, 4):
        cloud.let_days_pass(1.1)
        taught.sign_in(look(1, take=take))

    assert [len(given["references"]) for given in decisions] == [ENROLLED, ENROLLED, ENROLLED + 1]


def test_a_learned_template_is_forgotten_after_a_year_whether_or_not_ttl_comes_by(
    cloud: Cloud, taught: Device
) -> None:
    cloud.let_days_pass(366)

    assert learned(taught) == []
    assert len(rows(cloud)) == 1, "TTL lags"

    assert taught.sign_in(capture(1, take=2)).status == 200
    assert rows(cloud) == []
    assert "adaptive" not in profile(cloud)


def test_what_ttl_removed_is_struck_off_with_the_next_sign_in(cloud: Cloud, taught: Device) -> None:
    (row,) = rows(cloud)
    cloud.delete(row["pk"]["S"], row["sk"]["S"])

    assert taught.sign_in(capture(1, take=2)).status == 200

    assert "adaptive" not in profile(cloud)


def test_five_at_most_and_the_anchors_stay_as_they_are(cloud: Cloud, ada: Device) -> None:
    anchors = [item for item in cloud.items() if item.get("kind") == {"S": "anchor"}]

    for number in range(1, 10):
        learn(cloud, ada, range(number, number + 1))
        assert len(rows(cloud)) == min(number, 5)

    now = [item for item in cloud.items() if item.get("kind") == {"S": "anchor"}]
    assert [item["sealed_descriptor"] for item in now] == [item["sealed_descriptor"] for item in anchors]
    assert profile(cloud)["anchors"]["SS"] == sorted(item["sk"]["S"].partition("#")[2] for item in anchors)
    assert sorted(profile(cloud)["adaptive"]["SS"]) == sorted(
        item["sk"]["S"].partition("#")[2] for item in rows(cloud)
    )


def _admit(cloud: Cloud, ada: Device) -> dict[str, Any]:  # noqa: ARG001 -- as its siblings
    return look(1)


def _corroborate(cloud: Cloud, ada: Device) -> dict[str, Any]:
    ada.sign_in(look(1))
    cloud.let_days_pass(2)
    return look(1, take=2)


def _promote(cloud: Cloud, ada: Device) -> dict[str, Any]:
    ada.sign_in(_corroborate(cloud, ada))
    cloud.let_days_pass(2)
    return look(1, take=3)


def _expire(cloud: Cloud, ada: Device) -> dict[str, Any]:
    ada.sign_in(look(1))
    cloud.let_days_pass(366)
    return capture(1, take=3)


def _evict(cloud: Cloud, ada: Device) -> dict[str, Any]:
    learn(cloud, ada, range(1, 6))
    cloud.let_days_pass(8)
    return look(6)


@pytest.mark.parametrize("situation", [_admit, _corroborate, _promote, _expire, _evict])
def test_whatever_becomes_of_templates_a_warm_sign_in_is_exactly_five_calls_and_their_notice(
    situation: Callable[[Cloud, Device], dict[str, Any]], cloud: Cloud, ada: Device
) -> None:
    sent = situation(cloud, ada)
    before = rows(cloud)
    performed = ada.perform("verification", sent)

    with recorded() as record:
        reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert reply.status == 200
    # What was learned is told after the five, whether or not the mail goes out, and taken off the work list.
    told = ["ses:SendEmail", "dynamodb:DeleteItem"] if situation in {_admit, _evict} else []
    assert record.operations == [*FIVE_CALLS, *told]
    assert rows(cloud) != before


def test_two_sign_ins_at_once_learn_once_and_both_get_in(cloud: Cloud, ada: Device) -> None:
    inner = _during_the_write(cloud, ada, look(2), then=look(1))

    assert [reply.status for reply in inner] == [200, 200]
    assert len(rows(cloud)) == 1
    assert len(profile(cloud)["learned_at"]["SS"]) == 1
    assert log(ada) == [("accepted", "matched")] * 2


def test_two_sign_ins_at_once_count_as_one_corroboration(cloud: Cloud, taught: Device) -> None:
    cloud.let_days_pass(2)

    _during_the_write(cloud, taught, look(1, take=2), then=look(1, take=3))

    assert [one["corroborations"] for one in learned(taught)] == [1]


def test_a_sign_in_at_the_same_time_as_a_rollback_learns_nothing(cloud: Cloud, taught: Device) -> None:
    cloud.let_days_pass(2)
    owner = _twin(taught)

    statuses = _meanwhile(cloud, lambda: taught.sign_in(look(2)), lambda: owner.change(*ROLLBACK))

    assert statuses == [200, 204]
    assert rows(cloud) == []


def test_a_rollback_at_the_same_time_as_a_sign_in_removes_what_that_learned_too(
    cloud: Cloud, taught: Device
) -> None:
    cloud.let_days_pass(2)
    phone = new_phone(cloud)  # a sign-in takes the place of its own device's session

    statuses = _meanwhile(cloud, lambda: phone.change(*ROLLBACK), lambda: taught.sign_in(look(2)))

    assert statuses == [204, 200]
    assert rows(cloud) == []


def test_a_template_learned_since_the_challenge_lets_the_next_wait(cloud: Cloud, ada: Device) -> None:
    performed = ada.perform("verification", look(2))
    _twin(ada).sign_in(look(1))
    cloud.let_days_pass(2)

    reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert reply.status == 200
    assert len(rows(cloud)) == 1


@pytest.mark.parametrize("frames", [3, 1])
@pytest.mark.parametrize("state", ["anchor", "quarantined"])
def test_a_stored_template_sent_back_raises_the_alarm_and_is_refused_like_a_stranger(
    state: str,
    frames: int,
    taught: Device,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    taught.sign_in(capture(1, take=5))
    stored = taught.get("/v1/account/export").json["templates"]
    stolen = next(one for one in stored if state in {one["kind"], one["state"]})["descriptor"]
    stranger = taught.sign_in(capture(2))
    capsys.readouterr()
    caplog.clear()

    replayed = taught.sign_in(_with_descriptor(stolen, frames=frames))

    said = capsys.readouterr().out
    assert (replayed.status, replayed.body, replayed.headers) == (
        stranger.status,
        stranger.body,
        stranger.headers,
    )
    assert log(taught)[0] == ("refused", "template-replayed")
    (alarm,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert (alarm.getMessage(), alarm.args) == ("template_replayed", ())
    assert not set(vars(alarm)) - set(vars(logging.makeLogRecord({}))) - {"message", "asctime"}
    (metric,) = (json.loads(line) for line in said.splitlines() if "TemplateReplayed" in line)
    assert metric["TemplateReplayed"] == [1.0]
    assert metric["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["outcome", "service"]]
    assert metric["outcome"] == "authentication-failed"


def test_a_look_that_is_no_template_raises_no_alarm(
    taught: Device, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    capsys.readouterr()
    caplog.clear()
    taught.sign_in(look(1, take=9))
    taught.sign_in(capture(2))

    assert "TemplateReplayed" not in capsys.readouterr().out
    assert {record.getMessage() for record in caplog.records} == {"answered"}


def test_forgetting_takes_all_that_was_learned_and_nothing_else(cloud: Cloud, ada: Device) -> None:
    learn(cloud, ada, range(1, 4))
    assert len(learned(ada)) == 3

    reply = ada.change(*ROLLBACK)

    assert reply.status == 204
    assert rows(cloud) == []
    assert [one["kind"] for one in ada.get("/v1/account").json["templates"]] == ["anchor"] * ENROLLED
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_forgetting_what_was_never_learned_changes_nothing(cloud: Cloud, ada: Device) -> None:
    kinds = cloud.kinds()

    assert [ada.change(*ROLLBACK).status for _ in range(2)] == [204, 204]
    assert cloud.kinds() == kinds


def test_forgetting_takes_what_expired_and_ttl_left(cloud: Cloud, taught: Device) -> None:
    cloud.let_days_pass(400)

    assert taught.change(*ROLLBACK).status == 204

    assert rows(cloud) == []


def test_a_removed_device_takes_what_was_learned_from_it_and_leaves_the_rest(
    cloud: Cloud, ada: Device
) -> None:
    ada.sign_in(look(1))
    phone = new_phone(cloud)
    phone.sign_in(capture(1, take=2))
    cloud.let_days_pass(8)
    phone.sign_in(look(2))
    assert {one["source_device"] for one in learned(ada)} == {ada.thumbprint, phone.thumbprint}

    assert ada.change("DELETE", f"/v1/account/devices/{phone.thumbprint}").status == 204

    assert [one["source_device"] for one in learned(ada)] == [ada.thumbprint]
    assert len(profile(cloud)["adaptive"]["SS"]) == 1


def test_an_owner_removes_any_single_one_but_the_last_anchor(cloud: Cloud, taught: Device) -> None:
    anchors = [one["id"] for one in taught.get("/v1/account").json["templates"] if one["kind"] == "anchor"]
    (one,) = learned(taught)

    statuses = [_remove(taught, anchor).status for anchor in anchors]

    assert statuses == [*[204] * (ENROLLED - 1), 409]
    assert _remove(taught, anchors[-1]).problem == "last-template"
    assert _remove(taught, one["id"]).status == 204
    assert _remove(taught, one["id"]).problem == "not-found"
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == 1


def test_a_session_of_a_removed_device_forgets_nothing(cloud: Cloud, taught: Device) -> None:
    phone = new_phone(cloud)
    phone.sign_in(capture(1, take=3))
    cloud.let_days_pass(8)
    phone.sign_in(look(2))
    taught.change("DELETE", f"/v1/account/devices/{phone.thumbprint}")

    assert phone.change(*ROLLBACK).problem == "token-invalid"
    assert len(rows(cloud)) == 1


def test_the_receipt_counts_what_was_learned_and_nothing_of_it_stays(cloud: Cloud, taught: Device) -> None:
    reply = taught.delete_account()

    assert reply.json["destroyed"]["templates"] == ENROLLED + 1
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_the_export_of_a_face_holds_what_was_learned_and_that_of_a_mailbox_does_not(
    cloud: Cloud, taught: Device
) -> None:
    phone = new_phone(cloud)

    by_face, by_mailbox = (device.get("/v1/account/export").json["templates"] for device in (taught, phone))

    assert [len(one["descriptor"]) for one in by_face if one["kind"] == "adaptive"] == [128]
    assert [one["descriptor"] for one in by_mailbox if one["kind"] == "adaptive"] == [None]


def test_what_was_learned_never_opens_as_an_anchor(cloud: Cloud, taught: Device) -> None:
    """Whoever writes to the table turns no learned template into one that never changes."""
    (row,) = rows(cloud)
    cloud.change(row["pk"]["S"], row["sk"]["S"], kind={"S": "anchor"})

    assert taught.sign_in(capture(1, take=2)).problem == "authentication-failed"


def test_evidence_whose_qualities_and_frames_differ_in_number_is_refused(ada: Device) -> None:
    sent = capture(1, take=1, count=4, quality=[FINE_QUALITY] * 3)

    assert ada.sign_in(sent).problem == "authentication-failed"
    assert log(ada) == [("refused", "evidence-malformed")]


def test_failures_of_the_window_reach_the_decision_and_a_success_starts_afresh(
    cloud: Cloud, ada: Device, decisions: list[dict[str, Any]]
) -> None:
    for sent in (capture(2), capture(2), capture(1, take=1), capture(1, take=2)):
        ada.sign_in(sent)
    new_phone(cloud).sign_in(capture(1, take=3))

    histories = [given["history"] for given in decisions]
    assert [history.recent_failures for history in histories] == [0, 1, 2, 0, 0]
    assert [history.device_is_new for history in histories] == [False] * 4 + [True]
    assert all(len(given["quality"]) == len(given["probe"]) for given in decisions)


def _with_descriptor(descriptor: list[float], *, frames: int) -> dict[str, Any]:
    sent = capture(1, take=6)
    stolen = encode_descriptor(np.array(descriptor))
    return sent | {"descriptors": [stolen] * frames + sent["descriptors"][frames:]}


def _remove(device: Device, template: str) -> Reply:
    return device.change("DELETE", f"/v1/account/templates/{template}")


def _twin(device: Device) -> Device:
    """The same browser profile, in another tab."""
    twin = Device(InProcess(), key=device.key)
    twin.account, twin.access_token = device.account, device.access_token
    return twin


def _during_the_write(
    cloud: Cloud, device: Device, sent: dict[str, Any], *, then: dict[str, Any]
) -> list[Reply]:
    other = _twin(device)
    return _meanwhile_replies(cloud, lambda: device.sign_in(sent), lambda: other.sign_in(then))


def _meanwhile(cloud: Cloud, first: Callable[[], Reply], second: Callable[[], Reply]) -> list[int]:
    return [reply.status for reply in _meanwhile_replies(cloud, first, second)]


def _meanwhile_replies(cloud: Cloud, first: Callable[[], Reply], second: Callable[[], Reply]) -> list[Reply]:
    """Do the second between what the first reads and what it writes."""
    inner: list[Reply] = []
    begun: list[bool] = []

    def come_between(**_: object) -> None:
        if not begun:
            begun.append(True)
            inner.append(second())

    with cloud.when("before-call.dynamodb.TransactWriteItems", come_between):
        outer = first()
    return [outer, *inner]
