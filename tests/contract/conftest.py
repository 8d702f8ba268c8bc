"""Names for tests that a plugin makes."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each operation's test the name that schemathesis means: of several with one, xdist runs one.

    It writes the name where pytest looked for it before 9.2.
    """
    for item in items:
        if type(item).__name__ == "SchemathesisFunction" and item.parent is not None:
            item._id = item.parent.id.child(item.name)
