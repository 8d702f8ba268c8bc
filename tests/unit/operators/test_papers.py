"""What an operator could write into a paper with their own key, and what is done for it: nothing."""

import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet

from operators.papers import REQUEST_LIFE_S, PaperRefusedError, approve, ask, read_approved, read_request

ISSUER = "https://api.example"
NOW = 1_790_000_000
GRACE, ALAN = (ECKey.generate_key("P-256") for _ in range(2))
OPERATORS = KeySet([GRACE, ALAN])
PAPER = approve(
    ask(GRACE, account="A" * 22, ticket="letter-7", issuer=ISSUER, now=NOW),
    ALAN,
    operators=OPERATORS,
    issuer=ISSUER,
    now=NOW + 1,
)


def read(paper: str, *, now: float = NOW + 2) -> None:
    read_approved(paper, operators=OPERATORS, issuer=ISSUER, now=now)


def rewritten(token: str, key: ECKey, **changed: Any) -> str:  # noqa: ANN401 -- whatever somebody signs
    """Give a paper's part with other claims, signed again by who wrote it; None takes a claim away."""
    found = jws.extract_compact(token.encode())
    claims = {
        name: value for name, value in (json.loads(found.payload) | changed).items() if value is not None
    }
    return jws.serialize_compact(dict(found.headers()), json.dumps(claims), key)


def asked(**changed: Any) -> str:  # noqa: ANN401
    return json.dumps({"request": rewritten(json.loads(PAPER)["request"], GRACE, **changed)})


def approved(**changed: Any) -> str:  # noqa: ANN401
    paper = json.loads(PAPER)
    return json.dumps(paper | {"approval": rewritten(paper["approval"], ALAN, **changed)})


def test_a_paper_holds_for_seven_days_and_not_a_second_longer() -> None:
    read(PAPER, now=NOW + REQUEST_LIFE_S - 1)

    with pytest.raises(PaperRefusedError, match="seven days"):
        read(PAPER, now=NOW + REQUEST_LIFE_S)


def test_whoever_asks_does_not_say_for_how_long() -> None:
    longer = asked(exp=NOW + 100 * REQUEST_LIFE_S)
    read_request(longer, operators=OPERATORS, issuer=ISSUER, now=NOW)

    with pytest.raises(PaperRefusedError, match="seven days"):
        read_request(longer, operators=OPERATORS, issuer=ISSUER, now=NOW + REQUEST_LIFE_S)


@pytest.mark.parametrize(
    "changed",
    [
        *({"iat": value} for value in (NOW + 3, None, True, str(NOW), float(NOW))),
        *(
            {"jti": value}
            for value in (None, 7, "", "A" * 21, "A" * 23, "A" * 22 + "\n", "ADA@EXAMPLE.ORG.......")
        ),
        *({"sub": value} for value in (None, "A" * 21)),
        *({"ticket": value} for value in (None, "Ada Lovelace, London")),
    ],
)
def test_a_request_that_says_what_no_request_says_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(PaperRefusedError):
        read_request(asked(**changed), operators=OPERATORS, issuer=ISSUER, now=NOW + 2)


@pytest.mark.parametrize("moment", [NOW - 1, NOW + 3, NOW + REQUEST_LIFE_S, None, True, str(NOW)])
def test_an_approval_of_another_time_is_refused(moment: object) -> None:
    with pytest.raises(PaperRefusedError):
        read(approved(iat=moment))


def test_what_is_signed_and_is_no_object_is_refused() -> None:
    found = jws.extract_compact(json.loads(PAPER)["request"].encode())
    listed = jws.serialize_compact(dict(found.headers()), "[]", GRACE)

    with pytest.raises(PaperRefusedError):
        read_request(json.dumps({"request": listed}), operators=OPERATORS, issuer=ISSUER, now=NOW)
