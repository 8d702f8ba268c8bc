"""The restore drill, on the local cloud: the same that `make restore-drill` does."""

import pytest

from local.stack import running_stack
from tests.support.restore_drill import DELETED, KEPT_NOWHERE, STAYING, Seen, drill


@pytest.fixture(scope="module")
def seen() -> Seen:
    # One of its own: its functions read another table afterwards.
    with running_stack() as stack:
        return drill(stack)


def test_a_restore_brings_rows_back_and_no_key_that_is_left_opens_them(seen: Seen) -> None:
    assert seen.came_back > 0
    assert seen.opened == 0
    assert seen.opened_of_other > 0


def test_nothing_personal_is_readable_in_any_table_bucket_queue_log_or_mail_of_the_local_cloud(
    seen: Seen,
) -> None:
    # It was there to be found: in sealed values, but for what is kept in no form.
    assert seen.unsealed == KEPT_NOWHERE
    assert seen.readable == set()


def test_the_mail_store_holds_nothing_but_mails_to_each_person_that_are_worth_nothing_any_more(
    seen: Seen,
) -> None:
    """A mail may hold what happened, a code and a link, and nothing that went in but to whom it goes."""
    assert seen.mailed_to == {DELETED, STAYING}
    assert "mail" not in {place for _, place in seen.readable}
    assert seen.link.problem == "link-invalid"


def test_the_deleted_one_is_removed_before_traffic_and_stays_a_stranger(seen: Seen) -> None:
    assert (seen.cleaned.deleted, seen.left) == (1, 0)
    assert seen.deleted_signs_in.problem == "authentication-failed"


def test_the_other_one_signs_in(seen: Seen) -> None:
    assert seen.staying_signs_in.status == 200
    assert seen.held()
