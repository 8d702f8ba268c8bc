import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.problems import ProofInvalid, RequestInvalid, TokenInvalid
from service.request import PlaceTrust, read_request

SECRET = "of the CDN alone"
TRUST = PlaceTrust(
    header="cloudfront-viewer-country", secret_sha256=hashlib.sha256(SECRET.encode()).hexdigest()
)


def _event(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of an event
    return {
        "httpMethod": "post",
        "path": "/v1/challenges",
        "headers": {"DPoP": "proof", "authorization": "DPoP token"},
        "multiValueHeaders": None,
        "requestContext": {"domainName": "x.example", "path": "/prod/v1/challenges", "stage": "prod"},
        "body": "{}",
        "isBase64Encoded": False,
    } | changes


def test_a_request_is_what_proofs_and_tokens_need_of_it() -> None:
    request = read_request(_event(), api_origin=None)

    assert (request.method, request.issuer) == ("POST", "https://x.example/prod")
    assert request.url == "https://x.example/prod/v1/challenges"
    assert (request.proof, request.access_token, request.body) == ("proof", "token", b"{}")


def test_behind_a_domain_of_its_own_there_is_no_stage() -> None:
    context = {"domainName": "api.example", "path": "/v1/challenges", "stage": "prod"}

    assert read_request(_event(requestContext=context), api_origin=None).issuer == "https://api.example"


def test_a_deployment_may_say_where_it_is_reached() -> None:
    assert read_request(_event(), api_origin="http://localhost:5173/").url == (
        "http://localhost:5173/v1/challenges"
    )


@pytest.mark.parametrize("name", ["DPoP", "dpop", "DPOP"])
def test_a_headers_name_is_the_same_in_any_case(name: str) -> None:
    event = _event(headers={}, multiValueHeaders={name: ["one"]})

    assert read_request(event, api_origin=None).proof == "one"


def test_more_than_one_proof_or_token_is_refused() -> None:
    with pytest.raises(ProofInvalid):
        read_request(_event(multiValueHeaders={"DPoP": ["one", "two"]}), api_origin=None)
    with pytest.raises(TokenInvalid):
        read_request(_event(multiValueHeaders={"Authorization": ["DPoP a", "DPoP b"]}), api_origin=None)


@pytest.mark.parametrize(
    ("authorization", "token"),
    [("dpop a", "a"), ("Bearer a", None), ("DPoP", ""), ("Basic YTpi", None), ("", None)],
)
def test_only_a_dpop_token_is_a_token(authorization: str, token: str | None) -> None:
    event = _event(headers={"Authorization": authorization})

    assert read_request(event, api_origin=None).access_token == token


def test_a_request_does_not_show_its_secrets() -> None:
    shown = repr(read_request(_event(body="sentinel"), api_origin=None))

    assert "sentinel" not in shown
    assert "proof=" not in shown
    assert "token=" not in shown


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(RequestInvalid):
        read_request(_event(body="\ud800"), api_origin=None)


@given(body=st.text(), encoded=st.booleans())
def test_a_body_is_bytes_or_a_refusal(body: str, encoded: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    try:
        request = read_request(_event(body=body, isBase64Encoded=encoded), api_origin=None)
    except RequestInvalid:
        return

    assert encoded or request.body == body.encode()


@pytest.mark.parametrize(
    ("named", "place"),
    [(["DE"], "DE"), (["de"], None), (["DEU"], None), (["DE\n"], None), (["DE", "FR"], None), ([], None)],
)
def test_of_a_place_nothing_is_kept_but_the_code_of_one_country(named: list[str], place: str | None) -> None:
    event = _event(multiValueHeaders={"CloudFront-Viewer-Country": named, "X-Place-Secret": [SECRET]})

    assert read_request(event, api_origin=None, place_trust=TRUST).place == place
    assert read_request(event, api_origin=None).place is None


@pytest.mark.parametrize(
    "shown", [[], [""], ["another"], [SECRET, SECRET], [SECRET.upper()], [TRUST.secret_sha256], ["\ud800"]]
)
def test_who_came_past_what_stands_before_the_api_names_no_country(shown: list[str]) -> None:
    event = _event(multiValueHeaders={"CloudFront-Viewer-Country": ["DE"], "X-Place-Secret": shown})

    assert read_request(event, api_origin=None, place_trust=TRUST).place is None
