"""What passes by itself: codes, challenges and counts."""

from collections.abc import Iterator

from service.notices import LONGEST_NOTICE_LIFE_S, NOTICE_LIFE_S
from service.openid.assertions import ASSERTION_LIFE_S, CLOCK_LEAD_S
from service.register.entries import SECURITY, SERVICE, Entry, Period, in_words
from service.repositories.challenges import CHALLENGE_LIFE_S
from service.repositories.codes import CODE_LIFE_S, REST_S
from service.repositories.farewells import FAREWELL_LIFE_S
from service.repositories.limits import LONGEST_WINDOW_S
from service.repositories.permits import SPENT_LIFE_S
from service.repositories.seen_proofs import SEEN_PROOF_LIFE_S
from service.repositories.tries import TRIES_LIFE_S


def of_ceremonies() -> Iterator[Entry]:
    """Give what a sign-in, a code or an application's request needs while it lasts."""
    yield Entry(
        name="application-codes",
        kind="codes and tokens of such applications, encrypted under themselves",
        category="security",
        purpose="so that an application learns what you agreed to and nothing else",
        ground=SERVICE,
        periods=(Period(seconds=SPENT_LIFE_S),),
        ends=("signing out, withdrawing it, or deleting the account", "none names anybody"),
    )
    yield Entry(
        name="application-proofs",
        kind="digests of what an application proves itself with",
        category="security",
        purpose="so that nobody else shows it a second time",
        ground=SECURITY,
        periods=(Period(seconds=ASSERTION_LIFE_S + CLOCK_LEAD_S, since="at most"),),
        ends=("nothing", "none names anybody"),
    )
    yield Entry(
        name="mailbox-codes",
        kind="codes sent by e-mail, as digests",
        category="security",
        purpose="to prove that an e-mail address is yours",
        ground=SERVICE,
        periods=(Period(seconds=CODE_LIFE_S),),
        ends=("using the code",),
    )
    yield Entry(
        name="challenges",
        kind="sign-in challenges, and digests of requests for them",
        category="security",
        purpose="so that nothing recorded can be sent twice",
        ground=SECURITY,
        periods=(Period(seconds=max(CHALLENGE_LIFE_S, SEEN_PROOF_LIFE_S)),),
        ends=("using the challenge", "neither names anybody, however long a backup keeps it"),
    )


def of_mails() -> Iterator[Entry]:
    """Give what is kept of a mail until it went."""
    yield Entry(
        name="due-notices",
        kind="a mail that is due to you, with your e-mail address, encrypted, until it went",
        category="contact",
        purpose="so that you are told of every change, also where something stopped at that moment",
        ground=SECURITY,
        periods=(Period(seconds=LONGEST_NOTICE_LIFE_S, since="at most"),),
        ends=(f"sending it; {in_words(NOTICE_LIFE_S)}, unless it tells of a deletion that is to come",),
        with_account=True,
    )
    yield Entry(
        name="farewell",
        kind="your e-mail address, encrypted under a key of its own, until the last mail went",
        category="contact",
        purpose="so that you are told that your account is gone",
        ground=SECURITY,
        periods=(Period(seconds=FAREWELL_LIFE_S, since="after the deletion, at most"),),
        ends=("sending it", "no backup keeps it"),
    )


def of_limits() -> Iterator[Entry]:
    """Give what is counted, so that nobody tries without end."""
    yield Entry(
        name="failed-sign-ins",
        kind="times of sign-ins that did not succeed, for each device, without a name",
        category="security",
        purpose="so that nobody can try without end",
        ground=SECURITY,
        periods=(Period(seconds=TRIES_LIFE_S, since="after the last one"),),
        ends=(
            "proving the device anew, removing it, or deleting the account",
            "none names anybody",
            "a device that may try no more stays so until it is proved anew",
        ),
    )
    yield Entry(
        name="counts",
        kind="counts of codes, wrong ones, downloads, sign-ins by passkey or on new devices, looks to enrol "
        "a face anew and changes, and of when mails went, by digests of e-mail addresses, network addresses, "
        "devices and accounts' numbers",
        category="security",
        purpose="so that nobody is flooded with mails, guesses a code, or takes or changes data without end",
        ground=SECURITY,
        periods=(Period(seconds=LONGEST_WINDOW_S, since="at most"),),
        ends=("nothing", "none names anybody"),
    )
    yield Entry(
        name="wrong-codes",
        kind="count of wrong codes in a row, by a keyed digest of the e-mail address, or of the account's "
        "number while its address is changed",
        category="security",
        purpose="so that no code is guessed",
        ground=SECURITY,
        periods=(Period(seconds=REST_S, since="after the last one"),),
        ends=("a right code", "it names nobody"),
    )
