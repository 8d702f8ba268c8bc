"""A confidential application proves itself by `private_key_jwt`: Authlib's client and openid-client do."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

from service.encoding import base64url
from service.openid.assertions import ASSERTION_LIFE_S, ASSERTION_TYPE
from tests.adapters.moments import ADA
from tests.support.client import Device
from tests.support.clock import advance, now
from tests.support.cloud import LEDGER_KEYS, Cloud
from tests.support.http_front import served
from tests.support.relying_party import (
    REVOCATION,
    VERIFIER,
    RelyingParty,
    assertion,
    authorize,
    post_form,
)
from tests.support.transport import Http, Reply

TOKEN = "/v1/openid/token"
CALLBACK = "https://ledger.example/cb"
SCRIPT = Path(__file__).parents[2] / "site" / "tests" / "support" / "confidential-client.mjs"
KEY, OTHER_KEY = LEDGER_KEYS


@pytest.fixture
def ledger(ada: Device) -> RelyingParty:
    return RelyingParty(ada.transport, client_id="ledger", redirect_uri=CALLBACK)


def redirect(ada: Device, ledger: RelyingParty) -> str:
    return str(authorize(ada, ledger.query()).json["redirect"])


def code_of(ada: Device, ledger: RelyingParty) -> str:
    (code,) = parse_qs(urlsplit(redirect(ada, ledger)).query)["code"]
    return code


def show(ledger: RelyingParty, code: str, **changes: str) -> Reply:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_assertion_type": ASSERTION_TYPE,
    } | changes
    return post_form(ledger.transport, TOKEN, urlencode({n: v for n, v in form.items() if v}))


def test_authlibs_client_proves_itself_with_its_own_key(ada: Device, ledger: RelyingParty) -> None:
    token_endpoint = ledger.metadata["token_endpoint"]
    ledger.oauth.client_secret = KEY

    def proves_itself() -> None:
        # By itself it says an hour; and it writes the assertion's number into what it is given.
        soon = {"exp": int(now()) + 60}
        ledger.oauth.register_client_auth_method(PrivateKeyJWT(token_endpoint, soon, alg="ES256"))

    proves_itself()
    ledger.oauth.token_endpoint_auth_method = "private_key_jwt"
    ledger.oauth.revocation_endpoint_auth_method = "private_key_jwt"

    token = ledger.fetch_token(redirect(ada, ledger))

    assert ledger.claims(token)["aud"] == "ledger"
    assert ledger.userinfo().json()["email_verified"] is True

    proves_itself()
    revoked = ledger.oauth.revoke_token(ledger.metadata["revocation_endpoint"], token["access_token"])

    assert revoked.status_code == 200
    assert ledger.userinfo().status_code == 401


def test_openid_client_signs_a_person_in_with_its_own_key(
    cloud: Cloud, ada: Device, ledger: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance(datetime.now(UTC).timestamp() - now())  # Node has no other clock than this
    with served() as address:
        monkeypatch.setenv("API_ORIGIN", address)
        cloud.restart()
        ada.transport = Http(address)
        cloud.let_a_minute_pass()
        ada.send_code(ADA)
        ada.confirm(ADA, cloud.code(ADA))  # a token of the service under its new name
        back = redirect(ada, ledger)
        command = ["node", str(SCRIPT), address, "ledger", CALLBACK, VERIFIER, ledger.nonce]
        said = f"{json.dumps(KEY.as_dict(private=True))}\n{back}\n"
        node = subprocess.run(command, input=said, capture_output=True, text=True, check=False)  # noqa: S603

    assert node.returncode == 0, node.stderr
    found: dict[str, Any] = json.loads(node.stdout)
    assert found["claims"]["aud"] == "ledger"
    assert found["claims"]["sub"] == found["userinfo"]["sub"]


def test_an_assertion_counts_once_and_proves_its_own_client_alone(ada: Device, ledger: RelyingParty) -> None:
    shown = assertion(ledger.metadata["issuer"])
    assert show(ledger, code_of(ada, ledger), client_assertion=shown).status == 200

    again = show(ledger, code_of(ada, ledger), client_assertion=shown)
    elsewhere = post_form(
        ledger.transport,
        REVOCATION,
        urlencode({"token": "t" * 43, "client_assertion_type": ASSERTION_TYPE, "client_assertion": shown}),
    )

    assert [(reply.status, reply.json) for reply in (again, elsewhere)] == [
        (401, {"error": "invalid_client"})
    ] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "shop"},
        {"iss": "shop", "sub": "shop"},  # registered, and without a key
        {"sub": "shop"},
        {"sub": None},
        {"aud": "https://elsewhere.example"},
        {"aud": []},
        {"aud": None},
        {"jti": None},
        {"jti": "short"},
        {"exp": None},
        {"exp": 1},
        {"exp": int(4e9)},
        {"iat": int(4e9)},
        {"nbf": int(4e9)},
        {"key": ECKey.generate_key("P-256")},
    ],
    ids=lambda changes: ",".join(
        f"{name}={value!r:.20}" if name != "key" else name for name, value in changes.items()
    ),
)
def test_an_assertion_that_does_not_hold_proves_nobody_and_costs_no_code(
    changes: dict[str, Any], ada: Device, ledger: RelyingParty
) -> None:
    code = code_of(ada, ledger)

    refused = show(ledger, code, client_assertion=assertion(ledger.metadata["issuer"], **changes))

    assert (refused.status, refused.json) == (401, {"error": "invalid_client"})
    assert show(ledger, code, client_assertion=assertion(ledger.metadata["issuer"])).status == 200


@pytest.mark.parametrize("kid", [["x"], {}, {"a": 1}, 5, True, "x"], ids=str)
@pytest.mark.parametrize("path", [TOKEN, REVOCATION])
def test_whatever_a_kid_is_nobody_is_proved_without_a_signature(
    kid: object, path: str, ada: Device, ledger: RelyingParty
) -> None:
    _, claims, signature = assertion(ledger.metadata["issuer"]).split(".")
    header = base64url(json.dumps({"alg": "ES256", "kid": kid}).encode())
    form = {
        "grant_type": "authorization_code",
        "code": "c",
        "token": "t" * 43,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": f"{header}.{claims}.{signature}",
    }

    refused = post_form(ada.transport, path, urlencode(form))

    assert (refused.status, refused.json) == (401, {"error": "invalid_client"})


def test_it_is_meant_for_this_service_alone(ada: Device, ledger: RelyingParty) -> None:
    issuer = ledger.metadata["issuer"]
    code = code_of(ada, ledger)

    both = show(
        ledger,
        code,
        client_assertion=assertion(ledger.metadata["issuer"], aud=[issuer, "https://elsewhere.example"]),
    )
    ours = show(
        ledger, code, client_assertion=assertion(ledger.metadata["issuer"], aud=[issuer, issuer + TOKEN])
    )

    assert (both.status, ours.status) == (401, 200)


def test_it_lasts_five_minutes_at_most_and_either_key_signs_it(ada: Device, ledger: RelyingParty) -> None:
    issued = int(now())
    longer = assertion(ledger.metadata["issuer"], exp=issued + ASSERTION_LIFE_S + 30)
    longest = assertion(ledger.metadata["issuer"], key=OTHER_KEY, exp=issued + ASSERTION_LIFE_S)
    code = code_of(ada, ledger)

    assert show(ledger, code, client_assertion=longer).status == 401
    assert show(ledger, code, client_assertion=longest).status == 200
    advance(ASSERTION_LIFE_S + 1)
    assert show(ledger, "c" * 43, client_assertion=longest).json == {"error": "invalid_client"}


def test_one_with_keys_is_never_believed_by_its_name_nor_one_without_by_an_assertion(
    ada: Device, ledger: RelyingParty
) -> None:
    code = code_of(ada, ledger)
    by_name = show(ledger, code, client_id="ledger", client_assertion_type="")
    other = show(ledger, code, client_id="shop", client_assertion=assertion(ledger.metadata["issuer"]))
    kind = show(
        ledger, code, client_assertion=assertion(ledger.metadata["issuer"]), client_assertion_type="urn:other"
    )
    bare = show(ledger, code, client_assertion="")
    shop = RelyingParty(ada.transport)
    (shops,) = parse_qs(urlsplit(str(authorize(ada, shop.query()).json["redirect"])).query)["code"]
    anothers = show(ledger, shops, client_assertion=assertion(ledger.metadata["issuer"]))

    assert [reply.json for reply in (by_name, other, kind, bare)] == [{"error": "invalid_client"}] * 4
    assert anothers.json == {"error": "invalid_grant"}
    assert show(ledger, code, client_assertion=assertion(ledger.metadata["issuer"])).status == 200


def test_authlib_is_told_what_its_standard_calls_it(ada: Device, ledger: RelyingParty) -> None:
    with pytest.raises(OAuthError, match="invalid_client"):
        ledger.fetch_token(redirect(ada, ledger))  # as a public client
