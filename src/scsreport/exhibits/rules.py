"""What hangs on the definition of a secondary city, and the switch between definitions."""

from typing import Any

from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.switch import Switch
from scsreport.findings import rules
from scsreport.tables.datasets import load

__all__ = ["headlines", "switch"]
__dir__ = listing(__all__)

RANGES = ("hub", "cluster", "corridor", "any", "access_30", "ratio")
"""Headlines of which the range over the rules is told."""


def switch() -> Switch:
    """Let the reader of the page choose the rule and the way of counting."""
    labels = [(id, rule.label) for id, rule in rules.RULES.items()]
    return Switch(labels, rules.COUNTINGS, rules.DEFAULT)


@exhibit(
    "tab-headline-rules",
    serves=["A1", "A2", "A5"],
    sources=("places", "countries", "cities", "city-forms", "city-functions", "city-access"),
)
def headlines() -> Parts:
    """Show how far the headlines of the chapters move under every rule."""
    others = {
        definition.name: _headlines(definition)
        for definition in rules.definitions()
        if definition != rules.DEFAULT
    }
    default = _headlines(rules.DEFAULT)
    return Parts(default.data, default.facts, by_definition=others)


def _headlines(definition: rules.Definition) -> Parts:
    """Show the headlines by one way of counting, one rule being chosen."""
    table = rules.headlines(definition.counting)
    others = table.drop(index=rules.WORKING.id)
    facts: dict[str, Any] = {
        "working": table.loc[rules.WORKING.id],
        "chosen": table.loc[definition.rule],
        "rule": definition.rule,
        "label": rules.RULES[definition.rule].label,
        "counting": definition.counting,
        "n": len(others),
        "first": _largest(),
        "floor": rules.FLOOR,
    }
    for column in RANGES:
        facts |= {f"{column}_low": others[column].min(), f"{column}_high": others[column].max()}
    return Parts(table.reset_index(), facts)


def _largest() -> str:
    """Return the name of the largest city that the working rule takes in."""
    cities = load("cities").query("kind == 'city' and not is_primary")
    return str(cities.sort_values("population")["name"].iloc[-1])
