"""What pages on the environment's origins may send to the API and read of its answers.

The functions' answers say it in `service.responses`; tests/infra holds the two to one list.
"""

from __future__ import annotations

ALLOWED_HEADERS = ("Authorization", "Content-Type", "DPoP")
# Date, because the SDK corrects a wrong clock by it. WWW-Authenticate is not here: a REST API renames it on
# its way, and the problem's type says the same.
EXPOSED_HEADERS = ("Content-Disposition", "Date", "Retry-After")
