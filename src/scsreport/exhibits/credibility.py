"""Exhibits on whether a listed population is that of a city."""

from typing import Any

from scsreport import credibility as rules_of_doubt
from scsreport.exhibits import text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.findings import credibility
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load

__all__ = ["effect", "looked_up", "rules_table"]
__dir__ = listing(__all__)

WORDS = {
    "same_population": "Same number: another city of the country has exactly as many people, "
    f"no multiple of {rules_of_doubt.ROUND:,}",
    "same_name": f"Same name: a namesake within {rules_of_doubt.SAME_NAME_KM:.0f} km, or one "
    "in the same urban area under a longer name with as many people",
    "above_second_source": f"Over {rules_of_doubt.APART:.0f} times the people of a second list",
    "too_dense": f"Over {rules_of_doubt.MOST_DENSE:,.0f} people a square km of its urban centre",
    "unconfirmed": f"No urban centre within {rules_of_doubt.CENTRE_KM:.0f} km has room for it at "
    f"that density, and no second list has it within {rules_of_doubt.APART:.0f} times",
    "doubtful": "Any of these",
    "below_second_source": "No doubt, but told: under a third of a second list's people",
    "none": "None of these",
}
CITY_TABLES = ("city-doubts", "city-checks", "cities")


@exhibit("tab-doubts", serves=["A1"], sources=CITY_TABLES)
def rules_table() -> Parts:
    """List the rules of doubt, how many cities they flag, and how often they were right."""
    data = credibility.checked()
    data["words"] = data["rule"].map(WORDS)
    by_rule: Any = data.set_index("rule")
    ids = credibility.doubtful()
    cities = load("cities").set_index("geonameid")
    whole = cities[cities["kind"] == "city"]
    facts = {
        "by": by_rule,
        "of": len(whole),
        "flagged": len(ids),
        "people": whole["population"].reindex(ids).sum() / whole["population"].sum(),
        "judged": by_rule.loc[["doubtful", "below_second_source", "none"], "judged"].sum(),
    }
    return Parts(data, facts)


@exhibit(
    "tab-doubts-effect",
    serves=["A1", "A2"],
    sources=(*CITY_TABLES, "countries", "city-forms", "city-functions"),
)
def effect() -> Parts:
    """Set headlines with all cities beside the same without doubtful ones."""
    data = credibility.with_and_without().rename_axis("headline").reset_index()
    data["words"] = data["headline"].map(credibility.HEADLINES)
    counts = data["headline"].str.endswith("_cities")
    for column in ("all", "without"):
        shown = data[column].map(text.tenths)
        data[f"{column}_shown"] = shown.where(~counts, data[column].map(text.count))
    facts = text.extremes(data.set_index("words")["difference"])
    return Parts(data, facts | {"by": data.set_index("headline")})


@exhibit("tab-looked-up", serves=["A1"], sources=("city-checks", "cities", "countries"))
def looked_up() -> Parts:
    """Set ten cities of ten countries beside their censuses."""
    names = short_names("country")
    data = credibility.looked_up().sort_values("ratio")
    data = data.assign(state=data["country"].map(names), note=data["note"].fillna(""))
    ratio = data.set_index("name")["ratio"]
    return Parts(data.reset_index(), text.extremes(ratio) | {"n": len(data)})
