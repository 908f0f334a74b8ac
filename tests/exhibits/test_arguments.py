"""An exhibit may be called with other arguments than the book's, and then has another id."""

import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

import scsreport.exhibits
from scsreport.exhibits import (
    advice,
    arguments,
    cases,
    collaboration,
    connectivity,
    contract,
    external_factors,
    forms,
    gaps,
    growth,
    infrastructure,
    levels,
    literature,
    networks,
    reference,
    systems,
)
from scsreport.findings import connectivity as access
from scsreport.findings import forms as typed
from scsreport.findings import gaps as measured
from scsreport.findings.functions import flags_of_cities
from scsreport.findings.literature import functions_of_cities
from scsreport.tables.datasets import load
from scsreport.typology import Thresholds

TAKING = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in (
        importlib.import_module(f"scsreport.exhibits.{found.name}")
        for found in pkgutil.iter_modules(scsreport.exhibits.__path__)
    )
    for name, function in contract.exhibits_of(module).items()
    if inspect.signature(function).parameters
}
OTHERS = {
    "gaps.changes": lambda: gaps.changes(year=2010, measure="theil"),
    "gaps.paths": lambda: gaps.paths(measure="williamson"),
    "gaps.checks": lambda: gaps.checks(measure="theil"),
    "systems.world": lambda: systems.world("D6"),
    "systems.country_rank_size": lambda: systems.country_rank_size("COL"),
    "systems.cutoffs": lambda: systems.cutoffs("COL"),
    "systems.exponents": lambda: systems.exponents(fewest=60),
    "systems.country_map": lambda: systems.country_map("COL", rule="D1"),
    "systems.country_table": lambda: systems.country_table("COL"),
    "forms.counted": lambda: forms.counted("COL", Thresholds(reach=80)),
    "forms.contested": lambda: forms.contested("COL"),
    "forms.why": lambda: forms.why(1645518),
    "growth.classes": lambda: growth.classes((1975, 2000), region="Asia"),
    "growth.regions": lambda: growth.regions((1975, 2000)),
    "growth.gap": lambda: growth.gap((1975, 2000)),
    "connectivity.reach_map": lambda: connectivity.reach_map(15),
    "connectivity.by_continent": lambda: connectivity.by_continent(15),
    "connectivity.country": lambda: connectivity.country("COL", half_life=15),
    "collaboration.by_distance": lambda: collaboration.by_distance("water", haul=0.002),
    "collaboration.reach": lambda: collaboration.reach(exponent="exponent_high"),
    "collaboration.saving": lambda: collaboration.saving(exponent=0.9),
    "collaboration.shares": lambda: collaboration.shares(kind="water"),
    "collaboration.site_map": lambda: collaboration.site_map(3, "max-cover"),
    "collaboration.sites": lambda: collaboration.sites("water"),
    "collaboration.limit": lambda: collaboration.limit(haul=0.001),
    "levels.frontier": lambda: levels.frontier("Bandung"),
    "levels.best": lambda: levels.best("half-life of 60 minutes"),
    "reference.yardsticks": lambda: reference.yardsticks(2012),
    "networks.tied": lambda: networks.tied("AF"),
    "infrastructure.curve": lambda: infrastructure.curve(sample="all"),
    "infrastructure.choices": lambda: infrastructure.choices(index="mean"),
    "external_factors.curve": lambda: external_factors.curve("without Europe"),
    "external_factors.explained": lambda: external_factors.explained("without China"),
    "external_factors.terms": lambda: external_factors.terms("without the US"),
    "cases.named_places": lambda: cases.named_places("C07"),
    "literature.output_bound": lambda: literature.output_bound("D1"),
    "literature.functions": lambda: literature.functions("D2"),
    "advice.options": lambda: advice.options("hub"),
    "advice.evidence": lambda: advice.evidence("natural experiment"),
}


def test_every_exhibit_that_takes_arguments_is_tried():
    assert set(TAKING) == set(OTHERS)


@pytest.fixture(scope="module")
def others():
    return {name: make() for name, make in OTHERS.items()}


@pytest.mark.parametrize("name", OTHERS)
def test_other_arguments_make_another_exhibit(name, others):
    plain, other = TAKING[name](), others[name]
    assert other.id.startswith(f"{plain.id}-")
    assert other.words_id == plain.id
    assert other.changed
    assert other.notes[-1].startswith("Not as in the book: ")
    assert not other.data.equals(plain.data) or other.facts != plain.facts
    assert other.payload()["id"] == other.id


@pytest.mark.parametrize("name", TAKING)
def test_the_arguments_of_the_book_make_the_exhibit_of_the_book(name):
    function = TAKING[name]
    given = {
        key: parameter.default for key, parameter in inspect.signature(function).parameters.items()
    }
    assert function(**given) is function()


@pytest.mark.parametrize("name", TAKING)
def test_help_tells_each_argument_and_what_is_refused(name):
    told = inspect.getdoc(TAKING[name])
    for argument in inspect.signature(TAKING[name]).parameters:
        assert re.search(rf"^{argument}\b.* : ", told, re.MULTILINE), argument
    assert "Raises\n" in told


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaps.changes(year=1970), "year: found 1970, expected a whole number, 19"),
        (lambda: gaps.changes(measure="atkinson"), "'atkinson', expected one of gini, theil"),
        (lambda: gaps.changes(yaer=2010), "gaps.changes.*'yaer'; it takes year, measure. See help"),
        (lambda: gaps.parts(2010), "gaps.parts.*takes no argument"),
        (lambda: systems.world("D9"), "rule: found 'D9', expected one of D1, D2"),
        (lambda: systems.cutoffs("MLT"), "found 0 cities or footprints of 100,000"),
        (lambda: systems.exponents(2), "fewest: found 2, expected a whole number, 5 to"),
        (lambda: forms.counted("Indonesia"), "'Indonesia', expected an ISO alpha-3 code"),
        (lambda: forms.counted("MLT"), "Malta has no city of 100,000"),
        (lambda: forms.contested(thresholds=80), "thresholds: found 80, expected what .*Threshold"),
        (lambda: growth.classes((2000, 2001)), r"years: found \(2000, 2001\), expected one of"),
        (lambda: growth.regions(2000), "years: found 2000, expected one of"),
        (lambda: growth.classes(region="Mars"), "region: found 'Mars', expected one of World"),
        (lambda: connectivity.country("XX"), "'XX', expected an ISO alpha-3 code"),
        (lambda: connectivity.country("MLT"), "Malta has no secondary city"),
        (lambda: connectivity.reach_map(0), "half_life: found 0, expected a number above zero"),
        (lambda: collaboration.saving(exponent="big"), "exponent: found 'big', expected one of"),
        (lambda: collaboration.saving(exponent=9), "exponent: found 9, expected a number above 0"),
        (lambda: collaboration.reach(limit=-1), "limit: found -1, expected a number above zero"),
        (lambda: collaboration.by_distance("x"), "kind: found 'x', expected one of water"),
        (lambda: collaboration.site_map(4), "p: found 4, expected a whole number, 1 to 3"),
        (lambda: levels.best("x"), "plan: found 'x', expected one of as declared first"),
        (lambda: networks.tied("Mars"), "sample: found 'Mars', expected one of all"),
        (lambda: infrastructure.curve("rich"), "sample: found 'rich', expected one of"),
        (lambda: infrastructure.choices(index="sum"), "index: found 'sum', expected one of"),
        (
            lambda: external_factors.curve("well covered"),
            "found 'well covered', expected one of all",
        ),
        (lambda: external_factors.terms("Mars"), "sample: found 'Mars', expected one of all"),
        (lambda: cases.named_places("Geelong"), "case: found 'Geelong', expected one of C0"),
        (lambda: literature.output_bound("D9"), "rule: found 'D9', expected one of D1, D2"),
        (lambda: literature.functions(7), "rule: found 7, expected one of D1, D2"),
        (lambda: advice.options("port"), "form: found 'port', expected one of hub, cluster"),
        (lambda: advice.evidence("opinion"), "design: found 'opinion', expected one of"),
    ],
)
def test_what_is_not_admitted_is_told_with_what_is(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_one_call_has_one_id_whatever_its_form():
    assert systems.country_map("COL").id == systems.country_map(country="COL").id
    assert systems.country_map("COL").id != systems.country_map("NGA").id
    both = gaps.changes(measure="theil", year=2010)
    assert both.id == gaps.changes(2010, "theil").id == "fig-gap-changes-year-2010-measure-theil"
    assert gaps.changes(year=np.int64(2010), measure="theil").id == both.id


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ""),
        ({"half_life": 15.0}, "-half-life-15"),
        ({"years": (1975, 2000)}, "-years-1975-2000"),
        ({"thresholds": Thresholds(reach=80)}, "-thresholds-reach-80"),
        ({"share": 0.5}, "-share-0-5"),
    ],
)
def test_ids_can_be_read(values, expected):
    assert arguments.suffix(values) == expected


def test_values_that_cannot_be_read_in_an_id_have_a_digest_that_tells_them_apart():
    one, other = (arguments.suffix({"system": name}) for name in ("Zürich", "Genève"))
    assert one != other
    assert re.fullmatch("-system-[0-9a-f]{8}", one)


def test_data_facts_and_figure_of_an_exhibit_are_at_hand():
    shown = gaps.changes(year=2010)
    assert shown.data is shown.parts.data
    assert shown.facts["n"] == shown.data["country"].nunique()
    assert isinstance(shown.figure, Figure)
    with pytest.raises(contract.ExhibitError, match=r"tab-gap-parts is a table.*\.data"):
        gaps.parts().figure  # noqa: B018


def test_the_former_address_is_that_of_the_book_alone():
    assert collaboration.reach().formerly
    assert not collaboration.reach(haul=0.0).formerly


def test_gaps_until_a_year_end_in_it_or_before():
    table = measured.verdicts_until(2010)
    assert table["end"].max() == 2010
    assert not table.duplicated(["iso3", "table", "measure", "weights"]).any()
    assert set(table["iso3"]) <= set(measured.verdicts()["iso3"])
    stored = load("gap-changes").query("variant == 'all' and end == 2010")
    keys = ["iso3", "start", "end", "measure", "weights"]
    both = table.merge(stored, on=keys)
    assert len(both) >= 6
    assert (both["change_x"] == both["change_y"]).all()


def test_the_last_year_of_all_gives_the_verdicts_of_the_book():
    last = measured.verdicts().query("variant == 'all'")
    again = measured.verdicts_until(int(last["end"].max()))
    keys = ["iso3", "measure", "weights"]
    assert len(again) == len(last)
    both = last.set_index(keys)["verdict"], again.set_index(keys)["verdict"]
    assert both[0].sort_index().equals(both[1].sort_index())


def test_reach_by_the_half_life_of_the_book_is_what_is_stored():
    people = access.cities()["population"].astype(float)
    anew = access.connectivity.market_access(
        access.pairs(people.index), people, half_life=30, own_time=np.inf
    )
    assert np.allclose(anew, access.reach(30), atol=0.06)
    shorter, longer = access.reach(15), access.reach(90)
    assert (shorter <= access.reach(30) + 0.1).all()
    assert (longer >= access.reach(60) - 0.1).all()


def test_cities_of_a_country_have_the_same_form_without_the_others():
    anew = typed.retyped(Thresholds(), "LK")
    stored = typed.typed_under("LKA")
    assert (anew["type"].reindex(stored.index) == stored["type"]).all()
    assert np.allclose(anew["p_hub"].reindex(stored.index), stored["p_hub"], atol=1e-4)


def test_counts_under_the_thresholds_of_the_book_are_those_of_the_book():
    columns = ["scope", "type", "cities", "people", "contested"]
    for rule, rows in (("W", "group == 'World'"), ("D7", "group == 'D7'")):
        stored = typed.counts().query(rows)
        anew = typed.counts_under(rule)
        keys = ["scope", "type"]
        both = (table[columns].set_index(keys).sort_index() for table in (stored, anew))
        assert next(both).equals(next(both))


def test_a_curve_without_its_main_specifications_says_so():
    part = infrastructure.curve(sample="all")
    assert not part.data["main"].any()
    assert "The main specifications are not among these." in part.notes
    assert set(part.data["sample"]) == {"all"}
    assert part.data.groupby("outcome")["rank"].apply(lambda rank: set(rank) == {*rank}).all()


def test_parts_of_a_curve_add_up_to_it():
    parts = [infrastructure.curve(sample=sample).facts for sample in ("all", "million")]
    whole = infrastructure.curve().facts
    for side in ("n", "above", "across", "below"):
        assert sum(part[side] for part in parts) == whole[side]


def test_diamonds_of_another_sample_are_its_own():
    shown = external_factors.curve("without Europe").data
    assert set(shown.loc[shown["headline"], "sample"]) == {"without Europe"}
    assert len(external_factors.curve().data) == len(shown)


@pytest.mark.parametrize(
    ("printed", "told"), [(0.1, "below both"), (0.3, "inside"), (0.8, "above both")]
)
def test_a_printed_share_is_set_beside_its_bounds(printed, told):
    assert told in literature._place(printed, 0.2, 0.7)


def test_a_share_outside_its_bounds_is_told_in_the_title():
    assert literature.output_bound("D1").title.endswith("lies below both")


def test_functions_under_the_rule_of_the_book_are_those_of_the_book():
    book = flags_of_cities()
    assert functions_of_cities("D7").equals(book)
    assert not functions_of_cities("D1")["size"].equals(book["size"])
