"""Fixtures and settings for every folder of tests."""

from hypothesis import settings

from tests.support.stack import stack

__all__ = ["stack"]

# How long an example takes is the machine's matter: what must be fast is measured in benchmarks/.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
