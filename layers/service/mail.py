"""Mails: plain text, short, no links, and nothing that a stranger could have written."""

from typing import TYPE_CHECKING, Final

from service.repositories.codes import CODE_LIFE_S

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_CHARSET: Final = "UTF-8"


class Mail:
    """The deployment's outgoing mail."""

    def __init__(self, *, client: "SESV2Client", sender: str, product: str) -> None:
        self._client = client
        self._sender = sender
        self._product = product

    def send_code(self, address: str, *, code: str) -> None:
        """Send a mailbox code: one call."""
        self._send(
            address,
            subject=f"{self._product}: your code",
            text=(
                f"Your code for {self._product} is:\n\n    {code}\n\n"
                f"It is good for {CODE_LIFE_S // 60} minutes, on the device that asked for it. Nobody from "
                f"{self._product} will ever ask you for it. If you did not ask for a code, do nothing: "
                "without it nobody gets in.\n"
            ),
        )

    def send_enrolled(self, address: str) -> None:
        """Tell a person that face sign-in was set up: one call."""
        self._send(
            address,
            subject=f"{self._product}: face sign-in was set up",
            text=(
                f"Face sign-in for {self._product} was set up with this address, on a device that confirmed "
                "a code sent here.\n\nIf that was not you, ask for a code on the sign-in page: it lets you "
                "in without a face, and you can delete the account there.\n"
            ),
        )

    def send_device_added(self, address: str) -> None:
        """Tell a person that another device was added: one call."""
        self._send(
            address,
            subject=f"{self._product}: a new device",
            text=(
                f"Somebody signed in to your {self._product} account on a new device, with a code sent here "
                "and with your face. The device is now on your list.\n\nIf that was not you, ask for a code "
                "on the sign-in page, and remove the device on your dashboard.\n"
            ),
        )

    def send_refused_often(self, address: str) -> None:
        """Warn a person that one of their devices was refused again and again: one call."""
        self._send(
            address,
            subject=f"{self._product}: sign-ins were refused",
            text=(
                f"Somebody tried to sign in to your {self._product} account several times in a row, on one "
                "of your devices, and was refused. Further tries there have to wait.\n\nIf that was you, a "
                "code sent here lets you in on the sign-in page. If it was not, ask for a code too, look at "
                "your sign-ins on your dashboard, and remove the device if it is no longer with you.\n"
            ),
        )

    def _send(self, address: str, *, subject: str, text: str) -> None:
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [address]},
            Content={
                "Simple": {
                    "Subject": {"Data": subject, "Charset": _CHARSET},
                    "Body": {"Text": {"Data": text, "Charset": _CHARSET}},
                }
            },
        )
