"""POST /v1/recovery and /v1/freezes: for whoever lost the mailbox, or fears that somebody else is in."""
