"""Mails: plain text, short, no links, and nothing that a stranger could have written."""

from typing import TYPE_CHECKING, Final

from service.repositories.codes import CODE_LIFE_S

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from service.notices import Notice

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

    def send_notice(self, address: str, notice: "Notice") -> None:
        """Send a notice: one call."""
        happened = notice.happened.format(product=self._product)
        self._send(
            address,
            subject=f"{self._product}: {notice.subject}",
            text=f"{happened}\n\nIf that was not you, {notice.otherwise}\n",
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
