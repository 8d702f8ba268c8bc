"""What ends when a freeze is lifted: what was new then, and every passkey."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.identity import KNOWN_FOR_S, is_known_long
from service.lifting import is_face_known_long, lifting, were_made_long_ago
from service.repositories.lifts import Additions
from service.repositories.rows import Device, Profile, RecoveryCodes, Template

FROZEN_AT = 1_795_000_000
PROFILE = Profile(
    account="a" * 22,
    status="active",
    mailbox="m" * 43,
    sealed_email=b"",
    policy_version="1",
    created_at=FROZEN_AT - 10 * KNOWN_FOR_S,
    last_used_at=FROZEN_AT,
    anchors=frozenset({"anchor"}),
    adaptive=frozenset({"learned"}),
    devices=frozenset({"old", "new"}),
    passkeys=frozenset({"key"}),
    sealed_log_head=b"",
    revision=1,
    frozen_at=FROZEN_AT,
)
AGES_S = st.integers(0, 9 * KNOWN_FOR_S)


def _device(thumbprint: str, *, age_s: int) -> Device:
    created_at = FROZEN_AT - age_s
    return Device(
        thumbprint=thumbprint, public_key="", sealed_name=b"", created_at=created_at, last_used_at=created_at
    )


def _codes(age_s: int) -> RecoveryCodes:
    return RecoveryCodes(digests=frozenset({"d"}), made_at=FROZEN_AT - age_s)


def _anchor(age_s: int) -> Template:
    return Template(
        id="anchor",
        model="m",
        pipeline="p",
        sealed_descriptor=b"",
        sealed_quality=b"",
        source_device="old",
        created_at=FROZEN_AT - age_s,
    )


def _additions(
    *devices: Device, anchors: tuple[Template, ...] = (), codes: RecoveryCodes | None = None
) -> Additions:
    return Additions(devices=devices, anchors=anchors, recovery_codes=codes)


@given(face_s=AGES_S, account_s=AGES_S)
def test_a_face_of_less_than_three_days_ends_unless_the_account_is_as_young(
    face_s: int, account_s: int
) -> None:
    profile = replace(PROFILE, created_at=FROZEN_AT - account_s)
    anchor = _anchor(min(face_s, account_s))

    lift = lifting(profile, _additions(anchors=(anchor,)))

    assert lift is not None
    assert lift.face == (face_s < min(KNOWN_FOR_S, account_s))
    assert lift.face != is_face_known_long([anchor], profile, now=FROZEN_AT)
    gone = {"anchors", "policy_version", "consent_asked_at"}
    assert gone & set(lift.change().removes) == (gone if lift.face else set())


@given(device_s=AGES_S, codes_s=AGES_S)
def test_what_the_account_had_not_known_for_three_days_when_it_was_frozen_ends(
    device_s: int, codes_s: int
) -> None:
    devices = (_device("old", age_s=KNOWN_FOR_S), _device("new", age_s=device_s))

    lift = lifting(PROFILE, _additions(*devices, codes=_codes(codes_s)))

    assert lift is not None
    assert lift.devices == (frozenset({"new"}) if device_s < KNOWN_FOR_S else frozenset())
    assert lift.codes == (codes_s < KNOWN_FOR_S)


@given(device_s=AGES_S, account_s=AGES_S)
def test_no_device_that_ends_could_have_lifted_it(device_s: int, account_s: int) -> None:
    profile = replace(PROFILE, created_at=FROZEN_AT - account_s)
    device = _device("new", age_s=min(device_s, account_s))

    lift = lifting(profile, _additions(device))

    assert lift is not None
    assert (device.thumbprint in lift.devices) != is_known_long(device, profile, now=FROZEN_AT)


def test_in_an_account_of_less_than_three_days_every_set_of_codes_is_as_old_as_it_gets() -> None:
    young = replace(PROFILE, created_at=FROZEN_AT - KNOWN_FOR_S + 1)
    old = replace(PROFILE, created_at=FROZEN_AT - KNOWN_FOR_S)

    assert were_made_long_ago(_codes(1), young, now=FROZEN_AT)
    assert not were_made_long_ago(_codes(1), old, now=FROZEN_AT)


def test_where_nothing_is_frozen_nothing_ends() -> None:
    additions = _additions(_device("new", age_s=1), codes=_codes(1))

    assert lifting(replace(PROFILE, frozen_at=None), additions) is None
