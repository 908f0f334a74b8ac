"""One style sheet: what a page can use stays, in its order, and nothing else."""

import pytest

from scsreport.book import site, styles

NAMES = styles.Names(
    frozenset({"note", "wide", "top"}), frozenset({"p", "html", "div"}), frozenset({"--set"})
)


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
    sheet = "#top .note, .wide div, p.set-by-script, .gone, .never { color: var(--set) }"
    pages = ['<DIV id="top" class="note wide other"><p style="x:var(--set)">gone']
    scripts = ['node.classList.add("set-by-script")']
    for _ in range(2):  # read, and remembered
        namer = styles.Namer(sheet, tmp_path / "names.json")
        found = namer.names_in(pages, scripts)
        assert found.words == {"top", "note", "wide", "set-by-script"}
        assert found.elements >= {"div", "p"}
        assert found.properties == {"--set"}


def test_what_was_remembered_of_a_page_is_forgotten_with_the_sheet(tmp_path):
    page, notes = '<p class="note new">', tmp_path / "names.json"
    assert styles.Namer(".note { top: 0 }", notes).names_in([page], []).words == {"note"}
    found = styles.Namer(".note, .new { top: 0 }", notes).names_in([page], [])
    assert found.words == {"note", "new"}


def test_a_broken_note_is_no_note(tmp_path):
    (tmp_path / "names.json").write_text('{"sheet": ')
    found = styles.Namer(".note { top: 0 }", tmp_path / "names.json").names_in(
        ['<p class="note">'], []
    )
    assert found.words == {"note"}


def test_addresses_hold_from_the_new_folder_and_imports_come_first(tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "basic.css").write_text("p { background: url(minus.png) }")
    theme = tmp_path / "styles" / "theme.css"
    theme.write_text('@import "../basic.css"; div { background: url("../fonts/a.woff2") }')
    (tmp_path / "own.css").write_text("p { background: url(data:image/png;base64,AA) }")
    whole = styles.joined([theme, tmp_path / "own.css"], tmp_path)
    found = styles.one_sheet(whole, NAMES, tmp_path / "made")
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
    site._join_sheets(tmp_path, ["_static/own.css"], pages)
    site._drop_sheets(tmp_path, ["_static/own.css"])
    sheet = (static / styles.SHEET).read_text()
    assert sheet == "p{top:0}"
    address = f"_static/site.css?v={styles.digest(sheet)}"
    assert f'href="{address}"' in pages[0].read_text()
    assert f'href="../{address}"' in pages[1].read_text()
    assert not (static / "own.css").exists()
