"""What the challenges function takes and gives."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from matching.liveness.profiles import ProfileId
from matching.liveness.script import View
from service.ids import ACCOUNT_PATTERN, CHALLENGE_PATTERN
from service.models import MAX_FRAMES, Incoming, Outgoing, Sha256
from service.repositories.challenges import Purpose
from service.tokens import MAX_TOKEN_LENGTH


class ChallengeRequest(Incoming):
    """What the challenge is for. The account and the mailbox matter to verifications only."""

    purpose: Purpose
    profile: ProfileId = Field(
        default="standard",
        description="For an enrolment or a verification: what the person can be asked to do.",
    )
    account: str | None = Field(
        default=None,
        pattern=ACCOUNT_PATTERN,
        min_length=22,
        max_length=22,
        repr=False,
        description="On a known device: the account it knows.",
    )
    mailbox_token: str | None = Field(
        default=None,
        max_length=MAX_TOKEN_LENGTH,
        repr=False,
        description="On a new device, and for a profile that needs it: the proof of the account's mailbox.",
    )
    consent_sha256: Sha256 | None = Field(
        default=None,
        description="For an enrolment: SHA-256 of the text that the person agreed to. Before that nobody is "
        "asked to look at the camera.",
    )


class _Step(Outgoing):
    capture: bool = Field(description="Whether a descriptor is taken here.")


class Look(_Step):
    """Look straight ahead."""

    kind: Literal["look"]


class Turn(_Step):
    """Turn the head, by so much from how it was at the first look."""

    kind: Literal["turn"]
    yaw_deg: float = Field(description="To the right of the camera's picture, which is not mirrored.")
    pitch_deg: float = Field(description="Upwards.")


class CloseEyes(_Step):
    """Keep the eyes closed for so long."""

    kind: Literal["close_eyes"]
    duration_ms: int


class Closer(_Step):
    """Come closer, until the face is so many times as wide as at the first look."""

    kind: Literal["closer"]
    scale: float


class EnrolmentView(_Step):
    """Show the face as templates need it."""

    kind: Literal["view"]
    view: View


Step: TypeAlias = Annotated[Look | Turn | CloseEyes | Closer | EnrolmentView, Field(discriminator="kind")]


class FirstAct(Outgoing):
    """The first act of what is asked of the face."""

    profile: ProfileId
    steps: list[Step]
    acts: int = Field(description="How many there are; the rest is told once this one is done.")
    needs_mailbox: bool = Field(
        description="Whether, with this profile, every sign-in needs the proof of the mailbox too."
    )


class IssuedChallenge(Outgoing):
    """A challenge."""

    challenge: str = Field(pattern=CHALLENGE_PATTERN, description="The `nonce` of the proof that answers it.")
    purpose: Purpose
    expires_at: int = Field(description="Seconds since the epoch.")
    script: FirstAct | None = Field(description="For an enrolment or a verification.")


class StepsRequest(Incoming):
    """What the device commits itself to before it is told more."""

    chain: Sha256 = Field(
        repr=False,
        description="Head of the hash chain of the first act's frames.",
    )
    frames: int = Field(ge=1, le=MAX_FRAMES, description="How many frames that covers.")


class SecondAct(Outgoing):
    """The rest of what is asked of the face."""

    steps: list[Step]
