"""What SES tells of a mail, as far as it is read; the rest of an event is never looked at.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from service.mailbox import ADDRESS_PATTERN, MAX_ADDRESS_LENGTH
from service.repositories.rows import MailTrouble

MAX_EVENT_CHARACTERS: Final = 256 * 1024  # the most that SNS carries


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A mail that came back, or was complained about.

    Attributes:
        address: where it had gone.
        why: whether the mailbox does not take mail, or its reader does not want it.
    """

    address: str = field(repr=False)
    why: MailTrouble


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Recipient(_Read):
    address: str = Field(
        alias="emailAddress", pattern=ADDRESS_PATTERN, max_length=MAX_ADDRESS_LENGTH, repr=False
    )


class _Bounce(_Read):
    # SES tries again by itself after a transient one, and cannot tell of an undetermined one.
    kind: str = Field(alias="bounceType")
    recipients: list[_Recipient] = Field(alias="bouncedRecipients", repr=False)


class _Complaint(_Read):
    recipients: list[_Recipient] = Field(alias="complainedRecipients", repr=False)


class _BounceEvent(_Read):
    kind: Literal["Bounce"] = Field(alias="eventType")
    bounce: _Bounce


class _ComplaintEvent(_Read):
    kind: Literal["Complaint"] = Field(alias="eventType")
    complaint: _Complaint


_EVENT: Final[TypeAdapter[_BounceEvent | _ComplaintEvent]] = TypeAdapter(_BounceEvent | _ComplaintEvent)


def returned_in(event: Mapping[str, Any]) -> Iterator[Returned]:
    """Read whose mails came back from what SNS delivers.

    Args:
        event: of Lambda, by SNS; SES's own event is the text of each message.

    Yields:
        Each address. What is no such event (SES tries a new topic with a few words) gives none.
    """
    for record in event.get("Records", ()):
        text = record.get("Sns", {}).get("Message", "")
        if not isinstance(text, str) or len(text) > MAX_EVENT_CHARACTERS:
            continue
        try:
            found = _EVENT.validate_json(text)
        except ValidationError:
            continue
        if isinstance(found, _ComplaintEvent):
            recipients, why = found.complaint.recipients, "complained"
        elif found.bounce.kind == "Permanent":
            recipients, why = found.bounce.recipients, "bounced"
        else:
            continue
        for recipient in recipients:
            yield Returned(address=recipient.address, why=why)  # type: ignore[arg-type]
