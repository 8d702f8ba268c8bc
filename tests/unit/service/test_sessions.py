"""How a session begins, and how long it may last."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from service.sessions import RefreshToken, begin, digest, named_by
from service.settings import Settings
from service.tokens import ACCESS_TOKEN_LIFE_S

ACCOUNT = "A" * 22
DEVICE = "D" * 43
NOW = 1_795_000_000.7


def _settings(**changes: int) -> Settings:
    tables = ("region", "accounts_table", "keys_table")
    keys = ("data_key_id", "signing_key_id", "statement_key_id")
    texts = ("policy_version", "controller_name", "controller_contact", "product_name")
    named = dict.fromkeys((*tables, *keys, *texts), "x")
    return Settings(**named, mail_sender="a@b.c", **changes)


def test_a_session_keeps_a_digest_and_never_the_token() -> None:
    begun = begin(ACCOUNT, device=DEVICE, means="face", settings=_settings(), now=NOW)

    assert begun.kept.refresh_sha256 == hashlib.sha256(begun.refresh_token.encode()).hexdigest()
    assert begun.refresh_token.split(".")[2] not in repr(begun)
    assert begun.kept.refresh_sha256 not in repr(begun)


def test_a_token_names_its_account_and_its_session_and_fits_what_is_taken() -> None:
    begun = begin(ACCOUNT, device=DEVICE, means="otp", settings=_settings(), now=NOW)

    assert named_by(begun.refresh_token) == (ACCOUNT, begun.kept.name.id)
    assert TypeAdapter(RefreshToken).validate_python(begun.refresh_token) == begun.refresh_token
    assert len(begun.refresh_token) < 100


def test_no_two_sessions_share_a_name_or_a_secret() -> None:
    begun = [begin(ACCOUNT, device=DEVICE, means="otp", settings=_settings(), now=NOW) for _ in range(50)]

    assert len({one.kept.name.id for one in begun}) == 50
    assert len({one.refresh_token.split(".")[2] for one in begun}) == 50


@given(hours=st.integers(1, 24))
def test_a_session_never_lasts_longer_than_is_set(hours: int) -> None:
    kept = begin(ACCOUNT, device=DEVICE, means="face", settings=_settings(session_hours=hours), now=NOW).kept

    assert kept.expires_at - NOW <= hours * 3600
    assert kept.created_at == kept.last_used_at == int(NOW)


@given(minutes=st.integers(-100, 200), hours=st.integers(-10, 50))
def test_no_setting_is_taken_with_which_a_token_could_outlive_its_session_or_a_standard(
    minutes: int, hours: int
) -> None:
    try:
        settings = _settings(session_idle_minutes=minutes, session_hours=hours)
    except ValidationError:
        return

    assert ACCESS_TOKEN_LIFE_S < settings.session_idle_minutes * 60 <= 3600
    assert settings.session_idle_minutes <= settings.session_hours * 60 <= 24 * 60


@given(text=st.text(max_size=120))
def test_what_is_not_a_refresh_token_is_never_taken_for_one(text: str) -> None:
    is_one = re.fullmatch(r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", text) is not None

    try:
        TypeAdapter(RefreshToken).validate_python(text)
    except ValidationError:
        assert not is_one
    else:
        assert is_one


@pytest.mark.parametrize("end", ["\n", " ", "A", "."])
def test_nothing_may_follow_a_refresh_token(end: str) -> None:
    token = begin(ACCOUNT, device=DEVICE, means="face", settings=_settings(), now=NOW).refresh_token

    with pytest.raises(ValidationError):
        TypeAdapter(RefreshToken).validate_python(token + end)


def test_a_digest_is_what_a_device_works_out_as_well() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
