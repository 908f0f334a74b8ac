"""Who is secondary under each rule, and how the sizes of cities are spread."""

from functools import cache

import pandas as pd

from scsreport import definitions
from scsreport.findings.answer import Answer, single
from scsreport.findings.counting import COUNTINGS, counting
from scsreport.tables.datasets import load

SOURCE = "places, countries, footprints"


@cache
def by_rule() -> pd.DataFrame:
    """Return who is secondary under each rule and each counting.

    Returns
    -------
    DataFrame
        One row per ``rule`` and ``counting``: ``cities``, ``countries``, ``people`` and their
        shares ``of_world``, ``of_urban``, ``of_africa``; ``in_africa_asia``, the share of the
        cities there; ``larger`` and ``smaller``, the shares of world population in places above
        the band, and below it or in no listed place.

    Examples
    --------
    >>> table = by_rule().set_index(['rule', 'counting'])
    >>> int(table.loc[('D7', 'as listed'), 'cities'])
    1360
    """
    countries = load("countries").set_index("country")
    world, urban = countries["population"].sum(), countries["urban_population"].sum()
    africa = countries.loc[countries["continent"] == "AF", "population"].sum()
    rows = []
    for how in COUNTINGS:
        table, unit, size = counting(how)
        for rule, stand in definitions.standing(table, unit=unit).items():
            inside, above = table[stand == "secondary"], table[stand == "larger"]
            people = inside.groupby("continent")[size].sum()
            rows.append(
                {
                    "rule": rule,
                    "counting": how,
                    "cities": len(inside),
                    "countries": inside["country"].nunique(),
                    "people": people.sum(),
                    "of_world": people.sum() / world,
                    "of_urban": people.sum() / urban,
                    "of_africa": people.get("AF", 0) / africa,
                    "in_africa_asia": inside["continent"].isin(["AF", "AS"]).mean(),
                    "larger": above[size].sum() / world,
                }
            )
    result = pd.DataFrame(rows)
    return result.assign(smaller=1 - result["of_world"] - result["larger"])


def answers() -> list[Answer]:
    """Return the rebuilt values of the figures that the definitions alone answer."""
    table = by_rule().set_index(["rule", "counting"])
    rules = list(definitions.RULES)
    # The two sources of N01 print one rule each; those of N06 and N07 name none: all may do.
    return [
        _by_rule("N01", table["of_world"], "D1", ["D1", "D2"]),
        _by_rule("N05a", table["cities"], "D5", ["D5"]),
        _by_rule("N05b", table["in_africa_asia"], "D5", ["D5"]),
        _by_rule("N06a", table["of_world"], "D7", rules),
        _by_rule("N06b", table["larger"], "D7", rules),
        _by_rule("N06c", table["smaller"], "D7", rules),
        _by_rule("N07", table["of_africa"], "D7", rules),
        *_left_of_footprints(table["cities"]),
        _sum_of_the_printed(),
    ]


def _by_rule(
    figure: str, values: "pd.Series[float]", own_rule: str, admissible: list[str]
) -> Answer:
    """Answer a figure by every admissible rule and way of counting, its own rule leading."""
    chosen = values.loc[admissible]
    return Answer(
        figure,
        chosen.set_axis(chosen.index.map(", ".join)),
        source=SOURCE,
        exhibit="tab-literature",
        headline=f"{own_rule}, as listed",
    )


def _left_of_footprints(cities: "pd.Series[float]") -> list[Answer]:
    """Say of each rule how many of its cities are left when footprints are counted."""
    listed = cities.xs("as listed", level="counting")
    footprints = cities.xs("by footprint", level="counting")
    left = footprints / listed
    return [
        Answer(str(rule), single(share), source=SOURCE, exhibit="tab-definitions")
        for rule, share in left.items()
    ]


def _sum_of_the_printed() -> Answer:
    """Add up the three printed shares of N06."""
    printed = load("claim-figures").set_index("figure")["printed_low"]
    total = printed[["N06a", "N06b", "N06c"]].sum()
    source = "arithmetic on the printed figures"
    return Answer("N06d", single(total), source=source, exhibit="tab-literature")
