"""Exhibits of the chapter *What to do*: actions with their evidence, studies, a joint facility."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.exhibits import text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme
from scsreport.findings import advice, collaboration
from scsreport.tables.datasets import load

__all__ = ["evidence", "joint_facility", "options", "studies"]
__dir__ = listing(__all__)

FORM_NAMES = {"hub": "Hub", "cluster": "Cluster", "corridor": "Corridor", "any": "Any"}
TONES = {
    "for": ("up", ""),
    "both ways": ("quiet", "xx"),
    "no effect": ("quiet", "--"),
    "against": ("down", "//"),
}
"""Colour, by its meaning in a theme, and hatch of each kind of finding."""

SHORT = {claims.UNTESTED: "not testable"}
WORST_CURVE = "high exponents and hauls"


def _found(row: Any) -> str:
    """Return what studies find of an action as a phrase."""
    counts = [f"{row[finds]} {finds}" for finds in advice.FINDS if row[finds]]
    return ", ".join(counts) or "no study"


@exhibit(
    "tab-advice",
    serves=["A1", "A4", "A5", "A6", "A7"],
    sources=("actions", "studies", "claims", "claim-figures"),
)
def options(form: str = "") -> Parts:
    """List what could be done by form and level, with the grade of its evidence.

    Parameters
    ----------
    form : {"hub", "cluster", "corridor", "any"}, optional
        Whose actions are listed; without one those of all.

    Raises
    ------
    ValueError
        If there is no such form.

    Examples
    --------
    >>> options(form="cluster").facts["n"]
    4
    """
    ledger = claims.ledger()
    verdicts = {str(claim): str(verdict) for claim, verdict in ledger["verdict"].items()}
    data = advice.graded(verdicts)
    if form:
        checks.choice("form", form, FORM_NAMES)
        data = data[data["form"] == form]
    data["where"] = data["form"].map(FORM_NAMES) + ", " + data["level"]
    data["found"] = [_found(row) for row in data.to_dict("records")]
    data["book"] = [
        ", ".join(f"{claim} {SHORT.get(verdicts[claim], verdicts[claim])}" for claim in row.split())
        for row in data["claims"]
    ]
    grades = data["grade"].value_counts().reindex(list(advice.GRADES), fill_value=0)
    strong = data[data["grade"] == "strong"]
    facts = {
        "n": len(data),
        "grades": grades,
        "tally": text.listing(f"{n} {grade}" for grade, n in grades.items() if n),
        "strong_kinds": list(strong["kinds"]) if len(strong) else ["none of them"],
        "grade": data.set_index("id")["grade"],
        "found": data.set_index("id")["found"],
        "ours": (data["said_by"] == "ours alone").sum(),
        "verdict": verdicts,
        "countries": advice.COUNTRIES,
    }
    return Parts(data, facts)


@exhibit("fig-evidence", serves=["A6", "A7"], sources=("studies",))
def evidence(design: str = "") -> Parts:
    """Count findings for each kind of action, and those that are not.

    Parameters
    ----------
    design : {"natural experiment", "before and after with controls"}, optional
        Of the studies that count; without one all do.

    Raises
    ------
    ValueError
        If no study has that design.
    """
    if design:
        checks.choice("design", design, load("studies")["design"].unique())
    table = advice.by_kind(design)
    data = table.reset_index().melt("kind", var_name="finds", value_name="findings")
    contrary = table.drop(columns="for").sum(axis=1)
    facts = {
        "n": table.sum(axis=None),
        "for": table["for"].sum(),
        "kinds": len(table),
        "disputed": ((table["for"] > 0) & (contrary > 0)).sum(),
        "alone": (table.sum(axis=1) == 1).sum(),
    } | text.extremes(table["for"])
    return Parts(data, facts, _draw_evidence)


def _draw_evidence(data: pd.DataFrame, theme: Theme) -> Figure:
    table = data.pivot(index="kind", columns="finds", values="findings")
    table = table.loc[list(dict.fromkeys(data["kind"])), list(advice.FINDS)]
    figure = Figure(figsize=(WIDTH, 0.9 + 0.27 * len(table)))
    axes = figure.add_subplot()
    ends = np.zeros(len(table))
    for finds, (meaning, hatch) in TONES.items():
        side = 1 if finds == "for" else -1
        widths = side * table[finds].to_numpy()
        left = np.zeros(len(table)) if side > 0 else ends
        colour = getattr(theme, meaning)
        axes.barh(
            table.index,
            widths,
            left=left,
            color=colour,
            edgecolor=theme.paper,
            hatch=hatch,
            label=finds,
            height=0.75,
        )
        ends = ends + (widths if side < 0 else 0)
    axes.axvline(0, color=theme.ink, linewidth=1)
    most = int(table["for"].max())
    least = int(-table.drop(columns="for").sum(axis=1).max())
    axes.set_xticks(range(least, most + 1), [str(abs(n)) for n in range(least, most + 1)])
    axes.invert_yaxis()
    axes.set_xlabel("findings: not for the action | for it")
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=4, handlelength=1.2, columnspacing=0.8)
    return figure


@exhibit("tab-studies", serves=["A5", "A6", "A7"], sources=("studies",))
def studies() -> Parts:
    """List what studies elsewhere found, with the doubts about each."""
    data = load("studies")
    of_design = data["design"].value_counts()
    facts = {
        "n": len(data),
        "studies": data["cite"].nunique(),
        "experiments": of_design[advice.EXPERIMENT],
        "countries": data["country"].nunique(),
        "sized": (data["size_seen"] == "yes").sum(),
        "once": (data["looks"] == 1).sum(),
        "effect": data.set_index("id")["effect"],
        "for": (data["finds"] == "for").sum(),
        "loan_place": data.set_index("id")["place"]["loan-world"],
    }
    return Parts(data, facts)


@exhibit("tab-joint-facility", serves=["A6"], sources=("joint-savings", "facilities"))
def joint_facility() -> Parts:
    """Say when one plant pays: by form, distance and cost curve."""
    data = advice.joint_facilities()
    by_curve = advice.robustness()
    left = collaboration.leavers().groupby("form")[list(collaboration.RULES)].mean()
    facts = {
        "declared": by_curve.iloc[0],
        "worst": by_curve.loc[WORST_CURVE],
        "limited": by_curve.loc[collaboration.LIMITED],
        "coordinated": by_curve.loc["coordination"],
        "coordination": collaboration.COUNTINGS["coordination"]["coordination"],
        "limit": collaboration.LIMITS[0],
        "size": collaboration.REFERENCE,
        "by_people": left["by people"],
        "by_shapley": left["Shapley"],
        "km": data["declared"],
        "km_weak": data["weak"],
    }
    by_name = data.set_index("name")
    facts |= text.extremes(by_name["declared"]) | text.extremes(by_name["weak"], "weak_")
    return Parts(data.reset_index(), facts)
