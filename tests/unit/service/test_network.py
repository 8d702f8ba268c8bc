from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from service.network import network_index

KEY = bytes(32)


def _index(address: str | None) -> str:
    return network_index(address, key=KEY)


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_each_ipv4_address_is_a_network_of_its_own(one: IPv4Address, other: IPv4Address) -> None:
    assert (_index(str(one)) == _index(str(other))) is (one == other)


@given(st.ip_addresses(v=6, network="2001:db8::/32"), st.integers(0, 2**64 - 1))
def test_whoever_has_an_ipv6_address_has_no_more_by_taking_those_beside_it(
    address: IPv6Address, host: int
) -> None:
    beside = IPv6Address(int(address) >> 64 << 64 | host)

    assert _index(str(address)) == _index(str(beside))


@given(st.ip_addresses(v=6, network="2001:db8::/32"), st.integers(1, 2**32 - 1))
def test_the_next_ipv6_network_is_another_one(address: IPv6Address, further: int) -> None:
    elsewhere = IPv6Address(int(address) ^ further << 64)

    assert _index(str(address)) != _index(str(elsewhere))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_that_is_written_as_ipv6_is_the_same(address: IPv4Address) -> None:
    assert _index(f"::ffff:{address}") == _index(str(address))


def test_without_the_key_an_index_names_no_network() -> None:
    assert network_index("192.0.2.1", key=bytes(32)) != network_index("192.0.2.1", key=b"\1" * 32)
    assert len(_index("192.0.2.1")) == 43


def test_whatever_is_no_address_is_one_network() -> None:
    assert _index(None) == _index("") == _index("unknown")
