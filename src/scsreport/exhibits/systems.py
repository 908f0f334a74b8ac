"""Exhibits of the chapter *Systems of secondary cities*: who is secondary, how many, how large."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure

from scsreport import checks, claims, definitions
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme, looks
from scsreport.findings import systems
from scsreport.findings.counting import counting, units
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load

__all__ = [
    "country_map",
    "country_rank_size",
    "country_table",
    "cover",
    "cutoffs",
    "definitions_table",
    "exponents",
    "footprint_check",
    "literature",
    "overlap",
    "primacy",
    "rank_size",
    "shares",
    "tails",
    "world",
]
__dir__ = listing(__all__)

CONTINENTS = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
RULE_TABLES = ("places", "countries", "footprints")
SIZE_TABLES = ("places", "footprints")
ABSOLUTE_RULES = ["D1", "D4", "D5", "D6", "D8"]
LABELS = {name: text.spelled(rule.label) for name, rule in definitions.RULES.items()}
SUBURB = "inside the largest city's footprint"
SECONDARY = "secondary, 10 to 50 % of the largest"
OF_WORLD = "D1"
"""The rule of the map of the world."""
OF_COUNTRY = "D7"
"""The rule of the map of a country."""
MEMBERS = {OF_WORLD: "Cities of 100,000 to 1.5 million people"}
"""Who is secondary, where a sentence says it shorter than the label of the rule."""
LARGEST_CITY = "largest city"
DARKEST_TINT = 0.4  # of a cell, on which its number is still read with ease
LARGE_DOT = 5  # square points, from which a dot has an edge
OTHER_CITY = "smaller or larger than the band"
NO_LAND = " The source of the borders draws no outline of it, so the map has no land."
DRAW_RANKED = partial(
    charts.curves, x="population", y="above", by="label", log="xy", labels=("people", "rank - ½")
)


@exhibit("tab-definitions", serves=["A1", "D1", "D2", "D7"], sources=RULE_TABLES)
def definitions_table() -> Parts:
    """Count secondary cities under each definition in circulation and each way to count."""
    table = systems.by_rule()
    by_counting = table.pivot(index="rule", columns="counting")
    listed = by_counting.xs("as listed", axis=1, level="counting")
    data = listed[["countries", "people", "of_world", "of_urban"]].join(by_counting["cities"])
    data["label"] = pd.Series(LABELS)
    data["source"] = pd.Series({name: rule.source for name, rule in definitions.RULES.items()})
    facts = text.extremes(data["as listed"])
    for end in ("low", "high"):
        facts[f"{end}_share"] = data.loc[facts[f"{end}est"], "of_world"]
    facts["by"] = table.set_index(table["rule"] + " " + table["counting"]).to_dict("index")
    facts["places"] = len(units())
    facts["footprints"] = len(load("footprints"))
    facts["with_suburbs"] = systems.growth_with_suburbs()
    return Parts(data.reset_index(), facts)


@exhibit("fig-shares", serves=["A1", "N01", "N06"], sources=RULE_TABLES)
def shares() -> Parts:
    """Show the share of world population in secondary cities under each rule and counting."""
    data = systems.by_rule()[["rule", "counting", "of_world"]]
    data["label"] = data["rule"] + "  " + data["rule"].map(LABELS)
    data["percent"] = 100 * data["of_world"]
    printed = load("claim-figures").set_index("figure")["printed_low"][["N01", "N06a"]]
    by_counting = data.pivot(index="rule", columns="counting", values="of_world")
    spread = by_counting.max(axis=1) - by_counting.min(axis=1)
    facts = text.extremes(data["of_world"])
    facts |= text.extremes(by_counting["as listed"], "listed_")
    facts |= {"moved": spread.idxmax(), "points": 100 * spread.max(), **printed}
    draw = partial(
        charts.rows,
        x="percent",
        y="label",
        by="counting",
        label="% of world population",
        marks={"N01": 100 * printed["N01"], "N06": 100 * printed["N06a"]},
    )
    return Parts(data, facts, draw)


@exhibit("fig-overlap", serves=["A1", "D7"], sources=RULE_TABLES)
def overlap() -> Parts:
    """Show how far the rules agree on who is secondary."""
    matrix = definitions.overlap(units())
    cells = matrix.rename_axis(index="rule", columns="other").stack()
    data = cells.rename("jaccard").reset_index()
    pairs = data[data["rule"] < data["other"]]
    by_pair = pairs.set_index(pairs["rule"] + " and " + pairs["other"])["jaccard"]
    facts = text.extremes(by_pair) | text.extremes(matrix["D7"][ABSOLUTE_RULES], "absolute_")
    return Parts(data, facts, _draw_overlap)


def _draw_overlap(data: pd.DataFrame, theme: Theme) -> Figure:
    import seaborn as sns

    matrix = data.pivot(index="rule", columns="other", values="jaccard")
    tints = [to_rgba(theme.ink, alpha) for alpha in (0, DARKEST_TINT)]
    figure = Figure(figsize=(WIDTH, 3.9))
    axes = figure.add_subplot()
    sns.heatmap(
        matrix,
        mask=np.triu(np.ones(matrix.shape, dtype=bool), 1),
        annot=True,
        fmt=".2f",
        cmap=LinearSegmentedColormap.from_list("tints", tints),
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1,
        linecolor=theme.paper,
        annot_kws={"fontsize": 9, "color": theme.ink},
        ax=axes,
    )
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


@exhibit("tab-literature", serves=["A1", "N01", "N05", "N06", "N07"], sources=RULE_TABLES)
def literature() -> Parts:
    """Rebuild the circulating figures under each rule, beside what was printed."""
    as_listed = systems.by_rule().query("counting == 'as listed'")
    columns = {
        "N01": "of_world",
        "N05a": "cities",
        "N05b": "in_africa_asia",
        "N06a": "of_world",
        "N06b": "larger",
        "N06c": "smaller",
        "N07": "of_africa",
    }
    values = as_listed[[*columns.values()]].set_axis(list(columns), axis=1)
    judged = claims.figures().loc[list(columns)]
    printed = judged["printed_low"].to_frame().T
    data = pd.concat([printed.assign(rule="printed"), values.assign(rule=as_listed["rule"])])
    verdicts = text.listing(
        f"{row.Index} {row.verdict} ({row.met:.0f} of {row.countings:.0f})"
        for row in judged.itertuples()
    )
    reproduced = (judged["verdict"] == "reproduced").sum()
    facts = {**judged, "met": reproduced, "all": len(judged), "verdicts": verdicts}
    return Parts(data, facts)


@exhibit("fig-world", serves=["A1", "D1"], sources=("places", "countries", "borders"))
def world(rule: str = OF_WORLD) -> Parts:
    """Map the secondary cities of the world under a rule beside each country's largest city.

    Parameters
    ----------
    rule : {"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"}
        Who counts as a secondary city; suburbs of the largest city never do.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    rows, unit, _ = counting("without suburbs")
    secondary = definitions.members(rule, rows, unit=unit)
    role = np.select([rows["is_primary"], secondary], ["largest of its country", "secondary"], "")
    data = rows.assign(role=role)[role != ""]
    continents = data.loc[data["role"] == "secondary", "continent"].map(CONTINENTS)
    share = continents.value_counts(normalize=True)
    facts = {"first": share.index[0], "first_share": share.iloc[0], "n": len(continents)}
    facts["shares"] = text.listing(f"{text.share(part)} in {name}" for name, part in share.items())
    facts |= {"rule": rule, "members": MEMBERS.get(rule, f"Secondary cities, {LABELS[rule]}")}
    columns = ["name", "country", "continent", "population", "role", "lon", "lat"]
    draw = partial(_draw_world, land=load("borders"))
    return Parts(data[columns].reset_index(), facts, draw, raster=True)


def _draw_world(data: pd.DataFrame, theme: Theme, *, land: pd.DataFrame) -> Figure:
    figure, axes = maps.world(land, theme)
    points = maps.project(data)
    sizes = {"secondary": 1.2, "largest of its country": 11}
    for role, look in looks(sizes, theme).items():
        part = points[points["role"] == role]
        axes.scatter(
            part["x"],
            part["y"],
            s=sizes[role],
            c=look.colour,
            label=role,
            marker=look.marker,
            linewidths=0.3 if sizes[role] > LARGE_DOT else 0,
            edgecolors=theme.paper,
        )
    figure.legend(loc="outside lower center", ncols=2, markerscale=2)
    return figure


@exhibit("tab-footprint-check", serves=["A1"], sources=("footprint-check",))
def footprint_check() -> Parts:
    """Compare footprint populations with the agglomerations of a second source."""
    data = load("footprint-check")
    facts = {"good": data["within_quarter"].sum(), "n": len(data)}
    return Parts(data, facts | text.extremes(data.set_index("name")["ratio"]))


def _ranked_sizes(places: pd.DataFrame | None = None) -> Parts:
    """Draw rank and size of cities and footprints with fitted exponents."""
    table = systems.ranked(places)
    fits = systems.rank_size(places)
    labels = fits.index + ": exponent " + fits["exponent"].map(text.number)
    data = table.assign(above=table["rank"] - 0.5, label=table["unit"].map(labels))
    facts = {str(unit): fit for unit, fit in fits.to_dict("index").items()}
    return Parts(data, facts, DRAW_RANKED)


@exhibit("fig-rank-size", serves=["A1"], sources=SIZE_TABLES)
def rank_size() -> Parts:
    """Show rank and size of the world's cities and footprints with fitted exponents."""
    return _ranked_sizes()


@exhibit("fig-country-sizes", serves=["A1"], sources=(*SIZE_TABLES, "countries"))
def country_rank_size(country: str = "IDN") -> Parts:
    """Show rank and size of the cities and footprints of a country.

    Parameters
    ----------
    country : str
        Its ISO alpha-3 code, such as ``COL``.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    _, name, places = systems.places_of(country)
    parts = _ranked_sizes(places)
    return Parts(parts.data, {**parts.facts, "country": name}, DRAW_RANKED)


@exhibit("fig-cutoffs", serves=["A1"], sources=SIZE_TABLES)
def cutoffs(country: str = "") -> Parts:
    """Show how the exponent of the world, or of a country, moves with the smallest size admitted.

    Parameters
    ----------
    country : str, optional
        Its ISO alpha-3 code, such as ``COL``; the world without one. Floors that few cities reach
        are left out.

    Raises
    ------
    ValueError
        If there is no such country, or too few of its cities are large.
    """
    name, places = systems.places_of(country)[1:] if country else ("the world", None)
    data = systems.exponents_by_cutoff(places)
    of_cities = data[data["unit"] == "cities"].set_index("cutoff")["exponent"]
    facts = text.extremes(of_cities)
    facts |= {"floor": data["cutoff"].min(), "ceiling": data["cutoff"].max(), "of": name}
    facts |= data.groupby("unit")["exponent"].agg(["first", "last"])
    draw = partial(
        charts.curves,
        x="cutoff",
        y="exponent",
        by="unit",
        error="se",
        log="x",
        level=1,
        labels=("smallest size admitted", "exponent"),
    )
    return Parts(data, facts, draw)


@exhibit("fig-exponents", serves=["A1"], sources=("places", "countries"))
def exponents(fewest: int = systems.MIN_CITIES) -> Parts:
    """Show the exponent of every country with enough cities, with its interval.

    Parameters
    ----------
    fewest : int
        Cities of 100,000 and more that a country needs, five at least; the fewer, the wider its
        interval.

    Raises
    ------
    ValueError
        If it is less than five, or no country has so many.
    """
    table = systems.exponents_by_country(fewest)
    names = short_names("country")
    exponent = table["exponent"]
    half_width = charts.Z95 * table["se"]
    low = exponent - half_width
    high = exponent + half_width
    data = table.assign(name=names, low=low, high=high).reset_index()
    covers = ((data["low"] <= 1) & (data["high"] >= 1)).sum()
    facts = text.extremes(data.set_index("name")["exponent"])
    facts |= {
        "covers": covers,
        "n": len(data),
        "mean": exponent.mean(),
        "fewest": fewest,
        "seen": systems.SEEN,
        "needed": systems.cities_to_see(systems.SEEN),
        "able": (table["n"] >= systems.cities_to_see(systems.SEEN)).sum(),
    }
    draw = partial(
        charts.rows,
        x="exponent",
        y="name",
        error="se",
        marks={"Zipf": 1},
        label="rank-size exponent, 95 % interval",
    )
    return Parts(data, facts, draw)


@exhibit("tab-tails", serves=["A1"], sources=("tails", "countries"))
def tails() -> Parts:
    """Show power-law fits of the upper tail and their comparison with the lognormal."""
    names = short_names("country")
    data = load("tails")
    data["of"] = data["country"].map(names).fillna("world")
    ratio = data.loc[data["lognormal_p"] < 0.05, "lognormal_ratio"]
    counts = {"wins": (ratio > 0).sum(), "losses": (ratio < 0).sum(), "n": len(data)}
    return Parts(data, text.extremes(data["exponent"]) | counts)


@exhibit("fig-primacy", serves=["A1"], sources=("cities", "countries"))
def primacy() -> Parts:
    """Compare the primacy of each country's largest city under two population sources."""
    table = systems.primacy_by_source()
    names = short_names("country")
    sources = table[["GeoNames", "SimpleMaps"]]
    verdict = np.where(table["near"], "sources agree", "apart")
    data = sources.assign(name=names[table.index], factor=table["factor"], verdict=verdict)
    listed = load("cities").query("kind == 'city'")["country"].nunique()
    facts = text.extremes(data.set_index("name")["factor"])
    facts |= {"apart": (~table["near"]).sum(), "n": len(data), "missing": listed - len(data)}
    facts |= {"factor": systems.AGREEMENT_FACTOR, "by": sources, "median": sources.median()}
    draw = partial(
        charts.scatter,
        x="GeoNames",
        y="SimpleMaps",
        by="verdict",
        labels=("first over second city, GeoNames", "first over second city, SimpleMaps"),
    )
    data = data.rename_axis("country").reset_index().sort_values("verdict", ascending=False)
    return Parts(data, facts, draw)


@exhibit("fig-country", serves=["A1", "D7"], sources=("places", "borders", "regions"))
def country_map(country: str = "IDN", rule: str = OF_COUNTRY) -> Parts:
    """Map the cities of a country by their part in its system.

    Parameters
    ----------
    country : str
        Its ISO alpha-3 code, such as ``COL``.
    rule : {"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"}
        Who counts as a secondary city.

    Raises
    ------
    ValueError
        If there is no such country or rule.
    """
    code, name, places = systems.places_of(country)
    checks.choice("rule", rule, definitions.RULES)
    data = _roles(places, rule)
    counts = data["role"].value_counts()
    ranked = data.sort_values("population", ascending=False).groupby("role")["name"].first()
    secondary = _secondary(rule)
    facts = {
        "country": name,
        "rule": rule,
        "size": "of 10 to 50 % of its size" if rule == OF_COUNTRY else f"secondary by rule {rule}",
        "n": len(data),
        "secondary": counts.get(secondary, 0),
        "suburbs": counts.get(SUBURB, 0),
        "leader": ranked.get(LARGEST_CITY, "a smaller town"),
        "second": ranked.get(secondary, "none"),
    }
    borders = load("borders")
    regions = load("regions")
    outline = borders[borders["country"] == code]
    facts["land"] = "" if len(outline) else NO_LAND
    draw = partial(
        _draw_country,
        outline=outline,
        regions=regions[regions["country"] == code],
        secondary=secondary,
    )
    return Parts(data.reset_index(), facts, draw, raster=True)


def _secondary(rule: str) -> str:
    """Return what the legend of a map calls a secondary city."""
    return SECONDARY if rule == OF_COUNTRY else f"secondary, {LABELS[rule]}"


def _roles(places: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Return the cities of a country by their part in its system."""
    table = places[(places["kind"] == "city") & (places["population"] >= systems.CITY_FLOOR)]
    without_suburbs, unit, _ = counting("without suburbs", places)
    secondary = without_suburbs.index[definitions.members(rule, without_suburbs, unit=unit)]
    conditions: list[Any] = [
        table["is_primary"],
        table.index.isin(secondary),
        table["in_primary_footprint"],
    ]
    role = np.select(conditions, [LARGEST_CITY, _secondary(rule), SUBURB], OTHER_CITY)
    return table.assign(role=role)[["name", "population", "role", "lon", "lat"]]


def _draw_country(
    data: pd.DataFrame,
    theme: Theme,
    *,
    outline: pd.DataFrame,
    regions: pd.DataFrame,
    secondary: str,
) -> Figure:
    if len(outline):
        figure, axes = maps.country(outline, regions, theme)
    else:
        figure, axes = maps.bare(data["lat"], data["lon"])
    styles = (
        (OTHER_CITY, 5, theme.quiet, "."),
        (SUBURB, 14, theme.neutral[1], "x"),
        (secondary, 26, theme.neutral[0], "o"),
        (LARGEST_CITY, 55, theme.largest, "D"),
    )
    for role, size, colour, marker in styles:
        part = data[data["role"] == role]
        axes.scatter(part["lon"], part["lat"], s=size, color=colour, marker=marker, label=role)
    if outline.empty:
        maps.scale_bar(axes, theme)
    figure.legend(loc="outside lower center", ncols=1)
    return figure


@exhibit("tab-country", serves=["A1", "D7"], sources=("places", "countries", "footprints"))
def country_table(country: str = "IDN") -> Parts:
    """Count the secondary cities of a country under each rule and counting.

    Parameters
    ----------
    country : str
        Its ISO alpha-3 code, such as ``COL``.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    _, name, places = systems.places_of(country)
    counted = systems.secondary_in(places)
    counted.insert(0, "label", pd.Series(LABELS))
    d7 = counted.loc["D7"]
    facts = {"country": name, "d7_listed": d7["as listed"], "d7_footprint": d7["by footprint"]}
    data = counted.reset_index()
    facts |= text.extremes(data["as listed"], "listed_")
    return Parts(data, facts | text.extremes(data["by footprint"], "footprint_"))


@exhibit("fig-cover", serves=["A1"], sources=("places",))
def cover() -> Parts:
    """Draw the world by its listed places alone, as the cover of the book."""
    data = units().sort_values("population")[["name", "population", "is_primary", "lon", "lat"]]
    facts = {"n": len(data), "north": (data["lat"] > 0).mean(), "largest": data["name"].iloc[-1]}
    return Parts(data.reset_index(), facts, _draw_cover, raster=True)


def _draw_cover(data: pd.DataFrame, theme: Theme) -> Figure:
    figure, axes = maps.world(None, theme, height=2.3)
    points = maps.project(data)
    for name, look in looks(["other", LARGEST_CITY], theme).items():
        largest = name == LARGEST_CITY
        part = points[points["is_primary"] == largest]
        axes.scatter(
            part["x"],
            part["y"],
            s=part["population"] / (3e5 if largest else 4e5) + 0.05,
            color=look.colour,
            marker=look.marker,
            linewidths=0,
        )
    return figure
