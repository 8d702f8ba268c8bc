"""What a person takes away: signed, explained, in two forms, so many times a day, and told to its owner."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel

from facesmash import export as exported
from facesmash import receipt as receipts
from facesmash.files import NotAsSignedError
from functions.export import copy
from functions.export.archive import _zip
from functions.export.ceremony import EXPORTS_A_DAY
from functions.export.explanations import explanations
from functions.export.models import SignedExport
from service.deployment import this_deployment
from service.notices import NOTICES
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support.captures import capture, portrait
from tests.support.client import EXPORT, Device
from tests.support.cloud import Cloud, new_signing_key
from tests.support.transport import InProcess, Reply

RECEIPT_KEYS = "/.well-known/receipt-keys.json"
DOCUMENT = Path(__file__).parents[2] / "docs" / "export.md"
SCHEMA = Path(__file__).parents[2] / "docs" / "export.schema.json"
TABLES = {
    *("account.csv", "applications.csv", "consents.csv", "devices.csv", "passkeys.csv", "policies.csv"),
    *("retention.csv", "sessions.csv", "sign-ins.csv", "templates.csv"),
}


def keys(path: str = RECEIPT_KEYS) -> KeySet:
    return KeySet.import_key_set(InProcess().send("GET", path, headers={}, body=b"").json)


def take_zip(device: Device) -> Reply:
    return device.get(f"{EXPORT}?format=zip")


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def told(cloud: Cloud) -> int:
    subject = f"Example: {NOTICES['exported'].subject}"
    return [(mail["to"], mail["subject"]) for mail in cloud.mails].count((ADA, subject))


def test_another_service_checks_it_with_the_published_keys_and_a_byte_that_is_altered_is_told(
    ada: Device,
) -> None:
    ada.sign_in(capture(1, take=1))

    content = ada.get(EXPORT).body

    said = "\n".join(exported.verify(content, keys()))
    assert str(ada.account) in said
    assert ada.transport.origin in said
    last_of_signature = content.rindex(b'"\n}') - 1  # some of its bits are no part of the signature
    for at in {*range(0, len(content), len(content) // 40), last_of_signature, len(content) - 1}:
        for altered in (bytes([content[at] ^ 1]), b"", content[at : at + 1] * 2):
            with pytest.raises(NotAsSignedError):
                exported.verify(content[:at] + altered + content[at + 1 :], keys())


def test_the_lines_of_the_document_check_it_without_us(ada: Device) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102 -- our own document
    jwks = InProcess().send("GET", RECEIPT_KEYS, headers={}, body=b"").json
    content = ada.get(EXPORT).body

    said = names["verify"](content, jwks)

    assert said["account"] == ada.account
    with pytest.raises(ValueError, match="altered"):
        names["verify"](content.replace(b'"active"', b'"paused"', 1), jwks)


def test_what_another_key_signed_or_a_program_saved_anew_does_not_hold(ada: Device) -> None:
    content = ada.get(EXPORT).body
    elsewhere = KeySet([ECKey.generate_key("P-256")])

    for given, believed in (
        (content, elsewhere),
        (json.dumps(json.loads(content), indent=2).encode(), keys()),
        (re.sub(rb'"signature": ".*"', f'"signature": "{ada.access_token}"'.encode(), content), keys()),
    ):
        with pytest.raises(NotAsSignedError):
            exported.verify(given, believed)


def test_it_says_what_is_kept_for_how_long_as_the_policy_does(ada: Device) -> None:
    export = ada.get(EXPORT).json

    assert export["retention"] == ada.policy()["retention"]
    tabled = rows(unpacked(take_zip(ada).body)["retention.csv"])
    assert [(one["name"], one["period"]) for one in tabled] == [
        (one["name"], one["period"]) for one in export["retention"]
    ]


def test_one_that_is_made_during_a_sign_in_is_whole_and_so_is_the_sign_in(cloud: Cloud, ada: Device) -> None:
    exports: list[Reply] = []

    def take(**_: object) -> None:
        if not exports:
            exports.append(Reply(status=0, headers={}, body=b""))  # its own writes shall not begin another
            exports[0] = ada.get(EXPORT)

    with cloud.when("before-call.dynamodb.TransactWriteItems", take):
        signed_in = ada.sign_in(capture(1, take=1))

    assert [exports[0].status, signed_in.status] == [200, 200]
    assert exports[0].json["sign_in_log"] == "whole"
    assert exported.verify(exports[0].body, keys())
    assert len(ada.get(EXPORT).json["sign_ins"]) == len(exports[0].json["sign_ins"]) + 1


def test_it_is_what_the_published_schema_describes_and_every_field_is_explained(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    export = ada.get(EXPORT).json

    jsonschema_rs.validator_for(schema).validate(export)
    assert export["json_schema"] == schema["$id"]
    assert export["explanations"] == explanations()
    assert [path for path, text in explanations().items() if len(text) < len("Its version.")] == []
    named = {path.rpartition(".")[2].removesuffix("[]") for path in explanations()}
    assert named >= set(_fields_of(SignedExport))


def _fields_of(model: type[BaseModel]) -> set[str]:
    definitions = [model.model_json_schema(), *model.model_json_schema()["$defs"].values()]
    return {name for one in definitions for name in one.get("properties", ())}


def test_the_text_that_was_agreed_to_is_in_it_and_of_an_older_one_its_digest(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = ada.policy()
    kept = {"policy_version": policy["version"], "text_sha256": policy["text_sha256"]}

    now = ada.get(EXPORT).json["policies"]
    monkeypatch.setenv("POLICY_VERSION", "2031-1-1")
    cloud.restart()
    later = ada.get(EXPORT).json["policies"]

    assert now == [{**kept, "text": policy["text"]}]
    assert later == [{**kept, "text": None}]


def test_the_archive_holds_the_signed_file_tables_of_it_and_a_page_and_all_are_signed(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    ada.sign_in(capture(2))

    reply = take_zip(ada)

    assert (reply.status, reply.headers["content-type"]) == (200, "application/zip")
    assert reply.headers["content-disposition"] == 'attachment; filename="facesmash-export.zip"'
    files = unpacked(reply.body)
    assert files.keys() == {"facesmash-export.json", "export.schema.json", "README.txt", *TABLES}
    exported.verify(reply.body, keys())
    export = json.loads(files["facesmash-export.json"])
    assert "not checked: the tables" in exported.verify(files["facesmash-export.json"], keys())[-1]
    assert json.loads(files["export.schema.json"]) == json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [row["id"] for row in rows(files["sign-ins.csv"])] == [one["id"] for one in export["sign_ins"]]
    assert [json.loads(row["descriptor"]) for row in rows(files["templates.csv"])] == [
        template["descriptor"] for template in export["templates"]
    ]
    account = {row["field"]: row["value"] for row in rows(files["account.csv"])}
    assert account["email"] == ADA
    assert account["exported_at"].endswith("Z")
    page = files["README.txt"].decode()
    assert "python -m facesmash.export verify THIS.zip --jwks https://<service>/.well-known/" in page
    assert export["keys"] not in page  # a forged one would have its own there
    assert all(text in page for text in explanations().values())


def test_an_archive_with_a_file_that_is_altered_missing_or_added_does_not_hold(ada: Device) -> None:
    files = unpacked(take_zip(ada).body)

    for changed in (
        files | {"sign-ins.csv": files["sign-ins.csv"] + b"\r\n"},
        {name: content for name, content in files.items() if name != "devices.csv"},
        files | {"more.csv": b"field\r\n"},
        {name: content for name, content in files.items() if name != "facesmash-export.json"},
    ):
        with pytest.raises(NotAsSignedError):
            exported.verify(_zip(changed), keys())


def test_equal_contents_are_equal_bytes(ada: Device) -> None:
    one, other = (take_zip(ada).body for _ in range(2))

    assert _zip(unpacked(one)) == one
    made = {"facesmash-export.json", "README.txt", "account.csv"}  # these say when
    assert {name for name, content in unpacked(one).items() if unpacked(other)[name] != content} <= made


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless_in_tables_and_left_alone_in_json(
    cloud: Cloud, device: Device
) -> None:
    name = '=HYPERLINK("https://evil.example","Click")'
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    assert device.enrol(ADA, portrait(1), device_name=name).status == 201

    files = unpacked(take_zip(device).body)

    assert [row["name"] for row in rows(files["devices.csv"])] == [f"'{name}"]
    assert json.loads(files["facesmash-export.json"])["devices"][0]["name"] == name
    for table in TABLES:
        cells = [cell for row in csv.reader(io.StringIO(files[table].decode("utf-8-sig"))) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("query", ["format=pdf", "before=0", "before=x", "format="])
def test_a_form_that_there_is_not_is_no_request_and_counts_for_nothing(
    query: str, cloud: Cloud, ada: Device
) -> None:
    assert ada.get(f"{EXPORT}?{query}").problem == "request-invalid"
    assert told(cloud) == 0


def test_a_long_log_comes_in_parts_that_together_are_whole(
    ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    for take in range(3):
        ada.sign_in(capture(1 if take else 2, take=take))
    whole = ada.get(EXPORT).json
    monkeypatch.setattr(copy, "MOST_SIGN_INS", 2)

    first = ada.get(EXPORT).json
    before = min(entry["after"]["number"] for entry in first["sign_ins"]) + 1
    second = ada.get(f"{EXPORT}?before={before}").json

    assert (whole["sign_ins_left_out"], len(whole["sign_ins"])) == (0, 3)
    assert (first["sign_ins_left_out"], second["sign_ins_left_out"]) == (1, 0)
    assert first["sign_ins"] + second["sign_ins"] == whole["sign_ins"]


def test_ten_a_day_and_then_a_wait_that_says_how_long_for_this_account_alone(
    cloud: Cloud, ada: Device
) -> None:
    taken = [ada.get(EXPORT).status for _ in range(EXPORTS_A_DAY)]

    refused = [ada.get(EXPORT), take_zip(ada)]

    assert taken == [200] * EXPORTS_A_DAY
    assert [reply.problem for reply in refused] == ["too-many-requests"] * 2
    assert all(0 < int(reply.headers["retry-after"]) <= 86_400 for reply in refused)
    assert told(cloud) == EXPORTS_A_DAY
    assert ada.get("/v1/account").status == 200
    assert _eve(cloud).get(EXPORT).status == 200
    ada.transport.wait(86_400)
    assert ada.sign_in(capture(1, take=1)).status == 200
    assert ada.get(EXPORT).status == 200


def test_of_two_at_once_with_one_left_one_is_given(cloud: Cloud, ada: Device) -> None:
    for _ in range(EXPORTS_A_DAY - 1):
        ada.get(EXPORT)
    twin = Device(InProcess(), key=ada.key)
    twin.access_token = ada.access_token
    inner: list[Any] = []

    def other_first(params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if "hits" in str(params["body"]) and not inner:
            inner.append(None)
            inner[0] = twin.get(EXPORT)

    with cloud.when("before-call.dynamodb.UpdateItem", other_first):
        outer = ada.get(EXPORT)

    assert sorted([inner[0].status, outer.status]) == [200, 429]
    assert told(cloud) == EXPORTS_A_DAY


def test_a_frozen_a_stolen_and_a_spent_session_get_nothing_and_change_nothing(
    cloud: Cloud, ada: Device
) -> None:
    link = cloud.freeze_token(ADA)
    eve = _eve(cloud)
    phone = new_phone(cloud)
    mails = told(cloud)

    eve.access_token, own = ada.access_token, eve.access_token
    stolen = _refused(cloud, eve)
    eve.access_token = own
    assert phone.change("DELETE", f"/v1/account/sessions/{phone.thumbprint}").status == 204
    ended = _refused(cloud, phone)
    assert ada.freeze(link).status == 204
    frozen = _refused(cloud, ada)
    token = eve.access_token
    assert eve.delete_account().status == 200
    eve.access_token = token
    gone = _refused(cloud, eve)

    assert [stolen, ended, frozen, gone] == ["token-invalid"] * 4
    assert told(cloud) == mails


def _refused(cloud: Cloud, device: Device) -> str | None:
    """Ask for an export and give the problem; all but the challenge and the proof is as it was."""
    before = _lasting(cloud)
    problem = device.get(EXPORT).problem
    assert _lasting(cloud) == before
    return problem


def _lasting(cloud: Cloud) -> list[str]:
    passing = ("CHALLENGE#", "JTI#")
    return sorted(json.dumps(item, default=str) for item in cloud.items() if _pk(item) not in passing)


def _pk(item: dict[str, Any]) -> str:
    return str(item["pk"]["S"]).partition("#")[0] + "#"


def _eve(cloud: Cloud) -> Device:
    eve = Device(InProcess())
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    assert eve.enrol("eve@example.org", portrait(5)).status == 201
    return eve


def test_where_mails_come_back_a_copy_is_given_and_none_is_sent(cloud: Cloud, ada: Device) -> None:
    until = {"N": "99999999999"}
    cloud.change(f"ACCOUNT#{ada.account}", "PROFILE", mail_trouble={"S": "bounced"}, mail_trouble_until=until)

    assert ada.get(EXPORT).status == 200
    assert told(cloud) == 0


def test_receipts_and_exports_verify_when_their_key_has_long_retired(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ada.get(EXPORT).body
    receipt = _eve(cloud).delete_account()

    older = f"{new_signing_key()},{cloud.statement_key}"
    monkeypatch.setenv("RETIRED_STATEMENT_KEY_IDS", older)
    monkeypatch.setenv("STATEMENT_KEY_ID", new_signing_key())
    cloud.restart()

    believed = keys()
    assert len(believed.keys) == 3
    exported.verify(kept, believed)
    assert "4 templates" in "\n".join(receipts.verify(receipt.body, believed))
    assert "4 templates" in "\n".join(receipts.verify(receipt.json["receipt"].encode(), believed))
    later = ada.get(EXPORT).body
    exported.verify(later, believed)
    assert json.loads(later)["signature"].split(".")[0] != json.loads(kept)["signature"].split(".")[0]


def test_what_signs_tokens_vouches_for_no_file_and_what_signs_files_lets_nobody_in(
    ada: Device,
) -> None:
    kept, tokens = ada.get(EXPORT).body, keys("/.well-known/jwks.json")
    statements = this_deployment().statement_signer
    claims = json.loads(this_deployment().signer.open(str(ada.access_token), typ="at+jwt"))

    assert not {key.kid for key in keys().keys} & {key.kid for key in tokens.keys}
    with pytest.raises(NotAsSignedError):
        exported.verify(kept, tokens)
    ada.access_token = statements.sign(claims, typ="at+jwt")
    assert ada.get("/v1/account").problem == "token-invalid"


def test_a_receipt_that_says_something_else_than_what_is_signed_does_not_hold(ada: Device) -> None:
    content = ada.delete_account().body
    said = json.loads(content)

    receipts.verify(content, keys())
    for changed in (
        said | {"reference": "another"},
        said | {"deleted_at": said["deleted_at"] + 1},
        said | {"destroyed": said["destroyed"] | {"templates": 0}},
        said | {"destroyed": None},
        said | {"receipt": said["receipt"][:-1] + ("A" if said["receipt"][-1] != "A" else "B")},
        said | {"receipt": str(ada.access_token)},
        {name: value for name, value in said.items() if name != "receipt"},
    ):
        with pytest.raises(NotAsSignedError):
            receipts.verify(json.dumps(changed).encode(), keys())
