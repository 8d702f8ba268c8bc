"""POST /v1/verifications: a face signs in, on a device that is known or whose mailbox is proved."""
