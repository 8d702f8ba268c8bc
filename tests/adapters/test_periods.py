"""Each period of the register, by the second: what it ends counts until then and not from then on.

The rows still lie there: here as in DynamoDB, TTL comes late. Each is made by what really makes it, at a
moment that calendars find hard, and looked at one second before its end, at it and after it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from functions.bounces import handler as bounces
from service.deployment import this_deployment
from service.held import held_sessions
from service.openid.identities import Permit
from service.patience import CAPS, DAY_S, Past, due_at
from service.problems import ChallengeInvalid, CodeInvalid
from service.register import register
from service.register.entries import Entry
from service.repositories.codes import REST_S
from service.repositories.items import from_wire, is_live
from service.repositories.limits import Budget, Run
from service.repositories.row_items import read_profile
from service.repositories.session_rows import SessionName
from service.repositories.work import SHARDS
from service.settings import INACTIVITY_NOTICE_DAYS
from service.unused import look
from tests.adapters.moments import ADA
from tests.support import clock
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.office import Office
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import killed_after, sweep

# A leap day's last second, a year's, and one in a zone that is fourteen hours ahead.
MOMENTS: Final = {
    "leap-day": (datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), "UTC"),
    "new-year": (datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), "Pacific/Kiritimati"),
}
# Kept by AWS, and not by us: tests/infra/test_services.py holds the one that we set.
NOT_OURS: Final = {"technical-logs", "traces", "figures", "key-use-log"}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Something that was made just now.

    Attributes:
        prefix: of the partition key of its row.
        sk: prefix of its sort key.
        among_keys: whether its row lies in the Keys table, and nothing that counts changes it.
        has: an attribute that tells its row from others.
        ends_at: by its own row, when that is not ``expires_at``.
        counts: whether it still counts at a moment, seconds since the epoch; may change its row.
    """

    prefix: str
    sk: str
    counts: Callable[[dict[str, Any], int], bool]
    has: str = "pk"
    among_keys: bool = False
    ends_at: Callable[[dict[str, Any]], int] | None = None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a period's test has."""

    cloud: Cloud
    ada: Device
    folder: Path

    @property
    def account(self) -> str:
        return str(self.ada.account)


def _learned(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=2, look=1)).status == 200

    def counts(row: dict[str, Any], now: int) -> bool:
        name = str(row["sk"]).partition("#")[2]
        accounts = this_deployment().accounts
        holdings = accounts.holdings(scene.account, now=now)
        assert holdings is not None
        shown = {one.id for one in holdings.templates}
        compared = accounts.dossier(
            scene.account, thumbprint=scene.ada.thumbprint, templates=[name], now=now
        ).templates
        assert (name in shown) == bool(compared)
        return name in shown

    return Kept(prefix="ACCOUNT#", sk="TEMPLATE#", counts=counts, has="expires_at")


def _learning_time(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=2, look=1)).status == 200

    def counts(row: dict[str, Any], now: int) -> bool:
        return bool(read_profile(row).lately_learned_at(now))

    def ends_at(row: dict[str, Any]) -> int:
        return max(map(int, row["learned_at"])) + _seconds("learning-times")

    return Kept(prefix="ACCOUNT#", sk="PROFILE", counts=counts, ends_at=ends_at)


def _entry_of_the_log(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=1)).status == 200

    def counts(row: dict[str, Any], now: int) -> bool:
        holdings = this_deployment().accounts.holdings(scene.account, now=now)
        assert holdings is not None
        return str(row["sk"]).partition("#")[2] in {one.id for one in holdings.sign_ins}

    return Kept(prefix="ACCOUNT#", sk="SIGNIN#", counts=counts)


def _entry_of_a_short_log(scene: Scene) -> Kept:
    assert scene.ada.set_sign_in_log("least").status == 200
    # That change's own entry lives in full, and what follows it no shorter.
    clock.advance(_seconds("sign-in-log"))
    return _entry_of_the_log(scene)


def _session(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=1)).status == 200

    def counts(_: dict[str, Any], now: int) -> bool:
        sessions = this_deployment().sessions
        kept = sessions.of_device(scene.account, scene.ada.thumbprint, now=now)
        assert (kept is not None) == bool(sessions.of_account(scene.account, now=now))
        return kept is not None

    return Kept(prefix="ACCOUNT#", sk="SESSION#", counts=counts)


def _session_unused(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=1)).status == 200
    nobody = SessionName(id="A" * 22, device=scene.ada.thumbprint)

    def counts(_: dict[str, Any], now: int) -> bool:
        since = this_deployment().settings.sessions_unused_since(now)
        kept = this_deployment().sessions.of_account(scene.account, now=now)
        assert kept, "its row lies there"
        return bool(held_sessions(kept, asking=nobody, unused_since=since))

    def ends_at(row: dict[str, Any]) -> int:
        return int(row["last_used_at"]) + _seconds("sessions", which=1)

    return Kept(prefix="ACCOUNT#", sk="SESSION#", counts=counts, ends_at=ends_at)


def _trouble(scene: Scene) -> Kept:
    bounces.handle(by_sns(bounce(ADA)), None)

    def counts(row: dict[str, Any], now: int) -> bool:
        has = this_deployment().mail_troubles.has(str(row["pk"]).removeprefix("MAILBOX#"), now=now)
        holdings = this_deployment().accounts.holdings(scene.account, now=now)
        assert holdings is not None
        assert (holdings.profile.mail_trouble_at(now) is not None) == has
        return has

    return Kept(prefix="MAILBOX#", sk="", counts=counts)


def _application_code(scene: Scene) -> Kept:
    now, permits = int(clock.now()), this_deployment().permits
    permit = Permit(
        account=scene.account,
        session="A" * 22,
        device=scene.ada.thumbprint,
        session_ends_at=now + DAY_S,
        client="shop",
        grant="A" * 22,
        sub="somebody",
        scopes=("openid",),
        redirect_uri="https://shop.example/cb",
        code_challenge="A" * 43,
        nonce=None,
        auth_time=now,
        means="face",
    )
    code = permits.issue_code(permit, now=now)
    permits.spend(code, now=now)
    return Kept(
        prefix="AUTHCODE#",
        sk="",
        counts=lambda _, at: this_deployment().permits.code(code, now=at) is not None,
    )


def _application_proof(_: Scene) -> Kept:
    seen, until = this_deployment().seen_proofs, int(clock.now()) + _seconds("application-proofs")
    assert seen.take_assertion("shop", "a test's own", until=until, now=clock.now())

    return Kept(
        prefix="JTI#",
        sk="JTI",
        counts=lambda _, at: (
            not this_deployment().seen_proofs.take_assertion("shop", "a test's own", until=until, now=at)
        ),
    )


def _mailbox_code(scene: Scene) -> Kept:
    assert scene.ada.send_code("somebody.else@example.org").status == 202

    def counts(row: dict[str, Any], now: int) -> bool:
        with suppress(CodeInvalid):
            return bool(this_deployment().codes.count_try(str(row["pk"]).removeprefix("CODE#"), now=now))
        return False

    return Kept(prefix="CODE#", sk="", counts=counts)


def _challenge(scene: Scene) -> Kept:
    challenge = scene.ada.challenge("account")

    def counts(_: dict[str, Any], now: int) -> bool:
        with suppress(ChallengeInvalid):
            this_deployment().challenges.consume(
                challenge, purpose="account", thumbprint=scene.ada.thumbprint, now=now
            )
            return True
        return False

    return Kept(prefix="CHALLENGE#", sk="", counts=counts)


def _failed_sign_in(scene: Scene) -> Kept:
    scene.ada.verification_challenge()

    def counts(row: dict[str, Any], now: int) -> bool:
        (failed_at,) = row["failed_at"]
        due = due_at(Past(in_a_row=0, failed_at=(failed_at,) * max(cap.tries for cap in CAPS)))
        return due is None or now < due

    return Kept(prefix="LIMIT#", sk="LIMIT", counts=counts, has="failed_at")


def _count(_: Scene) -> Kept:
    budget = Budget(scope="a test's own", limit=1, window_s=DAY_S)
    assert this_deployment().limits.spend(budget, now=clock.now()) == 0

    def counts(_: dict[str, Any], now: int) -> bool:
        limits = this_deployment().limits
        if limits.spend(budget, now=now) is None:
            return True
        limits.give_back(budget, now=now)
        return False

    return Kept(prefix=budget.key(clock.now()), sk="LIMIT", counts=counts)


def _wrong_codes(_: Scene) -> Kept:
    run = Run(scope="a test's own", limit=1, rest_s=REST_S)
    assert this_deployment().limits.fail(run, now=clock.now())

    return Kept(
        prefix="LIMIT#",
        sk="LIMIT",
        counts=lambda _, now: not this_deployment().limits.fail(run, now=now),
        has="in_a_row",
    )


def _letter(scene: Scene) -> Kept:
    office = Office(scene.folder)
    done = [office.ask(), office.approve(), office.wait(), office.carry_out(typed=lambda _: scene.account)]
    assert done == [0, 0, 0, 0]

    return Kept(prefix="OPERATION#", sk="ERASURE", counts=lambda row, now: is_live(row, now=now))


def _due_notice(scene: Scene) -> Kept:
    """The one that is tried for longest: nobody uses the account."""
    with killed_after(scene.cloud, "TransactWriteItems"):
        sweep(after_s=335 * DAY_S)
    scene.cloud.restart()

    def counts(row: dict[str, Any], now: int) -> bool:
        (work,) = (
            one
            for shard in range(SHARDS)
            for one in this_deployment().work.due("NOTICE", shard, now=now, most=9)
            if one.account == row["account"]
        )
        return not work.is_too_late(now)

    return Kept(prefix="WORK#NOTICE#", sk="DUE", counts=counts)


def _farewell(scene: Scene) -> Kept:
    with killed_after(scene.cloud, "TransactWriteItems"):
        scene.ada.delete_account()
    scene.cloud.restart()

    def counts(_: dict[str, Any], now: int) -> bool:
        return this_deployment().farewells.of_account(scene.account, now=now) is not None

    return Kept(prefix="FAREWELL#", sk="FAREWELL", counts=counts, among_keys=True)


def _unused(scene: Scene) -> Kept:
    assert scene.ada.sign_in(capture(1, take=1)).status == 200

    def ends_at(row: dict[str, Any]) -> int:
        return int(row["last_used_at"]) + _seconds("unused-account")

    def counts(row: dict[str, Any], now: int) -> bool:
        holdings = this_deployment().accounts.holdings(scene.account, now=now)
        assert holdings is not None
        # Who was told in time, so that only this period is left to end.
        told = replace(holdings.profile, unused_told_at=ends_at(row) - INACTIVITY_NOTICE_DAYS * DAY_S)
        return look(told, settings=this_deployment().settings, now=now).to_do != "destroy"

    return Kept(prefix="ACCOUNT#", sk="PROFILE", counts=counts, ends_at=ends_at)


# One for each period of each entry: a new period has none, and fails.
CLOCKS: Final[Mapping[tuple[str, int], Callable[[Scene], Kept]]] = {
    ("learned-descriptors", 0): _learned,
    ("learning-times", 0): _learning_time,
    ("sign-in-log", 0): _entry_of_the_log,
    ("sign-in-log", 1): _entry_of_a_short_log,
    ("sessions", 0): _session,
    ("sessions", 1): _session_unused,
    ("mail-trouble", 0): _trouble,
    ("application-codes", 0): _application_code,
    ("application-proofs", 0): _application_proof,
    ("mailbox-codes", 0): _mailbox_code,
    ("challenges", 0): _challenge,
    ("failed-sign-ins", 0): _failed_sign_in,
    ("counts", 0): _count,
    ("wrong-codes", 0): _wrong_codes,
    ("deletion-letters", 0): _letter,
    ("due-notices", 0): _due_notice,
    ("farewell", 0): _farewell,
    ("unused-account", 0): _unused,
}


def _entries() -> dict[str, Entry]:
    return {entry.name: entry for entry in register(this_deployment().settings)}


def _seconds(name: str, *, which: int = 0) -> int:
    return _entries()[name].periods[which].seconds


@pytest.fixture(params=MOMENTS)
def moment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A moment that calendars find hard, before anything else is made; the clock goes back after it."""
    at, zone = MOMENTS[request.param]
    ahead_s = at.timestamp() - clock.now()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    clock.advance(ahead_s)
    yield str(request.param)
    clock.advance(-ahead_s)
    monkeypatch.undo()
    time.tzset()


def test_every_period_of_the_register_has_its_clock(cloud: Cloud) -> None:  # noqa: ARG001 -- its settings
    timed = {
        (name, which)
        for name, entry in _entries().items()
        for which in range(len(entry.periods))
        if name not in NOT_OURS
    }

    assert timed == set(CLOCKS)


@pytest.mark.parametrize("period", CLOCKS, ids=lambda period: f"{period[0]}-{period[1]}")
def test_what_has_reached_its_end_is_neither_shown_nor_used(
    period: tuple[str, int],
    moment: str,  # noqa: ARG001 -- the clock stands there
    cloud: Cloud,
    ada: Device,
    tmp_path: Path,
) -> None:
    name, which = period
    before = int(clock.now())
    kept = CLOCKS[period](Scene(cloud=cloud, ada=ada, folder=tmp_path))
    after = int(clock.now())
    wired = _newest(cloud, kept)
    row: dict[str, Any] = dict(from_wire(wired))
    ends_at = int(row["expires_at"]) if kept.ends_at is None else kept.ends_at(row)

    promised = _seconds(name, which=which)
    if name == "counts":  # "at most": a window ends when the day does
        assert before < ends_at <= after + promised
    else:
        assert before + promised <= ends_at <= after + promised
    for at, expected in ((ends_at - 1, True), (ends_at, False), (ends_at + 1, False)):
        if not kept.among_keys:
            cloud.put(wired)  # as it was, and TTL has not come by
        assert kept.counts(row, at) is expected, at - ends_at


def _newest(cloud: Cloud, kept: Kept) -> dict[str, Any]:
    found = [
        item
        for item in (cloud.keys() if kept.among_keys else cloud.items())
        if item["pk"]["S"].startswith(kept.prefix)
        and item["sk"]["S"].startswith(kept.sk)
        and kept.has in item
    ]
    return max(found, key=lambda item: int(item["expires_at"]["N"]) if "expires_at" in item else 0)
