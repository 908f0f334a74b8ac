"""What a title or an alternative text calls lowest or highest is so in the data that are drawn."""

import importlib
import pkgutil
import re
import string
from typing import NamedTuple

import pytest

import scsreport.exhibits
from scsreport.exhibits import contract, gaps, systems, text
from scsreport.findings import forms, investment

# Words and drawings are the same on every Python: `make check` looks at them once.
pytestmark = pytest.mark.site


MODULES = [
    importlib.import_module(f"scsreport.exhibits.{module.name}")
    for module in pkgutil.iter_modules(scsreport.exhibits.__path__)
]
EXHIBITS = {
    contract.declaration(function).id: function
    for module in MODULES
    for function in contract.exhibits_of(module).values()
}


class Drawn(NamedTuple):
    """Where the extremes of a sentence are in the data: which facts, rows, column and names."""

    id: str
    column: str
    name: str = ""
    rows: str = ""
    prefix: str = ""
    times: float = 1


DRAWN = [
    Drawn("tab-definitions", "as listed", "rule"),
    Drawn("fig-shares", "percent", times=100),
    Drawn("fig-shares", "percent", "rule", "counting == 'as listed'", "listed_", 100),
    Drawn("fig-overlap", "jaccard", "pair", "rule < other"),
    Drawn("fig-overlap", "jaccard", "", "rule == 'D7' and other in @absolute", "absolute_"),
    Drawn("tab-footprint-check", "ratio", "name"),
    Drawn("tab-country", "as listed", prefix="listed_"),
    Drawn("tab-country", "by footprint", prefix="footprint_"),
    Drawn("fig-cutoffs", "exponent", "cutoff", "unit == 'cities'"),
    Drawn("fig-exponents", "exponent", "name"),
    Drawn("tab-tails", "exponent"),
    Drawn("fig-primacy", "factor", "name"),
    Drawn("tab-tables", "kilobytes", "table"),
    Drawn("tab-columns", "missing", "place"),
    Drawn("tab-doubts-effect", "difference", "words"),
    Drawn("tab-looked-up", "ratio", "name"),
    *(
        Drawn("tab-headline-rules", column, "", "rule != 'W'", f"{column}_")
        for column in ("hub", "cluster", "corridor", "any", "access_30")
    ),
    Drawn("fig-growth-classes", "percent", "group", "at == 'start' and below_start < 1", times=100),
    Drawn(
        "fig-growth-regions",
        "percent",
        "name",
        "group == '10-50%' and not region.str.startswith('World')",
        times=100,
    ),
    Drawn("fig-growth-pace", "percent", "name", "end == end.max()", times=100),
    Drawn("tab-output-bound", "least"),
    Drawn("tab-coast", "ratio", "country"),
    Drawn("fig-functions", "share", "function", "size == 'secondary'"),
    Drawn("fig-second-source", "ratio", "name"),
    Drawn("tab-confusion", "strict", "group", "often == often"),
    Drawn("fig-calibration", "right", "", "what == 'held-out cities'"),
    Drawn("tab-stability", "moved", "change"),
    Drawn("tab-stability", "rand", "", "", "rand_"),
    Drawn("tab-why", "cluster", "measure"),
    Drawn("fig-gap-paths", "after", "country", "weights == 'people' and latest"),
    Drawn("tab-gap-counts", "fell", "", "variant == 'all'", "fell_"),
    Drawn("fig-gap-primary", "share", "country", "when == 'last year'"),
    Drawn("tab-gap-parts", "by_leading", "country"),
    Drawn("tab-gap-spans", "stay_high"),
    Drawn("fig-map-mexico", "climbed", "state"),
    Drawn("fig-map-usa", "climbed", "state"),
    Drawn("fig-gap-access", "gap", "country"),
    Drawn("fig-structure", "change", "country"),
    Drawn("fig-world-gaps", "change", "country"),
    Drawn("tab-world-gap-counts", "share_up", "", "", "share_"),
    Drawn("tab-world-gap-counts", "of_people", "", "", "people_"),
    Drawn("fig-infrastructure-gaps", "gap", "name"),
    Drawn("fig-access-regions", "access_30", "where", "form == 'corridor' and place != 'World'"),
    Drawn("tab-access-country", "access_30", "name"),
    Drawn("fig-ties-abroad", "abroad", "where", "size == 'secondary' and sample != 'all'"),
    Drawn("tab-ties-abroad", "most_only_primary", "sample"),
    Drawn("tab-ties-named", "air_skipping", "name"),
    Drawn("tab-case-places", "sure", "name"),
    Drawn("fig-c03", "value", "year", "of == 'all four'", times=100),
    Drawn("fig-level-types", "relative", "cell"),
    Drawn("tab-levels", "inclusive", "level"),
    Drawn("tab-levels", "gain", "level", "", "gain_"),
    Drawn("tab-level-plans", "several", "plan"),
    Drawn("tab-level-plans", "best_same", "plan", "plan != @first_plan", "same_"),
    Drawn("tab-collaboration-even", "km_300000", "name"),
    Drawn("fig-evidence", "findings", "kind", "finds == 'for'"),
    Drawn("tab-joint-facility", "declared", "name"),
    Drawn("tab-joint-facility", "weak", "name", prefix="weak_"),
    Drawn("fig-collaboration-systems", "percent", "name", "form == 'corridor'", times=100),
]
ENDS = re.compile(r"(?:^|_)(?:lowest|highest|low|high)$")
OF_ROWS = {"tab-level-best"}
"""Its extremes are over the columns of one row, below."""
OF_ESTIMATES = re.compile(r"growth_|value_high|printed_low|_china_|_today_")
"""The ends of an interval or of a bound, which are no extremes."""


def shown(id):
    """Return the data of an exhibit with what its sentences name beside."""
    data = EXHIBITS[id]().parts.data.copy()
    if id == "fig-overlap":
        data["pair"] = data["rule"] + " and " + data["other"]
    if id == "tab-columns":
        data["place"] = data["table"] + "." + data["column"]
    if id == "fig-level-types":
        data["cell"] = data["named"] + " (" + data["level"] + ")"
    if id == "fig-gap-paths":
        data["latest"] = data["end"] == data.groupby("country")["end"].transform("max")
    if id.startswith("fig-map-"):
        data["climbed"] = data["rank_start"] - data["rank_end"]
    if id == "fig-gap-access":
        wide = data.pivot(index="country", columns="who", values="percent")
        data = (wide["all people"] - wide["rural people"]).rename("gap").reset_index()
    if id == "fig-structure":
        rows = data[data["group"] == "agriculture"]
        wide = rows.pivot(index="country", columns="year", values="share")
        data = wide.iloc[:, -1].sub(wide.iloc[:, 0]).rename("change").reset_index()
    if id == "tab-world-gap-counts":
        data["share_up"] = data["up"] / data["n"]
    return data


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: f"{drawn.id}-{drawn.prefix}")
def test_extremes_that_are_named_are_those_of_what_is_drawn(drawn):
    data = shown(drawn.id)
    if drawn.rows:
        names = {"absolute": systems.ABSOLUTE_RULES, "first_plan": investment.FIRST}
        data = data.query(drawn.rows, local_dict=names)
    facts = EXHIBITS[drawn.id]().parts.facts
    values = data[drawn.column] / drawn.times
    assert len(values) > 1
    assert facts[f"{drawn.prefix}low"] == pytest.approx(values.min())
    assert facts[f"{drawn.prefix}high"] == pytest.approx(values.max())
    if drawn.name:
        lowest, highest = (
            data.loc[values == end, drawn.name] for end in (values.min(), values.max())
        )
        assert facts[f"{drawn.prefix}lowest"] in set(lowest)
        assert facts[f"{drawn.prefix}highest"] in set(highest)


def named_extremes(id):
    """Return the facts by which the title and alt of an exhibit name extremes."""
    section = text._all_words()[id]
    places = string.Formatter().parse(f"{section['title']} {section['alt']}")
    paths = [path for _, joined, _, _ in places if joined for path in joined.split(" to ")]
    return {path for path in paths if ENDS.search(path) and not OF_ESTIMATES.search(path)}


@pytest.mark.parametrize("id", EXHIBITS)
def test_no_extreme_is_named_that_is_not_held_against_the_data(id):
    held = {drawn.prefix for drawn in DRAWN if drawn.id == id}
    free = {
        path
        for path in named_extremes(id)
        if ENDS.sub("_", path).removeprefix("_") not in held and id not in OF_ROWS
    }
    assert free <= {"change_lowest"}  # of a pair of dots: held below


def test_the_best_level_is_the_one_with_the_largest_share():
    shown = EXHIBITS["tab-level-best"]()
    rows = shown.parts.data.query("form == 'all'").set_index("aim")
    for aim, shares in rows[["local", "sub-national", "national", "cross-border"]].iterrows():
        assert shown.parts.facts[f"{aim}_highest"] == shares.astype(float).idxmax()
        assert shown.parts.facts[f"{aim}_low"] == shares.min()


def test_the_largest_fall_of_a_primary_region_is_that_of_its_dots():
    shown = EXHIBITS["fig-gap-primary"]()
    wide = shown.parts.data.pivot(index="country", columns="when", values="share")
    change = (wide["last year"] - wide["first year"]).dropna()
    assert shown.parts.facts["change_lowest"] == change.idxmin()


def test_the_map_of_forms_says_where_each_form_has_its_largest_share():
    shown = EXHIBITS["fig-forms-world"]()
    where = forms.cities()["continent"].map(systems.CONTINENTS)
    data = shown.parts.data.set_index("geonameid")
    for form, name in forms.NAMES.items():
        share = (data["form"] == name).groupby(where.reindex(data.index)).mean()
        assert shown.parts.facts["most"][form] == share.idxmax()
        assert shown.parts.facts["top"][form] == pytest.approx(share.max())


def test_the_continents_of_each_form_are_those_of_its_dots():
    shown = EXHIBITS["fig-forms-continents"]()
    data = shown.parts.data.query("group != 'World'")
    by = shown.parts.facts["by"]
    for form, part in data.set_index("place").groupby("type")["percent"]:
        assert (by.loc[form, "idxmin"], by.loc[form, "idxmax"]) == (part.idxmin(), part.idxmax())
        assert by.loc[form, "max"] == pytest.approx(part.max() / 100)


def test_the_first_continent_of_the_map_has_most_of_its_dots():
    shown = EXHIBITS["fig-world"]()
    dots = shown.parts.data.query("role == 'secondary'")["continent"].value_counts(normalize=True)
    assert shown.parts.facts["first"] == systems.CONTINENTS[dots.index[0]]
    assert shown.parts.facts["first_share"] == pytest.approx(dots.iloc[0])


def test_points_of_a_form_name_the_measures_of_its_column():
    shown = EXHIBITS["tab-points"]()
    data = shown.parts.data.set_index("measure")
    for form in ("hub", "cluster", "corridor"):
        assert shown.parts.facts["most"][form] == data[form].idxmax()
        assert shown.parts.facts["least"][form] == data[form].idxmin()


@pytest.mark.parametrize("panel", ["mexico", "us-states"])
def test_states_lay_closest_in_the_year_of_the_lowest_point(panel):
    shown = EXHIBITS["fig-gap-long"]()
    rows = shown.parts.data[shown.parts.data["series"] == gaps.LONG_PANELS[panel]]
    line = rows.set_index("year")["sigma"]
    by = shown.parts.facts["by"]
    assert by.loc[panel, "idxmin"] == line.idxmin()
    assert line[line.index > line.idxmin()].min() > line.min()


def test_forms_that_grew_faster_inland_lie_above_the_coast():
    shown = EXHIBITS["fig-forms-growth"]()
    wide = shown.parts.data.pivot(index="form", columns="where", values="percent")
    wide.index = [
        name.replace("city", "cities") if "city" in name else f"{name}s" for name in wide.index
    ]
    lead = wide["inland"] - wide["coast"]
    assert (lead[shown.parts.facts["faster"]] > 0).all()
    assert (lead[shown.parts.facts["slower"]] < 0).all()


@pytest.mark.parametrize("case", ["c05", "c06", "c07", "c08", "c09", "c10"])
def test_kilometres_in_the_title_of_a_case_are_those_on_its_map(case):
    shown = EXHIBITS[f"fig-{case}"]()
    on_the_map = " ".join(shown.parts.data["label"])
    kilometres = re.findall(r"([\d,]+)(?=[^\d;:]*? km)", shown.title.replace("\u00a0", " "))
    assert kilometres
    assert not [km for km in kilometres if f", {km} km" not in on_the_map]
