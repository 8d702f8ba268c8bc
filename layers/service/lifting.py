"""Lifting a freeze: what may do it, and what ends with it. See docs/decisions/freeze.md."""

from collections.abc import Iterable

from service.identity import KNOWN_FOR_S, is_known_long, is_no_newcomer
from service.repositories.lifts import Additions, Lift
from service.repositories.rows import Profile, RecoveryCodes, Template


def were_made_long_ago(codes: RecoveryCodes, profile: Profile, *, now: float) -> bool:
    """Tell whether a set of recovery codes is no newcomer, by the same three days.

    In an account that is younger than that, every set is as old as its devices are.
    """
    return codes.made_at <= now - KNOWN_FOR_S or profile.created_at > now - KNOWN_FOR_S


def lifting(profile: Profile, additions: Additions) -> Lift | None:
    """Decide what ends when a freeze is lifted; None where there is none to lift.

    Every passkey, whose adding takes the mailbox alone; what was learned, perhaps from a stranger before the
    camera; and the devices, recovery codes and face that were new when the account was frozen.
    """
    frozen_at = profile.frozen_at
    if frozen_at is None:
        return None
    codes = additions.recovery_codes
    return Lift(
        profile=profile,
        devices=frozenset(
            device.thumbprint
            for device in additions.devices
            if not is_known_long(device, profile, now=frozen_at)
        ),
        codes=codes is not None and not were_made_long_ago(codes, profile, now=frozen_at),
        face=not is_face_known_long(additions.anchors, profile, now=frozen_at),
    )


def is_face_known_long(templates: Iterable[Template], profile: Profile, *, now: float) -> bool:
    """Tell whether an account's face is no newcomer, as ``is_known_long`` does of a device."""
    return all(is_no_newcomer(one.created_at, profile, now=now) for one in templates if one.learned is None)
