"""Gaps between the regions of a country: loads, calls :mod:`scsreport.inequality`, hands over.

Product or income per head only with official population by region, or as an official figure; a
country without either has no row here. Where regions of the output and of the population differ,
``region-crosswalk`` adds output up to the coarser ones, called units. A change is never taken
across a break of the series: such a year is left out, and what follows is a stretch of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from scsreport import checks, inequality
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load, resource
from scsreport.tables.official_files import load_added, made_from
from scsreport.tables.once import computed_once

__all__ = [
    "AGGREGATES",
    "aggregates",
    "answers",
    "between_groups",
    "change",
    "changes",
    "convergence",
    "counts",
    "electricity",
    "hanson_regions",
    "jobs_and_investment",
    "joins",
    "judge",
    "last_year",
    "long_panel",
    "longest_stretches",
    "measured",
    "panel",
    "parts",
    "primary_regions",
    "printed_elsewhere",
    "ranks",
    "sigma",
    "units_by_year",
    "unmet_codes",
    "verdicts",
    "verdicts_until",
    "world_shares",
]

FIRST_YEAR = 1990
"""The first year with official population by region."""

SEED = 2019
DRAWS = 2_000
MANY_DRAWS = 20_000
"""Where many countries are tested together."""

SIGNIFICANCE = 0.05
"""Above this corrected p-value a change cannot be told from chance."""

MIN_UNITS = 3
"""A group of fewer units is not shown: its mean would be that of one place."""

PER_HEAD = {"mexico": ("MEX", "gdp_per_head"), "us-states": ("USA", "income_per_head")}
"""Panels of official figures per head: country, and column of the figure."""

MEASURES = {
    "gini": inequality.gini,
    "theil": inequality.theil,
    "williamson": inequality.williamson,
}
WEIGHTS = ("people", "regions")
HEADLINE = ("gini", "people")
NOT_SHOWN_TO_MOVE = "not shown to move"
VERDICTS = {1: "rose", -1: "fell", 0: NOT_SHOWN_TO_MOVE}
GROUPINGS = ("coast", "leading")
PERIODS = (
    ("mexico", 1940, 1970),
    ("mexico", 1970, 2000),
    ("mexico", 1940, 2000),
    ("us-states", 1929, 1969),
    ("us-states", 1969, 2009),
    ("us-states", 1929, 2009),
)
RANK_CLASSES = 4  # classes of states by rank
STEP_YEARS = 10  # years between two looks at the class of a state
PER_JOB_IN_STATES = ("public", "private", "unemployment")
CAPITAL_YEARS = (1970, 1986)
SECTOR_YEARS = (1970, 2010)
ELSEWHERE_YEAR = 2010  # of the Gini coefficients by people of Gennaioli and others (2014)
SERIES_KEYS = ["iso3", "table"]
TEST_KEYS = ["variant", "measure", "weights"]
"""What tells apart the tests that are corrected together, one for each country."""

CHANGE_COLUMNS = ["before", "after", "change", "low", "high", "p"]


def panel(population: pd.DataFrame) -> pd.DataFrame:
    """Return product or income per head of every unit that has official people.

    Parameters
    ----------
    population : DataFrame
        Official population by region, as :func:`scsreport.tables.official_files.read` returns it.

    Returns
    -------
    DataFrame
        One row per ``table``, ``iso3``, ``unit`` and ``year`` outside breaks: ``value`` per head,
        ``people``, ``regions`` in the unit, ``oil``, ``coast``, ``leading`` (the form of its
        largest city), its ``stretch`` between breaks, and ``published``, whether its figures ship
        with the book.
    """
    units = _with_people(_units(_regions()), population)
    units["stretch"] = _after_last_break(units).astype(int)
    units["coast"] = np.where(units["coastal"], "coast", "inland")
    units["leading"] = units["leading"].fillna("no city of 100,000")
    units = units[~units["broken"] & (units["year"] >= FIRST_YEAR)]
    units = units.drop(columns=["coastal", "broken"])
    return units.dropna(subset="people").reset_index(drop=True)


def _regions() -> pd.DataFrame:
    """Return output or income of every region, with its codes, its coast and its leading city."""
    rows = _output_of_regions().merge(
        load("region-crosswalk"), on=["table", "iso3", "region"], how="left"
    )
    coast = load("region-coast").set_index("region_id")["coastal"]
    rows["coastal"] = rows["region_id"].map(coast).eq(True)
    leaders = _largest_cities()[["region_id", "leading", "population"]]
    rows = rows.merge(leaders.rename(columns={"population": "largest"}), how="left")
    # The last row of a unit is then that of the region with its largest city.
    return rows.sort_values("largest", na_position="first", kind="stable")


def _output_of_regions() -> pd.DataFrame:
    """Return output or income of every region and year of the three tables."""
    tables = [load("regional-output").dropna(subset="output").assign(table="regional-output")]
    for table, (iso3, column) in PER_HEAD.items():
        tables.append(load(table).rename(columns={column: "value"}).assign(table=table, iso3=iso3))
    names = {"state": "region", "output": "value"}
    rows = pd.concat([part.rename(columns=names) for part in tables], ignore_index=True)
    rows = rows[["table", "iso3", "region", "year", "value", "population", "is_break"]]
    return rows.assign(is_break=rows["is_break"].eq(True))


def _largest_cities() -> pd.DataFrame:
    """Return the largest city of every region, with its form."""
    table = load("cities").query("kind == 'city'").sort_values("population")
    forms = load("city-forms").set_index("geonameid")["type"]
    table["leading"] = table["geonameid"].map(forms).mask(table["is_primary"], "primary city")
    return table.dropna(subset="region_id").drop_duplicates("region_id", keep="last")


def _units(rows: pd.DataFrame) -> pd.DataFrame:
    """Add regions up to the units for which there are people."""
    code = rows["region_code"].fillna(rows["region_id"])
    # A region whose people ship with its output needs no code of another source.
    rows["unit"] = code.where(rows["population"].isna(), rows["region"])
    return rows.groupby(["table", "iso3", "unit", "year"], as_index=False).agg(
        value=("value", "sum"),
        own_people=("population", "sum"),
        regions=("region", "size"),
        oil=("oil", "any"),
        coastal=("coastal", "any"),
        leading=("leading", "last"),
        broken=("is_break", "any"),
    )


def _with_people(units: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Join people to units, and divide by them what is not yet per head."""
    listed = population.rename(columns={"region_code": "unit", "population": "people"})
    units = units.merge(listed[["iso3", "unit", "year", "people"]], how="left")
    own_people = units.pop("own_people")
    units["people"] = own_people.where(own_people > 0, units["people"]).astype(float)
    per_head = units["table"].isin(list(PER_HEAD))
    units["value"] /= units["people"].where(~per_head, 1)
    units["published"] = (own_people > 0) | per_head
    return units


def _after_last_break(units: pd.DataFrame) -> "pd.Series[bool]":
    """Say which rows lie behind the last break of their country."""
    last = units["year"].where(units["broken"]).groupby(units["iso3"]).transform("max")
    return units["year"] > last


def last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the last year of each series.

    Parameters
    ----------
    rows : DataFrame
        Rows by :data:`SERIES_KEYS` and ``year``, such as those of :func:`panel`.

    Returns
    -------
    DataFrame
    """
    return rows[rows["year"] == rows.groupby(SERIES_KEYS)["year"].transform("max")]


def changes(population: pd.DataFrame) -> pd.DataFrame:
    """Measure gaps year by year, and the change of each since its stretch began.

    Parameters
    ----------
    population : DataFrame
        As for :func:`panel`.

    Returns
    -------
    DataFrame
        One row per ``iso3``, ``table``, ``start``, ``end``, ``variant``, ``measure`` and
        ``weights``: ``n`` units, ``before`` at the start and ``after`` at the end, ``change`` with
        its paired bootstrap interval ``low`` and ``high`` and ``p``, and ``longest``, whether this
        is the longest span of the country; all units for every year, the variants for the longest
        span. Variants leave out oil regions, or hold each unit's share of people at its mean,
        since shares between two censuses are partly guessed.
    """
    units = panel(population)
    longest = _longest_stretches(units)
    rows = []
    for keys, stretch in units.groupby([*SERIES_KEYS, "stretch"]):
        iso3, table, _ = keys
        for variant, (value, people) in _variants(stretch).items():
            for row in _changes_in(value, people, variant, longest=keys in longest):
                rows.append({"iso3": iso3, "table": table, "variant": variant, **row})
    names = [*SERIES_KEYS, *TEST_KEYS, "start", "end", "longest", "n", *CHANGE_COLUMNS]
    return pd.DataFrame(rows, columns=names).round(5)


def _longest_stretches(units: pd.DataFrame) -> pd.Index:
    """Return table and stretch of the longest time over which each country can be followed."""
    years = units.groupby([*SERIES_KEYS, "stretch"])["year"].agg(["min", "max"])
    length = years["max"] - years["min"]
    return length.index[(length > 0) & (length == length.groupby("iso3").transform("max"))]


def _variants(stretch: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return value per head and people, units by years, of each variant of a stretch."""
    value, people = units_by_year(stretch)
    variants = {"all": (value, people)}
    if stretch["oil"].any():
        variants["without oil"] = units_by_year(stretch[~stretch["oil"]])
    mean_shares = _with_mean_shares(people)
    # With other people, output per head is another one; income per head is as it was published.
    per_head = stretch["table"].isin(PER_HEAD).all()
    variants["steady people"] = (value if per_head else value * people / mean_shares, mean_shares)
    return variants


def longest_stretches(units: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the longest time over which each country can be followed.

    Parameters
    ----------
    units : DataFrame
        Rows of :func:`panel`.

    Returns
    -------
    DataFrame
    """
    keys = pd.MultiIndex.from_frame(units[[*SERIES_KEYS, "stretch"]])
    return units[keys.isin(_longest_stretches(units))]


def units_by_year(units: pd.DataFrame, column: str = "value") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return values and people, units by years, of the units that have all years.

    Parameters
    ----------
    units : DataFrame
        Rows with ``unit``, ``year``, ``people`` and the column.
    column : str
        The one with the values.

    Returns
    -------
    tuple of DataFrame
    """
    value = units.pivot(index="unit", columns="year", values=column).dropna()
    return value, units.pivot(index="unit", columns="year", values="people").loc[value.index]


def _with_mean_shares(people: pd.DataFrame) -> pd.DataFrame:
    """Hold each unit's share of people at its mean over the years."""
    total = people.sum()
    share = (people / total).mean(axis=1)
    return pd.DataFrame(np.outer(share, total), people.index, people.columns)


def _changes_in(
    value: pd.DataFrame, people: pd.DataFrame, variant: str, *, longest: bool
) -> Iterator[dict[str, Any]]:
    """Measure the changes of one stretch: of all units each year, of variants at the last."""
    start, last = value.columns[[0, -1]]
    for end, measure, weights in product(value.columns, MEASURES, WEIGHTS):
        of_longest = longest and end == last
        if of_longest or variant == "all":
            yield {
                "measure": measure,
                "weights": weights,
                "start": start,
                "end": end,
                "longest": of_longest,
                "n": len(value),
                **change(measure, value, people, weights, start, end),
            }


def change(
    measure: str,
    value: pd.DataFrame,
    people: pd.DataFrame,
    weights: str,
    start: Any,
    end: Any,
    *,
    draws: int = DRAWS,
) -> dict[str, float]:
    """Measure a gap at two dates, and the paired change between them.

    Parameters
    ----------
    measure : str
        A key of :data:`MEASURES`.
    value, people : DataFrame
        Output or income per head and people, regions by years.
    weights : {"people", "regions"}
        Whether regions count by their people or alike.
    start, end : label
        Two columns.
    draws : int
        Samples of the bootstrap. The least p-value is two over their number, which Holm's
        correction multiplies by the number of tests: few draws could never find anything.

    Returns
    -------
    dict
        What :data:`CHANGE_COLUMNS` names; only both dates where they are the same.
    """
    index = MEASURES[measure]
    weight = people if weights == "people" else people**0  # of one for every region
    result = {
        "before": index(value[start], weight[start]),
        "after": index(value[end], weight[end]),
    }
    if start == end:
        return result
    moved = inequality.bootstrap_change(
        index,
        value[start],
        value[end],
        weights_before=weight[start],
        weights_after=weight[end],
        draws=draws,
        rng=np.random.default_rng(SEED),
    )
    result["change"] = moved.estimate
    return result | {"low": moved.low, "high": moved.high, "p": moved.p_value}


def joins(population: pd.DataFrame) -> pd.DataFrame:
    """Check how regions met their official people, and these the people of the country.

    Parameters
    ----------
    population : DataFrame
        As for :func:`panel`.

    Returns
    -------
    DataFrame
        One row per ``iso3`` and ``table``: ``first`` and ``last`` year, ``regions``, how many of
        them were ``joined`` to people, the ``units`` they form, and ``of_country``, all people in
        these over those of the country by the World Bank in the last year.
    """
    regions = _regions().groupby(SERIES_KEYS)
    by_series = regions.agg(
        first=("year", "min"), last=("year", "max"), regions=("region", "nunique")
    )
    units = last_year(panel(population)).groupby([*SERIES_KEYS, "year"])
    by_units = units.agg(
        joined=("regions", "sum"), units=("unit", "size"), people=("people", "sum")
    )
    of_country = load("worldbank").set_index(["iso3", "year"])["population"].astype(float)
    by_units["of_country"] = (by_units.pop("people") / of_country).round(4)
    table = by_series.join(by_units.droplevel("year")).fillna({"joined": 0, "units": 0})
    return table.reset_index().astype({"joined": int, "units": int})


def parts(population: pd.DataFrame) -> pd.DataFrame:
    """Divide each gap into what lies between groups of units and what lies within them.

    Parameters
    ----------
    population : DataFrame
        As for :func:`panel`.

    Returns
    -------
    DataFrame
        One row per ``iso3``, ``table``, ``year`` (the last), ``by`` and ``group``: Theil's T as
        ``total``, ``between`` and ``within``; ``n`` units of the group and their mean per head
        over that of the country, ``relative``, blank for groups of fewer than :data:`MIN_UNITS`
        unless the figures ship.
    """
    last_units = last_year(panel(population)).groupby([*SERIES_KEYS, "year"])
    divided = []
    for ((iso3, table, year), units), by in product(last_units, GROUPINGS):
        theil = inequality.decompose_theil(units["value"], units[by], units["people"])
        keys: dict[str, Any] = {"iso3": iso3, "table": table, "year": year, "by": by}
        divided.append(_groups(units, by).reset_index().assign(**keys, **theil))
    names = [*SERIES_KEYS, "year", "by", "group", "n", "relative", "total", "between", "within"]
    return pd.concat(divided, ignore_index=True)[names].round(5)


def _groups(units: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return by ``group`` its number of units, and its mean per head over that of all."""
    grouped = units.assign(total=units["value"] * units["people"]).groupby(
        units[by].rename("group")
    )
    n = grouped.size()
    mean = grouped["total"].sum() / grouped["people"].sum()
    relative = mean / np.average(units["value"], weights=units["people"])
    shown = (n >= MIN_UNITS) | bool(units["published"].all())
    return pd.DataFrame({"n": n, "relative": relative.where(shown)})


AGGREGATES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "gap-changes": changes,
    "gap-joins": joins,
    "gap-parts": parts,
}
"""The tables of ``data/`` that need official population by region, and how they are made."""


def unmet_codes(population: pd.DataFrame) -> list[str]:
    """Name countries of which no region meets the output that it is joined to, or not all do.

    Parameters
    ----------
    population : DataFrame
        Official population by region, as :func:`scsreport.tables.official_files.read` returns it.

    Returns
    -------
    list of str
        One message a country, with a row, its year, and the code that is meant.
    """
    messages = []
    wanted = _wanted_codes()
    met = _met(population)
    for iso3, rows in population.groupby("iso3"):
        codes = wanted.get(str(iso3))
        if codes is None:
            continue
        if iso3 in met:
            messages += _missing_regions(str(iso3), codes, set(rows["region_code"]))
            continue
        alike = rows[rows["region"].isin(codes.index)]
        row = (rows if alike.empty else alike).iloc[0]
        number = population.index.tolist().index(row.name) + 1
        region = row["region"] if row["region"] in codes.index else codes.index[0]
        messages.append(
            f"row {number}, {iso3} {row['year']}: found the code {row['region_code']} "
            f"({row['region']}), of another scheme than that of the output, which none of the "
            f"{rows['region_code'].nunique()} codes of {iso3} meets; expected such as "
            f"{codes[region]} ({region})"
        )
    return messages


def _missing_regions(iso3: str, codes: "pd.Series[str]", found: set[str]) -> list[str]:
    missing = codes[~codes.isin(found)]
    if missing.empty:
        return []
    first = f"{missing.iloc[0]} ({missing.index[0]})"
    return [
        f"{iso3}: found no row for {missing.size} of its {codes.size} regions with output, such as "
        f"{first}, expected all: was the file cut short?"
    ]


def _wanted_codes() -> "dict[str, pd.Series[str]]":
    """Return by country the codes of regions that have output but no people, by name."""
    crosswalk = load("region-crosswalk").dropna(subset="region_code")
    needing = crosswalk[crosswalk["region_code"].isin(_units_without_people()["unit"])]
    return {
        str(iso3): rows.drop_duplicates("region").set_index("region")["region_code"]
        for iso3, rows in needing.groupby("iso3")
    }


def _units_without_people() -> pd.DataFrame:
    units = _units(_regions())
    return units[units["own_people"] == 0]


def _met(population: pd.DataFrame) -> set[str]:
    """Return the countries of which a row meets a unit whose people are not known otherwise."""
    keys = ["iso3", "unit", "year"]
    rows = population.rename(columns={"region_code": "unit"})[keys]
    return set(rows.merge(_units_without_people()[keys])["iso3"])


@computed_once
def aggregates(name: str) -> tuple[pd.DataFrame, str]:
    """Return a table made with official population by region, from the best source there is.

    Parameters
    ----------
    name : str
        A name of :data:`AGGREGATES`.

    Returns
    -------
    tuple
        The table, made anew for the countries in the file that the reader has added, the others as
        stored in ``data/``; and one sentence on which of the two it is.
    """
    population = load_added("regional-population")
    if population is None:
        return load(name), f"Stored aggregate: {resource(name).vintage}."
    remade = made_from("regional-population", population, AGGREGATES[name])
    stored = load(name)
    # A country whose regions meet no output has nothing to put in place of what is stored.
    added = _met(population)
    table = pd.concat([remade[remade["iso3"].isin(added)], stored[~stored["iso3"].isin(added)]])
    table = table.sort_values(SERIES_KEYS, kind="stable", ignore_index=True)
    file_name = population.attrs["file"]
    return table, f"Made anew from the file you added, {file_name}, as far as it goes."


@computed_once
def verdicts() -> pd.DataFrame:
    """Judge every change over the longest span of a country.

    Returns
    -------
    DataFrame
        As :func:`judge`, of the table ``gap-changes``.
    """
    return judge(aggregates("gap-changes")[0].query("longest"))


def verdicts_until(year: int) -> pd.DataFrame:
    """Judge the change of each country from the start of its longest stretch to a year.

    Parameters
    ----------
    year : int
        Of a country that has none, the last one before it counts.

    Returns
    -------
    DataFrame
        As :func:`judge`, of all units: one row per country with two years by then, and per
        ``measure`` and ``weights``.

    Raises
    ------
    ValueError
        If no country can be followed to that year.
    """
    table = aggregates("gap-changes")[0].query("variant == 'all'")
    stretches = table.loc[table["longest"], [*SERIES_KEYS, "start"]].drop_duplicates()
    followed = table.merge(stretches).query("start < end")
    first, last = (int(end) for end in followed["end"].agg(["min", "max"]))
    year = checks.whole("year", year, first, last)
    by_then = followed[followed["end"] <= year].sort_values([*SERIES_KEYS, "end"], kind="stable")
    return judge(by_then.groupby([*SERIES_KEYS, *TEST_KEYS]).tail(1))


def judge(table: pd.DataFrame) -> pd.DataFrame:
    """Judge changes, corrected for the number of countries tested.

    Parameters
    ----------
    table : DataFrame
        One row per country and per :data:`TEST_KEYS`, with ``change`` and ``p``.

    Returns
    -------
    DataFrame
        Its rows, with ``p_holm`` (over the countries of one variant, measure and weighting) and
        ``verdict``: rose or fell where that is below :data:`SIGNIFICANCE`, else not shown to move.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal
    of Statistics 6(2).
    """
    # Not with statsmodels, whose correction sweeps the memory at every call.
    ranked = table.sort_values("p", kind="stable")
    countries_left = ranked.groupby(TEST_KEYS).cumcount(ascending=False) + 1
    steps = (ranked["p"] * countries_left).groupby([ranked[key] for key in TEST_KEYS])
    p_holm = steps.cummax().clip(upper=1)
    moved = np.sign(table["change"]).where(p_holm < SIGNIFICANCE, 0)
    return table.assign(p_holm=p_holm, verdict=moved.map(VERDICTS))


def counts(judged: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the countries whose gap rose, by measure and weighting.

    Parameters
    ----------
    judged : DataFrame, optional
        Rows of :func:`judge`; those of :func:`verdicts` by default.

    Returns
    -------
    DataFrame
        One row per ``variant``, ``measure`` and ``weights``: ``n`` countries, those that ``rose``,
        ``fell`` or ``stayed``, those ``up`` by the bare sign of the change, and the shares of world
        population in all of them, ``covered``, and in those that rose, ``people_rose``.
    """
    table = verdicts() if judged is None else judged
    rose = table["verdict"] == "rose"
    covered = table["iso3"].map(world_shares())
    counted = table[TEST_KEYS].assign(
        n=1,
        rose=rose,
        fell=table["verdict"] == "fell",
        stayed=table["verdict"] == NOT_SHOWN_TO_MOVE,
        up=table["change"] > 0,
        covered=covered,
        people_rose=covered * rose,
    )
    return counted.groupby(TEST_KEYS, sort=False).sum().reset_index()


def world_shares() -> "pd.Series[float]":
    """Return the share of each country, by ISO alpha-3 code, in the people of the world."""
    people = load("countries").set_index("iso3")["population"]
    return people / people.sum()


def answers() -> list[Answer]:
    """Return the share of countries whose gap rose (A4).

    The admissible countings are three measures, people or regions as weights, and a rise beyond
    chance or the bare direction. What the tests leave open lies between the countries that rose
    beyond chance and all that did not fall beyond it.
    """
    table = counts().query("variant == 'all'")
    names = table["measure"] + ", by " + table["weights"]
    readings = {"a rise beyond chance": "rose", "the bare direction": "up"}
    shares, lows, highs = (
        pd.concat(
            [
                (numbers[reading] / table["n"]).set_axis(names + ", " + words)
                for words, reading in readings.items()
            ]
        )
        for numbers in (
            table,
            table.assign(up=table["rose"]),
            table.assign(rose=table["n"] - table["fell"], up=table["n"] - table["fell"]),
        )
    )
    return [
        Answer(
            "A4a",
            shares,
            source="regional-output, mexico, us-states and official population by region",
            exhibit="fig-gap-changes",
            headline=f"{HEADLINE[0]}, by {HEADLINE[1]}, a rise beyond chance",
            lows=lows,
            highs=highs,
            covered=float(table["covered"].iloc[0]),
            official_file="regional-population",
        )
    ]


def measured() -> pd.DataFrame:
    """Say which countries could be measured, and set beside each what another source prints.

    Returns
    -------
    DataFrame
        The table ``gap-joins``, with ``changed``, whether a change could be taken; ``gini`` by
        people and its ``gini_year``, the one nearest to :data:`ELSEWHERE_YEAR`; and the coefficient
        of :func:`printed_elsewhere`, ``elsewhere``.
    """
    changed = verdicts()[SERIES_KEYS].drop_duplicates().assign(changed=True)
    table = aggregates("gap-joins")[0].merge(changed, how="left").fillna({"changed": False})
    return table.join(_gini_nearest_to(ELSEWHERE_YEAR), on="iso3").assign(
        changed=lambda rows: rows["changed"].astype(bool),
        elsewhere=lambda rows: rows["iso3"].map(printed_elsewhere()),
    )


def _gini_nearest_to(year: int) -> pd.DataFrame:
    """Return by country the Gini coefficient by people in the year nearest to the one given."""
    table = aggregates("gap-changes")[0]
    table = table.query("variant == 'all' and measure == 'gini' and weights == 'people'")
    nearest = table.sort_values("end", key=lambda end: abs(end - year), kind="stable")
    nearest = nearest.drop_duplicates("iso3").set_index("iso3")[["after", "end"]]
    return nearest.astype({"end": "Int64"}).set_axis(["gini", "gini_year"], axis=1)


def printed_elsewhere() -> "pd.Series[float]":
    """Return the Gini coefficients by people that another source prints, by country."""
    table = load("printed").query("claim == 'A4'")
    return table.set_index(table["number"].str[-3:].str.upper())["value"]


def between_groups() -> pd.DataFrame:
    """Return which part of each gap lies between groups of regions, and how these stand.

    Returns
    -------
    DataFrame
        Indexed by ``iso3``, ``year`` and ``total`` (Theil's T), the last year of each country:
        ``by_coast`` and ``by_leading``, the shares of the total between coast and inland and
        between forms of leading city; and by name of a group its mean per head over that of the
        country.
    """
    table = aggregates("gap-parts")[0]
    table = table[table["year"] == table.groupby("iso3")["year"].transform("max")]
    keys = ["iso3", "year", "total"]
    labelled = table.assign(by="by_" + table["by"], share=table["between"] / table["total"])
    # Where all units are in one group, nothing was divided.
    divided = labelled["n"] < labelled.groupby([*keys, "by"])["n"].transform("sum")
    shares = labelled[divided].groupby([*keys, "by"])["share"].first().unstack()
    return shares.join(table.pivot(index=keys, columns="group", values="relative"))


def primary_regions() -> pd.DataFrame:
    """Follow the share of the primary city's region in national output; no population is needed.

    Returns
    -------
    DataFrame
        One row per ``iso3`` and ``year`` outside breaks: ``share`` of that region, ``herfindahl``,
        ``n`` regions.
    """
    primary_region = _largest_cities().query("is_primary").set_index("iso3")["region_id"].to_dict()
    output = load("regional-output").dropna(subset="output").query("not is_break")
    rows = []
    for (iso3, year), rows_of_year in output.groupby(["iso3", "year"]):
        regional = rows_of_year.set_index("region_id")["output"]
        concentration = inequality.concentration(regional, primary=primary_region[iso3])
        rows.append(
            {
                "iso3": iso3,
                "year": year,
                "share": concentration.primary_share,
                "herfindahl": concentration.herfindahl,
                "n": concentration.n,
            }
        )
    return pd.DataFrame(rows)


def long_panel(table: str) -> pd.DataFrame:
    """Return a long panel of income or product per head, states by year.

    Parameters
    ----------
    table : {"mexico", "us-states"}
        Its name.

    Returns
    -------
    DataFrame
        One row per state, one column per year.
    """
    return load(table).pivot(index="state", columns="year", values=PER_HEAD[table][1])


def sigma() -> pd.DataFrame:
    """Follow how far states lie apart in the two long panels.

    Returns
    -------
    DataFrame
        One row per ``series`` (table) and ``year``, with ``sigma``, the standard deviation of the
        logarithm.
    """
    by_table = {table: inequality.sigma_convergence(long_panel(table)) for table in PER_HEAD}
    return pd.concat(by_table, names=["series", "year"]).rename("sigma").reset_index()


def convergence() -> pd.DataFrame:
    """Set beta beside sigma, and how often states change their quarter, for two long panels.

    Returns
    -------
    DataFrame
        One row per ``table``, ``start`` and ``end``: ``slope``, ``se``, ``speed`` and ``half_life``
        of beta convergence; ``sigma_start`` and ``sigma_end``; over steps of ten years the shares
        ``stay_low`` and ``stay_high`` of states that stay in the lowest or the highest quarter;
        ``tau``, Kendall's rank correlation of both ends; ``n`` states.
    """
    rows = []
    for table, start, end in PERIODS:
        states = long_panel(table)
        beta = inequality.beta_convergence(states[start], states[end], end - start)
        spread = inequality.sigma_convergence(states[[start, end]])
        stay_low, stay_high = _stay_in_quarter(states[range(start, end + 1, STEP_YEARS)])
        rows.append(
            {
                "table": table,
                "start": start,
                "end": end,
                **beta._asdict(),
                "stay_low": stay_low,
                "stay_high": stay_high,
                "sigma_start": spread[start],
                "sigma_end": spread[end],
                "tau": kendalltau(states[start], states[end]).statistic,
            }
        )
    return pd.DataFrame(rows)


def _stay_in_quarter(states: pd.DataFrame) -> tuple[float, float]:
    """Return the shares of states that stay in the lowest and in the highest quarter a step."""
    quarter = np.ceil(states.rank(pct=True).to_numpy() * RANK_CLASSES)
    before = quarter[:, :-1]
    stays = quarter[:, 1:] == before
    return float(stays[before == 1].mean()), float(stays[before == RANK_CLASSES].mean())


def ranks(table: str) -> pd.DataFrame:
    """Return how each state of a long panel stood in its first and its last year.

    Parameters
    ----------
    table : {"mexico", "us-states"}
        Its name.

    Returns
    -------
    DataFrame
        One row per ``state``, with its ``region_id``: ``rank_start`` and ``rank_end`` (1 is the
        highest), ``relative_start`` and ``relative_end`` (over the mean of all states).
    """
    states = long_panel(table)
    start, end = states.columns[[0, -1]]
    rank = states.rank(ascending=False)
    relative = states / states.mean()
    crosswalk = load("region-crosswalk").query("table == @table")
    region_id = crosswalk.set_index("region")["region_id"].to_dict()
    standing = {
        "region_id": states.index.map(region_id),
        "rank_start": rank[start],
        "rank_end": rank[end],
        "relative_start": relative[start],
        "relative_end": relative[end],
    }
    return pd.DataFrame(standing, index=states.index).reset_index()


def hanson_regions() -> pd.DataFrame:
    """Measure Mexico by its states and by the regions of Hanson that they form.

    Returns
    -------
    DataFrame
        Indexed by ``year``, states counted alike: Theil's T between regions as
        :func:`scsreport.inequality.decompose_theil` divides it; the Gini coefficients of
        ``states`` and of ``regions``; and ``share``, the part of Theil's T between regions.
    """
    states = load("mexico").rename(columns={"gdp_per_head": "value", "hanson_region": "region"})
    states["mean"] = states.groupby(["year", "region"])["value"].transform("mean")
    by_year = states.groupby("year")
    theil = by_year[["value", "region"]].apply(
        lambda year: inequality.decompose_theil(year["value"], year["region"])
    )
    return theil.assign(
        states=by_year["value"].agg(inequality.gini),
        regions=by_year["mean"].agg(inequality.gini),
        share=theil["between"] / theil["total"],
    )


def electricity() -> pd.DataFrame:
    """Set rural access to electricity beside that of all people.

    Returns
    -------
    DataFrame
        Indexed by ``country`` (ISO alpha-2 code), from the widest gap on: per cent of people with
        ``electricity``, of those in the country with ``rural_electricity``, and the ``gap`` in
        points.
    """
    rows = load("indicators").query("vintage == 2025")
    by_country = rows.pivot_table(index="country", columns="indicator", values="value")
    both_indicators = by_country[["electricity", "rural_electricity"]].dropna()
    gap = both_indicators["electricity"] - both_indicators["rural_electricity"]
    return both_indicators.assign(gap=gap).sort_values("gap", ascending=False)


def jobs_and_investment() -> pd.DataFrame:
    """Measure what can be had of jobs and investment: gaps between states and between sectors.

    Returns
    -------
    DataFrame
        One row per ``face`` and ``iso3``: ``start``, ``end``, Gini coefficients ``before`` and
        ``after`` weighted by jobs, ``change``, ``low``, ``high`` and ``p`` from the bootstrap;
        whether it went ``up`` by the bare sign, and ``rose`` or ``fell`` beyond chance, not
        corrected for the number of tests.
    """
    states = _states_per_job()
    sectors = _sectors_per_job()
    rows = [_change_by_jobs(face, "USA", states, CAPITAL_YEARS) for face in PER_JOB_IN_STATES]
    for iso3, sectors_of_country in sectors.groupby("iso3"):
        rows.append(_change_by_jobs("sectors", iso3, sectors_of_country, SECTOR_YEARS))
    names = ["face", "iso3", "start", "end", "n", *CHANGE_COLUMNS]
    table = pd.DataFrame([row for row in rows if row is not None], columns=names)
    up = table["change"] > 0
    moved = table["p"] < SIGNIFICANCE
    return table.assign(up=up, rose=moved & up, fell=moved & ~up)


def _states_per_job() -> pd.DataFrame:
    """Return capital per job and unemployment of the states of the USA."""
    states = load("us-capital").rename(columns={"state": "unit", "jobs": "people"})
    return states.assign(
        public=states["public_capital"] / states["people"],
        private=states["private_capital"] / states["people"],
    )


def _sectors_per_job() -> pd.DataFrame:
    """Return value added per job of the sectors of every country."""
    sectors = load("jobs").query("value_added > 0")
    sectors = sectors.rename(columns={"sector": "unit", "jobs": "people"})
    return sectors.assign(sectors=sectors["value_added"] / sectors["people"])


def _change_by_jobs(
    face: str, iso3: Any, units: pd.DataFrame, years: tuple[int, int]
) -> dict[str, Any] | None:
    """Measure the change of one column, or return nothing where years or units are missing."""
    value, people = units_by_year(units[units["year"].isin(years)], face)
    if list(value) != list(years) or len(value) < MIN_UNITS:
        return None
    start, end = years
    moved = change("gini", value, people, "people", start, end)
    return {"face": face, "iso3": iso3, "start": start, "end": end, "n": len(value), **moved}
