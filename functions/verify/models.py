"""What the verify function takes and gives."""

from typing import Literal

from pydantic import Field

from service.consents import ConsentDue
from service.models import Capture, DeviceName, Incoming, Session


class VerificationRequest(Incoming):
    """A look at the camera. The challenge says whose face it should be."""

    capture: Capture = Field(repr=False)
    device_name: DeviceName | None = Field(
        default=None, repr=False, description="For a device that becomes known."
    )


class SignedIn(Session):
    """A session that a face began."""

    device: Literal["known", "added"]
    consent_due: ConsentDue | None = Field(
        description="Null where the person has agreed to the text in force; else they are to be asked."
    )
