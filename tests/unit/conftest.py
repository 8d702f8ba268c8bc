"""No test here opens a socket."""

import os
from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket

# Before numpy is imported. `check` runs beside other work: on a busy machine threads that wait for each other
# make small matrices take five times as long as one thread does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    disable_socket()
    yield
    enable_socket()
