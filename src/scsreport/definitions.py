"""Who is a secondary city: the eight rules in circulation, and how far they agree.

No rule is the report's own: its text could not be read. All bounds are inclusive, except that
"less than half" (D3) leaves out one half itself. The absolute rules are applied as printed and so
may take in a country's largest city; under a rule with a share the largest unit never counts.
A rule without a floor (D3, D7) reaches down to the smallest city of the table it is given.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.checks import SHARE, ZERO_OR_MORE

__all__ = [
    "DECLARED",
    "RULES",
    "UNITS",
    "Rule",
    "members",
    "overlap",
    "standing",
]

UNITS = ("city", "footprint")
COUNTRY = 'a code (Namibia is the text "NA": read the file with keep_default_na=False)'


@dataclass(frozen=True)
class Rule:
    """One rule for what a secondary city is.

    Parameters
    ----------
    id : str
        D1 to D8, as in the ledger.
    label : str
        The bounds in a few words.
    source : str
        Who prints the rule.
    sentence : str
        The rule in words, with what is not computed.
    year : int, optional
        Year of the source, where known.
    minimum, maximum : float, optional
        Bounds of the population, people, both inclusive.
    share_min, share_max : float, optional
        Bounds relative to the country's largest unit, 0 to 1, both inclusive.
    below : bool
        True where ``share_max`` itself is outside ("less than").

    Raises
    ------
    TypeError
        If a bound is no number.
    ValueError
        If people are negative or infinite, a share lies outside 0 to 1, or a lower bound lies above
        its upper bound.
    """

    id: str
    label: str
    source: str
    sentence: str
    year: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    share_min: float | None = None
    share_max: float | None = None
    below: bool = False

    def __post_init__(self) -> None:
        """Refuse bounds that no city can meet."""
        for low, high, within in (
            ("minimum", "maximum", ZERO_OR_MORE),
            ("share_min", "share_max", SHARE),
        ):
            for name in (low, high):
                if getattr(self, name) is not None:
                    checks.number(name, getattr(self, name), within)
            if (getattr(self, low) or 0) > (getattr(self, high) or np.inf):
                raise ValueError(
                    f"{low}: found {getattr(self, low)}, expected no more than {high}, "
                    f"{getattr(self, high)}"
                )

    @property
    def relative(self) -> bool:
        """Whether the rule compares with the country's largest unit."""
        return self.share_min is not None or self.share_max is not None


DECLARED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
RULES: Mapping[str, Rule] = MappingProxyType({id: Rule(id, **r) for id, r in DECLARED.items()})
"""The rules D1 to D8 by id, in that order, as ``definitions.toml`` declares them."""


def _rule(rule: str | Rule) -> Rule:
    if isinstance(rule, Rule):
        return rule
    return RULES[checks.choice("rule", rule, RULES)]


def _checked(cities: pd.DataFrame, *, footprints: bool) -> pd.DataFrame:
    """Return the columns that a rule looks at, people as floats."""
    wanted = ["population", "country", *(["footprint", "footprint_population"] * footprints)]
    table = checks.frame("cities", cities, wanted, each_row_once=True)[wanted]
    table.index = checks.without_names(table.index)
    checks.label_column("cities", table, "country", COUNTRY)
    people = checks.column("cities", table, "population", ZERO_OR_MORE)
    table = table.assign(population=people)
    if not footprints:
        return table
    inside = table["footprint"].notna()
    whole = checks.column("cities", table[inside], "footprint_population", ZERO_OR_MORE)
    own = whole.groupby(table.loc[inside, "footprint"].to_numpy()).nunique()
    mixed = own[own > 1]
    if len(mixed):
        raise ValueError(
            f"cities: footprint {mixed.index[0]} has {mixed.iloc[0]} different values of "
            "'footprint_population'; expected one, the population of the whole footprint"
        )
    return table.assign(footprint_population=whole.reindex(table.index))


def _units(cities: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return ``population`` and ``share`` of each unit, at the label of its largest city."""
    checks.choice("unit", unit, UNITS)
    units = _checked(cities, footprints=unit == "footprint")
    if unit == "footprint":
        inside = units["footprint"].notna()
        largest = units[inside].sort_values("population", ascending=False, kind="stable")
        first = largest.drop_duplicates("footprint").index
        units = units[~inside | units.index.isin(first)]
        whole = units["footprint_population"]
        units = units.assign(population=units["population"].where(~inside, whole))
    top = units.groupby("country", observed=True)["population"].transform("max")
    return units[["population"]].assign(share=units["population"] / top)


def _within(rule: Rule, units: pd.DataFrame) -> "pd.Series[bool]":
    size, share = units["population"], units["share"]
    kept = size.ge(rule.minimum or 0) & ~_above(rule, units)
    return kept & share.ge(rule.share_min or 0) if rule.relative else kept


def _above(rule: Rule, units: pd.DataFrame) -> "pd.Series[bool]":
    size, share = units["population"], units["share"]
    over = size.gt(np.inf if rule.maximum is None else rule.maximum)
    if rule.relative:
        bound = 1.0 if rule.share_max is None else rule.share_max
        over |= share.ge(bound) if rule.below or bound >= 1 else share.gt(bound)
    return over & size.ge(rule.minimum or 0)


def members(rule: str | Rule, cities: pd.DataFrame, *, unit: str = "city") -> "pd.Series[bool]":
    """Say which cities are secondary under a rule.

    Parameters
    ----------
    rule : str or Rule
        An id of :data:`RULES`, or a rule of your own.
    cities : DataFrame
        One row per city with ``population`` (people) and ``country``; for footprints also
        ``footprint`` (nullable id of the contiguous urban area the city lies in) and
        ``footprint_population`` (people, of the whole footprint). The index must not repeat.
    unit : {"city", "footprint"}
        What is counted and compared. As footprints, all cities of one footprint are one unit
        with the population of the footprint and the country of its largest city; a city outside
        any footprint is a unit of its own.

    Returns
    -------
    Series of bool
        Indexed like ``cities``. Of a footprint only the row of its largest city is True, so that
        sums count units.

    Raises
    ------
    ValueError
        If the rule or unit is unknown, a column is missing or there twice, the index repeats, a
        country or population is missing, a population is negative or infinite, or a footprint has
        two.
    TypeError
        If ``cities`` is no DataFrame, or a population is no number.

    References
    ----------
    Roberts, B. H. (2014), Managing systems of secondary cities, Cities Alliance, Brussels, for
    D7; the other sources are in :data:`RULES`.

    Examples
    --------
    >>> cities = pd.DataFrame({"population": [900_000, 300_000, 60_000], "country": "X"})
    >>> members("D7", cities).tolist()
    [False, True, False]
    """
    found = _rule(rule)
    units = _units(cities, unit)
    return _within(found, units).reindex(cities.index, fill_value=False).rename(found.id)


def standing(cities: pd.DataFrame, *, unit: str = "city") -> pd.DataFrame:
    """Say of every city where it stands under each rule.

    Parameters
    ----------
    cities, unit
        As in :func:`members`.

    Returns
    -------
    DataFrame
        Indexed like ``cities``, one column per rule: "secondary" as in :func:`members`, "larger"
        where the unit is above ``maximum`` or above ``share_max`` (the country's largest always,
        under a rule with a share) and not under ``minimum``, "smaller" for all others.

    Raises
    ------
    ValueError
        As in :func:`members`.

    Examples
    --------
    >>> cities = pd.DataFrame({"population": [900_000, 300_000, 60_000], "country": "X"})
    >>> standing(cities)["D7"].tolist()
    ['larger', 'secondary', 'smaller']
    """
    units = _units(cities, unit)
    found = {
        name: np.select(
            [_within(rule, units), _above(rule, units)], ["secondary", "larger"], "smaller"
        )
        for name, rule in RULES.items()
    }
    return pd.DataFrame(found, units.index).reindex(cities.index, fill_value="smaller")


def overlap(cities: pd.DataFrame, *, unit: str = "city") -> pd.DataFrame:
    """Measure how far the rules agree: the Jaccard index of each pair.

    Parameters
    ----------
    cities, unit
        As in :func:`members`.

    Returns
    -------
    DataFrame, shape (8, 8)
        Units under both rules over units under either, 0 to 1; symmetric, 1 on the diagonal.
        Two rules that both select nobody agree: 1.

    Raises
    ------
    ValueError
        As in :func:`members`.

    References
    ----------
    Jaccard, P. (1912), The distribution of the flora in the alpine zone, New Phytologist 11(2).

    Examples
    --------
    >>> cities = pd.DataFrame({"population": [900_000, 300_000, 60_000], "country": "X"})
    >>> float(overlap(cities).loc["D1", "D7"])
    0.5
    """
    units = _units(cities, unit)
    inside = np.array([_within(rule, units) for rule in RULES.values()], dtype=float)
    both = inside @ inside.T
    either = inside.sum(axis=1)[:, None] + inside.sum(axis=1) - both
    index = np.divide(both, either, out=np.ones_like(both), where=either > 0)
    return pd.DataFrame(index, index=list(RULES), columns=list(RULES))
