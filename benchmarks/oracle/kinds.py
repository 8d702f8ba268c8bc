"""What an attempt may be refused for while nobody may learn which it was: of each ceremony, every kind."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from benchmarks.oracle.town import FROZEN, OWNER, OWNERS, PAUSED, STRANGER, Town
from benchmarks.timed import Answered
from functions.passkeys.ceremony import USES_A_DAY
from service.deployment import this_deployment
from service.encoding import base64url, sha256_base64url
from service.patience import DAY_S
from service.repositories.limits import Budget
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, frozen

VERIFICATIONS: Final = "/v1/verifications"
CODES: Final = "/v1/email/codes"
PASSKEYS: Final = "/v1/passkeys/verifications"
RECOVERY: Final = "/v1/recovery"
FREEZES: Final = "/v1/freezes"

_WRONG_CODE: Final = "0000-0000-0000-0000-0000-0000"
_NOBODY: Final = "A" * 22

Act = Callable[[], object]
Kind = Callable[[Town], Act]


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """One way to ask, and what may keep somebody out of it.

    Attributes:
        routes: whose answers must not tell, as a caller meets them; what comes after an account was found is
            among them.
        kinds: makes each ready; what it gives makes the attempt.
    """

    routes: tuple[str, ...]
    kinds: Mapping[str, Kind]


def attempt(town: Town, ceremony: Ceremony, kind: str) -> list[Answered]:
    """Make one attempt of a kind.

    Args:
        town: where.
        ceremony: of what.
        kind: one of its kinds.

    Returns:
        The answers of its routes.

    Raises:
        SystemExit: when it was let in: then it is no refusal that was looked at.
    """
    town.let_time_pass()
    act = ceremony.kinds[kind](town)
    town.answers()
    act()
    answers = [answered for answered in town.answers() if answered.route in ceremony.routes]
    if answers[-1].route != CODES and answers[-1].reply.status < HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"{kind}: was let in")
    return answers


# A face


def _unknown_mailbox(town: Town) -> Act:
    """Somebody with a mailbox that has no account."""
    guest = town.guest()
    return lambda: town.show(guest, OWNER)


def _unknown_account(town: Town) -> Act:
    device = town.unknown(_NOBODY)
    return lambda: town.show(device, OWNER)


def _unknown_device(town: Town) -> Act:
    """The owner's face and account, on a device that is not theirs."""
    device = town.unknown(town.owner.account)
    return lambda: town.show(device, OWNER)


def _paused(town: Town) -> Act:
    return lambda: town.show(town.paused, OWNER)


def _frozen(town: Town) -> Act:
    return lambda: town.show(town.frozen, OWNER)


def _locked(town: Town) -> Act:
    """The right face on the right device, which has used up its tries."""
    town.spend_all(town.locked)
    return lambda: town.show(town.locked, OWNER)


def _wrong_face(town: Town) -> Act:
    return lambda: town.show(town.owner, STRANGER)


def _not_live(town: Town) -> Act:
    return lambda: town.show(town.owner, OWNER, series=frozen)


def _bad_proof(town: Town) -> Act:
    """Everything right, but the proof was made for other bytes."""
    device = town.owner

    def send() -> None:
        performed = device.perform("verification", capture(OWNER, take=1))
        proof = device.proof("POST", VERIFICATIONS, body=b"{}", nonce=performed.nonce)
        device.send("POST", VERIFICATIONS, content={"capture": performed.capture}, proof=proof)

    return send


# A code for a mailbox


def _code_for(address: str) -> Kind:
    return lambda town: lambda: town.unknown(None).send_code(address)


def _code_again(town: Town) -> Act:
    """A second code within a minute: none is sent."""
    town.unknown(None).send_code(OWNERS)
    return lambda: town.unknown(None).send_code(OWNERS)


# A passkey


def _passkey(key: Callable[[Town], Authenticator], account: Callable[[Town], str | None]) -> Kind:
    return lambda town: lambda: town.unknown(None).use_passkey(key(town), str(account(town)))


def _owners(town: Town) -> str | None:
    return town.owner.account


def _another(town: Town) -> Authenticator:
    return Authenticator(origin=town.key.origin, rp_id=town.key.rp_id)


def _forged(town: Town) -> Authenticator:
    """Names the owner's passkey and signs with a key of its own."""
    return _another(town).but(credential_id=town.key.credential_id, sign_count=50)


def _copied(town: Town) -> Authenticator:
    """One whose counter has not moved on since it was used: another authenticator has the key."""
    return town.key.but(sign_count=0)


def _passkey_used_up(town: Town) -> Act:
    """The right passkey, as often as a day allows and once more."""
    passkey = sha256_base64url(town.key.credential_id)
    uses = Budget(scope=f"passkey {town.owner.account} {passkey}", limit=USES_A_DAY, window_s=DAY_S)
    while this_deployment().limits.spend(uses, now=town.owner.clock()) is not None:
        pass
    return lambda: town.unknown(None).use_passkey(town.key, str(town.owner.account))


def _passkey_bad_proof(town: Town) -> Act:
    device = town.unknown(None)

    def send() -> None:
        challenge = device.challenge("passkey")
        content = {"account": town.owner.account, **town.key.use(challenge)}
        proof = device.proof("POST", PASSKEYS, body=b"{}", nonce=challenge)
        device.send("POST", PASSKEYS, content=content, proof=proof)

    return send


# A recovery code


def _recovery(address: str, code: Callable[[Town], str]) -> Kind:
    return lambda town: lambda: town.unknown(None).use_recovery_code(address, code(town))


# The link of a notice


def _link(change: Callable[[bytes], bytes]) -> Kind:
    def prepared(town: Town) -> Act:
        token = base64url(change(base64.urlsafe_b64decode(town.freeze_token)))
        return lambda: town.unknown(None).freeze(token)

    return prepared


CEREMONIES: Final[Mapping[str, Ceremony]] = {
    "face": Ceremony(
        routes=("/v1/challenges", "/v1/challenges/steps", VERIFICATIONS),
        kinds={
            "unknown mailbox": _unknown_mailbox,
            "unknown account": _unknown_account,
            "unknown device": _unknown_device,
            "paused": _paused,
            "frozen": _frozen,
            "locked": _locked,
            "wrong face": _wrong_face,
            "failed liveness": _not_live,
            "bad proof": _bad_proof,
        },
    ),
    "code": Ceremony(
        routes=(CODES,),
        kinds={
            "has an account": _code_for(OWNERS),
            "has none": _code_for("nobody-at-all@example.org"),
            "had a code just now": _code_again,
        },
    ),
    "passkey": Ceremony(
        routes=(PASSKEYS,),
        kinds={
            "unknown account": _passkey(lambda town: town.key, lambda _: _NOBODY),
            "unknown passkey": _passkey(_another, _owners),
            "wrong signature": _passkey(_forged, _owners),
            "made on another site": _passkey(lambda town: town.key.but(origin="https://e.example"), _owners),
            "nobody verified": _passkey(lambda town: town.key.but(verified=False), _owners),
            "copied": _passkey(_copied, _owners),
            "used up": _passkey_used_up,
            "frozen": _passkey(lambda town: town.frozen_key, lambda town: town.frozen.account),
            "bad proof": _passkey_bad_proof,
        },
    ),
    "recovery code": Ceremony(
        routes=(RECOVERY,),
        kinds={
            "unknown address": _recovery("nobody-at-all@example.org", lambda town: town.codes[1]),
            "has no codes": _recovery(PAUSED, lambda town: town.codes[1]),
            "wrong code": _recovery(OWNERS, lambda _: _WRONG_CODE),
            "used code": _recovery(OWNERS, lambda town: town.codes[0]),
            "frozen": _recovery(FROZEN, lambda town: town.frozen_codes[0]),
        },
    ),
    "link of a notice": Ceremony(
        routes=(FREEZES,),
        kinds={
            "unknown account": _link(lambda data: data[:1] + bytes(16) + data[17:]),
            "forged": _link(lambda data: data[:-1] + bytes([data[-1] ^ 1])),
            "of another form": _link(lambda data: b"\x02" + data[1:]),
        },
    ),
}
ROUTES: Final = tuple(route for ceremony in CEREMONIES.values() for route in ceremony.routes)
