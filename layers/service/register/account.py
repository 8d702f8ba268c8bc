"""What lies in an account's own rows, and the account itself when nobody uses it."""

from collections.abc import Iterator

from service.patience import DAY_S, HOUR_S
from service.register.entries import (
    CONSENT,
    DUTY,
    IN_THE_ACCOUNT,
    SECURITY,
    SERVICE,
    Entry,
    Period,
    days,
    in_words,
)
from service.repositories.mail_troubles import TROUBLE_LIFE_S
from service.repositories.rows import LEARNED_AT_DAYS
from service.settings import INACTIVITY_NOTICE_DAYS, Settings

_MINUTE_S = 60


def of_the_face(settings: Settings) -> Iterator[Entry]:
    """Give what a face is recognised by."""
    yield Entry(
        name="first-descriptors",
        kind="face descriptors made when you enrol, encrypted",
        category="biometric",
        purpose="to recognise you when you sign in",
        ground=CONSENT,
        lasts=_until_deleted(settings),
        ends=("removing one", "enrolling your face anew"),
        with_account=True,
    )
    yield Entry(
        name="learned-descriptors",
        kind="face descriptors learned from later sign-ins (at most five), encrypted",
        category="biometric",
        purpose="to recognise you as you change",
        ground=CONSENT,
        periods=(days(settings.learned_template_days),),
        ends=(
            "removing one, all of them, or the device that they come from",
            "a newer one",
            "enrolling your face anew",
        ),
        with_account=True,
    )
    yield Entry(
        name="quality",
        kind="quality of the pictures that a descriptor was made from, encrypted",
        category="biometric",
        purpose="to judge how well a descriptor can be compared",
        ground=CONSENT,
        lasts="as long as its descriptor",
        ends=("goes with its descriptor",),
        with_account=True,
    )
    yield Entry(
        name="learning-times",
        kind="times at which a descriptor was learned",
        category="biometric",
        purpose="so that nobody is learned in a hurry",
        ground=CONSENT,
        periods=(days(LEARNED_AT_DAYS),),
        ends=(IN_THE_ACCOUNT,),
        with_account=True,
        in_backups=True,
    )


def of_the_account(settings: Settings) -> Iterator[Entry]:
    """Give what makes an account, and what its owner put there."""
    until_deleted = _until_deleted(settings)
    yield Entry(
        name="email",
        kind="e-mail address, encrypted",
        category="contact",
        purpose="to write to you about your account, and to tell applications that you let know it",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("changing it",),
        with_account=True,
    )
    yield Entry(
        name="email-index",
        kind="keyed index of your e-mail address",
        category="contact",
        purpose="to find your account",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("changing the address",),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="account-state",
        kind="state of your account and of its descriptors: random numbers, times, which device a descriptor "
        "comes from, whether face sign-in is paused",
        category="account",
        purpose="so that it does what you asked for",
        ground=SERVICE,
        lasts=until_deleted,
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="names",
        kind="names of your devices and passkeys, and what your authenticators know these by, encrypted",
        category="account",
        purpose="so that you can tell them apart, and add none twice",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("removing the device or the passkey",),
        with_account=True,
    )
    yield Entry(
        name="device-keys",
        kind="public keys of your devices, and their times",
        category="account",
        purpose="so that a face alone never signs anybody in",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("removing a device",),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="passkey-keys",
        kind="public keys of your passkeys, their counters, whether they are synced, and their times",
        category="account",
        purpose="so that you can sign in without your face, and bring it to a new device",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("removing a passkey",),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="consents",
        kind="records of your consents, and of what you declared in them, encrypted",
        category="account",
        purpose="to show what you agreed to, and when",
        ground=DUTY,
        lasts=until_deleted,
        with_account=True,
    )
    yield Entry(
        name="choices",
        kind="which version of this text you agreed to last, when you were first asked to agree to a newer "
        "one, whether you refuse that anything is learned of your face, and whether your log is kept short",
        category="account",
        purpose="so that nothing is done that you did not agree to",
        ground=DUTY,
        lasts=until_deleted,
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="applications",
        kind="applications of others that you let know you, and (encrypted) what each may learn",
        category="account",
        purpose="so that you are not asked each time, and can withdraw it",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("withdrawing it",),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="recovery-codes",
        kind="digests of recovery codes that you had made, and when",
        category="account",
        purpose="so that you get in without your mailbox",
        ground=SERVICE,
        lasts=until_deleted,
        ends=("using one", "making new ones", "lifting a freeze, if they were new"),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="account-key",
        kind="the key that all of yours is encrypted under, itself encrypted",
        category="security",
        purpose="so that nothing of yours is read without it, and destroying it destroys all of that",
        ground=SECURITY,
        lasts=until_deleted,
        ends=("no backup has it",),
        with_account=True,
    )


def of_its_use(settings: Settings) -> Iterator[Entry]:
    """Give what an account's use leaves."""
    place = " and the country that each entry came from" if settings.place_header else ""
    least = settings.least_sign_in_log_days
    if place and least is not None:
        place += " (but of those since you asked for the least)"
    asked = "for entries since you asked for the least, and no less than those before them"
    yield Entry(
        name="sign-in-log",
        kind=f"sign-in log, with changes to your account{place}, encrypted",
        category="activity",
        purpose="to show you who signed in, or tried to, and what they changed",
        ground=SECURITY,
        periods=(days(settings.sign_in_log_days), *(() if least is None else (days(least, asked),))),
        with_account=True,
    )
    yield Entry(
        name="log-end",
        kind="number and digest of the log's last entry, encrypted",
        category="security",
        purpose="so that nobody takes an entry away unseen",
        ground=SECURITY,
        lasts=_until_deleted(settings),
        with_account=True,
    )
    yield Entry(
        name="sessions",
        kind="sessions of your devices: since when and by what means, and digests of what continues them",
        category="activity",
        purpose="so that you stay signed in, see where, and can sign out from afar",
        ground=SERVICE,
        periods=(
            Period(seconds=settings.session_hours * HOUR_S),
            Period(seconds=settings.session_idle_minutes * _MINUTE_S, since="without use"),
        ),
        ends=("signing out", "removing the device"),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="freezes",
        kind="freezes: whether your account is frozen, when that was last asked for, and how often it was",
        category="security",
        purpose="so that nobody gets in until you lift it, and old links do nothing",
        ground=SECURITY,
        lasts=_until_deleted(settings),
        with_account=True,
        in_backups=True,
    )
    yield Entry(
        name="mail-trouble",
        kind="whether mails to an e-mail address come back, by a keyed digest of it and in your account",
        category="contact",
        purpose="so that nobody gets mails who cannot have them or does not want them, and you see it",
        ground=SECURITY,
        periods=(Period(seconds=TROUBLE_LIFE_S),),
        ends=("a code from the mailbox", IN_THE_ACCOUNT),
        with_account=True,
        in_backups=True,
    )


def when_unused(settings: Settings) -> Iterator[Entry]:
    """Give the account as a whole, where the deployment ends one that nobody uses."""
    if settings.unused_account_days is not None:
        yield Entry(
            name="unused-account",
            kind="your account as a whole, when nobody signs in to it",
            category="account",
            purpose="so that nothing is kept of whoever no longer needs it",
            ground=DUTY,
            periods=(days(settings.unused_account_days, "after the last sign-in"),),
            ends=(
                f"a mail tells you {in_words(INACTIVITY_NOTICE_DAYS * DAY_S)} before",
                "signing in begins the time anew",
                "all of it is then deleted, as if you had asked for it",
            ),
        )


def _until_deleted(settings: Settings) -> str:
    words = "until you delete your account"
    if settings.unused_account_days is None:
        return words
    return f"{words} or have not used it for {in_words(settings.unused_account_days * DAY_S)}"
