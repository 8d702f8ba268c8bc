"""Data keys: made and unwrapped by KMS, each under a context that says whose it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from botocore.exceptions import ClientError

from service.problems import Unavailable
from service.repositories.keys import Keys, WrappedKey
from service.vault import DataKey, SealBrokenError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

FIRST_VERSION: Final = 1

# What a key of an account is for: everything of theirs, or the one mail that follows their deletion. Roles
# may use the one and not the other (infra/permissions.py).
Purpose: TypeAlias = Literal["account-data", "farewell"]

_MAILBOX_INDEX_CONTEXT: Final = {"purpose": "email-index"}


class Keyring:
    """The deployment's data keys."""

    def __init__(self, *, kms: "KMSClient", key_id: str, keys: Keys) -> None:
        self._kms = kms
        self._key_id = key_id
        self._keys = keys
        self._mailbox_index: bytes | None = None

    def make(self, account: str, *, purpose: Purpose = "account-data") -> tuple[DataKey, WrappedKey]:
        """Make a new account's key: one call. It is kept only when the caller writes it down.

        Args:
            account: whose key it will be.
            purpose: what for.

        Returns:
            The key to seal with, and the wrapped one to keep.
        """
        material, blob = self._generate(_account_context(account, purpose))
        return (
            DataKey(account=account, version=FIRST_VERSION, material=material),
            WrappedKey(version=FIRST_VERSION, blob=blob),
        )

    def unwrap(self, account: str, wrapped: WrappedKey, *, purpose: Purpose = "account-data") -> DataKey:
        """Unwrap an account's key: one call.

        Args:
            account: whose key it is.
            wrapped: what the Keys table holds.
            purpose: what it was made for.

        Returns:
            The key.

        Raises:
            SealBrokenError: when KMS finds that it is not this account's key, or was made for something else.
        """
        material = self._decrypt(wrapped, _account_context(account, purpose))
        return DataKey(account=account, version=wrapped.version, material=material)

    def mailbox_index(self) -> bytes:
        """Give the key of the e-mail index, asked for once in a process's life.

        Raises:
            Unavailable: when the deployment has none yet.
        """
        if self._mailbox_index is None:
            wrapped = self._keys.of_mailbox_index()
            if wrapped is None:
                raise Unavailable
            self._mailbox_index = self._decrypt(wrapped, _MAILBOX_INDEX_CONTEXT)
        return self._mailbox_index

    def found_mailbox_index(self) -> bytes:
        """Give the key of the e-mail index, and make it if this is the deployment's first mailbox."""
        try:
            return self.mailbox_index()
        except Unavailable:
            material, blob = self._generate(_MAILBOX_INDEX_CONTEXT)
            if self._keys.found_mailbox_index(WrappedKey(version=FIRST_VERSION, blob=blob)):
                self._mailbox_index = material
            return self.mailbox_index()  # ours, or that of whoever was faster

    def _generate(self, context: Mapping[str, str]) -> tuple[bytes, bytes]:
        answer = self._kms.generate_data_key(KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context)
        return answer["Plaintext"], answer["CiphertextBlob"]

    def _decrypt(self, wrapped: WrappedKey, context: Mapping[str, str]) -> bytes:
        try:
            answer = self._kms.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped.blob, EncryptionContext=context
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"InvalidCiphertextException", "IncorrectKeyException"}:
                raise SealBrokenError from None
            raise
        return answer["Plaintext"]


def _account_context(account: str, purpose: Purpose) -> dict[str, str]:
    # CloudTrail shows this in the clear: an opaque id, nothing else.
    return {"purpose": purpose, "account": account}
