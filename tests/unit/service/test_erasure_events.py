"""Why an account goes: one list, and what is said of each."""

from typing import get_args

import pytest

from facesmash import receipt as receipts
from service.farewells import FAREWELLS
from service.receipts import json_schema, sign_receipt
from service.repositories.erasures import AskedEvent, Destroyed, ErasureEvent, Tombstone


def test_whoever_asked_has_a_receipt_that_says_how_and_whoever_did_not_has_none() -> None:
    assert set(get_args(ErasureEvent)) - set(get_args(AskedEvent)) == {"unused"}
    assert json_schema()["properties"]["event"]["enum"] == list(get_args(AskedEvent))
    assert set(receipts._EVENTS) == set(get_args(AskedEvent))


def test_each_has_a_farewell() -> None:
    assert set(FAREWELLS) == set(get_args(ErasureEvent))


def test_nobody_signs_a_receipt_of_what_nobody_asked_for() -> None:
    destroyed = Destroyed(templates=0, devices=1, passkeys=0, consents=0, sign_ins=0, keys=1)
    tombstone = Tombstone(
        reference="r" * 22, deleted_at=1, event="unused", device="", destroyed=destroyed, key_version=1
    )

    with pytest.raises(ValueError, match="no receipt"):
        sign_receipt(None, tombstone, account="a" * 22, issuer="https://api.example")  # type: ignore[arg-type]
