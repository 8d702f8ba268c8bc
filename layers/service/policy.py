"""The consent text, generated from the register and the deployment's own settings."""

import hashlib
from dataclasses import dataclass

from service.patience import DAY_S
from service.register import register
from service.register.entries import BACKUP_DAYS, Entry, in_words
from service.release import LANGUAGE, Release, in_the_text, release_of
from service.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a person is asked to agree to.

    Attributes:
        version: names the text.
        text: what is shown.
        text_sha256: its digest, hexadecimal; a consent names it.
        language: of the text.
        release: what is declared; the text ends with it.
        retention: the schedule: the register.
    """

    version: str
    text: str
    text_sha256: str
    language: str
    release: Release
    retention: tuple[Entry, ...]


def current_policy(settings: Settings) -> Policy:
    """Generate the policy that is in force.

    Args:
        settings: the deployment's.

    Returns:
        The policy; the same settings always give the same text.
    """
    retention = register(settings)
    release = release_of(settings)
    text = _text(settings, retention) + in_the_text(release)
    return Policy(
        version=settings.policy_version,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        language=LANGUAGE,
        release=release,
        retention=retention,
    )


def _text(settings: Settings, retention: tuple[Entry, ...]) -> str:
    least = settings.least_sign_in_log_days
    short_log = "" if least is None else f"have your sign-in log kept for {in_words(least * DAY_S)} only, "
    schedule = "\n".join(f"- {line.kind}: {line.purpose}; kept {line.period}." for line in retention)
    return f"""\
Face sign-in for {settings.product_name} (version {settings.policy_version})

{settings.controller_name} asks for your consent to process biometric data, so that you can sign in to \
{settings.product_name} with your face. You are free to refuse: a code sent by e-mail gives you a way in \
that needs no face.

What happens. Your camera's pictures stay on your device. Your browser computes numbers from them (a face \
descriptor of 128 numbers, the quality of the picture, and how your face moved) and sends only those. The \
movement is judged and forgotten. Descriptors can reveal what a face looks like, so they are treated as \
pictures of you: encrypted under a key of your own, used only to compare you with yourself when you sign in, \
never to search for anybody, never to guess your age, mood or origin, and never given to anybody else. From \
good sign-ins on a device that you used before, a few further descriptors are learned, so that you are still \
recognised as you change. They count only after two more sign-ins like them, and you can have them \
forgotten, or refuse that any are learned, at any time.

Who gets it. Nothing that is kept about you is sold, or given to anybody. Amazon Web Services stores it and \
computes with it for {settings.controller_name}, and for nobody else. An application that you sign in to \
with this account learns what you let it learn.

What is kept, what for, and for how long:
{schedule}

What has reached its end is shown to nobody and used for nothing from that second on. It leaves the database \
within a few days, and the database's own backups within {BACKUP_DAYS} days more. Two notes in your \
account's own record, when something was learned and that mails came back, leave it with your next sign-in, \
or within a year.

Your rights. On your dashboard you can see everything that is held about you, download it, remove single \
descriptors, devices or passkeys, sign devices out, withdraw what applications may learn, have everything \
forgotten that was learned, pause face sign-in, {short_log}and withdraw this consent at any time. \
Withdrawing it deletes your account, and you get a signed receipt. Your key is destroyed at that moment. \
That makes your face, your address, the names of your devices and passkeys, your consents and your \
sign-in log unreadable at once and everywhere, in backups too. What was not under that key (the keyed \
index of your address, the public keys of your devices and passkeys, your sessions, which applications \
you let in, digests of recovery codes, whether your account is frozen, your choices, and times) is \
deleted at once as well, and leaves the database's own backups within {BACKUP_DAYS} days. Sign-ins \
before that remain lawful.

Who answers for this: {settings.controller_name}, {settings.controller_contact}. You may also complain to \
your data protection authority.
"""
