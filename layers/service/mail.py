"""Mails: plain text, short, no link but the one that freezes, and nothing a stranger could have written."""

from typing import TYPE_CHECKING, Final

from service.repositories.codes import CODE_LIFE_S

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

    from service.notices import Notice

_CHARSET: Final = "UTF-8"


class Mail:
    """The deployment's outgoing mail."""

    def __init__(
        self,
        *,
        client: "SESV2Client",
        sender: str,
        product: str,
        contact: str,
        site: str | None,
        configuration_set: str | None,
    ) -> None:
        self._client = client
        self._sender = sender
        self._product = product
        self._contact = contact
        self._site = site
        self._configuration_set = configuration_set

    def send_code(self, address: str, *, code: str) -> None:
        """Send a mailbox code: one call."""
        self._send(
            address,
            subject=f"{self._product}: your code",
            text=(
                f"Somebody asked {self._product} for a code for this address. If that was you, here it is:"
                f"\n\n    {code}\n\n"
                f"It is good for {CODE_LIFE_S // 60} minutes, on the device that asked for it. Nobody from "
                f"{self._product} will ever ask you for it. If that was not you, do nothing: without it "
                "nobody gets in.\n"
            ),
        )

    def send_code_to_leave(self, address: str, *, code: str) -> None:
        """Send the code that an account's address is left with: one call."""
        self._send(
            address,
            subject=f"{self._product}: your code to change your address",
            text=(
                f"Somebody who signed in to your {self._product} account wants it to have "
                "another address. To agree, type this code together with the one that was sent to the new "
                f"address:\n\n    {code}\n\n"
                f"It is good for {CODE_LIFE_S // 60} minutes. Nobody from {self._product} will ever ask you "
                "for it. If you did not ask for this, give the code to nobody: without it the address stays. "
                f"Then sign in, look at your devices, and write to {self._contact}.\n"
            ),
        )

    def send_code_to_arrive(self, address: str, *, code: str | None) -> None:
        """Send the code that an address is taken with, or say that it has an account: one call.

        Args:
            address: the new address.
            code: its code; None where it has an account, which nobody but its reader is told.
        """
        if code is None:
            self._send(
                address,
                subject=f"{self._product}: this address has an account",
                text=(
                    f"Somebody wants to use this address for their {self._product} account. It has an "
                    "account already, so nothing was changed, and nobody was told. If that was you, first "
                    "delete the account that this address has. If it was not, there is nothing to do.\n"
                ),
            )
            return
        self._send(
            address,
            subject=f"{self._product}: your code for this address",
            text=(
                f"Somebody wants to use this address for their {self._product} account. If that was you, "
                f"type this code together with the one that was sent to your address until now:"
                f"\n\n    {code}\n\n"
                f"It is good for {CODE_LIFE_S // 60} minutes. If it was not you, do nothing: without it "
                "nothing happens.\n"
            ),
        )

    def send_notice(self, address: str, notice: "Notice", *, freeze_token: str | None) -> None:
        """Send a notice: one call.

        Args:
            address: where to.
            notice: which.
            freeze_token: for its link "this was not me"; it stands in the fragment, which no server is sent.
        """
        happened = notice.happened.format(product=self._product)
        self._send(
            address,
            subject=f"{self._product}: {notice.subject}",
            text=(
                f"{happened}\n\nIf that was not you, {notice.otherwise}\n{self._link(freeze_token)}\n"
                f"Who answers for this, and whom to write to: {self._contact}\n"
            ),
        )

    def _link(self, freeze_token: str | None) -> str:
        if freeze_token is None or self._site is None:
            return ""
        return (
            "\nOr freeze the account first. Everybody is signed out and nobody gets in, until you prove your "
            f"mailbox and your face or a recovery code:\n{self._site.rstrip('/')}/freeze#{freeze_token}\n"
        )

    def _send(self, address: str, *, subject: str, text: str) -> None:
        mail: SendEmailRequestTypeDef = {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [address]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": subject, "Charset": _CHARSET},
                    "Body": {"Text": {"Data": text, "Charset": _CHARSET}},
                }
            },
        }
        if self._configuration_set is not None:
            mail["ConfigurationSetName"] = self._configuration_set
        self._client.send_email(**mail)
