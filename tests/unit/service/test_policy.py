import hashlib

import pytest
from pydantic import ValidationError

from service.policy import current_policy
from service.settings import Settings

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "ACCOUNTS_TABLE": "Accounts",
    "KEYS_TABLE": "Keys",
    "DATA_KEY_ID": "data",
    "SIGNING_KEY_ID": "signing",
    "STATEMENT_KEY_ID": "statements",
    "MAIL_SENDER": "no-reply@site.example",
    "POLICY_VERSION": "2026-11-1",
    "CONTROLLER_NAME": "Example Ltd",
    "CONTROLLER_CONTACT": "privacy@site.example",
    "PRODUCT_NAME": "Example",
}


def _settings(**changes: str) -> Settings:
    return Settings.from_environment(ENVIRONMENT | changes)


def test_the_text_is_the_same_for_the_same_settings() -> None:
    assert current_policy(_settings()) == current_policy(_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICY_VERSION", "2027-01-1"),
        ("CONTROLLER_NAME", "Other Ltd"),
        ("CONTROLLER_CONTACT", "dpo@other.example"),
        ("PRODUCT_NAME", "Other"),
        ("SIGN_IN_LOG_DAYS", "30"),
        ("LEAST_SIGN_IN_LOG_DAYS", "17"),
        ("LEARNED_TEMPLATE_DAYS", "180"),
        ("SESSION_HOURS", "9"),
        ("SESSION_IDLE_MINUTES", "45"),
        ("UNUSED_ACCOUNT_DAYS", "400"),
        ("LOG_RETENTION_DAYS", "14"),
    ],
)
def test_whatever_the_text_promises_changes_the_text_and_its_digest(name: str, value: str) -> None:
    changed, current = current_policy(_settings(**{name: value})), current_policy(_settings())

    assert value in changed.text
    assert changed.text_sha256 != current.text_sha256


def test_the_text_says_what_is_unreadable_at_once_and_what_backups_keep_for_a_while() -> None:
    policy = current_policy(_settings())

    (at_once,) = (line for line in policy.text.splitlines() if "destroyed at that moment" in line)
    assert "unreadable at once and everywhere, in backups too" in at_once
    assert "within 35 days" in at_once
    kept_longer = {entry.name for entry in policy.retention if "35 days more" in entry.ended_by}
    assert kept_longer == {
        *(
            "account-state",
            "applications",
            "choices",
            "device-keys",
            "email-index",
            "freezes",
            "learning-times",
        ),
        *("mail-trouble", "passkey-keys", "recovery-codes", "sessions"),
    }


def test_the_digest_is_the_texts() -> None:
    policy = current_policy(_settings())

    assert policy.text_sha256 == hashlib.sha256(policy.text.encode()).hexdigest()


def test_the_text_names_everything_the_schedule_names() -> None:
    policy = current_policy(_settings())

    assert all(line.kind in policy.text and line.period in policy.text for line in policy.retention)


def test_the_schedule_names_everything_that_is_kept() -> None:
    kept = " ".join(line.kind for line in current_policy(_settings()).retention)

    for word in ("descriptor", "quality", "e-mail", "device", "consent", "sign-in log", "code", "challenge"):
        assert word in kept


def test_an_account_that_nobody_uses_is_spoken_of_only_where_it_ends() -> None:
    kept, ends = current_policy(_settings()), current_policy(_settings(UNUSED_ACCOUNT_DAYS="365"))

    assert "used" not in " ".join(f"{entry.period} {entry.name}" for entry in kept.retention)
    (entry,) = (entry for entry in ends.retention if entry.name == "unused-account")
    assert entry.period == "12 months after the last sign-in"
    assert "30 days before" in entry.ended_by
    assert "or have not used it for 12 months" in ends.text


@pytest.mark.parametrize("days", ["59", "1096"])
def test_an_unused_account_ends_within_three_years_and_not_before_its_owner_heard_of_it(days: str) -> None:
    with pytest.raises(ValidationError):
        _settings(UNUSED_ACCOUNT_DAYS=days)


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_a_setting_that_is_missing_is_named(missing: str) -> None:
    field = "region" if missing == "AWS_REGION" else missing.lower()

    with pytest.raises(ValidationError) as refused:
        Settings.from_environment({name: value for name, value in ENVIRONMENT.items() if name != missing})

    assert field in str(refused.value)
    assert "site.example" not in str(refused.value)


def test_an_empty_setting_is_no_setting() -> None:
    assert _settings(API_ORIGIN="").api_origin is None


def test_origins_are_listed_with_commas() -> None:
    assert _settings(ALLOWED_ORIGINS="https://a.example, https://b.example,").allowed_origins == (
        "https://a.example",
        "https://b.example",
    )


def test_the_log_is_never_kept_longer_than_promised() -> None:
    with pytest.raises(ValidationError):
        _settings(SIGN_IN_LOG_DAYS="91")


def test_a_shorter_log_is_spoken_of_only_where_it_is_offered_with_both_numbers() -> None:
    kept, less = current_policy(_settings()), current_policy(_settings(LEAST_SIGN_IN_LOG_DAYS="30"))

    assert "ask for the least" not in kept.text
    assert "have your sign-in log kept" not in kept.text
    (entry,) = (entry for entry in less.retention if entry.name == "sign-in-log")
    assert entry.period.startswith("90 days, or 30 days for entries since you asked for the least")
    assert "have your sign-in log kept for 30 days only" in less.text


@pytest.mark.parametrize(("least", "full"), [("0", "90"), ("31", "30"), ("91", "90")])
def test_the_least_log_is_a_day_at_least_and_no_more_than_all_of_it(least: str, full: str) -> None:
    with pytest.raises(ValidationError, match="least_sign_in_log_days"):
        _settings(LEAST_SIGN_IN_LOG_DAYS=least, SIGN_IN_LOG_DAYS=full)


@pytest.mark.parametrize("least", ["1", "30"])
def test_the_least_log_may_be_all_of_it(least: str) -> None:
    settings = _settings(LEAST_SIGN_IN_LOG_DAYS=least, SIGN_IN_LOG_DAYS="30")

    assert settings.least_sign_in_log_days == int(least)
