"""Exhibits of the chapter *Gaps*: between regions of a country, over time, and between whom."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from scsreport import claims, inequality
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import Theme
from scsreport.findings import gaps
from scsreport.tables.datasets import load

CHANGES = ("gap-changes", "countries")
BANDS = ("low", "high")
POINTS = ["change", *BANDS]  # shown in points of the coefficient, times a hundred
WEIGHTS = {"people": "people count alike", "regions": "regions count alike"}
VARIANTS = {
    "all": "as it is",
    "without oil": "without oil regions",
    "steady people": "people's shares held still",
}
FACES = {
    "public": "Investment: public capital per job, US states",
    "unemployment": "Jobs: unemployment, US states",
    "private": "Investment: private capital per job, US states",
    "sectors": "Jobs: product per job, between ten sectors",
}
LONG = {"mexico": "Mexico, product", "us-states": "United States, income"}
ELSEWHERE_YEAR = 2010  # of the Gini coefficients by people of Gennaioli and others (2014)
RANKS, HATCHES = 5, ("///", "", "...")
SHIFTS = {"rose": "up five ranks or more", "": "less than that", "fell": "down five or more"}
WIDEST = 14
FEW_UNITS = 13  # with so many, the intervals of the bootstrap were seen to be too narrow
DOTS = partial(
    charts.rows,
    x="change",
    error=BANDS,
    marks={"no change": 0},
    label="change of the Gini coefficient, points",
)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    names = load("countries").set_index("iso3")["name"]
    return table.assign(country=table["iso3"].map(names))


def _spread(table: pd.DataFrame) -> pd.DataFrame:
    """Turn changes into points and order countries by that of the first series."""
    table = _named(table).assign(**(table[POINTS] * 100))
    order = table.groupby("country")["change"].first().sort_values().index
    return table.set_index("country").loc[order].reset_index()


def _told(names: Any) -> str:
    return text.listing(names) if len(names) else "none"


def _facts() -> dict[str, Any]:
    """Return the counts of the headline."""
    table = gaps.counts().query("variant == 'all'").set_index(["measure", "weights"])
    facts: dict[str, Any] = dict(table.loc[[gaps.HEADLINE]].iloc[0])
    facts |= {"source": gaps.aggregates("gap-changes")[1]}
    facts["told"] = "none" if facts["rose"] == 0 else text.count(facts["rose"])
    return facts | text.extremes(table["fell"], "fell_")


@exhibit("fig-gap-changes", serves=["A4"], sources=CHANGES)
def changes() -> Parts:
    """Show by how much each gap changed, with intervals, by people and by regions."""
    rows = gaps.verdicts().query("variant == 'all' and measure == 'gini'")
    data = _spread(rows).assign(weighting=lambda t: t["weights"].map(WEIGHTS))
    data["label"] = [f"{r.country} {r.start}-{r.end}" for r in data.itertuples()]
    people, regions = (data[data["weights"] == by].set_index("country") for by in gaps.WEIGHTS)
    facts = (
        _facts()
        | text.extremes(people["high"])
        | {
            "down": _told(people.index[people["verdict"] == "fell"].sort_values()),
            "flips": _told(people.index[people["change"] * regions["change"] < 0].sort_values()),
            "parted": _told(people.index[people["verdict"] != regions["verdict"]].sort_values()),
            "few": _told(people.index[people["n"] <= FEW_UNITS]),
            "few_n": FEW_UNITS,
        }
    )
    return Parts(data, facts, partial(DOTS, y="label", by="weighting"))


@exhibit("fig-gap-paths", serves=["A4"], sources=CHANGES)
def paths() -> Parts:
    """Follow the gap of every country that has two years or more, with bands."""
    table = gaps.aggregates("gap-changes")[0].query("variant == 'all' and measure == 'gini'")
    moving = table.loc[table["start"] < table["end"], gaps.KEYS].drop_duplicates()
    data = _named(table.merge(moving)).sort_values(["country", "weights", "end"])
    data[[*BANDS]] = data[[*BANDS]].add(data["before"], axis=0)
    data["weighting"] = data["weights"].map(WEIGHTS)
    last = data[data["weights"] == "people"].groupby("country")["after"].last()
    draw = partial(
        charts.panels,
        x="end",
        y="after",
        by="weighting",
        panel="country",
        band=BANDS,
        label="Gini coefficient between regions",
    )
    return Parts(data, _facts() | text.extremes(last), draw)


@exhibit("tab-gap-counts", serves=["A4"], sources=CHANGES)
def counts() -> Parts:
    """Count rises and falls by measure, weighting and variant."""
    data = gaps.counts()
    data["named"] = data["measure"] + ", " + data["variant"].map(VARIANTS)
    steady = data.loc[data["variant"] == "steady people", "up"].max()
    where = _named(gaps.verdicts().query("verdict == 'rose'"))["country"].unique()
    facts = {"most": data["rose"].max(), "steady": steady, "where": _told(where)}
    return Parts(data, _facts() | facts)


def elsewhere() -> Any:
    """Return the Gini coefficients by people that another source prints, by country."""
    table = load("printed").query("claim == 'A4'")
    return table.set_index(table["number"].str[-3:].str.upper())["value"]


@exhibit(
    "tab-gap-joins", serves=["A4"], sources=("gap-joins", "gap-changes", "countries", "printed")
)
def measured() -> Parts:
    """Say which countries could be measured, with whose people, and how well regions joined."""
    table = _named(gaps.aggregates("gap-joins")[0]).sort_values(["country", "table"])
    changed = gaps.verdicts()[gaps.KEYS].drop_duplicates().assign(changed=True)
    data = table.merge(changed, how="left").fillna({"changed": False})
    kinds = [data["units"] == 0, data["changed"].astype(bool)]
    data["what"] = np.select(kinds, ["concentration only", "change"], "one year only")
    data["people"] = np.select(
        [kinds[0], data["iso3"] == "IND"], ["none", "its own sheet"], "Global Data Lab"
    )
    near = (
        gaps.aggregates("gap-changes")[0]
        .query("variant == 'all' and measure == 'gini' and weights == 'people'")
        .sort_values("end", key=lambda year: abs(year - ELSEWHERE_YEAR), kind="stable")
    )
    near = near.drop_duplicates("iso3").set_index("iso3")[["after", "end"]].astype({"end": "Int64"})
    data = data.join(near.set_axis(["gini", "gini_year"], axis=1), on="iso3")
    data["elsewhere"] = data["iso3"].map(elsewhere())
    shares, own = gaps.world_shares(), data.loc[data["units"] > 0, "iso3"].unique()
    gone = (data["regions"] - data["joined"])[data["units"] > 0].sum()
    facts = {
        "n": len(own),
        "once": len(own) - len(changed),
        "changed": len(changed),
        "without": len(shares) - data["iso3"].nunique(),
        "covered": shares[own].sum(),
        "unmatched": gone,
        "coarse": data["units"].between(1, data["joined"] - 1).sum(),
    }
    return Parts(data, facts)


@exhibit("fig-gap-checks", serves=["A4"], sources=CHANGES)
def checks() -> Parts:
    """Take the changes again without oil regions, and with people's shares held still."""
    rows = gaps.verdicts().query("measure == 'gini' and weights == 'people'")
    data = _spread(rows).assign(named=lambda t: t["variant"].map(VARIANTS))
    sign = data.pivot(index="country", columns="variant", values="change").map(np.sign)
    sign = sign.reindex(columns=list(VARIANTS))
    oil = sign["without oil"].dropna()
    facts = {
        "flips": _told(sign.index[sign["steady people"] != sign["all"]]),
        "n": len(sign),
        "oil": _told(oil.index),
        "oil_flips": (oil != sign["all"][oil.index]).sum(),
        "steady": (sign["steady people"] > 0).sum(),
        "up": (sign["all"] > 0).sum(),
    }
    return Parts(data, facts, partial(DOTS, y="country", by="named"))


@exhibit("fig-gap-primary", serves=["A4"], sources=("regional-output", "cities", "countries"))
def primary() -> Parts:
    """Follow the share of the primary city's region in output, which needs no population."""
    data = _named(gaps.primary_regions()).assign(percent=lambda t: 100 * t["share"])
    years = data.groupby("iso3")["year"]
    first, last = (data["year"] == years.transform(end) for end in ("min", "max"))
    data = data.assign(when=np.where(last, "last year", "first year"))[last | first]
    wide = data.pivot(index="country", columns="when", values="share").sort_values("last year")
    change = (wide["last year"] - wide["first year"]).dropna()
    facts = text.extremes(wide["last year"]) | text.extremes(change, "change_")
    facts |= {"n": len(wide), "pairs": len(change), "single": len(wide) - len(change)}
    facts["up"] = (change > 0).sum()
    data = data.set_index("country").loc[wide.index[::-1]].reset_index()
    draw = partial(charts.rows, x="percent", y="country", by="when", label="% of national output")
    return Parts(data.sort_values("when", ascending=False, kind="stable"), facts, draw)


@exhibit("tab-gap-parts", serves=["A4", "N10"], sources=("gap-parts", "countries"))
def parts() -> Parts:
    """Divide each gap by coast and inland, and by the form of the leading city."""
    table = _named(gaps.aggregates("gap-parts")[0])
    table = table[table["year"] == table.groupby("iso3")["year"].transform("max")]
    keys = ["country", "year", "total"]
    between = table.assign(by="by_" + table["by"], share=table["between"] / table["total"])
    shares = between[between["n"] < between.groupby([*keys, "by"])["n"].transform("sum")]
    shares = shares.groupby([*keys, "by"])["share"].first().unstack()
    data = shares.join(table.pivot(index=keys, columns="group", values="relative")).reset_index()
    told = data.set_index("country")
    facts = text.extremes(told["by_leading"]) | {"middle": told.median(), "n": len(data)}
    for name, (one, other) in {"lag": ("inland", "coast"), "ahead": ("hub", "corridor")}.items():
        pair = told[[one, other]].dropna()
        facts[name] = (pair[one].lt(pair[other]) == (name == "lag")).sum()
        facts[f"{name}_of"] = len(pair)
    return Parts(data, facts)


@exhibit("fig-gap-long", serves=["A4"], sources=("mexico", "us-states"))
def long() -> Parts:
    """Follow two long panels: how far the states of Mexico and of the USA lie apart."""
    series = {table: inequality.sigma_convergence(gaps.long_panel(table)) for table in LONG}
    data = pd.concat(series, names=["series", "year"]).rename("sigma").reset_index()
    of = data.set_index("year").groupby("series")["sigma"]
    facts = {"by": of.agg(["first", "last", "min", "idxmin"])}
    facts["year"] = data.groupby("series")["year"].agg(["first", "last"])
    draw = partial(
        charts.curves,
        x="year",
        y="sigma",
        by="series",
        labels=("", "standard deviation of the logarithm"),
    )
    return Parts(data.replace({"series": LONG}), facts, draw)


@exhibit("tab-gap-spans", serves=["A4"], sources=("mexico", "us-states"))
def spans() -> Parts:
    """Set beta beside sigma, quarters and ranks beside both."""
    data = gaps.spans()
    data["place"] = [f"{LONG[r.table]}, {r.start}-{r.end}" for r in data.itertuples()]
    later = data.groupby("table").nth(1).set_index("table")
    return Parts(data, {"by": later, **text.extremes(data["stay_high"])})


@exhibit("tab-gap-tiers", serves=["A4"], sources=("mexico",))
def tiers() -> Parts:
    """Measure Mexico by states and by its five Hanson regions."""
    table = load("mexico").rename(columns={"gdp_per_head": "value", "hanson_region": "group"})
    table["coarse"] = table.groupby(["year", "group"])["value"].transform("mean")
    of = table.groupby("year")
    data = of[["value", "group"]].apply(
        lambda t: inequality.decompose_theil(t["value"], t["group"])
    )
    data["states"], data["regions"] = (of[c].agg(inequality.gini) for c in ("value", "coarse"))
    data["share"] = data["between"] / data["total"]
    facts = {"first": data.iloc[0], "last": data.iloc[-1], "n": table["group"].nunique()}
    return Parts(data.reset_index(), facts | {"start": data.index[0], "end": data.index[-1]})


def _moves(table: str) -> Parts:
    wide = gaps.long_panel(table)
    relative, rank = wide / wide.mean(), wide.rank(ascending=False)
    start, end = wide.columns[[0, -1]]
    codes = load("region-crosswalk").query("table == @table").set_index("region")["region_id"]
    data = pd.DataFrame(
        {
            "state": wide.index,
            "region_id": wide.index.map(codes.to_dict()),
            "rank_start": rank[start],
            "rank_end": rank[end],
            "relative_start": relative[start],
            "relative_end": relative[end],
        }
    ).reset_index(drop=True)
    moved = data["rank_start"] - data["rank_end"]
    data["move"] = np.select([moved >= RANKS, moved <= -RANKS], ["rose", "fell"], "")
    facts = {"n": len(data), "first": start, "last": end, "down": -moved.min()}
    facts |= text.extremes(moved.set_axis(data["state"])) | dict(data["move"].value_counts())
    return Parts(data, facts, _draw_moves, raster=True)


def _draw_moves(data: pd.DataFrame, theme: Theme) -> Figure:
    states = load("regions").merge(data, on="region_id")
    figure, axes = maps.country(states, states, theme)
    colours = {"rose": theme.series[0], "": theme.land, "fell": theme.series[1]}
    patches = []
    for (move, colour), hatch in zip(colours.items(), HATCHES, strict=True):
        look: dict[str, Any] = {"facecolor": colour, "hatch": hatch, "edgecolor": theme.paper}
        states[states["move"] == move].plot(ax=axes, linewidth=0.4, **look)
        patches.append(Patch(label=SHIFTS[move], **look))
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
    rows = load("indicators").query("vintage == 2025")
    wide = rows.pivot_table(index="country", columns="indicator", values="value")
    wide = wide[["electricity", "rural_electricity"]].dropna()
    gap = (wide["electricity"] - wide["rural_electricity"]).sort_values(ascending=False)
    names = load("countries").set_index("country")["name"]
    labels = {"electricity": "all people", "rural_electricity": "rural people"}
    data = wide.loc[gap.index].rename(columns=labels).rename_axis("code").reset_index()
    data = data.melt("code", list(labels.values()), "who", "percent").assign(
        country=lambda t: t["code"].map(names), shown=lambda t: t["code"].isin(gap.index[:WIDEST])
    )
    facts = {"n": len(gap), "median": gap.median(), "wide": (gap >= 10).sum()}
    gap.index = gap.index.map(names.to_dict())
    return Parts(data, facts | text.extremes(gap), _draw_access)


def _draw_access(data: pd.DataFrame, theme: Theme) -> Figure:
    shown = data[data["shown"]]
    return charts.rows(shown, theme, x="percent", y="country", by="who", label="% with electricity")


@exhibit("tab-gap-faces", serves=["A4"], sources=("us-capital", "jobs"))
def faces() -> Parts:
    """Show what can be had of investment and jobs."""
    table = gaps.faces()
    table["up"], moved = table["change"] > 0, table["p"] < gaps.LEVEL
    table["rose"], table["fell"] = moved & table["up"], moved & ~table["up"]
    of = table.groupby("face", sort=False)
    data = of[["start", "end"]].first().join(of[["n", "before", "after"]].median())
    data = data.join(of[["up", "rose", "fell"]].sum()).assign(series=of.size())
    facts = {"by": data, "rose": data["rose"].sum()}
    return Parts(data.assign(what=pd.Series(FACES)).reset_index(), facts)


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    ours = claims.figures()
    facts: dict[str, Any] = {**ours.loc["A4a"], **measured().parts.facts, **counts().parts.facts}
    whole = ("changed", "fell", "stayed", "without", "once", "countings", "steady")
    told = {name: text.count(facts[name]) for name in whole}
    told |= {name: text.share(facts[name]) for name in ("low", "high")}
    told |= {name: str(facts[name]) for name in ("told", "verdict")}
    told |= {"n03": text.number(ours["value"]["N03"], 1), "covered": text.share(facts["covered"])}
    return {f"gap_{name}": value for name, value in told.items()}
