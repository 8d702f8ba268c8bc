"""What somebody does who is in: each change stands in the owner's log, and none outruns a freeze."""

from collections.abc import Callable
from typing import TypeAlias, get_args

import pytest

from service import deeds
from service.deeds import DeedName
from service.patience import DAY_S
from tests.adapters.calls import AUTHORIZATION
from tests.adapters.moments import ADA, ELSEWHERE
from tests.adapters.people import log, new_phone
from tests.adapters.test_passkeys import new_key
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

Do: TypeAlias = Callable[[Cloud, Device], Reply]


def _the_first(kind: str) -> Callable[[Device], str]:
    """Name the first of a kind that is not the asking device itself."""
    return lambda device: next(
        str(one["id"]) for one in device.get("/v1/account").json[kind] if not one.get("current")
    )


def _removal(kind: str) -> Do:
    found = _the_first(kind)
    return lambda _, device: device.change("DELETE", f"/v1/account/{kind}/{found(device)}")


def _move(cloud: Cloud, device: Device) -> Reply:
    cloud.let_a_minute_pass()
    assert device.send_address_codes(ELSEWHERE).status == 202
    codes = {"from_old": cloud.code(ADA), "from_new": cloud.code(ELSEWHERE)}
    return device.change_address(ELSEWHERE, **codes)


def _agree_anew(cloud: Cloud, device: Device) -> Reply:
    with pytest.MonkeyPatch.context() as later:
        later.setenv("POLICY_VERSION", "2031-1-1")
        cloud.restart()
        reply = device.agree()
    cloud.restart()
    return reply


# In an order in which each finds what it needs.
DEEDS: dict[str, Do] = {
    "recovery-codes-made": lambda _, device: device.change("POST", "/v1/account/recovery-codes"),
    "passkey-added": lambda _, device: device.add_passkey(new_key()),
    "passkey-removed": _removal("passkeys"),
    "device-renamed": lambda _, device: device.rename_device(device.thumbprint, "Desk"),
    "device-removed": _removal("devices"),
    "template-removed": _removal("templates"),
    "learned-forgotten": lambda _, device: device.change("POST", "/v1/account/templates/rollback"),
    "consent-given": _agree_anew,
    "face-enrolled": lambda _, device: device.enrol_face(portrait(1, take=1)),
    "learning-refused": lambda _, device: device.set_learning("refused"),
    "learning-allowed": lambda _, device: device.set_learning("allowed"),
    "log-shortened": lambda _, device: device.set_sign_in_log("least"),
    "log-lengthened": lambda _, device: device.set_sign_in_log("full"),
    "face-sign-in-paused": lambda _, device: device.set_face_sign_in("paused"),
    "face-sign-in-resumed": lambda _, device: device.set_face_sign_in("active"),
    "application-allowed": lambda _, device: device.change(
        "POST", "/v1/account/authorizations", {"query": AUTHORIZATION, "consent": True}
    ),
    "application-withdrawn": lambda _, device: device.change("DELETE", "/v1/account/grants/shop"),
    "address-changed": _move,
}


@pytest.fixture
def busy(cloud: Cloud, ada: Device) -> Device:
    """Ada's laptop, with a second device, a face of some days, and with a look that was learned."""
    cloud.let_days_pass(4)
    assert new_phone(cloud).sign_in(capture(1, take=2)).status == 200
    assert ada.sign_in(capture(1, take=3, look=1)).status == 200
    return ada


def test_each_change_stands_in_the_log_under_its_own_name(cloud: Cloud, busy: Device) -> None:
    before = log(busy)

    for name, do in DEEDS.items():
        assert do(cloud, busy).status < 300, name

    assert log(busy) == [*(("done", name) for name in reversed(DEEDS)), *before]
    assert busy.get("/v1/account").json["sign_in_log"] == "whole"
    assert set(DEEDS) == set(get_args(DeedName))


def test_what_changes_nothing_leaves_no_entry(ada: Device) -> None:
    before = log(ada)

    assert ada.set_face_sign_in("active").status == 200
    assert ada.set_sign_in_log("full").status == 200
    assert ada.change("POST", "/v1/account/templates/rollback").status == 204
    assert ada.change("DELETE", f"/v1/account/templates/{'0' * 26}").problem == "not-found"
    assert ada.change("DELETE", f"/v1/account/devices/{'A' * 43}").problem == "not-found"
    assert ada.change("DELETE", f"/v1/account/passkeys/{'A' * 43}").problem == "not-found"
    assert ada.change("DELETE", "/v1/account/grants/shop").problem == "not-found"
    assert ada.get("/v1/account/export").status == 200
    assert ada.refresh().status == 200

    assert log(ada) == before


def test_a_freeze_between_asking_and_writing_stops_every_change(cloud: Cloud, busy: Device) -> None:
    """Each has been let in, and read an account that was not frozen; its session's row is still there."""
    token, other = cloud.freeze_token(ADA), Device(InProcess())
    for name, do in DEEDS.items():
        sessions = [item for item in cloud.items() if item["sk"]["S"].startswith("SESSION#")]
        held, frozen = _rows(cloud), list[int]()

        def freeze(
            *,
            frozen: list[int] = frozen,
            sessions: list[dict[str, object]] = sessions,
            **_: object,
        ) -> None:
            if not frozen:
                frozen.append(0)
                frozen[0] = other.freeze(token).status
                for row in sessions:
                    cloud.put(row)

        with cloud.when("before-call.dynamodb.TransactWriteItems", freeze):
            reply = do(cloud, busy)

        assert (frozen, reply.problem) == ([204], "token-invalid"), name
        assert _rows(cloud) == held, name
        _lift(cloud)
        assert do(cloud, busy).status < 300, name


def test_a_change_that_another_write_overtook_is_made_all_the_same(cloud: Cloud, busy: Device) -> None:
    phone, paused = new_phone(cloud), list[int]()

    def pause(**_: object) -> None:
        if not paused:
            paused.append(0)
            paused[0] = phone.set_face_sign_in("paused").status

    with cloud.when("before-call.dynamodb.TransactWriteItems", pause):
        reply = DEEDS["template-removed"](cloud, busy)

    assert (paused, reply.status) == ([200], 204)
    assert {("done", "template-removed"), ("done", "face-sign-in-paused")} <= {*log(busy)}
    assert busy.get("/v1/account").json["sign_in_log"] == "whole"


def _rows(cloud: Cloud) -> dict[str, object]:
    """The account's rows; of the profile, all but what freezing changes."""
    rows = {item["sk"]["S"]: dict(item) for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")}
    for name in ("frozen_at", "link_followed_at", "revision", "status"):
        rows["PROFILE"].pop(name, None)
    return dict(rows)


def _lift(cloud: Cloud) -> None:
    """Behind the API's back, and as it was: what a lift does is tested elsewhere."""
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    lifted = {"frozen_at", "link_followed_at"}
    cloud.put({name: value for name, value in profile.items() if name not in lifted})


def test_nobody_writes_the_log_full_with_changes_and_another_device_goes_on(
    cloud: Cloud, busy: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "CHANGES_A_DAY", 2)
    before = log(busy)

    answers = [busy.set_face_sign_in(state) for state in ("paused", "active", "paused")]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].problem == "too-many-requests"
    assert 0 < int(answers[-1].headers["retry-after"]) <= DAY_S
    assert len(log(busy)) == len(before) + 2
    assert busy.get("/v1/account").json["status"] == "active"
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=9)).status == 200
    assert phone.set_face_sign_in("paused").status == 200


def test_devices_that_an_account_does_not_know_have_one_count_together(
    busy: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device is but a key, and keys cost nothing: a hundred of them would write the log full in a day."""
    monkeypatch.setattr(deeds, "CHANGES_A_DAY", 3)
    passkey, account = new_key(), str(busy.account)
    assert busy.add_passkey(passkey).status == 201
    statuses = []
    for name in ("one", "two", "three", "four"):
        stranger = Device(InProcess())
        assert stranger.use_passkey(passkey, account).status == 200
        statuses.append(stranger.rename_device(busy.thumbprint, name).status)

    assert statuses == [204, 204, 204, 429]
    # What stops a stranger is no stranger's to use up, on whatever device its owner is.
    assert stranger.set_face_sign_in("paused").status == 200
    assert stranger.set_learning("refused").status == 200
    assert stranger.set_learning("allowed").status == 429
    assert stranger.set_face_sign_in("active").status == 429
    assert busy.rename_device(busy.thumbprint, "Mine").status == 204
