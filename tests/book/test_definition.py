"""Numbers that hang on the definition are marked, kept for a script, and never without a switch."""

import json
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from scsreport.book import definition
from scsreport.book.execution import BookError
from scsreport.exhibits import contract, switch

OTHERS = {"D1, as listed": "15 %", "D7, by footprint": "27 %"}
PAYLOAD = {"rules": [["W", "all"], ["D1", "some"]], "countings": ["a"], "standard": ["W", "a"]}


@pytest.fixture
def app(tmp_path):
    env = SimpleNamespace(docname="chapters/forms")
    builder = SimpleNamespace(format="html")
    return SimpleNamespace(env=env, builder=builder, outdir=str(tmp_path))


def page(*, switches=1, numbers=1):
    tree = new_document("page")
    for _ in range(numbers):
        tree += nodes.paragraph("", "", definition.Chosen("", "19 %", key="rules_contested"))
    for _ in range(switches):
        tree += definition.switch(PAYLOAD)
    return tree


def held(app):
    script = (definition.Path(app.outdir) / "definitions" / "all.js").read_text(encoding="utf-8")
    return json.loads(script.partition("]=")[2].removesuffix(";\n"))


def test_both_sides_use_one_name():
    assert definition.BY_DEFINITION == contract.BY_DEFINITION
    assert definition.MIME == switch.MIME


def test_what_can_change_is_kept_for_a_script_and_forgotten_with_its_page(app):
    definition._of_page(app.env, "index")["prose"]["rules_any"] = OTHERS
    definition.keep_table(app.env, "tab-forms", {"D1, as listed": {"rows": [["1"]]}})
    definition.keep_table(app.env, "tab-other", {})
    definition.write(app)
    assert held(app)["prose"] == {"rules_any": OTHERS}
    assert list(held(app)["tables"]) == ["tab-forms"]
    definition._forget(app, app.env, "index")
    definition.write(app)
    assert held(app)["prose"] == {}


def test_a_switch_knows_where_its_file_is(app):
    tree = page()
    definition._check(app, tree, "chapters/forms")
    assert next(tree.findall(definition.Switch))["folder"] == "../definitions"


@pytest.mark.parametrize("switches", [0, 2])
def test_a_page_with_numbers_that_can_change_has_one_switch(app, switches):
    expected = f"chapters/forms: found {switches} switches beside 'rules_contested'.*rules.switch"
    with pytest.raises(BookError, match=expected):
        definition._check(app, page(switches=switches), "chapters/forms")


def test_without_a_web_page_there_is_nothing_to_choose(app):
    app.builder.format = "text"
    tree = page()
    definition._check(app, tree, "chapters/forms")
    assert not list(tree.findall(definition.Switch))
    assert "19 %" in tree.astext()
