"""Exhibits of the chapter *Cases*: the rows of each of ten cases, a picture, and all ten."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from scsreport import answers, cases, claims, forms
from scsreport.datasets import load
from scsreport.exhibits import charts, ledger, text
from scsreport.exhibits.contract import Exhibit, Parts, exhibit
from scsreport.exhibits.style import MARKERS, WIDTH, Theme

FORMS = (*forms.NAMES.values(), "largest city", cases.SMALL)
SOURCES = ("claims", "claim-figures", "printed")
PLACES = ("places", "cities", "city-forms", "system-members", "road-distances", "regions")
USED = {  # the statement a case serves, and the tables its values come from
    "C01": ("A3", ("wup-named", "places", "footprints")), "C02": ("A7", ("places", "footprints")),
    "C03": ("A4", ("regions",)), "C04": ("A3", ("wup-named", "cities")),
    "C05": ("A4", ("exchange-rates", "systems", "system-members", "footprints", "cities")),
    "C06": ("A5", ("exchange-rates", "road-distances")),
    "C07": ("A5", ("road-distances", "cities")), "C08": ("A6", ("places",)),
    "C09": ("A6", ("system-members", "footprints", "road-distances")),
    "C10": ("A6", ("places", "cities")),
}  # fmt: skip
CLEAR = 0.5  # certainty above which a form outweighs all others together
NEAR = 2.0  # degrees of a map's half height, beyond which borders of regions are noise
LARGEST = 4  # places that bear their name on a map where the source names none


def _facts(case: str) -> dict[str, Any]:
    """Return the judged figures of a case by id, its verdict, and its places by name."""
    judged, row = claims.figures(), claims.ledger().loc[case]
    own = cases.places().query("case == @case").drop(columns="case").set_index("name")
    ends = ["value", "low", "high", "met", "countings", "printed_low"]
    facts = dict(own) | dict(judged[ends])
    return facts | {"tested": row["tested"], "verdict": row["verdict"], **cases.implied()}


def _counted(values: "pd.Series[Any]", form: str) -> str:
    """Return values with their number, the commonest first, as a phrase."""
    return text.listing(form.format(*pair) for pair in values.value_counts().items())


def _rows_of(case: str) -> Callable[[], Exhibit]:
    """Return the function that lists the figures of a case."""
    statement, tables = USED[case]

    def rows() -> Parts:
        data = ledger.printable(claims.figures().query("claim == @case").reset_index(), "value")
        ours, missing = ledger.span(data, "low", "high"), data["value"].isna()
        data["ours"] = data["shown"].where(data["shown"] == ours, data["shown"] + " (" + ours + ")")
        data["said"] = ledger.printed(data)
        kind = data["relation"].map({"indication": "an indication, "}).fillna("")
        from_ = kind + data["our_source"] + ", within " + data["within"]
        data["basis"] = from_.where(~missing, "would take " + data["tolerance_reason"])
        return Parts(data, _facts(case))

    rows.__name__ = rows.__qualname__ = case.lower()
    return exhibit(f"tab-{case.lower()}", serves=[statement, case], sources=SOURCES + tables)(rows)


c01, c02, c03, c04, c05, c06, c07, c08, c09, c10 = (_rows_of(case) for case in USED)


@exhibit("fig-c01", serves=["A3", "C01"], sources=("wup-named",))
def growth() -> Parts:
    """Set the growth of the five beside that of all cities."""
    table, source = cases.pace()
    data = table[table["group"].isin(["C01", "all"])].copy()
    data["series"] = data["group"].map({"C01": "the five together", "all": "all cities"})
    until = (data["start"] + 5).astype(str)
    data["span"] = data["start"].astype(str) + " to " + until + ", " + data["floor"].map(text.count)
    data["percent"] = 100 * data["growth"]
    draw = partial(charts.rows, x="percent", y="span", by="series", label="growth, % a year")
    five: Any = table.query("group == 'C01' and start == 2015").set_index("floor")
    return Parts(data, _facts("C01") | {"source": source} | dict(five), draw)


@exhibit("fig-c02", serves=["A7", "C02"], sources=("places", "footprints"))
def cambodia() -> Parts:
    """Count the secondary cities of Cambodia under each rule."""
    data = cases.by_rule({how: answers.counting(how) for how in answers.COUNTINGS})
    data = data.sort_values(["rule", "counting"]).astype({"C02": int})
    enough = text.listing(data.loc[data["C02"] >= 4, "rule"].unique())
    facts = _facts("C02") | {"exact": (data["C02"] == 4).sum(), "enough": enough}
    label = "secondary cities of Cambodia"
    draw = partial(charts.rows, x="C02", y="rule", by="counting", label=label, marks={"four": 4})
    return Parts(data, facts, draw)


@exhibit("fig-c03", serves=["A4", "C03"], sources=("regional-output", "regions"))
def atlantic() -> Parts:
    """Show the share of the Atlantic provinces in the output of Canada."""
    shares = cases.atlantic()
    oil = shares[cases.NEWFOUNDLAND]
    whole, (start, end) = shares.sum(axis=1), shares.index[[0, -1]]
    lines = {"all four": whole, "Newfoundland and Labrador": oil, "the other three": whole - oil}
    data = pd.DataFrame(lines).mul(100).reset_index().melt("year", var_name="of")
    facts = {"first": whole[start], "last": whole[end], "start": start, "end": end}
    facts |= {"oil_first": oil[start], "oil_last": oil[end]}
    labels = ("year", "% of the output of all provinces")
    draw = partial(charts.curves, x="year", y="value", by="of", labels=labels)
    return Parts(data, facts | text.extremes(whole), draw)


def _map_of(case: str) -> Callable[[], Exhibit]:
    """Return the function that maps the places of a case."""

    def places() -> Parts:
        data = cases.places().query("case == @case").dropna(subset="lat")
        data["shown"] = data["named"] | (data["population"].rank(ascending=False) <= LARGEST)
        facts = _facts(case) | {"n": len(data), "joined": len(cases.joined()["C05"]["system"])}
        facts["told"] = _counted(data["form"], "{} ({})")
        facts["mates"] = (data["footprint"] == data["footprint"].iloc[0]).sum()
        return Parts(data, facts, _draw, raster=True)

    places.__name__ = places.__qualname__ = f"map_{case.lower()}"
    return exhibit(f"fig-{case.lower()}", serves=[USED[case][0], case], sources=PLACES)(places)


map_c04, map_c05, map_c06, map_c07, map_c08, map_c09, map_c10 = map(_map_of, list(USED)[3:])


def _draw(data: pd.DataFrame, theme: Theme) -> Figure:
    """Draw places on land, each linked to the one it is set against, with the km between."""
    middle = (data[["lat", "lon"]].min() + data[["lat", "lon"]].max()) / 2
    narrow = np.cos(np.radians(middle["lat"]))
    high = 0.575 * np.ptp(data["lat"]) + 0.15
    wide = max(np.ptp(data["lon"]) * narrow + 0.15, high)
    high = max(high, 0.5 * wide)
    figure = Figure(figsize=(WIDTH, WIDTH * high / wide + 0.7))
    axes = figure.add_subplot()
    box = (middle["lon"] - wide / narrow, middle["lat"] - high,
           middle["lon"] + wide / narrow, middle["lat"] + high)  # fmt: skip
    edge = theme.quiet if high < NEAR else theme.land
    load("regions").clip(box).plot(ax=axes, color=theme.land, edgecolor=edge, linewidth=0.3)
    near = load("cities")
    near = near[near["lon"].between(box[0], box[2]) & near["lat"].between(box[1], box[3])]
    axes.scatter(near["lon"], near["lat"], s=4, color=theme.quiet, label="other city")
    start = data.set_index("place")[["lon", "lat"]].reindex(data["to"]).to_numpy()
    for (x, y), place in zip(start, data.to_dict("records"), strict=True):
        axes.plot([x, place["lon"]], [y, place["lat"]], color=theme.quiet, linewidth=0.8)
        km = place["km"] if np.isnan(place["road"]) else place["road"]
        side = -1 if place["lon"] < x else 1
        if place["shown"]:
            axes.annotate(
                place["name"] + (f", {km:.0f} km" if km else ""), (place["lon"], place["lat"]),
                xytext=(5 * side, 3 if place["lat"] >= y else -11), textcoords="offset points",
                ha="right" if side < 0 else "left", zorder=4,
                path_effects=[withStroke(linewidth=2.5, foreground=theme.land)],
            )  # fmt: skip
    for step, form in enumerate(FORMS):
        part = data[data["form"] == form]
        if len(part):
            axes.scatter(part["lon"], part["lat"], s=28, color=theme.series[step], label=form,
                         marker=MARKERS[step], zorder=3)  # fmt: skip
    axes.set(xlim=box[::2], ylim=box[1::2], aspect=1 / narrow)
    axes.set_axis_off()
    figure.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    return figure


@exhibit("tab-cases", serves=["A6", "A7"], sources=(*SOURCES, *PLACES, "wup-named"))
def every() -> Parts:
    """Set all ten cases side by side: forms, mechanism, level, verdict."""
    data = pd.DataFrame.from_dict(cases.READING, "index", columns=["name", "mechanism", "level"])
    forms_of = cases.places().groupby("case")["form"]
    data["told"] = forms_of.agg(lambda own: _counted(own, "{} ({})"))
    data = data.join(claims.ledger()[["verdict", "tested"]]).rename_axis("id").reset_index()
    tested = data["tested"].str.split(" of ", expand=True).astype(int)
    facts = {"n": len(data), "tested": tested[0].sum(), "all": tested[1].sum()}
    facts["none"] = (tested[0] == 0).sum()
    return Parts(data, facts | {"verdicts": _counted(data["verdict"], "{1} “{0}”")})


@exhibit("tab-case-places", serves=["A2", "A5"], sources=(*PLACES, "city-access"))
def named_places() -> Parts:
    """List every place of a case with its form, certainty, size and way to the other end."""
    data = cases.places().query("named or case in ('C02', 'C03')")
    names: Any = data.drop_duplicates("place").set_index("place")["name"]
    data = data.assign(end=data["to"].map(names).where(data["to"] != data["place"], ""))
    data[["km", "road"]] = data[["km", "road"]].where(data["end"] != "")
    sure = data.dropna(subset="sure")
    facts = {"n": len(data), "typed": len(sure), "clear": (sure["sure"] > CLEAR).sum()}
    return Parts(data, facts | text.extremes(sure.set_index("name")["sure"]))


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    facts, seoul, rate = every().parts.facts, map_c04().parts.facts, claims.figures().loc["C05a"]
    implied, rows = cases.implied(), claims.ledger()["verdict"]
    told = {case: str(rows[case]) for case in USED} | dict(implied.map(text.number))
    told |= {name: text.count(facts[name]) for name in ("n", "tested", "all", "none")}
    told |= {"after": text.count(implied["after"]), "enough": cambodia().parts.facts["enough"]}
    told |= {"mates": text.count(seoul["mates"]), "around": text.count(seoul["n"])}
    told |= {end: text.number(rate[end]) for end in ("low", "high")}
    return {f"cases_{name}": value for name, value in told.items()}
