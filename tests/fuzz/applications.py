"""What applications send: requests, forms of the protocol, signing out, and names in paths and queries."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from functions.openid import exchange
from functions.openid.models import MAX_QUERY, ClientId
from functions.openid.refusals import OAuthError
from functions.passkeys.models import PasskeyId
from service.held_log import Before
from service.openid.assertions import (
    ASSERTION_LIFE_S,
    CLOCK_LEAD_S,
    AssertionRefusedError,
    read_assertion,
)
from service.openid.clients import Client, ClientKey
from service.openid.parameters import MAX_PARAMETERS, read_parameters, with_parameters
from service.openid.requests import PROMPTS, SCOPES, RefusedError, read_request
from service.openid.sign_outs import read_sign_out
from service.problems import AuthorizationRequestInvalid
from tests.fuzz.checks import (
    ISSUER,
    NESTED,
    NOW,
    THUMBPRINT,
    FindingError,
    Target,
    adapted,
    public_jwk,
    same,
    says_nothing,
    signed,
    signer,
    text_of,
)

_SHOP: Final = Client(
    id="shop",
    name="The Shop",
    redirect_uris=("https://shop.example/cb?from=us",),
    post_logout_redirect_uris=("https://shop.example/bye",),
)
_LEDGER: Final = Client(
    id="ledger",
    name="The Ledger",
    redirect_uris=("https://ledger.example/cb",),
    keys=(ClientKey(**public_jwk()),),
)
_CLIENTS: Final = (_SHOP, _LEDGER)
_SIGNER: Final = signer()


def authorization(data: bytes) -> bool:
    """An authorization request: whoever it is for, nobody is sent anywhere but where a client registered."""
    query = text_of(data)[:MAX_QUERY]
    try:
        asked = read_request(query, clients=_CLIENTS)
    except AuthorizationRequestInvalid as error:
        return says_nothing(error)
    except RefusedError as error:
        _goes_to_the_shop(error.back.with_error(error.error, issuer=ISSUER))
        return False
    _goes_to_the_shop(asked.back.with_code("c" * 43, issuer=ISSUER))
    if not (set(asked.scopes) <= set(SCOPES) and asked.prompt <= PROMPTS):
        raise FindingError("something was asked for that there is not")
    if asked.max_age_s is not None and not 0 <= asked.max_age_s < 10**9:
        raise FindingError("an age that is none")
    return same(asked, read_request(query, clients=_CLIENTS))


def _goes_to_the_shop(uri: str) -> None:
    parts = urlsplit(uri)
    if (parts.scheme, parts.netloc, parts.path) != ("https", "shop.example", "/cb") or not uri.isprintable():
        raise FindingError("somebody is sent elsewhere")
    sent = read_parameters(parts.query)
    if not sent.readable or sent.repeated or sent.get("iss") != ISSUER or sent.get("from") != "us":
        raise FindingError("an application would read something else than it was told")


def token_request(data: bytes) -> bool:
    """The form that a code is exchanged with, up to where the code is looked up."""
    try:
        given = exchange._read(text_of(data))
        exchange._only_codes(given)
    except OAuthError as error:
        if error.error not in {"invalid_request", "unsupported_grant_type"}:
            raise FindingError("a refusal that the protocol does not know") from None
        return False
    if len(given.values) > MAX_PARAMETERS or not all(given.values.values()):
        raise FindingError("a parameter too many, or one without a value")
    return {"grant_type", "code", "redirect_uri", "code_verifier"} <= given.values.keys()


def parameters(data: bytes) -> bool:
    """A query or a form: what was read says the same when it is written and read again."""
    given = read_parameters(text_of(data))
    if not given.readable or given.repeated:
        return False
    again = read_parameters(urlsplit(with_parameters("https://shop.example/", **given.values)).query)
    return same(again.values, given.values) if given.values else True


def sign_out(data: bytes) -> bool:
    """A request to sign somebody out."""
    query = text_of(data)[:MAX_QUERY]
    asked = read_sign_out(query, clients=_CLIENTS, signer=_SIGNER, issuer=ISSUER)
    if asked.redirect is not None:
        parts = urlsplit(asked.redirect)
        if asked.client is None or (parts.netloc, parts.path) != ("shop.example", "/bye"):
            raise FindingError("somebody is sent elsewhere")
    return asked.client is not None


def id_token_hint(data: bytes) -> bool:
    """Claims under a signature of ours, shown as a hint of who signs out."""
    token = signed(data, header={"typ": "JWT", "kid": THUMBPRINT})
    return sign_out(f"id_token_hint={token}".encode())


def client_assertion(data: bytes) -> bool:
    """A confidential application's assertion, all of it a stranger's."""
    text = data.decode("latin-1")
    try:
        found = read_assertion(text, clients=_CLIENTS, audiences={ISSUER}, now=NOW)
    except AssertionRefusedError as error:
        return says_nothing(error)
    if not NOW < found.expires_at <= NOW + ASSERTION_LIFE_S + CLOCK_LEAD_S or found.client != _LEDGER:
        raise FindingError("an assertion of nobody's, or for ever")
    return same(found, read_assertion(text, clients=_CLIENTS, audiences={ISSUER}, now=NOW))


def client_assertion_claims(data: bytes) -> bool:
    """Claims that an application did sign."""
    return client_assertion(signed(data, header={"typ": "JWT"}).encode())


def log_cursor(data: bytes) -> bool:
    """`before`: the number of an entry of the log, as a query says it."""
    try:
        number = _BEFORE.validate_python(text_of(data))
    except ValidationError:
        return False
    if number is not None and not 1 <= number <= 2**53:
        raise FindingError("a number that no entry has")
    return number is not None


def name_in_a_path(data: bytes) -> bool:
    """A passkey, or an application, in a path."""
    found = [text for text in (adapted(ClientId, data), adapted(PasskeyId, data)) if text is not None]
    if any(not text.isascii() or "#" in text or "/" in text for text in found):
        raise FindingError("a name that reaches further than it should")
    return bool(found)


_BEFORE: Final[TypeAdapter[Any]] = TypeAdapter(Before)
ASKED: Final = (
    "client_id=shop&redirect_uri=https%3A%2F%2Fshop.example%2Fcb%3Ffrom%3Dus&response_type=code"
    f"&scope=openid+email&state=s%26t&nonce=n&code_challenge={'c' * 43}&code_challenge_method=S256"
)
_FORM: Final = (
    f"grant_type=authorization_code&client_id=shop&code={'c' * 43}&code_verifier={'v' * 43}"
    "&redirect_uri=https%3A%2F%2Fshop.example%2Fcb"
)
_HINTED: Final = f'{{"iss": "{ISSUER}", "aud": "shop", "sub": "s", "iat": {int(NOW)}}}'.encode()
_ASSERTED: Final = to_json(
    {"iss": "ledger", "sub": "ledger", "aud": [ISSUER], "jti": "j" * 16, "exp": int(NOW) + 60}
)
TARGETS: Final[Mapping[str, Target]] = {
    "client_assertion": Target(
        run=client_assertion,
        seeds=(signed(_ASSERTED, header={"typ": "JWT"}).encode(),),
        wrong=(b"", NESTED, signed(_ASSERTED.replace(b"ledger", b"shop"), header={}).encode()),
    ),
    "client_assertion_claims": Target(
        run=client_assertion_claims,
        seeds=(_ASSERTED,),
        wrong=(b"[]", b"[" * 1200, _ASSERTED.replace(str(int(NOW) + 60).encode(), b"9" * 30)),
    ),
    "authorization": Target(
        run=authorization,
        seeds=(ASKED.encode(), f"{ASKED}&prompt=login&max_age=60&login_hint=ada".encode()),
        wrong=(b"", f"{ASKED}&client_id=bank".encode(), f"{ASKED}&prompt=none+login".encode()),
    ),
    "token_request": Target(
        run=token_request, seeds=(_FORM.encode(),), wrong=(b"", b"grant_type=password", b"=" * 41, b"%ff=1")
    ),
    "parameters": Target(
        run=parameters, seeds=(b"a=1&b=%26%3D+", b"a=&b=2"), wrong=(b"a=1&a=2", b"a", b"%ff=1")
    ),
    "sign_out": Target(
        run=sign_out,
        seeds=(b"client_id=shop&post_logout_redirect_uri=https://shop.example/bye&state=1",),
        wrong=(b"client_id=nobody", b"client_id=shop&client_id=shop", b"id_token_hint=" + b"e" * 2000),
    ),
    "id_token_hint": Target(run=id_token_hint, seeds=(_HINTED,), wrong=(b"[]", b"[" * 1200)),
    "log_cursor": Target(run=log_cursor, seeds=(b"1", b"27000"), wrong=(b"0", b"-1", b"1e3", b"9" * 400)),
    "name_in_a_path": Target(run=name_in_a_path, seeds=(b"shop", b"p" * 43), wrong=(b"", b"a/b", b"a" * 65)),
}
