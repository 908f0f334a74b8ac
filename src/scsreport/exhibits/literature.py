"""Exhibits of the chapter *Figures of the literature*: numbers that circulate, one by one."""

from functools import partial

from scsreport import checks, claims
from scsreport.definitions import RULES
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.findings import forms, literature
from scsreport.findings.functions import NEAR_KM
from scsreport.tables.country_names import short_names
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
RULE = "D7"
"""The author's rule of 2014, by which the printed share is judged."""

INSIDE = "lies inside, and nothing tells where"


@exhibit(
    "tab-output-bound",
    serves=["A1", "N02"],
    sources=("cities", "countries", "regional-output", "worldbank"),
)
def output_bound(rule: str = RULE) -> Parts:
    """Bound the output of secondary cities, by rule.

    Parameters
    ----------
    rule : str
        Of who is secondary, ``D1`` to ``D8``, to which the title holds.

    Raises
    ------
    ValueError
        If there is no such rule.

    Examples
    --------
    >>> output_bound(rule="D1").id
    'tab-output-bound-rule-d1'
    """
    checks.choice("rule", rule, RULES)
    table = literature.output_bounds_by_country()
    known = table.dropna(subset="year")
    shares = known["most"] * known["weight"]
    most_known = shares.groupby(known["rule"]).sum() / known.groupby("rule")["weight"].sum()
    bounds = literature.output_bounds().assign(most_known=most_known)
    least, most = (float(bounds[end][rule]) for end in ("least", "most"))
    data = bounds.reset_index().sort_values("rule", key=lambda rules: rules != rule, kind="stable")
    facts = dict(claims.figures().loc["N02"])
    facts |= {"rule": rule, "value": least, "value_high": most}
    facts["where"] = _place(facts["printed_low"], least, most)
    facts["verdicts"] = claims.ledger()["stands"]
    facts["unknown"] = 1 - known.drop_duplicates("iso3")["weight"].sum()
    return Parts(data, facts)


def _place(printed: float, least: float, most: float) -> str:
    """Say where a printed share lies beside its bounds."""
    if printed < least:
        return "lies below both"
    return "lies above both" if printed > most else INSIDE


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


@exhibit("tab-coast", serves=["A4", "N10"], sources=("gap-parts", "region-coast", "countries"))
def coast() -> Parts:
    """Compare output or income per head of inland and coastal regions."""
    names = short_names()
    data = literature.inland_against_coast()
    data = data.assign(country=data["iso3"].map(names)).sort_values("ratio")
    ratio = data.set_index("country")["ratio"]
    judged = claims.figures().loc["N10"]
    lag = ratio <= claims.met_by(claims.figures())["met_high"]["N10"]
    facts = {"n": len(data), "lag": lag.sum(), **judged[["covered", "verdict"]]}
    return Parts(data, facts | text.extremes(ratio))


@exhibit("fig-functions", serves=["A1"], sources=("city-functions", "cities"))
def functions(rule: str = RULE) -> Parts:
    """Show how many cities of each rank have the functions that can be flagged.

    Parameters
    ----------
    rule : str
        Of who is secondary, ``D1`` to ``D8``.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    checks.choice("rule", rule, RULES)
    table = literature.functions_of_cities(rule)
    shares = table.groupby("size")[list(forms.ROLES)].mean().loc[list(SIZES)]
    data = shares.rename(columns=forms.ROLES).rename_axis(columns="function").stack()
    data = data.rename("share").reset_index().assign(percent=lambda rows: 100 * rows["share"])
    counts = table["size"].value_counts()
    secondary = data[data["size"] == "secondary"].set_index("function")["share"]
    facts = text.extremes(secondary) | {"n": counts["secondary"], "by": shares, **NEAR_KM}
    facts["rule"] = rule
    draw = partial(
        charts.rows, x="percent", y="function", by="size", label="% of cities that have it"
    )
    return Parts(data, facts, draw)
