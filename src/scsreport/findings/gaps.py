"""Gaps between the regions of a country: loads, calls :mod:`scsreport.inequality`, hands over.

Product or income per head only with official population by region, or as an official figure; a
country without either has no row here. Where regions of the output and of the population differ,
``region-crosswalk`` adds output up to the coarser ones, called units. A change is never taken
across a break of the series: such a year is left out, and what follows is a stretch of its own.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from scsreport import inequality
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load, resource
from scsreport.tables.official_files import load_added

SINCE = 1990  # the first year with official population by region
SEED, LEVEL = 2019, 0.05
FEW = 3  # a group of fewer units is not shown: its mean would be that of one place
PER_HEAD = {"mexico": ("MEX", "gdp_per_head"), "us-states": ("USA", "income_per_head")}
MEASURES = {
    "gini": inequality.gini,
    "theil": inequality.theil,
    "williamson": inequality.williamson,
}
WEIGHTS = ("people", "regions")
VARIANTS = ("all", "without oil", "steady people")
HEADLINE = ("gini", "people")
STAYED = "not shown to move"
VERDICTS = {1: "rose", -1: "fell", 0: STAYED}
GROUPINGS = ("coast", "leading")
SPANS = (
    ("mexico", 1940, 1970),
    ("mexico", 1970, 2000),
    ("mexico", 1940, 2000),
    ("us-states", 1929, 1969),
    ("us-states", 1969, 2009),
    ("us-states", 1929, 2009),
)
QUARTERS, STEP = 4, 10  # classes of states by rank, and years between two looks at them
FACES, CAPITAL_YEARS = ("public", "private", "unemployment", "sectors"), (1970, 1986)
SECTOR_YEARS = (1970, 2010)
KEYS = ["iso3", "table"]
FOUND = ("before", "after", "change", "low", "high", "p")


def panel(population: pd.DataFrame) -> pd.DataFrame:
    """Return product or income per head of every unit that has official people.

    Parameters
    ----------
    population : DataFrame
        Official population by region, as :func:`scsreport.tables.official_files.read` hands it over.

    Returns
    -------
    DataFrame
        One row per ``table``, ``iso3``, ``unit`` and ``year`` outside breaks: ``value`` per head,
        ``people``, ``regions`` in the unit, ``oil``, ``coast``, ``leading`` (the form of its
        largest city), its ``stretch`` between breaks, and ``own``: official figures that ship.
    """
    rows = _regions()
    code = rows["region_code"].fillna(rows["region_id"])
    rows["unit"] = code.where(rows["population"].isna(), rows["region"])
    units = rows.groupby(["table", "iso3", "unit", "year"], as_index=False).agg(
        value=("value", "sum"),
        own=("population", "sum"),
        regions=("region", "size"),
        oil=("oil", "any"),
        coastal=("coastal", "any"),
        leading=("leading", "last"),
        broken=("is_break", "any"),
    )
    listed = population.rename(columns={"region_code": "unit", "population": "people"})
    units = units.merge(listed[["iso3", "unit", "year", "people"]], how="left")
    units["people"] = units["own"].where(units["own"] > 0, units["people"]).astype(float)
    units["value"] /= units["people"].where(~units["table"].isin(list(PER_HEAD)), 1)
    last = units["year"].where(units["broken"]).groupby(units["iso3"]).transform("max")
    units["stretch"] = (units["year"] > last).astype(int)
    units["coast"] = np.where(units.pop("coastal"), "coast", "inland")
    units["leading"] = units["leading"].fillna("no city of 100,000")
    units["own"] = (units["own"] > 0) | units["table"].isin(list(PER_HEAD))
    kept = units[~units.pop("broken") & (units["year"] >= SINCE)]
    return kept.dropna(subset="people").reset_index(drop=True)


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
        is the longest span of the country; the Gini coefficient of all units for every year, the
        rest for the longest span. Variants leave out oil regions, or hold each unit's share of
        people at its mean, since shares between two censuses are partly guessed.
    """
    rows, whole = [], panel(population)
    years = whole.groupby([*KEYS, "stretch"])["year"].agg(["min", "max"])
    length = years["max"] - years["min"]
    longest = length[(length > 0) & (length == length.groupby("iso3").transform("max"))]
    for keys, part in whole.groupby([*KEYS, "stretch"]):
        for variant in VARIANTS if part["oil"].any() else VARIANTS[::2]:
            value, people = _wide(part[~part["oil"]] if variant == "without oil" else part)
            if variant == "steady people":
                steady = pd.DataFrame(
                    np.outer((people / people.sum()).mean(axis=1), people.sum()),
                    people.index,
                    people.columns,
                )
                value = value if part["table"].isin(PER_HEAD).all() else value * people / steady
                people = steady
            for end, measure, weights in product(list(value), MEASURES, WEIGHTS):
                last = keys in longest.index and end == value.columns[-1]
                if last or (variant, measure) == ("all", "gini"):
                    found = _change(measure, value, people, weights, value.columns[0], end)
                    rows.append(
                        (
                            *keys[:2],
                            variant,
                            measure,
                            weights,
                            value.columns[0],
                            end,
                            last,
                            len(value),
                            *found,
                        )
                    )
    names = [*KEYS, "variant", "measure", "weights", "start", "end", "longest", "n", *FOUND]
    return pd.DataFrame(rows, columns=names).round(5)


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
    told = (
        _regions()
        .groupby(KEYS)
        .agg(first=("year", "min"), last=("year", "max"), regions=("region", "nunique"))
    )
    found = (
        last_year(panel(population))
        .groupby([*KEYS, "year"])
        .agg(joined=("regions", "sum"), units=("unit", "size"), people=("people", "sum"))
    )
    world = load("worldbank").set_index(["iso3", "year"])["population"].astype(float)
    found["of_country"] = (found.pop("people") / world).round(4)
    table = told.join(found.droplevel("year")).fillna({"joined": 0, "units": 0}).reset_index()
    return table.astype({"joined": int, "units": int})


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
        over that of the country, ``relative``, blank for groups of fewer than :data:`FEW` unless
        the figures ship.
    """
    rows, series = [], last_year(panel(population)).groupby([*KEYS, "year"])
    for (keys, part), by in product(series, GROUPINGS):
        value, people = part["value"], part["people"]
        divided = inequality.decompose_theil(value, part[by], people)
        of = part.assign(total=value * people).groupby(by)[["total", "people"]].sum()
        mean: Any = of["total"] / of["people"]
        whole = np.average(value, weights=people)
        for group, n in part[by].value_counts().sort_index().items():
            told = mean[group] / whole if n >= FEW or part["own"].all() else np.nan
            rows.append((*keys, by, group, n, told, *divided))
    names = [*KEYS, "year", "by", "group", "n", "relative", "total", "between", "within"]
    return pd.DataFrame(rows, columns=names).round(5)


AGGREGATES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "gap-changes": changes,
    "gap-joins": joins,
    "gap-parts": parts,
}
"""The tables of ``data/`` that need official population by region, and how they are made."""


@cache
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
    if (listed := load_added("regional-population")) is None:
        return load(name), f"Stored aggregate: {resource(name).vintage}."
    made, stored = (t.set_index("iso3") for t in (AGGREGATES[name](listed), load(name)))
    own = set(listed["iso3"])
    parts = [made[made.index.isin(own)], stored[~stored.index.isin(own)]]
    table = pd.concat(parts).reset_index().sort_values(KEYS, kind="stable", ignore_index=True)
    return table, f"Made anew from the file you added, {listed.attrs['file']}, as far as it goes."


@cache
def verdicts() -> pd.DataFrame:
    """Judge every change, corrected for the number of countries tested.

    Returns
    -------
    DataFrame
        The table ``gap-changes`` over the longest spans, with ``p_holm`` (after Holm, over the
        countries of one variant, measure and weighting) and ``verdict``: rose or fell where that
        is below :data:`LEVEL`, else not shown to move.
    """
    table, keys = aggregates("gap-changes")[0].query("longest"), ["variant", "measure", "weights"]
    ranked = table.sort_values("p", kind="stable")  # statsmodels collects garbage at every call
    steps = ranked["p"] * (ranked.groupby(keys).cumcount(ascending=False) + 1)
    table["p_holm"] = steps.groupby([ranked[key] for key in keys]).cummax().clip(upper=1)
    moved = np.sign(table["change"]).where(table["p_holm"] < LEVEL, 0)
    return table.assign(verdict=moved.map(VERDICTS))


def counts() -> pd.DataFrame:
    """Count the countries whose gap rose, by measure and weighting.

    Returns
    -------
    DataFrame
        One row per ``variant``, ``measure`` and ``weights``: ``n`` countries, those that ``rose``,
        ``fell`` or ``stayed``, those ``up`` by the bare sign of the change, and the shares of world
        population in all of them, ``covered``, and in those that rose, ``people_rose``.
    """
    table = verdicts()
    for name, verdict in zip(("rose", "fell", "stayed"), ("rose", "fell", STAYED), strict=True):
        table[name] = table["verdict"] == verdict
    table["up"], table["covered"] = table["change"] > 0, table["iso3"].map(world_shares())
    table["n"], table["people_rose"] = 1, table["covered"] * table["rose"]
    names = ["n", "rose", "fell", "stayed", "up", "covered", "people_rose"]
    return table.groupby(["variant", "measure", "weights"], sort=False)[names].sum().reset_index()


def world_shares() -> "pd.Series[float]":
    """Return the share of each country, by ISO alpha-3 code, in the people of the world."""
    people = load("countries").set_index("iso3")["population"]
    return people / people.sum()


def answers() -> list[Answer]:
    """Return the share of countries whose gap rose (A4).

    The admissible countings are three measures, people or regions as weights, and a rise beyond
    chance or the bare direction.
    """
    table = counts().query("variant == 'all'")
    names = table["measure"] + ", by " + table["weights"]
    readings = {"a rise beyond chance": "rose", "the bare direction": "up"}
    shares = {
        reading: (table[column] / table["n"]).set_axis(names + ", " + reading)
        for reading, column in readings.items()
    }
    return [
        Answer(
            "A4a",
            pd.concat(list(shares.values())),
            source="regional-output, mexico, us-states and official population by region",
            exhibit="fig-gap-changes",
            headline=f"{HEADLINE[0]}, by {HEADLINE[1]}, a rise beyond chance",
            official_file="regional-population",
        )
    ]


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


def spans() -> pd.DataFrame:
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
    for table, start, end in SPANS:
        wide = long_panel(table)
        beta = inequality.beta_convergence(wide[start], wide[end], end - start)
        sigma = inequality.sigma_convergence(wide[[start, end]])
        quarters = wide[range(start, end + 1, STEP)].rank(pct=True).to_numpy() * QUARTERS
        steps = np.ceil(quarters)
        stays = (steps[:, 1:] == steps[:, :-1]).astype(float)
        rows.append(
            {
                "table": table,
                "start": start,
                "end": end,
                **beta._asdict(),
                "stay_low": stays[steps[:, :-1] == 1].mean(),
                "stay_high": stays[steps[:, :-1] == QUARTERS].mean(),
                "sigma_start": sigma[start],
                "sigma_end": sigma[end],
                "tau": kendalltau(wide[start], wide[end]).statistic,
            }
        )
    return pd.DataFrame(rows)


def primary_regions() -> pd.DataFrame:
    """Follow the share of the primary city's region in national output; no population is needed.

    Returns
    -------
    DataFrame
        One row per ``iso3``, ``year`` and ``stretch``: ``share`` of that region, ``herfindahl``,
        ``n`` regions.
    """
    own: Any = _leaders().query("is_primary").set_index("iso3")["region_id"]
    rows = []
    output = load("regional-output").dropna(subset="output").query("not is_break")
    for (iso3, year), part in output.groupby(["iso3", "year"]):
        found = inequality.concentration(part.set_index("region_id")["output"], primary=own[iso3])
        rows.append((iso3, year, found.primary_share, found.herfindahl, found.n))
    return pd.DataFrame(rows, columns=["iso3", "year", "share", "herfindahl", "n"])


def faces() -> pd.DataFrame:
    """Measure what can be had of jobs and investment: gaps between states and between sectors.

    Returns
    -------
    DataFrame
        One row per ``face`` and ``iso3``: ``start``, ``end``, Gini coefficients ``before`` and
        ``after`` weighted by jobs, ``change``, ``low``, ``high`` and ``p`` from the bootstrap.
    """
    states = load("us-capital").rename(columns={"state": "unit", "jobs": "people"})
    for name in ("public", "private"):
        states[name] = states[f"{name}_capital"] / states["people"]
    sectors = load("jobs").query("value_added > 0")
    sectors = sectors.rename(columns={"sector": "unit", "jobs": "people"})
    sectors["sectors"] = sectors["value_added"] / sectors["people"]
    every: list[Any] = [(name, "USA", states, CAPITAL_YEARS) for name in FACES[:3]]
    every += [(FACES[3], iso3, part, SECTOR_YEARS) for iso3, part in sectors.groupby("iso3")]
    rows = []
    for face, iso3, part, years in every:
        value, people = _wide(part[part["year"].isin(years)], face)
        if list(value) == list(years) and len(value) >= FEW:
            found = _change("gini", value, people, "people", *years)
            rows.append((face, iso3, *years, len(value), *found))
    return pd.DataFrame(rows, columns=["face", "iso3", "start", "end", "n", *FOUND])


def last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the last year of each series.

    Parameters
    ----------
    rows : DataFrame
        Rows by :data:`KEYS` and ``year``, such as those of :func:`panel`.

    Returns
    -------
    DataFrame
    """
    return rows[rows["year"] == rows.groupby(KEYS)["year"].transform("max")]


def _regions() -> pd.DataFrame:
    """Return output or income of every region, with its codes, its coast and its leading city."""
    named = {"state": "region", "output": "value"}
    tables = [load("regional-output").dropna(subset="output").assign(table="regional-output")]
    for table, (iso3, column) in PER_HEAD.items():
        tables.append(load(table).rename(columns={column: "value"}).assign(table=table, iso3=iso3))
    rows = pd.concat([part.rename(columns=named) for part in tables], ignore_index=True)
    rows = rows[["table", "iso3", "region", "year", "value", "population", "is_break"]]
    rows = rows.merge(load("region-crosswalk"), on=["table", "iso3", "region"], how="left")
    rows["is_break"] = rows["is_break"].eq(True)
    coast = load("region-coast").set_index("region_id")["coastal"]
    rows["coastal"] = rows["region_id"].map(coast).eq(True)
    leaders = _leaders()[["region_id", "leading", "population"]]
    rows = rows.merge(leaders.rename(columns={"population": "largest"}), how="left")
    return rows.sort_values("largest", na_position="first", kind="stable")


def _leaders() -> pd.DataFrame:
    """Return the largest city of every region, with its form."""
    table = load("cities").query("kind == 'city'").sort_values("population")
    forms = load("city-forms").set_index("geonameid")["type"]
    table["leading"] = table["geonameid"].map(forms).mask(table["is_primary"], "primary city")
    return table.dropna(subset="region_id").drop_duplicates("region_id", keep="last")


def _wide(part: pd.DataFrame, column: str = "value") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return values and people, units by years, of the units that have all years."""
    value = part.pivot(index="unit", columns="year", values=column).dropna()
    return value, part.pivot(index="unit", columns="year", values="people").loc[value.index]


def _change(
    measure: str, value: pd.DataFrame, people: pd.DataFrame, weights: str, start: Any, end: Any
) -> tuple[float, ...]:
    """Return what :data:`FOUND` names: both dates and the paired change between them."""
    w, of = people ** int(weights != "regions"), MEASURES[measure]
    both = [of(value[year], w[year]) for year in (start, end)]
    if start == end:
        return (*both, *[np.nan] * 4)
    change = inequality.bootstrap_change(
        of,
        value[start],
        value[end],
        weights_before=w[start],
        weights_after=w[end],
        rng=np.random.default_rng(SEED),
    )
    return (*both, *change[:4])
