"""Exhibits on city sizes: rank and size, exponents and cut-offs, tails, primacy."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scsreport import citysize
from scsreport.answers import counting
from scsreport.datasets import load
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
    return {
        name: sample.loc[sample["size"] >= CITY, ["country", "size"]]
        for name, sample in (("cities", cities), ("footprints", footprints))
    }


def _ranked(samples: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, dict[str, Any]]:
    parts, facts = [], dict[str, Any]()
    for unit, sample in samples.items():
        size = np.sort(sample["size"].to_numpy())[::-1]
        fit = citysize.rank_size(sample["size"])
        part = pd.DataFrame({"unit": unit, "rank": np.arange(1, len(size) + 1), "population": size})
        label = f"{unit}: exponent {text.number(fit.exponent)}"
        parts.append(part.assign(above=part["rank"] - 0.5, label=label))
        facts |= {
            unit: fit.exponent,
            f"{unit}_se": fit.se,
            f"{unit}_n": fit.n,
            f"{unit}_top": size[0],
            f"{unit}_lead": citysize.primacy(sample["size"]).first_second,
        }
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
    fits = {
        unit: citysize.exponent_by_cutoff(sample["size"], FLOORS)
        for unit, sample in _samples().items()
    }
    data = pd.concat(fits, names=["unit", "cutoff"]).reset_index()
    facts = text.extremes(fits["cities"]["exponent"]) | {"floor": FLOORS[0], "ceiling": FLOORS[-1]}
    for unit, fit in fits.items():
        facts |= {f"{unit}_first": fit["exponent"].iloc[0]}
        facts |= {f"{unit}_last": fit["exponent"].iloc[-1]}
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
    data = table.reset_index().assign(
        name=names[table.index].to_numpy(),
        low=(table["exponent"] - charts.Z95 * table["se"]).to_numpy(),
        high=(table["exponent"] + charts.Z95 * table["se"]).to_numpy(),
    )
    facts = text.extremes(data.set_index("name")["exponent"]) | {
        "covers": ((data["low"] <= 1) & (data["high"] >= 1)).sum(),
        "n": len(data),
        "mean": data["exponent"].mean(),
        "fewest": FEWEST,
    }
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
    certain = data[data["lognormal_p"] < 0.05]
    facts = text.extremes(data["exponent"]) | {
        "wins": (certain["lognormal_ratio"] > 0).sum(),
        "losses": (certain["lognormal_ratio"] < 0).sum(),
        "n": len(data),
    }
    return Parts(data, facts)


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
    data = both.assign(
        name=names[both.index], factor=factor, verdict=np.where(near, "sources agree", "apart")
    )
    facts = text.extremes(data.set_index("name")["factor"]) | {
        "apart": (~near).sum(),
        "n": len(data),
        "factor": PRIMACY_FACTOR,
        "geonames": both["GeoNames"].median(),
        "simplemaps": both["SimpleMaps"].median(),
        "missing": cities["country"].nunique() - len(data),
    }
    for code in ("NL", "KR"):
        facts |= {f"{code.lower()}_{n}": both.loc[code, s] for n, s in enumerate(columns, 1)}
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
    result = {}
    for unit in ("cities", "footprints"):
        result[f"{unit}_exponent"] = text.number(world[unit])
        result[f"{unit}_se"] = text.number(world[f"{unit}_se"])
        result[f"{unit}_n"] = text.count(world[f"{unit}_n"])
        result[f"{unit}_lead"] = text.number(own[f"{unit}_lead"], 1)
    return result
