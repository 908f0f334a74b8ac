"""Exhibits on city sizes: rank and size, exponents and cut-offs, tails, primacy."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scsreport import citysize
from scsreport.findings.counting import counting
from scsreport.tables.datasets import load
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.systems import CITY, country_units

FEWEST = 30
"""Under thirty cities the 95 % interval of an exponent is about half of it either way."""

FLOORS = (100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000)
PRIMACY_FACTOR = 1.5
SPINE = ("places", "footprints")
RANKED = partial(
    charts.curves, x="population", y="above", by="label", log="xy", labels=("people", "rank - ½")
)


def _samples(table: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """Return cities and footprints of 100,000 and more, one row each: ``country``, ``size``."""
    rows = counting("as listed", table)[0]
    cities = rows[rows["kind"] == "city"].rename(columns={"population": "size"})
    rows = counting("by footprint", table)[0].sort_values("population", ascending=False)
    footprints = rows[rows["footprint"].isna() | ~rows["footprint"].duplicated()]
    samples = {"cities": cities, "footprints": footprints}
    return {k: rows.loc[rows["size"] >= CITY, ["country", "size"]] for k, rows in samples.items()}


def _ranked(samples: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, dict[str, Any]]:
    parts, facts = [], dict[str, Any]()
    for unit, sample in samples.items():
        size = np.sort(sample["size"].to_numpy())[::-1]
        fit = citysize.rank_size(sample["size"])
        part = pd.DataFrame({"unit": unit, "rank": np.arange(1, len(size) + 1), "population": size})
        label = f"{unit}: exponent {text.number(fit.exponent)}"
        parts.append(part.assign(above=part["rank"] - 0.5, label=label))
        lead = citysize.primacy(sample["size"]).first_second
        facts[unit] = fit._asdict() | {"top": size[0], "lead": lead}
    return pd.concat(parts, ignore_index=True), facts


@exhibit("fig-rank-size", serves=["A1"], sources=SPINE)
def rank_size() -> Parts:
    """Show rank and size of the world's cities and footprints with fitted exponents."""
    return Parts(*_ranked(_samples()), RANKED)


@exhibit("fig-country-sizes", serves=["A1"], sources=(*SPINE, "countries"))
def country_rank_size(country: str = "IDN") -> Parts:
    """Show rank and size of the cities and footprints of a country (ISO alpha-3 code)."""
    _, name, home = country_units(country)
    data, facts = _ranked(_samples(home))
    return Parts(data, facts | {"country": name}, RANKED)


@exhibit("fig-cutoffs", serves=["A1"], sources=SPINE)
def cutoffs() -> Parts:
    """Show how the exponent of the world moves with the smallest size admitted."""
    samples = _samples().items()
    fits = {unit: citysize.exponent_by_cutoff(sample["size"], FLOORS) for unit, sample in samples}
    data = pd.concat(fits, names=["unit", "cutoff"]).reset_index()
    facts = text.extremes(fits["cities"]["exponent"]) | {"floor": FLOORS[0], "ceiling": FLOORS[-1]}
    facts |= data.groupby("unit")["exponent"].agg(["first", "last"])
    draw = partial(
        charts.curves, x="cutoff", y="exponent", by="unit", error="se", log="x", level=1,
        labels=("smallest size admitted", "exponent"),
    )  # fmt: skip
    return Parts(data, facts, draw)


@exhibit("fig-exponents", serves=["A1"], sources=("places", "countries"))
def exponents() -> Parts:
    """Show the exponent of every country with enough cities, with its interval."""
    sample = _samples()["cities"]
    table = citysize.rank_size_by(sample["size"], sample["country"])
    table = table[table["n"] >= FEWEST].sort_values("exponent").rename_axis("country")
    names = load("countries").set_index("country")["name"]
    middle, reach = table["exponent"], charts.Z95 * table["se"]
    data = table.assign(name=names, low=middle - reach, high=middle + reach).reset_index()
    covers = ((data["low"] <= 1) & (data["high"] >= 1)).sum()
    facts = text.extremes(data.set_index("name")["exponent"])
    facts |= {"covers": covers, "n": len(data), "mean": middle.mean(), "fewest": FEWEST}
    draw = partial(
        charts.rows, x="exponent", y="name", error="se", marks={"Zipf": 1},
        label="rank-size exponent, 95 % interval",
    )  # fmt: skip
    return Parts(data, facts, draw)


@exhibit("tab-tails", serves=["A1"], sources=("tails", "countries"))
def tails() -> Parts:
    """Show power-law fits of the upper tail and their comparison with the lognormal."""
    names = load("countries").set_index("country")["name"]
    data = load("tails")
    data["of"] = data["country"].map(names).fillna("world")
    ratio = data.loc[data["lognormal_p"] < 0.05, "lognormal_ratio"]
    counts = {"wins": (ratio > 0).sum(), "losses": (ratio < 0).sum(), "n": len(data)}
    return Parts(data, text.extremes(data["exponent"]) | counts)


@exhibit("fig-primacy", serves=["A1"], sources=("cities", "countries"))
def primacy() -> Parts:
    """Compare the primacy of each country's largest city under two population sources."""
    cities = load("cities").query("kind == 'city'")
    columns = {"GeoNames": "population", "SimpleMaps": "population_agglomeration"}
    ratios = {
        source: cities.dropna(subset=column)
        .groupby("country")[column]
        .agg(lambda sizes: citysize.primacy(sizes).first_second)
        for source, column in columns.items()
    }
    both = pd.DataFrame(ratios).dropna()
    names = load("countries").set_index("country")["name"]
    factor = both["SimpleMaps"] / both["GeoNames"]
    near = factor.between(1 / PRIMACY_FACTOR, PRIMACY_FACTOR)
    verdict = np.where(near, "sources agree", "apart")
    data = both.assign(name=names[both.index], factor=factor, verdict=verdict)
    facts = text.extremes(data.set_index("name")["factor"]) | {
        "apart": (~near).sum(), "n": len(data), "factor": PRIMACY_FACTOR, "by": both,
        "missing": cities["country"].nunique() - len(data), "median": both.median(),
    }  # fmt: skip
    draw = partial(
        charts.scatter, x="GeoNames", y="SimpleMaps", by="verdict",
        labels=("first over second city, GeoNames", "first over second city, SimpleMaps"),
    )  # fmt: skip
    data = data.rename_axis("country").reset_index().sort_values("verdict", ascending=False)
    return Parts(data, facts, draw)


def numbers(country: str = "IDN") -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints, some of them of one country."""
    _, world = _ranked(_samples())
    _, own = _ranked(_samples(country_units(country)[2]))
    result: dict[str, str] = {}
    for unit, fit in world.items():
        told = {name: text.number(fit[name]) for name in ("exponent", "se")}
        told |= {"n": text.count(fit["n"]), "lead": text.number(own[unit]["lead"], 1)}
        result |= {f"{unit}_{name}": value for name, value in told.items()}
    return result
