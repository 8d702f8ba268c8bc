from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.environments import Environment, SettingsError, load
from service.openid.clients import Client

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
mail_sender = "sign-in@house.test"
controller_name = "House"
controller_contact = "privacy@house.test"
"""


# The functions refuse these as well.
UNSOUND = [
    "http://shop.test/callback",
    "https://shop.test/callback#part",
    "https://shop.test",
    "https://user@shop.test/callback",
    "https://*.shop.test/callback",
    "javascript:alert(1)",
]


def _client_with(uri: str) -> str:
    return f'[[openid_clients]]\nid = "shop"\nname = "Shop"\nredirect_uris = ["{uri}"]'


def _load(tmp_path: Path, text: str) -> Environment:
    (tmp_path / "staging.toml").write_text(text, encoding="utf-8")
    return load("staging", directory=tmp_path)


def test_a_settings_file_names_what_differs(tmp_path: Path) -> None:
    environment = _load(tmp_path, GOOD)

    assert (environment.name, environment.mail_sender) == ("staging", "sign-in@house.test")
    assert environment.keep_data is True
    assert environment.site == "cloudfront"


@pytest.mark.parametrize("uri", UNSOUND)
def test_what_settings_refuse_as_an_address_the_functions_refuse(uri: str) -> None:
    with pytest.raises(ValueError, match="redirect_uris"):
        Client(id="shop", name="Shop", redirect_uris=(uri,))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('mail_sender = "nobody"', "mail_sender"),
        ('colour = "red"', "colour"),
        *((_client_with(uri), "redirect_uris") for uri in UNSOUND),
        ('log_retention_days = "30"', "log_retention_days"),
        ("keep_data = 1", "keep_data"),
        ('origins = ["https://a.example/path"]', "origins"),
        ('origins = ["http://a.example"]', "origins"),
        ('origins = ["*"]', "origins"),
        ('api_origin = "api.example"', "api_origin"),
        ("sign_in_log_days = 91", "sign_in_log_days"),
        ("least_sign_in_log_days = 91", "least_sign_in_log_days: 1 to sign_in_log_days"),
        ("least_sign_in_log_days = -1", "least_sign_in_log_days"),
        ("sign_in_log_days = 20\nleast_sign_in_log_days = 21", "least_sign_in_log_days"),
        ('least_sign_in_log_days = "30"', "least_sign_in_log_days: expected int"),
        ('consent_release = "spoken"', "consent_release"),
        ("minimum_age = 22", "minimum_age"),
        ("consent_grace_days = 91", "consent_grace_days"),
        ("unused_account_days = 59", "unused_account_days"),
        ("unused_account_days = 1096", "unused_account_days"),
        ('place_header = "CloudFront-Viewer-Country"', "place_header"),
        ('place_header = "cloudfront-viewer-country"', "come together"),
        (f'place_secret_sha256 = "{"0" * 64}"', "come together"),
        ('place_secret_sha256 = "a secret itself"', "64 hexadecimal digits"),
        ("learned_template_days = 366", "learned_template_days"),
        ("signing_key_generation = 0", "signing_key_generation"),
        ("oldest_statement_key_generation = 2", "oldest_statement_key_generation"),
        ("statement_key_generation = 8", "oldest_statement_key_generation"),
        ("session_hours = 25", "session_hours"),
        ("session_idle_minutes = 61", "session_idle_minutes"),
        ("session_idle_minutes = 15", "session_idle_minutes"),
        ("log_retention_days = 31", "log_retention_days"),
        ('site = "front-server"', "origins"),
        ('site = "elsewhere"', "site"),
        ('site_domain = "sign-in.example"', "site_certificate_arn"),
        ("throttle = { rate = 5 }", "burst"),
        ('name = "other"', "name"),
        ('"POST /v1/nowhere" = 1', "POST /v1/nowhere"),
        ('throttles = { "POST /v1/nowhere" = { rate = 1, burst = 1 } }', "POST /v1/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        _load(tmp_path, line)


@pytest.mark.parametrize("name", ["nowhere", "../production", ""])
def test_an_unknown_environment_names_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match="local, production"):
        load(name)
