"""ES256 with a key that never leaves KMS, and the public half for everybody else."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_kms import KMSClient

_COORDINATE_BYTES: Final = 32
_ES256_ONLY: Final = JWSRegistry(algorithms=["ES256"])


class BadSignatureError(Exception):
    """A token that this deployment did not sign, or not as this kind of token."""


class Signer:
    """Signs JSON Web Signatures with one KMS key, and checks those of that key and of older ones.

    A public key is asked for once in a process's life.
    """

    def __init__(self, *, kms: "KMSClient", key_id: str, older_key_ids: "Sequence[str]" = ()) -> None:
        self._kms = kms
        self._key_id = key_id
        self._older_key_ids = older_key_ids
        self._registry = JWSRegistry(algorithms=["ES256"])
        # The registry's own table stays as it is for everybody else: only this one signs through KMS.
        self._registry.algorithms = {"ES256": _KmsEs256(kms=kms, key_id=key_id)}

    @cached_property
    def key(self) -> ECKey:
        """The public key, with its RFC 7638 thumbprint as ``kid``."""
        return self._public_key(self._key_id)

    @cached_property
    def older_keys(self) -> list[ECKey]:
        """The public keys that sign nothing any more, and are believed still; the newest first."""
        return [self._public_key(key_id) for key_id in self._older_key_ids]

    def public_jwks(self) -> list[dict[str, str]]:
        """Give the public keys as JWKs, the one that signs first."""
        return [
            {name: str(value) for name, value in key.as_dict(private=False).items()}
            for key in (self.key, *self.older_keys)
        ]

    def sign(self, claims: "Mapping[str, object]", *, typ: str) -> str:
        """Sign claims.

        Args:
            claims: the payload.
            typ: what kind of token it is; a token is never taken for one of another kind.

        Returns:
            The token, compact serialisation.
        """
        header: dict[str, Any] = {"alg": "ES256", "typ": typ, "kid": self.key.kid}
        return jws.serialize_compact(header, to_json(dict(claims)), self.key, registry=self._registry)

    def open(self, token: str, *, typ: str) -> bytes:
        """Check a token's signature and kind.

        Args:
            token: compact serialisation.
            typ: the kind that is expected.

        Returns:
            The payload, JSON.

        Raises:
            BadSignatureError: when it is not ours, or of another kind.
        """
        try:
            key = self._key_named(jws.extract_compact(token.encode("ascii")).headers().get("kid"))
            opened = jws.deserialize_compact(token.encode("ascii"), key, registry=_ES256_ONLY)
        except (JoseError, ValueError, TypeError):
            raise BadSignatureError from None
        if opened.headers().get("typ") != typ:
            raise BadSignatureError
        return opened.payload

    def _key_named(self, kid: object) -> ECKey:
        if kid == self.key.kid:
            return self.key
        older = next((key for key in self.older_keys if key.kid == kid), None)
        if older is None:
            raise BadSignatureError
        return older

    def _public_key(self, key_id: str) -> ECKey:
        der = self._kms.get_public_key(KeyId=key_id)["PublicKey"]
        pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        bare = ECKey.import_key(pem)
        return ECKey.import_key(pem, {"kid": bare.thumbprint(), "use": "sig", "alg": "ES256"})


class _KmsEs256(JWSAlgModel):
    name = "ES256"
    description = "ECDSA using P-256 and SHA-256, by a key in KMS"
    recommended = True
    key_type = "EC"

    def __init__(self, *, kms: "KMSClient", key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def sign(self, msg: bytes, key: ECKey) -> bytes:  # noqa: ARG002 -- the private half is not here
        answer = self._kms.sign(
            KeyId=self._key_id,
            Message=msg,  # KMS digests it; what we sign is far below its limit of 4,096 bytes
            MessageType="RAW",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        # KMS answers in DER; JOSE wants the two numbers side by side (RFC 7518, section 3.4).
        r, s = decode_dss_signature(answer["Signature"])
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def verify(self, msg: bytes, sig: bytes, key: ECKey) -> bool:
        raise NotImplementedError("tokens are checked with the public key, without asking KMS")
