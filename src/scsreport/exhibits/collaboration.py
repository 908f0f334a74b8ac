"""Exhibits of the chapter *Collaboration*: joint plants, fair shares, sites. All illustrations."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.collaboration.games import MOST
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import MARKERS, WIDTH, Theme
from scsreport.findings import collaboration, forms
from scsreport.tables.datasets import load

ASSUMED, SYSTEMS = ("facilities",), ("joint-savings", "facilities")
ROADS = ("facilities", "system-members", "cities", "road-distances")
REACH_KM, NEAR_KM, SIZES = 200, 30, np.geomspace(1e4, 1e6, 41)
SAVED = "% of separate cost saved"
FACTS = {
    "near": NEAR_KM,
    "radius": collaboration.COVER_KM,
    "size": collaboration.REFERENCE,
    "most": MOST,
    "limit": collaboration.LIMITS[0],
    "other": collaboration.LIMITS[1],
    "used": collaboration.USED_UP,
    "from": collaboration.WORKED[0],
    "to": collaboration.WORKED[1],
}
"""What is declared, for the words."""


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Add the name of each kind of facility and of each form, in the order of the list."""
    named = load("facilities")[["kind", "name"]].merge(table, on="kind")
    return named.assign(where=named["form"] + "s") if "form" in named else named


@exhibit("tab-facilities", serves=["A6"], sources=ASSUMED)
def facilities() -> Parts:
    """List the kinds of facility and what their cost is assumed to be."""
    data = load("facilities").assign(haul_100=lambda rows: 100 * rows["haul"])
    for name, times in (("exponent", 1), ("haul", 100)):
        ends = data[[f"{name}_low", f"{name}_high"]] * times
        data[f"{name}_span"] = [" to ".join(map("{:g}".format, row)) for row in ends.to_numpy()]
    sources = data.filter(like="_source").to_numpy()
    data["sources"] = [text.listing(dict.fromkeys(row)) for row in sources]
    facts = {"n": len(data), "ours": (sources[:, :-1] == "ours").sum(), "of": sources[:, :-1].size}
    return Parts(data, FACTS | facts | dict(data["service"].value_counts()))


@exhibit(
    "fig-collaboration-distance", formerly="fig-joint-distance", serves=["A6"], sources=ASSUMED
)
def by_distance(kind: str = "waste", **changes: Any) -> Parts:
    """Show what two equal cities save by the km between them, for cities of four sizes."""
    table = collaboration.pairs(kind, collaboration.SIZES, range(0, REACH_KM + 1, 5), **changes)
    sizes = table["people"].map("{:,} people".format)
    data = table.assign(percent=100 * table["saving"], size=sizes)
    ends: Any = collaboration.break_even(**changes).query("kind == @kind").set_index("people")["km"]
    what = load("facilities").set_index("kind")["name"][kind]
    facts = {"km": ends.rename(text.short), "what": what, "lower": what[0].lower() + what[1:]}
    draw = partial(
        charts.curves,
        x="km",
        y="percent",
        by="size",
        level=0.0,
        labels=("km by road between two cities", SAVED),
    )
    return Parts(data, facts | {"beside": table["saving"].max()}, draw)


@exhibit("tab-collaboration-even", formerly="tab-joint-even", serves=["A6"], sources=ASSUMED)
def reach(**changes: Any) -> Parts:
    """Say how far apart two equal cities may be before one plant stops paying."""
    table = collaboration.break_even(**changes)
    wide = table.pivot(index="kind", columns="people", values="km").rename(columns=text.short)
    data = _named(wide.join(table.groupby("kind")["beside"].first()).reset_index())
    return Parts(data, text.extremes(data.set_index("name")[text.short(collaboration.REFERENCE)]))


@exhibit("fig-collaboration-systems", formerly="fig-joint-systems", serves=["A6"], sources=SYSTEMS)
def saving(**changes: Any) -> Parts:
    """Show in how many systems one plant pays; with changes of the cost curve, computed anew."""
    keys, columns = ["kind", "form"], ["saving"] if changes else list(collaboration.COUNTINGS)
    rows = collaboration.savings(**changes) if changes else load("joint-savings")
    pays = rows.set_index(keys)[columns] > 0
    of, first = 100 * pays.groupby(keys).mean(), pays[columns[0]]
    table = pd.DataFrame({"percent": of[columns[0]], "low": of.min(axis=1), "high": of.max(axis=1)})
    data = _named(table.reset_index())
    facts = {
        **first.groupby("form").mean(),
        "all": first.mean(),
        "countings": pays.mean(),
        "worst": pays.mean().min(),
        "top": pays.mean().max(),
        "counts": collaboration.coverage(),
        **text.extremes(data.query("form == 'corridor'").set_index("name")["percent"] / 100),
    }
    draw = partial(
        charts.rows,
        x="percent",
        y="name",
        by="where",
        error=("low", "high"),
        label="% of systems in which one plant for all pays",
    )
    return Parts(data, FACTS | facts, draw)


@exhibit("tab-collaboration-systems", formerly="tab-joint-systems", serves=["A6"], sources=SYSTEMS)
def arrangements() -> Parts:
    """Say what one plant saves, and whether one, several or separate plants are cheapest."""
    rows, ways = load("joint-savings"), ["one", "several", "own"]
    rows = rows.assign(one=rows["plants"] == 1, own=rows["plants"] == rows["n"])
    of = rows.assign(several=~rows["one"] & ~rows["own"]).groupby(["kind", "form"])
    low, middle, high = (of["as declared"].quantile(end) for end in (0.1, 0.5, 0.9))
    between = low.map(text.share) + " to " + high.map(text.share)
    data = of[ways].mean().assign(median=middle, between=between)
    facts = {**rows.groupby("form")[["one", "own"]].mean(), "waste": data["median"]["waste"]}
    return Parts(_named(data.reset_index()), facts)


@exhibit("tab-collaboration-core", formerly="tab-joint-core", serves=["A6"], sources=SYSTEMS)
def core() -> Parts:
    """Say how often each rule of sharing is left by some group of cities, and why."""
    flags = [*collaboration.RULES, "empty", "used_up"]
    rows = load("joint-savings").astype(dict.fromkeys(flags, float))
    rows, flags = rows.assign(forced=rows["plants"] > 1), [*flags, "forced"]
    data = rows.groupby(["kind", "form"])[flags].mean().reset_index()
    return Parts(_named(data), FACTS | {"left": rows[flags].mean(), "n": rows["empty"].count()})


@exhibit("tab-shares", serves=["A6"], sources=ROADS)
def shares(system: str = "", kind: str = "waste", **changes: Any) -> Parts:
    """Share the cost of joint plants in the worked regions, or in another system."""
    names = [system] if system else list(collaboration.worked())
    tables = {name: collaboration.shares(name, kind, **changes) for name in names}
    left = pd.DataFrame([table.attrs.pop("left") for table in tables.values()]).sum()
    data = pd.concat(tables, names=["where"]).reset_index().replace({"where": forms.NAMES})
    rules = [*collaboration.RULES, "nucleolus"]
    data[rules] = data[rules].div(data["own"], axis=0)
    over = data["by people"]
    facts = {"most": over.max(), "payer": data["name"][over.idxmax()], "over": (over > 1).sum()}
    return Parts(data, FACTS | facts | {"of": len(data), "left": left, "n": len(names)})


@exhibit("fig-sites", serves=["A6"], sources=(*ROADS, "roads"))
def site_map(p: int = 2, objective: str = "p-median") -> Parts:
    """Map the sites of joint plants in the worked regions."""
    plans = collaboration.sites().query("p == @p and objective == @objective").set_index("region")
    listed, parts = load("cities").set_index("geonameid")[["name", "lon", "lat", "population"]], {}
    for region, of in collaboration.worked().items():
        km = of.km[list(plans["sites"][region])]
        site = listed.loc[km.idxmin(axis=1)].set_index(km.index).add_prefix("site_")
        parts[region] = listed.loc[km.index].join(site).assign(km=km.min(axis=1))
    data = pd.concat(parts, names=["region"]).reset_index()
    sites = data.groupby("region")["site_name"].agg(lambda names: text.listing(names.unique()))
    facts = {"p": p, "objective": objective, "km": plans["mean_km"], "gap": plans["gap"].max()}
    return Parts(data, FACTS | facts | {"sites": sites}, _draw_sites, raster=True)


def _draw_sites(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 4.8))
    nodes = load("road-nodes")[["lon", "lat"]].to_numpy()
    ends = load("roads")[["node_a", "node_b"]].to_numpy()
    for at, (region, part) in enumerate(data.groupby("region", sort=False)):
        axes, colour = figure.add_subplot(2, 2, at + 1), theme.series[at]
        low, high = part[["lon", "lat"]].min().to_numpy(), part[["lon", "lat"]].max().to_numpy()
        narrow = np.array([np.cos(np.radians((low + high)[1] / 2)), 1])
        half = 0.65 * ((high - low) * narrow).max() / narrow
        inside = (np.abs(nodes - (low + high) / 2) < half).all(axis=1)
        drawn = nodes[ends[inside[ends].any(axis=1)]].tolist()
        axes.add_collection(LineCollection(drawn, colors=theme.quiet, linewidths=0.3))
        ways = part[["lon", "lat", "site_lon", "site_lat"]].to_numpy().reshape(-1, 2, 2).tolist()
        look: Any = {"colors": colour, "linestyles": "--", "label": "to its site"}
        axes.add_collection(LineCollection(ways, linewidths=1.2, **look))
        size = part["population"] / 2e4
        axes.scatter(part["lon"], part["lat"], size, colour, alpha=0.6, label="city")
        spots = part.drop_duplicates("site_name")[["site_name", "site_lon", "site_lat"]].to_numpy()
        axes.scatter(spots[:, 1], spots[:, 2], 40, theme.ink, marker=MARKERS[3], label="site")
        for name, lon, lat in spots:
            axes.annotate(name, (lon, lat), (5, 5), textcoords="offset points", fontsize=9)
        (west, south), (east, north) = (low + high) / 2 - half, (low + high) / 2 + half
        axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
        axes.set_title(forms.NAMES[str(region)], fontsize=10, loc="left")
    figure.legend(*axes.get_legend_handles_labels(), loc=(0.6, 0.2))
    return figure


@exhibit("tab-sites", serves=["A6"], sources=ROADS)
def sites(kind: str = "waste") -> Parts:
    """Compare one, two and three joint sites with a plant in each city."""
    names: Any = load("cities").set_index("geonameid")["name"]
    data = collaboration.sites(kind).assign(where=lambda rows: rows["region"].map(forms.NAMES))
    data["named"] = [text.listing(names[list(own)]) for own in data["sites"]]
    best: Any = data.loc[data.groupby("region")["cost"].idxmin()].set_index("region")
    facts = {"best": best["p"], "cost": best["cost"], "proved": data["optimal"].sum()}
    return Parts(data, FACTS | facts | {"of": len(data), "kind": kind})


@exhibit(
    "tab-collaboration-markets", formerly="tab-joint-markets", serves=["A6"], sources=ROADS[1:]
)
def markets() -> Parts:
    """Say what the cities of a system would gain as one market, against no contact at all."""
    keys, rows = ["form", "elasticity"], collaboration.markets()
    region = rows["system"] == rows["form"]
    of: Any = rows[~region].groupby(keys)["gain"]
    data = of.quantile([0.25, 0.5, 0.75]).unstack().set_axis(["low", "median", "high"], axis=1)
    data = data.join(rows[region].set_index(keys)["gain"], how="outer").assign(n=of.size())
    powers: Any = data["median"].unstack("form").set_axis(["africa", "germany"])
    facts = {**powers, "minutes": collaboration.HALF_LIFE}
    data = data.reset_index().assign(where=lambda table: table["form"].map(forms.NAMES))
    return Parts(data, FACTS | facts | {"top": data["gain"].max()})


@exhibit("fig-collaboration-limit", formerly="fig-joint-limit", serves=["A6"], sources=ASSUMED)
def limit(kind: str = "waste", **changes: Any) -> Parts:
    """Set a curve that saves at any size beside one whose scale is used up."""
    curves = {
        (most, km): collaboration.pairs(kind, SIZES, [km], limit=most, **changes)
        for most, km in product((np.inf, collaboration.LIMITS[0]), (0, NEAR_KM))
    }
    data = pd.concat(curves, names=["limit", "at"]).reset_index("limit")
    named = data["limit"].map(
        {np.inf: "no limit", collaboration.LIMITS[0]: f"limit {collaboration.LIMITS[0]:,}"}
    )
    data["percent"], data["curve"] = 100 * data["saving"], named + data["km"].map(", {} km".format)
    large = data[data["people"] >= collaboration.SIZES[1]].groupby("curve", sort=False)["saving"]
    draw = partial(
        charts.curves,
        x="people",
        y="percent",
        by="curve",
        log="x",
        level=0.0,
        labels=("people of each of two cities", SAVED),
    )
    facts = {"kind": kind, "low": large.min().to_list(), "high": large.max().to_list()}
    return Parts(data, FACTS | facts, draw)


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    facts: Any = saving().parts.facts
    shares = {name: facts[name] for name in ("all", "worst", "top", "cluster", "corridor")}
    shares["limited"] = facts["countings"][f"routine to {facts['limit']:,}"]
    told = {f"joint_{name}": text.share(value) for name, value in shares.items()}
    counts = {name: facts[name] for name in ("limit", "other")} | facts["counts"]
    told |= {f"joint_{name}": text.count(value) for name, value in counts.items()}
    return told | {"joint_A6": claims.ledger()["verdict"]["A6"]}
