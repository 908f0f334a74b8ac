"""Exhibits of the chapter *Cases*: the rows of each of ten cases, a picture, and all ten."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.exhibits import charts, ledger, maps, text
from scsreport.exhibits.contract import Exhibit, Parts, exhibit, listing
from scsreport.exhibits.style import Look, Theme, looks
from scsreport.findings import cases
from scsreport.geometry import Floats
from scsreport.tables.datasets import load

__all__ = [
    "atlantic",
    "c01",
    "c02",
    "c03",
    "c04",
    "c05",
    "c06",
    "c07",
    "c08",
    "c09",
    "c10",
    "cambodia",
    "every",
    "growth",
    "map_c04",
    "map_c05",
    "map_c06",
    "map_c07",
    "map_c08",
    "map_c09",
    "map_c10",
    "named_places",
]
__dir__ = listing(__all__)

FIGURE_TABLES = ("claims", "claim-figures", "printed")
PLACE_TABLES = ("places", "cities", "city-forms", "system-members", "road-distances")
MAP_TABLES = (*PLACE_TABLES, "regions", "borders")
CASE_USES = {  # the statement a case serves, and the tables its values come from
    "C01": ("A3", ("wup-named", "places", "footprints")),
    "C02": ("A7", ("places", "footprints")),
    "C03": ("A4", ("regions",)),
    "C04": ("A3", ("wup-named", "cities")),
    "C05": ("A4", ("exchange-rates", "systems", "system-members", "footprints", "cities")),
    "C06": ("A5", ("exchange-rates", "road-distances")),
    "C07": ("A5", ("road-distances", "cities")),
    "C08": ("A6", ("places",)),
    "C09": ("A6", ("system-members", "footprints", "road-distances")),
    "C10": ("A6", ("places", "cities")),
}
ORDER = ("connecting", "rebalancing", "collaborating", "growth alone")
"""Mechanisms in the order of the chapter."""

CLEAR_CERTAINTY = 0.5  # above it a form outweighs all others together
REGIONS_UP_TO = 1.5  # degrees of half a map's height; beyond, the borders of regions are noise
POINTS_OF_LINK = 30  # points of a link that names keep off
ASPECT = 1.7  # width of a map over its height
LABELLED_PLACES = 4  # places that bear their name on a map where the source names none


def _figures() -> pd.DataFrame:
    """Return the judged figures of all cases, printed and ours as text."""
    data = claims.figures().query("claim in @cases.READING").reset_index()
    data = ledger.printable(data, "value").assign(said=ledger.printed(data))
    span = " (" + data["range"] + ")"
    data["ours"] = data["shown"] + span.where(data["range"] != "", "")
    remark = data["relation"].map({"indication": " (an indication)"}).fillna("")
    data["told"] = data["verdict"] + remark
    data["figure_printed"] = data["quantity"] + ": " + data["said"]
    return data.set_index("figure", drop=False)


def _facts(case: str) -> dict[str, Any]:
    """Return the judged figures by id, the places of a case by name, and what is implied."""
    places = cases.places().query("case == @case").drop(columns="case").set_index("name")
    columns = ["value", "low", "high", "met", "countings", "printed_low"]
    return dict(places) | dict(claims.figures()[columns]) | dict(cases.implied_numbers())


def _with_counts(values: "pd.Series[Any]", pattern: str = "{} ({})") -> str:
    """Return values with their number, the commonest first, as a phrase."""
    return text.listing(pattern.format(*pair) for pair in values.value_counts().items())


def _figures_of_case(case: str) -> Parts:
    """List the figures of a case that have a value of ours, and name the others."""
    data = _figures().query("claim == @case")
    missing = data.loc[data["value"].isna(), "figure_printed"]
    return Parts(data.dropna(subset="value"), _facts(case) | {"missing": "; ".join(missing)})


def _map_of_case(case: str) -> Parts:
    """Map the places of a case."""
    data = cases.places().query("case == @case").dropna(subset="lat")
    is_labelled = data["named"] | (data["population"].rank(ascending=False) <= LABELLED_PLACES)
    distance = ", " + data["road"].fillna(data["km"]).map(text.count) + " km"
    data["label"] = (data["name"] + distance.where(data["end"] != "", "")).where(is_labelled, "")
    facts = _facts(case) | {
        "n": len(data),
        "joined": len(cases.joined_with_centre()["C05"]["system"]),
    }
    facts["told"] = _with_counts(data["form"])
    facts |= {"nearest": data["km"].min(), "farthest": data["km"].max()}
    facts["mates"] = (data["footprint"] == data["footprint"].iloc[0]).sum()
    return Parts(data, facts, _draw_map)


def _case_exhibit(parts: Callable[[str], Parts], kind: str, case: str) -> Callable[[], Exhibit]:
    """Return a function of one case from a function of any."""
    statement, tables = CASE_USES[case]
    serves: tuple[str, ...] = (statement,)
    sources: tuple[str, ...] = MAP_TABLES
    if kind == "tab":
        serves = (statement, case)
        sources = FIGURE_TABLES + tables
    function = wraps(parts)(partial(parts, case))
    return exhibit(f"{kind}-{case.lower()}", serves=serves, sources=sources)(function)


c01, c02, c03, c04, c05, c06, c07, c08, c09, c10 = (
    _case_exhibit(_figures_of_case, "tab", case) for case in CASE_USES
)
map_c04, map_c05, map_c06, map_c07, map_c08, map_c09, map_c10 = (
    _case_exhibit(_map_of_case, "fig", case) for case in list(CASE_USES)[3:]
)


@exhibit("fig-c01", serves=["A3"], sources=("wup-named",))
def growth() -> Parts:
    """Set the growth of the five beside that of all cities."""
    table, source = cases.growth_of_groups()
    names = {"C01": "the five together", "all": "all cities"}
    data = table.assign(series=table["group"].map(names), percent=100 * table["growth"])
    data = data.dropna(subset="series").astype({"start": str})
    data["span"] = data["start"] + ", over " + data["floor"].map(text.count)
    draw = partial(charts.rows, x="percent", y="span", by="series", label="growth, % a year")
    five: Any = table.query("group == 'C01' and start == 2015").set_index("floor")
    everyone = table.query("group == 'all' and start == 2015").set_index("floor")["growth"]
    return Parts(data, _facts("C01") | {"source": source, "every": everyone} | dict(five), draw)


@exhibit("fig-c02", serves=["A7"], sources=("places", "footprints"))
def cambodia() -> Parts:
    """Count the secondary cities of Cambodia under each rule."""
    counts = cases.by_rule()
    data = counts.pivot(index="rule", columns="counting", values="C02")
    data = data.assign(low=data.min(axis=1), high=data.max(axis=1)).reset_index()
    rules_with_four = text.listing(data.loc[data["high"] >= 4, "rule"])
    facts = _facts("C02") | {"exact": (counts["C02"] == 4).sum(), "enough": rules_with_four}
    draw = partial(
        charts.rows,
        x="as listed",
        y="rule",
        error=("low", "high"),
        label="secondary cities of Cambodia",
        marks={"four": 4},
    )
    return Parts(data, facts, draw)


@exhibit("fig-c03", serves=["A4"], sources=("regional-output", "regions"))
def atlantic() -> Parts:
    """Show the share of the Atlantic provinces in the output of Canada."""
    shares = cases.atlantic()
    oil = shares[cases.NEWFOUNDLAND]
    all_four = shares.sum(axis=1)
    start, end = shares.index[[0, -1]]
    lines = {
        "all four": all_four,
        "Newfoundland and Labrador": oil,
        "the other three": all_four - oil,
    }
    data = pd.DataFrame(lines).mul(100).reset_index().melt("year", var_name="of")
    facts = {"first": all_four[start], "last": all_four[end], "start": start, "end": end}
    facts |= {"oil_first": oil[start], "oil_last": oil[end]}
    labels = ("year", "% of the output of all provinces")
    draw = partial(charts.curves, x="year", y="value", by="of", labels=labels)
    return Parts(data, facts | text.extremes(all_four), draw)


def _draw_map(data: pd.DataFrame, theme: Theme) -> Figure:
    """Draw places on land, each linked to the one it is set against, with the km between."""
    ends = data[["lon", "lat"]].agg(["min", "max"])
    stretch = 1 / np.cos(np.radians(ends["lat"].mean()))
    middle = ends.mean().to_numpy()
    wide, high = 0.65 * np.ptp(ends, axis=0) + 0.1
    high = max(high, wide / stretch / ASPECT)
    reach = high * np.array([ASPECT * stretch, 1])
    land: Any = load("regions" if high < REGIONS_UP_TO else "borders")
    box = np.array([middle - reach, middle + reach])
    land = land.clip(box.ravel()).simplify(high / 100)
    figure, axes = maps.country(land, land, theme, box=box.ravel())
    links = _draw_links(axes, data, theme)
    for form in sorted(data["form"].unique()):
        part = data[data["form"] == form]
        look = looks([form], theme)[form] if form != cases.SMALL else Look(theme.quiet, "v", "-")
        axes.scatter(
            part["lon"],
            part["lat"],
            s=28,
            color=look.colour,
            label=form,
            marker=look.marker,
            zorder=3,
        )
    maps.scale_bar(axes, theme)
    figure.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    charts.name_points(
        axes,
        data[["lon", "lat"]].to_numpy(),
        data["label"].str.replace(" km", "\u00a0km"),
        among=links,
    )
    return figure


def _draw_links(axes: Axes, data: pd.DataFrame, theme: Theme) -> Floats:
    """Link each place with that it is set against, and return points along all links."""
    ends = data[["lon", "lat"]].to_numpy()
    starts = data.set_index("place")[["lon", "lat"]].reindex(data["to"]).to_numpy()
    axes.plot(*np.stack([starts, ends]).transpose(2, 0, 1), color=theme.quiet, linewidth=0.8)
    along = np.linspace(starts, ends, POINTS_OF_LINK).reshape(-1, 2)
    return np.concatenate([ends, along[~np.isnan(along).any(axis=1)]])


@exhibit("tab-cases", serves=["A6"], sources=(*FIGURE_TABLES, *PLACE_TABLES, "wup-named"))
def every() -> Parts:
    """Set all ten cases side by side: what was done and said, what could be checked, verdict."""
    data = pd.DataFrame.from_dict(cases.READING, "index", columns=cases.Reading._fields)
    data["told"] = cases.places().groupby("case")["form"].agg(_with_counts)
    data = data.join(claims.ledger()[["verdict", "stands", "tested", "parts"]])
    judged = claims.figures().query("claim in @cases.READING")
    is_open = judged["verdict"] == claims.UNTESTED
    data["checked"] = judged[~is_open].groupby("claim")["quantity"].agg("; ".join)
    data["unchecked"] = judged[is_open].groupby("claim")["quantity"].agg("; ".join)
    data = data.rename_axis("id").reset_index()
    told = judged[judged["verdict"] != claims.UNTESTED]
    data = data.sort_values("mechanism", key=lambda kinds: kinds.map(ORDER.index), kind="stable")
    facts: dict[str, Any] = {"n": len(data), "tested": len(told), "all": len(judged)}
    facts["sides"] = (told["bears_on"] == "side").sum()
    facts["none"] = (data["tested"] == 0).sum()
    figures = _figures()
    facts["printed"] = dict(figures["said"])
    facts["rates"] = figures.loc["C05a", "range"]
    facts["implied"] = cases.implied_numbers()
    facts["verdict_of"] = data.set_index("id")["stands"]
    return Parts(data, facts | {"verdicts": _with_counts(data["verdict"], "{1} “{0}”")})


@exhibit("tab-case-places", serves=["A2"], sources=(*PLACE_TABLES, "city-access"))
def named_places(case: str = "") -> Parts:
    """List every place of a case with its form, certainty, size and way to the other end.

    Parameters
    ----------
    case : str, optional
        By its row of the ledger, ``C01`` to ``C10``; without one all ten.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> named_places(case="C07").data["name"].tolist()
    ['Jakarta', 'Bandung', 'Surabaya']
    """
    data = cases.places().query("named or case in ('C02', 'C03')")
    if case:
        checks.choice("case", case, cases.READING)
        data = data[data["case"] == case]
    typed = data.dropna(subset="sure")
    facts = {"n": len(data), "typed": len(typed), "clear": (typed["sure"] > CLEAR_CERTAINTY).sum()}
    return Parts(data, facts | text.extremes(typed.set_index("name")["sure"]))
