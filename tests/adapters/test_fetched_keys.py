"""Keys from an address: by https alone, wherever it leads, and whatever answers there is told in words."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from facesmash.files import NotAsSignedError, keys_from

KEYS = json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}).encode()


class Answers(BaseHTTPRequestHandler):
    """Gives the keys at /keys, leads to wherever a query says, and is no HTTP anywhere else."""

    def do_GET(self) -> None:
        path, _, target = self.path.partition("?")
        if path == "/keys":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(KEYS)
        elif path == "/leads":
            self.send_response(302)
            self.send_header("location", target)
            self.end_headers()
        else:
            self.wfile.write(b"this is no HTTP\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine with a certificate that is believed here."""
    file = tmp_path / "server.pem"
    file.write_bytes(_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(context) as origin:
        yield origin


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, form, none) + certificate.public_bytes(pem)


def test_keys_come_by_https_also_where_it_leads_elsewhere(encrypted: str) -> None:
    assert len(keys_from(f"{encrypted}/keys").keys) == 1
    assert len(keys_from(f"{encrypted}/leads?{encrypted}/keys").keys) == 1


def test_what_leads_away_from_https_is_not_followed(encrypted: str, tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(KEYS)
    with serving() as plain:
        for target in (f"{plain}/keys", f"file://{tmp_path}/keys"):
            with pytest.raises(NotAsSignedError, match="no keys came"):
                keys_from(f"{encrypted}/leads?{target}")
        with pytest.raises(NotAsSignedError, match="https only"):
            keys_from(f"{plain}/keys")


def test_what_answers_in_no_http_is_told_in_words(encrypted: str) -> None:
    with pytest.raises(NotAsSignedError, match="no keys came"):
        keys_from(f"{encrypted}/other")
