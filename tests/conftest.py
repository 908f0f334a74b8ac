"""Options and fixtures shared by all tests."""

import pytest
from hypothesis import settings

# Time is measured in benchmarks/; a test must not fail because the machine is busy.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_addoption(parser):
    parser.addoption(
        "--accept",
        action="store_true",
        help="write the tables of tests/golden/ anew instead of comparing with them",
    )


@pytest.fixture
def accept(request):
    return request.config.getoption("--accept")
