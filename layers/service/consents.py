"""Consent: what a person sends, whether it is to the text in force, and when they are asked again."""

from typing import TYPE_CHECKING, Final

from pydantic import Field

from service.models import VISIBLE, Incoming, Outgoing, Sha256
from service.patience import DAY_S
from service.problem import FieldError
from service.problems import ConsentOutdated, ConsentRequired
from service.sealing import ConsentRecord

if TYPE_CHECKING:
    from service.policy import Policy
    from service.repositories.rows import Profile
    from service.settings import Settings

_LONGEST_NAME: Final = 128
_SIGNATURE: Final = rf"^{VISIBLE}([^\u0000-\u001f\u007f-\u009f]{{0,{_LONGEST_NAME - 2}}}{VISIBLE})?$"


class GivenConsent(Incoming):
    """What the person agreed to."""

    policy_version: str = Field(max_length=32, examples=["2026-11-1"])
    text_sha256: Sha256 = Field(description="Of the text that was shown.")
    accepted: bool = Field(description="Whether the statement is ticked that the policy names.")
    signed_name: str | None = Field(
        default=None,
        pattern=_SIGNATURE,
        min_length=1,
        max_length=_LONGEST_NAME,
        repr=False,
        description="Typed under the statement, where the policy asks for it; else it is not kept.",
    )
    is_of_age: bool = Field(
        default=False, description="Whether the statement about age is ticked, where the policy has one."
    )


class ConsentDue(Outgoing):
    """The text has another version than the one that was agreed to last."""

    policy_version: str = Field(description="The version in force, which is to be agreed to.")
    face_until: int = Field(
        description="How long a face still signs in without that, seconds since the epoch."
    )


def agreed(consent: GivenConsent | None, policy: "Policy", *, device: str, now: float) -> ConsentRecord:
    """Check that everything was declared, and to the text in force.

    Args:
        consent: what was sent.
        policy: the one in force.
        device: thumbprint of the device that it came from.
        now: seconds since the epoch.

    Returns:
        What is kept of it: the words that were declared among it.

    Raises:
        ConsentRequired: when something that the policy asks for was not declared.
        ConsentOutdated: when another version was agreed to, or another text.
    """
    if consent is None or not consent.accepted:
        raise ConsentRequired
    if consent.policy_version != policy.version:
        raise ConsentOutdated
    assert_read(consent.text_sha256, policy)
    release = policy.release
    missing = {
        "consent.signed_name": release.typed_name and consent.signed_name is None,
        "consent.is_of_age": release.age_statement is not None and not consent.is_of_age,
    }
    if any(missing.values()):
        raise ConsentRequired(
            [
                FieldError(field=field, reason="required")
                for field, is_missing in missing.items()
                if is_missing
            ]
        )
    return ConsentRecord(
        policy_version=policy.version,
        text_sha256=policy.text_sha256,
        given_at=int(now),
        device=device,
        language=policy.language,
        statement=release.statement,
        signed_name=consent.signed_name if release.typed_name else None,
        age_statement=release.age_statement,
    )


def assert_read(text_sha256: str | None, policy: "Policy") -> None:
    """Check that it was the text in force that was shown.

    Raises:
        ConsentRequired: when none was.
        ConsentOutdated: when it was another one.
    """
    if text_sha256 is None:
        raise ConsentRequired
    if text_sha256 != policy.text_sha256:
        raise ConsentOutdated


def consent_due(profile: "Profile", *, settings: "Settings", now: float) -> ConsentDue | None:
    """Say which text an account's owner has still to agree to; None where they have."""
    if not is_due(profile, settings=settings):
        return None
    asked_at = int(now) if profile.consent_asked_at is None else profile.consent_asked_at
    return ConsentDue(
        policy_version=settings.policy_version,
        face_until=asked_at + settings.consent_grace_days * DAY_S,
    )


def is_due(profile: "Profile", *, settings: "Settings") -> bool:
    """Tell whether the text has another version than the one that an account's owner agreed to."""
    return profile.policy_version not in (None, settings.policy_version)


def face_may_sign_in(profile: "Profile", *, settings: "Settings", now: float) -> bool:
    """Tell whether a face is compared: there is one, its owner has not paused that, and agreed to the text.

    Whoever was asked to agree to a new one has the days of grace. A freeze is lifted all the same: without
    that its owner could not agree, nor take anything away.
    """
    if profile.status != "active" or not profile.anchors:
        return False
    due = consent_due(profile, settings=settings, now=now)
    is_asked = profile.consent_asked_at is not None
    return due is None or not is_asked or profile.is_frozen or now < due.face_until
