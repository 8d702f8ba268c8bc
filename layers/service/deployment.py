"""One deployment's parts, each made when a function first needs it.

The imports stand inside: a function pays at its cold start only for the parts that it uses.
"""
# ruff: noqa: PLC0415 -- see above

import os
from functools import cache, cached_property
from typing import TYPE_CHECKING

from service import clients
from service.settings import Settings

if TYPE_CHECKING:
    from service.keyring import Keyring
    from service.mail import Mail
    from service.repositories.accounts import Accounts
    from service.repositories.challenges import Challenges
    from service.repositories.codes import Codes
    from service.repositories.enrolments import Enrolments
    from service.repositories.erasures import Erasures
    from service.repositories.farewells import Farewells
    from service.repositories.grants import Grants
    from service.repositories.keys import Keys
    from service.repositories.limits import Limits
    from service.repositories.mail_troubles import MailTroubles
    from service.repositories.moves import Moves
    from service.repositories.outcomes import Outcomes
    from service.repositories.passkeys import Passkeys
    from service.repositories.permits import Permits
    from service.repositories.recoveries import Recoveries
    from service.repositories.reviews import Reviews
    from service.repositories.rights import Rights
    from service.repositories.seen_proofs import SeenProofs
    from service.repositories.sessions import Sessions
    from service.repositories.tries import Tries
    from service.repositories.work import WorkList
    from service.signing import Signer


class Deployment:
    """The tables, keys and mail of one deployment."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def challenges(self) -> "Challenges":
        """The challenges."""
        from service.repositories.challenges import Challenges

        settings = self.settings
        return Challenges(client=clients.dynamodb(), table=settings.accounts_table, region=settings.region)

    @cached_property
    def seen_proofs(self) -> "SeenProofs":
        """The proofs that were sent already."""
        from service.repositories.seen_proofs import SeenProofs

        return SeenProofs(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def accounts(self) -> "Accounts":
        """The accounts, for reading."""
        from service.repositories.accounts import Accounts

        settings = self.settings
        return Accounts(
            client=clients.dynamodb(), table=settings.accounts_table, keys_table=settings.keys_table
        )

    @cached_property
    def enrolments(self) -> "Enrolments":
        """The write that makes an account."""
        from service.repositories.enrolments import Enrolments

        settings = self.settings
        return Enrolments(
            client=clients.dynamodb(), table=settings.accounts_table, keys_table=settings.keys_table
        )

    @cached_property
    def outcomes(self) -> "Outcomes":
        """The write of a verification."""
        from service.repositories.outcomes import Outcomes

        return Outcomes(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def passkeys(self) -> "Passkeys":
        """The passkeys."""
        from service.repositories.passkeys import Passkeys

        return Passkeys(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def reviews(self) -> "Reviews":
        """When it is looked whether accounts are used."""
        from service.repositories.reviews import Reviews

        return Reviews(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def rights(self) -> "Rights":
        """The writes of an account's owner."""
        from service.repositories.rights import Rights

        return Rights(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def recoveries(self) -> "Recoveries":
        """The recovery codes, and the writes that freeze and lift."""
        from service.repositories.recoveries import Recoveries

        return Recoveries(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def erasures(self) -> "Erasures":
        """The writes that destroy an account."""
        from service.repositories.erasures import Erasures

        settings = self.settings
        return Erasures(
            client=clients.dynamodb(), table=settings.accounts_table, keys_table=settings.keys_table
        )

    @cached_property
    def farewells(self) -> "Farewells":
        """The addresses that are still to be told that their account is gone."""
        from service.repositories.farewells import Farewells

        return Farewells(client=clients.dynamodb(), table=self.settings.keys_table)

    @cached_property
    def moves(self) -> "Moves":
        """The write that changes an account's address."""
        from service.repositories.moves import Moves

        return Moves(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def mail_troubles(self) -> "MailTroubles":
        """The mailboxes that mails come back from."""
        from service.repositories.mail_troubles import MailTroubles

        return MailTroubles(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def codes(self) -> "Codes":
        """The mailbox codes."""
        from service.repositories.codes import Codes

        return Codes(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def sessions(self) -> "Sessions":
        """The sessions."""
        from service.repositories.sessions import Sessions

        return Sessions(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def grants(self) -> "Grants":
        """What people agreed to for applications."""
        from service.repositories.grants import Grants

        return Grants(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def permits(self) -> "Permits":
        """The codes and tokens of applications."""
        from service.repositories.permits import Permits

        return Permits(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def limits(self) -> "Limits":
        """The budgets."""
        from service.repositories.limits import Limits

        return Limits(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def tries(self) -> "Tries":
        """The tries of sign-ins."""
        from service.repositories.tries import Tries

        return Tries(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def work(self) -> "WorkList":
        """What is still to be done."""
        from service.repositories.work import WorkList

        return WorkList(client=clients.dynamodb(), table=self.settings.accounts_table)

    @cached_property
    def keys(self) -> "Keys":
        """The wrapped keys."""
        from service.repositories.keys import Keys

        return Keys(client=clients.dynamodb(), table=self.settings.keys_table)

    @cached_property
    def keyring(self) -> "Keyring":
        """The data keys."""
        from service.keyring import Keyring

        return Keyring(kms=clients.kms(), key_id=self.settings.data_key_id, keys=self.keys)

    @cached_property
    def signer(self) -> "Signer":
        """The token key, and the one before it until its tokens have expired."""
        from service.signing import Signer

        retiring = self.settings.retiring_signing_key_id
        return Signer(
            kms=clients.kms(),
            key_id=self.settings.signing_key_id,
            older_key_ids=() if retiring is None else (retiring,),
        )

    @cached_property
    def statement_signer(self) -> "Signer":
        """The key of what people keep, exports and receipts, and every one before it."""
        from service.signing import Signer

        return Signer(
            kms=clients.kms(),
            key_id=self.settings.statement_key_id,
            older_key_ids=self.settings.retired_statement_key_ids,
        )

    @cached_property
    def mail(self) -> "Mail":
        """The outgoing mail."""
        from service.mail import Mail

        settings = self.settings
        return Mail(
            client=clients.mail(),
            sender=settings.mail_sender,
            configuration_set=settings.mail_configuration_set,
            product=settings.product_name,
            contact=f"{settings.controller_name}, {settings.controller_contact}",
            site=settings.allowed_origins[0] if settings.allowed_origins else None,
        )


@cache
def this_deployment() -> Deployment:
    """Give the deployment that the environment describes, read once in a process's life."""
    return Deployment(Settings.from_environment(os.environ))
