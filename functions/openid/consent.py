"""A person answers an application: the page asks, this decides, and the page goes where it is told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.openid.models import Answered, Answering, Asked, Judged, SignOutAsked
from service.deeds import DeedName, count_change, deed_of
from service.deployment import Deployment
from service.identity import FRESH_S, Identity, answer_challenge, identify
from service.ids import new_token_id
from service.openid.identities import Permit, subject
from service.openid.requests import AuthorizationRequest, RefusedError, read_request
from service.openid.sign_outs import hinted, read_sign_out
from service.problems import TokenInvalid
from service.repositories.deeds import Deed
from service.repositories.grant_rows import Grant
from service.repositories.rows import Profile
from service.request import Request
from service.sealing import GrantRecord, open_grant, seal_grant

if TYPE_CHECKING:
    from service.repositories.session_rows import KeptSession
    from service.vault import DataKey


@dataclass(frozen=True, kw_only=True, slots=True)
class _Person:
    """Who answers: the account's key is open, and the session stands."""

    identity: Identity
    profile: Profile
    session: "KeptSession"
    key: "DataKey"
    grant: Grant | None


def judge(query: str, *, request: Request, deployment: Deployment) -> Judged:
    """Say what an application asks for, and where every answer goes. It needs nobody to be signed in.

    Raises:
        AuthorizationRequestInvalid: when there is nobody to answer.
    """
    try:
        asked = read_request(query, clients=deployment.settings.openid_clients)
    except RefusedError as refusal:
        return Judged(asked=None, refused=refusal.back.with_error(refusal.error, issuer=request.issuer))
    return Judged(
        refused=None,
        asked=Asked(
            client_name=asked.client.name,
            scopes=list(asked.scopes),
            silent=asked.silent,
            anew=asked.anew,
            login_hint=asked.login_hint,
            login_required=asked.back.with_error("login_required", issuer=request.issuer),
            denied=asked.back.with_error("access_denied", issuer=request.issuer),
        ),
    )


def judge_sign_out(query: str, *, request: Request, deployment: Deployment) -> SignOutAsked:
    """Say which application asks to sign somebody out, and where they go afterwards."""
    asked = read_sign_out(
        query, clients=deployment.settings.openid_clients, signer=deployment.signer, issuer=request.issuer
    )
    name = None if asked.client is None else asked.client.name
    return SignOutAsked(client_name=name, redirect=asked.redirect)


def answer(body: Answering, *, request: Request, deployment: Deployment, now: float) -> Answered:
    """Answer an application with a code, if the person's sign-in and consent reach for what it asks.

    Args:
        body: the application's request, and what the person said to it.
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        Where to go; or what is still missing.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        AuthorizationRequestInvalid: when there is nobody to answer.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    issuer = request.issuer
    try:
        asked = read_request(body.query, clients=deployment.settings.openid_clients)
        person = _person(identity, client=asked.client.id, deployment=deployment, now=now)
        missing = _missing(asked, body, person=person, deployment=deployment, issuer=issuer, now=now)
    except RefusedError as refusal:
        return Answered(outcome="redirect", redirect=refusal.back.with_error(refusal.error, issuer=issuer))
    if missing is not None:
        return missing
    grant = person.grant
    if grant is None or not _covers(person.key, grant, asked) or "consent" in asked.prompt:
        grant = _agree(asked, person=person, deployment=deployment, now=now)
    code = deployment.permits.issue_code(_permit(asked, person=person, grant=grant), now=now)
    return Answered(outcome="redirect", redirect=asked.back.with_code(code, issuer=issuer))


def withdraw(client: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Withdraw what was granted to an application. What it holds is worth nothing from then on.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended.
        NotFound: when nothing is granted to it.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    person = _person(identity, client=client, deployment=deployment, now=now)
    deployment.grants.withdraw(_deed("application-withdrawn", person, deployment=deployment, now=now), client)


def _person(identity: Identity, *, client: str, deployment: Deployment, now: float) -> _Person:
    standing = deployment.grants.standing(
        identity.account, device=identity.session.device, client=client, now=now
    )
    session = standing.session
    if standing.profile is None or standing.profile.is_frozen:
        raise TokenInvalid
    if session is None or session.name != identity.session:
        raise TokenInvalid
    wrapped = deployment.keys.of_account(identity.account)
    if wrapped is None:
        raise TokenInvalid  # deleted between the two reads
    key = deployment.keyring.unwrap(identity.account, wrapped)
    return _Person(
        identity=identity, profile=standing.profile, session=session, key=key, grant=standing.grant
    )


def _missing(
    asked: AuthorizationRequest,
    body: Answering,
    *,
    person: _Person,
    deployment: Deployment,
    issuer: str,
    now: float,
) -> Answered | None:
    """Say what has to happen first; of a request that may show nothing, refuse.

    An application that nobody agreed to learns neither how long ago somebody was proved nor whether it is who
    it hints at: it hears the same of everybody, until the person has agreed.
    """
    age_s = now - person.session.created_at
    agreed = person.grant is not None and _covers(person.key, person.grant, asked)
    needs_consent = not agreed or "consent" in asked.prompt
    if needs_consent and asked.silent:
        raise RefusedError("consent_required", back=asked.back)
    is_wanted = asked.id_token_hint is None or _hints_at(
        asked.id_token_hint, asked, person=person, deployment=deployment, issuer=issuer
    )
    if agreed and not is_wanted:
        raise RefusedError("login_required", back=asked.back)
    if asked.is_too_long_ago(age_s) or (asked.anew and age_s > FRESH_S):
        if asked.silent:
            raise RefusedError("login_required", back=asked.back)
        return Answered(outcome="sign-in", redirect=None)
    if not needs_consent:
        return None
    if age_s > FRESH_S:
        # Whoever finds a browser that is signed in lets no application learn who its owner is.
        return Answered(outcome="sign-in", redirect=None)
    if not body.consent:
        return Answered(outcome="consent", redirect=None)
    if not is_wanted:
        raise RefusedError("login_required", back=asked.back)
    return None


def _hints_at(
    token: str, asked: AuthorizationRequest, *, person: _Person, deployment: Deployment, issuer: str
) -> bool:
    # One of ours about this person, for this client; that it has expired is no matter (Core, 3.1.2.1).
    claims = hinted(token, signer=deployment.signer, issuer=issuer)
    expected = (asked.client.id, subject(person.key, sector=asked.client.sector_id))
    return claims is not None and (claims.get("aud"), claims.get("sub")) == expected


def _covers(key: "DataKey", grant: Grant, asked: AuthorizationRequest) -> bool:
    return set(asked.scopes) <= set(open_grant(key, grant).scopes)


def _agree(asked: AuthorizationRequest, *, person: _Person, deployment: Deployment, now: float) -> Grant:
    record = GrantRecord(name=asked.client.name, scopes=asked.scopes, given_at=int(now))
    grant = seal_grant(person.key, record, client=asked.client.id, grant_id=new_token_id())
    deployment.grants.give(_deed("application-allowed", person, deployment=deployment, now=now), grant)
    return grant


def _deed(name: DeedName, person: _Person, *, deployment: Deployment, now: float) -> Deed:
    takes_away = name == "application-withdrawn"
    count_change(person.identity, person.profile, takes_away=takes_away, deployment=deployment, now=now)
    return deed_of(
        name,
        identity=person.identity,
        profile=person.profile,
        key=person.key,
        deployment=deployment,
        now=now,
    )


def _permit(asked: AuthorizationRequest, *, person: _Person, grant: Grant) -> Permit:
    session = person.session
    return Permit(
        account=person.identity.account,
        session=session.name.id,
        device=session.name.device,
        session_ends_at=session.expires_at,
        client=asked.client.id,
        grant=grant.id,
        sub=subject(person.key, sector=asked.client.sector_id),
        scopes=asked.scopes,
        redirect_uri=asked.back.redirect_uri,
        code_challenge=asked.code_challenge,
        nonce=asked.nonce,
        auth_time=session.created_at if asked.max_age_s is not None else None,
        means=session.means,
    )
