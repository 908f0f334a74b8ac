"""Exhibits of the chapter *Gaps*: between regions of a country, over time, and between whom."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from scsreport import checks as admitted
from scsreport import claims
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import Theme
from scsreport.findings import gaps
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load

__all__ = [
    "access",
    "changes",
    "checks",
    "counts",
    "jobs_and_investment",
    "long",
    "map_mexico",
    "map_usa",
    "measured",
    "parts",
    "paths",
    "primary",
    "spans",
    "tiers",
]
__dir__ = listing(__all__)

CHANGE_TABLES = ("gap-changes", "countries")
INTERVAL_COLUMNS = ("low", "high")
IN_POINTS = ["change", *INTERVAL_COLUMNS]  # shown in points of the coefficient, times a hundred
WEIGHTS = {"people": "people count alike", "regions": "regions count alike"}
VARIANTS = {
    "all": "as it is",
    "without oil": "without oil regions",
    "steady people": "people's shares held still",
}
SERIES = {
    "public": "Investment: public capital per job, US states",
    "unemployment": "Jobs: unemployment, US states",
    "private": "Investment: private capital per job, US states",
    "sectors": "Jobs: product per job, between ten sectors",
}
LONG_PANELS = {"mexico": "Mexico, product", "us-states": "United States, income"}
ACCESS = {"electricity": "all people", "rural_electricity": "rural people"}
MIN_RANKS = 5  # a move of fewer is not shown
MOVE_LABELS = {"rose": "up five ranks or more", "": "less than that", "fell": "down five or more"}
DRAWN_COUNTRIES = 14  # countries that are drawn
WIDE_POINTS = 10
FEW_UNITS = 13  # with so many, the intervals of the bootstrap were seen to be too narrow
INDICES = {
    "gini": "Gini coefficient",
    "theil": "Theil index",
    "williamson": "Williamson coefficient",
}


def _draw_intervals(measure: str) -> partial[Figure]:
    """Return how changes of a measure are drawn, with their intervals."""
    return partial(
        charts.rows,
        x="change",
        error=INTERVAL_COLUMNS,
        marks={"no change": 0},
        label=f"change of the {INDICES[measure]}, points",
    )


def _with_country_names(table: pd.DataFrame) -> pd.DataFrame:
    """Add the names of countries."""
    names = short_names()
    return table.assign(country=table["iso3"].map(names))


def _in_points(table: pd.DataFrame) -> pd.DataFrame:
    """Turn changes into points and order countries by that of the first series."""
    table = _with_country_names(table).assign(**(table[IN_POINTS] * 100))
    order = table.groupby("country")["change"].first().sort_values().index
    return table.set_index("country").loc[order].reset_index()


def _headline_facts(measure: str = "gini", judged: pd.DataFrame | None = None) -> dict[str, Any]:
    """Return the counts of a measure by people, and how falls differ between all of them."""
    table = gaps.counts(judged).query("variant == 'all'").set_index(["measure", "weights"])
    facts: dict[str, Any] = dict(table.loc[[(measure, "people")]].iloc[0])
    facts |= {"source": gaps.aggregates("gap-changes")[1], "index": INDICES[measure]}
    facts["kind"] = INDICES[measure].rpartition(" ")[2]
    return facts | text.extremes(table["fell"], "fell_")


@exhibit("fig-gap-changes", rebuilds=["A4"], serves=["A4"], sources=CHANGE_TABLES)
def changes(year: int | None = None, measure: str = "gini") -> Parts:
    """Show by how much each gap changed, with intervals, by people and by regions.

    Parameters
    ----------
    year : int, optional
        Last year that counts; a country without it is followed to the one before. Without a year
        each country is followed as far as it goes.
    measure : {"gini", "theil", "williamson"}
        Of the gap.

    Raises
    ------
    ValueError
        If no country can be followed to that year, or there is no such measure.

    Examples
    --------
    >>> changes(year=2010, measure="theil").id
    'fig-gap-changes-year-2010-measure-theil'
    """
    admitted.choice("measure", measure, INDICES)
    judged = gaps.verdicts() if year is None else gaps.verdicts_until(year)
    data = _in_points(judged.query("variant == 'all' and measure == @measure"))
    data["weighting"] = data["weights"].map(WEIGHTS)
    years = data["start"].astype(str) + "-" + data["end"].astype(str)
    data["label"] = data["country"] + " " + years
    people, regions = (
        data[data["weights"] == weights].set_index("country") for weights in gaps.WEIGHTS
    )
    fell = people.index[people["verdict"] == "fell"]
    turned = people.index[people["change"] * regions["change"] < 0]
    judged_apart = people.index[people["verdict"] != regions["verdict"]]
    facts = _headline_facts(measure, judged) | text.extremes(people["high"])
    facts |= {
        "until": "" if year is None else f" until {year}",
        "down": text.listing(fell.sort_values()),
        "flips": text.listing(turned.sort_values()),
        "parted": text.listing(judged_apart.sort_values()),
        "few": text.listing(people.index[people["n"] <= FEW_UNITS]),
        "few_n": FEW_UNITS,
    }
    return Parts(data, facts, partial(_draw_intervals(measure), y="label", by="weighting"))


@exhibit("fig-gap-paths", serves=["A4"], sources=CHANGE_TABLES)
def paths(measure: str = "gini") -> Parts:
    """Follow the gap of every country that has two years or more, with bands.

    Parameters
    ----------
    measure : {"gini", "theil", "williamson"}
        Of the gap.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    admitted.choice("measure", measure, INDICES)
    table = gaps.aggregates("gap-changes")[0].query("variant == 'all' and measure == @measure")
    moving = table.loc[table["start"] < table["end"], gaps.SERIES_KEYS].drop_duplicates()
    data = _with_country_names(table.merge(moving)).sort_values(["country", "weights", "end"])
    ends = list(INTERVAL_COLUMNS)
    data[ends] = data[ends].add(data["before"], axis=0)
    data["weighting"] = data["weights"].map(WEIGHTS)
    last = data[data["weights"] == "people"].groupby("country")["after"].last()
    draw = partial(
        charts.panels,
        x="end",
        y="after",
        by="weighting",
        panel="country",
        band=INTERVAL_COLUMNS,
        label=f"{INDICES[measure]} between regions",
    )
    return Parts(data, _headline_facts(measure) | text.extremes(last), draw)


@exhibit("tab-gap-counts", serves=["A4"], sources=CHANGE_TABLES)
def counts() -> Parts:
    """Count rises and falls by measure, weighting and variant."""
    data = gaps.counts()
    data["named"] = data["measure"] + ", " + data["variant"].map(VARIANTS)
    steady = data.loc[data["variant"] == "steady people", "up"].max()
    risen = _with_country_names(gaps.verdicts().query("verdict == 'rose'"))["country"].unique()
    facts = {"most": data["rose"].max(), "steady": steady, "where": text.listing(risen)}
    facts["A4"] = claims.figures().loc["A4a"].to_dict()
    return Parts(data, _headline_facts() | facts)


@exhibit(
    "tab-gap-joins", serves=["A4"], sources=("gap-joins", "gap-changes", "countries", "printed")
)
def measured() -> Parts:
    """Say which countries could be measured, with whose people, and how well regions joined."""
    data = _with_country_names(gaps.measured()).sort_values(["country", "table"], ignore_index=True)
    without_people = data["units"] == 0
    data["what"] = np.select(
        [without_people, data["changed"]], ["concentration only", "change"], "one year only"
    )
    data["people"] = np.select(
        [without_people, data["iso3"] == "IND"], ["none", "its own sheet"], "Global Data Lab"
    )
    with_people = data[~without_people]
    countries = with_people["iso3"].unique()
    shares = gaps.world_shares()
    changed = data["changed"].sum()
    facts = {
        "n": len(countries),
        "once": len(countries) - changed,
        "changed": changed,
        "without": len(shares) - data["iso3"].nunique(),
        "covered": shares[countries].sum(),
        "unmatched": (with_people["regions"] - with_people["joined"]).sum(),
        "coarse": data["units"].between(1, data["joined"] - 1).sum(),
    }
    joins = [*gaps.SERIES_KEYS, "first", "last", "regions", "joined", "units", "of_country"]
    beside = ["gini", "gini_year", "elsewhere"]
    return Parts(data[[*joins, "country", "changed", "what", "people", *beside]], facts)


@exhibit("fig-gap-checks", serves=["A4"], sources=CHANGE_TABLES)
def checks(measure: str = "gini") -> Parts:
    """Take the changes again without oil regions, and with people's shares held still.

    Parameters
    ----------
    measure : {"gini", "theil", "williamson"}
        Of the gap.

    Raises
    ------
    ValueError
        If there is no such measure.
    """
    admitted.choice("measure", measure, INDICES)
    data = _in_points(gaps.verdicts().query("measure == @measure and weights == 'people'"))
    data["named"] = data["variant"].map(VARIANTS)
    sign = data.pivot(index="country", columns="variant", values="change").map(np.sign)
    sign = sign.reindex(columns=list(VARIANTS))
    as_it_is = sign["all"]
    steady = sign["steady people"]
    without_oil = sign["without oil"].dropna()
    facts = {
        "index": INDICES[measure],
        "flips": text.listing(sign.index[steady != as_it_is]),
        "n": len(sign),
        "oil": text.listing(without_oil.index),
        "oil_flips": (without_oil != as_it_is[without_oil.index]).sum(),
        "steady": (steady > 0).sum(),
        "up": (as_it_is > 0).sum(),
    }
    return Parts(data, facts, partial(_draw_intervals(measure), y="country", by="named"))


@exhibit("fig-gap-primary", serves=["A4"], sources=("regional-output", "cities", "countries"))
def primary() -> Parts:
    """Follow the share of the primary city's region in output, which needs no population."""
    data = _with_country_names(gaps.primary_regions()).assign(
        percent=lambda rows: 100 * rows["share"]
    )
    years = data.groupby("iso3")["year"]
    first, last = (data["year"] == years.transform(end) for end in ("min", "max"))
    data = data.assign(when=np.where(last, "last year", "first year"))[last | first]
    by_country = data.pivot(index="country", columns="when", values="share")
    by_country = by_country.sort_values("last year")
    change = (by_country["last year"] - by_country["first year"]).dropna()
    facts = text.extremes(by_country["last year"]) | text.extremes(change, "change_")
    facts |= {"n": len(by_country), "pairs": len(change), "single": len(by_country) - len(change)}
    facts["up"] = (change > 0).sum()
    data = data.set_index("country").loc[by_country.index[::-1]].reset_index()
    draw = partial(charts.rows, x="percent", y="country", by="when", label="% of national output")
    return Parts(data.sort_values("when", ascending=False, kind="stable"), facts, draw)


@exhibit("tab-gap-parts", serves=["A4", "N10"], sources=("gap-parts", "countries"))
def parts() -> Parts:
    """Divide each gap by coast and inland, and by the form of the leading city."""
    table = _with_country_names(gaps.between_groups().reset_index())
    by_country = table.drop(columns="iso3").set_index("country").sort_index()
    facts = text.extremes(by_country["by_leading"])
    facts |= {"middle": by_country.median(), "n": len(by_country)}
    coast = by_country[["inland", "coast"]].dropna()
    facts |= {"lag": (coast["inland"] < coast["coast"]).sum(), "lag_of": len(coast)}
    by_leading_form = by_country[["hub", "corridor"]].dropna()
    facts |= {
        "ahead": (by_leading_form["hub"] >= by_leading_form["corridor"]).sum(),
        "ahead_of": len(by_leading_form),
    }
    return Parts(by_country.reset_index(), facts)


@exhibit("fig-gap-long", serves=["A4"], sources=("mexico", "us-states"))
def long() -> Parts:
    """Follow two long panels: how far the states of Mexico and of the USA lie apart."""
    data = gaps.sigma()
    by_year = data.set_index("year").groupby("series")["sigma"]
    facts = {"by": by_year.agg(["first", "last", "min", "idxmin"])}
    facts["year"] = data.groupby("series")["year"].agg(["first", "last"])
    draw = partial(
        charts.curves,
        x="year",
        y="sigma",
        by="series",
        labels=("", "standard deviation of the logarithm"),
    )
    return Parts(data.replace({"series": LONG_PANELS}), facts, draw)


@exhibit("tab-gap-spans", serves=["A4"], sources=("mexico", "us-states"))
def spans() -> Parts:
    """Set beta beside sigma, quarters and ranks beside both."""
    data = gaps.convergence()
    years = data["start"].astype(str) + "-" + data["end"].astype(str)
    data["place"] = data["table"].map(LONG_PANELS) + ", " + years
    later = data.groupby("table").nth(1).set_index("table")
    return Parts(data, {"by": later, **text.extremes(data["stay_high"])})


@exhibit("tab-gap-tiers", serves=["A4"], sources=("mexico",))
def tiers() -> Parts:
    """Measure Mexico by states and by its five Hanson regions."""
    data = gaps.hanson_regions()
    regions = load("mexico")["hanson_region"].nunique()
    facts = {"first": data.iloc[0], "last": data.iloc[-1], "n": regions}
    return Parts(data.reset_index(), facts | {"start": data.index[0], "end": data.index[-1]})


def _moves(table: str) -> Parts:
    """Map the states of a long panel by how many ranks they moved."""
    data = gaps.ranks(table)
    climbed = data["rank_start"] - data["rank_end"]
    data["move"] = np.select([climbed >= MIN_RANKS, climbed <= -MIN_RANKS], ["rose", "fell"], "")
    years = gaps.long_panel(table).columns
    facts = {"n": len(data), "first": years[0], "last": years[-1], "down": -climbed.min()}
    facts |= text.extremes(climbed.set_axis(data["state"])) | dict(data["move"].value_counts())
    return Parts(data, facts, _draw_moves, raster=True)


def _draw_moves(data: pd.DataFrame, theme: Theme) -> Figure:
    states = load("regions").merge(data, on="region_id")
    figure, axes = maps.country(states, states, theme)
    colours = {"rose": theme.up, "": theme.land, "fell": theme.down}
    patches = []
    for move, colour in colours.items():
        style: dict[str, Any] = {"facecolor": colour, "edgecolor": theme.paper}
        states[states["move"] == move].plot(ax=axes, linewidth=0.4, **style)
        patches.append(Patch(label=MOVE_LABELS[move], **style))
    figure.legend(handles=patches, loc="outside lower center", ncols=1)
    return figure


@exhibit("fig-map-mexico", serves=["A4"], sources=("mexico", "region-crosswalk", "regions"))
def map_mexico() -> Parts:
    """Map which states of Mexico moved up or down since 1940."""
    return _moves("mexico")


@exhibit("fig-map-usa", serves=["A4"], sources=("us-states", "region-crosswalk", "regions"))
def map_usa() -> Parts:
    """Map which states of the USA moved up or down since 1929."""
    return _moves("us-states")


@exhibit("fig-gap-access", serves=["A4"], sources=("indicators", "countries"))
def access() -> Parts:
    """Set rural access to electricity beside that of all people."""
    table = gaps.electricity()
    names = short_names("country").to_dict()
    percentages = table[list(ACCESS)].rename(columns=ACCESS).rename_axis("code").reset_index()
    data = percentages.melt("code", list(ACCESS.values()), "who", "percent")
    data["country"] = data["code"].map(names)
    data["shown"] = data["code"].isin(table.index[:DRAWN_COUNTRIES])
    gap = table["gap"].set_axis(table.index.map(names))
    facts = {"n": len(gap), "median": gap.median(), "wide": (gap >= WIDE_POINTS).sum()}
    return Parts(data, facts | text.extremes(gap), _draw_access)


def _draw_access(data: pd.DataFrame, theme: Theme) -> Figure:
    shown = data[data["shown"]]
    return charts.rows(shown, theme, x="percent", y="country", by="who", label="% with electricity")


@exhibit("tab-gap-faces", serves=["A4"], sources=("us-capital", "jobs"))
def jobs_and_investment() -> Parts:
    """Show what can be had of investment and jobs."""
    by_series = gaps.jobs_and_investment().groupby("face", sort=False)
    years = by_series[["start", "end"]].first()
    medians = by_series[["n", "before", "after"]].median()
    counted = by_series[["up", "rose", "fell"]].sum()
    data = years.join(medians).join(counted).assign(series=by_series.size())
    facts = {"by": data, "rose": data["rose"].sum(), "N03": claims.figures().loc["N03"].to_dict()}
    return Parts(data.assign(what=pd.Series(SERIES)).reset_index(), facts)
