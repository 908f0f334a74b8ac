"""The working rule of the chapters, and how far headlines move under the rules in circulation.

Chapters that need a form, a road or a neighbour cannot print each number eight times. They use the
*working rule*, W: every city of 100,000 people and more that is not its country's largest. It is
ours, and wider than most: it takes in Beijing.
"""

import pandas as pd

from scsreport import definitions
from scsreport.findings import connectivity, forms
from scsreport.findings.classification import CITY_FLOOR
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once
from scsreport.typology import FORMS

__all__ = ["FLOOR", "WORKING", "headlines"]

WORKING = "W"
FLOOR = CITY_FLOOR
"""People of the smallest city under the working rule."""


@computed_once
def headlines() -> pd.DataFrame:
    """Compute the headlines of the chapters under the working rule and under each of the others.

    Returns
    -------
    DataFrame
        By ``rule``, the working one first: ``cities`` of 100,000 and more; shares of the forms
        ``hub``, ``cluster`` and ``corridor``, and of those ``contested``; the share that is a
        capital or a gateway, ``any``; the median of ``access_30``, people within reach; and of
        ``ratio``, trips that pass over own trips. Suburbs of the primary city are left out.
    """
    table = forms.scoped("without suburbs")
    table = table.join(forms.cities_with_roles()["any"])
    table = table.join(connectivity.cities()[["access_30", "ratio"]])
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    sets = {WORKING: table.index}
    for rule, standing in definitions.standing(listed).items():
        sets[str(rule)] = standing.index[standing == "secondary"]
    rows = {rule: _headlines(table[table.index.isin(ids)]) for rule, ids in sets.items()}
    return pd.DataFrame(rows).T.rename_axis("rule").astype({"cities": int})


def _headlines(table: pd.DataFrame) -> "pd.Series[float]":
    shares = table["type"].value_counts(normalize=True).reindex(FORMS)
    means = table[["contested", "any"]].mean()
    medians = table[["access_30", "ratio"]].median()
    return pd.concat([pd.Series({"cities": len(table)}), shares, means, medians])
