"""Exhibits of the chapter *Systems of secondary cities*: who is secondary, how many, where."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import definitions
from scsreport.answers import COUNTINGS, by_rule, counting, units
from scsreport.claims import figures
from scsreport.datasets import load
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.contract import Column, Parts, exhibit
from scsreport.exhibits.style import WIDTH, Theme

CONTINENTS = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
SPINE = ("places", "countries", "footprints")
UNDATED = (
    "City sizes are undated GeoNames entries; totals are dated. A share mixes the two, and an "
    "error of a tenth either way would not surprise."
)
SHORT_SUM = (
    "Footprints add up the places of 15,000 and more inside one urban centre; smaller places "
    "and people outside any listed place are missing."
)


@exhibit("tab-definitions", serves=["A1", "D1", "D2", "D7"], sources=SPINE)
def definitions_table() -> Parts:
    """Count secondary cities under each definition in circulation and each way to count."""
    table = by_rule().pivot(index="rule", columns="counting")
    data = pd.DataFrame(
        {
            "rule": table.index,
            "label": [definitions.RULES[r].label for r in table.index],
            "source": [definitions.RULES[r].source for r in table.index],
            **{how: table["cities", how].to_numpy() for how in COUNTINGS},
            "countries": table["countries", "as listed"].to_numpy(),
            "people": table["people", "as listed"].to_numpy(),
            "of_world": table["of_world", "as listed"].to_numpy(),
            "of_urban": table["of_urban", "as listed"].to_numpy(),
        }
    )
    low, high = data.loc[data["as listed"].idxmin()], data.loc[data["as listed"].idxmax()]
    span = f"from {text.count(low['as listed'])} ({low.rule}) to {text.count(high['as listed'])}"
    return Parts(
        title=f"Eight definitions find {span} ({high.rule}) secondary cities",
        caption=(
            "Secondary cities of the world under eight rules, on one table of places of 15,000 "
            "and more. Countries, people and shares: entries as listed."
        ),
        alt=(
            f"Table of eight rules. {low.rule}, {low.label}, counts fewest cities as listed, "
            f"{text.count(low['as listed'])}, holding {text.share(low.of_world)} of world "
            f"population; {high.rule}, {high.label}, most, {text.count(high['as listed'])}, "
            f"holding {text.share(high.of_world)}."
        ),
        data=data,
        columns=[
            Column("rule", "Rule"),
            Column("label", "As printed"),
            Column("source", "Source"),
            *(Column(how, f"Cities, {how}", text.count, "number") for how in COUNTINGS),
            Column("countries", "Countries", text.count, "number"),
            Column("people", "People", text.people, "number"),
            Column("of_world", "Of world population", text.share, "number"),
            Column("of_urban", "Of urban population", text.share, "number"),
        ],
        notes=[
            UNDATED,
            SHORT_SUM,
            "D3 has no lower bound: here the floor of the table, 15,000 people. "
            "D7 by its relative half only; its list of functions is not applied.",
        ],
    )


@exhibit("fig-shares", serves=["A1", "N01", "N06"], sources=SPINE)
def shares() -> Parts:
    """Show the share of world population in secondary cities under each rule and counting."""
    data = by_rule()[["rule", "counting", "of_world"]]
    names = {rule: f"{rule}  {definitions.RULES[rule].label}" for rule in definitions.RULES}
    data = data.assign(label=data["rule"].map(names), percent=100 * data["of_world"])
    printed = load("claim-figures").set_index("figure")["printed_low"]
    listed = data[data["counting"] == "as listed"].set_index("rule")["of_world"]
    spread = data.groupby("rule")["of_world"].agg(np.ptp)
    return Parts(
        title=(
            f"Between {text.share(data.of_world.min())} and {text.share(data.of_world.max())} of "
            "people live in secondary cities: the rule decides"
        ),
        caption=(
            "Share of world population in secondary cities, by rule and way of counting. Broken "
            f"lines: the printed {text.share(printed['N01'])} (N01) and "
            f"{text.share(printed['N06a'])} (N06)."
        ),
        alt=(
            "Dot plot, one row per rule, three dots each. As listed, the share runs from "
            f"{text.share(listed.min())} under {listed.idxmin()} to {text.share(listed.max())} "
            f"under {listed.idxmax()}. The way of counting moves {spread.idxmax()} most, by "
            f"{text.number(100 * spread.max(), 0)} points. Lines mark the printed "
            f"{text.share(printed['N01'])} and {text.share(printed['N06a'])}."
        ),
        data=data,
        draw=partial(
            charts.rows,
            x="percent",
            y="label",
            by="counting",
            label="% of world population",
            marks={"N01": 100 * printed["N01"], "N06": 100 * printed["N06a"]},
        ),
        notes=[UNDATED],
    )


@exhibit("fig-overlap", serves=["A1", "D7"], sources=SPINE)
def overlap() -> Parts:
    """Show how far the rules agree on who is secondary."""
    matrix = definitions.overlap(units())
    data = matrix.rename_axis(index="rule", columns="other").stack().rename("jaccard").reset_index()
    pairs = data[data["rule"] < data["other"]]
    least, most = pairs.loc[pairs["jaccard"].idxmin()], pairs.loc[pairs["jaccard"].idxmax()]
    absolute = pairs.query("rule in ['D1', 'D4', 'D5', 'D6', 'D8'] and other == 'D7'")["jaccard"]
    return Parts(
        title=(
            "The relative rule and the absolute rules name different cities: overlap at most "
            f"{text.number(absolute.max())}"
        ),
        caption=(
            "Overlap of the rules (Jaccard index: shared cities over all cities of either rule), "
            "entries as listed. 1 means the same cities, 0 none in common."
        ),
        alt=(
            f"Matrix of eight rules. {most.rule} and {most.other} agree most, "
            f"{text.number(most.jaccard)}; {least.rule} and {least.other} least, "
            f"{text.number(least.jaccard)}. The 10 to 50 % rule D7 overlaps the absolute bands "
            f"by {text.interval(absolute.min(), absolute.max())}."
        ),
        data=data,
        draw=_draw_overlap,
    )


def _draw_overlap(data: pd.DataFrame, theme: Theme) -> Figure:
    import seaborn as sns

    matrix = data.pivot(index="rule", columns="other", values="jaccard")
    figure = Figure(figsize=(WIDTH, 3.9))
    axes = figure.add_subplot()
    palette = sns.blend_palette([theme.paper, theme.series[0]], as_cmap=True)
    below = np.triu(np.ones(matrix.shape, dtype=bool), 1)
    sns.heatmap(
        matrix,
        mask=below,
        annot=True,
        fmt=".2f",
        cmap=palette,
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1,
        linecolor=theme.paper,
        annot_kws={"fontsize": 9},
        ax=axes,
    )
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


@exhibit("tab-literature", serves=["A1", "N01", "N05", "N06", "N07"], sources=SPINE)
def literature() -> Parts:
    """Rebuild the circulating figures under each rule, beside what was printed."""
    table = by_rule().query("counting == 'as listed'")
    judged = figures()
    data = pd.DataFrame(
        {
            "rule": table["rule"],
            "N01": table["of_world"],
            "N05a": table["cities"],
            "N05b": table["in_africa_asia"],
            "N06a": table["of_world"],
            "N06b": table["larger"],
            "N06c": 1 - table["of_world"] - table["larger"],
            "N07": table["of_africa"],
        }
    )
    names = list(data.columns[1:])
    printed = judged.loc[names, "printed_low"].to_dict() | {"rule": "printed"}
    ours = judged.loc[names]
    met = ours.index[ours["verdict"] == "reproduced"]
    held = {name: f"{r.met:.0f} of {r.countings:.0f}" for name, r in ours.iterrows()}
    return Parts(
        title=(
            f"{len(met)} of {len(names)} circulating figures hold however one counts; the others "
            "need the right definition or fail"
        ),
        caption=(
            "The figures in circulation under each rule, entries as listed. First row: as "
            "printed (the lower end of a range). N06 calls larger what lies above the band, "
            "smaller what lies below it or in no listed place."
        ),
        alt=(
            "Table of eight rules and a row of printed values. World share under D1 "
            f"{text.share(judged.loc['N01', 'value'], 1)} against the printed "
            f"{text.share(printed['N01'])}; cities of 150,000 to 5 million "
            f"{text.count(judged.loc['N05a', 'value'])} against "
            f"{text.count(printed['N05a'])}; Africans under D7 "
            f"{text.share(judged.loc['N07', 'value'], 1)} against "
            f"{text.share(printed['N07'], 1)} or more."
        ),
        data=pd.concat([pd.DataFrame([printed])[data.columns], data], ignore_index=True),
        columns=[
            Column("rule", "Rule"),
            Column("N01", "N01, N06: of world population", text.tenths, "number"),
            Column("N05a", "N05: cities", text.count, "number"),
            Column("N05b", "N05: of them in Africa and Asia", text.tenths, "number"),
            Column("N06b", "N06: of world population in larger cities", text.tenths, "number"),
            Column("N06c", "N06: in smaller places", text.tenths, "number"),
            Column("N07", "N07: of Africans", text.tenths, "number"),
        ],
        notes=[
            *(f"{k}: {v}, met by {held[k]} countings." for k, v in ours["verdict"].items()),
            UNDATED,
            "N06 and N07 print no rule; the author's own of 2014 (D7) stands in.",
        ],
    )


@exhibit("fig-world", serves=["A1", "D1"], sources=("places", "countries", "borders"))
def world() -> Parts:
    """Map the secondary cities of the world under D1 beside each country's largest city."""
    rows, unit, _ = counting("without suburbs")
    rows = rows.assign(role=np.where(definitions.members("D1", rows, unit=unit), "secondary", ""))
    rows.loc[rows["is_primary"], "role"] = "largest of its country"
    shown = rows[rows["role"] != ""]
    data = shown[["name", "country", "continent", "population", "role", "lon", "lat"]]
    where = data.loc[data["role"] == "secondary", "continent"].map(CONTINENTS)
    by = where.value_counts(normalize=True)
    named = text.listing(f"{text.share(v)} in {k}" for k, v in by.items())
    return Parts(
        title=f"{text.share(by.iloc[0])} of the world's secondary cities lie in {by.index[0]}",
        caption=(
            f"Cities of 100,000 to 1.5 million people (rule D1), {text.count(len(where))} dots, "
            "and the largest city of each country, triangles. Suburbs inside the footprint of "
            "the largest city, twins and boroughs are left out. Equal Earth projection."
        ),
        alt=f"World map of {text.count(len(where))} secondary cities: {named}.",
        data=data.reset_index(),
        draw=partial(_draw_world, land=load("borders")),
        raster=True,
        notes=["City sizes are undated and units differ between countries."],
    )


def _draw_world(data: pd.DataFrame, theme: Theme, *, land: pd.DataFrame) -> Figure:
    figure, axes = maps.world(land, theme)
    points = maps.project(data)
    for step, (role, size) in enumerate({"secondary": 1.2, "largest of its country": 11}.items()):
        part = points[points["role"] == role]
        marker = "o" if step == 0 else "^"
        axes.scatter(
            part["x"],
            part["y"],
            s=size,
            marker=marker,
            color=theme.series[step],
            label=role,
            linewidths=0.3 * step,
            edgecolors=theme.paper if step else "none",
        )
    figure.legend(loc="outside lower center", ncols=2, markerscale=1.5)
    return figure


@exhibit("tab-footprint-check", serves=["A1"], sources=("footprint-check",))
def footprint_check() -> Parts:
    """Compare footprint populations with the agglomerations of a second source."""
    data = load("footprint-check")
    good = data[data["within_quarter"]]
    worst = data.loc[(data["ratio"] - 1).abs().idxmax()]
    return Parts(
        title=(f"{len(good)} of {len(data)} footprints come within a quarter of the second source"),
        caption=(
            "People in the urban footprint, against the plain sum of all entries inside it and "
            "against the agglomeration figures of SimpleMaps."
        ),
        alt=(
            f"Table of {len(data)} agglomerations. The ratio to the second source runs from "
            f"{text.number(data.ratio.min())} to {text.number(data.ratio.max())}; "
            f"{worst['name']} is farthest off."
        ),
        data=data,
        columns=[
            Column("name", "Agglomeration"),
            Column("population", "Footprint", text.people, "number"),
            Column("plain_sum", "Plain sum", text.people, "number"),
            Column("population_agglomeration", "Second source", text.people, "number"),
            Column("ratio", "Ratio", text.number, "number"),
        ],
        notes=[
            SHORT_SUM,
            "The second source counts commuting areas for some cities and the built-up area for "
            "others; neither is the truth.",
        ],
    )


@exhibit("fig-country", serves=["A1", "D7"], sources=("places", "borders", "regions"))
def country_map(country: str = "IDN") -> Parts:
    """Map one country's cities: largest, suburbs of it, secondary under D7, others.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3 code.
    """
    code, name = country_code(country)
    home = units()[units()["country"] == code]
    table = home[(home["kind"] == "city") & (home["population"] >= 100_000)]
    kept, unit, _ = counting("without suburbs", home)
    secondary = kept.index[definitions.members("D7", kept, unit=unit)]
    role = pd.Series("smaller or larger than the band", index=table.index)
    role[table["in_primary_footprint"]] = "inside the largest city's footprint"
    role[table.index.intersection(secondary)] = "secondary, 10 to 50 % of the largest"
    role[table["is_primary"]] = "largest city"
    data = table.assign(role=role)[["name", "population", "role", "lon", "lat"]]
    n = data["role"].value_counts()
    inside = n.get("inside the largest city's footprint", 0)
    leader = data.loc[data["role"] == "largest city"].iloc[0]
    biggest = data[data["role"].str.startswith("secondary")].nlargest(1, "population")
    who = f", first of them {biggest.iloc[0]['name']}" if len(biggest) else ""
    found = text.count(n.get("secondary, 10 to 50 % of the largest", 0))
    return Parts(
        title=(
            f"{name}: {found} secondary cities, and {text.count(inside)} cities that are "
            f"suburbs of {leader['name']}"
        ),
        caption=f"Cities of 100,000 and more in {name}, by their part in the system (rule D7).",
        alt=(
            f"Map of {name} with {text.count(len(data))} cities: {leader['name']} the largest, "
            f"{text.count(inside)} inside its footprint, {found} of 10 to 50 % of its "
            f"size{who}."
        ),
        data=data.reset_index(),
        draw=partial(
            _draw_country, outline=_of(load("borders"), code), regions=_of(load("regions"), code)
        ),
        raster=True,
        notes=["City sizes are undated; the largest city is GeoNames' own entry, not a footprint."],
    )


def _of(table: pd.DataFrame, code: str) -> pd.DataFrame:
    return table[table["country"] == code]


def _draw_country(
    data: pd.DataFrame, theme: Theme, *, outline: pd.DataFrame, regions: pd.DataFrame
) -> Figure:
    figure, axes = maps.country(outline, regions, theme)
    parts = (
        ("smaller or larger than the band", 5, theme.quiet, "."),
        ("inside the largest city's footprint", 14, theme.series[1], "x"),
        ("secondary, 10 to 50 % of the largest", 26, theme.series[0], "o"),
        ("largest city", 60, theme.series[1], "^"),
    )
    for label, size, colour, marker in parts:
        part = data[data["role"] == label]
        axes.scatter(part["lon"], part["lat"], s=size, color=colour, marker=marker, label=label)
    figure.legend(loc="outside lower center", ncols=1)
    return figure


@exhibit("tab-country", serves=["A1", "D7"], sources=("places", "footprints"))
def country_table(country: str = "IDN") -> Parts:
    """Count one country's secondary cities under each rule and counting.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3 code.
    """
    code, name = country_code(country)
    counted = {}
    for how in COUNTINGS:
        rows, unit, _ = counting(how, units()[units()["country"] == code])
        counted[how] = {
            rule: int(definitions.members(rule, rows, unit=unit).sum())
            for rule in definitions.RULES
        }
    data = pd.DataFrame(counted).rename_axis("rule").reset_index()
    data.insert(1, "label", [definitions.RULES[r].label for r in data["rule"]])
    d7 = data.set_index("rule").loc["D7"]
    return Parts(
        title=(
            f"{name}: under D7 {text.count(d7['as listed'])} secondary cities as listed, "
            f"{text.count(d7['by footprint'])} by footprint"
        ),
        caption=f"Secondary cities of {name} under each rule and way of counting.",
        alt=(
            f"Table of eight rules for {name}. As listed they count from "
            f"{text.count(data['as listed'].min())} to {text.count(data['as listed'].max())} "
            f"cities, by footprint from {text.count(data['by footprint'].min())} to "
            f"{text.count(data['by footprint'].max())}."
        ),
        data=data,
        columns=[
            Column("rule", "Rule"),
            Column("label", "As printed"),
            *(Column(how, f"Cities, {how}", text.count, "number") for how in COUNTINGS),
        ],
        notes=[SHORT_SUM],
    )


def country_code(country: str) -> tuple[str, str]:
    """Return the two-letter code and the name of a country given by its alpha-3 code.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3 code.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    known = load("countries").set_index("iso3")
    if country not in known.index:
        raise ValueError(f"country {country!r}; expected an ISO alpha-3 code such as 'IDN'")
    return str(known.loc[country, "country"]), str(known.loc[country, "name"])


@exhibit("fig-cover", serves=["A1"], sources=("places", "borders"))
def cover() -> Parts:
    """Draw the world by its listed places alone, as the cover of the book."""
    rows = units().sort_values("population")
    data = rows.assign(role=np.where(rows["is_primary"], "largest of its country", "other"))
    data = data[["name", "population", "role", "lon", "lat"]]
    north = (data["lat"] > 0).mean()
    return Parts(
        title="The world's systems of cities, drawn from nothing but the places themselves",
        caption=(
            f"{text.count(len(data))} places of 15,000 people and more; larger dots hold more "
            "people, triangles are the largest of their country."
        ),
        alt=(
            f"{text.count(len(data))} places as dots form the continents without any outline; "
            f"{text.share(north)} of them lie north of the equator. The largest is "
            f"{data.iloc[-1]['name']}."
        ),
        data=data.reset_index(),
        draw=_draw_cover,
        raster=True,
    )


def _draw_cover(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.3))
    axes = figure.add_subplot()
    points = maps.project(data)
    for step, (role, part) in enumerate(points.groupby("role", sort=False)):
        first = role == "other"
        axes.scatter(
            part["x"],
            part["y"],
            s=part["population"] / (4e5 if first else 2e5) + 0.05,
            color=theme.series[0 if first else 1],
            marker="o" if first else "^",
            linewidths=0,
            zorder=2 + step,
        )
    axes.set_axis_off()
    return figure


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapters prints."""
    table = by_rule().set_index(["rule", "counting"])
    first = units()[units()["is_primary"] & units()["footprint"].notna()]
    growth = (first["footprint_population"] / first["population"]).median()
    result = {
        "n_places": text.count(len(units())),
        "n_footprints": text.count(len(load("footprints"))),
        "min_share": text.share(table["of_world"].min()),
        "max_share": text.share(table["of_world"].max()),
        "primary_growth": text.share(growth - 1),
    }
    for _, row in by_rule().iterrows():
        key = f"{row['rule']}_{row['counting'].split()[-1]}"
        result[f"{key}_cities"] = text.count(row["cities"])
        result[f"{key}_world"] = text.tenths(row["of_world"])
        result[f"{key}_africa"] = text.tenths(row["of_africa"])
        result[f"{key}_africa_asia"] = text.share(row["in_africa_asia"])
    overlaps = definitions.overlap(units()).loc["D7", ["D1", "D4", "D5", "D6", "D8"]]
    result["max_overlap"] = text.number(overlaps.max())
    return result | {f"verdict_{k}": str(v) for k, v in figures()["verdict"].items()}
