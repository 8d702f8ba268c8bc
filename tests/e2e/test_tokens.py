"""The token is worth something to code that has never heard of us, and the device keeps its secrets."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from joserfc.errors import BadSignatureError

from tests.actors import PILOT
from tests.e2e import steps
from tests.e2e.house import VERIFICATIONS, in_front_of
from tests.e2e.tokens import header_of, verify, verify_in_node

if TYPE_CHECKING:
    from tests.e2e.house import House, Member

_INSPECT = """async () => {
  const open = (name) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = (database, store) => new Promise((resolve) => {
    const request = database.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  const keys = [], texts = [];
  const walk = (value) => {
    if (value instanceof CryptoKey) keys.push(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(walk);
    else texts.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await open(name);
    for (const store of database.objectStoreNames) (await all(database, store)).forEach(walk);
    database.close();
  }
  const secret = keys.filter((key) => key.type === 'private');
  const leaked = await Promise.all(secret.flatMap((key) => ['jwk', 'pkcs8'].map((format) =>
    crypto.subtle.exportKey(format, key).then(() => true, () => false))));
  return {
    secrets: secret.length, leaked, texts, extractable: secret.map((key) => key.extractable),
    local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
    caches: await caches.keys(),
  };
}"""


@pytest.fixture(scope="module")
def answer(house: House, owner: Member) -> dict[str, str]:
    with owner.device.copy(house.path("token")).open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
    return window.witness.answers(VERIFICATIONS)[-1].json()


def test_python_verifies_the_token_by_discovery(house: House, answer: dict[str, str]) -> None:
    claims = verify(house.stack.url, answer["access_token"])

    assert header_of(answer["access_token"])["typ"] == "at+jwt"
    assert claims["iss"] == house.stack.url
    assert claims["aud"] == "facesmash"
    assert claims["sub"] == answer["account"]
    assert claims["amr"] == ["face", "swk"]
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["auth_time"] - time.time()) < 300
    assert claims["cnf"]["jkt"]


def test_node_verifies_the_token_by_discovery(house: House, answer: dict[str, str]) -> None:
    claims = verify_in_node(house.stack.url, answer["access_token"], audience="facesmash")

    assert claims["sub"] == answer["account"]


def test_a_tampered_token_is_nobodys(house: House, answer: dict[str, str]) -> None:
    head, claims, signature = answer["access_token"].split(".")
    tampered = ".".join((head, claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB"), signature))

    with pytest.raises(BadSignatureError):
        verify(house.stack.url, tampered)
    with pytest.raises(subprocess.CalledProcessError):
        verify_in_node(house.stack.url, tampered, audience="facesmash")
    with pytest.raises(subprocess.CalledProcessError):
        verify_in_node(house.stack.url, answer["access_token"], audience="somebody-else")


def test_the_device_keeps_a_key_that_cannot_be_taken_out_and_what_is_worth_nothing_without_it(
    house: House, owner: Member
) -> None:
    with owner.device.copy(house.path("secrets")).open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        kept = window.page.evaluate(_INSPECT)
        token = window.witness.answers(VERIFICATIONS)[-1].json()["access_token"]

    assert kept["secrets"] == 1
    assert kept["extractable"] == [False]
    assert kept["leaked"] == [False, False]
    assert (kept["local"], kept["session"], kept["cookies"], kept["caches"]) == ({}, {}, "", [])
    assert all(token not in text and owner.mailbox.address not in text for text in kept["texts"])
    assert max(map(len, kept["texts"])) < 100, "nothing as long as a descriptor"
