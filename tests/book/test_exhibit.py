"""What an exhibit must hand to the book, and where its function is shown."""

import pytest

from scsreport.book import execution, exhibit


def test_the_book_knows_exhibits_by_the_contract():
    from scsreport.exhibits import contract

    assert contract.MIME == exhibit.MIME
    assert contract.REPORT == exhibit.REPORT


@pytest.mark.parametrize("part", [*exhibit.PARTS, "id", "kind", "images", "notes"])
def test_a_missing_part_is_named(part, figure):
    payload = {key: value for key, value in figure.items() if key != part}
    with pytest.raises(execution.BookError, match=r"chapters/one: exhibit .* lacks"):
        exhibit._check(payload, "chapters/one")


def test_a_function_is_found_in_its_module():
    found = exhibit.source_page("scsreport.book.exhibit.ExhibitRenderer.handle_mime")
    assert found == ("scsreport.book.exhibit", "ExhibitRenderer.handle_mime")
    with pytest.raises(execution.BookError):
        exhibit.source_page("numpy.mean")
