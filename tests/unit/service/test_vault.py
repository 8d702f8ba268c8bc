import dataclasses
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.encoding import length_prefixed
from service.vault import DataKey, SealBrokenError, seal, unseal

KEY = DataKey(account="a" * 22, version=1, material=os.urandom(32))
ITEM = "TEMPLATE#01ARZ3NDEKTSV4RRFFQ69G5FAV"


@given(plaintext=st.binary(max_size=600))
def test_what_is_sealed_for_a_place_opens_there(plaintext: bytes) -> None:
    blob = seal(KEY, plaintext, item=ITEM, kind="descriptor", model="m")

    assert unseal(KEY, blob, item=ITEM, kind="descriptor", model="m") == plaintext


@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_anywhere_breaks_the_seal(at: int, bit: int) -> None:
    blob = bytearray(seal(KEY, b"secret", item=ITEM, kind="email"))
    blob[at % len(blob)] ^= 1 << bit

    with pytest.raises(SealBrokenError):
        unseal(KEY, bytes(blob), item=ITEM, kind="email")


@given(length=st.integers(0, 34))
def test_a_blob_that_is_cut_short_breaks_the_seal(length: int) -> None:
    blob = seal(KEY, b"secret", item=ITEM, kind="email")

    with pytest.raises(SealBrokenError):
        unseal(KEY, blob[:length], item=ITEM, kind="email")


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (dataclasses.replace(KEY, account="b" * 22), {}),
        (dataclasses.replace(KEY, version=2), {}),
        (dataclasses.replace(KEY, material=bytes(32)), {}),
        (KEY, {"item": "PROFILE"}),
        (KEY, {"kind": "quality"}),
        (KEY, {"model": "other"}),
    ],
    ids=["account", "version", "material", "item", "kind", "model"],
)
def test_a_blob_opens_in_no_other_place(key: DataKey, place: dict[str, str]) -> None:
    right = {"item": ITEM, "kind": "descriptor", "model": "m"}
    blob = seal(KEY, b"secret", **right)  # type: ignore[arg-type]

    with pytest.raises(SealBrokenError):
        unseal(key, blob, **(right | place))  # type: ignore[arg-type]


def test_the_same_thing_sealed_twice_looks_different() -> None:
    blobs = {seal(KEY, b"secret", item=ITEM, kind="email") for _ in range(50)}

    assert len(blobs) == 50


def test_a_key_does_not_show_its_material() -> None:
    assert repr(KEY.material) not in repr(KEY)


@given(first=st.lists(st.text(max_size=6), max_size=4), second=st.lists(st.text(max_size=6), max_size=4))
def test_two_lists_of_parts_are_never_joined_alike(first: list[str], second: list[str]) -> None:
    assert (length_prefixed(*first) == length_prefixed(*second)) is (first == second)
