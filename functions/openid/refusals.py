"""Refusals that have a name of OAuth's."""


class OAuthError(Exception):
    """A refusal of one of the protocol's own endpoints."""

    def __init__(self, error: str, *, status: int = 400, challenge: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.challenge = challenge
