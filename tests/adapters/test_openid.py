"""An application signs people in: Authlib's client against the functions."""

from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.openid.exchange import exchange
from functions.openid.refusals import OAuthError
from service.deployment import this_deployment
from service.openid.identities import ACRS
from service.repositories.session_rows import Means
from service.tokens import AMR
from tests.adapters.moments import ADA
from tests.adapters.people import READS, new_phone
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.clock import now
from tests.support.cloud import ORIGIN, Cloud, new_signing_key
from tests.support.race import at_once
from tests.support.relying_party import VERIFIER, RelyingParty, authorize, post_form
from tests.support.transport import InProcess, Reply

TOKEN = "/v1/openid/token"
USERINFO = "/v1/openid/userinfo"


@pytest.fixture
def shop(ada: Device) -> RelyingParty:
    return RelyingParty(ada.transport)


def _redirect(reply: Reply) -> str:
    assert (reply.status, reply.json["outcome"]) == (200, "redirect")
    return str(reply.json["redirect"])


def _answer_of(reply: Reply) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(_redirect(reply)).query).items()}


def _form(shop: RelyingParty, one: str, **changes: str) -> str:
    given = {
        "grant_type": "authorization_code",
        "client_id": "shop",
        "code": one,
        "redirect_uri": shop.redirect_uri,
        "code_verifier": VERIFIER,
    } | changes
    return "&".join(f"{name}={value}" for name, value in given.items() if value)


def _exchange(shop: RelyingParty, code: str, **changes: str) -> Reply:
    return post_form(shop.transport, TOKEN, _form(shop, code, **changes))


def _code(ada: Device, shop: RelyingParty, **changes: str | None) -> str:
    return _answer_of(authorize(ada, shop.query(**changes)))["code"]


def _userinfo(shop: RelyingParty, bearer: str) -> Reply:
    return shop.transport.send("GET", USERINFO, headers={"Authorization": f"Bearer {bearer}"}, body=b"")


def test_a_standard_client_signs_a_person_in_and_learns_what_they_agreed_to(
    ada: Device, shop: RelyingParty
) -> None:
    ada.sign_in(capture(1, take=1))

    token = shop.fetch_token(_redirect(authorize(ada, shop.query(max_age="600"))))
    claims = shop.claims(token)

    assert claims["amr"] == ["face", "swk"]
    assert claims["acr"] == "urn:facesmash:acr:face"
    assert claims["auth_time"] == ada.claims()["auth_time"]
    assert token["scope"] == "openid email"
    assert shop.userinfo().json() == {"sub": claims["sub"], "email": ADA, "email_verified": True}


def test_what_is_not_asked_for_is_not_learned(ada: Device, shop: RelyingParty) -> None:
    token = shop.fetch_token(_redirect(authorize(ada, shop.query(scope="openid phone"))))

    assert token["scope"] == "openid"
    assert shop.userinfo().json() == {"sub": shop.claims(token)["sub"]}


def test_two_applications_cannot_tell_that_they_have_the_same_person(ada: Device, shop: RelyingParty) -> None:
    bank = RelyingParty(ada.transport, client_id="bank", redirect_uri="https://bank.example/cb?from=us")
    first = shop.fetch_token(_redirect(authorize(ada, shop.query())))
    again = shop.fetch_token(_redirect(authorize(ada, shop.query())))
    other = bank.fetch_token(_redirect(authorize(ada, bank.query())))

    subs = [shop.claims(first)["sub"], shop.claims(again)["sub"], bank.claims(other)["sub"]]

    assert subs[0] == subs[1] != subs[2]
    shown = repr([shop.claims(first), bank.claims(other)])
    assert "auth_time" not in shown  # the same second would be the same person
    assert not any(name in shown for name in (str(ada.account), ada.thumbprint, ada.claims()["sid"]))


def test_nobody_is_sent_back_without_having_agreed_and_agreeing_is_remembered(
    ada: Device, shop: RelyingParty
) -> None:
    assert authorize(ada, shop.query(scope="openid"), consent=False).json["outcome"] == "consent"
    assert _answer_of(authorize(ada, shop.query(prompt="none"), consent=True))["error"] == "consent_required"
    _redirect(authorize(ada, shop.query(scope="openid"), consent=True))

    assert "code" in _answer_of(authorize(ada, shop.query(scope="openid", prompt="none"), consent=False))
    # More than was agreed to, or when the application wants it, is asked again.
    assert authorize(ada, shop.query(), consent=False).json["outcome"] == "consent"
    asked = shop.query(scope="openid", prompt="consent")
    assert authorize(ada, asked, consent=False).json["outcome"] == "consent"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://shop.example/cB"},
        {"redirect_uri": "https://shop.example/cb/"},
        {"redirect_uri": None},
        {"client_id": "shop2"},
        {"client_id": "bank"},
    ],
    ids=str,
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients_own(
    change: dict[str, str | None], ada: Device, shop: RelyingParty
) -> None:
    parameters = {
        name: value
        for name, value in ({n: v for n, (v,) in parse_qs(shop.query()).items()} | change).items()
        if value is not None
    }
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    judged = ada.transport.send(
        "POST",
        "/v1/openid/requests",
        headers={"Content-Type": "application/json"},
        body=f'{{"query": "{query}"}}'.encode(),
    )

    assert judged.problem == authorize(ada, query).problem == "authorization-request-invalid"
    assert b"shop.example" not in judged.body


@pytest.mark.parametrize(
    ("added", "removed", "error"),
    [
        ("response_type=token", "response_type", "unsupported_response_type"),
        ("response_type=code+id_token", "response_type", "unsupported_response_type"),
        ("", "response_type", "invalid_request"),
        ("scope=email", "scope", "invalid_scope"),
        ("", "code_challenge", "invalid_request"),
        ("", "code_challenge_method", "invalid_request"),
        ("code_challenge_method=plain", "code_challenge_method", "invalid_request"),
        ("scope=openid", "", "invalid_request"),  # twice
        ("nonce=another", "", "invalid_request"),
        ("prompt=none+login", "", "invalid_request"),
        ("max_age=soon", "", "invalid_request"),
        ("response_mode=fragment", "", "invalid_request"),
        ("request=eyJ", "", "request_not_supported"),
        ("request_uri=https%3A%2F%2Fshop.example", "", "request_uri_not_supported"),
    ],
)
def test_what_else_is_wrong_is_told_to_the_client_alone(
    added: str, removed: str, error: str, ada: Device, shop: RelyingParty
) -> None:
    kept = [part for part in shop.query().split("&") if part.partition("=")[0] != removed]

    answer = _answer_of(authorize(ada, "&".join([*kept, *filter(None, [added])])))

    assert answer == {"error": error, "state": shop.state, "iss": shop.metadata["issuer"]}


def test_a_client_may_ask_for_a_recent_sign_in(ada: Device, shop: RelyingParty) -> None:
    ada.transport.wait(301)

    assert authorize(ada, shop.query(max_age="300")).json["outcome"] == "sign-in"
    assert authorize(ada, shop.query(prompt="login")).json["outcome"] == "sign-in"
    ada.sign_in(capture(1, take=1))
    assert "code" in _answer_of(authorize(ada, shop.query(max_age="300")))
    ada.transport.wait(301)
    assert _answer_of(authorize(ada, shop.query(max_age="300", prompt="none")))["error"] == "login_required"
    ada.sign_in(capture(1, take=2))
    assert "code" in _answer_of(authorize(ada, shop.query(prompt="login")))


@pytest.mark.parametrize("prompt", ["login", "select_account", "select_account consent"])
def test_a_client_that_wants_an_account_chosen_has_the_person_proved_anew(
    prompt: str, ada: Device, shop: RelyingParty
) -> None:
    """A device knows one account: there is none to choose from, so whoever is there shows who they are."""
    _redirect(authorize(ada, shop.query()))
    judged = ada.send("POST", "/v1/openid/requests", content={"query": shop.query(prompt=prompt)})
    ada.transport.wait(301)

    assert (judged.json["asked"]["anew"], judged.json["asked"]["silent"]) == (True, False)
    assert authorize(ada, shop.query(prompt=prompt)).json["outcome"] == "sign-in"
    assert "code" in _answer_of(authorize(ada, shop.query()))  # which is enough for any other
    assert ada.sign_in(capture(1, take=1)).status == 200
    assert "code" in _answer_of(authorize(ada, shop.query(prompt=prompt)))
    both = authorize(ada, shop.query(prompt=f"none {prompt}"))
    assert _answer_of(both)["error"] == "invalid_request"


def test_agreeing_wants_a_recent_sign_in_and_coming_back_does_not(ada: Device, shop: RelyingParty) -> None:
    _redirect(authorize(ada, shop.query(scope="openid")))
    ada.transport.wait(301)

    assert "code" in _answer_of(authorize(ada, shop.query(scope="openid")))
    more = {"more": shop.query(), "again": shop.query(scope="openid", prompt="consent")}
    assert [authorize(ada, query).json["outcome"] for query in more.values()] == ["sign-in"] * 2
    assert authorize(ada, shop.query(), consent=False).json["outcome"] == "sign-in"
    assert _answer_of(authorize(ada, shop.query(prompt="none")))["error"] == "consent_required"
    assert ada.get("/v1/account").json["grants"][0]["scopes"] == ["openid"]
    assert ada.sign_in(capture(1, take=1)).status == 200
    assert [authorize(ada, query).json["outcome"] for query in more.values()] == ["redirect"] * 2


def test_a_client_that_expects_somebody_else_is_not_given_this_person(
    cloud: Cloud, ada: Device, shop: RelyingParty
) -> None:
    hint = shop.fetch_token(_redirect(authorize(ada, shop.query())))["id_token"]
    eve = Device(InProcess())
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    assert eve.enrol("eve@example.org", portrait(2)).status == 201

    assert "code" in _answer_of(authorize(ada, shop.query(id_token_hint=hint, prompt="none")))
    assert _answer_of(authorize(eve, shop.query(id_token_hint=hint)))["error"] == "login_required"
    assert _answer_of(authorize(ada, shop.query(id_token_hint="x.y.z")))["error"] == "login_required"


def test_an_application_that_nobody_agreed_to_learns_neither_who_is_there_nor_since_when(
    cloud: Cloud, ada: Device, shop: RelyingParty
) -> None:
    """Nobody presses anything on the way there and back, and no log tells of it."""
    hint = shop.fetch_token(_redirect(authorize(ada, shop.query())))["id_token"]
    assert ada.change("DELETE", "/v1/account/grants/shop").status == 204
    eve = new_phone(cloud, "eve@example.org")
    assert eve.enrol("eve@example.org", portrait(2)).status == 201
    hints: list[dict[str, str]] = [{"id_token_hint": hint}, {"id_token_hint": "x.y.z"}]
    asked = [*hints, {"max_age": "1"}, {"max_age": "10000"}, {}]

    for device in (ada, eve):
        silent = [_answer_of(authorize(device, shop.query(prompt="none", **more))) for more in asked]
        assert {answer["error"] for answer in silent} == {"consent_required"}
        # Where something may be shown, the person is asked first, whoever they are.
        for more in hints:
            assert authorize(device, shop.query(**more), consent=False).json["outcome"] == "consent"
    # Whoever agrees lets it learn that they are somebody else, and nothing more.
    assert _answer_of(authorize(eve, shop.query(id_token_hint=hint)))["error"] == "login_required"
    assert eve.get("/v1/account").json["grants"] == []
    # Agreeing takes a fresh sign-in, so that comes first, whoever is there.
    ada.transport.wait(301)
    late = {authorize(device, shop.query(id_token_hint=hint)).json["outcome"] for device in (ada, eve)}
    assert late == {"sign-in"}


def test_before_anybody_signs_in_the_page_knows_where_every_answer_goes(device: Device, cloud: Cloud) -> None:
    shop = RelyingParty(device.transport)

    def judge(query: str) -> Reply:
        return device.send("POST", "/v1/openid/requests", content={"query": query})

    asked = judge(shop.query(prompt="none", login_hint=ADA)).json["asked"]

    assert (asked["client_name"], asked["silent"], asked["login_hint"]) == ("The Shop", True, ADA)
    assert parse_qs(urlsplit(asked["login_required"]).query)["error"] == ["login_required"]
    assert parse_qs(urlsplit(asked["denied"]).query)["state"] == [shop.state]
    assert "error=invalid_scope" in judge(shop.query(scope="email")).json["refused"]
    assert cloud.items() == []


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "w" * 43},
        {"redirect_uri": "https://shop.example/cb2"},
        {"client_id": "bank"},
    ],
    ids=str,
)
def test_a_code_that_is_shown_with_anything_wrong_is_worth_nothing_from_then_on(
    change: dict[str, str], ada: Device, shop: RelyingParty
) -> None:
    code = _code(ada, shop)

    for attempt in (_exchange(shop, code, **change), _exchange(shop, code)):
        assert (attempt.status, attempt.json) == (400, {"error": "invalid_grant"})
        assert attempt.headers["cache-control"] == "no-store"


def test_a_code_counts_for_a_minute(ada: Device, shop: RelyingParty) -> None:
    code = _code(ada, shop)
    ada.transport.wait(60)

    assert _exchange(shop, code).json == {"error": "invalid_grant"}


def test_a_code_that_is_shown_again_takes_back_what_it_gave(ada: Device, shop: RelyingParty) -> None:
    code = _code(ada, shop)
    bearer = _exchange(shop, code).json["access_token"]
    assert _userinfo(shop, bearer).status == 200

    assert _exchange(shop, code).json == {"error": "invalid_grant"}
    assert _userinfo(shop, bearer).status == 401


def test_of_many_that_show_a_code_at_once_one_gets_tokens_at_most(ada: Device, shop: RelyingParty) -> None:
    form, deployment = _form(shop, _code(ada, shop)), this_deployment()

    def show(_: int) -> str | None:
        try:
            given = exchange(form, issuer=ada.transport.origin, deployment=deployment, now=now())
        except OAuthError:
            return None
        return str(given["access_token"])

    given = [bearer for bearer in at_once(show) if bearer is not None]

    assert len(given) == 1
    assert _userinfo(shop, given[0]).status == 401  # and as it was shown again, that ended as well


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"code_verifier": ""}, 400, "invalid_request"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "short"}, 400, "invalid_grant"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "shop&client_id=shop"}, 400, "invalid_request"),
    ],
    ids=str,
)
def test_the_token_endpoint_names_its_refusals_as_its_standard_does(
    change: dict[str, str], status: int, error: str, shop: RelyingParty
) -> None:
    refused = post_form(shop.transport, TOKEN, _form(shop, "c" * 43, **change))

    assert (refused.status, refused.json) == (status, {"error": error})
    assert refused.headers["content-type"] == "application/json"


def test_an_applications_token_opens_nothing_of_the_account_and_the_reverse(
    ada: Device, shop: RelyingParty
) -> None:
    token = shop.fetch_token(_redirect(authorize(ada, shop.query())))
    own = ada.access_token
    for stolen in (token["access_token"], token["id_token"]):
        ada.access_token = stolen
        assert [ada.get(path).problem for path in READS] == ["token-invalid"] * len(READS)
        assert ada.delete_account().problem == "token-invalid"

    assert [_userinfo(shop, str(bearer)).status for bearer in (own, token["id_token"])] == [401, 401]


def test_an_application_revokes_its_own_token_and_no_other_does(ada: Device, shop: RelyingParty) -> None:
    bearer = _exchange(shop, _code(ada, shop)).json["access_token"]
    revocation = "/v1/openid/revocation"

    assert post_form(shop.transport, revocation, f"client_id=bank&token={bearer}").status == 200
    assert _userinfo(shop, bearer).status == 200
    assert post_form(shop.transport, revocation, f"client_id=shop&token={bearer}").status == 200
    assert _userinfo(shop, bearer).json == {"error": "invalid_token"}
    assert post_form(shop.transport, revocation, "client_id=shop&token=none").status == 200
    assert post_form(shop.transport, revocation, "token=none").status == 401
    assert post_form(shop.transport, revocation, "client_id=shop").json == {"error": "invalid_request"}


def test_with_the_session_the_consent_or_the_account_an_applications_rights_end_at_once(
    ada: Device, shop: RelyingParty
) -> None:
    def granted() -> tuple[str, str]:
        bearer = _exchange(shop, _code(ada, shop)).json["access_token"]
        return _code(ada, shop), bearer

    def over(code: str, bearer: str) -> bool:
        return (_userinfo(shop, bearer).status, _exchange(shop, code).json) == (
            401,
            {"error": "invalid_grant"},
        )

    held = granted()
    assert ada.change("DELETE", "/v1/account/grants/shop").status == 204
    assert over(*held)
    assert ada.change("DELETE", "/v1/account/grants/shop").problem == "not-found"

    held = granted()
    assert ada.change("DELETE", "/v1/account/sessions").status == 204
    assert over(*held)

    assert ada.sign_in(capture(1, take=1)).status == 200
    held = granted()
    assert ada.delete_account().status == 200
    assert over(*held)


def test_a_person_sees_what_they_agreed_to_and_takes_it_away_with_their_account(
    cloud: Cloud, ada: Device, shop: RelyingParty
) -> None:
    _exchange(shop, _code(ada, shop))

    (grant,) = ada.get("/v1/account").json["grants"]

    assert (grant["client"], grant["name"], grant["scopes"]) == ("shop", "The Shop", ["openid", "email"])
    assert ada.get("/v1/account/export").json["grants"] == [grant]
    assert "The Shop" not in repr(cloud.items())
    assert ada.delete_account().status == 200
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_what_is_kept_of_codes_and_tokens_names_nobody_and_opens_nothing(
    cloud: Cloud, ada: Device, shop: RelyingParty
) -> None:
    code = _code(ada, shop)
    bearer = _exchange(shop, code).json["access_token"]

    kept = repr([item for item in cloud.items() if item["pk"]["S"].startswith(("AUTHCODE#", "BEARER#"))])

    assert kept.count("sealed") == 2
    assert not any(text in kept for text in (code, bearer, str(ada.account), ada.thumbprint, "shop"))


def test_pages_of_applications_call_what_is_theirs_and_nothing_else(ada: Device, shop: RelyingParty) -> None:
    def allowed(path: str, method: str = "GET") -> str | None:
        reply = ada.transport.send(method, path, headers={"Origin": "https://shop.example"}, body=b"")
        assert "access-control-allow-credentials" not in reply.headers
        return reply.headers.get("access-control-allow-origin")

    theirs = ["/.well-known/openid-configuration", "/.well-known/jwks.json", USERINFO]

    assert [allowed(path) for path in theirs] == ["https://shop.example"] * 3
    assert allowed(TOKEN, "POST") == "https://shop.example"
    assert [allowed(path) for path in [*READS, "/v1/policies/current"]] == [None] * (len(READS) + 1)
    assert shop.metadata["issuer"] == ada.transport.origin


def test_who_asks_to_sign_somebody_out_is_sent_to_its_own_address_or_nowhere(
    ada: Device, shop: RelyingParty
) -> None:
    hint = shop.fetch_token(_redirect(authorize(ada, shop.query())))["id_token"]
    bye = "post_logout_redirect_uri=https://shop.example/bye"

    def judge(query: str) -> tuple[str | None, str | None]:
        asked = ada.send("POST", "/v1/openid/sign-outs", content={"query": query}).json
        return asked["client_name"], asked["redirect"]

    ada.transport.wait(3600)  # an ID token that has expired is a hint all the same
    assert judge(f"id_token_hint={hint}&{bye}&state=s") == ("The Shop", "https://shop.example/bye?state=s")
    assert judge(f"client_id=shop&{bye}") == ("The Shop", "https://shop.example/bye")
    assert judge(f"client_id=shop&{bye}e") == ("The Shop", None)
    assert judge(f"client_id=bank&{bye}") == ("The Bank", None)
    for nobody in (
        f"client_id=bank&id_token_hint={hint}&{bye}",
        f"id_token_hint={hint[:-4]}AAAA&{bye}",
        f"id_token_hint={ada.access_token}&{bye}",
        bye,
        f"client_id=shop&{bye}&client_id=shop",
    ):
        assert judge(nobody) == (None, None)


def test_when_the_key_changes_the_old_ones_tokens_count_until_they_expire_and_new_ones_are_the_new_ones(
    cloud: Cloud, ada: Device, shop: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shop.fetch_token(_redirect(authorize(ada, shop.query())))
    kept = ada.access_token
    monkeypatch.setenv("RETIRING_SIGNING_KEY_ID", cloud.signing_key)
    monkeypatch.setenv("SIGNING_KEY_ID", new_signing_key())
    cloud.restart()

    published = [key["kid"] for key in shop.fetch("/.well-known/jwks.json")["keys"]]
    after = shop.fetch_token(_redirect(authorize(ada, shop.query())))

    kids = [shop.claims(token).header["kid"] for token in (after, before)]
    assert kids == published
    assert len(set(kids)) == 2
    assert ada.refresh().status == 200
    ada.access_token, new = kept, ada.access_token
    assert ada.get("/v1/account").status == 200
    monkeypatch.delenv("RETIRING_SIGNING_KEY_ID")
    cloud.restart()
    assert ada.get("/v1/account").problem == "token-invalid"
    ada.access_token = new
    assert ada.get("/v1/account").status == 200


@pytest.mark.parametrize("means", ["passkey", "recovery"])
def test_an_application_learns_by_what_the_person_was_proved(
    ada: Device, shop: RelyingParty, means: str
) -> None:
    if means == "passkey":
        key = Authenticator(origin=ORIGIN, rp_id="site.example")
        assert ada.add_passkey(key).status == 201
        assert ada.use_passkey(key, str(ada.account)).status == 200
    else:
        assert ada.use_recovery_code(ADA, ada.make_recovery_codes()[0]).status == 200

    claims = shop.claims(shop.fetch_token(_redirect(authorize(ada, shop.query()))))

    assert claims["acr"] == f"urn:facesmash:acr:{means}"
    assert claims["amr"] == ada.claims()["amr"]
    assert set(claims["amr"]) <= set(shop.metadata["amr_values_supported"])
    assert claims["acr"] in shop.metadata["acr_values_supported"]


def test_every_way_to_be_proved_has_its_class_and_its_methods() -> None:
    assert set(ACRS) == set(AMR) == set(get_args(Means))
