"""GET /v1/account/export: everything that is held, to take away."""
