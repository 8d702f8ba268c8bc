"""What one deployment is told about itself, read once from the environment."""

from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import from_json

from service.openid.clients import Client
from service.request import PlaceTrust

# How long before its account would be deleted somebody hears that nobody uses it.
INACTIVITY_NOTICE_DAYS: Final = 30


class Settings(BaseModel):
    """One deployment's settings. Every function gets the same names; see infra/stack.py.

    Attributes:
        region: the region a challenge is bound to.
        accounts_table: name of the table with point-in-time recovery.
        keys_table: name of the table without any copy.
        data_key_id: the symmetric KMS key that wraps data keys.
        signing_key_id: the P-256 KMS key that signs tokens.
        retiring_signing_key_id: the one before it, whose tokens still count until they expire.
        statement_key_id: the P-256 KMS key that signs what people keep: exports and receipts.
        retired_statement_key_ids: those before it, newest first: receipts are kept for ten years.
        mail_sender: address that mails come from.
        mail_configuration_set: SES's, which says where it tells of mails that come back; None has no such.
        allowed_origins: the sites that may call the API from a browser; the first is the one that mails name.
        audience: ``aud`` of access tokens.
        policy_version: version of the consent text.
        consent_release: how people agree: by ticking a statement, or by typing their name under it as well.
        minimum_age: what age they declare to have reached; 0 asks for none.
        consent_grace_days: how long a face still signs in after its owner was first asked to agree to a new
            version of the text.
        controller_name: who answers for the data, as the consent text names them.
        controller_contact: how to reach them.
        product_name: what the consent text and mails call the product.
        api_origin: where the API is reached; None takes it from each request.
        place_header: header in which what stands before the API names the country of a request, in small
            letters; None keeps no place.
        place_secret_sha256: of the secret by which it shows that it stood there; the two come together.
        sign_in_log_days: how long the owner's sign-in log is kept.
        least_sign_in_log_days: how long it is kept for whoever asks for the least, without places; None where
            nobody may.
        learned_template_days: how long a template that was learned from a sign-in is kept.
        unused_account_days: after how long without a sign-in an account is deleted; None keeps it until its
            owner deletes it. At most three years: BIPA, section 15(a). A mail tells of it 30 days before.
        log_retention_days: how long technical logs are kept; see infra/environments.py.
        session_hours: how long a session lasts at most. NIST SP 800-63B-4, section 2.2.3: no more than a day.
        session_idle_minutes: how long a session lasts unused. The same section: no more than an hour. Longer
            than an access token lives, so that a token never outlives its session.
        codes_an_hour: mailbox codes for devices that their accounts do not know; see infra/environments.py.
        wrong_codes_an_hour: of those devices.
        new_device_challenges_a_minute: of those devices' sign-ins.
        refusal_floor_s: no sign-in is refused, and no request for a code answered, earlier than this after it
            arrived, whatever came of it.
        challenge_floor_s: no challenge for a sign-in, and no second act, is given earlier than this after it
            was asked for: a decoy asks for less than a real one does.
        openid_clients: the applications that people may sign in to; see docs/openid.md.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    region: str = Field(min_length=1)
    accounts_table: str = Field(min_length=1)
    keys_table: str = Field(min_length=1)
    data_key_id: str = Field(min_length=1)
    signing_key_id: str = Field(min_length=1)
    retiring_signing_key_id: str | None = None
    statement_key_id: str = Field(min_length=1)
    retired_statement_key_ids: tuple[str, ...] = ()
    mail_sender: str = Field(min_length=3)
    mail_configuration_set: str | None = None
    allowed_origins: tuple[str, ...] = ()
    audience: str = Field(default="facesmash", min_length=1)
    policy_version: str = Field(min_length=1, max_length=32)
    consent_release: Literal["ticked", "typed-name"] = "ticked"
    minimum_age: int = Field(default=0, ge=0, le=21)
    consent_grace_days: int = Field(default=14, ge=0, le=90)
    controller_name: str = Field(min_length=1)
    controller_contact: str = Field(min_length=1)
    product_name: str = Field(min_length=1)
    api_origin: str | None = None
    place_header: str | None = Field(default=None, pattern="^[a-z0-9-]{1,64}$")
    place_secret_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$", repr=False)
    sign_in_log_days: int = Field(default=90, ge=1, le=90)
    least_sign_in_log_days: int | None = Field(default=None, ge=1)
    learned_template_days: int = Field(default=365, ge=1, le=365)
    unused_account_days: int | None = Field(default=None, ge=2 * INACTIVITY_NOTICE_DAYS, le=3 * 365)
    log_retention_days: int = Field(default=30, ge=1, le=90)
    session_hours: int = Field(default=12, ge=1, le=24)
    session_idle_minutes: int = Field(default=60, ge=20, le=60)
    codes_an_hour: int = Field(default=1000, ge=1)
    wrong_codes_an_hour: int = Field(default=200, ge=1)
    new_device_challenges_a_minute: int = Field(default=120, ge=1)
    refusal_floor_s: float = Field(default=0.3, ge=0, le=2)
    challenge_floor_s: float = Field(default=0.15, ge=0, le=2)
    openid_clients: tuple[Client, ...] = ()

    @model_validator(mode="after")
    def _place_is_trusted_with_a_secret_alone(self) -> Self:
        if (self.place_header is None) != (self.place_secret_sha256 is None):
            raise ValueError("place_header and place_secret_sha256 come together")
        return self

    @model_validator(mode="after")
    def _least_is_no_more_than_all(self) -> Self:
        if (self.least_sign_in_log_days or 1) > self.sign_in_log_days:
            raise ValueError("least_sign_in_log_days is more than sign_in_log_days")
        return self

    @property
    def place_trust(self) -> PlaceTrust | None:
        """Whose word is taken for the country of a request; None where no place is kept."""
        if self.place_header is None or self.place_secret_sha256 is None:
            return None
        return PlaceTrust(header=self.place_header, secret_sha256=self.place_secret_sha256)

    def sessions_unused_since(self, now: float) -> int:
        """Give the moment at or before which a session must have been used last to have ended unused."""
        return int(now) - self.session_idle_minutes * 60

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from environment variables.

        Args:
            environ: the process's environment; names are those of the contract with infra.

        Returns:
            The settings.

        Raises:
            pydantic.ValidationError: when one is missing or out of range; it names them only.
        """
        given = {
            field: environ[variable]
            for field, variable in _VARIABLES.items()
            if environ.get(variable, "") != ""
        }
        lists = {name: _listed(environ.get(name.upper(), "")) for name in _LISTS}
        clients = from_json(environ.get("OPENID_CLIENTS") or "[]")
        return cls.model_validate({**given, **lists, "openid_clients": clients})


_LISTS = ("allowed_origins", "retired_statement_key_ids")
_VARIABLES = {
    field: "AWS_REGION" if field == "region" else field.upper()
    for field in Settings.model_fields
    if field not in {*_LISTS, "openid_clients"}
}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
