"""Ways in, recovery, passkeys, addresses, sessions and applications, broken at each call and sent again.

Each request is made once and rewound: what the tables held before it is put back, and the same bytes are sent
with AWS failing at one call, with the function killed after one write, and twice over. test_faults.py and
test_kills.py do so with the ceremonies of registration, sign-in and leaving.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.adapters.test_faults import assert_no_halves
from tests.adapters.ways import WAYS, Act, Packet, Way, held_back
from tests.support import clock
from tests.support.aws_calls import recorded
from tests.support.breaking import failing, killed_after_call, silent, throttled
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud, Kept
from tests.support.transport import Reply

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "SendEmail"}
WHOLE = "TransactWriteItems"

way = pytest.mark.parametrize("name", WAYS)


@dataclass
class Scene:
    """An account that stands before one request."""

    way: Way
    cloud: Cloud
    device: Device
    act: Act
    packet: Packet
    kept: Kept
    remembered: dict[str, Any] = field(repr=False)
    at: float
    steps: list[str] = field(default_factory=list)

    def rewind(self) -> None:
        """Put everything back to what it was before the request, the time of day as well."""
        self.cloud.rewind(self.kept)
        clock.advance(self.at - clock.now())
        vars(self.device).update(self.remembered)
        self.cloud.restart()

    def anew(self) -> Reply:
        """Make the same request again, with whatever it needs."""
        self.cloud.let_a_minute_pass()
        reply = self.act()
        assert isinstance(reply, Reply)
        return reply


@pytest.fixture
def scene(name: str, cloud: Cloud, device: Device) -> Scene:
    one = WAYS[name]
    act = one.make(cloud, device)
    cloud.let_a_minute_pass()
    packet = held_back(device, act)
    scene = Scene(
        way=one,
        cloud=cloud,
        device=device,
        act=act,
        packet=packet,
        kept=cloud.kept(),
        remembered={name: value for name, value in vars(device).items() if name != "performances"},
        at=clock.now(),
    )
    scene.rewind()
    with recorded() as record:
        assert packet.send().status == one.success
    scene.steps = [operation.partition(":")[2] for operation in record.operations]
    return scene


def assert_whole(cloud: Cloud) -> None:
    """No account is half anything: see test_faults.py; nor are its devices, passkeys and applications."""
    assert_no_halves(cloud)
    items = cloud.items()
    for profile in (item for item in items if item["sk"]["S"] == "PROFILE"):
        rows = [item["sk"]["S"] for item in items if item["pk"] == profile["pk"]]
        for kind, named in (("DEVICE", "devices"), ("PASSKEY", "passkeys")):
            there = {row.removeprefix(f"{kind}#") for row in rows if row.startswith(f"{kind}#")}
            assert there == set(profile.get(named, {"SS": []})["SS"]), kind
        if "frozen_at" in profile:
            assert not [row for row in rows if row.startswith("SESSION#")]


def assert_goes_on(scene: Scene, *, was_done: bool) -> None:
    """The next try succeeds by itself, or is told that there is nothing left to do; the log is whole."""
    again, told = scene.anew(), scene.way.told
    if was_done and told is not None:
        assert told in (again.problem, again.json.get("error"))
    else:
        assert again.status == scene.way.success
    assert_whole(scene.cloud)
    shown = scene.device.get("/v1/account")
    if shown.status == 200:
        assert shown.json["sign_in_log"] == "whole"


def _was_done(scene: Scene, at: int, *, moment: str) -> bool:
    """Whether what counts was written when it broke at this call."""
    if WHOLE not in scene.steps:
        return False
    written = scene.steps.index(WHOLE)
    return at > written or (at == written and moment == "after-call")


def _breaks(scene: Scene) -> Iterator[tuple[int, str, Callable[[str], Exception]]]:
    for at in range(len(scene.steps)):
        yield at, "before-call", throttled
        yield at, "after-call", silent


@way
def test_a_call_of_a_way_that_fails_is_told_plainly_leaves_no_halves_and_the_next_try_works(
    scene: Scene,
) -> None:
    for at, moment, error in _breaks(scene):
        scene.rewind()

        with failing(scene.cloud, at, moment=moment, error=error):
            reply = scene.packet.send()

        if at < len(scene.steps) - scene.way.after:
            assert (reply.status, reply.problem) == (503, "unavailable"), (at, moment)
            assert b"sentinel" not in reply.body
        else:
            assert reply.status == scene.way.success, (at, moment)
        assert_whole(scene.cloud)
        assert_goes_on(scene, was_done=_was_done(scene, at, moment=moment))


@way
def test_a_way_that_is_killed_after_a_write_leaves_no_halves_and_the_next_try_works(scene: Scene) -> None:
    for at in (at for at, operation in enumerate(scene.steps) if operation in WRITES):
        scene.rewind()

        with killed_after_call(scene.cloud, at):
            scene.packet.send()
        scene.cloud.restart()

        assert_whole(scene.cloud)
        assert_goes_on(scene, was_done=_was_done(scene, at, moment="after-call"))


@way
def test_the_same_bytes_sent_again_change_nothing(scene: Scene) -> None:
    scene.rewind()
    first = scene.packet.send()
    before, mails = _lasting(scene.cloud), len(scene.cloud.mails)

    second = scene.packet.send()

    if scene.way.replayed is None:
        assert (second.status, second.body) == (first.status, first.body)
    else:
        assert scene.way.replayed in (second.problem, second.json.get("error"))
    assert (_lasting(scene.cloud), len(scene.cloud.mails)) == (before, mails)


@pytest.mark.parametrize("name", [name for name, one in WAYS.items() if name != "freeze"])
def test_after_a_way_that_was_killed_at_its_end_a_face_signs_in_and_the_log_is_whole(scene: Scene) -> None:
    scene.rewind()
    with killed_after_call(scene.cloud, len(scene.steps) - 1):
        scene.packet.send()
    scene.cloud.restart()

    assert scene.device.sign_in(capture(1, take=8)).status == 200

    assert scene.device.get("/v1/account").json["sign_in_log"] == "whole"


def _lasting(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["pk"]["S"].partition("#")[0] in {"ACCOUNT", "EMAIL"}]
