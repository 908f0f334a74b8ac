"""Exhibits of the chapter *Networks*: who is tied to whom by air and as sisters, and functions."""

from functools import partial
from typing import Any

import pandas as pd

from scsreport import checks
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import forms, functions_by_form, named_systems, networks, ties
from scsreport.tables.datasets import load

__all__ = [
    "abroad",
    "beyond_size",
    "by_chance",
    "communities",
    "coverage",
    "credit",
    "gates",
    "named",
    "otherwise",
    "shadows",
    "tied",
    "tied_abroad",
]
__dir__ = listing(__all__)

TIE_TABLES = ("air-routes", "airport-cities", "sister-ties", "sister-cities", "cities")
FUNCTION_TABLES = ("functions-by-form", "functions-variants")
NETWORKS = {"air": "an air route", "sister": "a sister city"}
LISTS = {"air": "air routes", "sister": "sister cities"}
SIZES = {
    "primary": "largest city",
    "larger": "over the band of D7",
    "secondary": "secondary, rule D7",
    "smaller": "smaller",
}
FORMS = {"hub": "hubs", "corridor": "corridor cities", "cluster": "cities of clusters"}
GROUPS = SIZES | FORMS
FUNCTIONS = {
    "air routes": "air routes, number",
    "sister cities": "sister cities, number",
    "air_abroad": "a route abroad",
    "airport": "an airport within 30 km",
    "regional_capital": "regional capital",
    "port": "a port",
    "rail": "a railway",
}
MEASURES = {
    "same country": "within a country",
    "same form": "between cities of one form",
    "primary to primary": "between two largest cities",
    "primary to other": "between a largest city and another",
    "other to other": "between two others",
    "transitivity": "closed triangles of all that could be",
}
GATES = {
    "largest city": "without the largest city",
    "best connected city": "without the best connected",
    "direct ties alone": "direct ties alone",
}
HOW = {
    "chapter": "as above",
    "held": "both at once",
    "D7 alone": "rule D7 alone",
    "30 km": "airports within 30 km",
    "60 km": "airports within 60 km",
}
SHORT = {
    "air routes": "air routes",
    "air_abroad": "a route abroad",
    "sister cities": "sister cities",
}
"""Functions whose variants are printed; the others are counted."""

NULLS = {
    "by_degrees": "degrees",
    "by_distance": "degrees and distance",
    "by_both": "both degrees and distance",
}
AGAINST = {"country": "countries", "continent": "continents", "system": "detected systems"}
WHOLE_SAMPLE = "all"
SHOWN_LEAST = 2
"""Continents that are named, those with the least."""


def _years() -> dict[str, int]:
    """Return the years of both lists, which stand beside whatever is made of them."""
    return {"air_year": ties.AIR_YEAR, "sister_year": ties.SISTER_YEAR}


@exhibit(
    "fig-ties",
    rebuilds=["A1", "A6"],
    serves=["A1", "A5", "A6"],
    sources=(*TIE_TABLES, "city-forms"),
)
def tied(sample: str = WHOLE_SAMPLE) -> Parts:
    """Show which share of the cities of each size and form has a tie.

    Parameters
    ----------
    sample : str
        Of countries: ``all``, a continent by its code (``AF``, ``AS``, ``EU``, ``NA``, ``OC``,
        ``SA``), or a sample that ``abroad()`` lists, such as ``without Europe``.

    Raises
    ------
    ValueError
        If there is no such sample.
    """
    tables = [networks.tied(by).rename(columns={by: "group"}) for by in ("size", "form")]
    checks.choice("sample", sample, tables[0]["sample"].unique())
    world = pd.concat(tables).query("sample == @sample")
    world = world.drop_duplicates(["network", "group"])  # the largest cities are in both
    order = list(GROUPS)
    data = world.sort_values("group", key=lambda group: group.map(order.index), kind="stable")
    data = data.assign(
        percent=100 * data["any"],
        named=data["group"].map(GROUPS),
        tie=data["network"].map(NETWORKS),
    )
    shares = data.pivot(index="group", columns="network", values="any")
    n = data.query("network == 'air'").set_index("group")["n"]
    facts: dict[str, Any] = {"by": shares, "n": n, "rules": _by_rules()}
    draw = partial(charts.rows, x="percent", y="named", by="tie", label="% of cities that have one")
    return Parts(data, facts | _years(), draw)


def _by_rules() -> dict[str, Any]:
    """Return which share of secondary cities has a tie by each rule: ``rules[air][W]``."""
    return {
        "air": networks.tied_by_rule("air_routes"),
        "abroad": networks.tied_by_rule("air_routes_abroad"),
        "sister": networks.tied_by_rule("sister_cities"),
    }


@exhibit("fig-ties-abroad", rebuilds=["A1"], serves=["A1", "A5"], sources=TIE_TABLES)
def tied_abroad() -> Parts:
    """Show which share of the largest and of secondary cities has an air route abroad."""
    table = networks.tied().query("network == 'air' and size in ['primary', 'secondary']")
    places = {WHOLE_SAMPLE: "World"} | CONTINENTS
    data = table[table["sample"].isin(places)]
    data = data.assign(
        where=data["sample"].map(places),
        percent=100 * data["abroad"],
        named=data["size"].map(SIZES),
    ).sort_values("where", key=lambda where: where.replace("World", ""), kind="stable")
    secondary = data.query("size == 'secondary' and sample != @WHOLE_SAMPLE").set_index("where")
    in_world = data.query("sample == @WHOLE_SAMPLE").set_index("size")
    draw = partial(
        charts.rows,
        x="percent",
        y="where",
        by="named",
        label="% of cities with an air route abroad",
    )
    facts: dict[str, Any] = {"world": in_world["abroad"], "without": in_world["without"]}
    facts["rules"] = _by_rules()
    facts |= text.extremes(secondary["abroad"])
    least = secondary["without"].nsmallest(SHOWN_LEAST)
    facts["less"] = text.listing(f"{text.share(kept)} in {where}" for where, kept in least.items())
    return Parts(data, facts | _years(), draw)


@exhibit("tab-ties-abroad", serves=["A5"], sources=("network-reach",))
def abroad() -> Parts:
    """Count the countries whose cities of second rank reach abroad by the largest city alone."""
    table = load("network-reach").query("network == 'air' and gate == @networks.GATES[0]")
    shares = ("only_primary", "most_only_primary", "cities_only_primary", "without")
    data = table.assign(**{f"{name}_between": _between(table, name) for name in shares})
    by_sample: Any = data.set_index("sample")
    most = by_sample["most_only_primary"] * by_sample["countries"]
    facts = {"by": by_sample.to_dict("index"), "most": most.round().astype(int)}
    facts |= text.extremes(by_sample["most_only_primary"])
    return Parts(data, facts | _years())


def _between(table: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Return the intervals of a share as text."""
    low, high = (table[f"{name}_{end}"].map(text.tenths) for end in ("low", "high"))
    return low + " to " + high


@exhibit("tab-ties-gates", serves=["A5"], sources=("network-reach",))
def gates() -> Parts:
    """Ask what second cities reach abroad without another city, and by their own ties alone."""
    table = load("network-reach").query("sample == @WHOLE_SAMPLE")
    most = table["most_only_primary"] * table["countries"]
    data = table.assign(
        most=most.round().astype(int),
        named=table["network"].map(LISTS) + ", " + table["gate"].map(GATES),
    )
    data["counted"] = _both(data, "{} of {}", ("most", "countries"))
    data["between"] = data["counted"] + " (" + _between(table, "most_only_primary") + ")"
    facts = {name: data.query("network == @name").set_index("gate") for name in LISTS}
    return Parts(data, facts | _years())


@exhibit("tab-ties-named", serves=["A5", "A6"], sources=(*TIE_TABLES, "places"))
def named() -> Parts:
    """List the ties of the systems that the cases name: inside, abroad, past the largest city."""
    table = named_systems.systems()
    data = table.assign(
        inside=table["cities"].map(text.count)
        + ": "
        + _both(table, "{}, {}", ("air_inside", "sister_inside")),
        abroad=_both(table, "{}, {}", ("air_abroad", "sister_abroad")),
    ).reset_index(names="case")
    several = table.query("pairs > 0")
    with_ties = {name: several[several[f"{name}_inside"] > 0] for name in NETWORKS}
    facts: dict[str, Any] = {f"{name}_n": len(rows) for name, rows in with_ties.items()}
    facts |= {f"{name}_named": text.listing(rows["name"]) for name, rows in with_ties.items()}
    facts |= {"n": len(table), "several": len(several), "by": table.to_dict("index")}
    facts |= text.extremes(table.set_index("name")["air_skipping"].dropna())
    covered = table.set_index("name")[[f"{name}_covered" for name in NETWORKS]]
    facts["least"] = {name: covered[f"{name}_covered"].min() for name in NETWORKS}
    facts["where"] = {name: covered[f"{name}_covered"].idxmin() for name in NETWORKS}
    return Parts(data, facts | _years())


def _both(table: pd.DataFrame, words: str, columns: tuple[str, str]) -> "pd.Series[str]":
    """Return two columns as one text."""
    first, second = (table[column] for column in columns)
    filled = [
        words.format(*(text.MISSING if pd.isna(value) else f"{value:.0f}" for value in pair))
        for pair in zip(first, second, strict=True)
    ]
    return pd.Series(filled, table.index)


@exhibit("tab-ties-chance", serves=["A5", "A6"], sources=("network-nulls",))
def by_chance() -> Parts:
    """Set who is tied to whom beside graphs of the same degrees and distances."""
    table = load("network-nulls")
    keys = ["network", "measure"]
    drawn = table.pivot(index=keys, columns="null", values="by_chance")
    data = table.drop_duplicates(keys).set_index(keys)[["observed"]].join(drawn)
    data = data.rename(columns={null: name for name, null in NULLS.items()})
    data = data.reset_index()
    data["what"] = data["network"].map(LISTS) + ", " + data["measure"].map(MEASURES)
    decay = table.query("decay > 0").groupby("network")["decay"].first()
    facts = {"by": data.set_index(keys).to_dict("index"), "decay": decay}
    facts = facts | {name: data.query("network == @name").set_index("measure") for name in LISTS}
    return Parts(data, facts | _years())


@exhibit(
    "fig-functions-forms",
    serves=["A1", "A2"],
    sources=("functions-by-form", "city-functions", "city-forms"),
)
def beyond_size() -> Parts:
    """Show which functions forms have beyond what size explains, hubs being one."""
    table = load("functions-by-form").query("model == 'form' and sample == @WHOLE_SAMPLE")
    data = table[table["term"].isin(FORMS)]
    data = data.assign(named=data["function"].map(FUNCTIONS), form=data["term"].map(forms.NAMES))
    order = list(FUNCTIONS)
    data = data.sort_values(
        "function", key=lambda function: function.map(order.index), kind="stable"
    )
    below = (data["high"] < 1).groupby(data["term"]).sum()
    ratio: Any = data.pivot(index="function", columns="term", values="ratio").rename(
        index=lambda name: name.replace(" ", "_")
    )
    facts = {"ratio": ratio, "below": below, "of": data["function"].nunique()}
    facts["held"] = _with_distance_held()
    facts["near"] = _routes_within_30_km()
    draw = partial(
        charts.rows,
        x="ratio",
        y="named",
        by="form",
        error=("low", "high"),
        marks={"as a hub of its size": 1},
        label="times the number, or the odds, of a hub of its size",
    )
    return Parts(data, facts | _years(), draw)


def _with_distance_held() -> dict[Any, Any]:
    """Return the air routes of forms against hubs as far from a larger city, by form."""
    table = load("functions-by-form").query("model == 'form and place' and sample == @WHOLE_SAMPLE")
    return table.query("function == 'air routes'").set_index("term").to_dict("index")


def _routes_within_30_km() -> dict[Any, Any]:
    """Return the air routes of forms, and at twice the distance, counted to all cities near."""
    table = functions_by_form.compared().query("function == 'air routes' and how == '30 km'")
    return table.set_index("what").to_dict("index")


def _shadows_by_name() -> int:
    """Count the shadows that are none where a route counts to all cities near its airport."""
    table = functions_by_form.compared().query("what == 'distance'")
    readings = table.pivot(index="function", columns="how", values="reading").dropna(subset="30 km")
    return int(((readings["chapter"] == "more") & (readings["30 km"] != "more")).sum())


@exhibit("tab-functions-otherwise", serves=["A1", "A5"], sources=FUNCTION_TABLES)
def otherwise() -> Parts:
    """Set what forms and distance are associated with beside the same, looked at otherwise."""
    table = functions_by_form.compared()
    told = table[table["function"].isin(SHORT)]
    ends = {end: told[end].map(text.number) for end in ("ratio", "low", "high")}
    words = told.assign(said=ends["ratio"] + " (" + ends["low"] + "–" + ends["high"] + ")")
    keys = ["function", "how"]
    data = words.pivot(index=keys, columns="what", values="said").reset_index()
    order = {name: at for at, name in enumerate([*SHORT, *HOW])}
    data = data.sort_values(keys, key=lambda names: names.map(order), ignore_index=True)
    data["looked"] = data["function"].map(SHORT) + ", " + data["how"].map(HOW)
    by: dict[Any, dict[Any, Any]] = {what: {} for what in table["what"].unique()}
    for (what, how), rows in table.groupby(["what", "how"]):
        by[what][how] = rows.set_index("function").to_dict("index")
    return Parts(data, {"by": by} | _kept(table) | _years())


def _kept(table: pd.DataFrame) -> dict[str, Any]:
    """Count the clear differences of forms of the chapter, and those that stay as they were."""
    forms_alone = table[table["what"].isin(FORMS)]
    readings = forms_alone.pivot(index=["what", "function"], columns="how", values="reading")
    clear = readings[readings["chapter"] != "neither"]
    stay = {how: (clear[how] == clear["chapter"]).sum() for how in ("held", "D7 alone")}
    return {"clear": len(clear), "pairs": len(readings), "stay": stay}


@exhibit("tab-ties-credit", serves=["A5"], sources=(*TIE_TABLES, "city-forms", "route-airports"))
def credit() -> Parts:
    """Ask who has an air route if it counts to every city near the airport."""
    table = functions_by_form.tied_by_credit()
    data = table.pivot(index="group", columns="credit", values="any").loc[list(GROUPS)]
    data = data.rename(columns=lambda credit: credit.replace(" ", "_")).reset_index()
    data["named"] = data["group"].map(GROUPS)
    abroad = table.pivot(index="group", columns="credit", values="abroad")
    facts: dict[str, Any] = {"by": data.set_index("group").to_dict("index")}
    facts["abroad"] = abroad.T.to_dict("index")
    facts["near_km"] = functions_by_form.CREDIT_KM[0]
    return Parts(data, facts | _years())


@exhibit("tab-ties-communities", serves=["A5"], sources=("network-communities",))
def communities() -> Parts:
    """Compare communities of ties with countries, continents and detected systems."""
    table = load("network-communities")
    data = table.assign(named=table["network"].map(LISTS) + ", " + table["against"].map(AGAINST))
    facts = {name: data.query("network == @name").set_index("against") for name in LISTS}
    return Parts(data, facts | _years())


@exhibit("fig-shadows", serves=["A1", "A5"], sources=("functions-by-form", "city-functions"))
def shadows() -> Parts:
    """Show what cities have at twice the distance to a larger one."""
    samples = {WHOLE_SAMPLE: "all", "without Europe": "without Europe"}
    samples |= {"without China and the US": "without China and the US"}
    table = functions_by_form.shadows()
    order = list(FUNCTIONS)
    data = table[table["sample"].isin(samples)].assign(named=table["function"].map(FUNCTIONS))
    data = data.sort_values(
        "function", key=lambda function: function.map(order.index), kind="stable"
    )
    whole = data.query("sample == @WHOLE_SAMPLE").set_index("function")
    whole = whole.rename(index=lambda name: name.replace(" ", "_"))
    readings = whole["reading"].value_counts().reindex(["shadow", "borrowed", "neither"])
    facts = {"by": whole, "of": len(whole), **readings.fillna(0).astype(int)}
    facts |= {"near": _routes_within_30_km(), "by_name": _shadows_by_name()}
    draw = partial(
        charts.rows,
        x="ratio",
        y="named",
        by="sample",
        error=("low", "high"),
        marks={"no difference": 1},
        label="times the number, or the odds, at twice the distance",
    )
    return Parts(data, facts | _years(), draw)


@exhibit(
    "tab-ties-coverage", serves=["A5"], sources=("match-check", "airport-cities", "sister-cities")
)
def coverage() -> Parts:
    """Say how well airports and places were matched to cities."""
    data = ties.match_quality().reset_index()
    data["named"] = data["list"].map(
        {"airports": "Airports", "places": "Places with sister cities"}
    )
    known = ties.coverage()
    facts = {
        "judged": len(load("match-check")),
        "well": {
            name: (known[name] >= floor).sum() for name, floor in networks.WELL_COVERED.items()
        },
        "floor": networks.WELL_COVERED,
        "of": len(known),
        "wrong": data["wrong"].sum(),
    }
    return Parts(data, facts | _years())
