"""What an exhibit must hand to the book, and where its function is shown."""

import json
from types import SimpleNamespace

import pytest

from scsreport.book import execution, exhibit


def test_the_book_knows_exhibits_by_the_contract():
    from scsreport.exhibits import blocks, contract, downloads, pages

    assert contract.MIME == exhibit.MIME
    assert blocks.MIME == exhibit.BLOCKS_MIME
    assert (pages.MIME, pages.FILES_MIME) == (exhibit.PAGES_MIME, exhibit.FILES_MIME)
    assert downloads.MIME == exhibit.DOWNLOADS_MIME
    assert contract.REPORT == exhibit.REPORT


@pytest.mark.parametrize("part", [*exhibit.PARTS, "id", "kind", "picture", "notes"])
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
    env = SimpleNamespace(scsreport_exhibits=pages, doc2path=str)
    with pytest.raises(execution.BookError, match=r"in chapters/new and in chapters/systems"):
        exhibit._see_each_once(None, env)


def test_an_exhibit_twice_on_a_page_is_told_with_its_lines(figure, tmp_path):
    file = tmp_path / "one.md"
    file.write_text("Text\nmeasure.cities()\n\nmeasure.cities()\n")
    env = SimpleNamespace(docname="one", doc2path=lambda page: file)
    exhibit._register(figure, env)
    message = r"'fig-cities' stands twice in one \(one\.md:2, one\.md:4\)\. An id"
    with pytest.raises(execution.BookError, match=message):
        exhibit._register(figure, env)


def test_an_exhibit_may_move_to_another_page(figure):
    env = SimpleNamespace(docname="chapters/old")
    exhibit._register(figure, env)
    env.docname = "chapters/first"  # read before the page that it leaves
    exhibit._register(figure, env)
    exhibit._forget(None, env, "chapters/old")
    exhibit._see_each_once(None, env)
    assert list(exhibit.known(env)) == ["chapters/first"]


def long_table(kind="text", rows=200):
    columns = [{"label": "City", "kind": kind}, {"label": "People", "kind": "number"}]
    cells = [[f"C{n}</script>", f"{n} million"] for n in range(rows)]
    return {"columns": columns, "rows": cells, "sort": [[None, float(n)] for n in range(rows)]}


def test_a_long_table_keeps_its_first_rows_in_the_page_and_the_others_in_a_file():
    table = long_table()
    group = exhibit._table(table, "chapters/one")
    assert len(group.children[-1].children) == exhibit.SHOWN_ROWS
    text = exhibit._rows_script("tab-one", table).decode()
    rows = json.loads(text.partition('["tab-one"]=')[2].rstrip(";\n"))
    assert rows["cells"] == table["rows"][exhibit.SHOWN_ROWS :]
    assert rows["keys"][0] == [None, float(exhibit.SHOWN_ROWS)]


@pytest.mark.parametrize(("kind", "rows"), [("claim", 200), ("text", exhibit.ROWS_IN_PAGE)])
def test_a_table_of_links_or_of_fewer_rows_stays_in_the_page(kind, rows):
    group = exhibit._table(long_table(kind, rows), "chapters/one")
    found = group.children[-1].children
    assert len(found) == rows
    assert sum("exhibit-rest" in row["classes"] for row in found) == rows - exhibit.SHOWN_ROWS


def test_cells_beyond_the_first_columns_show_on_demand():
    columns = [{"label": str(n), "kind": "text"} for n in range(7)]
    group = exhibit._table({"columns": columns, "rows": [["x"] * 7]}, "chapters/one")
    for row in (group.children[-2].children[0], group.children[-1].children[0]):
        assert ["exhibit-extra" in cell["classes"] for cell in row] == [False] * 5 + [True] * 2


def told(notes, before=()):
    """The caveats shown, those folded, and the line between."""
    found = exhibit._caveats(notes, set(before))
    lists = [node.astext().split("\n\n") for node in found if node.tagname == "bullet_list"]
    lines = [node.astext() for node in found if node.tagname == "raw"]
    folded = lists.pop() if lines else []
    return (lists[0] if lists else []), folded, lines[0].split("summary>")[1] if lines else ""


def test_two_caveats_are_shown_and_the_others_folded():
    assert told(["a", "b", "c"]) == (["a", "b"], ["c"], "1 more caveat</")
    assert told(["a"]) == (["a"], [], "")
    assert told([]) == ([], [], "")


def test_a_page_tells_a_caveat_once_and_folds_it_afterwards():
    assert told(["a", "b", "c"], before=["a"]) == (["b", "c"], ["a"], "1 more caveat, told above</")
    assert told(["a", "b"], before="ab") == ([], ["a", "b"], "2 more caveats, told above</")
    seen = set()
    exhibit._caveats(["a", "b", "c"], seen)
    assert seen == {"a", "b"}


def test_a_block_shows_its_first_term_and_folds_the_others():
    terms = [("As printed", ["Gaps widen."]), ("Verdict", ["Open."])]
    block = exhibit._block({"id": "verdict-A4", "title": "A4: open", "terms": terms})
    assert block["ids"] == ["verdict-A4"]
    shown = [node.astext() for node in block.children if node.tagname in ("rubric", "paragraph")]
    assert shown == ["A4: open", "Gaps widen."]
    fold = block.children.index(next(node for node in block.children if node.tagname == "raw"))
    assert block.children[fold + 1].astext() == "Verdict\n\nOpen."
