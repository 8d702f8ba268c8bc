"""`make restore-drill`: one of two people is deleted, the table restored to before, and she stays deleted.

Real ceremonies against the template on a local cloud. That cloud's point-in-time recovery gives a table as it
is now, so the drill restores a backup of that moment instead; docs/restore.md is the procedure it follows.
"""

import base64
import json
import sys
import time
from dataclasses import dataclass
from typing import Any, Final

from joserfc.jwk import KeySet

from facesmash import receipt as receipts
from local.errors import LocalError
from local.stack import Stack, running_stack
from operators.restored import Cleaned, clean
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.purge import Place, found, items, key_materials, opened, places
from tests.support.transport import Http, Reply

DELETED: Final = "deleted.in.the.drill@example.org"
STAYING: Final = "staying.in.the.drill@example.org"
FIRST_NAME, NAME, SIGNATURE = "Drill's laptop", "Drill's kitchen", "Drill Q. Sentinel"
RESTORED: Final = "Restored"
# Of what goes in: what was changed since, and what is kept in no form.
KEPT_NOWHERE: Final = frozenset({"first name", "movement", "code", "code, read"})
# As a person does whom the camera did not see well, on a machine that is busy.
_TRIES: Final = 5
_READY_S: Final = 60


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the drill saw.

    Attributes:
        receipt: what the receipt's check says.
        came_back: rows of the deleted account that the restore brought back.
        opened: how many of them any key that is left opens.
        opened_of_other: how many of the other's rows theirs opens: the drill can see.
        unsealed: what of the deleted one lay in no sealed value before, of what is looked for afterwards.
        readable: what of theirs is readable where: tables, buckets, queues, logs, and what mails say.
        mailed_to: everybody who had a mail.
        link: how the link of the deleted one's last notice was answered then.
        cleaned: what `operators.restored` did.
        left: rows that still name the deleted account after it.
        deleted_signs_in: how the deleted person's sign-in was answered then.
        staying_signs_in: how the other's was.
    """

    receipt: tuple[str, ...]
    came_back: int
    opened: int
    opened_of_other: int
    unsealed: frozenset[str]
    readable: frozenset[tuple[str, str]]
    mailed_to: frozenset[str]
    link: Reply
    cleaned: Cleaned
    left: int
    deleted_signs_in: Reply
    staying_signs_in: Reply

    def held(self) -> bool:
        """Tell whether all of it is as it has to be."""
        return (
            self.came_back > 0
            and self.opened == 0
            and self.opened_of_other > 0
            and self.unsealed == KEPT_NOWHERE
            and not self.readable
            and self.mailed_to == {DELETED, STAYING}
            and self.link.problem == "link-invalid"
            and self.cleaned.deleted == 1
            and self.left == 0
            and self.deleted_signs_in.problem == "authentication-failed"
            and self.staying_signs_in.status == 200
        )


def drill(stack: Stack) -> Seen:
    """Do it: the stack's functions read the restored table from then on.

    Raises:
        LocalError: a ceremony that had to succeed did not.
    """
    dynamodb = stack.client("dynamodb")
    _set(stack, CONSENT_RELEASE="typed-name")
    deleted = _enrolled(stack, DELETED, face=1, name=FIRST_NAME, signature=SIGNATURE)
    sentinels = _sentinels(deleted)
    staying = _enrolled(stack, STAYING, face=2, name="Drill's phone", signature="Who Stays")
    account, other = str(deleted.account), str(staying.account)
    before = opened(
        items(stack.client, stack.accounts_table), account=account, keys=_materials(stack, account)
    )
    sealed = {name for name, _ in found(sentinels, [Place("seals", tuple(one for _, one in before))])}
    backup = dynamodb.create_backup(TableName=stack.accounts_table, BackupName="before")
    gone = deleted.delete_account()
    if gone.status != 200:
        raise LocalError(f"The account was not deleted: {gone.problem}")
    dynamodb.restore_table_from_backup(
        TargetTableName=RESTORED, BackupArn=backup["BackupDetails"]["BackupArn"]
    )
    rows = list(items(stack.client, RESTORED))
    materials = _materials(stack, account, other)
    # To whom a mail goes is the mailbox's own; what it says is looked through as everything else is.
    mails = [Place("mail", (mail.subject.encode(), mail.text.encode())) for mail in stack.outbox()]
    readable = found(sentinels, [*places(stack.client), *mails])
    cleaned = clean(RESTORED, live=stack.accounts_table, keys=stack.keys_table, client=dynamodb)
    left = [row for row in items(stack.client, RESTORED) if account in json.dumps(row, default=repr)]
    _set(stack, ACCOUNTS_TABLE=RESTORED)
    return Seen(
        receipt=tuple(receipts.verify(gone.body, _receipt_keys(deleted))),
        came_back=sum(row["pk"]["S"] == f"ACCOUNT#{account}" for row in rows),
        opened=len(opened(rows, account=account, keys=materials)),
        opened_of_other=len(opened(rows, account=other, keys=materials)),
        unsealed=frozenset(sentinels.keys() - sealed),
        readable=frozenset(readable),
        mailed_to=frozenset(mail.to for mail in stack.outbox()),
        link=deleted.freeze(_freeze_token(stack)),
        cleaned=cleaned,
        left=len(left),
        deleted_signs_in=deleted.sign_in(capture(1, take=1)),
        staying_signs_in=_try_again(lambda take: staying.sign_in(capture(2, take=take))),
    )


def _sentinels(device: Device) -> dict[str, bytes]:
    """Rename the device, have codes made, and give everything of its owner that went in, by what it is."""
    renamed = device.rename_device(device.thumbprint, NAME)
    if renamed.status != 204:
        raise LocalError(f"The device was not renamed: {renamed.problem}")
    code = device.make_recovery_codes()[0]
    sent = device.performances[-1].capture
    faces = {f"face {number}": base64.b64decode(row) for number, row in enumerate(sent["descriptors"])}
    return faces | {
        "address": DELETED.encode(),
        "first name": FIRST_NAME.encode(),
        "device's name": NAME.encode(),
        "signature": SIGNATURE.encode(),
        "movement": base64.b64decode(sent["series"]["points"])[:30],
        "code": code.encode(),
        "code, read": code.replace("-", "").encode(),
    }


def _materials(stack: Stack, *accounts: str) -> list[bytes]:
    return key_materials(
        stack.client,
        keys_table=stack.keys_table,
        key_id=stack.deployed.outputs["DataKeyId"],
        accounts=accounts,
    )


def _freeze_token(stack: Stack) -> str:
    texts = [mail.text for mail in reversed(stack.outbox()) if mail.to == DELETED]
    return next(line for text in texts for line in text.splitlines() if "/freeze#" in line).partition("#")[2]


def _enrolled(stack: Stack, address: str, *, face: int, name: str, signature: str) -> Device:
    device = Device(Http(stack.url))
    device.send_code(address)
    text = next(mail.text for mail in reversed(stack.outbox()) if mail.to == address)
    code = next(line.strip() for line in text.splitlines() if line.strip().isdigit())
    device.confirm(address, code)
    consent = device.consent(signed_name=signature)
    enrolled = _try_again(lambda _: device.enrol(address, portrait(face), device_name=name, consent=consent))
    if enrolled.status != 201:
        raise LocalError(f"Nobody could register: {enrolled.problem} {enrolled.reasons}")
    return device


def _try_again(attempt: Any) -> Reply:  # noqa: ANN401 -- gives a reply, for the number of the try
    reply: Reply = attempt(1)
    for number in range(2, _TRIES + 1):
        if reply.status in {200, 201}:
            break
        reply = attempt(number)
    return reply


def _receipt_keys(device: Device) -> KeySet:
    answer = device.transport.send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"")
    return KeySet.import_key_set(answer.json)


def _set(stack: Stack, **changes: str) -> None:
    """Change variables of every function: another table to read is the procedure's fourth step."""
    lambdas = stack.client("lambda")
    for function in lambdas.list_functions()["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if "ACCOUNTS_TABLE" not in variables:
            continue
        lambdas.update_function_configuration(
            FunctionName=function["FunctionName"],
            Environment={"Variables": {**variables, **changes}},
        )
        _wait_until_updated(lambdas, function["FunctionName"])


def _wait_until_updated(lambdas: Any, name: str) -> None:  # noqa: ANN401 -- boto3's
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        state = lambdas.get_function_configuration(FunctionName=name).get("LastUpdateStatus", "Successful")
        if state == "Successful":
            return
        time.sleep(0.1)
    raise LocalError(f"The function {name} was not updated in {_READY_S} s.")


def main() -> int:
    """Do the drill and say what it saw; returns 0 where all of it held."""
    try:
        with running_stack() as stack:
            seen = drill(stack)
    except LocalError as error:
        sys.stderr.write(f"restore-drill: {error}\n")
        return 1
    for line in (
        *seen.receipt,
        "",
        f"restored to before the deletion: {seen.came_back} rows of the deleted account came back",
        (
            f"with every key that is left: {seen.opened} of its sealed values open, and "
            f"{seen.opened_of_other} of the other account's"
        ),
        f"readable in tables, buckets, queues, logs or mails: {sorted(seen.readable) or 'nothing'}",
        f"mails went to {sorted(seen.mailed_to)}; the link of the deleted person's: {seen.link.problem}",
        (
            f"before traffic: {seen.cleaned.deleted} deleted account removed, with {seen.cleaned.rows} rows; "
            f"{seen.left} rows name it now"
        ),
        f"the deleted person signs in: {seen.deleted_signs_in.status} {seen.deleted_signs_in.problem}",
        f"the other person signs in: {seen.staying_signs_in.status}",
        "held" if seen.held() else "DID NOT HOLD",
    ):
        print(line)  # noqa: T201 -- a command line talks to its caller
    return 0 if seen.held() else 1


if __name__ == "__main__":
    sys.exit(main())
