"""What a challenge asks for before the camera: told in two acts, once, and judged by our own clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.liveness.profiles import PROFILES
from matching.liveness.script import Step
from service.repositories import challenges
from service.repositories.challenges import challenge_key
from tests.actors.transcript import Transcript
from tests.adapters.moments import ADA
from tests.adapters.people import log, prove_again
from tests.support import clock
from tests.support.captures import capture, portrait
from tests.support.client import Device, Performed
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

HEAD = "0" * 64


def _row(cloud: Cloud, nonce: str) -> dict[str, Any]:
    return next(item for item in cloud.items() if item["pk"]["S"] == challenge_key(nonce)["pk"])


def _size(item: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(content) for name, value in item.items() for content in value.values()}


def _asked(device: Device) -> str:
    return device.verification_challenge()


# Telling the second act


def test_the_second_act_is_told_to_the_device_that_has_done_the_first(ada: Device) -> None:
    issued = ada.ask("verification", **ada.verification_fields())

    told = ada.reveal(issued["challenge"], chain=HEAD, frames=20)

    assert told.status == 200
    assert issued["script"]["acts"] == 2
    assert [step["kind"] for step in issued["script"]["steps"]] == ["look", "turn"]
    kinds = [step["kind"] for step in told.json["steps"]]
    assert kinds in (["turn", "turn", "look"], ["turn", "look", "close_eyes"])
    assert told.json["steps"][kinds.index("look")] == {"kind": "look", "capture": True}


def test_what_is_asked_differs_from_challenge_to_challenge(ada: Device) -> None:
    asked = {str(ada.ask("verification", **ada.verification_fields())["script"]["steps"]) for _ in range(20)}

    assert len(asked) > 5  # of 24 first turns


def test_the_second_act_is_told_once(ada: Device) -> None:
    nonce = _asked(ada)
    ada.reveal(nonce, chain=HEAD, frames=20)

    again = ada.reveal(nonce, chain="1" * 64, frames=30)

    assert (again.status, again.problem) == (401, "challenge-invalid")


def test_of_two_who_ask_at_once_one_is_told(cloud: Cloud, ada: Device) -> None:
    nonce = _asked(ada)
    inner: list[Reply] = []

    def other_first(**_: object) -> None:
        if not inner:
            inner.append(ada.reveal(nonce, chain=HEAD, frames=20))

    begun: list[bool] = []

    def once(**_: object) -> None:
        if not begun:
            begun.append(True)
            other_first()

    with cloud.when("before-call.dynamodb.UpdateItem", once):
        outer = ada.reveal(nonce, chain="1" * 64, frames=30)

    assert (inner[0].status, outer.problem) == (200, "challenge-invalid")


def test_a_request_for_the_second_act_that_was_overheard_tells_nothing(ada: Device) -> None:
    nonce = _asked(ada)
    body = b'{"chain": "%b", "frames": 20}' % HEAD.encode()
    proof = ada.proof("POST", "/v1/challenges/steps", body=body, nonce=nonce)

    replies = [ada.send("POST", "/v1/challenges/steps", body=body, proof=proof) for _ in range(2)]

    assert [reply.status for reply in replies] == [200, 401]


def _of_another_device(cloud: Cloud, ada: Device) -> Reply:  # noqa: ARG001 -- as its siblings
    return Device(InProcess()).reveal(_asked(ada), chain=HEAD, frames=20)


def _expired(cloud: Cloud, ada: Device) -> Reply:
    nonce = _asked(ada)
    cloud.expire(str(challenge_key(nonce)["pk"]))
    return ada.reveal(nonce, chain=HEAD, frames=20)


def _of_another_region(cloud: Cloud, ada: Device) -> Reply:
    nonce = _asked(ada)
    cloud.change(str(challenge_key(nonce)["pk"]), "CHALLENGE", region={"S": "us-east-1"})
    return ada.reveal(nonce, chain=HEAD, frames=20)


def _answered_already(cloud: Cloud, ada: Device) -> Reply:  # noqa: ARG001
    nonce = _asked(ada)
    ada.answer(nonce, {"capture": ada.perform("verification", capture(1, take=1)).capture})
    return ada.reveal(nonce, chain=HEAD, frames=20)


def _faceless(cloud: Cloud, ada: Device) -> Reply:  # noqa: ARG001
    return ada.reveal(ada.challenge("account"), chain=HEAD, frames=20)


def _unknown(cloud: Cloud, ada: Device) -> Reply:  # noqa: ARG001
    return ada.reveal("A" * 43, chain=HEAD, frames=20)


@pytest.mark.parametrize(
    "ask",
    [_of_another_device, _expired, _of_another_region, _answered_already, _faceless, _unknown],
    ids=lambda ask: ask.__name__.strip("_"),
)
def test_nobody_else_and_nothing_else_is_told_a_second_act(
    ask: Callable[[Cloud, Device], Reply], cloud: Cloud, ada: Device
) -> None:
    reply = ask(cloud, ada)

    assert (reply.status, reply.problem) == (401, "challenge-invalid")
    assert "steps" not in reply.json


@pytest.mark.parametrize(
    "content",
    [
        {"chain": HEAD},
        {"frames": 20},
        {"chain": HEAD, "frames": 0},
        {"chain": HEAD, "frames": 10_000},
        {"chain": HEAD, "frames": 20.5},
        {"chain": "A" * 64, "frames": 20},
        {"chain": HEAD[:-1], "frames": 20},
        {"chain": HEAD, "frames": 20, "profile": "standard"},
    ],
)
def test_what_commits_to_nothing_is_no_request(content: dict[str, Any], ada: Device) -> None:
    nonce = _asked(ada)

    reply = ada.send("POST", "/v1/challenges/steps", content=content, nonce=nonce)

    assert reply.problem == "request-invalid"
    assert ada.reveal(nonce, chain=HEAD, frames=20).status == 200  # and nothing is used up


def test_the_second_act_needs_the_challenges_proof(ada: Device) -> None:
    content = {"chain": HEAD, "frames": 20}

    assert ada.send("POST", "/v1/challenges/steps", content=content).problem == "proof-invalid"
    assert ada.send("POST", "/v1/challenges/steps", content=content, proof="").problem == "proof-invalid"


# Decoys


def test_a_decoy_asks_for_as_much_and_tells_its_second_act_like_any_other(cloud: Cloud, ada: Device) -> None:
    stranger = Device(InProcess())
    stranger.account = ada.account
    answers, rows = [], []

    for device in (ada, stranger, Device(InProcess())):
        nonce = _asked(device)
        answers.append(device.reveal(nonce, chain=HEAD, frames=20))
        rows.append(_row(cloud, nonce))

    assert [answer.status for answer in answers] == [200] * 3
    assert [answer.headers.keys() for answer in answers] == [answers[0].headers.keys()] * 3
    assert [len(answer.json["steps"]) for answer in answers] == [3] * 3
    assert [_size(row) for row in rows] == [_size(rows[0])] * 3
    assert sum(len(name) + size for name, size in _size(rows[0]).items()) < 2048  # two write units


def test_a_row_does_not_tell_by_its_size_what_was_asked_of_whom(cloud: Cloud, ada: Device) -> None:
    sizes = []
    for profile in PROFILES:
        for device in (ada, Device(InProcess())):
            fields = {"profile": profile, **device.verification_fields()}
            sizes.append(_size(_row(cloud, device.challenge("verification", **fields))))
        enrolment = _size(_row(cloud, ada.challenge("enrolment", profile=profile)))
        sizes.append(enrolment | {"purpose": len("verification")})

    assert sizes == [sizes[0]] * len(sizes)


def test_the_most_that_is_sealed_has_room(ada: Device) -> None:
    script = ada.ask("enrolment", profile="screen-reader")["script"]
    longest = {"profile": "screen-reader", "acts": [script["steps"], script["steps"] * 3]}
    attempt = challenges.Attempt(
        account="A" * 22,
        templates=frozenset(f"{number:026d}" for number in range(10)),
        adds_device=False,
        tries="LIMIT#" + "A" * 50 + "#tries",
        recent_failures=100,
        frozen=False,
        freezes=1000,
        mailbox="A" * 43,
        passkey="A" * 43,
    )
    asked = challenges.Ceremony(script=longest, issued_at=1795654359.123456)

    sealed = challenges._sealed("A" * 43, asked, attempt=attempt)  # as only the repository can

    assert len(sealed) == challenges._SEALED_BYTES + 29


def test_a_decoy_is_given_no_sooner_than_a_challenge(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setenv("CHALLENGE_FLOOR_S", "1.5")
    monkeypatch.setattr("service.floor.time.sleep", waited.append)
    cloud.restart()

    for device in (ada, Device(InProcess())):
        assert device.reveal(_asked(device), chain="0" * 64, frames=20).status == 200

    assert len(waited) == 4
    assert all(0 < wait <= 1.5 for wait in waited)


# A profile that needs the mailbox too


def test_a_profile_that_needs_the_mailbox_says_so_and_lets_nobody_in_without(ada: Device) -> None:
    ada.profile = "no-head-turn"
    issued = ada.ask("verification", profile=ada.profile, account=str(ada.account))
    stranger = Device(InProcess()).ask("verification", profile=ada.profile, account=str(ada.account))

    refused = ada.sign_in(capture(1, take=1))

    assert issued["script"]["needs_mailbox"] is stranger["script"]["needs_mailbox"] is True
    assert refused.problem == "authentication-failed"
    assert log(ada) == []  # as if there were nobody


def test_with_the_mailbox_proved_such_a_profile_signs_in(cloud: Cloud, ada: Device) -> None:
    prove_again(cloud, ada)
    ada.profile, ada.account = "no-head-turn", None  # the mailbox says whose account it is

    assert ada.sign_in(capture(1, take=1)).json["device"] == "known"


def test_the_other_profiles_need_no_mailbox(ada: Device) -> None:
    for profile in PROFILES:
        issued = ada.ask("verification", profile=profile, account=str(ada.account))
        assert issued["script"]["needs_mailbox"] is (profile == "no-head-turn")


# Answering


@pytest.mark.parametrize("profile", [name for name in PROFILES if not PROFILES[name].needs_mailbox])
def test_whoever_does_what_their_profile_asks_gets_in(profile: str, cloud: Cloud, device: Device) -> None:
    device.profile = profile
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))

    assert device.enrol(ADA, portrait(1)).status == 201
    assert device.sign_in(capture(1, take=1)).status == 200


def _before_the_second_act(ada: Device) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    return ada.answer(_asked(ada), {"capture": performed.capture})


def _at_once(ada: Device) -> Reply:
    return _sent(ada, ada.perform("verification", capture(1, take=1), pace=0.0))


def _much_too_late(ada: Device) -> Reply:
    return _sent(ada, ada.perform("verification", capture(1, take=1), pace=8.0))


def _expired_meanwhile(ada: Device) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    clock.advance(121)
    return _sent(ada, performed)


def _another_way(ada: Device) -> Reply:
    def mirrored(step: Step) -> Step:
        return replace(step, yaw_deg=-step.yaw_deg, pitch_deg=-step.pitch_deg)

    return _sent(ada, ada.perform("verification", capture(1, take=1), follow=mirrored))


def _nothing_at_all(ada: Device) -> Reply:
    def stay(step: Step) -> Step:
        return Step(kind="look", capture=step.capture) if step.kind == "turn" else step

    return _sent(ada, ada.perform("verification", capture(1, take=1), follow=stay))


def _the_transcript_of_another_challenge(ada: Device) -> Reply:
    before = ada.perform("verification", capture(1, take=1))
    nonce = _asked(ada)
    clock.advance(3)
    script = before.transcript
    ada.reveal(nonce, chain=script.chain(nonce, script.first_act), frames=script.first_act)
    clock.advance(6)
    return ada.answer(nonce, {"capture": before.capture | {"chain": script.chain(nonce)}})


def _a_script_of_another_profile(ada: Device) -> Reply:
    ada.profile = "screen-reader"
    before = ada.perform("verification", capture(1, take=1))
    ada.profile = "standard"
    now = ada.perform("verification", capture(1, take=2))
    chain = before.transcript.chain(now.nonce)
    return ada.answer(now.nonce, {"capture": before.capture | {"chain": chain}})


def _a_step_too_few(ada: Device) -> Reply:
    return ada.sign_in(capture(1, take=1, series=lambda series: series | {"steps": series["steps"][:-1]}))


def _edited(edit: Callable[[Transcript], Transcript]) -> Callable[[Device], Reply]:
    def send(ada: Device) -> Reply:
        return _sent(ada, ada.perform("verification", capture(1, take=1), edit=edit))

    send.__name__ = edit.__name__
    return send


def _frames_reordered(transcript: Transcript) -> Transcript:
    order = np.arange(len(transcript.times_ms))
    late = order[transcript.first_act :]
    order[transcript.first_act :] = np.random.default_rng(1).permutation(late)
    return replace(transcript, points=transcript.points[order])


def _frames_reordered_in_the_first_act(transcript: Transcript) -> Transcript:
    order = np.arange(len(transcript.times_ms))
    order[3:5] = order[[4, 3]]
    return replace(transcript, points=transcript.points[order])


def _a_clock_that_jumps_ahead(transcript: Transcript) -> Transcript:
    times = transcript.times_ms.copy()
    times[transcript.first_act + 5 :] += 30_000
    return replace(transcript, times_ms=times)


def _a_clock_that_jumps_back(transcript: Transcript) -> Transcript:
    times = transcript.times_ms.copy()
    times[transcript.first_act + 5 :] -= 1_000
    return replace(transcript, times_ms=times)


def _time_warped(transcript: Transcript) -> Transcript:
    # a recording, played at twice its speed
    return replace(transcript, times_ms=transcript.times_ms // 2)


def _five_frames_a_second(transcript: Transcript) -> Transcript:
    return _thinned(transcript, 3)


def _a_still(transcript: Transcript) -> Transcript:
    points = np.repeat(transcript.points[:1], len(transcript.points), axis=0)
    return replace(transcript, points=points)


def _a_still_with_noise(transcript: Transcript) -> Transcript:
    noise = np.random.default_rng(1).normal(0, 5, size=transcript.points.shape)
    points = transcript.points[:1] + np.rint(noise).astype(np.int16)
    return replace(transcript, points=points.astype(np.int16))


def _landmarks_outside_the_frame(transcript: Transcript) -> Transcript:
    points = transcript.points.copy()
    points[20] = 32_767
    return replace(transcript, points=points)


def _a_face_lost_and_found_elsewhere(transcript: Transcript) -> Transcript:
    points = transcript.points.copy()
    points[transcript.first_act + 3 :, :, 0] += 2_500
    return replace(transcript, points=points)


def _a_second_face(transcript: Transcript) -> Transcript:
    signals = transcript.signals.copy()
    signals[:, 4] = 2
    return replace(transcript, signals=signals)


def _steps_shown_at_other_times(transcript: Transcript) -> Transcript:
    ends = (*transcript.steps[2:], len(transcript.times_ms))
    halfway = ((begin + end) // 2 for begin, end in zip(transcript.steps[1:], ends, strict=True))
    return replace(transcript, steps=(0, *halfway))


def _thinned(transcript: Transcript, every: int) -> Transcript:
    kept = slice(None, None, every)
    return replace(
        transcript,
        times_ms=transcript.times_ms[kept],
        points=transcript.points[kept],
        signals=transcript.signals[kept],
        steps=tuple(step // every for step in transcript.steps),
    )


BAD_ANSWERS: list[Callable[[Device], Reply]] = [
    _before_the_second_act,
    _at_once,
    _much_too_late,
    _expired_meanwhile,
    _another_way,
    _nothing_at_all,
    _the_transcript_of_another_challenge,
    _a_script_of_another_profile,
    _a_step_too_few,
    *map(
        _edited,
        [
            _frames_reordered,
            _frames_reordered_in_the_first_act,
            _a_clock_that_jumps_ahead,
            _a_clock_that_jumps_back,
            _time_warped,
            _five_frames_a_second,
            _a_still,
            _a_still_with_noise,
            _landmarks_outside_the_frame,
            _a_face_lost_and_found_elsewhere,
            _a_second_face,
            _steps_shown_at_other_times,
        ],
    ),
]


@pytest.mark.parametrize("answer", BAD_ANSWERS, ids=lambda answer: answer.__name__.strip("_"))
def test_whatever_is_amiss_before_the_camera_the_refusal_is_the_same_to_the_byte(
    answer: Callable[[Device], Reply], ada: Device
) -> None:
    plain = Device(InProcess()).sign_in(capture(9))

    reply = answer(ada)

    assert reply.problem == "authentication-failed"
    assert (reply.status, reply.headers, reply.body) == (plain.status, plain.headers, plain.body)
    assert {outcome for outcome, _ in log(ada)} <= {"refused"}
    assert {reason for _, reason in log(ada)} <= {"not-live", "not-followed", "evidence-malformed"}
    assert ada.sign_in(capture(1, take=3)).status == 200  # nothing is lost by it


def _sent(device: Device, performed: Performed) -> Reply:
    return device.answer(performed.nonce, {"capture": performed.capture})


def test_an_enrolment_whose_second_act_nobody_asked_for_is_told_so(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    performed = device.perform("enrolment", portrait(1))

    reply = device.send(
        "POST",
        "/v1/enrolments",
        content=device.enrolment(ADA, performed.capture),
        nonce=device.challenge("enrolment"),
    )

    assert (reply.problem, reply.reasons) == ("capture-refused", ["challenge-not-followed"])
    assert cloud.kinds() == []


def test_a_row_whose_reveal_was_changed_lets_nobody_in(cloud: Cloud, ada: Device) -> None:
    first, second = (ada.perform("verification", capture(1, take=take)) for take in (1, 2))
    revealed = _row(cloud, first.nonce)["revealed"]
    cloud.change(str(challenge_key(second.nonce)["pk"]), "CHALLENGE", revealed=revealed)

    assert _sent(ada, second).problem == "authentication-failed"


def test_what_liveness_found_is_in_no_answer_and_in_the_owners_log_only_coarsely(ada: Device) -> None:
    _edited(_a_still)(ada)

    assert log(ada) == [("refused", "not-live")]
