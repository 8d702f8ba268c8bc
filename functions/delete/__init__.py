"""DELETE /v1/account and its twin, withdrawing consent: everything is destroyed, with a receipt."""
