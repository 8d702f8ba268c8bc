"""What the account function takes and gives."""

from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from service.consents import ConsentDue
from service.held import (
    HeldConsent,
    HeldDevice,
    HeldGrant,
    HeldMailTrouble,
    HeldPasskey,
    HeldRecoveryCodes,
    HeldSession,
    HeldSignIn,
    HeldTemplate,
)
from service.held_log import LogState
from service.ids import ACCOUNT_PATTERN, THUMBPRINT_PATTERN, ULID_PATTERN
from service.models import DeviceName, Incoming, Outgoing
from service.repositories.rows import Learning, LogKept, Status

SIGN_IN_LOG: Final = "`broken` when an entry of the log is missing, altered, too many, or in another place."
LOG_KEPT: Final = "What was asked for: `least` is for entries since, and only where it is offered."
LEAST_DAYS: Final = "Days that an entry is kept where the least is asked for; null where it is not offered."
OLDER: Final = "`before` of the next part of the log; null where this is the last."

TemplateId = Annotated[str, Path(pattern=ULID_PATTERN, min_length=26, max_length=26)]
DeviceId = Annotated[str, Path(pattern=THUMBPRINT_PATTERN, min_length=43, max_length=43)]


class Account(Outgoing):
    """Everything that is held about a person. Times are seconds since the epoch."""

    account: str = Field(pattern=ACCOUNT_PATTERN)
    email: str = Field(repr=False)
    mail_trouble: HeldMailTrouble | None = Field(description="Null where mails to the address arrive.")
    status: Status = Field(description="Whether the face may sign in.")
    created_at: int
    last_used_at: int
    policy_version: str | None = Field(
        description="The version of the consent text that was agreed to last; null where there is no face."
    )
    consent_asked_at: int | None = Field(
        description="When a sign-in first asked for consent to a newer one; null where none did."
    )
    consent_due: ConsentDue | None = Field(description="Null where the version in force was agreed to.")
    learning: Learning = Field(description="Whether templates are learned from good sign-ins.")
    learned_at: list[int] = Field(
        description="When a template was learned in the last 30 days, whatever became of it."
    )
    templates: list[HeldTemplate] = Field(repr=False)
    devices: list[HeldDevice] = Field(repr=False)
    passkeys: list[HeldPasskey] = Field(repr=False)
    consents: list[HeldConsent]
    sign_ins: list[HeldSignIn] = Field(description="The newest 200.")
    sign_ins_older: int | None = Field(description=OLDER)
    sign_in_log: LogState = Field(description=SIGN_IN_LOG)
    sign_in_log_kept: LogKept = Field(description=LOG_KEPT)
    least_sign_in_log_days: int | None = Field(description=LEAST_DAYS)
    sessions: list[HeldSession]
    grants: list[HeldGrant]
    recovery_codes: HeldRecoveryCodes | None = Field(description="Null when none were ever made.")
    freezes: int = Field(description="How often the account was frozen, and lifted from that again.")


class SignIns(Outgoing):
    """Who signed in, or tried to, newest first."""

    sign_ins: list[HeldSignIn] = Field(description="At most 200.")
    sign_ins_older: int | None = Field(description=OLDER)
    sign_in_log: LogState = Field(description=SIGN_IN_LOG)


class FaceSignIn(Incoming):
    """Whether the face may sign in."""

    face_sign_in: Status


class LearningChange(Incoming):
    """Whether templates are learned from good sign-ins. Refusing forgets those that were."""

    learning: Learning


class LearningState(Outgoing):
    """Whether templates are learned from good sign-ins."""

    learning: Learning


class Renaming(Incoming):
    """What a device is to be called."""

    name: DeviceName = Field(repr=False)


class SignInLogChange(Incoming):
    """For how long new entries of the sign-in log are kept: in full, or for the least that is offered."""

    keep: LogKept


class SignInLogState(Outgoing):
    """For how long new entries of the sign-in log are kept."""

    keep: LogKept


class FaceSignInState(Outgoing):
    """Whether the face may sign in."""

    face_sign_in: Status


class ConsentState(Outgoing):
    """What was agreed to."""

    policy_version: str = Field(description="The version of the consent text.")
