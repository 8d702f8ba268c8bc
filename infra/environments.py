"""What differs between two deployments: read from `infra/settings/NAME.toml`, checked once, frozen.

A setting that is missing, misspelt or of the wrong type stops the synthesis with its name; nothing is
guessed.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from infra.routes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_DIRECTORY = Path(__file__).parent / "settings"
# The periods that CloudWatch knows, up to the longest that a sign-in log may live.
RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90)
_NAME = re.compile(r"[a-z][a-z0-9-]{1,19}")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://localhost(:\d+)?")
# What the functions take as well (layers/service/openid/clients.py); tests/infra holds the two together.
_CLIENT = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_REDIRECT = re.compile(r"(https://[A-Za-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)/[!-\"$-~]*")
# Lambda takes 4 KB of environment in all, written as JSON.
_CLIENTS_BYTES = 1800
_HEADER = re.compile(r"[a-z0-9-]{1,64}")
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# An id has 36 characters.
_RETIRED_KEYS = 6
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SettingsError(ValueError):
    """A settings file that cannot be deployed from."""


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Requests a second, and how many may come at once (API Gateway's token bucket)."""

    rate: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class OpenIdClient:
    """An application that people may sign in to; docs/openid.md. Keys are public: there is no secret here."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    sector: str = ""
    post_logout_redirect_uris: tuple[str, ...] = ()
    keys: tuple[Mapping[str, str], ...] = ()

    @property
    def origins(self) -> set[str]:
        """Where its pages are."""
        return {"/".join(uri.split("/", 3)[:3]) for uri in self.redirect_uris}


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One deployment.

    `account` and `region` stay empty for a template that any account can take; the AWS CLI's profile decides.
    `site` is "cloudfront" in the cloud and "front-server" where a local web server serves the pages.
    `mail_sender`, `controller_name` and `controller_contact` become parameters of the template where they are
    empty: nobody can guess them, and a deployment without them does not begin.
    """

    name: str
    account: str = ""
    region: str = ""
    site: Literal["cloudfront", "front-server"] = "cloudfront"
    origins: tuple[str, ...] = ()
    site_domain: str = ""
    site_certificate_arn: str = ""
    api_origin: str = ""

    mail_sender: str = ""
    alarm_mail: str = ""
    product_name: str = "FaceSmash"
    controller_name: str = ""
    controller_contact: str = ""
    audience: str = "facesmash"
    policy_version: str = "2026-11-8"
    # How people agree, what age they declare, and how long a face still signs in before they agree anew.
    consent_release: Literal["ticked", "typed-name"] = "ticked"
    minimum_age: int = 0
    consent_grace_days: int = 14
    sign_in_log_days: int = 90
    # What a person may ask for instead, without places; 0 offers nobody less.
    least_sign_in_log_days: int = 0
    # For instance "cloudfront-viewer-country"; empty keeps no place. What it is worth: docs/sign-in-log.md
    place_header: str = ""
    # SHA-256, hexadecimal, of the secret that the CDN adds as `x-place-secret`: it alone is told the secret.
    place_secret_sha256: str = ""
    learned_template_days: int = 365
    # 0 keeps whoever registered until they delete themselves.
    unused_account_days: int = 365
    session_hours: int = 12
    session_idle_minutes: int = 60

    openid_clients: tuple[OpenIdClient, ...] = ()
    # One more makes another key; the last one's public half stays published. docs/openid.md
    signing_key_generation: int = 1
    # Of the key of receipts and exports. docs/export.md
    statement_key_generation: int = 1
    # Its receipts still verify, and those of every generation since: for ten years. docs/export.md
    oldest_statement_key_generation: int = 1

    keep_data: bool = True
    log_retention_days: int = 30
    requests_per_ip_in_five_minutes: int = 1000
    mail_requests_per_ip_in_five_minutes: int = 400
    # A flood of codes must leave mails over: SES lets a new production account send 50,000 a day.
    codes_an_hour: int = 1000
    # Of a million codes: an attacker with any number of devices and mailboxes has one chance in 208 a day.
    wrong_codes_an_hour: int = 200
    # Two a second: many more than sign in on a device that is new to them, even in a large company's morning.
    new_device_challenges_a_minute: int = 120
    reserved_concurrency: bool = True
    throttle: Throttle = field(default_factory=lambda: Throttle(rate=50, burst=100))
    throttles: Mapping[str, Throttle] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would fail, or be unsafe, only after the deployment began."""
        _require(_NAME.fullmatch(self.name), "name: lower case letters, digits and hyphens, 2 to 20 of them")
        _require(
            not self.mail_sender or _MAILBOX.fullmatch(self.mail_sender), "mail_sender: one e-mail address"
        )
        _require(self.site in {"cloudfront", "front-server"}, "site: cloudfront or front-server")
        for origin in (*self.origins, *filter(None, [self.api_origin])):
            _require(_ORIGIN.fullmatch(origin), f"origins, api_origin: not an origin: {origin}")
        _require(
            self.site == "cloudfront" or self.origins, "origins: a front server must have its origin named"
        )
        _require(
            bool(self.site_domain) == bool(self.site_certificate_arn),
            "site_domain and site_certificate_arn come together",
        )
        _require(
            not self.place_header or _HEADER.fullmatch(self.place_header),
            "place_header: the name of one header, in small letters",
        )
        _require(
            not self.place_secret_sha256 or _SHA256.fullmatch(self.place_secret_sha256),
            "place_secret_sha256: 64 hexadecimal digits, in small letters",
        )
        _require(
            bool(self.place_header) == bool(self.place_secret_sha256),
            "place_header and place_secret_sha256 come together",
        )
        _require(self.signing_key_generation >= 1, "signing_key_generation: 1 or more")
        _require(
            1 <= self.oldest_statement_key_generation <= self.statement_key_generation,
            "oldest_statement_key_generation: 1 to statement_key_generation",
        )
        _require(
            self.statement_key_generation - self.oldest_statement_key_generation <= _RETIRED_KEYS,
            f"oldest_statement_key_generation: more than {_RETIRED_KEYS} generations back do not fit into a "
            "function's environment",
        )
        self._require_clients()
        for name in ("codes_an_hour", "wrong_codes_an_hour", "new_device_challenges_a_minute"):
            _require(getattr(self, name) > 0, f"{name}: one at least, or nobody gets in on a new device")
        periods = ", ".join(map(str, RETENTION_DAYS))
        _require(self.log_retention_days in RETENTION_DAYS, f"log_retention_days: one of {periods}")
        routes = {route.name for function in FUNCTIONS for route in function.routes}
        _require(
            routes.issuperset(self.throttles),
            f"throttles: no such route: {', '.join(sorted(set(self.throttles) - routes))}",
        )
        _require(self.consent_release in {"ticked", "typed-name"}, "consent_release: ticked or typed-name")
        _require(0 <= self.minimum_age <= 21, "minimum_age: 0 to 21; 0 asks for none")  # noqa: PLR2004
        _require(0 <= self.consent_grace_days <= 90, "consent_grace_days: 0 to 90")  # noqa: PLR2004
        # The lower bound is what a person needs to notice misuse; the upper one is the promise in the policy.
        _require(1 <= self.sign_in_log_days <= 90, "sign_in_log_days: 1 to 90")  # noqa: PLR2004
        _require(
            0 <= self.least_sign_in_log_days <= self.sign_in_log_days,
            "least_sign_in_log_days: 1 to sign_in_log_days, or 0 where nobody may ask for less",
        )
        _require(1 <= self.learned_template_days <= 365, "learned_template_days: 1 to 365")  # noqa: PLR2004
        # A mail comes 30 days before. Three years are BIPA's longest, section 15(a).
        _require(
            self.unused_account_days == 0 or 60 <= self.unused_account_days <= 1095,  # noqa: PLR2004
            "unused_account_days: 60 to 1095, or 0",
        )
        # At most what NIST SP 800-63B-4, section 2.2.3, allows; an access token lives a quarter of an hour.
        _require(1 <= self.session_hours <= 24, "session_hours: 1 to 24")  # noqa: PLR2004
        _require(20 <= self.session_idle_minutes <= 60, "session_idle_minutes: 20 to 60")  # noqa: PLR2004

    @property
    def client_origins(self) -> list[str]:
        """Where the pages of registered applications are."""
        return sorted(set().union(*(client.origins for client in self.openid_clients)))

    @property
    def openid_clients_json(self) -> str:
        """The registered applications, as the functions read them."""
        clients = [
            {name: value for name, value in asdict(client).items() if value} for client in self.openid_clients
        ]
        return json.dumps(clients, separators=(",", ":"))

    def _require_clients(self) -> None:
        ids = [client.id for client in self.openid_clients]
        _require(len(set(ids)) == len(ids), "openid_clients: two have one id")
        for client in self.openid_clients:
            _require(
                _CLIENT.fullmatch(client.id) and client.name, f"openid_clients: {client.id}: id and name"
            )
            _require(
                client.redirect_uris
                and all(
                    _REDIRECT.fullmatch(uri)
                    for uri in (*client.redirect_uris, *client.post_logout_redirect_uris)
                ),
                f"openid_clients: {client.id}: redirect_uris: https, or http on this machine; no fragment",
            )
            _require(
                client.sector or len(client.origins) == 1,
                f"openid_clients: {client.id}: redirect_uris of several hosts need a sector",
            )
            _require(
                all(_is_public_key(key) for key in client.keys),
                f"openid_clients: {client.id}: keys: public JWKs, kty EC, crv P-256, x, y, perhaps kid",
            )
        _require(
            len(self.openid_clients_json) <= _CLIENTS_BYTES,
            f"openid_clients: more than {_CLIENTS_BYTES} bytes do not fit into a function's environment",
        )


def _is_public_key(key: Mapping[str, str]) -> bool:
    # A private member must never come into a template.
    return (
        key.keys() - {"kid"} == {"kty", "crv", "x", "y"}
        and (key["kty"], key["crv"]) == ("EC", "P-256")
        and all(_COORDINATE.fullmatch(key[name]) for name in ("x", "y"))
    )


def load(name: str, *, directory: Path = SETTINGS_DIRECTORY) -> Environment:
    """Read the settings of the environment `name`.

    Raises:
        SettingsError: There is no such file, or a setting in it is unknown, missing or unusable.
    """
    path = directory / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(sorted(file.stem for file in directory.glob("*.toml")))
        msg = f"no settings for environment {name!r} in {directory}; there are: {known}"
        raise SettingsError(msg)
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return Environment(name=name, **_typed(settings))
    except (TypeError, ValueError) as error:
        msg = f"{path}: {error}"
        raise SettingsError(msg) from error


def _typed(settings: dict[str, Any]) -> dict[str, Any]:
    known = {entry.name: entry for entry in fields(Environment)}
    typed: dict[str, Any] = {}
    for key, value in settings.items():
        _require(key in known and key != "name", f"unknown setting {key}")
        match key:
            case "origins":
                typed[key] = tuple(value)
            case "openid_clients":
                typed[key] = tuple(_client(given) for given in value)
            case "throttle":
                typed[key] = Throttle(**value)
            case "throttles":
                typed[key] = {route: Throttle(**limits) for route, limits in value.items()}
            case _:
                expected = type(known[key].default)
                _require(type(value) is expected, f"{key}: expected {expected.__name__}")
                typed[key] = value
    return typed


def _client(given: dict[str, Any]) -> OpenIdClient:
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return OpenIdClient(**(given | lists))


def _require(condition: object, message: str) -> None:
    if not condition:
        raise SettingsError(message)
