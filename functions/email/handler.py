"""Mailbox codes."""

import time

from functions.email import ceremony
from functions.email.models import CodeRequest, CodeSent, Confirmation, MailboxProof
from service.deployment import this_deployment
from service.floor import no_sooner_than
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import ChallengeInvalid, CodeExhausted, CodeInvalid, ProofInvalid

app = api()


@app.post(
    "/v1/email/codes",
    status_code=202,
    **operation(
        "sendCode",
        "Send a code to a mailbox",
        tag="Mailbox",
        answers="mailbox",
        problems=(ProofInvalid, ChallengeInvalid),
    ),
)
def send_code(body: CodeRequest) -> CodeSent:
    """Send a code. The answer is the same for every address, known or not, and when nothing was sent.

    It comes no sooner for what was not sent: a mail takes time, and none takes none.
    """
    started, now = time.monotonic(), time.time()
    deployment = this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.refusal_floor_s):
        return ceremony.send_code(body, request=request_of(app), deployment=deployment, now=now)


@app.post(
    "/v1/email/confirm",
    **operation(
        "confirmCode",
        "Prove a mailbox with its code",
        tag="Mailbox",
        answers="mailbox",
        problems=(ProofInvalid, ChallengeInvalid, CodeInvalid, CodeExhausted),
    ),
)
def confirm_code(body: Confirmation) -> MailboxProof:
    """Exchange a code for the proof of a mailbox, and for a session where there is an account."""
    # A wrong code looks up whose device it comes from: a clock must not tell whether there was an account.
    started, now = time.monotonic(), time.time()
    deployment = this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.refusal_floor_s):
        return ceremony.confirm(body, request=request_of(app), deployment=deployment, now=now)


handle = entry(app)
