"""Growth of cities by size, rank and region, within one revision of one source.

Cities come as one row per ``city`` and ``year`` with ``population`` (people), ``country``,
``region`` and ``sub_saharan``. The list holds only places that had reached 300,000 in 2018. Of the
small places of an early year it thus has the winners alone, and growth by *initial* class is far
too high at the bottom; so each result also exists by the class *at the end*, with the share of
places that began below the floor. From 2020 onward the figures are projections.
"""

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from scipy.special import stdtrit

from scsreport import checks
from scsreport.checks import PEOPLE
from scsreport.geometry import km_to_chord, unit_vectors

__all__ = [
    "added_share",
    "annual_growth",
    "gaps_by_period",
    "growth_by_form",
    "growth_by_period",
    "growth_of_named",
    "primary_gap",
    "same_cities",
    "size_classes",
]

FLOOR = 300_000
"""People that a place had to reach by 2018 to be on the list."""

YEARS = checks.Range("a year from 1 to 9999", 1, 9999)
LAST_ESTIMATE = 2015
CLASSES: Mapping[str, float] = MappingProxyType(  # a plain one is printed in another order
    {"0.3-0.5m": 3e5, "0.5-1m": 5e5, "1-5m": 1e6, "5-10m": 5e6, "10m+": 1e7}
)
"""Size classes by their lower bound, which is inside."""

BELOW = "below all classes"
TIERS = ("primary", "over 50%", "10-50%", "under 10%")
GROUPINGS = ("all", "class", "primary", "tier")
LISTED_GROUPS = ("form", "place")  # columns that a list may bring with it
SAME_KM = 20.0  # how far two sources may put one city apart
PERIODS = (
    *((year, year + 5) for year in range(1950, 2035, 5)),
    (1950, 1975),
    (1975, 2000),
    (2000, 2015),
    (2015, 2030),
)
FEWEST = 3  # cities a group needs: below that its growth is that of a single place
TOPS = (10, 20, 50)  # the fastest cities of the world
FLOORS_OF_RANKS = (FLOOR, 500_000, 1_000_000)
DATES = ("start", "end")
WITHOUT = "World without China"  # every fourth city of the list is Chinese
REGIONS = ("World", WITHOUT, "Africa", "SSA", "Asia", "Europe", "LAC", "NAm", "Oceania")
COLUMNS = ("city", "country", "region", "sub_saharan", "year", "population")


def size_classes(cities: pd.DataFrame, bounds: Mapping[str, float] = CLASSES) -> pd.DataFrame:
    """Count cities by size class, region and year.

    Parameters
    ----------
    cities : DataFrame
        One row per ``city`` and ``year``, see the module.
    bounds : mapping, optional
        Lower bound of each class, people, ascending; a class reaches up to the next bound. Cities
        below the first are counted nowhere.

    Returns
    -------
    DataFrame
        ``class``, ``region`` (those of the list, the World with and without China, and SSA, which
        is in Africa too),
        ``year`` and ``cities``; zeros are there.

    Raises
    ------
    ValueError
        If a column is missing or there twice, a value is missing, a population is negative or above
        1e12, a region is not of the list, or a city has one year twice.
    TypeError
        If ``cities`` is no DataFrame, or people and years are no numbers.

    Examples
    --------
    >>> table = pd.DataFrame({"city": [1, 2], "country": "X", "region": "Asia", "year": 2000,
    ...                       "sub_saharan": False, "population": [400_000, 2_000_000]})
    >>> counts = size_classes(table)
    >>> counts.loc[counts["region"].eq("World") & counts["cities"].gt(0), "class"].tolist()
    ['0.3-0.5m', '1-5m']
    """
    _checked_bounds(bounds)
    rows = _checked(cities)
    # A class of their own for cities below all others: pandas 3.0.0 counts them in the last one.
    classes = _classed(rows["population"], {BELOW: -np.inf, **bounds})
    rows = _by_area(rows.assign(group=classes))
    counts = rows.groupby(["group", "area", "year"], observed=False).size().rename("cities")
    table = counts.reset_index().rename(columns={"group": "class", "area": "region"})
    table = table[table["class"].ne(BELOW)].reset_index(drop=True)
    return table.astype({"class": "str", "region": "str"})


def annual_growth(
    cities: pd.DataFrame, start: int, end: int, *, by: str, at: str = "start", floor: float = 0
) -> pd.DataFrame:
    """Measure annual growth by group of cities, weighted and unweighted.

    Weighted growth is that of all people of the group, ln(sum P1 / sum P0) / years; its standard
    error is that of a ratio of sums. Unweighted growth is the mean over cities. Both have a 95 %
    t interval over cities. The list is close to a census, so the interval says how much hangs on
    single places; cities of one country share its fate, which makes it too narrow if anything.

    Parameters
    ----------
    cities : DataFrame
        One row per ``city`` and ``year``, see the module.
    start, end : int
        Two years of the list.
    by : {"class", "primary", "tier", "all"}
        Groups: size classes; the largest city of each country against all others; others further
        by their size relative to it; none.
    at : {"start", "end"}
        When size and rank are taken.
    floor : float, default 0
        Leave out places that were smaller at the start, people. With :data:`FLOOR` the winners
        among the small places do not count; only the few that shrank below it later are missing.

    Returns
    -------
    DataFrame
        One row per ``region`` and ``group``: ``n`` cities; ``weighted`` and ``plain`` growth a
        year (0.01 is one per cent) with ``_low`` and ``_high``; ``below_start``, the share of these
        cities that had under 300,000 at the start. All but ``n`` is missing below three cities.

    Raises
    ------
    ValueError
        As :func:`size_classes`; or a year or grouping is unknown, the period is not positive, or
        a city had nobody.

    References
    ----------
    Cochran, W. G. (1977), Sampling techniques, chapter 6, for the ratio of sums. United Nations
    (2019), World Urbanization Prospects: The 2018 Revision, for exponential rates.

    Examples
    --------
    >>> table = pd.DataFrame({"city": [1, 2, 3] * 2, "country": "X", "region": "Asia",
    ...     "sub_saharan": False, "year": [2000] * 3 + [2010] * 3,
    ...     "population": [400_000, 2_000_000, 700_000, 800_000, 4_000_000, 1_400_000]})
    >>> annual_growth(table, 2000, 2010, by="all")["weighted"].round(4).tolist()
    [0.0693, 0.0693, 0.0693]
    """
    checks.choice("by", by, (*GROUPINGS, *LISTED_GROUPS))
    pairs = _pairs(cities, start, end, at, floor, *([by] if by in LISTED_GROUPS else []))
    years = end - start
    pairs["rate"] = _rate(pairs, years)
    pairs["below_start"] = pairs["first"] < FLOOR
    rows = _by_area(pairs.assign(group=_grouped(pairs, by)))
    groups = rows.groupby(["area", "group"], observed=True)
    n, sums = groups.size(), groups[["first", "last"]].sum()
    # Cochran's ratio of sums: its error is that of what each city has beyond the common ratio.
    ratio = groups["last"].transform("sum") / groups["first"].transform("sum")
    beyond = (rows["last"] - ratio * rows["first"]) ** 2
    squares = beyond.groupby([rows["area"], rows["group"]], observed=True).sum()
    result = pd.DataFrame({"n": n, "weighted": _rate(sums, years)})
    result["weighted_se"] = (squares * n / (n - 1)) ** 0.5 / sums["last"] / years
    result["plain"] = groups["rate"].mean()
    result["plain_se"] = groups["rate"].std() / n**0.5
    result["below_start"] = groups["below_start"].mean()
    return _with_intervals(result, "weighted", "plain")


def primary_gap(
    cities: pd.DataFrame, start: int, end: int, *, at: str = "start", floor: float = 0
) -> pd.DataFrame:
    """Compare, within each country, the growth of its other cities with that of its primary one.

    Comparing all primary cities of the world with all others mixes rank with country: most others
    are Chinese or Indian. Here every country with two cities or more counts once.

    Parameters
    ----------
    cities, start, end, floor
        As in :func:`annual_growth`.
    at : {"start", "end"}
        When the largest city is chosen.

    Returns
    -------
    DataFrame
        One row per ``region``: ``n`` countries; ``gap``, the mean over countries of the growth of
        all other cities together minus that of the primary city, a year, with a 95 % t interval
        (``gap_low``, ``gap_high``); ``faster``, the share of countries where the others grew
        faster. Missing below three countries.

    Raises
    ------
    ValueError
        As :func:`annual_growth`.

    Examples
    --------
    >>> table = pd.DataFrame({"city": [1, 2] * 2, "country": "X", "region": "Asia",
    ...     "sub_saharan": False, "year": [2000, 2000, 2010, 2010],
    ...     "population": [900_000, 400_000, 1_000_000, 500_000]})
    >>> primary_gap(table, 2000, 2010)["n"].tolist()
    [1, 1, 1]
    """
    pairs = _pairs(cities, start, end, at, floor)
    pairs["group"] = _grouped(pairs, "primary")
    keys = ["country", "region", "sub_saharan", "group"]
    sums = pairs.groupby(keys)[["first", "last"]].sum()
    rates = _rate(sums, end - start).unstack("group")
    # A country with one city has nothing to compare.
    countries = rates.reindex(columns=["other", "primary"]).dropna()
    countries["gap"] = countries["other"] - countries["primary"]
    countries["faster"] = countries["gap"] > 0
    areas = _by_area(countries.reset_index()).groupby("area", observed=True)
    n, gap = areas.size(), areas["gap"]
    result = pd.DataFrame({"n": n, "gap": gap.mean(), "faster": areas["faster"].mean()})
    return _with_intervals(result.assign(gap_se=gap.std() / n**0.5), "gap")


def added_share(before: pd.Series[float], after: pd.Series[float], region: str) -> float:
    """Return the share of a region in the cities added to the world between two dates.

    Parameters
    ----------
    before, after : Series
        Numbers of cities, indexed by region, with the World.
    region : str
        The region.

    Returns
    -------
    float
        The share; NaN when the world added none.

    Raises
    ------
    ValueError
        If the region or the World is missing from either, or a number is missing or negative.

    Examples
    --------
    >>> before = pd.Series({"World": 901, "Asia": 462})
    >>> round(added_share(before, pd.Series({"World": 1322, "Asia": 729}), "Asia"), 3)
    0.634
    """
    wanted = pd.Index([checks.choice("region", region, REGIONS), "World"])
    first, last = (
        checks.by_label(name, checks.labelled(name, given), wanted, PEOPLE)
        for name, given in (("before", before), ("after", after))
    )
    in_region, in_world = last - first
    return float(in_region / in_world) if in_world else float("nan")


def growth_by_period(cities: pd.DataFrame) -> pd.DataFrame:
    """Run :func:`annual_growth` for every period and grouping.

    All groups are formed at the start; classes at the end too, and the others with a floor too.

    Parameters
    ----------
    cities : DataFrame
        One row per ``city`` and ``year``, see the module.

    Returns
    -------
    DataFrame
        The rows of :func:`annual_growth`, with ``start``, ``end``, ``projected`` (the period ends
        after the last estimate), ``by``, ``at`` and ``floor``.
    """
    without_floor = [{"by": by, "at": "start", "floor": 0} for by in GROUPINGS]
    with_floor = [{"by": by, "at": "start", "floor": FLOOR} for by in GROUPINGS if by != "class"]
    at_the_end = {"by": "class", "at": "end", "floor": 0}
    return _in_all_periods(annual_growth, cities, [*without_floor, *with_floor, at_the_end])


def same_cities(points: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Find the places of one list in another: the largest of the country within 20 km.

    Parameters
    ----------
    points : DataFrame
        ``country``, ``lat`` and ``lon``, indexed by city.
    listed : DataFrame
        The other list: ``country``, ``lat``, ``lon`` and ``population``.

    Returns
    -------
    DataFrame
        Rows of ``listed``, indexed by city of ``points``; without those that are nowhere.
    """
    tree = KDTree(unit_vectors(points["lat"], points["lon"]))
    other = KDTree(unit_vectors(listed["lat"], listed["lon"]))
    pairs = tree.sparse_distance_matrix(other, km_to_chord(SAME_KM), output_type="coo_matrix")
    near = listed.iloc[pairs.col].set_axis(points.index[pairs.row])
    near = near[near["country"].to_numpy() == points["country"].to_numpy()[pairs.row]]
    near = near.sort_values("population")
    largest: pd.DataFrame = near[~near.index.duplicated(keep="last")]
    return largest


def growth_by_form(cities: pd.DataFrame, typed: pd.DataFrame) -> pd.DataFrame:
    """Run :func:`annual_growth` by form, and by form on and off the coast.

    Parameters
    ----------
    cities : DataFrame
        As in :func:`annual_growth`, with ``lat`` and ``lon``.
    typed : DataFrame
        Cities of a list with forms: ``country``, ``lat``, ``lon``, ``population``, ``form``
        ("primary" for a country's largest) and ``coast`` (bool). An agglomeration takes those of
        the largest city of its country within 20 km of its point; one without is left out.

    Returns
    -------
    DataFrame
        The rows of :func:`annual_growth` for the World, with and without China, with ``start``,
        ``end``, ``projected``, ``by`` ("form" or "place"), ``at`` and ``floor``.
    """
    near = same_cities(cities.drop_duplicates("city").set_index("city"), typed)
    where = near["coast"].map({True: ", coast", False: ", inland"})
    near = near.assign(place=near["form"] + where)[["form", "place"]]
    rows = cities.join(near, on="city", how="inner")
    cuts = [{"by": by, "at": "start", "floor": FLOOR} for by in LISTED_GROUPS]
    table = _in_all_periods(annual_growth, rows, cuts)
    return table[table["region"].str.startswith("World")].reset_index(drop=True)


def growth_of_named(cities: pd.DataFrame, named: pd.Series[str]) -> pd.DataFrame:
    """Set the growth of named groups of cities beside that of all, and rank their members.

    Parameters
    ----------
    cities : DataFrame
        One row per ``city`` and ``year``, see the module.
    named : Series
        Group of each named city, indexed by ``city``.

    Returns
    -------
    DataFrame
        One row for the five years before and after the last estimate, ``floor`` (people at the
        start) and ``group`` (those given, and "all"): ``n`` cities; their ``growth`` a year
        together (0.01 is one per cent); how many are ``within`` the 10, 20 and 50 fastest of the
        world, and the ``lowest`` rank of one. All but ``n`` is missing below three cities.

    Raises
    ------
    ValueError
        As :func:`annual_growth`.

    Examples
    --------
    >>> table = pd.DataFrame({"city": [1, 2, 3] * 3, "country": "X", "region": "Asia",
    ...     "sub_saharan": False, "year": [2010] * 3 + [2015] * 3 + [2020] * 3,
    ...     "population": [1e6, 2e6, 3e6, 2e6, 4e6, 6e6, 4e6, 8e6, 12e6]})
    >>> growth_of_named(table, pd.Series("ours", [1, 2, 3]))["growth"].round(4).unique()
    array([0.1386])
    """
    starts = (LAST_ESTIMATE - 5, LAST_ESTIMATE)
    parts = [
        _growth_and_ranks(cities, named, start, floor)
        for start, floor in product(starts, FLOORS_OF_RANKS)
    ]
    columns = ["start", "floor", "group", "n", "growth", "lowest"]
    table = pd.concat(parts, ignore_index=True).round({"growth": 5})
    return table[[*columns, *(f"within_{top}" for top in TOPS)]]


def _growth_and_ranks(
    cities: pd.DataFrame, named: pd.Series[str], start: int, floor: float
) -> pd.DataFrame:
    """Return growth over five years and ranks of the named groups, and of all cities."""
    pairs = _pairs(cities, start, start + 5, "start", floor)
    pairs["rank"] = (pairs["last"] / pairs["first"]).rank(ascending=False, method="min")
    chosen = pairs.join(named.rename("group"), how="inner")
    rows = pd.concat([pairs.assign(group="all"), chosen])
    groups = rows.groupby("group")
    result = groups["rank"].max().rename("lowest").to_frame()
    result["growth"] = _rate(groups[["first", "last"]].sum(), 5)
    for top in TOPS:
        result[f"within_{top}"] = (rows["rank"] <= top).groupby(rows["group"]).sum()
    n = groups.size()
    return result.where(n >= FEWEST).assign(n=n, start=start, floor=floor).reset_index()


def gaps_by_period(cities: pd.DataFrame) -> pd.DataFrame:
    """Run :func:`primary_gap` for every period and date of the ranking, with and without a floor.

    Parameters
    ----------
    cities : DataFrame
        One row per ``city`` and ``year``, see the module.

    Returns
    -------
    DataFrame
        The rows of :func:`primary_gap`, with ``start``, ``end``, ``projected``, ``at`` and
        ``floor``.
    """
    cuts = [{"at": at, "floor": floor} for at, floor in product(DATES, (0, FLOOR))]
    return _in_all_periods(primary_gap, cities, cuts)


def _checked(cities: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Return the list, or raise and name the first row that cannot be right."""
    rows = checks.frame("cities", cities, [*COLUMNS, *more])
    rows = rows.set_axis(checks.without_names(rows.index))
    for key in ("city", "country", "region", *more):
        checks.label_column("cities", rows, key)
    rows = rows.assign(
        population=checks.column("cities", rows, "population", PEOPLE),
        year=checks.whole_column("cities", rows, "year", YEARS),
        sub_saharan=checks.flags("cities", rows, "sub_saharan"),
    )
    rules = {
        f"a region of {', '.join(REGIONS)}": rows["region"].isin(REGIONS).to_numpy(),
        "one row a year": ~rows.duplicated(["city", "year"]).to_numpy(),
    }
    for expected, fine in rules.items():
        if not fine.all():
            row = rows[~fine].iloc[0]
            raise ValueError(
                f"cities: row {row.name} has city {row['city']} in {row['region']} in "
                f"{row['year']}; expected {expected}"
            )
    return rows


def _checked_bounds(bounds: Mapping[str, float]) -> None:
    """Raise unless the lower bounds of classes ascend."""
    if not isinstance(bounds, Mapping):
        raise TypeError(f"bounds: found {type(bounds).__name__}, expected lower bounds by class")
    values = checks.numbers("bounds", pd.Series(dict(bounds), dtype=object), what="classes")
    falls = np.diff(values) <= 0
    if falls.any():
        row = values.index[1:][falls][0]
        raise ValueError(
            f"bounds: {row} begins at {values[row]:g}, expected more than the one before"
        )


def _by_area(rows: pd.DataFrame) -> pd.DataFrame:
    """Repeat each row for every area it belongs to."""
    parts = [
        rows.assign(area="World"),
        rows[rows["country"] != "CN"].assign(area=WITHOUT),
        rows[rows["sub_saharan"].astype(bool)].assign(area="SSA"),
        rows.assign(area=rows["region"]),
    ]
    result = pd.concat(parts, ignore_index=True)
    return result.assign(area=pd.Categorical(result["area"], REGIONS))


def _classed(sizes: pd.Series[float], bounds: Mapping[str, float]) -> pd.Series[str]:
    """Return the size class of each city; a lower bound is inside its class."""
    return pd.cut(sizes, [*bounds.values(), np.inf], right=False, labels=list(bounds))


def _pairs(
    cities: pd.DataFrame, start: int, end: int, at: str, floor: float, *more: str
) -> pd.DataFrame:
    """Return ``first`` and ``last`` population of each city, and the ``size`` that ranks it."""
    checks.choice("at", at, DATES)
    floor = checks.number("floor", floor)
    start, end = checks.whole("start", start), checks.whole("end", end)
    rows = _checked(cities, *more)
    years = sorted(set(rows["year"]))
    if start >= end or not {start, end} <= set(years):
        raise ValueError(f"start, end: found {start, end}, expected two of {years}, in order")
    rows = rows[rows["year"].isin([start, end])]
    last = rows.loc[rows["year"] == end, ["city", "population"]]
    pairs = rows[rows["year"] == start].merge(last, on="city", suffixes=("_first", "_last"))
    pairs = pairs.rename(columns=lambda name: name.removeprefix("population_"))
    pairs = pairs.set_index("city").sort_index()
    inhabited = (pairs["first"] > 0) & (pairs["last"] > 0)
    if not inhabited.all():
        raise ValueError(
            f"cities: city {pairs.index[~inhabited][0]} has nobody; growth has no rate"
        )
    pairs = pairs[pairs["first"] >= floor]
    return pairs.assign(size=pairs["first" if at == "start" else "last"])


def _rate(people: pd.DataFrame, years: int) -> pd.Series[float]:
    """Return the exponential rate, a year, from the ``first`` to the ``last`` people."""
    return (people["last"] / people["first"]).map(np.log) / years


def _grouped(pairs: pd.DataFrame, by: str) -> pd.Series[str]:
    """Return the group of each city under a grouping."""
    if by == "all":
        return pd.Series("all", pairs.index)
    if by in LISTED_GROUPS:
        return pairs[by]
    if by == "class":
        return _classed(pairs["size"], {"under 0.3m": 0, **CLASSES})
    sizes = pairs.groupby("country")["size"]
    # Of two largest cities of one size the first in the order of the codes is the primary one.
    primary = sizes.rank(method="first", ascending=False) == 1
    if by == "primary":
        return primary.map({True: "primary", False: "other"})
    share = pairs["size"] / sizes.transform("max")
    tier = np.select([primary, share > 0.5, share >= 0.1], TIERS[:3], TIERS[3])
    return pd.Series(pd.Categorical(tier, TIERS), pairs.index)


def _with_intervals(result: pd.DataFrame, *rates: str) -> pd.DataFrame:
    """Put a t interval around each rate, and blank all but ``n`` of too few places."""
    for rate in rates:
        reach = result.pop(f"{rate}_se") * stdtrit(result["n"] - 1, 0.975)
        result[f"{rate}_low"] = result[rate] - reach
        result[f"{rate}_high"] = result[rate] + reach
    shown = result.where(result["n"] >= FEWEST).assign(n=result["n"])
    table = shown.rename_axis(index={"area": "region"}).reset_index()
    names = [name for name in ("region", "group") if name in table]
    return table.astype(dict.fromkeys(names, "str"))


def _in_all_periods(
    measure: Callable[..., pd.DataFrame], cities: pd.DataFrame, cuts: list[dict[str, Any]]
) -> pd.DataFrame:
    """Run a measure over all periods and ways to cut."""
    parts: list[pd.DataFrame] = []
    for (start, end), cut in product(PERIODS, cuts):
        keys = {"start": start, "end": end, "projected": end > LAST_ESTIMATE, **cut}
        part = measure(cities, start, end, **cut)
        parts.append(part.assign(**keys)[[*keys, *part]])
    return pd.concat(parts, ignore_index=True).round(5)
