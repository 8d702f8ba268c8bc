"""What the functions write is what the register says: every family of rows, every attribute, every seal."""

import binascii
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from service.deployment import this_deployment
from service.patience import DAY_S
from service.register import register
from service.register.places import ELSEWHERE, PLACES, Seal
from service.repositories.items import from_wire
from service.vault import DataKey, Kind, SealBrokenError, unseal
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud, running_cloud
from tests.support.everything import grants_by_function
from tests.support.office import Office
from tests.support.sweeping import leave_work, sweep
from tests.support.transport import InProcess, Reply

ADA = "ada.lovelace@example.org"
GRACE = "grace.hopper.elsewhere@example.org"
NAME = "Ada's kitchen tablet"
_IN_43 = re.compile(r"[A-Za-z0-9_-]{43}|[0-9a-f]{64}")

Seen = dict[str, dict[str, list[Any]]]


class Watch:
    """Every row that was there after some request, whatever became of it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.seen: Seen = defaultdict(lambda: defaultdict(list))
        self._keys: dict[str, DataKey] = {}
        self._looked_at: set[str] = set()

    def look(self) -> None:
        for table, items in (("Accounts", self.cloud.items()), ("Keys", self.cloud.keys())):
            for wired in items:
                if (known := repr(sorted(wired.items(), key=str))) in self._looked_at:
                    continue
                self._looked_at.add(known)
                self._note(table, dict(from_wire(wired)))

    def _note(self, table: str, item: dict[str, Any]) -> None:
        row = f"{table} {_head(item['pk'])}/{_head(item['sk'])}"
        for name, value in item.items():
            if name not in {"pk", "sk"}:
                self.seen[row][name].append(value)
                if row.startswith("Accounts ACCOUNT/") and isinstance(value, bytes):
                    self.seen[row][f"{name} opens"].append(_opens(self._key(item), item, value))

    def _key(self, item: dict[str, Any]) -> DataKey:
        account = str(item["pk"]).removeprefix("ACCOUNT#")
        if account not in self._keys:
            wrapped = this_deployment().keys.of_account(account)
            assert wrapped is not None
            self._keys[account] = this_deployment().keyring.unwrap(account, wrapped)
        return self._keys[account]


def _opens(key: DataKey, item: dict[str, Any], blob: bytes) -> bool:
    for kind in get_args(Kind):
        for model in ("-", str(item.get("model", "-"))):
            try:
                unseal(key, blob, item=str(item["sk"]), kind=kind, model=model)
            except SealBrokenError:
                continue
            return True
    return False


def _head(key: str) -> str:
    return str(key).partition("#")[0]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """What lay in the tables while everything was done that the functions and the operators do."""
    with running_cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        watch = Watch(cloud)
        invoke = InProcess.invoke

        def watched(self: InProcess, function: str, event: dict[str, Any]) -> Reply:
            reply = invoke(self, function, event)
            watch.look()
            return reply

        patch.setattr(InProcess, "invoke", watched)
        grants_by_function(cloud)
        ada = _a_passkey_and_a_new_text(cloud, patch)
        _killed_while_it_left(cloud)
        watch.look()
        assert sweep(after_s=335 * DAY_S)["failed"] == 0  # who uses nothing for so long is told
        watch.look()
        _a_letter(ada, tmp_path_factory.mktemp("office"))
        watch.look()
        yield watch.seen


def _a_passkey_and_a_new_text(cloud: Cloud, patch: pytest.MonkeyPatch) -> Device:
    ada = Device(InProcess())
    cloud.let_a_minute_pass()
    ada.send_code(ADA)
    ada.confirm(ADA, cloud.code(ADA))
    assert ada.enrol(ADA, portrait(3), device_name=NAME).status == 201
    for take in (1, 2):  # what was learned is borne out two days later
        assert ada.sign_in(capture(3, take=take, look=1)).status == 200
        cloud.let_days_pass(2)
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert ada.add_passkey(key).status == 201
    assert ada.use_passkey(key, str(ada.account)).status == 200
    with patch.context() as later:
        later.setenv("POLICY_VERSION", "2031-1-1")
        cloud.restart()
        assert ada.sign_in(capture(3, take=3)).status == 200
    cloud.restart()
    return ada


def _killed_while_it_left(cloud: Cloud) -> None:
    """Leave what a killed function leaves: a mail that is due, and the last one of who is gone."""
    grace = Device(InProcess())
    grace.send_code(GRACE)
    grace.confirm(GRACE, cloud.code(GRACE))
    assert grace.enrol(GRACE, portrait(5)).status == 201
    leave_work(cloud, grace)


def _a_letter(ada: Device, folder: Path) -> None:
    office = Office(folder)
    assert (office.ask(), office.approve(), office.wait()) == (0, 0, 0)
    assert office.carry_out(typed=lambda _: str(ada.account)) == 0


def test_every_attribute_that_is_written_stands_in_the_register_and_none_for_nothing(seen: Seen) -> None:
    written = {f"{row}.{name}" for row, names in seen.items() for name in names if " " not in name}

    said = {f"{place.table} {place.row}.{name}" for place in PLACES for name in place.attributes}
    assert written - said == set()
    assert said - written == set()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.table}-{place.row}")
def test_every_seal_is_the_one_that_is_said(place: Any, seen: Seen) -> None:  # noqa: ANN401 -- a Place
    row = seen[f"{place.table} {place.row}"]

    for name, attribute in place.attributes.items():
        opened = row.get(f"{name} opens", [False])
        assert set(opened) == {attribute.seal == "account key"}, name
        assert _looks_sealed(row[name], attribute.seal), name


def _looks_sealed(values: list[Any], seal: Seal) -> bool:
    match seal:
        case "account key" | "account key, on the work list" | "farewell key" | "its secret":
            return all(isinstance(value, bytes) and value[:1] == b"\x01" for value in values)
        case "KMS":
            return all(isinstance(value, bytes) and len(value) > 32 for value in values)
        case "digest" | "keyed digest":
            digests = {
                one for value in values for one in ([value] if isinstance(value, str) else value) if one
            }
            return all(_IN_43.fullmatch(one.rpartition("#")[2]) for one in digests)
    return True


def test_nothing_that_is_said_to_have_no_seal_holds_an_address_or_a_name(seen: Seen) -> None:
    plain = [
        value
        for place in PLACES
        for name, attribute in place.attributes.items()
        if attribute.seal == "none"
        for value in seen[f"{place.table} {place.row}"][name]
    ]

    assert plain
    for value in plain:
        said = value.hex() if isinstance(value, bytes) else repr(value)
        for personal in (ADA, NAME, "grace.hopper", "example.org"):
            assert personal not in said
            assert binascii.hexlify(personal.encode()).decode() not in said


def test_every_entry_has_a_place_and_every_place_an_entry() -> None:
    with running_cloud(UNUSED_ACCOUNT_DAYS="365"):
        names = {entry.name for entry in register(this_deployment().settings)}

    placed = {
        name for place in PLACES for attribute in place.attributes for name in place.entries_of(attribute)
    }
    assert placed | set(ELSEWHERE) == names
    assert not placed & set(ELSEWHERE)
