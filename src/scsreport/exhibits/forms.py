"""Exhibits of the chapter *Three spatial forms*: which city is of which form, and how sure."""

from functools import partial
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from scsreport import claims
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme, looks
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import credibility, forms, growth
from scsreport.findings.classification import WORDS, reasons
from scsreport.findings.rules import DEFAULT, RULES, WORKING, definitions
from scsreport.geometry import Floats
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load
from scsreport.typology import FORMS, Thresholds
from scsreport.typology.model import fitted

__all__ = [
    "calibration",
    "confusion",
    "contested",
    "continents",
    "counted",
    "examples",
    "groups",
    "grown",
    "named_systems",
    "points",
    "roles",
    "rules",
    "scores",
    "stability",
    "systems",
    "why",
    "world_map",
]
__dir__ = listing(__all__)

BOOK = Thresholds()
GROUPS = forms.NAMES | {"secondary": "secondary, rule D7", "larger": "larger", "smaller": "smaller"}
MEASURES = {measure: words["label"] for measure, words in WORDS.items()}
FORM_TABLES = ("city-forms", "cities")
HELD_OUT_TABLES = ("typology-held-out", "typology-scores", "typology-labels")
START, END = growth.RECENT_YEARS
SEVERAL = {name: f"{name}s" for name in forms.NAMES.values()} | {"largest city": "largest cities"}
"""Forms as a sentence names their cities."""
EXTREMES: list[Any] = ["min", "max", "idxmin", "idxmax"]


def _world() -> pd.DataFrame:
    return forms.counts().query("by == 'continent' and group == 'World'")


def _with_form_names(table: pd.DataFrame, column: str = "type") -> pd.DataFrame:
    return table.assign(form=table[column].map(GROUPS))


@exhibit("tab-forms", rebuilds=["A2"], serves=["A2"], sources=FORM_TABLES)
def counted(country: str = "", thresholds: Thresholds = BOOK) -> Parts:
    """Count cities and people by form, with and without suburbs of the primary city.

    Parameters
    ----------
    country : str, optional
        Its ISO alpha-3 code, such as ``COL``; the world without one.
    thresholds : Thresholds, optional
        What counts as near, large and on the way, such as ``Thresholds(reach=80)`` of
        :mod:`scsreport.typology`; cities are then typed anew.

    Raises
    ------
    ValueError
        If there is no such country, or nothing is left to show.
    """
    facts: dict[str, Any] = {"labels": len(load("typology-labels")), "place": ""}
    facts["verdicts"] = {**claims.figures()["verdict"], **claims.ledger()["stands"]}
    if country or thresholds != BOOK:
        table = forms.counts_under(DEFAULT.rule, country, thresholds)
        facts["place"] = f" of {short_names()[country]}" if country else ""
        return _shares_of(table, DEFAULT.rule, facts)
    by_rule = {rule: _counted(rule, facts) for rule in RULES}
    others = {
        definition.name: by_rule[definition.rule]
        for definition in definitions()
        if definition != DEFAULT
    }
    default = by_rule[DEFAULT.rule]
    return Parts(default.data, default.facts, by_definition=others)


def _counted(rule: str, facts: dict[str, Any]) -> Parts:
    """Count cities and people by form, of those that are secondary under a rule."""
    by_working_rule = rule == WORKING.id  # all cities that have a form
    of_rule = forms.counts().query("by == 'rule' and group == @rule")
    return _shares_of(_world() if by_working_rule else of_rule, rule, facts)


def _shares_of(table: pd.DataFrame, rule: str, facts: dict[str, Any]) -> Parts:
    """Set what is counted with suburbs beside what is counted without."""
    by_type = table.pivot(index="type", columns="scope").reindex(FORMS)
    data = pd.DataFrame(
        {
            f"{name}{short}": by_type[name, scope]
            for short, scope in (("", "all"), ("_own", "without suburbs"))
            for name in ("cities", "share", "people", "of_people", "contested", "expected")
        }
    )
    facts = facts | {"by": data, "n": data["cities"].sum(), "own": data["cities_own"].sum()}
    facts["contested"] = np.average(data["contested_own"].fillna(0), weights=data["cities_own"])
    return Parts(_with_form_names(data.reset_index()), facts | {"rule": rule})


@exhibit("fig-forms-world", serves=["A2"], sources=(*FORM_TABLES, "city-doubts"))
def world_map() -> Parts:
    """Map the secondary cities by form, suburbs left out, as in the shares by continent."""
    table = forms.scoped("without suburbs").sort_values("population", ascending=False)
    columns = ["name", "country", "population", "form", "contested", "lon", "lat"]
    data = _with_form_names(table)[columns]
    data["doubtful"] = data.index.isin(credibility.doubtful())
    share = _world().query("scope == 'without suburbs'").set_index("type")["share"]
    shares = pd.crosstab(table["continent"], table["type"], normalize="index")
    facts = {"n": len(data), **share, "most": shares.idxmax().map(CONTINENTS)}
    facts["top"] = shares.max()
    return Parts(data.reset_index(), facts, _draw_world, raster=True)


def _draw_world(data: pd.DataFrame, theme: Theme) -> Figure:
    """Draw a map of each form, since on one map the last drawn would cover the others."""
    figure = Figure(figsize=(WIDTH, 6.3))
    grid = figure.subplots(len(forms.NAMES))
    projected = maps.project(data)
    for axes, (name, look) in zip(grid, looks(forms.NAMES.values(), theme).items(), strict=True):
        maps.draw_world(axes, load("borders"), theme)
        part = projected[projected["form"] == name]
        axes.scatter(part["x"], part["y"], s=4, color=look.colour, marker=look.marker, linewidths=0)
        axes.set_title(name, fontsize=10, loc="left", color=look.colour, pad=2)
    return figure


@exhibit("fig-forms-continents", serves=["A2"], sources=FORM_TABLES)
def continents() -> Parts:
    """Show the share of each form by continent, suburbs left out."""
    table = forms.counts().query("by == 'continent' and scope == 'without suburbs'")
    data = _with_form_names(table).assign(
        place=table["group"].replace(CONTINENTS), percent=100 * table["share"]
    )
    by_form = data[data["group"] != "World"].set_index("place").groupby("type")["share"]
    draw = partial(charts.rows, x="percent", y="place", by="form", label="% of secondary cities")
    return Parts(data, {"by": by_form.agg(EXTREMES)}, draw)


@exhibit("tab-forms-rules", serves=["A2"], sources=FORM_TABLES)
def rules() -> Parts:
    """Show how the shares of the forms move with the definition of a secondary city."""
    table = forms.counts().query("by == 'rule'")
    by_rule = table.pivot(index=["group", "scope"], columns="type", values=["share", "cities"])
    data = by_rule["share"].assign(cities=by_rule["cities"].sum(axis=1)).reset_index()
    return Parts(data, {"by": table.set_index("group").groupby("type")["share"].agg(EXTREMES)})


@exhibit(
    "tab-roles",
    rebuilds=["A1"],
    serves=["A1"],
    sources=(*FORM_TABLES, "city-access", "city-functions", "road-distances"),
)
def roles() -> Parts:
    """Show what cities of each form and size are to others."""
    data = _with_form_names(forms.roles(), "group")
    ratio: Any = forms.traffic()
    than = "fewer" if ratio.loc["smaller", "pooled"] < 1 else "more"
    return Parts(
        data,
        {
            "by": data.set_index("group"),
            "ratio": ratio,
            "near": forms.traffic("passing"),
            "than": than,
        },
    )


@exhibit("fig-forms-growth", serves=["A3", "N10"], sources=("wup-forms", "city-forms"))
def grown() -> Parts:
    """Show growth by form on and off the coast, from groups of one revision."""
    table, source = forms.growth_by_form()
    table = table[(table["start"] == START) & (table["end"] == END)]
    rows = table[(table["by"] == "place") & (table["region"] != "World")].dropna(subset="weighted")
    half_width = (rows["weighted_high"] - rows["weighted_low"]) / 2
    form, where = (rows["group"].str.split(", ").str[part] for part in (0, 1))
    data = rows.assign(
        form=form.replace(forms.NAMES | {"primary": "largest city"}),
        where=where,
        percent=100 * rows["weighted"],
        se=100 * half_width / charts.Z95,
    ).sort_values("group")
    by_growth = table[table["by"] == "form"]
    rates: Any = by_growth.pivot(index="group", columns="region", values="weighted")
    facts = {"by": rates, "source": source, "start_year": START, "end_year": END}
    facts |= _apart(data)
    label = "growth, % a year"
    draw = partial(charts.rows, x="percent", y="form", by="where", error="se", label=label)
    return Parts(data, facts, draw)


def _apart(data: pd.DataFrame) -> dict[str, list[str]]:
    """Return among which forms inland cities grew faster or slower than coastal ones."""
    growth_of, error = (
        data.pivot(index="form", columns="where", values=column) for column in ("percent", "se")
    )
    lead = growth_of["inland"] - growth_of["coast"]
    apart = charts.Z95 * np.sqrt((error**2).sum(axis=1))
    named = {"faster": lead.index[lead > apart], "slower": lead.index[lead < -apart]}
    return {name: [SEVERAL[form] for form in of] for name, of in named.items()}


@exhibit("tab-points", serves=["A2"], sources=("typology-labels",))
def points() -> Parts:
    """Print the points that make the forms."""
    table = fitted().weights[list(FORMS)]
    data = table.assign(measure=table.index.map(MEASURES))
    by_measure = data.set_index("measure")
    facts = {
        "most": by_measure.idxmax(),
        "least": by_measure.idxmin(),
        "n": len(load("typology-labels")),
    }
    return Parts(data, facts)


@exhibit("tab-why", serves=["A2"], sources=FORM_TABLES)
def why(geonameid: int = 1650357) -> Parts:
    """Say why a city has its form: each measure and the points it gives.

    Parameters
    ----------
    geonameid : int
        Its GeoNames id, as in the table ``city-forms``.

    Raises
    ------
    ValueError
        If it is not typed.
    """
    data = reasons(geonameid)
    city: Any = forms.cities().loc[geonameid]
    data = data.assign(measure=data.index.map(MEASURES))
    extremes = text.extremes(data.set_index("measure")[city["type"]])
    return Parts(data, {"city": city, "form": forms.NAMES[city["type"]], **extremes})


@exhibit("tab-scores", serves=["A2"], sources=HELD_OUT_TABLES)
def scores() -> Parts:
    """Score the classifier and simpler rules on the same held-out groups."""
    table = load("typology-scores").set_index(["score", "method"])
    shown = table.index.unique("method")
    between = table["low"].map(text.number) + " to " + table["high"].map(text.number)
    data = table["value"].unstack("score").loc[shown].reset_index()
    data = data.join(between.unstack("score").add_suffix("_range"), on="method")
    gain: Any = table.loc[("f1", shown[-1])]
    certainty_of_gain = "not certain" if gain["low"] < 0 else "certain"
    return Parts(data, {"by": data.set_index("method"), "gain": gain, "sure": certainty_of_gain})


@exhibit("tab-confusion", serves=["A2"], sources=HELD_OUT_TABLES)
def confusion() -> Parts:
    """Set labels against forms of held-out cities, and show where the errors lie by continent."""
    held_out = forms.confusion()
    crossed = pd.crosstab(held_out["label"], held_out["type"]).reindex(FORMS).reset_index()
    crossed = crossed.rename(columns={"label": "group"})
    by_continent = (
        held_out.assign(n=1)
        .groupby("continent")
        .agg(n=("n", "size"), strict=("strict", "mean"), either=("either", "mean"))
    )
    wrong = held_out[~held_out["strict"]]
    pairs = wrong["label"] + " taken for " + wrong["type"]
    most_frequent = pairs.groupby(wrong["continent"]).agg(lambda kind: kind.mode().iloc[0])
    by_continent = by_continent.assign(often=most_frequent).rename(index=CONTINENTS)
    by_continent = by_continent.rename_axis("group").reset_index()
    by_form = held_out.groupby("label")[["strict", "either"]].mean()
    by_form = by_form.rename_axis("group").reset_index()
    data = pd.concat([crossed.merge(by_form, on="group"), by_continent], ignore_index=True)
    data["n"] = data["n"].fillna(data[list(FORMS)].sum(axis=1))
    facts = text.extremes(by_continent.set_index("group")["strict"])
    facts |= {"errors": len(wrong), "n": len(held_out), "pair": pairs.mode().iloc[0]}
    facts["oceania"] = (held_out["continent"] == "OC").sum()
    return Parts(data, facts | {"often": pairs.value_counts().iloc[0]})


@exhibit("fig-calibration", serves=["A2"], sources=HELD_OUT_TABLES)
def calibration() -> Parts:
    """Show whether the certainty means what it says."""
    held_out = forms.confusion()
    bins = pd.cut(held_out["certainty"], [0.3, *np.arange(0.5, 1.01, 0.1)])
    by_bin = held_out.groupby(bins, observed=True)
    right = by_bin["strict"].mean()
    n = by_bin.size()
    data = pd.DataFrame({"certainty": by_bin["certainty"].mean(), "right": right, "n": n})
    data = data.assign(se=(right * (1 - right) / n) ** 0.5, what="held-out cities")
    diagonal = data.assign(right=data["certainty"], se=np.nan, what="as it should be")
    error = load("typology-scores").set_index(["method", "score"])["value"]["classifier", "ece"]
    facts = {"ece": error, "n": len(held_out), **text.extremes(data.set_index("n")["right"])}
    labels = ("certainty", "share right")
    draw = partial(charts.curves, x="certainty", y="right", by="what", labels=labels, error="se")
    return Parts(pd.concat([data, diagonal]).reset_index(drop=True), facts, draw)


@exhibit("tab-stability", serves=["A2"], sources=("form-stability", "city-forms"))
def stability() -> Parts:
    """Count the cities that change their form when something else changes."""
    data = load("form-stability").sort_values("moved", ascending=False)
    by_change = data.set_index("change")
    return Parts(
        data, text.extremes(by_change["moved"]) | text.extremes(by_change["rand"], "rand_")
    )


@exhibit("tab-contested", serves=["A2"], sources=FORM_TABLES)
def contested(country: str = "", thresholds: Thresholds = BOOK) -> Parts:
    """List the contested cities.

    Parameters
    ----------
    country : str, optional
        Its ISO alpha-3 code, such as ``COL``; the world without one.
    thresholds : Thresholds, optional
        What counts as near, large and on the way, such as ``Thresholds(reach=80)`` of
        :mod:`scsreport.typology`; cities are then typed anew.

    Raises
    ------
    ValueError
        If there is no such country, or nothing is left to show.
    """
    table = forms.typed_under(country, thresholds).query("contested and not suburb")
    if table.empty:
        raise ValueError(f"country: no city of {short_names()[country]} is contested")
    data = _with_form_names(table.sort_values("population", ascending=False))
    shares = data[forms.SHARES].rename(columns=lambda name: name[2:])
    pair = shares.apply(lambda row: " and ".join(sorted(row.nlargest(2).index)), axis=1)
    data = data.assign(country=data["country"].map(short_names("country")))
    data = data[["name", "country", "population", "form", *forms.SHARES]].reset_index()
    frequency = pair.value_counts(normalize=True)
    facts = {"n": len(data), "pair": frequency.index[0], "of": frequency.iloc[0]}
    return Parts(data, facts | {"first": data["name"].iloc[0]})


@exhibit("tab-systems", serves=["A2"], sources=("systems", "system-members"))
def systems() -> Parts:
    """Describe the detected clusters and corridors."""
    table = load("systems")
    large = table[table["n"] >= 5].groupby("form")
    columns = ["n", "people", "length_km", "area_km2", "axis_ratio", "tree_share", "slope", "green"]
    data = large[columns].median().assign(systems=table.groupby("form").size(), large=large.size())
    data["line"] = large["p_line"].agg(lambda p: (p <= 0.05).mean())
    return Parts(data.reset_index(), {"by": data})


@exhibit("tab-named-systems", serves=["A2"], sources=("system-members", "typology-labels"))
def named_systems() -> Parts:
    """Look for the systems that the labels name, and say which are missed and why."""
    table = forms.named_systems().reset_index()
    data = table.assign(result=np.where(table["found"], "found in " + table["best"], table["why"]))
    data = data.sort_values(["found", "form", "system"])
    facts = {"n": len(data), "by": data.groupby("form")["found"].agg(["sum", "size"])}
    otherwise = data["why"].str.contains("typed otherwise").sum()
    return Parts(data, {"found": data["found"].sum(), "otherwise": otherwise, **facts})


@exhibit("fig-form-groups", rebuilds=["A2"], serves=["A2"], sources=("form-groups", "city-forms"))
def groups() -> Parts:
    """Show how many groups the measures suggest by themselves: whether a fourth remains."""
    table = load("form-groups")
    index_names = {"silhouette": "silhouette", "rand": "agreement with the three forms"}
    data = table.melt(["groups", "smallest"], list(index_names), "index", "value")
    number = data["groups"].astype(str) + " groups"
    data = data.assign(index=data["index"].map(index_names), number=number)
    by_number = table.set_index("groups")
    facts = {
        "by": by_number,
        "best": by_number["silhouette"].idxmax(),
        "agree": by_number["rand"].idxmax(),
    }
    draw = partial(charts.rows, x="value", y="number", by="index", label="index")
    return Parts(data, facts, draw)


@exhibit("fig-systems", serves=["A2"], sources=("systems", "system-members", "footprints", "roads"))
def examples() -> Parts:
    """Draw three real systems of each form: cities, axis, footprints, roads."""
    data = forms.examples()
    facts = {form: text.listing(data.loc[data["form"] == form, "panel"].unique()) for form in FORMS}
    return Parts(data, facts, _draw_examples, raster=True)


def _draw_examples(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 5.6))
    grid: Any = figure.subplots(3, 3)
    roads = _road_ends()
    for axes, (panel, part) in zip(grid.flat, data.groupby("panel", sort=False), strict=True):
        view = _view(part)
        _draw_roads(axes, roads, view, theme)
        _draw_footprints(axes, part, view, theme)
        _draw_system(axes, part, theme)
        axes.set(
            xlim=(view.lon - view.wide, view.lon + view.wide),
            xticks=[],
            yticks=[],
            ylim=(view.lat - view.high, view.lat + view.high),
            aspect=view.wide / view.high,
        )
        axes.set_title(fill(str(panel), 18), fontsize=8)
        axes.set_axis_off()
        maps.scale_bar(axes, theme, share=0.5)
    return figure


class _View(NamedTuple):
    """The part of the map that a panel shows: its middle and half its sides, degrees."""

    lat: float
    lon: float
    high: float
    wide: float


def _view(part: pd.DataFrame) -> _View:
    """Return a square, on the ground, around the cities of a system."""
    middle = (part[["lat", "lon"]].min() + part[["lat", "lon"]].max()) / 2
    # A degree of longitude is shorter than one of latitude.
    scale = np.cos(np.radians(middle["lat"]))
    high = 0.6 * max(np.ptp(part["lat"]), np.ptp(part["lon"]) * scale, 0.6)
    return _View(middle["lat"], middle["lon"], high, high / scale)


def _road_ends() -> Floats:
    """Return the two ends of every road: longitude and latitude, by link and end."""
    nodes = load("road-nodes")
    links = load("roads")
    coordinates = nodes[["lon", "lat"]].to_numpy()
    return np.stack([coordinates[links["node_a"]], coordinates[links["node_b"]]], axis=1)


def _draw_roads(axes: Any, roads: Floats, view: _View, theme: Theme) -> None:
    distance = abs(roads - (view.lon, view.lat))
    inside = (distance < (view.wide, view.high)).all(axis=2).any(axis=1)
    lines = LineCollection(roads[inside].tolist(), colors=theme.quiet, linewidths=0.25)
    axes.add_collection(lines)


def _draw_footprints(axes: Any, part: pd.DataFrame, view: _View, theme: Theme) -> None:
    """Draw each contiguous urban area as a circle, on the ground, of its size."""
    urban: Any = part.drop_duplicates("footprint").dropna(subset="area_km2").itertuples()
    for place in urban:
        radius = np.sqrt(place.area_km2 / np.pi)
        diameter = 2 * radius / maps.KM_A_DEGREE
        centre = (place.urban_lon, place.urban_lat)
        circle = Ellipse(centre, diameter * view.wide / view.high, diameter)
        circle.set(color=theme.quiet, alpha=0.4, linewidth=0)
        axes.add_patch(circle)


def _draw_system(axes: Any, part: pd.DataFrame, theme: Theme) -> None:
    """Draw the cities of a system, and the line of a corridor."""
    form = part["form"].iloc[0]
    look = looks([form], theme)[form]
    style: Any = {"color": look.colour}
    line = part.dropna(subset="position").sort_values("position")
    axes.plot(line["lon"], line["lat"], linewidth=1.2, **style)
    size = 8 + part["population"] / 1e5
    axes.scatter(part["lon"], part["lat"], s=size, marker=look.marker, linewidths=0, **style)
