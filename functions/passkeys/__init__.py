"""POST and DELETE /v1/account/passkeys, POST /v1/passkeys/verifications: passkeys."""
