"""Another mailbox for an account."""

import time

from functions.address import ceremony, operations
from functions.address.models import CodesSent, Move, Moved, NewAddress
from service.deployment import this_deployment
from service.floor import no_sooner_than
from service.http import api, entry, request_of

app = api()


@app.post("/v1/account/address/codes", status_code=202, **operations.SEND_CODES)
def send_codes(body: NewAddress) -> CodesSent:
    """Send one code to the account's mailbox and one to the new one.

    Needs a sign-in of the last five minutes, by face where the account has one, on a device that the account
    has known for three days.
    The answer is the same whether or not the new address has an account, and comes no sooner for what was
    not sent.
    """
    started, now = time.monotonic(), time.time()
    deployment = this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.refusal_floor_s):
        return ceremony.send_codes(body, request=request_of(app), deployment=deployment, now=now)


@app.post("/v1/account/address", **operations.CHANGE_ADDRESS)
def change_address(body: Move) -> Moved:
    """Change the address, with the codes from both mailboxes. Every other session ends."""
    return ceremony.move(body, request=request_of(app), deployment=this_deployment(), now=time.time())


handle = entry(app)
