import dataclasses
import importlib
import inspect
import io
import pkgutil
import re
import types
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

import scsreport.exhibits
from scsreport.exhibits import contract, dataset, ledger, pictures, rules, style, systems, text
from scsreport.findings import systems as findings
from scsreport.tables import paths

MODULES = [
    importlib.import_module(f"scsreport.exhibits.{module.name}")
    for module in pkgutil.iter_modules(scsreport.exhibits.__path__)
]
NAMED = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in MODULES
    for name, function in contract.exhibits_of(module).items()
}
FUNCTIONS = list(NAMED.values())


def drawn(data, theme):
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot(data["x"])
    return figure


def parts(**changes):
    whole = {"data": pd.DataFrame({"x": [1, 2]}), "facts": {"last": 2}, "draw": drawn}
    return contract.Parts(**(whole | changes))


WORDS = {
    "title": "Three words here",
    "caption": "A caption of some length.",
    "alt": "A line that rises to {last:count}.",
    "notes": ["@known", "It ends at {last}."],
}


@pytest.fixture
def made(monkeypatch):
    def make(parts_, id="fig-test", serves=("A1",), sources=("claims",), rebuilds=(), **words):
        section = {k: v for k, v in (WORDS | words).items() if v is not None}
        every = {id: section, "caveats": {"known": "A known caveat."}}
        monkeypatch.setattr(text, "_all_words", lambda: every)
        made_by = contract.exhibit(id, serves=serves, sources=sources, rebuilds=rebuilds)
        return made_by(lambda: parts_)()

    return make


def test_a_whole_exhibit_is_accepted(made):
    payload = made(parts()).payload()
    assert {"id", "title", "alt", "csv", "sources", "function", "licence", "picture"} <= set(
        payload
    )
    assert payload["alt"] == "A line that rises to 2."
    assert payload["notes"] == ["A known caveat.", "It ends at 2."]


TABLE = {"draw": None}


@pytest.mark.parametrize(
    ("changes", "keys", "named"),
    [
        ({}, {"title": ""}, "title"),
        ({}, {"caption": "Figure"}, "caption"),
        ({}, {"alt": "x.png"}, "alt"),
        ({}, {"alt": None}, "alt"),
        ({"data": pd.DataFrame({"x": []})}, {}, "no rows"),
        (TABLE, {"id": "tab-test"}, "draw or columns"),
        ({}, {"columns": [["x", "X", "text"]]}, "draw or columns"),
        ({}, {"id": "Test 1"}, "expected fig-"),
        ({}, {"id": "tab-test"}, "expected fig-"),
        ({}, {"serves": ()}, "serves"),
        ({}, {"serves": ("N01",)}, "A1 to A7"),
        ({}, {"serves": ("A99",)}, "A99"),
        ({}, {"sources": ()}, "sources"),
        (TABLE, {"id": "tab-test", "columns": [["y", "Y", "text"]]}, "not in the data: y"),
    ],
)
def test_a_missing_part_is_named(made, changes, keys, named):
    with pytest.raises(contract.ExhibitError, match=named):
        made(parts(**changes), **keys)


@pytest.mark.parametrize(
    ("sentence", "named"),
    [("It rose to {end:count}.", "'end'.*last"), ("It rose to {last:miles}.", "'miles'.*people")],
)
def test_a_fact_or_form_that_is_not_there_is_named(made, sentence, named):
    with pytest.raises(ValueError, match=r"words.toml(:\d+)?, \[fig-test\].*" + named):
        made(parts(), alt=sentence)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (
            '[fig-a]\ntitle = "a"\ncapiton = "b"\nalt = "c"\n',
            r"words.toml:3, \[fig-a\]: found 'capiton', expected one of .*mean 'caption'",
        ),
        ('[fig-b.prose]\nx = "1"\n[fig-a.prose]\ny = "2"\n', r"words.toml:3, .*found no title"),
        (
            '[fig-b]\nalt = "{one}"\n[fig-a]\ntitle = "a"\ncaption = "b"\nalt = "{one}"\n',
            r"words.toml:6, \[fig-a\]: found 'one', expected one of the facts once.*mean 'once'",
        ),
    ],
)
def test_words_that_are_wrong_are_named_by_their_line(tmp_path, monkeypatch, section, told):
    file = tmp_path / "words.toml"
    file.write_text(f"{section}[caveats]\n")
    monkeypatch.setattr(text, "WORDS", file)
    text._all_words.cache_clear()
    try:
        with pytest.raises(ValueError, match=told):
            text.words("fig-a", {"once": 1})
    finally:
        text._all_words.cache_clear()


def test_an_exhibit_without_words_is_named():
    with pytest.raises(ValueError, match=r"no section \[fig-none\]"):
        text.words("fig-none", {})


def test_an_unknown_source_is_refused(made):
    with pytest.raises(ValueError, match="claimz"):
        made(parts(), sources=("claimz",)).payload()


@pytest.fixture
def chapter(monkeypatch):
    """Return a module of two exhibits whose prose declares sentences."""

    def make(**prose):
        module = types.ModuleType("scsreport.exhibits.invented")
        declared = {"caveats": {}}
        for name, sentences in prose.items():
            declared[f"fig-{name}"] = {**WORDS, "notes": [], "prose": sentences}
            shown = contract.exhibit(f"fig-{name}", serves=["A1"], sources=["claims"])(parts)
            shown.__module__ = module.__name__
            setattr(module, name, shown)
        monkeypatch.setattr(text, "_all_words", lambda: declared)
        return module

    return make


def test_facts_are_published_under_the_word_of_the_chapter(chapter):
    module = chapter(one={"rise": "to {last:count}"}, two={"end": "{last:tenth}"})
    expected = {"invented_rise": "to 2", "invented_end": "2.0"}
    assert contract.prose_of(module) == expected


@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ({"one": {"rise": " "}}, "'invented_rise'.*expected formatted text"),
        ({"one": {"rise": "a"}, "two": {"rise": "b"}}, "'invented_rise' is declared by two"),
    ],
)
def test_an_empty_number_or_one_key_twice_is_refused(chapter, prose, message):
    with pytest.raises(contract.ExhibitError, match=message):
        contract.prose_of(chapter(**prose))


def test_a_fact_that_is_not_there_is_named(chapter):
    with pytest.raises(ValueError, match=r"fig-one.*'absent'.*last"):
        contract.prose_of(chapter(one={"rise": "{absent:count}"}))


def test_keys_of_the_pages_are_those_declared():
    pages = [paths.ROOT / "index.md", *(paths.ROOT / "chapters").glob("*.md")]
    words = " ".join(page.read_text("utf-8") for page in pages)
    used = set(re.findall(r"{glue:text}`([^`]+)`", words))
    declared = {key for module in MODULES for key in contract.prose_of(module)}
    assert used == declared


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_a_module_lists_its_exhibits_and_nothing_else(module):
    made = contract.exhibits_of(module)
    if made:
        # Blocks, files and the switch, which are no exhibits.
        others = {ledger: {"verdicts"}, dataset: {"downloads"}, rules: {"switch"}}
        shown = others.get(module, set())
        assert set(dir(module)) == set(module.__all__) == set(made) | shown
    else:
        assert module.__name__.split(".")[-1] in {
            "arguments",
            "blocks",
            "charts",
            "contract",
            "downloads",
            "explorer",
            "grammar",
            "laboratory",
            "maps",
            "pages",
            "pictures",
            "profiles",
            "said",
            "style",
            "switch",
            "text",
        }


def test_help_tells_what_a_caller_gets():
    returns = inspect.signature(systems.country_map).return_annotation
    assert returns is contract.Exhibit
    with pytest.raises(contract.ExhibitError, match="makes no exhibit"):
        contract.declaration(parts)


def test_the_csv_begins_with_its_headings_and_its_notes_carry_licence_and_sources(made):
    exhibit = made(parts())
    notes = exhibit.csv_notes()
    assert f"Licence of {exhibit.id}.csv: CC-BY-4.0" in notes
    assert "Bears on statement A1; not in the report" in notes
    assert pd.read_csv(io.StringIO(exhibit.csv()))["x"].tolist() == [1, 2]


def test_only_what_rebuilds_a_statement_of_the_abstract_is_called_the_report_s(made):
    argument = made(parts(), serves=("A1", "A2", "N05"), rebuilds=("A1",)).argument
    assert argument["A1"][0].startswith("After Cities Alliance (2019)")
    assert argument["A2"] == ("Bears on statement A2; not in the report", "")
    assert "Cities Alliance (2019)" not in argument["N05"][0]


@pytest.fixture(scope="module")
def exhibits():
    return {name: function() for name, function in NAMED.items()}


def test_no_words_are_left_over(exhibits):
    assert set(text._all_words()) == {e.id for e in exhibits.values()} | {"caveats", "verdicts"}


def test_ids_are_unique(exhibits):
    ids = [shown.id for shown in exhibits.values()]
    assert len(ids) == len(set(ids)) >= 15


@pytest.mark.parametrize("name", NAMED)
def test_tables_print_every_row_and_no_code_word_for_missing(name, exhibits):
    shown = exhibits[name]
    rows = shown.payload()["table"]["rows"] if shown.kind == "table" else []
    assert len(rows) == (len(shown.parts.data) if shown.kind == "table" else 0)
    assert {"nan", "None", "NaT", "<NA>", "inf", "-inf"} & {
        cell for row in rows for cell in row
    } == set()


def test_the_cells_of_a_table_are_in_the_order_and_form_of_its_columns(made):
    data = pd.DataFrame({"share": [0.25, float("nan")], "n": [1234, 5], "left": ["a", "b"]})
    columns = [["n", "Number", "count"], ["share", "Share", "share"]]
    table = made(
        parts(data=data, draw=None), id="tab-test", columns=columns, alt="Three words here."
    ).payload()["table"]
    assert table["rows"] == [["1,234", "25\u00a0%"], ["5", text.MISSING]]
    assert [column["kind"] for column in table["columns"]] == ["number", "number"]


@pytest.mark.parametrize("name", NAMED)
def test_figures_come_out_the_same_twice(name, exhibits):
    shown = exhibits[name]
    if shown.kind == "table":
        return
    first, second = (shown.payload()["picture"] for _ in range(2))
    assert first == second
    assert first["width"] == round(style.WIDTH * pictures.PIXELS_PER_INCH)
    assert len(first.get("svg") or first["light"]) < 500_000


def test_title_and_alt_change_with_the_finding(monkeypatch):
    before = systems.shares()
    table = findings.by_rule()
    turned = table.assign(of_world=table["of_world"].to_numpy()[::-1] * 0.5)
    declared = contract.declaration(systems.shares)
    monkeypatch.setattr(findings, "by_rule", lambda: turned)
    declared.forget()
    after = systems.shares()
    declared.forget()
    assert before.title != after.title and before.alt != after.alt


def test_another_country_gives_other_words():
    one, other = systems.country_map("COL"), systems.country_map("NGA")
    assert one.alt != other.alt and "Colombia" in one.title


def test_an_unknown_country_is_named():
    with pytest.raises(ValueError, match=r"'XX'.*alpha-3"):
        systems.country_map("XX")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", style.THEMES, ids=lambda t: t.name)
def test_colours_stand_out_from_the_paper(theme):
    assert contrast(theme.ink, theme.paper) >= 7
    assert contrast(theme.quiet, theme.paper) >= 4.5
    of_meanings = [theme.hub, theme.cluster, theme.corridor, theme.largest, theme.up, theme.down]
    colours = [*of_meanings, *theme.neutral, *theme.steps]
    assert min(contrast(colour, theme.paper) for colour in colours) >= 3


@pytest.mark.parametrize("theme", style.THEMES, ids=lambda t: t.name)
def test_no_colour_has_two_meanings(theme):
    of_meanings = [theme.hub, theme.cluster, theme.corridor, theme.largest]
    every = [*of_meanings, *theme.neutral, *theme.steps]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("theme", style.THEMES, ids=lambda t: t.name)
def test_steps_go_away_from_the_paper(theme):
    steps = [contrast(colour, theme.paper) for colour in theme.steps]
    assert all(later > 1.3 * earlier for earlier, later in pairwise(steps))


def test_a_form_looks_alike_whatever_stands_beside_it():
    alone = style.looks(["corridor"], style.LIGHT)["corridor"]
    others = style.looks(["coast", "regional hub", "corridors"], style.LIGHT)
    assert (alone.colour, alone.marker) == (others["corridors"].colour, others["corridors"].marker)
    assert others["coast"].colour == style.LIGHT.neutral[0]


@pytest.mark.parametrize("ordered", [False, True])
def test_every_series_has_a_second_cue(ordered):
    found = style.looks(["a", "b", "c", "d"], style.LIGHT, ordered=ordered).values()
    assert len({look.marker for look in found}) == len({look.dash for look in found}) == 4


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (text.count, 6204.0, "6,204"),
        (text.people, 1.62e9, "1.6 billion"),
        (text.people, 9.96e6, "10 million"),
        (text.people, 996e6, "1.0 billion"),
        (text.people, 2.44e6, "2.4 million"),
        (text.people, 84_600, "85,000"),
        (text.share, 0.2, "20 %"),
        (text.number, float("nan"), text.MISSING),
    ],
)
def test_numbers_as_text(function, value, expected):
    assert function(value).replace("\u00a0", " ") == expected


def test_parts_and_exhibits_cannot_be_changed(made):
    with pytest.raises(dataclasses.FrozenInstanceError):
        made(parts()).parts = parts()
