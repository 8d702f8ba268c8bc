"""What tests of several rooms do for the people in them."""

from tests.adapters.moments import ADA
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

PUBLIC = [
    "/.well-known/jwks.json",
    "/.well-known/receipt-keys.json",
    "/.well-known/openid-configuration",
    "/v1/policies/current",
]
READS = ["/v1/account", "/v1/account/sign-ins", "/v1/account/sessions", "/v1/account/export"]


def log(device: Device) -> list[tuple[str, str]]:
    return [
        (entry["outcome"], entry["reason"]) for entry in device.get("/v1/account/sign-ins").json["sign_ins"]
    ]


def prove_again(cloud: Cloud, device: Device, address: str = ADA) -> None:
    """Have a code typed: what proved the mailbox before its account was made proves nothing of that."""
    cloud.let_a_minute_pass()
    device.send_code(address)
    device.confirm(address, cloud.code(address))


def new_phone(cloud: Cloud, address: str = ADA) -> Device:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(address)
    phone.confirm(address, cloud.code(address))
    return phone
