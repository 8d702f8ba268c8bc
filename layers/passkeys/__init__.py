"""What a passkey's answer proves: pure decisions over the `webauthn` package; no AWS, no clock."""

from passkeys.verify import Added, Refused, Used, verify_added, verify_used

__all__ = ["Added", "Refused", "Used", "verify_added", "verify_used"]
