"""What an exhibit must hand to the book, and where its function is shown."""

from types import SimpleNamespace

import pytest

from scsreport.book import execution, exhibit


def test_the_book_knows_exhibits_by_the_contract():
    from scsreport.exhibits import blocks, contract

    assert contract.MIME == exhibit.MIME
    assert blocks.MIME == exhibit.BLOCKS_MIME
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


def test_an_exhibit_on_two_pages_is_told_with_both(figure):
    pages = {"chapters/new": {"tab-country": "f"}, "chapters/systems": {"tab-country": "f"}}
    env = SimpleNamespace(scsreport_exhibits=pages)
    with pytest.raises(execution.BookError, match=r"in chapters/new and in chapters/systems"):
        exhibit._see_each_once(None, env)


def test_an_exhibit_twice_on_a_page_is_told(figure):
    env = SimpleNamespace(docname="chapters/one")
    exhibit._register(figure, env)
    with pytest.raises(execution.BookError, match=r"'fig-cities' stands twice in chapters/one"):
        exhibit._register(figure, env)


def test_an_exhibit_may_move_to_another_page(figure):
    env = SimpleNamespace(docname="chapters/old")
    exhibit._register(figure, env)
    env.docname = "chapters/first"  # read before the page that it leaves
    exhibit._register(figure, env)
    exhibit._forget(None, env, "chapters/old")
    exhibit._see_each_once(None, env)
    assert list(exhibit.known(env)) == ["chapters/first"]
