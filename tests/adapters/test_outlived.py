"""What no expiry of the table's reaches: an account's own row, which every way in and every look clears."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from functions.bounces import handler as bounces
from service.deployment import this_deployment
from service.repositories.mail_troubles import TROUBLE_LIFE_S
from service.repositories.rows import LEARNED_AT_DAYS, Profile
from tests.adapters.moments import ADA
from tests.adapters.test_passkeys import new_key
from tests.support import clock
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import sweep
from tests.support.transport import InProcess

OUTLIVED: Final = {"learned_at", "mail_trouble", "mail_trouble_until"}
LONGEST_S: Final = max(TROUBLE_LIFE_S, LEARNED_AT_DAYS * 86_400)


def _kept(cloud: Cloud) -> set[str]:
    (row,) = (item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    return set(row) & OUTLIVED


def _by_face(_: Cloud, ada: Device) -> Callable[[], object]:
    return lambda: ada.sign_in(capture(1, take=1)).status


def _by_a_face_that_is_learned(_: Cloud, ada: Device) -> Callable[[], object]:
    return lambda: ada.sign_in(capture(1, take=2, look=2)).status


def _by_recovery_code(_: Cloud, ada: Device) -> Callable[[], object]:
    codes = ada.make_recovery_codes()
    return lambda: Device(InProcess()).use_recovery_code(ADA, codes[0]).status


def _by_passkey(_: Cloud, ada: Device) -> Callable[[], object]:
    key = new_key()
    assert ada.add_passkey(key).status == 201
    return lambda: Device(InProcess()).use_passkey(key, str(ada.account)).status


def _by_code(cloud: Cloud, ada: Device) -> Callable[[], object]:
    def confirm() -> int:
        ada.send_code(ADA)
        return ada.confirm(ADA, cloud.code(ADA)).status

    return confirm


def _by_a_look(_: Cloud, __: Device) -> Callable[[], object]:
    def look() -> int:
        clock.advance(335 * 86_400)
        sweep()
        return 200

    return look


WAYS: Final[Mapping[str, Callable[[Cloud, Device], Callable[[], object]]]] = {
    "face": _by_face,
    "learned-face": _by_a_face_that_is_learned,
    "recovery-code": _by_recovery_code,
    "passkey": _by_passkey,
    "code": _by_code,
    "yearly-look": _by_a_look,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_its_time_is_over_for_is_taken_out_of_the_row(way: str, cloud: Cloud, ada: Device) -> None:
    use = WAYS[way](cloud, ada)
    assert ada.sign_in(capture(1, take=2, look=1)).status == 200
    bounces.handle(by_sns(bounce(ADA)), None)
    assert _kept(cloud) == OUTLIVED

    clock.advance(LONGEST_S + 1)
    assert use() == 200

    # A look that is learned then brings a time of its own.
    assert _kept(cloud) == ({"learned_at"} if way == "learned-face" else set())
    assert all(at > clock.now() - 60 for at in _profile(ada).learned_at)


def test_what_still_counts_stays(cloud: Cloud, ada: Device) -> None:
    assert ada.sign_in(capture(1, take=2, look=1)).status == 200
    bounces.handle(by_sns(bounce(ADA)), None)

    clock.advance(min(TROUBLE_LIFE_S, LEARNED_AT_DAYS * 86_400) - 60)
    assert ada.sign_in(capture(1, take=1)).status == 200

    assert _kept(cloud) == OUTLIVED


def test_of_several_times_only_those_go_that_are_over(ada: Device) -> None:
    assert ada.sign_in(capture(1, take=2, look=1)).status == 200
    clock.advance(8 * 86_400)
    assert ada.sign_in(capture(1, take=2, look=2)).status == 200
    before = _profile(ada).learned_at
    assert len(before) == 2

    clock.advance((LEARNED_AT_DAYS - 1) * 86_400)
    assert ada.sign_in(capture(1, take=1)).status == 200

    assert _profile(ada).learned_at == {max(before)}


def _profile(ada: Device) -> Profile:
    holdings = this_deployment().accounts.holdings(str(ada.account), now=clock.now())
    assert holdings is not None
    return holdings.profile
