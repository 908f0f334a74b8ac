"""The rebuilt values: loads the tables, calls the measures, and hands the results over.

The only module that does both, so that the ledger and the chapters speak of the same numbers.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from scsreport import (
    cases,
    citysize,
    collaboration,
    definitions,
    forms,
    gaps,
    inequality,
    joint,
    levels,
    links,
    literature,
)
from scsreport.datasets import load

COUNTINGS = ("as listed", "without suburbs", "by footprint")
"""Three ways to count a city: every entry of the list; no twins, boroughs or suburbs inside the
footprint of the country's primary city; contiguous urban footprints as one city each."""


@cache
def units() -> pd.DataFrame:
    """Return the one table on which every rule is counted: places of 15,000 and more.

    Returns
    -------
    DataFrame
        ``places`` with ``continent`` and ``region`` of the country.

    Examples
    --------
    >>> table = units()
    >>> table.loc[table['is_primary'] & (table['country'] == 'CO'), 'name'].to_list()
    ['Bogotá']
    """
    countries = load("countries").set_index("country")[["continent", "region"]]
    return load("places").join(countries, on="country").set_index("geonameid")


def counting(how: str, table: pd.DataFrame | None = None) -> tuple[pd.DataFrame, str, str]:
    """Return the rows, the unit and the size column that a counting stands for.

    Parameters
    ----------
    how : {"as listed", "without suburbs", "by footprint"}
        The counting.
    table : DataFrame, optional
        Part of :func:`units`, such as one country; all of it by default.

    Returns
    -------
    tuple
        Rows, ``unit`` for :func:`scsreport.definitions.members`, name of the size column.

    Examples
    --------
    >>> rows, unit, size = counting('by footprint')
    >>> unit, size
    ('footprint', 'size')
    """
    rows = units() if table is None else table
    if how == "as listed":
        return rows, "city", "population"
    rows = rows[rows["kind"] == "city"]
    if how == "without suburbs":
        return rows[~rows["in_primary_footprint"] | rows["is_primary"]], "city", "population"
    if how == "by footprint":
        size = rows["footprint_population"].fillna(rows["population"])
        return rows.assign(size=size), "footprint", "size"
    raise ValueError(f"counting {how!r}; expected one of {', '.join(COUNTINGS)}")


@cache
def by_rule() -> pd.DataFrame:
    """Return who is secondary under each rule and each counting.

    Returns
    -------
    DataFrame
        One row per ``rule`` and ``counting``: ``cities``, ``countries``, ``people`` and their
        shares ``of_world``, ``of_urban``, ``of_africa``; ``in_africa_asia``, the share of the
        cities there; ``larger`` and ``smaller``, the shares of world population in places above
        the band, and below it or in no listed place.

    Examples
    --------
    >>> table = by_rule().set_index(['rule', 'counting'])
    >>> int(table.loc[('D7', 'as listed'), 'cities'])
    1360
    """
    countries = load("countries").set_index("country")
    world, urban = countries["population"].sum(), countries["urban_population"].sum()
    africa = countries.loc[countries["continent"] == "AF", "population"].sum()
    rows = []
    for how in COUNTINGS:
        table, unit, size = counting(how)
        for rule, stand in definitions.standing(table, unit=unit).items():
            inside, above = table[stand == "secondary"], table[stand == "larger"]
            people = inside.groupby("continent")[size].sum()
            rows.append(
                {
                    "rule": rule,
                    "counting": how,
                    "cities": len(inside),
                    "countries": inside["country"].nunique(),
                    "people": people.sum(),
                    "of_world": people.sum() / world,
                    "of_urban": people.sum() / urban,
                    "of_africa": people.get("AF", 0) / africa,
                    "in_africa_asia": inside["continent"].isin(["AF", "AS"]).mean(),
                    "larger": above[size].sum() / world,
                }
            )
    result = pd.DataFrame(rows)
    return result.assign(smaller=1 - result["of_world"] - result["larger"])


@cache
def answers() -> pd.DataFrame:
    """Return the rebuilt values of each printed figure that this edition can answer.

    Returns
    -------
    DataFrame
        One row per ``figure`` of ``data/claim-figures.csv`` and admissible ``counting`` of it
        (rule and way to count), with its ``value``; ``headline`` marks the rule of the source
        and the plainest counting. ``our_source`` and ``exhibit`` say where the value comes from
        and which exhibit shows it, ``from_added`` whether it was made anew from an added file.

    Examples
    --------
    >>> table = answers()
    >>> table.loc[table['figure'] == 'N05a', 'counting'].to_list()
    ['D5, as listed', 'D5, without suburbs', 'D5, by footprint']
    """
    definitions_only = _of_definitions().assign(from_added=False)
    parts = [definitions_only, literature.answers(), forms.answers(), gaps.answers()]
    parts += [
        links.answers(),
        joint.answers(),
        levels.answers(),
        cases.answers({how: counting(how) for how in COUNTINGS}),
    ]
    return pd.concat(parts, ignore_index=True)


def _of_definitions() -> pd.DataFrame:
    table = by_rule().set_index(["rule", "counting"])
    rules = list(definitions.RULES)
    admissible: dict[str, tuple[pd.Series, str, list[str]]] = {
        # the two sources of N01 print one rule each; those of N06 and N07 name none: all may do
        "N01": (table["of_world"], "D1", ["D1", "D2"]),
        "N05a": (table["cities"], "D5", ["D5"]),
        "N05b": (table["in_africa_asia"], "D5", ["D5"]),
        "N06a": (table["of_world"], "D7", rules),
        "N06b": (table["larger"], "D7", rules),
        "N06c": (table["smaller"], "D7", rules),
        "N07": (table["of_africa"], "D7", rules),
    }
    parts = [
        _countings(values.loc[names], own).assign(figure=figure)
        for figure, (values, own, names) in admissible.items()
    ]
    listed = table["cities"].xs("as listed", level="counting")
    footprints = table["cities"].xs("by footprint", level="counting")
    robust = (footprints / listed).rename("value").rename_axis("figure").reset_index()
    printed = load("claim-figures").set_index("figure")["printed_low"]
    total = pd.DataFrame({"figure": ["N06d"], "value": [printed[["N06a", "N06b", "N06c"]].sum()]})
    result = pd.concat([*parts, robust, total], ignore_index=True)
    result["headline"] = result["headline"].fillna(True).astype(bool)
    result["counting"] = (result["rule"] + ", " + result["counting"]).fillna("")
    arithmetic, rule = result["figure"] == "N06d", result["figure"].isin(rules)
    result["our_source"] = np.where(
        arithmetic, "arithmetic on the printed figures", "places, countries, footprints"
    )
    result["exhibit"] = np.where(rule, "tab-definitions", "tab-literature")
    return result.drop(columns="rule")


def _countings(values: "pd.Series[float]", rule: str) -> pd.DataFrame:
    rows = values.rename("value").reset_index()
    plain = rows["counting"] == "as listed"
    return rows.assign(headline=plain & (rows["rule"] == rule))


def yardsticks(rng: np.random.Generator, *, samples: int = 4_000) -> pd.DataFrame:
    """Hold the measures against published values, live.

    Parameters
    ----------
    rng : Generator
        For the samples of the Monte Carlo study.
    samples : int
        How many samples of fifty sizes are drawn; the publication drew more.

    Returns
    -------
    DataFrame
        ``data/yardsticks.csv`` with ``ours`` and ``met`` (within the declared tolerance).

    Examples
    --------
    >>> yardsticks(np.random.default_rng(1), samples=20)["ours"].notna().all()
    np.True_
    """
    drawn = np.sort(rng.pareto(1, (samples, 50)) + 1, axis=1)[:, ::-1]
    fits = [citysize.rank_size(sizes) for sizes in drawn]
    exponents = np.array([fit.exponent for fit in fits])
    ranks, logs = np.log(np.arange(1, 51)), np.log(drawn)
    centred = logs - logs.mean(axis=1, keepdims=True)
    plain = -(centred @ ranks) / (centred**2).sum(axis=1)
    import powerlaw  # slow, and needed here only

    usa = np.loadtxt(Path(powerlaw.__file__).parent / "reference_data" / "cities.txt")
    tail = citysize.tail_fit(usa, xmin=52_457)
    cities = load("cities").query("kind == 'city'")
    countries = citysize.rank_size_by(cities["population"], cities["country"])
    mexico = load("mexico").pivot(index="state", columns="year", values="gdp_per_head")
    told = load("printed").query("number.str.startswith('tva-')")
    groups = told["number"].str.removeprefix("tva-").map(tuple)
    fair = collaboration.shapley(dict(zip(groups, told["value"], strict=True)))
    ours = {
        "gi-plain": plain.mean(),
        "gi-half": exponents.mean(),
        "gi-se": np.mean([fit.se for fit in fits]),
        "gi-sd": exponents.std(),
        "csn-alpha": tail.alpha,
        "csn-tail": tail.n_tail,
        "soo-mean": countries.loc[countries["n"] >= 30, "exponent"].mean(),
        "mx-gini-1940": inequality.gini(mexico[1940]),
        **{f"mx-theil-{year}": inequality.theil(mexico[year]) for year in (1940, 2000)},
        **{f"tva-{use}": share for use, share in fair.items()},
        **{f"six-{n}": collaboration.joint_saving([1.0] * n) for n in (2, 4)},
    }
    table = load("yardsticks")
    table["ours"] = table["yardstick"].map(ours)
    off = (table["ours"] / table["printed"] - 1).abs()
    return table.assign(met=off <= table["tolerance"])
