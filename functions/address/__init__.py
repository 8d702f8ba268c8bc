"""POST /v1/account/address/codes and /v1/account/address: another mailbox for an account."""
