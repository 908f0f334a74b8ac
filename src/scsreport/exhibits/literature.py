"""Exhibits of the chapter *Figures of the literature*: numbers that circulate, one by one."""

from functools import partial

from scsreport import claims
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.findings import forms, literature
from scsreport.findings.functions import NEAR_KM, flags_of_cities
from scsreport.tables.datasets import load

__all__ = [
    "china",
    "coast",
    "functions",
    "output_bound",
    "printed",
]
__dir__ = listing(__all__)

SIZES = ("primary", "secondary", "smaller")


@exhibit(
    "tab-output-bound", serves=["A1", "N02"], sources=("regional-output", "cities", "worldbank")
)
def output_bound() -> Parts:
    """Bound the output of secondary cities by that of the regions they lead, by country."""
    table = literature.output_by_largest_city()
    names = load("countries").set_index("iso3")["name"]
    by_rule = table.pivot(index="iso3", columns="rule", values="share")
    countries = table.drop_duplicates("iso3").set_index("iso3")
    data = by_rule.join(countries[["year", "weight"]]).assign(name=names)
    facts = text.extremes(data.set_index("name")["D7"], "d7_") | dict(claims.figures().loc["N02"])
    facts["verdicts"] = claims.ledger()["verdict"]
    return Parts(data.reset_index(), facts | {"n": len(data), "covered": countries["weight"].sum()})


@exhibit("tab-printed", serves=["A4", "N03"], sources=("printed",))
def printed() -> Parts:
    """Recompute ratios from the two numbers behind them."""
    return Parts(load("printed").query("claim == 'N03'"), dict(claims.figures().loc["N03"]))


@exhibit("tab-china", serves=["A1", "N04"], sources=("places",))
def china() -> Parts:
    """Count places of China by administrative rank."""
    data = literature.china_ranks()
    places = load("places").query("country == 'CN'")
    facts = {"most": data.groupby("level")["places"].max(), "n": len(places)}
    return Parts(data, facts | {"uncoded": places["feature_code"].isna().mean()})


@exhibit(
    "tab-coast",
    serves=["A4", "N10"],
    sources=("regional-output", "mexico", "us-states", "region-coast"),
)
def coast() -> Parts:
    """Compare output or income per head of inland and coastal regions."""
    data = literature.inland_against_coast()
    ratio = data.set_index("country")["ratio"]
    return Parts(data, text.extremes(ratio) | {"n": len(data), "lag": (ratio < 0.95).sum()})


@exhibit("fig-functions", serves=["A1"], sources=("city-functions", "cities"))
def functions() -> Parts:
    """Show how many cities of each rank have the functions that can be flagged."""
    table = flags_of_cities()
    shares = table.groupby("size")[list(forms.ROLES)].mean().loc[list(SIZES)]
    data = shares.rename(columns=forms.ROLES).rename_axis(columns="function").stack()
    data = data.rename("share").reset_index().assign(percent=lambda rows: 100 * rows["share"])
    counts = table["size"].value_counts()
    secondary = data[data["size"] == "secondary"].set_index("function")["share"]
    facts = text.extremes(secondary) | {"n": counts["secondary"], "by": shares, **NEAR_KM}
    draw = partial(
        charts.rows, x="percent", y="function", by="size", label="% of cities that have it"
    )
    return Parts(data, facts, draw)
