"""Options and fixtures shared by all tests."""

import importlib
import pkgutil

import pytest
from hypothesis import settings

import scsreport.exhibits
from scsreport.exhibits.contract import exhibits_of
from scsreport.tables import paths

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


@pytest.fixture(scope="session")
def shared():
    """Return the path of an official file; skip where it is not beside the project."""

    def find(name):
        file = paths.ROOT / ".." / "shared" / "data" / name
        if not file.exists():
            pytest.skip(f"{name} is not beside the project; the official file is never part of it")
        return file

    return find


@pytest.fixture(scope="session")
def exhibit_functions():
    """Return every exhibit of the book, by module and name: ``gaps.changes``."""
    modules = [module.name for module in pkgutil.iter_modules(scsreport.exhibits.__path__)]
    return {
        f"{module}.{name}": function
        for module in modules
        for name, function in exhibits_of(
            importlib.import_module(f"scsreport.exhibits.{module}")
        ).items()
    }
