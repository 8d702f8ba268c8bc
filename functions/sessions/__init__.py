"""/v1/sessions/refresh and /v1/account/sessions: staying signed in, and signing out."""
