"""Notices: what an account's owner is told by mail, whoever did it. One table, one way to send.

A notice comes after the thing, and never undoes it. Each is promised in the one write that does the thing
(service.promises), so that asking again sends nothing, and a function that is killed loses none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from aws_lambda_powertools import Logger

from service.freezing import freeze_token
from service.patience import DAY_S
from service.repositories.rows import Profile
from service.sealing import notice_address
from service.settings import INACTIVITY_NOTICE_DAYS

if TYPE_CHECKING:
    from service.vault import DataKey

NoticeName: TypeAlias = Literal[
    "enrolled",
    "registered",
    "device-added",
    "device-removed",
    "passkey-added",
    "passkey-removed",
    "passkey-copied",
    "face-enrolled",
    "another-face",
    "template-learned",
    "template-removed",
    "learned-forgotten",
    "learning-refused",
    "learning-allowed",
    "log-shortened",
    "log-lengthened",
    "refused-often",
    "refused-on-new-devices",
    "face-sign-in-paused",
    "face-sign-in-resumed",
    "consent-due",
    "consent-given",
    "address-left",
    "address-taken",
    "recovery-codes-made",
    "recovery-code-used",
    "exported",
    "account-frozen",
    "account-lifted",
    "account-deleted",
    "erasure-announced",
    "erased-on-request",
    "account-unused",
    "unused-account-deleted",
]


# A notice that cannot be sent in a day tells of what its owner's log has shown for as long. Two tell
# of what no log shows, and begin a time in which an owner has to act: they are tried for all of it.
NOTICE_LIFE_S: Final = DAY_S
OBJECTION_S: Final = 3 * DAY_S  # as long as a new device waits before it may do what cannot be undone
LONGEST_NOTICE_LIFE_S: Final = INACTIVITY_NOTICE_DAYS * DAY_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One notice. It names no device, no place and no person.

    Attributes:
        when: what it follows, for the documentation.
        subject: after the product's name.
        happened: what happened; ``{product}`` stands for the product's name.
        otherwise: what to do if it was somebody else.
        life_s: for how long it is tried where it cannot be sent, in seconds.
    """

    when: str
    subject: str
    happened: str
    otherwise: str
    life_s: int = NOTICE_LIFE_S


_LET_IN: Final = "ask for a code on the sign-in page: it lets you in without a face"

NOTICES: Final[Mapping[NoticeName, Notice]] = {
    "enrolled": Notice(
        when="face sign-in was set up with the address",
        subject="face sign-in was set up",
        happened="Face sign-in for {product} was set up with this address, on a device that confirmed a code "
        "sent here.",
        otherwise=f"{_LET_IN}, and you can delete the account there.",
    ),
    "registered": Notice(
        when="an account was made with the address, without a face",
        subject="your account was made",
        happened="An account for {product} was made with this address, without a face, on a device that "
        "confirmed a code sent here.",
        otherwise=f"{_LET_IN}, and you can delete the account there.",
    ),
    "device-added": Notice(
        when="a sign-in made a device known",
        subject="a new device",
        happened="Somebody signed in to your {product} account on a new device, with a code sent here or a "
        "passkey, and with your face. The device is now on your list.",
        otherwise="ask for a code on the sign-in page, and remove the device on your dashboard.",
    ),
    "device-removed": Notice(
        when="a device was removed, and what was learned from it",
        subject="a device was removed",
        happened="A device was removed from your {product} account, and with it what was learned from "
        "sign-ins on it.",
        otherwise=f"{_LET_IN}, and shows which devices are left.",
    ),
    "passkey-added": Notice(
        when="a passkey was added",
        subject="a new passkey",
        happened="A passkey was added to your {product} account. Whoever holds it can sign in without "
        "a face.",
        otherwise=f"{_LET_IN}, and you can remove the passkey on your dashboard.",
    ),
    "passkey-removed": Notice(
        when="a passkey was removed, and the sessions that it began ended",
        subject="a passkey was removed",
        happened="A passkey was removed from your {product} account, and whoever it had signed in "
        "is signed out.",
        otherwise=f"{_LET_IN}, and shows which passkeys are left.",
    ),
    "passkey-copied": Notice(
        when="a passkey was refused because its counter went backward; once a day",
        subject="a passkey was refused",
        happened="A passkey of your {product} account was refused: it answered as if there were two of it. "
        "Somebody may have copied it.",
        otherwise="remove the passkey on your dashboard, and add a new one. A code sent here lets you in "
        "without it.",
    ),
    "face-enrolled": Notice(
        when="a face was enrolled anew, or the first of an account that had none",
        subject="your face was enrolled",
        happened="Your face was enrolled for your {product} account, on a device that it knows. Templates of "
        "before, if there were any, are destroyed.",
        otherwise=f"{_LET_IN}, and you can pause face sign-in or delete the account there.",
    ),
    "another-face": Notice(
        when="somebody tried to enrol a face that is not the account's; once a day",
        subject="another face was refused",
        happened="Somebody who is signed in to your {product} account wanted to enrol a face anew, and the "
        "look was not recognised as yours. Your face stays as it was.",
        otherwise=f"{_LET_IN}: look at your sign-ins, and sign every device out that is not with you.",
    ),
    "template-learned": Notice(
        when="a face template was learned from a sign-in",
        subject="a look of your face was learned",
        happened="Your {product} account learned how you look now from a sign-in on one of your devices. It "
        "counts only after two more sign-ins like it.",
        otherwise=f"{_LET_IN}, and you can have it forgotten on your dashboard.",
    ),
    "template-removed": Notice(
        when="a single face template was removed",
        subject="a face template was removed",
        happened="One of the face templates of your {product} account was removed on your dashboard.",
        otherwise=f"{_LET_IN}, and shows what is left.",
    ),
    "learned-forgotten": Notice(
        when="all learned face templates were removed",
        subject="what was learned was forgotten",
        happened="Everything that your {product} account had learned from sign-ins was forgotten. What was "
        "made when you enrolled stays.",
        otherwise=f"{_LET_IN}, and shows what is left.",
    ),
    "learning-refused": Notice(
        when="learning from sign-ins was refused, and what was learned forgotten",
        subject="nothing is learned of your face any more",
        happened="Your {product} account learns nothing of your face from sign-ins any more, and what it had "
        "learned is destroyed. What was made when you enrolled stays, and signs you in.",
        otherwise=f"{_LET_IN}, and you can allow it again on your dashboard.",
    ),
    "learning-allowed": Notice(
        when="learning from sign-ins was allowed again",
        subject="your account learns from sign-ins again",
        happened="Your {product} account may learn again how you look, from good sign-ins on your devices.",
        otherwise=f"{_LET_IN}, and you can refuse it on your dashboard.",
    ),
    "log-shortened": Notice(
        when="the least was asked for of the sign-in log",
        subject="your sign-in log is kept shorter",
        happened="New entries of your {product} sign-in log are kept for the shortest time that is offered, "
        "without a place. Those of before stay for as long as they were to, so that nobody shortens their "
        "own traces, and until these have gone new ones may stay as well.",
        otherwise=f"{_LET_IN}, look at your sign-ins, and ask for the full log on your dashboard.",
    ),
    "log-lengthened": Notice(
        when="the full sign-in log was asked for again",
        subject="your sign-in log is kept in full again",
        happened="New entries of your {product} sign-in log are kept for the full time again. Those of "
        "before stay for as long as they were to.",
        otherwise=f"{_LET_IN}, and you can ask for less on your dashboard.",
    ),
    "refused-often": Notice(
        when="a known device was refused so often in a row that it has to wait; once a day",
        subject="sign-ins were refused",
        happened="Somebody tried to sign in to your {product} account several times in a row, on one of "
        "your devices, and was refused. Further tries there have to wait. If that was you, a code sent here "
        "lets you in.",
        otherwise="ask for a code on the sign-in page, look at your sign-ins on your dashboard, and remove "
        "the device if it is no longer with you.",
    ),
    "refused-on-new-devices": Notice(
        when="new devices were refused so often in a row that they have to wait; once a day",
        subject="sign-ins on a new device were refused",
        happened="Somebody proved this mailbox, or a passkey, tried several times in a row to add a device "
        "to your {product} account with a face, and was refused. Further tries have to wait.",
        otherwise="somebody may read your mail: change its password, then look at your passkeys and "
        "sessions on your dashboard.",
    ),
    "face-sign-in-paused": Notice(
        when="face sign-in was paused",
        subject="face sign-in is paused",
        happened="Face sign-in to your {product} account was paused. A code sent here still lets you in.",
        otherwise=f"{_LET_IN}, and you can resume face sign-in on your dashboard.",
    ),
    "face-sign-in-resumed": Notice(
        when="face sign-in was resumed",
        subject="face sign-in is active again",
        happened="Face sign-in to your {product} account was paused, and is active again.",
        otherwise=f"{_LET_IN}, and you can pause face sign-in on your dashboard.",
    ),
    "consent-due": Notice(
        when="a sign-in asked for consent to a new version of the text; once for each",
        subject="please read a new consent text",
        happened="The text that you agreed to for face sign-in to your {product} account has a new version. "
        "Your dashboard shows it. Until you agree nothing new is learned of your face, and after some days, "
        "which your dashboard counts, your face is compared no more. A code sent here still lets you in. If "
        "you do not agree you can withdraw your consent there, which deletes the account.",
        otherwise=f"{_LET_IN}, and remove the device on your dashboard that somebody signed in on.",
    ),
    "consent-given": Notice(
        when="a new version of the consent text was agreed to",
        subject="you agreed to a new consent text",
        happened="The new version of the consent text was agreed to for your {product} account. The record "
        "of it is on your dashboard, beside the ones from before.",
        otherwise=f"{_LET_IN}, and you can withdraw the consent there, which deletes the account.",
    ),
    "address-left": Notice(
        when="the account has another address; sent to the old one",
        subject="your account has another address",
        happened="Your {product} account has another address now: somebody who had just signed in, on a "
        "device that it had known for days, typed a code that was sent here. This mailbox lets nobody in "
        "any more, and every other session and all passkeys have ended. This is the last mail about the "
        "account to this address.",
        otherwise="sign in on a device of yours, with your face where your account has one, and remove the "
        "devices that are not. A code cannot bring the address back, so write at once to whoever is named "
        "below.",
    ),
    "address-taken": Notice(
        when="the account has another address; sent to the new one",
        subject="your account has this address now",
        happened="Your {product} account has this address now. Codes and notices come here from now on, and "
        "every session but the one that changed it has ended, and so have all passkeys: add yours again.",
        otherwise="somebody typed a code that was sent here: ask for a code on the sign-in page, which lets "
        "you in without a face, and delete the account there.",
    ),
    "recovery-codes-made": Notice(
        when="a set of recovery codes was made",
        subject="new recovery codes",
        happened="A new set of recovery codes was made for your {product} account. Codes that were made "
        "earlier no longer work.",
        otherwise=f"{_LET_IN}, and you can make a new set there, which ends this one.",
    ),
    "recovery-code-used": Notice(
        when="a recovery code let somebody in",
        subject="a recovery code was used",
        happened="Somebody signed in to your {product} account with one of your recovery codes.",
        otherwise=f"{_LET_IN}, and you can make new codes there, which ends the old ones.",
    ),
    "exported": Notice(
        when="everything that is held was downloaded, in either form",
        subject="your data was downloaded",
        happened="Somebody who had just signed in to your {product} account downloaded everything that is "
        "held in it.",
        otherwise=f"{_LET_IN}, and shows who signed in. What was downloaded cannot be called back; deleting "
        "the account makes what it holds of your face worth nothing here.",
    ),
    "account-frozen": Notice(
        when="the account was frozen with the link of a notice; this one has no such link",
        subject="your account is frozen",
        happened="Your {product} account was frozen with the link of a notice that was sent here. Everybody "
        "is signed out, and nobody gets in. To lift that, ask for a code on the sign-in page, on a device "
        "that your account knows, and look at the camera; or bring a recovery code along with it.",
        otherwise="somebody reads this mailbox: look after it, and lift the freeze as above.",
    ),
    "account-lifted": Notice(
        when="a freeze was lifted: with a code sent here, and the face or a recovery code",
        subject="your account is no longer frozen",
        happened="Your {product} account is no longer frozen: somebody proved this mailbox, and your face on "
        "one of your devices or a recovery code. All passkeys have ended, and so has what was learned from "
        "sign-ins, with devices and recovery codes that were less than three days old when it was frozen. "
        "Add your passkeys again, and look through your devices.",
        otherwise="freeze it again with the link below, and look after your mailbox.",
    ),
    "account-deleted": Notice(
        when="the account was deleted, or consent withdrawn",
        subject="your account was deleted",
        happened="Your {product} account was deleted: everything that was held about you is destroyed, and "
        "whoever asked for it has a signed receipt. This is the last mail about it.",
        otherwise="nobody can bring the account back, but nobody can sign in with your face any more either. "
        "Somebody had your mailbox or one of your devices: look after both before you register again.",
    ),
    "erasure-announced": Notice(
        when="a second operator approved a deletion that somebody had asked for by letter",
        subject="your account is about to be deleted",
        happened="Somebody wrote to those who run {product} and asked, in your name, to delete your account. "
        "Two of them have looked at it. The account will be deleted in three days, or at once if you asked "
        "through this mailbox. If it was you, there is nothing to do.",
        otherwise="freeze the account with the link below, and it is not deleted. Or write to them.",
        life_s=OBJECTION_S,
    ),
    "erased-on-request": Notice(
        when="operators deleted the account because its owner had asked for it by letter",
        subject="your account was deleted, as you asked",
        happened="Your {product} account was deleted by those who run it, because somebody asked for it in "
        "your name: everything that was held about you is destroyed. They send you a signed receipt by the "
        "way that you wrote to them. This is the last mail about it.",
        otherwise="nobody can bring the account back. Write to them: it is written down who asked.",
    ),
    "account-unused": Notice(
        when="nobody has signed in for so long that the account will be deleted in 30 days",
        subject="your account will be deleted",
        happened="Nobody has signed in to your {product} account for a long time. In a month all of it will "
        "be deleted. To keep it, sign in before then: with your face, with a passkey, or with a code that is "
        "sent here. If you no longer need it, there is nothing to do.",
        otherwise="who left it unused, sign in and look who did: your dashboard shows it.",
        life_s=LONGEST_NOTICE_LIFE_S,
    ),
    "unused-account-deleted": Notice(
        when="30 days later nobody had signed in, and the account was deleted",
        subject="your account was deleted, unused",
        happened="Your {product} account was deleted, because nobody had signed in for a long time, nor did "
        "when a mail told you of it: everything that was held about you is destroyed. This is the last mail "
        "about it.",
        otherwise="who left it unused, nobody can bring it back; you can register again at any time.",
    ),
}

# There is nothing to freeze any more.
WITHOUT_LINK: Final = frozenset(
    {"account-frozen", "account-deleted", "erased-on-request", "unused-account-deleted"}
)

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Whom a notice is for.

    Attributes:
        address: where to.
        freeze_token: for the link that freezes the account; None where there is nothing left to freeze.
    """

    address: str = field(repr=False)
    freeze_token: str | None = field(repr=False)


def recipient(key: "DataKey", profile: Profile, *, now: float) -> Recipient | None:
    """Open an account's address, and make the token of the notice's link; None where its mails come back.

    Raises:
        SealBrokenError: when the address was changed.
    """
    address = notice_address(key, profile, now=now)
    if address is None:
        return None
    return Recipient(address=address, freeze_token=freeze_token(key, freezes=profile.freezes, now=now))


def recipient_if_it_opens(notice: NoticeName, to: Callable[[], Recipient | None]) -> Recipient | None:
    """Open an address for a notice; None where that fails, which it must not do to what is told of."""
    try:
        return to()
    except Exception as error:  # noqa: BLE001 -- whatever it is
        not_sent(notice, error)
        return None


def not_sent(notice: NoticeName, error: Exception) -> None:
    """Write down that a notice did not go out, and nothing of whose it was."""
    logger.warning("notice_not_sent", notice=notice, exception=type(error).__name__)
