"""What differs between two deployments: read from `infra/settings/NAME.toml`, checked once, frozen.

A setting that is missing, misspelt or of the wrong type stops the synthesis with its name; nothing is
guessed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
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
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SettingsError(ValueError):
    """A settings file that cannot be deployed from."""


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Requests a second, and how many may come at once (API Gateway's token bucket)."""

    rate: int
    burst: int


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
    policy_version: str = "2026-11-5"
    sign_in_log_days: int = 90
    learned_template_days: int = 365
    session_hours: int = 12
    session_idle_minutes: int = 60

    keep_data: bool = True
    log_retention_days: int = 30
    requests_per_ip_in_five_minutes: int = 1000
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
        for name in ("codes_an_hour", "wrong_codes_an_hour", "new_device_challenges_a_minute"):
            _require(getattr(self, name) > 0, f"{name}: one at least, or nobody gets in on a new device")
        periods = ", ".join(map(str, RETENTION_DAYS))
        _require(self.log_retention_days in RETENTION_DAYS, f"log_retention_days: one of {periods}")
        routes = {route.name for function in FUNCTIONS for route in function.routes}
        _require(
            routes.issuperset(self.throttles),
            f"throttles: no such route: {', '.join(sorted(set(self.throttles) - routes))}",
        )
        # The lower bound is what a person needs to notice misuse; the upper one is the promise in the policy.
        _require(1 <= self.sign_in_log_days <= 90, "sign_in_log_days: 1 to 90")  # noqa: PLR2004
        _require(1 <= self.learned_template_days <= 365, "learned_template_days: 1 to 365")  # noqa: PLR2004
        # At most what NIST SP 800-63B-4, section 2.2.3, allows; an access token lives a quarter of an hour.
        _require(1 <= self.session_hours <= 24, "session_hours: 1 to 24")  # noqa: PLR2004
        _require(20 <= self.session_idle_minutes <= 60, "session_idle_minutes: 20 to 60")  # noqa: PLR2004


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
            case "throttle":
                typed[key] = Throttle(**value)
            case "throttles":
                typed[key] = {route: Throttle(**limits) for route, limits in value.items()}
            case _:
                expected = type(known[key].default)
                _require(type(value) is expected, f"{key}: expected {expected.__name__}")
                typed[key] = value
    return typed


def _require(condition: object, message: str) -> None:
    if not condition:
        raise SettingsError(message)
