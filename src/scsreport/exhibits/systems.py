"""Exhibits of the chapter *Systems of secondary cities*: who is secondary, how many, where."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import definitions
from scsreport.findings.counting import COUNTINGS, counting, units
from scsreport.findings.systems import by_rule
from scsreport.claims import figures
from scsreport.tables.datasets import load
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import Theme, WIDTH

CITY = 100_000
CONTINENTS = {
    "AF": "Africa", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania",
    "SA": "South America",
}  # fmt: skip
SPINE = ("places", "countries", "footprints")
ABSOLUTE = ["D1", "D4", "D5", "D6", "D8"]
LABELS = {name: rule.label for name, rule in definitions.RULES.items()}
SUBURB, SECONDARY = "inside the largest city's footprint", "secondary, 10 to 50 % of the largest"
LEADER, OTHER = "largest city", "smaller or larger than the band"


@exhibit("tab-definitions", serves=["A1", "D1", "D2", "D7"], sources=SPINE)
def definitions_table() -> Parts:
    """Count secondary cities under each definition in circulation and each way to count."""
    wide = by_rule().pivot(index="rule", columns="counting")
    data = wide.xs("as listed", axis=1, level="counting")[
        ["countries", "people", "of_world", "of_urban"]
    ].join(wide["cities"])
    data["label"] = pd.Series(LABELS)
    data["source"] = pd.Series({name: rule.source for name, rule in definitions.RULES.items()})
    facts = text.extremes(data["as listed"])
    held = {f"{end}_share": data.loc[facts[f"{end}est"], "of_world"] for end in ("low", "high")}
    return Parts(data.reset_index(), facts | held)


@exhibit("fig-shares", serves=["A1", "N01", "N06"], sources=SPINE)
def shares() -> Parts:
    """Show the share of world population in secondary cities under each rule and counting."""
    data = by_rule()[["rule", "counting", "of_world"]]
    data["label"] = data["rule"] + "  " + data["rule"].map(LABELS)
    data["percent"] = 100 * data["of_world"]
    printed = load("claim-figures").set_index("figure")["printed_low"][["N01", "N06a"]]
    by = data.pivot(index="rule", columns="counting", values="of_world")
    spread = by.max(axis=1) - by.min(axis=1)
    facts = text.extremes(data["of_world"]) | text.extremes(by["as listed"], "listed_")
    facts |= {"moved": spread.idxmax(), "points": 100 * spread.max(), **printed}
    draw = partial(
        charts.rows, x="percent", y="label", by="counting", label="% of world population",
        marks={"N01": 100 * printed["N01"], "N06": 100 * printed["N06a"]},
    )  # fmt: skip
    return Parts(data, facts, draw)


@exhibit("fig-overlap", serves=["A1", "D7"], sources=SPINE)
def overlap() -> Parts:
    """Show how far the rules agree on who is secondary."""
    matrix = definitions.overlap(units())
    data = matrix.rename_axis(index="rule", columns="other").stack().rename("jaccard").reset_index()
    pairs = data[data["rule"] < data["other"]]
    named = pairs.set_index(pairs["rule"] + " and " + pairs["other"])["jaccard"]
    absolute = text.extremes(matrix["D7"][ABSOLUTE], "absolute_")
    return Parts(data, text.extremes(named) | absolute, _draw_overlap)


def _draw_overlap(data: pd.DataFrame, theme: Theme) -> Figure:
    import seaborn as sns

    matrix = data.pivot(index="rule", columns="other", values="jaccard")
    figure = Figure(figsize=(WIDTH, 3.9))
    axes = figure.add_subplot()
    sns.heatmap(
        matrix, mask=np.triu(np.ones(matrix.shape, dtype=bool), 1), annot=True, fmt=".2f",
        cmap=sns.blend_palette([theme.paper, theme.series[0]], as_cmap=True), vmin=0, vmax=1,
        cbar=False, linewidths=1, linecolor=theme.paper, annot_kws={"fontsize": 9}, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


@exhibit("tab-literature", serves=["A1", "N01", "N05", "N06", "N07"], sources=SPINE)
def literature() -> Parts:
    """Rebuild the circulating figures under each rule, beside what was printed."""
    table = by_rule().query("counting == 'as listed'")
    columns = {
        "N01": "of_world", "N05a": "cities", "N05b": "in_africa_asia", "N06a": "of_world",
        "N06b": "larger", "N06c": "smaller", "N07": "of_africa",
    }  # fmt: skip
    values = table[[*columns.values()]].set_axis(list(columns), axis=1)
    ours = figures().loc[list(columns)]
    printed = ours["printed_low"].to_frame().T
    data = pd.concat([printed.assign(rule="printed"), values.assign(rule=table["rule"])])
    verdicts = text.listing(
        f"{row.Index} {row.verdict} ({row.met:.0f} of {row.countings:.0f})"
        for row in ours.itertuples()
    )
    facts = {**ours, "met": (ours["verdict"] == "reproduced").sum(), "all": len(ours)}
    return Parts(data, facts | {"verdicts": verdicts})


@exhibit("fig-world", serves=["A1", "D1"], sources=("places", "countries", "borders"))
def world() -> Parts:
    """Map the secondary cities of the world under D1 beside each country's largest city."""
    rows, unit, _ = counting("without suburbs")
    inside = definitions.members("D1", rows, unit=unit)
    role = np.select([rows["is_primary"], inside], ["largest of its country", "secondary"], "")
    data = rows.assign(role=role)[role != ""]
    where = data.loc[data["role"] == "secondary", "continent"].map(CONTINENTS)
    by = where.value_counts(normalize=True)
    facts = {"first": by.index[0], "first_share": by.iloc[0], "n": len(where)}
    facts["shares"] = text.listing(f"{text.share(share)} in {name}" for name, share in by.items())
    columns = ["name", "country", "continent", "population", "role", "lon", "lat"]
    draw = partial(_draw_world, land=load("borders"))
    return Parts(data[columns].reset_index(), facts, draw, raster=True)


def _draw_world(data: pd.DataFrame, theme: Theme, *, land: pd.DataFrame) -> Figure:
    figure, axes = maps.world(land, theme)
    points = maps.project(data)
    looks = (("secondary", 1.2, "o", 0), ("largest of its country", 11, "^", 0.3))
    for colour, (role, size, marker, edge) in zip(theme.series, looks, strict=False):
        part = points[points["role"] == role]
        axes.scatter(part["x"], part["y"], s=size, c=colour, label=role, marker=marker,
                     linewidths=edge, edgecolors=theme.paper)  # fmt: skip
    figure.legend(loc="outside lower center", ncols=2, markerscale=1.5)
    return figure


@exhibit("tab-footprint-check", serves=["A1"], sources=("footprint-check",))
def footprint_check() -> Parts:
    """Compare footprint populations with the agglomerations of a second source."""
    data = load("footprint-check")
    facts = {"good": data["within_quarter"].sum(), "n": len(data)}
    return Parts(data, facts | text.extremes(data.set_index("name")["ratio"]))


@exhibit("fig-country", serves=["A1", "D7"], sources=("places", "borders", "regions"))
def country_map(country: str = "IDN") -> Parts:
    """Map the cities of a country (ISO alpha-3 code) by their part in its system."""
    code, name, home = country_units(country)
    table = home[(home["kind"] == "city") & (home["population"] >= CITY)]
    kept, unit, _ = counting("without suburbs", home)
    secondary = kept.index[definitions.members("D7", kept, unit=unit)]
    role = np.select(
        [table["is_primary"], table.index.isin(secondary), table["in_primary_footprint"]],
        [LEADER, SECONDARY, SUBURB], OTHER,
    )  # fmt: skip
    data = table.assign(role=role)[["name", "population", "role", "lon", "lat"]]
    n = data["role"].value_counts()
    ranked = data.sort_values("population", ascending=False).groupby("role")["name"].first()
    facts = {
        "country": name, "n": len(data), "secondary": n.get(SECONDARY, 0),
        "suburbs": n.get(SUBURB, 0), "leader": ranked.get(LEADER, "a smaller town"),
        "second": ranked.get(SECONDARY, "none"),
    }  # fmt: skip
    outline, regions = (t[t["country"] == code] for t in map(load, ("borders", "regions")))
    draw = partial(_draw_country, outline=outline, regions=regions)
    return Parts(data.reset_index(), facts, draw, raster=True)


def _draw_country(
    data: pd.DataFrame, theme: Theme, *, outline: pd.DataFrame, regions: pd.DataFrame
) -> Figure:
    figure, axes = maps.country(outline, regions, theme)
    looks = (
        (OTHER, 5, theme.quiet, "."), (SUBURB, 14, theme.series[1], "x"),
        (SECONDARY, 26, theme.series[0], "o"), (LEADER, 60, theme.series[1], "^"),
    )  # fmt: skip
    for role, size, colour, marker in looks:
        part = data[data["role"] == role]
        axes.scatter(part["lon"], part["lat"], s=size, color=colour, marker=marker, label=role)
    figure.legend(loc="outside lower center", ncols=1)
    return figure


@exhibit("tab-country", serves=["A1", "D7"], sources=("places", "countries", "footprints"))
def country_table(country: str = "IDN") -> Parts:
    """Count the secondary cities of a country (ISO alpha-3 code) under each rule and counting."""
    _, name, home = country_units(country)
    counted: dict[str, list[int]] = {}
    for how in COUNTINGS:
        rows, unit, _ = counting(how, home)
        counted[how] = (definitions.standing(rows, unit=unit) == "secondary").sum().to_list()
    data = pd.DataFrame({"rule": LABELS.keys(), "label": LABELS.values(), **counted})
    d7 = data.set_index("rule").loc["D7"]
    facts = {"country": name, "d7_listed": d7["as listed"], "d7_footprint": d7["by footprint"]}
    facts |= text.extremes(data["as listed"], "listed_")
    return Parts(data, facts | text.extremes(data["by footprint"], "footprint_"))


def country_units(country: str) -> tuple[str, str, pd.DataFrame]:
    """Return code, name and places of a country given by its ISO 3166-1 alpha-3 code.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    known = load("countries").set_index("iso3")
    if country not in known.index:
        raise ValueError(f"country {country!r}; expected an ISO alpha-3 code such as 'IDN'")
    code, name = known.loc[country, ["country", "name"]]
    return str(code), str(name), units()[units()["country"] == code]


@exhibit("fig-cover", serves=["A1"], sources=("places",))
def cover() -> Parts:
    """Draw the world by its listed places alone, as the cover of the book."""
    data = units().sort_values("population")[["name", "population", "is_primary", "lon", "lat"]]
    facts = {"n": len(data), "north": (data["lat"] > 0).mean(), "largest": data["name"].iloc[-1]}
    return Parts(data.reset_index(), facts, _draw_cover, raster=True)


def _draw_cover(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.3))
    axes = figure.add_subplot()
    for step, (_, part) in enumerate(maps.project(data).groupby("is_primary")):
        axes.scatter(
            part["x"], part["y"], s=part["population"] / (4e5, 2e5)[step] + 0.05,
            color=theme.series[step], marker="o^"[step], linewidths=0,
        )  # fmt: skip
    axes.set_axis_off()
    return figure


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapters prints."""
    first = units()[units()["is_primary"] & units()["footprint"].notna()]
    growth = (first["footprint_population"] / first["population"]).median()
    world = text.extremes(by_rule()["of_world"])
    result = {
        "n_places": text.count(len(units())),
        "n_footprints": text.count(len(load("footprints"))),
        "min_share": text.share(world["low"]),
        "max_share": text.share(world["high"]),
        "primary_growth": text.share(growth - 1),
        "max_overlap": text.number(definitions.overlap(units()).loc["D7", ABSOLUTE].max()),
    }
    for _, row in by_rule().iterrows():
        key = f"{row['rule']}_{row['counting'].split()[-1]}"
        result[f"{key}_cities"] = text.count(row["cities"])
        result[f"{key}_world"] = text.tenths(row["of_world"])
        result[f"{key}_africa"] = text.tenths(row["of_africa"])
        result[f"{key}_africa_asia"] = text.share(row["in_africa_asia"])
    return result | {f"verdict_{k}": str(v) for k, v in figures()["verdict"].items()}
