"""Everything that a table holds about a person, against what the person is shown: attribute by attribute.

A new attribute fails the walk until it is shown, or stands in one of the lists below with a reason.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from service.deployment import this_deployment
from service.encoding import base64url
from service.repositories.items import from_wire
from service.vault import DataKey, Kind, SealBrokenError, unseal

# Where each kind of an account's rows is shown: the list, and what of its sort key names the one.
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "TEMPLATE": ("templates", "id"),
    "DEVICE": ("devices", "id"),
    "PASSKEY": ("passkeys", "id"),
    "CONSENT": ("consents", "id"),
    "SIGNIN": ("sign_ins", "id"),
    "SESSION": ("sessions", "device"),
    "GRANT": ("grants", "client"),
}
ALONE: Final = {"PROFILE": "", "RECOVERY": "recovery_codes"}

# What is shown under another name than it is kept under.
RENAMED: Final = {
    "SESSION.sid": "id",
    "PROFILE.log": "sign_in_log_kept",
    "PROFILE.mail_trouble": "mail_trouble.why",
    "PROFILE.mail_trouble_until": "mail_trouble.until",
}
NOT_SHOWN: Final = {
    "pk": "the account's id, which is shown, with its kind before it",
    "sk": "the row's id, which is shown, with its kind before it",
    "PROFILE.mailbox": "a keyed digest of the address, which is shown",
    "PROFILE.revision": "how often rows came and went: only the database's own order",
    "PROFILE.review_at": "when it is looked whether the account is used: it follows from the last sign-in",
    "PROFILE.unused_told_at": "when a mail said that it is unused: the mail has that day",
    "PROFILE.anchors": "ids of rows that are shown",
    "PROFILE.adaptive": "ids of rows that are shown, until they expire",
    "PROFILE.devices": "ids of rows that are shown",
    "PROFILE.passkeys": "ids of rows that are shown",
    "GRANT.grant_id": "another one each time that one agrees: a spent code takes back only what it gave",
    "SESSION.refresh_sha256": "a digest of a secret that only the device has",
    "SESSION.rotated_sha256": "a digest of the secret before it",
}
# What GET /v1/account does not say, and the export does.
ONLY_EXPORTED: Final = {
    "PROFILE.sealed_log_head": "for whoever checks a copy of the log",
    "SIGNIN.sealed": "all but the place in the log, which is for the same",
    "SIGNIN.expires_at": "as above",
    "TEMPLATE.sealed_descriptor": "numbers that would pass for a look at the camera",
    "DEVICE.public_key": "for programs",
    "PASSKEY.public_key": "for programs",
    "PASSKEY.sign_count": "for programs",
}
# Rows beside the account's own, which live for a day at most unless it says otherwise, and why none is shown.
NOT_THE_ACCOUNTS: Final = {
    "EMAIL": "finds the account by a keyed digest of its address; for as long as the account, both are shown",
    "MAILBOX": "whether mails come back, by the same digest, for 90 days; shown from the account's own row",
    "LIMIT": "counts by digests that lead back to nobody, for a year at most",
    "CHALLENGE": "sealed under itself; names nobody",
    "JTI": "a digest of a proof; names nobody",
    "CODE": "a digest of a code under a keyed digest; names nobody",
    "AUTHCODE": "sealed under itself; names nobody",
    "WORK": "what is still to be done for an account; sealed, until it is",
    "BEARER": "sealed under itself; names nobody",
}


def unshown(items: list[dict[str, Any]], shown: Mapping[str, Any], *, account: str) -> list[str]:
    """Find what the account's rows hold and ``shown`` does not say: "KIND.attribute" and what is missing."""
    key = _key(account)
    return [
        f"{kind}.{name}: {value!r}"
        for kind, sk, row in _rows(items, account)
        for name, kept in row.items()
        if f"{kind}.{name}" not in NOT_SHOWN and name not in NOT_SHOWN
        for value in _missing(kind, sk, name, kept, shown=shown, key=key, row=row)
    ]


def attributes(items: list[dict[str, Any]], *, account: str) -> set[str]:
    """Every attribute that the account's rows have: "KIND.attribute"."""
    return {f"{kind}.{name}" for kind, _, row in _rows(items, account) for name in row}


def _rows(items: list[dict[str, Any]], account: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for item in items:
        if item["pk"]["S"] == f"ACCOUNT#{account}":
            yield item["sk"]["S"].partition("#")[0], item["sk"]["S"], dict(from_wire(item))


def _missing(
    kind: str,
    sk: str,
    name: str,
    kept: Any,  # noqa: ANN401 -- whatever a row holds
    *,
    shown: Mapping[str, Any],
    key: DataKey,
    row: Mapping[str, Any],
) -> list[Any]:
    place = _place(kind, sk, shown)
    if place is None:
        return ["the row"]
    if name.startswith("sealed"):
        return [one for one in _leaves(_opened(key, sk, kept, row)) if one not in _leaves(place)]
    expected: Any
    match name, kept:
        case "public_key", bytes():  # CBOR, as base64url
            expected, said = base64url(kept), _within(place, name)
        case "public_key", _:
            expected, said = json.loads(kept), _within(place, name)
        case "digests", _:
            expected, said = len(kept), _within(place, "left")
        case "learned_at", _:
            expected, said = sorted(map(int, kept)), _within(place, name)
        case _:
            expected, said = kept, _within(place, RENAMED.get(f"{kind}.{name}", name))
    return [] if expected == said else [expected]


def _place(kind: str, sk: str, shown: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- JSON
    """Where a row is shown; None where it is not."""
    if kind in ALONE:
        return shown[ALONE[kind]] if ALONE[kind] else shown
    listed, named_by = LISTS[kind]
    return next((one for one in shown[listed] if one[named_by] == sk.partition("#")[2]), None)


def _within(place: Any, path: str) -> Any:  # noqa: ANN401 -- JSON
    for part in path.split("."):
        place = (place or {}).get(part)
    return place


def _key(account: str) -> DataKey:
    deployment = this_deployment()
    wrapped = deployment.keys.of_account(account)
    assert wrapped is not None
    return deployment.keyring.unwrap(account, wrapped)


def _opened(key: DataKey, sk: str, blob: bytes, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- as sealed
    """Open what is sealed, whatever it is: JSON, text, or a descriptor."""
    for kind in get_args(Kind):
        for model in ("-", row.get("model", "-")):
            try:
                plain = unseal(key, blob, item=sk, kind=kind, model=model)
            except SealBrokenError:
                continue
            if kind.endswith("descriptor"):
                return list(struct.unpack("<128f", plain))
            if kind == "passkey-credential":  # bytes, as base64url
                return base64url(plain)
            return json.loads(plain) if plain.lstrip().startswith(b"{") else plain.decode()
    raise AssertionError(f"{sk} does not open")


def _leaves(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    if isinstance(value, Mapping):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]
