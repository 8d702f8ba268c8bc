"""The data map: every field that is kept, and what seals it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from docs.papers.running import NO_ADVICE, Deployment, table
from service.log_chain import Head, LogEntry, SignInEvent
from service.models import Quality
from service.register.entries import BACKUP_DAYS
from service.register.places import ELSEWHERE, PLACES, Place
from service.sealing import ConsentRecord, GrantRecord

# What a sealed attribute holds, where that is more than one thing.
_INSIDE: Final[Mapping[str, tuple[Any, ...]]] = {
    "ACCOUNT/CONSENT.sealed": (ConsentRecord,),
    "ACCOUNT/SIGNIN.sealed": (SignInEvent, LogEntry),
    "ACCOUNT/GRANT.sealed": (GrantRecord,),
    "ACCOUNT/PROFILE.sealed_log_head": (Head,),
}


def page(deployment: Deployment) -> str:
    """Write the data map."""
    entries = {entry.name: entry for entry in deployment.policy.retention}
    parts = [
        f"## {place.table}: `{place.row}`\n\nNamed by {place.named_by}.\n\n"
        + table(("attribute", "what", "sealed by", "kept"), _rows(place, entries))
        for place in PLACES
    ]
    beside = table(
        ("kind", "where", "kept"),
        (
            (entries[name].kind, where, entries[name].period)
            for name, where in ELSEWHERE.items()
            if name in entries
        ),
    )
    return f"""\
# Data map

Every field that is kept, and what seals it.

{NO_ADVICE}

`tests/adapters/test_register.py` walks what the functions
really write, and fails when a field is not here or its seal is another one.

| sealed by | is |
|---|---|
| account key | AES-256-GCM under a key of that account alone, bound to account, row, kind and model |
| its secret | AES-256-GCM under a key that only the code, token or challenge gives which names the row |
| KMS | wrapped by the deployment's key in KMS, for one purpose and one account |
| keyed digest | HMAC-SHA-256 under a key that no backup has, or under such a secret |
| digest | SHA-256 of 128 random bits or more |
| none | readable for whoever reads the table |

The table Accounts has backups of {BACKUP_DAYS} days. The table Keys has none: what an account's key sealed is unreadable in
every copy from the moment in which that key is destroyed.

{chr(10).join(f"{part}{chr(10)}" for part in parts)}
## Elsewhere

{beside}

## Never kept

Pictures and films: no route takes one. Landmarks, movement and brightness of a sign-in: judged in memory. Descriptors
of a look that was refused, or that nothing was learned from. Codes, tokens and recovery codes themselves. Network
addresses. Age, sex, origin, mood: nothing here computes them.
"""


def _rows(place: Place, entries: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            f"`{name}`",
            attribute.what + _inside(f"{place.row}.{name}"),
            attribute.seal,
            "; ".join(dict.fromkeys(entries[entry].period for entry in place.entries_of(name))),
        )
        for name, attribute in place.attributes.items()
    ]


def _inside(attribute: str) -> str:
    if attribute.endswith("sealed_quality"):
        return f": {', '.join(Quality.model_fields)}"
    held = [one.name for shape in _INSIDE.get(attribute, ()) for one in fields(shape)]
    return f": {', '.join(held)}" if held else ""
