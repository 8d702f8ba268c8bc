"""The token is worth something to code that has never heard of us, and the device keeps its secrets."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from joserfc.errors import BadSignatureError

from tests.e2e.tokens import header_of, verify, verify_in_node

if TYPE_CHECKING:
    from tests.e2e.house import House, Member
    from tests.e2e.visit import Visit


def test_python_verifies_the_token_by_discovery(house: House, seen: Visit) -> None:
    claims = verify(house.stack.url, seen.answer["access_token"])

    assert header_of(seen.answer["access_token"])["typ"] == "at+jwt"
    assert claims["iss"] == house.stack.url
    assert claims["aud"] == "facesmash"
    assert claims["sub"] == seen.answer["account"]
    assert claims["amr"] == ["face", "swk"]
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["auth_time"] - seen.at) < 60
    assert claims["cnf"]["jkt"]


def test_node_verifies_the_token_by_discovery(house: House, seen: Visit) -> None:
    claims = verify_in_node(house.stack.url, seen.answer["access_token"], audience="facesmash", at=seen.at)

    assert claims["sub"] == seen.answer["account"]


def test_a_tampered_token_is_nobodys(house: House, seen: Visit) -> None:
    head, claims, signature = seen.answer["access_token"].split(".")
    tampered = ".".join((head, claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB"), signature))

    with pytest.raises(BadSignatureError):
        verify(house.stack.url, tampered)
    with pytest.raises(subprocess.CalledProcessError):
        verify_in_node(house.stack.url, tampered, audience="facesmash", at=seen.at)
    with pytest.raises(subprocess.CalledProcessError):
        verify_in_node(house.stack.url, seen.answer["access_token"], audience="somebody-else", at=seen.at)


def test_the_device_keeps_a_key_that_cannot_be_taken_out_and_what_is_worth_nothing_without_it(
    owner: Member, seen: Visit
) -> None:
    kept, token = seen.kept, seen.answer["access_token"]

    assert kept["secrets"] == 1
    assert kept["extractable"] == [False]
    assert kept["leaked"] == [False, False]
    assert (kept["local"], kept["session"], kept["cookies"], kept["caches"]) == ({}, {}, "", [])
    assert all(token not in text and owner.mailbox.address not in text for text in kept["texts"])
    assert max(map(len, kept["texts"])) < 100, "nothing as long as a descriptor"
