"""What the enroll function takes and gives."""

from pydantic import Field

from service.consents import GivenConsent
from service.mailbox import Address
from service.models import Capture, DeviceName, Incoming, Outgoing, Session
from service.tokens import MAX_TOKEN_LENGTH


class EnrolmentRequest(Incoming):
    """A person, a device and a look at the camera."""

    email: Address = Field(repr=False)
    mailbox_token: str = Field(max_length=MAX_TOKEN_LENGTH, repr=False)
    consent: GivenConsent | None = Field(default=None, description="Without it nobody is enrolled.")
    device_name: DeviceName = Field(repr=False)
    capture: Capture = Field(repr=False)


class RegistrationRequest(Incoming):
    """A person and a device, without a face."""

    email: Address = Field(repr=False)
    mailbox_token: str = Field(max_length=MAX_TOKEN_LENGTH, repr=False)
    device_name: DeviceName = Field(repr=False)


class Enrolled(Session):
    """A new account, signed in."""

    templates: int = Field(description="How many descriptors are kept.")


class FaceRequest(Incoming):
    """A look at the camera, for an account that stands."""

    consent: GivenConsent | None = Field(default=None, description="Without it nobody is enrolled.")
    capture: Capture = Field(repr=False)


class FaceEnrolled(Outgoing):
    """A face that was put in place."""

    policy_version: str = Field(description="Of the text that was agreed to.")
    templates: int = Field(description="How many descriptors are kept.")
