"""What the challenges function takes and gives."""

from pydantic import Field

from service.ids import ACCOUNT_PATTERN, CHALLENGE_PATTERN
from service.models import Incoming, Outgoing
from service.repositories.challenges import Purpose
from service.tokens import MAX_TOKEN_LENGTH


class ChallengeRequest(Incoming):
    """What the challenge is for. The last two matter to verifications only."""

    purpose: Purpose
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
        description="On a new device: the proof of the account's mailbox.",
    )


class IssuedChallenge(Outgoing):
    """A challenge."""

    challenge: str = Field(pattern=CHALLENGE_PATTERN, description="The `nonce` of the proof that answers it.")
    purpose: Purpose
    expires_at: int = Field(description="Seconds since the epoch.")
