"""Every parser of untrusted bytes, as a function of bytes that says whether what it did was right.

The same functions are driven by hypothesis in `make test` (test_parsers.py) and by coverage in `make fuzz`
(__main__.py). A parser may refuse with its documented family and nothing else; what it says then is never
what came in; and what it takes says the same thing again when it is written out.

Each family has a room of its own beside this one; what is asked of all of them is in checks.py.
"""

import base64
import json
import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from joserfc.jwk import ECKey
from pydantic import BaseModel
from pydantic_core import to_json

from functions.account.models import FaceSignIn, LearningChange, Renaming, SignInLogChange, TemplateId
from functions.address.models import Move, NewAddress
from functions.bounces.events import returned_in
from functions.challenges.models import ChallengeRequest, StepsRequest
from functions.email.models import CodeRequest, Confirmation
from functions.enroll.models import EnrolmentRequest, FaceRequest, RegistrationRequest
from functions.openid.models import Answering, RequestQuery
from functions.passkeys.models import NewPasskey, PasskeyAnswer
from functions.recovery.models import FreezeRequest, RecoveryRequest
from functions.sessions.models import DeviceId, RefreshRequest
from functions.verify import judgement
from functions.verify.models import VerificationRequest
from matching import MalformedEvidenceError, decode_descriptors, decode_track, encoding
from matching.liveness.answer import judge_answer
from matching.liveness.judge import LivenessReason
from matching.liveness.profiles import PROFILES
from matching.liveness.script import draw
from service import http
from service.consents import GivenConsent
from service.encoding import sha256_base64url
from service.mailbox import Address, mailbox_index, normalised
from service.models import Capture, Quality, Series
from service.network import network_index
from service.problems import (
    MailboxTokenInvalid,
    ProofInvalid,
    RequestInvalid,
    RequestTooLarge,
    TokenInvalid,
    UnsupportedMediaType,
)
from service.proofs import verify_proof
from service.repositories.challenges import Ceremony, Reveal
from service.request import Request, header_values, read_body, read_request
from service.sessions import RefreshToken, named_by
from service.tokens import Bounds, read_access_token, read_mailbox_token
from service.vault import DataKey, SealBrokenError, seal, unseal
from tests.fuzz import applications, authenticators, papers
from tests.fuzz.checks import (
    ISSUER,
    NESTED,
    NOW,
    THUMBPRINT,
    FindingError,
    Target,
    adapted,
    header_text,
    public_jwk,
    read_model,
    same,
    says_nothing,
    signed,
    signer,
    text_of,
)

URL: Final = f"{ISSUER}/v1/enrolments"
BODY: Final = b'{"a":1}'

_BOUNDS: Final = Bounds(issuer=ISSUER, audience="facesmash", thumbprint=THUMBPRINT, now=NOW)
_DATA_KEY: Final = DataKey(account="A" * 22, version=1, material=b"k" * 32)
_ENCODING_SOURCE: Final = Path(encoding.__file__).read_text(encoding="utf-8")


_SIGNER: Final = signer()


# Proofs and tokens


def _request(proof: str | None) -> Request:
    return Request(method="POST", issuer=ISSUER, url=URL, body=BODY, proof=proof, access_token=None)


def proof(data: bytes) -> bool:
    """A DPoP header, all of it the stranger's."""
    text = header_text(data)
    try:
        held = verify_proof(request=_request(text), now=NOW, answers_challenge=False)
    except ProofInvalid as error:
        return says_nothing(error)
    else:
        again = verify_proof(request=_request(text), now=NOW, answers_challenge=False)
        same(held, again)
        return same(ECKey.import_key(dict(held.public_key)).thumbprint(), held.thumbprint)


def proof_claims(data: bytes) -> bool:
    """Claims that a device did sign: whoever has a key writes what they like."""
    return proof(signed(data, header={"typ": "dpop+jwt", "jwk": public_jwk()}).encode())


def token(data: bytes) -> bool:
    """What comes after `DPoP` in an Authorization header, and in a body as the proof of a mailbox."""
    text, taken = header_text(data), 0
    for read, refusal in ((read_access_token, TokenInvalid), (read_mailbox_token, MailboxTokenInvalid)):
        try:
            read(_SIGNER, text, bounds=_BOUNDS)
            taken += 1
        except refusal as error:
            says_nothing(error)
    if taken > 1:
        raise FindingError("a token that is of two kinds")
    return taken == 1


def token_claims(data: bytes) -> bool:
    """Claims under a signature of ours: those of another version of this product, for instance."""
    taken = [
        token(signed(data, header={"typ": typ, "kid": THUMBPRINT}).encode())
        for typ in ("at+jwt", "mailbox+jwt")
    ]
    return any(taken)


# Requests


def request(data: bytes) -> bool:
    """Path, headers and body as a gateway hands them over: lines of `name: value`, an empty one, the body."""
    head, _, body = data.partition(b"\n\n")
    lines = [line.partition(b":") for line in head.split(b"\n")]
    headers: dict[str, list[str]] = {}
    for name, _, value in lines[1:]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1").strip())
    event = {
        "httpMethod": "POST",
        "path": lines[0][0].decode("latin-1"),
        "multiValueHeaders": headers,
        "headers": {name: values[-1] for name, values in headers.items()},
        "requestContext": {"path": "/api", "domainName": "api.example", "identity": {"sourceIp": None}},
        "body": body.decode("latin-1"),
        "isBase64Encoded": head.startswith(b"/base64"),
    }
    try:
        http._admit(event, media_type=http._JSON)
        read = read_request(event, api_origin=ISSUER)
    except (RequestInvalid, RequestTooLarge, UnsupportedMediaType, ProofInvalid, TokenInvalid) as error:
        return says_nothing(error)
    else:
        same(read, read_request(event, api_origin=ISSUER))
        if len(read.body) > http.MAX_BODY_BYTES:
            raise FindingError("a body above the limit was let in")
        if read.proof is not None and header_values(event, "dpop") != [read.proof]:
            raise FindingError("another proof than the one that came")
        return True


def json_body(data: bytes) -> bool:
    """The JSON of any body, as text with whatever a gateway makes of octets, and as base64."""
    headers, taken = {"Content-Type": "application/json"}, False
    for event in (
        {"headers": headers, "body": data.decode(errors="surrogateescape")},
        {"headers": headers, "body": base64.b64encode(data).decode(), "isBase64Encoded": True},
    ):
        try:
            http._admit(event, media_type=http._JSON)
            parsed = http._parse_json(read_body(event).decode())
        except (RequestInvalid, RequestTooLarge) as error:
            says_nothing(error)
        else:
            taken = same(http._parse_json(to_json(parsed).decode()), parsed)
    return taken


MODELS: Final[Mapping[str, type[BaseModel]]] = {
    model.__name__: model
    for model in (
        ChallengeRequest,
        StepsRequest,
        CodeRequest,
        Confirmation,
        EnrolmentRequest,
        VerificationRequest,
        RefreshRequest,
        FaceSignIn,
        NewAddress,
        Move,
        NewPasskey,
        PasskeyAnswer,
        RecoveryRequest,
        FreezeRequest,
        RequestQuery,
        Answering,
        LearningChange,
        SignInLogChange,
        Renaming,
        FaceRequest,
        RegistrationRequest,
        GivenConsent,
    )
}


def body(data: bytes) -> bool:
    """The fields of every body that a route takes."""
    taken = [read_model(model, data) for model in MODELS.values()]
    return any(taken)


def returned_mail(data: bytes) -> bool:
    """What SES tells of a mail that came back: its text is partly that of a stranger's server."""
    event = {"Records": [{"Sns": {"Message": text_of(data)}}]}
    found = list(returned_in(event))
    same(found, list(returned_in(event)))
    return bool(found) and all(address(one.address.encode()) for one in found)


# Addresses, codes, names of things


def address(data: bytes) -> bool:
    """An e-mail address."""
    text = adapted(Address, data)
    if text is not None:
        same(normalised(normalised(text)), normalised(text))
        same(mailbox_index(text, key=b"k" * 32), mailbox_index(text.upper(), key=b"k" * 32))
        if not text.isascii() or any(character.isspace() for character in text) or text.count("@") != 1:
            raise FindingError("an address that would break a mail's header")
    return text is not None


def code(data: bytes) -> bool:
    """A code that a person typed."""
    read = read_model(Confirmation, to_json({"email": "ada@example.org", "code": text_of(data)}))
    if read is not None and not (len(read.code) == len("123456") and set(read.code) <= set("0123456789")):
        raise FindingError("a code that is not six digits")
    return read is not None


def refresh_token(data: bytes) -> bool:
    """A refresh token."""
    text = adapted(RefreshToken, data)
    if text is not None:
        account, session = named_by(text)
        same(f"{account}.{session}.{text[-43:]}", text)
    return text is not None


def name(data: bytes) -> bool:
    """An id in a path."""
    found = [text for text in (adapted(TemplateId, data), adapted(DeviceId, data)) if text is not None]
    if any(not text.isascii() or "#" in text or "/" in text for text in found):
        raise FindingError("a name that reaches further than it should")
    return bool(found)


def network(data: bytes) -> bool:
    """Where a request comes from."""
    if len(network_index(text_of(data), key=b"k" * 32)) != len(sha256_base64url(b"")):
        raise FindingError("a network's index has one length")
    return True


# Faces


def vector(data: bytes) -> bool:
    """A descriptor."""
    text = text_of(data)
    try:
        (row,) = decode_descriptors([text])
    except MalformedEvidenceError as error:
        return _is_a_constant(error)
    else:
        same(row.astype("<f4").tobytes(), base64.b64decode(text))
        if not np.isfinite(row).all():
            raise FindingError("a number that is none")
        return True


def series(data: bytes) -> bool:
    """Landmarks, times and signals of a ceremony, from JSON to a track."""
    read = read_model(Series, data)
    if read is None:
        return False
    try:
        track = decode_track(**read.model_dump())
    except MalformedEvidenceError as error:
        return _is_a_constant(error)
    else:
        same(track.records, decode_track(**read.model_dump()).records)
        same(len(track.records) % len(track), 0)
        if not np.isfinite(track.points).all():
            raise FindingError("a point that is nowhere")
        return True


def quality(data: bytes) -> bool:
    """Quality figures."""
    read = read_model(Quality, data)
    if read is not None and not np.isfinite(list(read.model_dump().values())).all():
        raise FindingError("a figure that is none")
    return read is not None


def capture(data: bytes) -> bool:
    """A whole look at the camera, decoded and judged for liveness as a sign-in's is."""
    shown = read_model(Capture, data)
    evidence = None if shown is None else judgement.read(shown)
    if shown is None or evidence is None:
        return False
    reason = judge_answer(
        asked=_asked(),
        shown=shown,
        track=evidence.track,
        descriptors=evidence.descriptors,
        turned=evidence.turned,
        nonce="A" * 43,
        answered_at=NOW,
    )
    if reason not in get_args(LivenessReason):
        raise FindingError("a reason that there is not")
    return True


@cache
def _asked() -> Ceremony:
    """What tracked_capture(1) was shown for."""
    script = draw(PROFILES["standard"], "verification", random.Random(1))  # noqa: S311 -- no secret
    reveal = Reveal(at=NOW - 4, chain="0" * 64, frames=40)
    return Ceremony(script=script.to_json(), issued_at=NOW - 8, reveal=reveal)


# At rest: whoever may write to the table is not believed either


def sealed(data: bytes) -> bool:
    """A sealed value."""
    try:
        opened = unseal(_DATA_KEY, data, item="PROFILE", kind="email")
    except SealBrokenError as error:
        return says_nothing(error)
    else:
        return same(len(data), len(seal(_DATA_KEY, opened, item="PROFILE", kind="email")))


def _is_a_constant(error: Exception) -> bool:
    if f'"{error}"' not in _ENCODING_SOURCE or error.__cause__ is not None:
        raise FindingError("an exception whose words stand nowhere in the source") from None
    return False


# Where each begins

_RECIPIENT: Final = {"emailAddress": "ada@example.org", "diagnosticCode": "550 5.1.1"}


def _claims(**more: object) -> bytes:
    return to_json({"jti": "j" * 16, "htm": "POST", "htu": URL, "iat": int(NOW), **more})


def _access(**more: object) -> bytes:
    claims = {"iss": ISSUER, "aud": "facesmash", "iat": int(NOW), "exp": int(NOW) + 900}
    return to_json({**claims, "cnf": {"jkt": THUMBPRINT}, **more})


def _tracked() -> dict[str, Any]:
    # Imported where it is needed: it draws a whole ceremony.
    from tests.support.captures import tracked_capture  # noqa: PLC0415

    return tracked_capture(1)


def _targets() -> dict[str, Target]:
    shown = _tracked()
    signed_proof = signed(
        _claims(body_sha256=sha256_base64url(BODY)), header={"typ": "dpop+jwt", "jwk": public_jwk()}
    )
    mine = _access(sub="A" * 22, auth_time=int(NOW), amr=["face", "swk"], sid="S" * 22)
    signed_token = signed(mine, header={"typ": "at+jwt", "kid": THUMBPRINT})
    whole: Sequence[Mapping[str, object]] = (
        {"purpose": "verification", "account": "A" * 22},
        {"chain": "0" * 64, "frames": 20},
        {"email": "ada@example.org"},
        {"email": "ada@example.org", "code": "123456"},
        {"capture": shown, "device_name": "Kitchen tablet"},
        {"refresh_token": f"{'A' * 22}.{'S' * 22}.{'T' * 43}", "next_sha256": "0" * 64},
        {"face_sign_in": "paused"},
        {"learning": "refused"},
        {"keep": "least"},
        {"policy_version": "2026-11-4", "text_sha256": "0" * 64, "accepted": True, "signed_name": "A"},
        {"email": "ada@example.org", "code_from_old": "123456", "code_from_new": "654321"},
        {"name": "Key", **authenticators.MADE},
        {"account": "A" * 22, **authenticators.USED},
        {"email": "ada@example.org", "code": "0000-0000-0000-0000-0000-0000", "mailbox_token": signed_token},
        {"token": authenticators.LINK},
        {"query": applications.ASKED, "consent": True},
        {
            "email": "ada@example.org",
            "mailbox_token": signed_token,
            "consent": {"policy_version": "2026-11-4", "text_sha256": "0" * 64, "accepted": True},
            "device_name": "Laptop",
            "capture": shown,
        },
    )
    bodies = tuple(map(to_json, whole))
    head = f"/v1/account\nDPoP: {signed_proof}\nAuthorization: DPoP {signed_token}\n"
    head += "Content-Type: application/json"
    seal_of = seal(_DATA_KEY, b"ada@example.org", item="PROFILE", kind="email")
    return {
        "proof": Target(run=proof, seeds=(signed_proof.encode(),), wrong=(NESTED,)),
        "proof_claims": Target(
            run=proof_claims,
            seeds=(_claims(body_sha256=sha256_base64url(BODY), nonce="n" * 43, ath="a" * 43),),
            wrong=(_claims(),),
        ),
        "token": Target(run=token, seeds=(signed_token.encode(),), wrong=(NESTED,)),
        "token_claims": Target(
            run=token_claims, seeds=(mine, _access(mailbox="m" * 43, freezes=0, jti="j" * 22, aud=ISSUER))
        ),
        "request": Target(
            run=request, seeds=(head.encode() + b"\n\n{}", b"/base64" + head.encode() + b"\n\ne30=")
        ),
        "json_body": Target(run=json_body, seeds=(*bodies, b'[1.5e300, null, true, "\\u00e9"]')),
        "body": Target(run=body, seeds=bodies),
        "returned_mail": Target(
            run=returned_mail,
            seeds=tuple(
                to_json({"eventType": kind, kind.lower(): {"bounceType": "Permanent", name: [_RECIPIENT]}})
                for kind, name in (("Bounce", "bouncedRecipients"), ("Complaint", "complainedRecipients"))
            ),
            wrong=(b"Successfully validated SNS topic", b"[" * 700),
        ),
        "address": Target(run=address, seeds=(b"ada.lovelace@example.org", b"a+b@sub-1.example.co")),
        "code": Target(
            run=code, seeds=(b"123456",), wrong=("\uff11\uff12\uff13\uff14\uff15\uff16".encode(), b"12345\n")
        ),
        "refresh_token": Target(run=refresh_token, seeds=(f"{'A' * 22}.{'S' * 22}.{'T' * 43}".encode(),)),
        "name": Target(run=name, seeds=(b"01ARZ3NDEKTSV4RRFFQ69G5FAV", THUMBPRINT.encode())),
        "network": Target(run=network, seeds=(b"192.0.2.1", b"2001:db8::1", b"::ffff:192.0.2.1")),
        "vector": Target(run=vector, seeds=(str(shown["descriptors"][0]).encode(),)),
        "series": Target(run=series, seeds=(to_json(shown["series"]),)),
        "capture": Target(
            run=capture,
            seeds=(to_json(shown),),
            wrong=(to_json({**shown, "quality": []}), to_json({**shown, "descriptors": ["AAAA"]})),
        ),
        "quality": Target(run=quality, seeds=(to_json(shown["quality"][0]),)),
        "sealed": Target(run=sealed, seeds=(seal_of,)),
    }


TARGETS: Final[Mapping[str, Target]] = {
    **_targets(),
    **authenticators.TARGETS,
    **applications.TARGETS,
    **papers.TARGETS,
}

# What a run of `make fuzz` found once: kept as it came, and tried each time.
FOUND: Final[Mapping[str, tuple[bytes, ...]]] = {
    name: tuple(base64.b64decode(one) for one in found)
    for name, found in json.loads(Path(__file__).with_name("found.json").read_text(encoding="utf-8")).items()
}
