"""The two commands, as somebody runs them who has a file and the published keys and nothing of ours."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, KeySet

from facesmash import export, receipt
from facesmash.command import Verify
from facesmash.files import NotAsSignedError, keys_from

ROOT = Path(__file__).resolve().parents[3]
KEY = ECKey.generate_key("P-256")
ISSUER = "https://api.example"
ACCOUNT = "A" * 22
RECEIPT: dict[str, Any] = {
    "iss": ISSUER,
    "sub": ACCOUNT,
    "jti": "reference-1",
    "iat": 1_790_000_000,
    "event": "account-deleted",
    "deleted_at": 1_790_000_000,
    "destroyed": {"templates": 4, "devices": 1, "sign_ins": 3, "keys": 1},
}
TEXT = json.dumps({"json_schema": export.SCHEMA, "issuer": ISSUER, "account": ACCOUNT}, indent=1)
EXPORT: dict[str, Any] = {
    "iss": ISSUER,
    "sub": ACCOUNT,
    "iat": 1_790_000_000,
    "jti": "1",
    "schema": export.SCHEMA,
    "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
}


def signed(claims: dict[str, Any], typ: str, *, key: ECKey = KEY) -> str:
    return jws.serialize_compact(
        {"alg": "ES256", "typ": typ, "kid": key.thumbprint()}, json.dumps(claims), key
    )


def exported(text: str = TEXT, typ: str = "export+jwt", **claims: object) -> str:
    return f'{text[:-2]},\n "signature": "{signed(EXPORT | claims, typ)}"\n}}'


@pytest.fixture
def jwks(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}), encoding="utf-8")
    return str(file)


def run(module: str, content: str, folder: Path, *options: str) -> tuple[int, str]:
    (folder / "file").write_text(content, encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-m", module, "verify", str(folder / "file"), *options],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


SAVED: dict[str, Any] = {  # by the dashboard
    "receipt": signed(RECEIPT, "receipt+jwt"),
    "reference": "reference-1",
    "deleted_at": "2026-09-21T14:13:20.000Z",
    "destroyed": {"templates": 4, "devices": 1, "signIns": 3, "keys": 1},
    "how_to_check": "...",
}


def test_a_receipt_that_holds_says_what_was_checked_and_ends_well(tmp_path: Path, jwks: str) -> None:
    status, said = run("facesmash.receipt", json.dumps(SAVED), tmp_path, "--jwks", jwks)

    assert status == 0
    assert said.startswith("HOLDS\n")
    for part in (KEY.thumbprint(), ISSUER, ACCOUNT, "reference-1", "2026-09-21 14:13:20 UTC", "4 templates"):
        assert part in said
    assert "not checked: 'how_to_check', which is not signed" in said


def test_an_export_that_does_not_hold_says_so_and_ends_badly(tmp_path: Path, jwks: str) -> None:
    assert run("facesmash.export", exported(), tmp_path, "--jwks", jwks)[0] == 0

    status, said = run("facesmash.export", exported().replace("A" * 22, "B" * 22), tmp_path, "--jwks", jwks)

    assert status == 1
    assert said == "DOES NOT HOLD: it is not what was signed: at least one byte of it was altered\n"


def test_nothing_holds_without_keys_that_somebody_vouches_for(tmp_path: Path) -> None:
    assert run("facesmash.export", exported(), tmp_path)[0] == 2
    assert run("facesmash.receipt", signed(RECEIPT, "receipt+jwt"), tmp_path, "--jwks", "none.json")[0] == 1


@pytest.mark.parametrize(
    "content",
    [
        exported(typ="receipt+jwt"),
        exported(typ="at+jwt"),
        exported(iss="https://another.example"),
        exported(sub="B" * 22),
        exported(schema="urn:facesmash:schema:export-2"),
        exported(sha256=None),
        exported() + "\n",
        "",
        "PK\x03\x04 no archive",
        exported(TEXT.replace('"issuer"', '"account": "B",\n "issuer"')),
    ],
)
def test_an_export_of_another_kind_or_in_another_form_does_not_hold(content: str, jwks: str) -> None:
    with pytest.raises(NotAsSignedError):
        export.verify(content.encode(), keys_from(jwks))


def test_a_member_that_is_there_twice_is_not_believed_even_if_it_was_signed(jwks: str) -> None:
    twice = TEXT.replace('"issuer"', f'"account": "{ACCOUNT}",\n "issuer"')
    digest = hashlib.sha256(twice.encode()).hexdigest()

    with pytest.raises(NotAsSignedError, match="no JSON"):
        export.verify(exported(twice, sha256=digest).encode(), keys_from(jwks))


@pytest.mark.parametrize(
    "content",
    [
        signed(RECEIPT, "export+jwt"),
        signed(RECEIPT, "receipt+jwt", key=ECKey.generate_key("P-256")),
        signed(RECEIPT | {"event": "account-made"}, "receipt+jwt"),
        signed(RECEIPT | {"destroyed": None}, "receipt+jwt"),
        signed(RECEIPT, "receipt+jwt").replace(".", ".e30.", 1),
        "\u2028",
        "{}",
    ],
)
def test_a_receipt_of_another_kind_or_in_another_form_does_not_hold(content: str, jwks: str) -> None:
    with pytest.raises(NotAsSignedError):
        receipt.verify(content.encode(), keys_from(jwks))


@pytest.mark.parametrize(
    "changed",
    [
        {"note": "and your face was kept"},
        {"destroyed": {**SAVED["destroyed"], "sign_ins": 0}},
        {"destroyed": {**SAVED["destroyed"], "SIGNINS": 3}},
        {"destroyed": {**SAVED["destroyed"], "keys": True}},
        {"destroyed": {**SAVED["destroyed"], "keys": 1.0}},
        {"destroyed": []},
        {"deleted_at": [1]},
        {"deleted_at": {}},
        {"deleted_at": float(RECEIPT["deleted_at"])},
        {"deleted_at": None},
        {"reference": ["reference-1"]},
        {"reference": None},
        {"how_to_check": {"deleted_at": 0}},
    ],
)
def test_a_receipt_with_more_or_other_than_is_signed_does_not_hold(changed: dict[str, Any]) -> None:
    receipt.verify(json.dumps(SAVED).encode(), KeySet([KEY]))

    with pytest.raises(NotAsSignedError):
        receipt.verify(json.dumps(SAVED | changed).encode(), KeySet([KEY]))


@pytest.mark.parametrize(
    ("verify", "content"),
    [
        (export.verify, exported()),
        (receipt.verify, json.dumps(SAVED)),
        (receipt.verify, SAVED["receipt"]),
    ],
)
def test_keys_of_one_service_are_not_believed_about_another(verify: Verify, content: str) -> None:
    for of_it in (f"{ISSUER}/.well-known/keys", "https://API.example:443/keys", None):
        verify(content.encode(), KeySet([KEY]), keys_at=of_it)

    for of_another in (
        "https://api.example.org/keys",
        "https://api.example:8443/",
        "https://api.example@evil/",
    ):
        with pytest.raises(NotAsSignedError, match="another service's"):
            verify(content.encode(), KeySet([KEY]), keys_at=of_another)


@pytest.mark.parametrize("issuer", ["", "api.example", "http://api.example", "https://api.example:port", 7])
def test_who_is_no_service_is_not_believed_with_keys_of_an_address(issuer: object) -> None:
    token = signed(RECEIPT | {"iss": issuer}, "receipt+jwt")

    with pytest.raises(NotAsSignedError):
        receipt.verify(token.encode(), KeySet([KEY]), keys_at=f"{ISSUER}/keys")


def test_the_command_compares_who_signed_with_where_the_keys_are_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text(json.dumps(SAVED), encoding="utf-8")
    monkeypatch.setattr("facesmash.command.keys_from", lambda _: KeySet([KEY]))  # no test here fetches

    ends = [
        receipt.main(["verify", str(tmp_path / "file"), "--jwks", f"{origin}/.well-known/receipt-keys.json"])
        for origin in (ISSUER, "https://evil.example")
    ]

    assert ends == [0, 1]
    assert "another service's" in capsys.readouterr().out


KEYS = KeySet([KEY])
GOOD = [
    (export.verify, exported().encode()),
    (receipt.verify, json.dumps({"receipt": signed(RECEIPT, "receipt+jwt")}).encode()),
]


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(export.JSON_FILE, exported(files={"a.csv": hashlib.sha256(b"a").hexdigest()}))
        archive.writestr("a.csv", b"a")
    return packed.getvalue()


def test_two_archives_in_one_file_do_not_hold() -> None:
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w") as archive:
        archive.writestr(export.JSON_FILE, TEXT)
    export.verify(_archive(), KEYS)

    with pytest.raises(NotAsSignedError, match="another way"):
        export.verify(forged.getvalue() + _archive(), KEYS)


@given(
    good=st.sampled_from([*GOOD, (export.verify, _archive())]),
    at=st.floats(0, 1, exclude_max=True),
    cut=st.integers(0, 4),
    put=st.binary(max_size=8),
)
def test_whatever_is_made_of_a_file_it_holds_or_is_refused_in_words(
    good: tuple[Verify, bytes], at: float, cut: int, put: bytes
) -> None:
    verify, content = good
    place = int(at * len(content))
    changed = content[:place] + put + content[place + cut :]

    # Where it holds, it is what is no part of the content: the container of an archive, space in a receipt.
    assert _said(verify, changed) in {None, _said(verify, content)}


def _said(verify: Verify, content: bytes) -> tuple[str, ...] | None:
    try:
        return tuple(verify(content, KEYS))
    except NotAsSignedError:
        return None


@pytest.mark.parametrize("source", ["http://keys.example/jwks.json", "file:///etc/passwd", __file__])
def test_keys_come_from_a_file_of_keys_or_encrypted(source: str) -> None:
    with pytest.raises(NotAsSignedError):
        keys_from(source)


@pytest.mark.parametrize(
    "source", ["http://localhost:1@keys.example/", "https://", "https://keys.example:port/", "https://[/"]
)
def test_what_only_looks_like_an_address_of_https_is_none(source: str) -> None:
    with pytest.raises(NotAsSignedError, match="https only"):
        keys_from(source)


def test_a_key_goes_by_its_thumbprint_and_by_no_name_that_a_set_gives_it(tmp_path: Path) -> None:
    token = jws.serialize_compact(
        {"alg": "ES256", "typ": "receipt+jwt", "kid": "a-name-of-its-own"}, json.dumps(RECEIPT), KEY
    )
    named = {**KEY.as_dict(private=False), "kid": "a-name-of-its-own"}
    (tmp_path / "keys").write_text(json.dumps({"keys": [named]}), encoding="utf-8")

    with pytest.raises(NotAsSignedError, match="not among those"):
        receipt.verify(token.encode(), keys_from(str(tmp_path / "keys")))
