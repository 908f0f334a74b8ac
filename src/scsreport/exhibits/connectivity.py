"""Exhibits of the chapter *Connectivity*: who is near, who is passed, and what goes with it."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import Theme, looks
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import connectivity, credibility, forms
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load

__all__ = [
    "by_continent",
    "cases",
    "country",
    "explained",
    "growth",
    "reach_map",
    "shadow",
    "terms",
    "through",
]
__dir__ = listing(__all__)

ACCESS_TABLES = ("city-access", "city-forms", "cities")
RESULT_TABLES = ("access-regressions",)
REACH_CLASSES = {"under 100,000": 0.0, "100,000 to 1 million": 1e5, "over 1 million": 1e6}
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
IN_SENTENCES = {
    "size": "people",
    "regional_capital": "being a regional capital",
    "primary": "having the largest city",
    "airport": "a scheduled airport",
    "port": "a port",
    "coast": "a coast",
    "oil": "oil",
    "access": "market access",
    "through": "through traffic",
}
"""Factors as a sentence names them."""
OUTCOMES = {"growth": "Growth", "output": "Output"}
SAMPLES = {"headline": "people of 2000 count", "masses of today": "people of today count"}
SHOWN_SAMPLES = [
    "headline",
    "60 minutes",
    "masses of today",
    "no suburbs",
    "no primary cities",
    "no China",
]
MIN_CITIES = 3  # cities of a form in a continent, for a median
CITY_COLUMNS = ("rank", "name", "named", "population")
HALF_LIFE, OTHER_HALF_LIFE = connectivity.HALF_LIVES
"""Minutes of road after which people count half: as in the book, and beside it."""
PROSE_SAMPLES = {"": "headline", "_china": "no China", "_today": "masses of today"}
PROSE_LINKS = {"c06": "Melbourne-Geelong", "c07": "Jakarta-Bandung"}


def _results() -> pd.DataFrame:
    """Return the regressions with names, coefficients and their ends in points or per cent."""
    table = connectivity.results_in_hundredths()
    return table.assign(
        name=table["term"].map(TERMS),
        what=table["outcome"].map(OUTCOMES),
        left=table["sample"].replace(SAMPLES),
        own_between=_interval(table["low"], table["high"], text.number),
        far_between=_interval(table["spatial_low"], table["spatial_high"], text.number),
    )


def _interval(low: "pd.Series[Any]", high: "pd.Series[Any]", form: Any) -> "pd.Series[Any]":
    """Word the two ends of intervals: ``0.02 to 0.45``."""
    return low.map(form) + " to " + high.map(form)


def _access_facts() -> dict[str, Any]:
    """Return what market access goes with: ``growth_low``, ``growth_china_low``, and so on."""
    rows = _results()
    rows = rows[(rows["model"] == connectivity.MODEL) & (rows["term"] == "access")]
    facts: dict[str, Any] = {}
    for name, sample in PROSE_SAMPLES.items():
        for row in rows[rows["sample"] == sample].to_dict("records"):
            prefix = f"{row['outcome']}{name}"
            facts |= {f"{prefix}_{column}": value for column, value in row.items()}
    return facts


def _column_of_reach(half_life: float) -> str:
    """Return the column of people within reach."""
    return f"access_{checks.number('half_life', half_life, checks.ABOVE_ZERO):g}"


@exhibit("fig-access-world", serves=["A5"], sources=ACCESS_TABLES)
def reach_map(half_life: float = HALF_LIFE) -> Parts:
    """Map the market access of every secondary city.

    Parameters
    ----------
    half_life : float
        Minutes of road after which people count half, above zero.

    Raises
    ------
    ValueError
        If it is not above zero.
    """
    access = _column_of_reach(half_life)
    data = connectivity.secondary_cities(half_life).sort_values(access)
    edges = [*REACH_CLASSES.values(), np.inf]
    reach_class = pd.cut(data[access], edges, right=False, labels=list(REACH_CLASSES))
    data["reach"] = reach_class.astype(str)
    data = data[["name", "country", "population", "form", access, "reach", "lon", "lat"]]
    few, some, many = data["reach"].value_counts(normalize=True)[list(REACH_CLASSES)]
    farthest = data.loc[data["reach"] == list(REACH_CLASSES)[-1], "country"]
    by_country = farthest.value_counts(normalize=True)
    names = short_names("country")
    facts = {
        "few": few,
        "some": some,
        "many": many,
        "most": names[by_country.index[0]],
        "most_of": by_country.iloc[0],
        "n": len(data),
        "median": data[access].median(),
        "half_life": f"{half_life:g}",
        "kmh": connectivity.KMH,
        "near": connectivity.NEAR_KM,
        "wrong": data.index.isin(connectivity.doubtful_ways().index).sum(),
    }
    return Parts(data.reset_index(), facts, _draw_world, raster=True)


def _draw_world(data: pd.DataFrame, theme: Theme) -> Figure:
    figure, axes = maps.world(load("borders"), theme)
    points = maps.project(data)
    for name, look in looks(REACH_CLASSES, theme, ordered=True).items():
        part = points[points["reach"] == name]
        axes.scatter(
            part["x"],
            part["y"],
            s=5,
            color=look.colour,
            label=name,
            marker=look.marker,
            linewidths=0,
        )
    figure.legend(loc="outside lower center", ncols=3, markerscale=2.5, handletextpad=0.1)
    return figure


@exhibit("fig-access-regions", serves=["A5"], sources=ACCESS_TABLES)
def by_continent(half_life: float = HALF_LIFE) -> Parts:
    """Show median access by form and continent.

    Parameters
    ----------
    half_life : float
        Minutes of road after which people count half, above zero.

    Raises
    ------
    ValueError
        If it is not above zero.
    """
    access = _column_of_reach(half_life)
    table = connectivity.by_form(half_life).query("form != 'primary'")
    order = list(NAMES)
    table = table.sort_values("form", key=lambda form: form.map(order.index))
    data = table.assign(
        millions=table[access] / 1e6,
        named=table["form"].map(NAMES),
        where=table["place"].replace(CONTINENTS),
    )
    data = data[data["n"] >= MIN_CITIES]
    # An empty name comes first: the world above its continents.
    data = data.sort_values("where", key=lambda where: where.replace("World", ""), kind="stable")
    in_world = data["place"] == "World"
    world = data[in_world].set_index("form")[access]
    corridors = data[~in_world & (data["form"] == "corridor")].set_index("where")
    draw = partial(
        charts.rows,
        x="millions",
        y="where",
        by="named",
        label="million people within reach, median",
    )
    return Parts(data, {**world, **text.extremes(corridors[access])}, draw)


@exhibit("tab-access-country", serves=["A5"], sources=ACCESS_TABLES)
def country(country: str = "IDN", half_life: float = HALF_LIFE) -> Parts:
    """Rank the secondary cities of a country by market access.

    Parameters
    ----------
    country : str
        Its ISO alpha-3 code, such as ``COL``.
    half_life : float
        Minutes of road after which people count half, above zero.

    Raises
    ------
    ValueError
        If there is no such country, it has no secondary city near a road, or the half-life is not
        above zero.
    """
    access = _column_of_reach(half_life)
    names = short_names()
    if country not in names.index:
        raise ValueError(f"country: found {country!r}, expected an ISO alpha-3 code, such as 'IDN'")
    table = connectivity.secondary_cities(half_life).query("iso3 == @country")
    if table.empty:
        raise ValueError(f"country: {names[country]} has no secondary city on a road that is known")
    table = table.sort_values(access, ascending=False)
    doubtful = table.index.isin(credibility.doubtful())
    table = table.assign(name=table["name"] + np.where(doubtful, " (?)", ""), doubtful=doubtful)
    data = table.assign(rank=range(1, len(table) + 1), named=table["form"].map(NAMES))
    facts = {"country": names[country], "n": len(data), "half_life": f"{half_life:g}"}
    facts["other"] = str(OTHER_HALF_LIFE if half_life != OTHER_HALF_LIFE else HALF_LIFE)
    facts |= text.extremes(data.set_index("name")[access])
    columns = [*CITY_COLUMNS, access, f"access_{facts['other']}", "ratio", "doubtful"]
    return Parts(data[columns].reset_index(), facts)


@exhibit("tab-through", serves=["A5", "A1"], sources=("city-access", "city-forms", "roads"))
def through() -> Parts:
    """Show through traffic by form, in zones of three sizes."""
    data = connectivity.by_form().query("place == 'World'")
    data = data.assign(named=data["form"].map(NAMES)).sort_values("ratio", ascending=False)
    zones = text.listing(map(str, connectivity.ZONES))
    return Parts(data, {"by": data.set_index("form"), "zones": zones})


@exhibit("fig-access-growth", serves=["A5"], sources=RESULT_TABLES)
def growth() -> Parts:
    """Show what growth goes with, sample by sample."""
    data = _results().query("outcome == 'growth' and kind == 'external'")
    data = data[(data["model"] == connectivity.MODEL) & data["sample"].isin(SHOWN_SAMPLES)]
    data = data.sort_values(
        "sample", key=lambda sample: sample.map(SHOWN_SAMPLES.index), kind="stable"
    )
    of_access = data[data["term"] == "access"]
    of_through = data[data["term"] == "through"]
    facts = {
        "above": (of_access["low"] > 0).sum(),
        "of": len(of_access),
        "crossing": (of_through["low"] * of_through["high"] < 0).sum(),
    }
    draw = partial(
        charts.rows,
        x="coef",
        y="left",
        by="name",
        error=("low", "high"),
        marks={"nothing": 0},
        label="points a year for one standard deviation",
    )
    return Parts(data, facts | _access_facts(), draw)


@exhibit("tab-terms", serves=["A5"], sources=RESULT_TABLES)
def terms() -> Parts:
    """List every factor of the first specification of both outcomes."""
    data = _results().query("sample == 'headline' and model == @connectivity.MODEL")
    clear = data[data["low"] * data["high"] > 0]
    named = clear["term"].map(IN_SENTENCES)
    beyond = {
        outcome: text.listing(named[clear["outcome"] == outcome]).replace("none", "no factor")
        for outcome in OUTCOMES
    }
    return Parts(data, {"beyond_of": beyond, **_access_facts()})


@exhibit("tab-partial", rebuilds=["A5"], serves=["A5"], sources=RESULT_TABLES)
def explained() -> Parts:
    """Say how much external factors explain beyond internal ones, in every sample."""
    table = _results().query("model == @connectivity.MODEL")
    table = table.drop_duplicates(connectivity.RESULT_KEYS)
    between = _interval(table["partial_low"], table["partial_high"], text.tenths)
    data = table.assign(between=between)
    by_outcome = data.groupby("outcome")["partial"]
    facts = {
        "most": by_outcome.max(),
        "least": by_outcome.min(),
        "mark": claims.figures()["printed_low"]["A5a"],
        "verdicts": {**claims.figures()["verdict"], **claims.ledger()["stands"]},
    }
    return Parts(data, facts | _access_facts())


@exhibit("tab-shadow", serves=["A5"], sources=RESULT_TABLES)
def shadow() -> Parts:
    """Set access to larger cities beside access to smaller ones."""
    data = _results().query("term in ('larger', 'smaller')")
    data = data[~data["sample"].str.startswith("zone")]
    headline = data.query("sample == 'headline'").set_index(["outcome", "term"])
    return Parts(data, {"by": headline.loc["output"], "growth": headline.loc["growth"]})


@exhibit(
    "tab-connectivity-links",
    formerly="tab-links",
    serves=["A5", "C06", "C07"],
    sources=("printed", "road-distances", "cities"),
)
def cases() -> Parts:
    """Work the named links through, over a range of imported parameters."""
    minutes = connectivity.link_minutes()
    effects = connectivity.effect_ranges()
    gains = {
        name: _interval(effects[name, "min"], effects[name, "max"], text.tenths)
        for name in ("first", "second", "mean")
    }
    data = pd.DataFrame(gains).reset_index()
    data["behind"] = effects["behind", "min"].to_numpy()
    columns = pd.DataFrame(connectivity.TRIPS, index=["before", "after"])
    for when in columns.index:
        data[when] = [
            minutes.loc[link, columns.loc[when, trip]]
            for link, trip in zip(data["link"], data["trip"], strict=True)
        ]
    facts = _gains_of_second_cities(effects["second"]) | {
        "jakarta": effects["first", "max"]["Jakarta-Bandung", "stations"],
        "behind": data["behind"].min(),
        "road": minutes.loc["Jakarta-Bandung", "road"],
    }
    return Parts(data, facts)


def _gains_of_second_cities(gains: Any) -> dict[str, Any]:
    """Return the ends of the gains of Geelong and Bandung: ``c06_stations_min`` and so on."""
    return {
        f"{case}_{trip}_{end}": gains.loc[(link, trip), end]
        for case, link in PROSE_LINKS.items()
        for trip in connectivity.TRIPS
        for end in ("min", "max")
    }
