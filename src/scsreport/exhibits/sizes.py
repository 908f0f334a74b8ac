"""Exhibits on city sizes: rank and size, exponents and cut-offs, tails, primacy."""

from functools import partial

import numpy as np
import pandas as pd

from scsreport import citysize
from scsreport.answers import counting, units
from scsreport.datasets import load
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Column, Parts, exhibit
from scsreport.exhibits.systems import country_code

CITY = 100_000
FEWEST = 30
"""Under thirty cities the 95 % interval of an exponent is about half of it either way."""

PRIMACY_FACTOR = 1.5
SPINE = ("places", "footprints")
NO_PARTS = "Twins and boroughs of a listed city are left out."
POWER_LAW = (
    "A straight line on these axes is not proof of a power law: see the comparison with the "
    "lognormal."
)


def _sizes(how: str, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per unit of 100,000 and more: country and size."""
    rows, unit, size = counting(how, table)
    if unit == "footprint":
        rows = rows.sort_values("population", ascending=False)
        alone = rows["footprint"].isna()
        rows = rows[alone | ~rows["footprint"].duplicated()]
    elif how == "as listed":
        rows = rows[rows["kind"] == "city"]
    rows = rows.rename(columns={size: "size"}) if size != "size" else rows
    return rows.loc[rows["size"] >= CITY, ["country", "size"]]


def _both(table: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    return {"cities": _sizes("as listed", table), "footprints": _sizes("by footprint", table)}


def _ranked(samples: dict[str, pd.DataFrame]) -> pd.DataFrame:
    parts = []
    for unit, sample in samples.items():
        size = np.sort(sample["size"].to_numpy())[::-1]
        fit = citysize.rank_size(pd.Series(size))
        parts.append(
            pd.DataFrame(
                {
                    "unit": unit,
                    "label": f"{unit}: exponent {text.number(fit.exponent)}",
                    "rank": np.arange(1, len(size) + 1),
                    "above": np.arange(1, len(size) + 1) - 0.5,
                    "population": size,
                    "exponent": fit.exponent,
                    "se": fit.se,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _fits(data: pd.DataFrame) -> str:
    fits = data.groupby("unit", sort=False)[["exponent", "se"]].first()
    return text.listing(
        f"{text.number(f.exponent)} (standard error {text.number(f.se)}) for {unit}"
        for unit, f in fits.iterrows()
    )


@exhibit("fig-rank-size", serves=["A1"], sources=SPINE)
def rank_size() -> Parts:
    """Show rank and size of the world's cities and footprints with fitted exponents."""
    data = _ranked(_both())
    top = data.groupby("unit", sort=False)["population"].max()
    first = data.groupby("unit", sort=False)["exponent"].first()
    return Parts(
        title=(
            f"Counting footprints instead of cities moves the world's exponent from "
            f"{text.number(first['cities'])} to {text.number(first['footprints'])}"
        ),
        caption=(
            "Rank and size of the world's cities and urban footprints of 100,000 people and "
            "more, logarithmic axes; exponents by rank - ½ regression."
        ),
        alt=(
            f"Two falling, nearly straight curves. Exponents: {_fits(data)}. The largest city "
            f"entry holds {text.people(top['cities'])}, the largest footprint "
            f"{text.people(top['footprints'])}."
        ),
        data=data,
        draw=partial(
            charts.curves,
            x="population",
            y="above",
            by="label",
            log="xy",
            labels=("people", "rank - ½"),
        ),
        notes=[
            POWER_LAW,
            NO_PARTS,
            "Errors after Gabaix and Ibragimov: exponent times the root of 2/n.",
        ],
    )


@exhibit("fig-cutoffs", serves=["A1"], sources=SPINE)
def cutoffs() -> Parts:
    """Show how the exponent of the world moves with the smallest size admitted."""
    floors = (100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000)
    data = pd.concat(
        citysize.exponent_by_cutoff(sample["size"], floors)
        .rename_axis("cutoff")
        .reset_index()
        .assign(unit=unit)
        for unit, sample in _both().items()
    )
    span = data.groupby("unit", sort=False)["exponent"].agg(["min", "max", "first", "last"])
    cities = span.loc["cities"]
    return Parts(
        title=(
            "The exponent depends on where the count begins: for cities from "
            f"{text.number(cities['min'])} to {text.number(cities['max'])}"
        ),
        caption=(
            "Exponent of the world's cities and footprints against the smallest size admitted; "
            "bars: 95 % interval."
        ),
        alt=(
            "Two series of dots with bars. From a floor of 100,000 to one of 2 million the "
            f"exponent of cities goes from {text.number(cities['first'])} to "
            f"{text.number(cities['last'])}, that of footprints from "
            f"{text.number(span.loc['footprints', 'first'])} to "
            f"{text.number(span.loc['footprints', 'last'])}."
        ),
        data=data,
        draw=partial(
            charts.curves,
            x="cutoff",
            y="exponent",
            by="unit",
            error="se",
            log="x",
            level=1,
            labels=("smallest size admitted", "exponent"),
        ),
        notes=["The exponent falls by construction as smaller cities enter; compare like floors."],
    )


@exhibit("fig-exponents", serves=["A1"], sources=("places", "countries"))
def exponents() -> Parts:
    """Show the exponent of every country with enough cities, with its interval."""
    sample = _sizes("as listed")
    table = citysize.rank_size_by(sample["size"], sample["country"])
    names = load("countries").set_index("country")["name"]
    table = table[table["n"] >= FEWEST].sort_values("exponent")
    data = table.rename_axis("country").reset_index()
    data.insert(1, "name", data["country"].map(names))
    data["low"] = data["exponent"] - 1.96 * data["se"]
    data["high"] = data["exponent"] + 1.96 * data["se"]
    covers = ((data["low"] <= 1) & (data["high"] >= 1)).sum()
    low, high = data.iloc[0], data.iloc[-1]
    return Parts(
        title=(
            f"In {text.count(covers)} of {text.count(len(data))} countries the interval includes "
            "Zipf's exponent of one"
        ),
        caption=(
            f"Rank-size exponent of each country with at least {FEWEST} cities of 100,000 and "
            f"more, with 95 % interval. Mean {text.number(data['exponent'].mean())}. A low "
            "exponent means that large cities dominate."
        ),
        alt=(
            f"Dot plot of {len(data)} countries. Lowest {low['name']} "
            f"{text.number(low.exponent)}, highest {high['name']} {text.number(high.exponent)}, "
            f"mean {text.number(data['exponent'].mean())}; {text.count(covers)} intervals "
            "include one."
        ),
        data=data,
        draw=partial(
            charts.rows,
            x="exponent",
            y="name",
            error="se",
            marks={"Zipf": 1},
            label="rank-size exponent, 95 % interval",
        ),
        notes=[
            f"Countries with fewer than {FEWEST} cities are left out: their interval would cover "
            "half the scale.",
            "Units called a city differ between countries and move the exponent more than "
            "economics does.",
        ],
    )


@exhibit("tab-tails", serves=["A1"], sources=("tails", "countries"))
def tails() -> Parts:
    """Show power-law fits of the upper tail and their comparison with the lognormal."""
    names = load("countries").set_index("country")["name"]
    data = load("tails")
    data["of"] = data["country"].map(names).fillna("world")
    better = (data["lognormal_ratio"] < 0) & (data["lognormal_p"] < 0.05)
    worse = (data["lognormal_ratio"] > 0) & (data["lognormal_p"] < 0.05)
    return Parts(
        title=(
            f"Against the lognormal the power law wins {text.count(worse.sum())} and loses "
            f"{text.count(better.sum())} of {text.count(len(data))} comparisons; the rest stay open"
        ),
        caption=(
            "Upper tail by maximum likelihood, threshold by the Kolmogorov-Smirnov distance, and "
            "normalised likelihood ratio against the lognormal: positive favours the power law."
        ),
        alt=(
            f"Table of {len(data)} samples. The exponent runs from "
            f"{text.number(data['exponent'].min())} to {text.number(data['exponent'].max())}; "
            f"{text.count(better.sum())} comparisons favour the lognormal and "
            f"{text.count(worse.sum())} the power law at the 5 % level."
        ),
        data=data,
        columns=[
            Column("unit", "Unit"),
            Column("of", "Of"),
            Column("n", "n", text.count, "number"),
            Column("xmin", "Tail from", text.people, "number"),
            Column("n_tail", "In the tail", text.count, "number"),
            Column("exponent", "Exponent", text.number, "number"),
            Column("lognormal_ratio", "Ratio", text.number, "number"),
            Column("lognormal_p", "p", text.number, "number"),
        ],
        notes=[
            "A tail that begins at the floor of its table (15,000 or 100,000 people) was cut there "
            "by the table, not by the data.",
            "In short tails the fit of the lognormal is unsteady; a ratio near 0 says nothing.",
        ],
    )


@exhibit("fig-primacy", serves=["A1"], sources=("cities", "countries"))
def primacy() -> Parts:
    """Compare the primacy of each country's largest city under two population sources."""
    cities = load("cities").query("kind == 'city'")
    names = load("countries").set_index("country")["name"]
    by = cities.groupby("country")
    first = pd.DataFrame(
        {
            source: by[column].apply(
                lambda sizes: (
                    citysize.primacy(sizes.dropna()).first_second
                    if sizes.notna().sum() > 1
                    else np.nan
                )
            )
            for source, column in {
                "GeoNames": "population",
                "SimpleMaps": "population_agglomeration",
            }.items()
        }
    ).dropna()
    data = first.rename_axis("country").reset_index()
    data.insert(1, "name", data["country"].map(names))
    data["factor"] = data["SimpleMaps"] / data["GeoNames"]
    apart = ~data["factor"].between(1 / PRIMACY_FACTOR, PRIMACY_FACTOR)
    data["verdict"] = np.where(apart, "apart", "sources agree")
    data = data.sort_values("verdict", ascending=False)
    top = data.loc[data["factor"].idxmax()]
    named = data[data["country"].isin(["NL", "KR"])]
    middle = data[["GeoNames", "SimpleMaps"]].median()
    examples = "; ".join(
        f"{r['name']} {text.number(r.GeoNames)} against {text.number(r.SimpleMaps)}"
        for _, r in named.iterrows()
    )
    return Parts(
        title=(
            f"Primacy depends on the source: in {text.count(apart.sum())} of "
            f"{text.count(len(data))} countries it differs by more than half"
        ),
        caption=(
            "Population of the largest city over the second, by country, entries of GeoNames "
            f"against agglomerations of SimpleMaps. Squares: apart by more than a factor of "
            f"{PRIMACY_FACTOR}."
        ),
        alt=(
            f"Scatter of {len(data)} countries on logarithmic axes. Median ratio "
            f"{text.number(middle['GeoNames'])} in GeoNames, {text.number(middle['SimpleMaps'])} "
            f"in SimpleMaps; farthest above the diagonal is {top['name']}. {examples}."
        ),
        data=data,
        draw=partial(
            charts.scatter,
            x="GeoNames",
            y="SimpleMaps",
            by="verdict",
            labels=("first over second city, GeoNames", "first over second city, SimpleMaps"),
        ),
        notes=[
            f"{len(by) - len(data)} countries lack two cities of 100,000 with a figure in both "
            "sources."
        ],
    )


@exhibit("fig-country-sizes", serves=["A1"], sources=SPINE)
def country_rank_size(country: str = "IDN") -> Parts:
    """Show rank and size of one country's cities and footprints.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3 code.
    """
    code, name = country_code(country)
    data = _ranked(_both(units()[units()["country"] == code]))
    sizes = data.groupby("unit", sort=False)["population"].apply(
        lambda s: citysize.primacy(s).first_second
    )
    return Parts(
        title=(
            f"{name}: the largest city is {text.number(sizes['cities'], 1)} times the second as "
            f"listed, {text.number(sizes['footprints'], 1)} times by footprint"
        ),
        caption=f"Rank and size of cities and footprints of 100,000 and more in {name}.",
        alt=(
            f"Two falling curves for {name}. Exponents: {_fits(data)}. First over second: "
            f"{text.number(sizes['cities'], 1)} for cities, "
            f"{text.number(sizes['footprints'], 1)} for footprints."
        ),
        data=data,
        draw=partial(
            charts.curves,
            x="population",
            y="above",
            by="label",
            log="xy",
            labels=("people", "rank - ½"),
        ),
        notes=[POWER_LAW],
    )


def numbers(country: str = "IDN") -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints, some of them of one country."""
    both = {unit: citysize.rank_size(sample["size"]) for unit, sample in _both().items()}
    result = {
        f"{unit}_{name}": text.number(getattr(fit, name))
        for unit, fit in both.items()
        for name in ("exponent", "se")
    } | {f"{unit}_n": text.count(fit.n) for unit, fit in both.items()}
    code, _ = country_code(country)
    for unit, sample in _both(units()[units()["country"] == code]).items():
        lead = citysize.primacy(sample["size"]).first_second
        result[f"{unit}_lead"] = text.number(lead, 1)
    return result
