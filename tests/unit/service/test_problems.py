import json

import pytest

from service.problem import FieldError, Problem
from service.problems import every_problem
from service.responses import problem_response, with_house_headers

# The wire's own list: a status here changes only together with the SDK.
STATUS = {
    "authorization-request-invalid": 400,
    "request-invalid": 400,
    "request-too-large": 413,
    "unsupported-media-type": 415,
    "not-found": 404,
    "method-not-allowed": 405,
    "authentication-failed": 401,
    "token-invalid": 401,
    "proof-invalid": 401,
    "challenge-invalid": 401,
    "step-up-required": 401,
    "code-invalid": 401,
    "code-exhausted": 401,
    "link-invalid": 401,
    "mailbox-token-invalid": 401,
    "consent-required": 422,
    "consent-outdated": 409,
    "already-enrolled": 409,
    "capture-refused": 422,
    "passkey-refused": 422,
    "conflict": 409,
    "last-template": 409,
    "address-unchanged": 409,
    "device-too-new": 403,
    "face-sign-in-paused": 409,
    "not-offered": 403,
    "too-many-requests": 429,
    "unavailable": 503,
    "internal": 500,
}
each_problem = pytest.mark.parametrize("problem", every_problem(), ids=lambda problem: problem.meaning.slug)


def test_the_problems_are_those_of_the_wire() -> None:
    assert {problem.meaning.slug: problem.meaning.status for problem in every_problem()} == STATUS


@each_problem
def test_a_problem_is_written_as_rfc_9457_says(problem: type[Problem]) -> None:
    response = problem_response(problem())

    body = json.loads(str(response.body))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["type"] == f"urn:facesmash:problem:{problem.meaning.slug}"
    assert body.keys() == {"type", "title", "status", "detail"}
    assert body["status"] == response.status_code == problem.meaning.status


@each_problem
def test_a_problem_is_the_same_bytes_every_time(problem: type[Problem]) -> None:
    first, second = problem_response(problem()), problem_response(problem())

    assert (first.body, first.headers) == (second.body, second.headers)


@each_problem
def test_http_gets_the_headers_it_asks_for(problem: type[Problem]) -> None:
    headers = problem_response(problem()).headers

    assert ("WWW-Authenticate" in headers) is (problem.meaning.status == 401)
    assert ("Retry-After" in headers) is (problem.meaning.status in {429, 503})


def test_single_faults_are_listed() -> None:
    problem = every_problem()[0]([FieldError(field="a.b", reason="missing")])

    assert json.loads(str(problem_response(problem).body))["errors"] == [
        {"field": "a.b", "reason": "missing"}
    ]


def test_an_answer_without_a_body_has_an_empty_one() -> None:
    answer = with_house_headers(
        {"statusCode": 204, "body": None, "multiValueHeaders": {}}, origin=None, allowed_origins=()
    )

    assert answer["body"] == ""
    assert "Vary" not in answer["multiValueHeaders"]


def test_a_registered_site_may_read_the_date_so_that_a_device_can_correct_its_clock() -> None:
    answer = with_house_headers(
        {"statusCode": 200, "body": "{}"},
        origin="https://site.example",
        allowed_origins=("https://site.example",),
    )

    assert answer["multiValueHeaders"]["Access-Control-Expose-Headers"] == [
        "Content-Disposition, Date, Retry-After"
    ]
