"""Options and fixtures shared by all tests."""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--accept",
        action="store_true",
        help="write the tables of tests/golden/ anew instead of comparing with them",
    )


@pytest.fixture
def accept(request):
    return request.config.getoption("--accept")
