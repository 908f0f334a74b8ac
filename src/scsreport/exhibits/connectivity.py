"""Exhibits of the chapter *Connectivity*: who is near, who is passed, and what goes with it."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import MARKERS, Theme
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import connectivity, forms
from scsreport.tables.datasets import load

ACCESS = ("city-access", "city-forms", "cities")
RESULTS = ("access-regressions",)
BOUNDS = {"under 100,000": 0.0, "100,000 to 1 million": 1e5, "over 1 million": 1e6}
NAMES = forms.NAMES | {"primary": "largest city"}
TERMS = {
    "size": "People (logarithm)",
    "regional_capital": "Regional capital",
    "primary": "Has the largest city",
    "airport": "Scheduled airport",
    "port": "Port",
    "coast": "Coast",
    "oil": "Oil",
    "access": "Market access",
    "through": "Through traffic",
    "larger": "Larger cities",
    "smaller": "Smaller cities",
}
OUTCOMES = {"growth": "Growth", "output": "Output"}
SHOWN = ["headline", "60 minutes", "masses of 2000", "no suburbs", "no primary cities", "no China"]
ENDS = ["coef", "low", "high"]
RANKED = ["rank", "name", "named", "population", "access_30", "access_60", "ratio"]


def _secondary() -> pd.DataFrame:
    """Return cities with a form, without suburbs of the primary city."""
    table = connectivity.cities()
    return table[(table["form"] != "primary") & ~table["suburb"]]


def _results() -> pd.DataFrame:
    """Return the regressions, coefficients and their ends in points or per cent."""
    table = load("access-regressions")
    ends = [*ENDS, "spatial_low", "spatial_high"]
    names = {"headline": "as declared first", "masses of 2000": "people of 2000 count"}
    return table.assign(
        **(table[ends] * 100),
        name=table["term"].map(TERMS),
        what=table["outcome"].map(OUTCOMES),
        left=table["sample"].replace(names),
        **{
            f"{end}_between": table[low].mul(100).map(text.number)
            + " to "
            + table[high].mul(100).map(text.number)
            for end, low, high in (("own", "low", "high"), ("far", *ends[3:]))
        },
    )


def _main() -> dict[str, Any]:
    """Return the headline of both outcomes as facts: by outcome, and growth without China."""
    rows = _results()
    rows = rows[(rows["model"] == connectivity.MODEL) & (rows["term"] == "access")]
    facts: dict[str, Any] = {}
    for name, sample in (("", "headline"), ("_china", "no China"), ("_then", "masses of 2000")):
        for row in rows[rows["sample"] == sample].to_dict("records"):
            facts |= {f"{row['outcome']}{name}_{key}": value for key, value in row.items()}
    return facts


@exhibit("fig-access-world", serves=["A5"], sources=ACCESS)
def reach_map() -> Parts:
    """Map the market access of every secondary city."""
    data = _secondary().sort_values("access_30")
    cut = pd.cut(data["access_30"], [*BOUNDS.values(), np.inf], right=False, labels=list(BOUNDS))
    data = data.assign(reach=cut.astype(str))
    data = data[["name", "country", "population", "form", "access_30", "reach", "lon", "lat"]]
    shares = data["reach"].value_counts(normalize=True)[list(BOUNDS)].to_list()
    facts = dict(zip(("few", "some", "many"), shares, strict=True))
    names: Any = load("countries").set_index("country")["name"]
    most = data.loc[data["reach"] == list(BOUNDS)[-1], "country"].value_counts(normalize=True)
    facts |= {"most": names[most.index[0]], "most_of": most.iloc[0]}
    facts |= {"n": len(data), "median": data["access_30"].median()}
    return Parts(data.reset_index(), facts, _draw_world, raster=True)


def _draw_world(data: pd.DataFrame, theme: Theme) -> Figure:
    figure, axes = maps.world(load("borders"), theme)
    points = maps.project(data)
    for step, name in enumerate(BOUNDS):
        part = points[points["reach"] == name]
        axes.scatter(
            part["x"],
            part["y"],
            s=5,
            color=theme.series[step],
            label=name,
            marker=MARKERS[step],
            linewidths=0,
            alpha=0.75,
        )
    figure.legend(loc="outside lower center", ncols=3, markerscale=2.5, handletextpad=0.1)
    return figure


@exhibit("fig-access-regions", serves=["A5"], sources=ACCESS)
def by_continent() -> Parts:
    """Show median access by form and continent."""
    table = connectivity.by_form().query("form != 'primary'")
    table = table.sort_values("form", key=lambda form: form.map(list(NAMES).index))
    data = table.assign(
        thousands=table["access_30"] / 1e3,
        named=table["form"].map(NAMES),
        where=table["place"].replace(CONTINENTS),
    )
    data = data[data["n"] >= 3].sort_values(
        "where", key=lambda c: c.replace("World", ""), kind="stable"
    )
    world = data[data["place"] == "World"].set_index("form")["access_30"]
    rest: Any = data[(data["place"] != "World") & (data["form"] == "corridor")]
    facts = {**world, **text.extremes(rest.set_index("where")["access_30"])}
    label = "thousand people within reach, median"
    draw = partial(charts.rows, x="thousands", y="where", by="named", label=label)
    return Parts(data, facts, draw)


@exhibit("tab-access-country", serves=["A5"], sources=ACCESS)
def country(iso3: str = "IDN") -> Parts:
    """Rank the secondary cities of a country (its ISO alpha-3 code) by market access."""
    table = _secondary().query("iso3 == @iso3").sort_values("access_30", ascending=False)
    if table.empty:
        raise ValueError(f"country: found {iso3!r}, expected an ISO alpha-3 code, such as 'IDN'")
    data = table.assign(rank=range(1, len(table) + 1), named=table["form"].map(NAMES))
    states: Any = load("countries").set_index("iso3")["name"]
    reach: Any = data.set_index("name")["access_30"]
    facts = {"country": states[iso3], "n": len(data), **text.extremes(reach)}
    return Parts(data[RANKED].reset_index(), facts)


@exhibit("tab-through", serves=["A5", "A1"], sources=("city-access", "city-forms", "roads"))
def through() -> Parts:
    """Show through traffic by form, in zones of three sizes."""
    data = connectivity.by_form().query("place == 'World'")
    data = data.assign(named=data["form"].map(NAMES)).sort_values("ratio", ascending=False)
    return Parts(
        data, {"by": data.set_index("form"), "zones": text.listing(map(str, connectivity.ZONES))}
    )


@exhibit("fig-access-growth", serves=["A5"], sources=RESULTS)
def growth() -> Parts:
    """Show what growth goes with, sample by sample."""
    data = _results().query("outcome == 'growth' and kind == 'external'")
    data = data[(data["model"] == connectivity.MODEL) & data["sample"].isin(SHOWN)]
    data = data.sort_values("sample", key=lambda c: c.map(SHOWN.index), kind="stable")
    access = data[data["term"] == "access"]
    facts = {"above": (access["low"] > 0).sum(), "of": len(access), **_main()}
    passing = data[data["term"] == "through"]
    facts["crossing"] = (passing["low"] * passing["high"] < 0).sum()
    draw = partial(
        charts.rows,
        x="coef",
        y="left",
        by="name",
        error=("low", "high"),
        marks={"nothing": 0},
        label="points a year for one standard deviation",
    )
    return Parts(data, facts, draw)


@exhibit("tab-terms", serves=["A5"], sources=RESULTS)
def terms() -> Parts:
    """List every factor of the first specification of both outcomes."""
    data = _results().query("sample == 'headline' and model == @connectivity.MODEL")
    beyond = data[data["low"] * data["high"] > 0].groupby("outcome")["name"].agg(text.listing)
    return Parts(data, {"beyond": beyond, **_main()})


@exhibit("tab-partial", serves=["A5"], sources=RESULTS)
def explained() -> Parts:
    """Say how much external factors explain beyond internal ones, in every sample."""
    table = _results()[lambda t: t["model"] == connectivity.MODEL].drop_duplicates(
        connectivity.KEYS
    )
    ends = [table[f"partial_{end}"].map(text.tenths) for end in ("low", "high")]
    data = table.assign(between=ends[0] + " to " + ends[1])
    of = data.groupby("outcome")["partial"]
    facts = {"most": of.max(), "least": of.min(), "mark": claims.figures()["printed_low"]["A5a"]}
    return Parts(data, facts | _main())


@exhibit("tab-shadow", serves=["A5"], sources=RESULTS)
def shadow() -> Parts:
    """Set access to larger cities beside access to smaller ones."""
    data = _results()[lambda t: t["term"].isin(["larger", "smaller"])]
    data = data[~data["sample"].str.startswith("zone")]
    main: Any = data.query("sample == 'headline'").set_index(["outcome", "term"])
    return Parts(data, {"by": main.loc["output"], "growth": main.loc["growth"]})


@exhibit(
    "tab-connectivity-links",
    formerly="tab-links",
    serves=["A5", "C06", "C07"],
    sources=("printed", "road-distances", "cities"),
)
def cases() -> Parts:
    """Work the named links through, over a range of imported parameters."""
    found, minutes = connectivity.effects(), connectivity.link_minutes()
    of = found.groupby(["link", "trip"], sort=False)
    ends = of[["first", "second", "mean", "behind"]].agg(["min", "max"])
    data = pd.DataFrame(
        {
            name: ends[name]["min"].map(text.tenths) + " to " + ends[name]["max"].map(text.tenths)
            for name in ("first", "second", "mean")
        }
    ).reset_index()
    data["behind"] = ends["behind"]["min"].to_numpy()
    for name, at in (("before", 0), ("after", 1)):
        keys = zip(data["trip"], data["link"], strict=True)
        data[name] = [minutes[connectivity.TRIPS[trip][at]][link] for trip, link in keys]
    second: Any = ends["second"]
    facts = {
        f"{case}_{trip}_{end}": second[end][link, trip]
        for trip in connectivity.TRIPS
        for case, link in (("c06", "Melbourne-Geelong"), ("c07", "Jakarta-Bandung"))
        for end in ("min", "max")
    }
    first: Any = ends["first"]["max"]
    facts |= {"jakarta": first["Jakarta-Bandung", "stations"], "behind": data["behind"].min()}
    return Parts(data, facts | {"road": minutes["road"]["Jakarta-Bandung"]})


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    facts, verdict = _main(), claims.figures()["verdict"]
    told = {f"links_{name}": verdict[name] for name in ("A5a", "A5b")}
    told["links_A5"] = claims.ledger()["verdict"]["A5"]
    for outcome, digits in (("growth", 2), ("growth_china", 2), ("growth_then", 2), ("output", 0)):
        for end in ENDS:
            told[f"links_{outcome}_{end}"] = text.number(facts[f"{outcome}_{end}"], digits)
    for outcome in OUTCOMES:
        for end in ("internal", "partial", "partial_low", "partial_high", "moran"):
            form = text.number if end == "moran" else text.tenths
            told[f"links_{outcome}_{end}"] = form(facts[f"{outcome}_{end}"])
        for end in ("n", "countries", "lost", "lost_countries"):
            told[f"links_{outcome}_{end}"] = text.count(facts[f"{outcome}_{end}"])
    case: Any = cases().parts.facts
    return (
        told
        | {f"links_{k}": text.tenths(v) for k, v in case.items() if k != "road"}
        | {
            "links_kmh": text.count(connectivity.KMH),
            "links_road": text.count(case["road"]),
            "links_mark": text.share(claims.figures()["printed_low"]["A5a"]),
        }
    )
