"""Fixtures for every folder of tests."""

from tests.support.stack import stack

__all__ = ["stack"]
