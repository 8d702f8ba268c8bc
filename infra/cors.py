"""What pages on the environment's origins may send to the API and read of its answers.

The functions' answers say it in `service.responses`; tests/infra holds the two to one list.
"""

from __future__ import annotations

ALLOWED_HEADERS = ("Authorization", "Content-Type", "DPoP")
# Date, because the SDK corrects a device's wrong clock by it, and another origin reads no other header.
EXPOSED_HEADERS = ("Content-Disposition", "Date", "Retry-After", "WWW-Authenticate")
