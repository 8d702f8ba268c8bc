"""What an authenticator says, verified: the answers come from one in software, signed by real keys."""

import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passkeys import Added, Refused, Used, verify_added, verify_used
from tests.support.authenticator import Authenticator, encoded

ORIGIN, RP_ID = "https://site.example", "site.example"
CHALLENGE = secrets.token_bytes(32)


def authenticator(**changes: object) -> Authenticator:
    return Authenticator(origin=ORIGIN, rp_id=RP_ID).but(**changes)


def added(answer: dict[str, str], *, challenge: bytes = CHALLENGE) -> Added:
    return verify_added(**answer, challenge=challenge, rp_id=RP_ID, origin=ORIGIN)


def used(answer: dict[str, str], kept: Added, *, challenge: bytes = CHALLENGE) -> Used:
    return verify_used(**answer, challenge=challenge, rp_id=RP_ID, origin=ORIGIN, kept=kept)


@pytest.mark.parametrize("synced", [False, True])
def test_a_credential_is_added_and_then_used(synced: bool) -> None:  # noqa: FBT001 -- both are asked
    key = authenticator(synced=synced)

    kept = added(key.make(encoded(CHALLENGE)))

    assert (kept.credential_id, kept.sign_count, kept.synced) == (key.credential_id, 0, synced)
    assert used(key.use(encoded(CHALLENGE)), kept) == Used(sign_count=1, counter="forward")


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://site.example.evil.example"},
        {"origin": "http://site.example"},
        {"rp_id": "evil.example"},
        {"verified": False},
    ],
    ids=["other-origin", "no-tls", "other-rp", "not-verified"],
)
def test_what_was_answered_elsewhere_or_by_nobody_is_refused(changes: dict[str, object]) -> None:
    key = authenticator()
    kept = added(key.make(encoded(CHALLENGE)))

    with pytest.raises(Refused):
        added(key.but(**changes).make(encoded(CHALLENGE)))
    with pytest.raises(Refused):
        used(key.but(**changes).use(encoded(CHALLENGE)), kept)


def test_an_answer_to_another_challenge_or_of_another_key_is_refused() -> None:
    key = authenticator()
    kept, other = added(key.make(encoded(CHALLENGE))), secrets.token_bytes(32)

    with pytest.raises(Refused):
        added(key.make(encoded(other)))
    with pytest.raises(Refused):
        used(key.use(encoded(other)), kept)
    with pytest.raises(Refused):
        used(authenticator(credential_id=key.credential_id).use(encoded(CHALLENGE)), kept)


def test_an_answer_to_one_ceremony_is_none_to_the_other() -> None:
    key = authenticator()
    kept = added(key.make(encoded(CHALLENGE)))
    made, answer = key.make(encoded(CHALLENGE)), key.use(encoded(CHALLENGE))

    with pytest.raises(Refused):
        used({**answer, "client_data": made["client_data"]}, kept)
    with pytest.raises(Refused):
        added({**made, "client_data": answer["client_data"]})


def test_a_counter_that_does_not_move_on_is_told_only_once_the_signature_holds() -> None:
    key = authenticator(sign_count=7)
    kept = added(key.make(encoded(CHALLENGE)))
    behind = key.but(sign_count=6)

    assert used(behind.use(encoded(CHALLENGE)), kept).counter == "backward"
    forged = authenticator(credential_id=key.credential_id, sign_count=1)
    with pytest.raises(Refused):
        used(forged.use(encoded(CHALLENGE)), kept)
    never = authenticator(counts=False)
    kept = added(never.make(encoded(CHALLENGE)))
    assert used(never.use(encoded(CHALLENGE)), kept).counter == "unused"


def test_a_key_that_was_bound_to_its_device_never_becomes_one_that_is_not() -> None:
    key = authenticator()
    kept = added(key.make(encoded(CHALLENGE)))

    with pytest.raises(Refused):
        used(key.but(synced=True).use(encoded(CHALLENGE)), kept)


def test_the_id_that_is_named_is_the_one_that_was_made() -> None:
    with pytest.raises(Refused):
        added({**authenticator().make(encoded(CHALLENGE)), "credential_id": encoded(bytes(32))})


@given(st.binary(max_size=300), st.sampled_from(["client_data", "authenticator_data", "signature"]))
def test_whatever_bytes_come_it_is_a_refusal(junk: bytes, part: str) -> None:
    key = authenticator()
    kept, answer = added(key.make(encoded(CHALLENGE))), key.use(encoded(CHALLENGE))

    with pytest.raises(Refused):
        used({**answer, part: encoded(junk)}, kept)
    with pytest.raises(Refused):
        added({**key.make(encoded(CHALLENGE)), "attestation": encoded(junk)})
    with pytest.raises(Refused):
        used(answer, replace(kept, public_key=junk))
