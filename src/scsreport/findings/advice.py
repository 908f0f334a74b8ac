"""What could be done, and on what evidence: studies elsewhere and the ledger, graded by one rule.

Loads, counts, hands over. The verdicts of the ledger are given by the caller, as a finding knows no
ledger. What a joint facility saves is taken from :mod:`scsreport.findings.collaboration`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scsreport.findings import collaboration
from scsreport.tables.datasets import load

__all__ = [
    "CONTRARY",
    "EXPERIMENT",
    "FINDS",
    "GRADES",
    "bearing",
    "by_kind",
    "grade",
    "graded",
    "joint_facilities",
    "robustness",
]

GRADES = ("strong", "some", "weak", "mixed", "no gain found", "none")
"""Grades of evidence, from the most favourable to the action; "none" where nobody has looked."""

FINDS = ("for", "both ways", "no effect", "against")
"""What a study finds of an action."""

EXPERIMENT = "natural experiment"
"""The design that counts most: chance, or a rule, chose the places."""

CONTRARY = ("contradicted", "holds in no part")
"""Verdicts of the ledger that speak against an action."""

COUNTRIES = 2
"""Natural experiments in so many countries make evidence strong, so many studies some."""

COST_CURVES = {"strong": "exponent_low", "declared": "exponent", "weak": "exponent_high"}
"""How strong the economies of scale are, and which column of the table facilities says so."""


def grade(findings: pd.DataFrame, verdicts: Mapping[str, str]) -> str:
    """Grade the evidence for one action.

    The first of these that holds is the grade:

    1. *none*, where no study bears on the action;
    2. *no gain found*, where no study speaks for it, not even in part;
    3. *mixed*, where one speaks for it and another, or the same one, finds no effect or speaks
       against it, or where a row of the ledger on it has a verdict of :data:`CONTRARY`;
    4. *strong*, where natural experiments in two countries or more speak for it;
    5. *some*, where one natural experiment does, or two studies with controls;
    6. *weak*, where one study with controls does.

    A comparison of places at one time counts for nothing by itself, but may contradict.

    Parameters
    ----------
    findings : DataFrame
        Those that bear on the action: ``finds`` (one of :data:`FINDS`), ``design``, ``country``
        and ``cite``, the study.
    verdicts : mapping
        Of the rows of the ledger that bear on it, by id.

    Returns
    -------
    str
        One of :data:`GRADES`.

    Examples
    --------
    >>> study = {"finds": "for", "design": "natural experiment", "country": "A", "cite": "a"}
    >>> grade(pd.DataFrame([study]), {})
    'some'
    >>> grade(pd.DataFrame([study]), {"A5": "contradicted"})
    'mixed'
    """
    if findings.empty:
        return "none"
    finds = set(findings["finds"])
    if not finds & {"for", "both ways"}:
        return "no gain found"
    if finds != {"for"} or set(verdicts.values()) & set(CONTRARY):
        return "mixed"
    tested = findings[findings["design"] != "cross-section"]
    experiments = tested[tested["design"] == EXPERIMENT]
    if experiments["country"].nunique() >= COUNTRIES:
        return "strong"
    if len(experiments) or tested["cite"].nunique() >= COUNTRIES:
        return "some"
    return "weak" if len(tested) else "none"


def bearing(kinds: str, studies: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that bear on an action.

    Parameters
    ----------
    kinds : str
        Kinds of finding, with a semicolon between, as the table ``actions`` has them.
    studies : DataFrame
        The table ``studies``, or one like it.

    Returns
    -------
    DataFrame
        Its rows of these kinds.
    """
    return studies[studies["kind"].isin(kinds.split("; "))]


def graded(
    verdicts: Mapping[str, str],
    *,
    actions: pd.DataFrame | None = None,
    studies: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Grade the evidence for every action.

    Parameters
    ----------
    verdicts : mapping
        Of the rows of the ledger, by id.
    actions, studies : DataFrame, optional
        The tables ``actions`` and ``studies`` by default.

    Returns
    -------
    DataFrame
        ``actions`` with its ``grade``; how many findings ``bear`` on it, and how many of them are
        of each kind of :data:`FINDS`; and the ``countries`` they come from.

    Raises
    ------
    ValueError
        If the ledger has no row that an action names.
    """
    actions = load("actions") if actions is None else actions
    studies = load("studies") if studies is None else studies
    rows = []
    for action in actions.to_dict("records"):
        found = bearing(action["kinds"], studies)
        counts = found["finds"].value_counts().reindex(list(FINDS), fill_value=0)
        of_ledger = _verdicts_of(action["claims"], verdicts)
        rows.append(
            action
            | counts.to_dict()
            | {
                "bear": len(found),
                "countries": found["country"].nunique(),
                "grade": grade(found, of_ledger),
            }
        )
    return pd.DataFrame(rows)


def _verdicts_of(claims: str, verdicts: Mapping[str, str]) -> dict[str, str]:
    names = claims.split()
    if unknown := [name for name in names if name not in verdicts]:
        raise ValueError(f"claims: found {', '.join(unknown)}, expected rows of the ledger")
    return {name: verdicts[name] for name in names}


def by_kind(design: str = "") -> pd.DataFrame:
    """Count findings by kind of action and by what they find.

    Parameters
    ----------
    design : str, optional
        One of the table ``studies``: its findings alone.

    Returns
    -------
    DataFrame
        Indexed by ``kind``, a column for each of :data:`FINDS`, those most for the action first.
    """
    studies = load("studies")
    if design:
        studies = studies[studies["design"] == design]
    table = pd.crosstab(studies["kind"], studies["finds"])
    table = table.reindex(columns=list(FINDS), fill_value=0)
    contrary = table[["both ways", "no effect", "against"]].sum(axis=1)
    order = (table["for"] - contrary).sort_values(ascending=False, kind="stable").index
    return table.loc[order]


def joint_facilities() -> pd.DataFrame:
    """Say when one plant pays, by kind of facility: form, distance and cost curve.

    Returns
    -------
    DataFrame
        Indexed by ``kind``, in the order of the table ``facilities``, with its ``name``: share of
        systems in which one plant for all pays, in a ``cluster`` and a ``corridor``, as declared;
        km between two equal cities of :data:`scsreport.findings.collaboration.REFERENCE` people up
        to which it pays, where economies of scale are ``strong``, as ``declared`` and ``weak``; and
        ``beside``, what the two save side by side.
    """
    as_declared = collaboration.pays()[next(iter(collaboration.COUNTINGS))]
    by_form = as_declared.groupby(["kind", "form"]).mean().unstack()
    names = load("facilities").set_index("kind")[["name"]]
    table = names.join(by_form)
    for curve, exponent in COST_CURVES.items():
        even = collaboration.break_even(exponent=exponent)
        even = even[even["people"] == collaboration.REFERENCE].set_index("kind")
        table[curve] = even["km"]
        if curve == "declared":
            table["beside"] = even["beside"]
    return table


def robustness() -> pd.DataFrame:
    """Say how often one plant pays under each declared cost curve, by form.

    Returns
    -------
    DataFrame
        Indexed by counting of :data:`scsreport.findings.collaboration.COUNTINGS`, a column per
        form, over all kinds of facility.
    """
    return collaboration.pays().groupby("form").mean().T
