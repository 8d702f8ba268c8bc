"""POST /v1/email/codes and /v1/email/confirm: proving a mailbox."""
