"""A stranger's code: verifies what the product signs knowing nothing but its address."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.jwk import KeySet

from tests.actors.pictures import ROOT

_NODE: Final = """
import { createRemoteJWKSet, jwtVerify } from 'jose';
const [issuer, audience, token, at] = process.argv.slice(1);
const currentDate = new Date(Number(at) * 1000);
const metadata = await (await fetch(issuer + '/.well-known/openid-configuration')).json();
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
const bounds = { issuer, audience, currentDate, typ: 'at+jwt', algorithms: ['ES256'] };
const { payload } = await jwtVerify(token, keys, bounds);
console.log(JSON.stringify(payload));
"""


def read_json(url: str) -> dict[str, Any]:
    """Fetch a JSON document."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback address
        content: dict[str, Any] = json.load(answer)
    return content


def verify(issuer: str, token: str) -> dict[str, Any]:
    """Verify a token with the issuer's keys, found by discovery, and give the claims.

    Raises:
        joserfc.errors.JoseError: It is not the issuer's.
    """
    metadata = read_json(f"{issuer}/.well-known/openid-configuration")
    assert metadata["issuer"] == issuer
    return _claims(token, keys_at=metadata["jwks_uri"])


def verify_receipt(issuer: str, receipt: str) -> dict[str, Any]:
    """Verify what a person keeps with the keys that are published for it, and give the claims.

    Raises:
        joserfc.errors.JoseError: It is not the issuer's.
    """
    return _claims(receipt, keys_at=f"{issuer}/.well-known/receipt-keys.json")


def _claims(token: str, *, keys_at: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(read_json(keys_at))  # type: ignore[arg-type]
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def verify_in_node(issuer: str, token: str, *, audience: str, at: float) -> dict[str, Any]:
    """Verify an access token with the `jose` package, as a backend in Node would have at that moment."""
    done = subprocess.run(  # noqa: S603 - fixed program, our own arguments
        ["node", "--input-type=module", "--eval", _NODE, issuer, audience, token, str(at)],  # noqa: S607
        cwd=ROOT / "site",
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    claims: dict[str, Any] = json.loads(done.stdout)
    return claims


def header_of(token: str) -> dict[str, Any]:
    """Read the protected header."""
    return dict(jws.extract_compact(token.encode()).protected)
