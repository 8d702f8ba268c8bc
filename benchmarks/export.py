"""What an export weighs: the largest that an account can be, and a log that somebody fills.

    python -m benchmarks.export

Lambda gives an answer of 6 MB at most, as JSON: what is text in it is escaped, what is binary is base64.
"""

import base64
import json
import secrets
import time
from typing import Final

from benchmarks.table import print_table
from functions.export import copy
from functions.export.archive import archive
from functions.export.explanations import explanations
from functions.export.models import (
    INCLUDED,
    Export,
    ExportedDevice,
    ExportedLogEnd,
    ExportedPasskey,
    ExportedPolicy,
    ExportedSignIn,
    ExportedTemplate,
)
from functions.export.signing import signed_file, unsigned_text
from service.held import HeldConsent, HeldGrant, HeldSession
from service.policy import current_policy
from service.register.schedule import schedule
from service.settings import Settings
from tests.support.captures import FINE_QUALITY, MODEL, PIPELINE, descriptors

LAMBDA_BYTES: Final = 6 * 1024 * 1024
NOW: Final = 1_795_000_000
TEMPLATES: Final = 10  # five anchors, five learned
DEVICES: Final = 20
PASSKEYS: Final = 10
SESSIONS: Final = 80  # one a device, and codes let in five devices an hour, for twelve hours
CONSENTS: Final = 5
LOGS: Final = (30, 270, 2_700, copy.MOST_SIGN_INS)
MEGABYTE: Final = 1e6


class _Signer:
    """Signs nothing: KMS does, and takes the same time for every size."""

    def sign(self, claims: dict[str, object], *, typ: str) -> str:
        said = base64.urlsafe_b64encode(json.dumps([typ, claims]).encode()).decode()
        return f"{said}.{secrets.token_urlsafe(64)}"


def main() -> None:
    """Print the sizes, as they lie in Lambda's answer."""
    rows = []
    for entries in LOGS:
        export = largest(sign_ins=entries)
        started = time.perf_counter()
        text = signed_file(export, unsigned_text(export), signer=_Signer())  # type: ignore[arg-type]
        json_ms = (time.perf_counter() - started) * 1000
        started = time.perf_counter()
        packed = archive(export, signer=_Signer(), product="Example")  # type: ignore[arg-type]
        zip_ms = (time.perf_counter() - started) * 1000
        rows.append(
            [
                f"{entries} entries",
                _mb(len(text)),
                _mb(len(json.dumps(text.decode()))),
                f"{json_ms:.0f}",
                _mb(len(packed)),
                _mb(len(base64.b64encode(packed))),
                f"{zip_ms:.0f}",
            ]
        )
    print_table(
        f"An export of the largest account, MB; Lambda answers with {_mb(LAMBDA_BYTES)}",
        ["sign-in log", "JSON", "in the answer", "ms", "ZIP", "in the answer", "ms"],
        rows,
    )


def largest(*, sign_ins: int) -> Export:
    """Make an export as large as an account's rows can make it, its log so long."""
    policy = current_policy(_settings())
    return Export(
        explanations=explanations(),
        retention=schedule(policy.retention),
        issuer="https://abcde12345.execute-api.eu-central-1.amazonaws.com/api",
        keys="https://abcde12345.execute-api.eu-central-1.amazonaws.com/api/.well-known/receipt-keys.json",
        exported_at=NOW,
        account=_id(22),
        email=f"{'a' * 64}@{'b' * 180}.example",
        mail_trouble=None,
        status="active",
        created_at=NOW,
        last_used_at=NOW,
        policy_version=policy.version,
        consent_asked_at=None,
        policies=[
            ExportedPolicy(policy_version=policy.version, text_sha256=policy.text_sha256, text=policy.text)
        ],
        descriptors=INCLUDED,
        learning="allowed",
        sign_in_log_kept="full",
        least_sign_in_log_days=None,
        learned_at=[NOW] * 30,
        templates=[_template(number) for number in range(TEMPLATES)],
        devices=[_device() for _ in range(DEVICES)],
        passkeys=[_passkey() for _ in range(PASSKEYS)],
        consents=[
            HeldConsent(
                id=_id(26),
                policy_version="2026-11-6",
                text_sha256="a" * 64,
                given_at=NOW,
                device=_id(43),
                language="en",
                statement="I agree that my face is used to sign me in, as described above.",
                signed_name=None,
                age_statement=None,
            )
            for _ in range(CONSENTS)
        ],
        sign_ins=[_sign_in(number) for number in range(sign_ins)],
        sign_ins_left_out=0,
        sign_in_log="whole",
        sign_in_log_end=_end(sign_ins),
        sessions=[_session() for _ in range(SESSIONS)],
        grants=[
            HeldGrant(client=_id(64), name="n" * 64, scopes=["openid", "email"], given_at=NOW)
            for _ in range(20)
        ],
        recovery_codes=None,
        freezes=3,
    )


def _template(number: int) -> ExportedTemplate:
    return ExportedTemplate(
        id=_id(26),
        kind="adaptive",
        state="active",
        created_at=NOW,
        model=MODEL,
        pipeline=PIPELINE,
        quality={name: float(value) for name, value in FINE_QUALITY.items()},
        source_device=_id(43),
        source_sign_in=_id(26),
        corroborations=2,
        corroborated_at=NOW,
        expires_at=NOW,
        used=12_000,
        descriptor=[float(value) for value in descriptors(number, count=1)[0].astype("<f4")],
    )


def _device() -> ExportedDevice:
    return ExportedDevice(
        id=_id(43),
        name="n" * 64,
        created_at=NOW,
        last_used_at=NOW,
        current=False,
        public_key={"kty": "EC", "crv": "P-256", "x": _id(43), "y": _id(43)},
    )


def _passkey() -> ExportedPasskey:
    return ExportedPasskey(
        id=_id(43),
        name="n" * 64,
        credential_id=_id(86),
        synced=True,
        created_at=NOW,
        last_used_at=NOW,
        public_key=_id(103),
        sign_count=1,
    )


def _sign_in(number: int) -> ExportedSignIn:
    return ExportedSignIn(
        id=_id(26),
        at=NOW,
        outcome="accepted",
        reason="liveness-not-shown",
        device=_id(43),
        place="AQ",
        expires_at=NOW,
        after=_end(number),
    )


def _end(number: int) -> ExportedLogEnd:
    return ExportedLogEnd(number=number, digest=_id(43), expires_at=NOW)


def _session() -> HeldSession:
    return HeldSession(
        id=_id(22),
        device=_id(43),
        means="passkey",
        passkey=_id(43),
        created_at=NOW,
        last_used_at=NOW,
        expires_at=NOW,
        current=False,
    )


def _settings() -> Settings:
    return Settings(
        region="eu-central-1",
        accounts_table="a",
        keys_table="k",
        data_key_id="d",
        signing_key_id="s",
        statement_key_id="t",
        mail_sender="a@b.example",
        policy_version="2026-11-6",
        controller_name="Example Ltd",
        controller_contact="privacy@example.org",
        product_name="Example",
    )


def _id(length: int) -> str:
    return secrets.token_urlsafe(length)[:length]


def _mb(size: int) -> str:
    return f"{size / MEGABYTE:.2f}"


if __name__ == "__main__":
    main()
