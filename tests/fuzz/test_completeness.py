"""Nothing that reads a stranger's bytes is without a target: a new model, parameter or parser fails here."""

import ast
import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.models import Incoming
from tests.fuzz.targets import MODELS, TARGETS

ROOT = Path(__file__).parents[2]
OPENAPI = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))

# Parameters of paths and queries, and the target that sends anything as one.
PARAMETERS = {
    "before": "log_cursor",
    "client_id": "name_in_a_path",
    "device_id": "name",
    "passkey_id": "name_in_a_path",
    "template_id": "name",
}
WORDS = {"format"}  # one of a few words, which the model's own type says

# Whoever calls one of these reads bytes that somebody else may have written.
READS = {
    "b64decode",
    "decode_descriptors",
    "decode_track",
    "deserialize_compact",
    "extract_compact",
    "from_base64url",
    "from_bytes",
    "from_json",
    "frombuffer",
    "import_key",
    "import_key_set",
    "ip_address",
    "loads",
    "model_validate",
    "model_validate_json",
    "parse_qsl",
    "unpack_from",
    "urlsafe_b64decode",
    "validate_json",
    "validate_python",
    "verify_authentication_response",
    "verify_registration_response",
    "ZipFile",
}
OURS = "ours"  # what is read was written by this service, under a seal, or by whoever deploys it
# Every function that does, and the target that drives it.
PARSERS = {
    "facesmash.archives._content_at": "archive",
    "facesmash.archives._check_end": "archive",
    "facesmash.archives.unpacked": "archive",
    "facesmash.files.keys_from": OURS,
    "facesmash.files.parsed": "kept_json",
    "facesmash.statements._refuse_other_spelling": "receipt_file",
    "facesmash.statements.opened": "receipt_file",
    "functions.bounces.events.returned_in": "returned_mail",
    "functions.challenges.ceremony._first_act": OURS,
    "functions.challenges.ceremony.reveal": OURS,
    "functions.discovery.answers.keys": OURS,
    "functions.discovery.answers.receipt_keys": OURS,
    "functions.export.archive._zip": OURS,
    "functions.export.copy.make": OURS,
    "functions.passkeys.ceremony._challenge": "proof_claims",
    "functions.passkeys.ceremony._id_of": "credential_id",
    "functions.passkeys.ceremony._used": "assertion",
    "functions.enroll.ceremony._liveness_of": "capture",
    "functions.enroll.ceremony.assess": "capture",
    "functions.verify.judgement.read": "capture",
    "layers.matching.encoding._bytes_of": "vector",
    "layers.matching.encoding._rows": "series",
    "layers.matching.encoding.decode_descriptors": "vector",
    "layers.matching.encoding.unpack_descriptors": OURS,
    "layers.passkeys.verify.verify_added": "attestation",
    "layers.passkeys.verify.verify_used": "assertion",
    "layers.service.encoding.from_base64url": "credential_id",
    "layers.service.farewells._say_farewell": OURS,
    "layers.service.freezing.freeze_token": OURS,
    "layers.service.freezing.read_freeze_token": "freeze_link",
    "layers.service.http._parse_json": "json_body",
    "layers.service.http._note": OURS,
    "layers.service.network._network": "network",
    "layers.service.promises.send_promised": OURS,
    "layers.service.openid.assertions._claims_signed_by": "client_assertion_claims",
    "layers.service.openid.assertions.read_assertion": "client_assertion",
    "layers.service.openid.clients._sound": OURS,
    "layers.service.openid.parameters.read_parameters": "parameters",
    "layers.service.openid.sign_outs.hinted": "id_token_hint",
    "layers.service.proofs._open": "proof",
    "layers.service.proofs._public_key": "proof",
    "layers.service.proofs.verify_proof": "proof_claims",
    "layers.service.request.read_body": "json_body",
    "layers.service.signing._public_key": OURS,
    "layers.service.signing.open": "token",
    "layers.service.tokens._read": "token_claims",
    "operators.settings.deployment_in": OURS,
    "operators.papers._opened": "erasure_claims",
    "operators.papers._parsed": "erasure_paper",
    "operators.papers.key_in": OURS,
    "operators.papers.operators_in": OURS,
}
# Sealed under a key: whatever opens was written by us. What does not is refused before it is read: `sealed`.
SEALED = {"layers.service.sealing", "layers.service.repositories", "layers.service.openid.identities"}
# Read once when a deployment begins, from files of its own.
AT_REST = {"layers.matching.calibration", "layers.matching.liveness", "layers.service.settings"}


def test_every_body_that_a_route_takes_has_a_target() -> None:
    for folder in sorted((ROOT / "functions").iterdir()):
        if (folder / "handler.py").exists():
            importlib.import_module(f"functions.{folder.name}.handler")

    bodies = {model.__name__ for model in _all(Incoming)}
    nested = {name for model in MODELS.values() for name in _nested(model.model_json_schema())}

    assert bodies <= set(MODELS) | nested


def test_every_parameter_of_a_path_or_a_query_has_a_target() -> None:
    named = {
        parameter["name"]
        for path in OPENAPI["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] in {"path", "query"}
    }

    assert named == PARAMETERS.keys() | WORDS
    assert set(PARAMETERS.values()) <= TARGETS.keys()


def test_every_function_that_reads_bytes_of_somebody_elses_has_a_target() -> None:
    readers = {
        name for name in _readers() if not any(name.startswith(f"{room}.") for room in SEALED | AT_REST)
    }

    assert readers == PARSERS.keys()
    assert set(PARSERS.values()) - {OURS} <= TARGETS.keys()


@pytest.mark.parametrize("call", ["loads", "b64decode", "validate_json"])
def test_a_parser_that_is_new_would_be_seen(call: str) -> None:
    source = f"import json\n\nclass Room:\n    def read(self, text):\n        return json.{call}(text)\n"

    assert set(_readers_in(ast.parse(source), "functions.new")) == {"functions.new.read"}


def _all(model: type[Incoming]) -> Iterator[type[Incoming]]:
    for one in model.__subclasses__():
        yield one
        yield from _all(one)


def _nested(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("$defs", {})


def _readers() -> Iterator[str]:
    for room in ("layers", "functions", "facesmash", "operators"):
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield from _readers_in(ast.parse(path.read_text(encoding="utf-8")), module)


def _readers_in(tree: ast.Module, module: str) -> Iterator[str]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        called = {
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            for call in ast.walk(function)
            if isinstance(call, ast.Call)
        }
        if called & READS:
            yield f"{module}.{function.name}"
