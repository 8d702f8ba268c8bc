"""An authorization request, judged in the order of RFC 6749, section 4.1.2.1: whom to answer, then what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from service.openid.clients import Client, client_named
from service.openid.parameters import Parameters, read_parameters, with_parameters
from service.problems import AuthorizationRequestInvalid

Scope: TypeAlias = Literal["openid", "email"]
Refusal: TypeAlias = Literal[
    "access_denied",
    "consent_required",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "unsupported_response_type",
]

SCOPES: Final[tuple[Scope, ...]] = ("openid", "email")
PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})

SHORTEST_AGE_S: Final = 60

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of SHA-256: RFC 7636, section 4.2
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_MAX_STATE: Final = 1024
_MAX_NONCE: Final = 256
_MAX_HINT: Final = 254
# What OpenID Connect Core 1.0, sections 6 and 7.2.1, has refused by name where it is not supported.
_NOT_SUPPORTED: Final[dict[str, Refusal]] = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """Where an answer goes: only ever an address that is registered for the client that asks.

    Attributes:
        redirect_uri: the address.
        state: what the client wants to have again.
    """

    redirect_uri: str
    state: str | None = field(repr=False)

    def with_error(self, error: Refusal, *, issuer: str) -> str:
        """Give the address with a refusal; RFC 9207 adds who refuses."""
        return with_parameters(self.redirect_uri, error=error, state=self.state, iss=issuer)

    def with_code(self, code: str, *, issuer: str) -> str:
        """Give the address with a code."""
        return with_parameters(self.redirect_uri, code=code, state=self.state, iss=issuer)


class RefusedError(Exception):
    """A request that its client is told about."""

    def __init__(self, error: Refusal, *, back: Back) -> None:
        super().__init__(error)
        self.error = error
        self.back = back


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizationRequest:
    """A request that holds.

    Attributes:
        client: who asks.
        back: where the answer goes.
        code_challenge: S256 of the verifier that the client keeps (RFC 7636).
        scopes: what it asks for, of what there is.
        nonce: comes back in the ID token.
        prompt: what the person must, or must not, be asked.
        max_age_s: how long ago the person may have been proved; None for as long as a session lasts.
        login_hint: who it is about, as the client thinks. It helps the person to type and decides nothing.
        id_token_hint: an ID token of ours about the person that the client expects.
    """

    client: Client
    back: Back
    code_challenge: str = field(repr=False)
    scopes: tuple[Scope, ...]
    nonce: str | None = field(repr=False)
    prompt: frozenset[str]
    max_age_s: int | None
    login_hint: str | None = field(repr=False)
    id_token_hint: str | None = field(repr=False)

    @property
    def silent(self) -> bool:
        """Whether the person must be shown nothing."""
        return "none" in self.prompt

    @property
    def anew(self) -> bool:
        """Whether the person must be proved anew. Choosing an account is that: a device knows one.

        So is a ``max_age`` within which nobody could read what they agree to.
        """
        soon = self.max_age_s is not None and self.max_age_s < SHORTEST_AGE_S
        return (soon and not self.silent) or bool(self.prompt & {"login", "select_account"})

    def is_too_long_ago(self, age_s: float) -> bool:
        """Tell whether a sign-in is older than the client allows, which compares ``auth_time`` itself."""
        return self.max_age_s is not None and not self.anew and age_s > self.max_age_s


def read_request(query: str, *, clients: Iterable[Client]) -> AuthorizationRequest:
    """Judge an authorization request.

    Args:
        query: as the client sent it, without the question mark.
        clients: those of the deployment.

    Returns:
        The request.

    Raises:
        AuthorizationRequestInvalid: when there is nobody to answer: no such client, or not its address. The
            person is told, and sent nowhere.
        RefusedError: when the client is told.
    """
    given = read_parameters(query)
    back, client = _whom_to_answer(given, clients)
    if refusal := _what_is_wrong(given):
        raise RefusedError(refusal, back=back)
    max_age = given.get("max_age")
    hint = given.get("login_hint")
    return AuthorizationRequest(
        client=client,
        back=back,
        code_challenge=given.values["code_challenge"],
        scopes=tuple(scope for scope in SCOPES if scope in given.values["scope"].split(" ")),
        nonce=given.get("nonce"),
        prompt=_prompt(given),
        max_age_s=None if max_age is None else int(max_age),
        login_hint=hint if hint is not None and len(hint) <= _MAX_HINT else None,
        id_token_hint=given.get("id_token_hint"),
    )


def _whom_to_answer(given: Parameters, clients: Iterable[Client]) -> tuple[Back, Client]:
    client = client_named(given.get("client_id"), clients)
    redirect_uri = given.get("redirect_uri")
    # Exactly, RFC 9700, section 2.1: no prefix, no pattern, no other port.
    if client is None or redirect_uri is None or redirect_uri not in client.redirect_uris:
        raise AuthorizationRequestInvalid
    state = given.get("state")
    return Back(redirect_uri=redirect_uri, state=None if len(state or "") > _MAX_STATE else state), client


def _what_is_wrong(given: Parameters) -> Refusal | None:
    prompt = _prompt(given)
    for name, refusal in _NOT_SUPPORTED.items():
        if given.get(name) is not None:
            return refusal
    if given.repeated or given.get("response_type") is None:
        return "invalid_request"
    if given.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in (given.get("scope") or "").split(" "):
        return "invalid_scope"
    sound = (
        given.get("response_mode") in {None, "query"}
        and given.get("code_challenge_method") == "S256"  # left out it would mean "plain"
        and _CHALLENGE.fullmatch(given.get("code_challenge") or "")
        and len(given.get("state") or "") <= _MAX_STATE
        and len(given.get("nonce") or "") <= _MAX_NONCE
        and _NUMBER.fullmatch(given.get("max_age") or "0")
        and prompt <= PROMPTS
        and ("none" not in prompt or len(prompt) == 1)
    )
    return None if sound else "invalid_request"


def _prompt(given: Parameters) -> frozenset[str]:
    return frozenset((given.get("prompt") or "").split())
