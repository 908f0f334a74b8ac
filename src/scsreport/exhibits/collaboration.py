"""Exhibits of the chapter *Collaboration*: joint plants, fair shares, sites. All illustrations."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.collaboration.games import MOST
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme, looks
from scsreport.findings import city_groups, collaboration, forms
from scsreport.tables.datasets import load

__all__ = [
    "arrangements",
    "by_distance",
    "core",
    "facilities",
    "limit",
    "markets",
    "reach",
    "saving",
    "shares",
    "site_map",
    "sites",
]
__dir__ = listing(__all__)

ASSUMPTION_TABLES = ("facilities",)
SYSTEM_TABLES = ("joint-savings", "facilities")
ROAD_TABLES = ("facilities", "system-members", "cities", "road-distances")
REACH_KM = 200
NEAR_KM = 30
CITY_SIZES = np.geomspace(1e4, 1e6, 41)
SAVED_LABEL = "% of separate cost saved"
MAP_MARGIN = 0.65
"""Half of the side of a map, over the longer side of what is on it."""
DECLARED = {
    "near": NEAR_KM,
    "radius": collaboration.COVER_KM,
    "size": collaboration.REFERENCE,
    "most": MOST,
    "limit": collaboration.LIMITS[0],
    "other": collaboration.LIMITS[1],
    "used": collaboration.USED_UP,
    "from": city_groups.WORKED_SIZES[0],
    "to": city_groups.WORKED_SIZES[1],
}
"""What is declared, for the words."""


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Add the name of each kind of facility and of each form, in the order of the list."""
    table_with_names = load("facilities")[["kind", "name"]].merge(table, on="kind")
    return (
        table_with_names.assign(where=table_with_names["form"] + "s")
        if "form" in table_with_names
        else table_with_names
    )


def _curve(**given: float | str | None) -> dict[str, Any]:
    """Return the changes of a cost curve that are given, checked where they name a column."""
    changes = {name: value for name, value in given.items() if value is not None}
    for name in changes.keys() & {"exponent", "haul"}:
        if isinstance(changes[name], str):
            checks.choice(name, changes[name], [name, f"{name}_low", f"{name}_high"])
    if "limit" in changes:
        checks.number("limit", changes["limit"], checks.ABOVE_ZERO)
    return changes


@exhibit("tab-facilities", serves=["A6"], sources=ASSUMPTION_TABLES)
def facilities() -> Parts:
    """List the kinds of facility and what their cost is assumed to be."""
    data = load("facilities").assign(haul_100=lambda rows: 100 * rows["haul"])
    data["exponent_span"] = _spans(data["exponent_low"], data["exponent_high"])
    data["haul_span"] = _spans(100 * data["haul_low"], 100 * data["haul_high"])
    sources = data.filter(like="_source").to_numpy()
    data["sources"] = [text.listing(dict.fromkeys(row)) for row in sources]
    of_numbers = sources[:, :-1]  # the last is that of the item itself
    facts = {"n": len(data), "ours": (of_numbers == "ours").sum(), "of": of_numbers.size}
    return Parts(data, DECLARED | facts | dict(data["service"].value_counts()))


def _spans(low: "pd.Series[float]", high: "pd.Series[float]") -> list[str]:
    return [f"{least:g} to {most:g}" for least, most in zip(low, high, strict=True)]


@exhibit(
    "fig-collaboration-distance",
    formerly="fig-joint-distance",
    serves=["A6"],
    sources=ASSUMPTION_TABLES,
)
def by_distance(
    kind: str = "waste",
    *,
    exponent: float | str | None = None,
    haul: float | str | None = None,
    limit: float | None = None,
    coordination: float | None = None,
) -> Parts:
    """Show what two equal cities save by the km between them, for cities of four sizes.

    Parameters
    ----------
    kind : str
        A kind of the table ``facilities``, such as ``water``.
    exponent : float or {"exponent_low", "exponent_high"}, optional
        Power of output in cost, above 0 and up to 1.5, or an end of the declared range.
    haul : float or {"haul_low", "haul_high"}, optional
        Cost of a haul of a unit over a km, zero or more, or an end of the declared range.
    limit : float, optional
        People beyond which a routine service costs each the same.
    coordination : float, optional
        Cost of acting together, as a share of the separate cost, zero or more.

    Raises
    ------
    ValueError
        If one is outside its range, or there is no such kind.

    Notes
    -----
    What is not given is as declared in the table ``facilities``.
    """
    changes = _curve(exponent=exponent, haul=haul, limit=limit, coordination=coordination)
    table = collaboration.pairs(kind, collaboration.SIZES, range(0, REACH_KM + 1, 5), **changes)
    sizes = table["people"].map("{:,} people".format)
    data = table.assign(percent=100 * table["saving"], size=sizes)
    break_even = (
        collaboration.break_even(**changes).query("kind == @kind").set_index("people")["km"]
    )
    name = str(load("facilities").set_index("kind")["name"][kind])
    facts = {
        "km": break_even,
        "what": name,
        "lower": name[0].lower() + name[1:],
        "beside": table["saving"].max(),
    }
    draw = partial(
        charts.curves,
        x="km",
        y="percent",
        by="size",
        level=0.0,
        labels=("km by road between two cities", SAVED_LABEL),
        ordered=True,
    )
    return Parts(data, facts, draw)


@exhibit(
    "tab-collaboration-even", formerly="tab-joint-even", serves=["A6"], sources=ASSUMPTION_TABLES
)
def reach(
    *,
    exponent: float | str | None = None,
    haul: float | str | None = None,
    limit: float | None = None,
    coordination: float | None = None,
) -> Parts:
    """Say how far apart two equal cities may be before one plant stops paying.

    Parameters
    ----------
    exponent : float or {"exponent_low", "exponent_high"}, optional
        Power of output in cost, above 0 and up to 1.5, or an end of the declared range.
    haul : float or {"haul_low", "haul_high"}, optional
        Cost of a haul of a unit over a km, zero or more, or an end of the declared range.
    limit : float, optional
        People beyond which a routine service costs each the same.
    coordination : float, optional
        Cost of acting together, as a share of the separate cost, zero or more.

    Raises
    ------
    ValueError
        If one is outside its range.

    Notes
    -----
    What is not given is as declared in the table ``facilities``.
    """
    changes = _curve(exponent=exponent, haul=haul, limit=limit, coordination=coordination)
    table = collaboration.break_even(**changes)
    by_kind = table.pivot(index="kind", columns="people", values="km").add_prefix("km_")
    data = _with_names(by_kind.join(table.groupby("kind")["beside"].first()).reset_index())
    return Parts(data, text.extremes(data.set_index("name")[f"km_{collaboration.REFERENCE}"]))


@exhibit(
    "fig-collaboration-systems",
    rebuilds=["A6"],
    formerly="fig-joint-systems",
    serves=["A6"],
    sources=SYSTEM_TABLES,
)
def saving(
    *,
    exponent: float | str | None = None,
    haul: float | str | None = None,
    limit: float | None = None,
    coordination: float | None = None,
) -> Parts:
    """Show in how many systems one plant pays; with changes of the cost curve, computed anew.

    Parameters
    ----------
    exponent : float or {"exponent_low", "exponent_high"}, optional
        Power of output in cost, above 0 and up to 1.5, or an end of the declared range.
    haul : float or {"haul_low", "haul_high"}, optional
        Cost of a haul of a unit over a km, zero or more, or an end of the declared range.
    limit : float, optional
        People beyond which a routine service costs each the same.
    coordination : float, optional
        Cost of acting together, as a share of the separate cost, zero or more.

    Raises
    ------
    ValueError
        If one is outside its range.

    Notes
    -----
    What is not given is as declared in the table ``facilities``.
    """
    changes = _curve(exponent=exponent, haul=haul, limit=limit, coordination=coordination)
    pays = collaboration.pays(**changes)
    percent = 100 * pays.groupby(["kind", "form"]).mean()
    declared = pays.iloc[:, 0]
    table = pd.DataFrame(
        {
            "percent": percent[declared.name],
            "low": percent.min(axis=1),
            "high": percent.max(axis=1),
        }
    )
    data = _with_names(table.reset_index())
    corridors = data.query("form == 'corridor'").set_index("name")["percent"] / 100
    over_all = pays.mean()
    facts = {
        **declared.groupby("form").mean(),
        **text.extremes(corridors),
        "all": declared.mean(),
        "worst": over_all.min(),
        "top": over_all.max(),
        "limited": over_all.get(collaboration.LIMITED),
        "counts": city_groups.coverage(),
        "verdict": claims.ledger()["stands"]["A6"],
    }
    draw = partial(
        charts.rows,
        x="percent",
        y="name",
        by="where",
        error=("low", "high"),
        label="% of systems in which one plant for all pays",
    )
    return Parts(data, DECLARED | facts, draw)


@exhibit(
    "tab-collaboration-systems", formerly="tab-joint-systems", serves=["A6"], sources=SYSTEM_TABLES
)
def arrangements() -> Parts:
    """Say what one plant saves, and whether one, several or separate plants are cheapest."""
    table = collaboration.arrangements()
    between = table["low"].map(text.share) + " to " + table["high"].map(text.share)
    data = table[["one", "several", "own", "median"]].assign(between=between)
    facts = {**collaboration.arrangements_by_form(), "waste": data["median"]["waste"]}
    return Parts(_with_names(data.reset_index()), facts)


@exhibit("tab-collaboration-core", formerly="tab-joint-core", serves=["A6"], sources=SYSTEM_TABLES)
def core() -> Parts:
    """Say how often each rule of sharing is left by some group of cities, and why."""
    cases = collaboration.leavers()
    data = cases.groupby(["kind", "form"]).mean().reset_index()
    facts = {"left": cases.mean(), "n": cases["empty"].count()}
    return Parts(_with_names(data), DECLARED | facts)


@exhibit("tab-shares", serves=["A6"], sources=ROAD_TABLES)
def shares(
    system: str = "",
    kind: str = "waste",
    *,
    exponent: float | str | None = None,
    haul: float | str | None = None,
    limit: float | None = None,
    coordination: float | None = None,
) -> Parts:
    """Share the cost of joint plants in the worked regions, or in another system.

    Parameters
    ----------
    system : str, optional
        Its id in the table ``systems``, such as ``corridor-3``.
    kind : str
        A kind of the table ``facilities``, such as ``water``.
    exponent : float or {"exponent_low", "exponent_high"}, optional
        Power of output in cost, above 0 and up to 1.5, or an end of the declared range.
    haul : float or {"haul_low", "haul_high"}, optional
        Cost of a haul of a unit over a km, zero or more, or an end of the declared range.
    limit : float, optional
        People beyond which a routine service costs each the same.
    coordination : float, optional
        Cost of acting together, as a share of the separate cost, zero or more.

    Raises
    ------
    ValueError
        If one is outside its range, or there is no such system or kind.

    Notes
    -----
    What is not given is as declared in the table ``facilities``.
    """
    changes = _curve(exponent=exponent, haul=haul, limit=limit, coordination=coordination)
    names = [system] if system else list(city_groups.worked())
    tables = {name: collaboration.shares(name, kind, **changes) for name in names}
    times_left = pd.DataFrame([table.attrs.pop("left") for table in tables.values()]).sum()
    data = pd.concat(tables, names=["where"]).reset_index().replace({"where": forms.NAMES})
    rules = [*collaboration.RULES, "nucleolus"]
    data[rules] = data[rules].div(data["own"], axis=0)
    burden = data["by people"]
    facts = {
        "most": burden.max(),
        "payer": data["name"][burden.idxmax()],
        "over": (burden > 1).sum(),
        "of": len(data),
        "left": times_left,
        "n": len(names),
    }
    return Parts(data, DECLARED | facts)


@exhibit("fig-sites", serves=["A6"], sources=(*ROAD_TABLES, "roads"))
def site_map(p: int = 2, objective: str = "p-median") -> Parts:
    """Map the sites of joint plants in the worked regions.

    Parameters
    ----------
    p : {1, 2, 3}
        Number of sites.
    objective : {"p-median", "p-centre", "max-cover"}
        What is made least, or most: mean km to the nearest site, the farthest km, people covered.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    checks.whole("p", p, min(collaboration.SITES), max(collaboration.SITES))
    checks.choice("objective", objective, collaboration.OBJECTIVES)
    plans = collaboration.sites().query("p == @p and objective == @objective").set_index("region")
    columns = ["name", "lon", "lat", "population"]
    listed = load("cities").set_index("geonameid")[columns]
    parts = {}
    for region, group in city_groups.worked().items():
        km = group.km[list(plans["sites"][region])]
        site = listed.loc[km.idxmin(axis=1)].set_index(km.index).add_prefix("site_")
        parts[region] = listed.loc[km.index].join(site).assign(km=km.min(axis=1))
    data = pd.concat(parts, names=["region"]).reset_index()
    by_region = data.groupby("region")["site_name"]
    site_names = by_region.agg(lambda names: text.listing(names.unique()))
    facts = {
        "p": p,
        "objective": objective,
        "km": plans["mean_km"],
        "proved": plans["optimal"].sum(),
        "plans": len(plans),
        "sites": site_names,
    }
    return Parts(data, DECLARED | facts, _draw_sites, raster=True)


def _draw_sites(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 4.8))
    for step, (region, part) in enumerate(data.groupby("region", sort=False)):
        axes = figure.add_subplot(2, 2, step + 1)
        _draw_roads(axes, part, theme)
        colour = looks([str(region)], theme)[str(region)].colour
        _draw_region(axes, part, colour, theme)
        axes.set_title(forms.NAMES[str(region)], fontsize=10, loc="left")
    figure.legend(*axes.get_legend_handles_labels(), loc=(0.6, 0.2))
    return figure


def _draw_roads(axes: Axes, part: pd.DataFrame, theme: Theme) -> None:
    """Draw the roads of a square around some cities, as wide as high on the ground."""
    places = part[["lon", "lat"]].to_numpy()
    low, high = places.min(axis=0), places.max(axis=0)
    middle = (low + high) / 2
    # A degree of longitude is shorter than one of latitude.
    scale = np.array([np.cos(np.radians(middle[1])), 1])
    half_side = MAP_MARGIN * ((high - low) * scale).max() / scale
    nodes = load("road-nodes")[["lon", "lat"]].to_numpy()
    ends = load("roads")[["node_a", "node_b"]].to_numpy()
    inside = (np.abs(nodes - middle) < half_side).all(axis=1)
    drawn = nodes[ends[inside[ends].any(axis=1)]].tolist()
    axes.add_collection(LineCollection(drawn, colors=theme.quiet, linewidths=0.3))
    west, south = middle - half_side
    east, north = middle + half_side
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])


def _draw_region(axes: Axes, part: pd.DataFrame, colour: str, theme: Theme) -> None:
    """Draw cities by people, their sites, and lines between both."""
    to_site = part[["lon", "lat", "site_lon", "site_lat"]].to_numpy().reshape(-1, 2, 2)
    style: Any = {"colors": colour, "linestyles": "--", "label": "to its site"}
    axes.add_collection(LineCollection(to_site.tolist(), linewidths=1.2, **style))
    size = part["population"] / 2e4
    axes.scatter(part["lon"], part["lat"], size, colour, alpha=0.6, label="city")
    at_sites = part.drop_duplicates("site_name")
    axes.scatter(
        at_sites["site_lon"], at_sites["site_lat"], 40, theme.ink, marker="*", label="site"
    )
    for name, lon, lat in at_sites[["site_name", "site_lon", "site_lat"]].to_numpy():
        axes.annotate(name, (lon, lat), (5, 5), textcoords="offset points", fontsize=9)


@exhibit("tab-sites", serves=["A6"], sources=ROAD_TABLES)
def sites(kind: str = "waste") -> Parts:
    """Compare one, two and three joint sites with a plant in each city.

    Parameters
    ----------
    kind : str
        A kind of the table ``facilities``, such as ``water``.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    data = collaboration.sites(kind).assign(where=lambda rows: rows["region"].map(forms.NAMES))
    data["named"] = [text.listing(city_groups.names(pd.Index(ids))) for ids in data["sites"]]
    cheapest = data.loc[data.groupby("region")["cost"].idxmin()].set_index("region")
    facts = {
        "best": cheapest["p"],
        "cost": cheapest["cost"],
        "proved": data["optimal"].sum(),
        "of": len(data),
        "kind": kind,
    }
    return Parts(data, DECLARED | facts)


@exhibit(
    "tab-collaboration-markets",
    formerly="tab-joint-markets",
    serves=["A6"],
    sources=ROAD_TABLES[1:],
)
def markets() -> Parts:
    """Say what the cities of a system would gain as one market, against no contact at all."""
    table = collaboration.quartiles_of_markets()
    medians = table["median"].unstack("form").set_axis(["africa", "germany"])
    facts = {**medians, "minutes": collaboration.HALF_LIFE, "top": table["gain"].max()}
    data = table.reset_index().assign(where=lambda rows: rows["form"].map(forms.NAMES))
    return Parts(data, DECLARED | facts)


@exhibit(
    "fig-collaboration-limit", formerly="fig-joint-limit", serves=["A6"], sources=ASSUMPTION_TABLES
)
def limit(
    kind: str = "waste",
    *,
    exponent: float | str | None = None,
    haul: float | str | None = None,
    coordination: float | None = None,
) -> Parts:
    """Set a curve that saves at any size beside one whose scale is used up.

    Parameters
    ----------
    kind : str
        A kind of the table ``facilities``, such as ``water``.
    exponent : float or {"exponent_low", "exponent_high"}, optional
        Power of output in cost, above 0 and up to 1.5, or an end of the declared range.
    haul : float or {"haul_low", "haul_high"}, optional
        Cost of a haul of a unit over a km, zero or more, or an end of the declared range.
    coordination : float, optional
        Cost of acting together, as a share of the separate cost, zero or more.

    Raises
    ------
    ValueError
        If one is outside its range, or there is no such kind.

    Notes
    -----
    What is not given is as declared in the table ``facilities``.
    """
    changes = _curve(exponent=exponent, haul=haul, coordination=coordination)
    used_up = collaboration.LIMITS[0]
    curves = {
        (limit_people, km): collaboration.pairs(
            kind, CITY_SIZES, [km], limit=limit_people, **changes
        )
        for limit_people, km in product((np.inf, used_up), (0, NEAR_KM))
    }
    data = pd.concat(curves, names=["limit", "at"]).reset_index("limit")
    limit_label = data["limit"].map({np.inf: "no limit", used_up: f"limit {used_up:,}"})
    data["percent"] = 100 * data["saving"]
    data["curve"] = limit_label + data["km"].map(", {} km".format)
    large = data[data["people"] >= collaboration.SIZES[1]].groupby("curve", sort=False)["saving"]
    draw = partial(
        charts.curves,
        x="people",
        y="percent",
        by="curve",
        log="x",
        level=0.0,
        labels=("people of each of two cities", SAVED_LABEL),
    )
    facts = {"kind": kind, "low": large.min().to_list(), "high": large.max().to_list()}
    return Parts(data, DECLARED | facts, draw)
