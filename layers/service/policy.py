"""The consent text and the retention schedule, generated from the deployment's own settings."""

import hashlib
from dataclasses import dataclass

from service.patience import DAY_S, YEAR_S
from service.release import LANGUAGE, Release, in_the_text, release_of
from service.repositories.challenges import CHALLENGE_LIFE_S
from service.repositories.codes import CODE_LIFE_S
from service.repositories.permits import SPENT_LIFE_S
from service.settings import Settings

_YEAR_DAYS = 365
BACKUP_DAYS = 35  # how far back DynamoDB's point-in-time recovery reaches; see infra/data.py


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """One line of the retention schedule.

    Attributes:
        kind: what is kept.
        purpose: what for.
        period: for how long.
        ends: what ends it sooner.
    """

    kind: str
    purpose: str
    period: str
    ends: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a person is asked to agree to.

    Attributes:
        version: names the text.
        text: what is shown.
        text_sha256: its digest, hexadecimal; a consent names it.
        language: of the text.
        release: what is declared; the text ends with it.
        retention: the schedule.
    """

    version: str
    text: str
    text_sha256: str
    language: str
    release: Release
    retention: tuple[Retention, ...]


def current_policy(settings: Settings) -> Policy:
    """Generate the policy that is in force.

    Args:
        settings: the deployment's.

    Returns:
        The policy; the same settings always give the same text.
    """
    retention = _retention(settings)
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


def _retention(settings: Settings) -> tuple[Retention, ...]:
    until_deleted = "until you delete your account"
    at_once = "deleting the account or withdrawing consent destroys it at once"
    in_backups = f"backups of the database keep it for {BACKUP_DAYS} days more"
    return (
        Retention(
            kind="face descriptors made at registration, encrypted",
            purpose="to recognise you when you sign in",
            period=until_deleted,
            ends=f"removing one; {at_once}",
        ),
        Retention(
            kind="face descriptors learned from later sign-ins (at most five), encrypted",
            purpose="to recognise you as you change",
            period=_period(settings.learned_template_days),
            ends=f"removing one, all of them, or the device that they come from; a newer one; {at_once}",
        ),
        Retention(
            kind="quality of the pictures that a descriptor was made from, encrypted",
            purpose="to judge how well a descriptor can be compared",
            period="as long as its descriptor",
            ends=f"goes with its descriptor; {at_once}",
        ),
        Retention(
            kind="e-mail address, encrypted",
            purpose="to write to you about your account, and to tell applications that you let know it",
            period=until_deleted,
            ends=at_once,
        ),
        Retention(
            kind="keyed index of your e-mail address",
            purpose="to find your account",
            period=until_deleted,
            ends=f"{at_once}; {in_backups}",
        ),
        Retention(
            kind="names of your devices and passkeys, and what your authenticators know these by, encrypted",
            purpose="so that you can tell them apart, and add none twice",
            period=until_deleted,
            ends=f"removing the device or the passkey; {at_once}",
        ),
        Retention(
            kind="public keys of your devices, and times of them, of your account and of your templates",
            purpose="so that a face alone never signs anybody in",
            period=until_deleted,
            ends=f"removing a device; {at_once}; {in_backups}",
        ),
        Retention(
            kind="public keys of your passkeys, their counters, whether they are synced, and their times",
            purpose="so that you can sign in without your face, and bring it to a new device",
            period=until_deleted,
            ends=f"removing a passkey; {at_once}; {in_backups}",
        ),
        Retention(
            kind="record of this consent, encrypted",
            purpose="to show what you agreed to, and when",
            period=until_deleted,
            ends=at_once,
        ),
        Retention(
            kind="sign-in log, with changes to your account"
            + (" and the country that each entry came from" if settings.place_header else "")
            + ", encrypted",
            purpose="to show you who signed in, or tried to, and what they changed",
            period=f"{settings.sign_in_log_days} days",
            ends=at_once,
        ),
        Retention(
            kind="number and digest of the log's last entry, encrypted",
            purpose="so that nobody takes an entry away unseen",
            period=until_deleted,
            ends=at_once,
        ),
        Retention(
            kind="sessions of your devices: since when and by what means, and digests of what continues them",
            purpose="so that you stay signed in, see where, and can sign out from afar",
            period="an hour" if settings.session_hours == 1 else f"{settings.session_hours} hours",
            ends=f"signing out; removing the device; {at_once}; {in_backups}",
        ),
        Retention(
            kind="applications of others that you let know you, and (encrypted) what each may learn",
            purpose="so that you are not asked each time, and can withdraw it",
            period=until_deleted,
            ends=f"withdrawing it; {at_once}; {in_backups}",
        ),
        Retention(
            kind="codes and tokens of such applications, encrypted under themselves",
            purpose="so that an application learns what you agreed to and nothing else",
            period=f"{SPENT_LIFE_S // 60} minutes",
            ends="signing out, withdrawing it, or deleting the account; none names anybody",
        ),
        Retention(
            kind="digests of recovery codes that you had made, and when",
            purpose="so that you get in without your mailbox",
            period=until_deleted,
            ends=f"using one; making new ones; lifting a freeze, if they were new; {at_once}; {in_backups}",
        ),
        Retention(
            kind="freezes of your account: whether it is frozen, and how often it was",
            purpose="so that nobody gets in until you lift it, and old links do nothing",
            period=until_deleted,
            ends=f"{at_once}; {in_backups}",
        ),
        Retention(
            kind="codes sent by e-mail, as digests",
            purpose="to prove that an e-mail address is yours",
            period=f"{CODE_LIFE_S // 60} minutes",
            ends="using the code",
        ),
        Retention(
            kind="sign-in challenges, and digests of requests for them",
            purpose="so that nothing recorded can be sent twice",
            period=f"{CHALLENGE_LIFE_S} seconds",
            ends="using the challenge; neither names anybody, however long a backup keeps it",
        ),
        Retention(
            kind="times of sign-ins that did not succeed, for each device, without a name",
            purpose="so that nobody can try without end",
            period=f"{YEAR_S // DAY_S} days after the last one",
            ends="proving the device anew, removing it, or deleting the account; none names anybody",
        ),
        Retention(
            kind="counts of codes, and of wrong ones, by keyed digests of e-mail and network addresses",
            purpose="so that nobody is flooded with codes, and no code is guessed",
            period="at most a day",
            ends="nothing; none names anybody",
        ),
        Retention(
            kind="count of wrong codes in a row, by a keyed digest of the e-mail address",
            purpose="so that no code is guessed",
            period="30 days after the last one",
            ends="a right code; it names nobody",
        ),
        Retention(
            kind="count of downloads of your data, by a digest of your account's number",
            purpose="so that nobody takes it away without end",
            period="at most a day",
            ends="nothing; it names nobody",
        ),
        Retention(
            kind="whether mails to an e-mail address come back, by a keyed digest of it and in your account",
            purpose="so that nobody gets mails who cannot have them or does not want them, and you see it",
            period="90 days",
            ends=f"a code from the mailbox; {at_once}",
        ),
        Retention(
            kind="if you had the account deleted by letter: the letter's number, when, and a digest",
            purpose="to show that nobody is deleted without having asked",
            period="10 years",
            ends="nothing personal is left in it",
        ),
        Retention(
            kind="digests of a deleted account's number and of the device that deleted it, which name nobody",
            purpose="so that no restored backup brings the account back, and the receipt can be had again",
            period="for as long as the service runs",
            ends="nothing personal is left in it",
        ),
    )


def _period(days: int) -> str:
    return "12 months" if days == _YEAR_DAYS else f"{days} days"


def _text(settings: Settings, retention: tuple[Retention, ...]) -> str:
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

What is kept, what for, and for how long:
{schedule}

Your rights. On your dashboard you can see everything that is held about you, download it, remove single \
descriptors, devices or passkeys, sign devices out, withdraw what applications may learn, have everything \
forgotten that was learned, pause face sign-in, and withdraw this consent at any time. Withdrawing it \
deletes your account, and you get a signed receipt. Your key is destroyed at that moment. That makes your \
face, your address, the names of your devices and passkeys, your consents and your sign-in log unreadable \
at once and everywhere, in backups too. What was not under that key (the keyed index of your address, the \
public keys of your devices and passkeys, your sessions, which applications you let in, digests of recovery \
codes, whether your account is frozen, and times) is deleted at once as well, and leaves the database's own \
backups within {BACKUP_DAYS} days. Sign-ins before that remain lawful.

Who answers for this: {settings.controller_name}, {settings.controller_contact}. You may also complain to \
your data protection authority.
"""
