"""One style sheet: what a page can use stays, in its order, and nothing else."""

import pytest

from scsreport.book import site, styles

NAMES = styles.Names(frozenset({"note", "wide", "top"}), frozenset({"p", "html", "div"}), "--set")


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".note { color: red }", ".note{color:red}"),
        (".gone { color: red }", ""),
        (".note .gone, p > .wide:hover { top: 0 }", "p > .wide:hover{top:0}"),
        ("h5 { top: 0 } div::before { content: ', }' }", 'div::before{content:", }"}'),
        ("#top { top: 0 !important } #gone { top: 0 }", "#top{top:0!important}"),
        ("p:not(.gone) { top: 0 }", "p:not(.gone){top:0}"),
        ("html[data-theme='dark'] p { top: 0 }", 'html[data-theme="dark"] p{top:0}'),
        ("@media print { .gone { top: 0 } }", ""),
        ("@media print { p { top: 0 } .gone { top: 0 } }", "@media print{p{top:0}}"),
        ('@charset "utf-8"; /* note */ p { top: 0 }', "p{top:0}"),
        ("@font-face { font-family: A; src: url(a.woff2) }", None),
        ("@keyframes spin { from { top: 0 } to { top: 1px } }", None),
    ],
)
def test_a_rule_stays_where_a_page_has_all_that_it_names(sheet, left):
    found = styles.used_rules(sheet, NAMES)
    assert found == left if left is not None else found.startswith(sheet.split(" {")[0])


def test_custom_properties_stay_while_something_asks_for_them():
    sheet = "html { --a: var(--b); --b: 'x;y'; --c: 1; --set: 2; --d: var(--c) } p { x: var(--a) }"
    left = styles.used_rules(sheet, NAMES)
    assert left == 'html{--a:var(--b);--b:"x;y";--set:2}p{x:var(--a)}'


def test_names_come_from_classes_ids_elements_and_scripts(tmp_path):
    (tmp_path / "a.html").write_text('<DIV id="top" class="note wide"><p style="x:var(--set)">gone')
    (tmp_path / "a.js").write_text('node.classList.add("set-by-script")')
    found = styles.names_in([tmp_path / "a.html"], [tmp_path / "a.js"])
    assert {"top", "note", "wide", "set-by-script"} <= found.words
    assert "gone" not in found.words
    assert {"div", "p"} <= found.elements
    assert "--set" in found.text


def test_addresses_hold_from_the_new_folder_and_imports_come_first(tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "basic.css").write_text("p { background: url(minus.png) }")
    theme = tmp_path / "styles" / "theme.css"
    theme.write_text('@import "../basic.css"; div { background: url("../fonts/a.woff2") }')
    (tmp_path / "own.css").write_text("p { background: url(data:image/png;base64,AA) }")
    found = styles.one_sheet([theme, tmp_path / "own.css"], tmp_path, NAMES, tmp_path / "made")
    assert found == (
        'p{background:url("minus.png")}div{background:url("fonts/a.woff2")}'
        "p{background:url(data:image/png;base64,AA)}"
    )


def test_all_pages_link_the_sheet_that_was_made(tmp_path):
    static = tmp_path / "_static"
    static.mkdir()
    (static / "own.css").write_text("p { top: 0 } .gone { top: 0 }")
    (tmp_path / "chapters").mkdir()
    pages = [tmp_path / "index.html", tmp_path / "chapters" / "a.html"]
    for page, folder in zip(pages, ("", "../"), strict=True):
        page.write_text(
            f'<html><head><meta charset="utf-8"><link rel="stylesheet" '
            f'href="{folder}_static/own.css?v=1"></head><body><p>x</p></body></html>'
        )
        assert site._tidy(page, tmp_path, "/") == ["_static/own.css"]
    site._join_sheets(tmp_path, ["_static/own.css"])
    sheet = (static / styles.SHEET).read_text()
    assert sheet == "p{top:0}"
    address = f"_static/site.css?v={styles.digest(sheet)}"
    assert f'href="{address}"' in pages[0].read_text()
    assert f'href="../{address}"' in pages[1].read_text()
    assert not (static / "own.css").exists()
