"""What tests read and write behind the API's back is what DynamoDB itself would say."""

import pytest

from service import clients
from tests.adapters.moments import ADA
from tests.support.authenticator import Authenticator
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud, Item


@pytest.fixture
def busy(cloud: Cloud, ada: Device) -> Device:
    """Somebody of whom every kind of row is held that a test looks at by its parts."""
    ada.add_passkey(Authenticator(origin=ORIGIN, rp_id="site.example"))
    ada.make_recovery_codes()
    ada.freeze(cloud.freeze_token(ADA))
    return ada


def scanned(table: str) -> list[Item]:
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=table)
    return [dict(item) for page in pages for item in page["Items"]]


@pytest.mark.usefixtures("busy")
def test_items_are_those_of_a_scan(cloud: Cloud) -> None:
    assert cloud.items() == scanned(cloud.accounts_table) != []
    assert cloud.keys() == scanned(cloud.keys_table) != []


def test_rewound_it_holds_what_it_held_and_nothing_since(cloud: Cloud, ada: Device) -> None:
    kept = cloud.kept()
    before = cloud.items(), cloud.keys(), list(cloud.mails)
    ada.delete_account()

    cloud.rewind(kept)

    def in_order(items: list[Item]) -> list[Item]:
        return sorted(items, key=str)

    assert (in_order(cloud.items()), in_order(cloud.keys()), cloud.mails) == (
        in_order(before[0]),
        in_order(before[1]),
        before[2],
    )
