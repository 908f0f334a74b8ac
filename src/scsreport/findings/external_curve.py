"""The specification curve behind *What goes with growth beyond roads*, as it is stored.

Cities and their growth, regions and their output, internal factors, roads and errors are those of
:mod:`scsreport.findings.access`: people of 2000 count in access. What the chapter shows of it, and
of when the lists are, is in :mod:`scsreport.findings.external_factors`.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from scsreport.findings import access, connectivity, external_factors
from scsreport.findings.external_factors import (
    ALL,
    BEYOND,
    HEADLINE,
    MAIN_MEASURE,
    NETWORKS,
    OLDER,
    SIZE,
    WITH_ROADS,
)
from scsreport.findings.within_countries import explain
from scsreport.tables.datasets import load

__all__ = [
    "BLOCKS",
    "DECLARED",
    "MIN_COUNTRIES",
    "OTHER_MEASURES",
    "SAMPLES",
    "Specification",
    "curve",
    "specifications",
]

DECLARED = "2026-11-30"
"""When the specifications below were written down: before a first run."""

BLOCKS: dict[str, tuple[str, ...]] = {
    "roads": ("access", "through"),
    "air": ("air_routes", "air_reach"),
    "ties": ("sisters",),
    "digital": ("addresses",),
}
BLOCKS |= {
    NETWORKS: (*BLOCKS["air"], *BLOCKS["ties"], *BLOCKS["digital"]),
    ALL: tuple(term for terms in BLOCKS.values() for term in terms),
}
"""External factors, all in logarithms: access and through traffic; cities that one route, and that
two, lead to; sister cities; addresses per thousand people, capped within the country."""

OLDER_FUNCTIONS = {
    "growth": ("regional_capital", "port", "coast"),
    "output": ("primary", "port", "coast"),
}
"""What was mostly there before the growth that is measured, to compare with: by outcome."""

ONLY_SIZE = {"growth": ("size",), "output": ("size", "oil")}

SAMPLES: dict[str, dict[str, str]] = {
    outcome: {
        HEADLINE: access.EVERY_ROW,
        "without Europe": "continent != 'EU'",
        "without China": "country != 'CN'",
        "without the US": "country != 'US'",
        "well covered": "covered",
        **of_outcome,
    }
    for outcome, of_outcome in {
        "growth": {"no primary cities": "is_primary != True", "no doubtful roads": "~doubtful"},
        "output": {"no primary regions": "primary != True", "no oil regions": "oil != True"},
    }.items()
}
"""By outcome, which rows each sample keeps."""

OTHER_MEASURES: dict[str, dict[str, tuple[str, ...]]] = {
    "roads": {"60 minutes": ("access_60", "through")},
    "air": {"routes abroad": ("air_abroad",)},
    "ties": {"sisters abroad": ("sisters_abroad",)},
    "digital": {"not capped": ("uncapped",), "rank in its country": ("address_rank",)},
}
"""Other terms for a block, in the sample of all rows."""

MIN_COUNTRIES = 10
"""Where fewer are left nothing is run: an interval by drawing so few anew would tell nothing.

Set when a first run broke off on four countries, before it had shown a value.
"""

COUNTS = ("air_routes", "air_abroad", "sisters", "sisters_abroad")


class Specification(NamedTuple):
    """One regression of the curve.

    Attributes
    ----------
    outcome : str
        Growth of cities or output of regions.
    block : str
        Which external factors.
    beyond : str
        What enters before them.
    sample : str
        Which rows.
    measure : str
        "main", or one of :data:`OTHER_MEASURES`.
    """

    outcome: str
    block: str
    beyond: str
    sample: str
    measure: str = MAIN_MEASURE

    @property
    def external(self) -> list[str]:
        """The terms of the block."""
        if self.block == OLDER:
            return list(OLDER_FUNCTIONS[self.outcome])
        if self.measure == MAIN_MEASURE:
            return list(BLOCKS[self.block])
        return list(OTHER_MEASURES[self.block][self.measure])

    @property
    def internal(self) -> list[str]:
        """The terms that enter first."""
        if self.beyond == SIZE:
            return list(ONLY_SIZE[self.outcome])
        roads = BLOCKS["roads"] if self.beyond == WITH_ROADS else ()
        return [*access.INTERNAL[self.outcome], *roads]


def specifications() -> Iterator[Specification]:
    """Yield every regression of the curve, in order.

    Yields
    ------
    Specification
    """
    for outcome, samples in SAMPLES.items():
        for block, entered in BEYOND.items():
            for beyond in entered:
                for sample in samples:
                    yield Specification(outcome, block, beyond, sample)
                for measure in OTHER_MEASURES.get(block, {}):
                    yield Specification(outcome, block, beyond, HEADLINE, measure)


def curve(listed: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Run the specification curve.

    Parameters
    ----------
    listed : DataFrame
        The official list of agglomerations.
    people : DataFrame
        The official file of regional population.

    Returns
    -------
    DataFrame
        The table ``external-factors``: one row a specification and external term, as
        :func:`scsreport.findings.within_countries.explain` describes. All specifications of an
        outcome and sample rest on the same rows, those in which every factor is known; with fewer
        than :data:`MIN_COUNTRIES` countries there is none.
    """
    rows = {"growth": _growth(listed), "output": _output(people)}
    parts = []
    for specification in specifications():
        kept = _sample(rows[specification.outcome], specification)
        if kept.dropna(subset="y")["country"].nunique() < MIN_COUNTRIES:
            continue
        # Without primary regions none has the primary city.
        external = [term for term in specification.external if kept[term].astype(float).std() > 0]
        found = explain(kept, specification.internal, external)
        parts.append(found.query("kind == 'external'").assign(**specification._asdict()))
    table = pd.concat(parts, ignore_index=True).drop(columns="kind")
    first = external_factors.KEYS
    return table[[*first, *table.columns.drop(first)]].round(5)


def _sample(rows: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Return the rows of a specification, those with an unknown factor without an outcome."""
    kept = rows.assign(
        covered=rows["country"].isin(external_factors.covered_countries(specification.block))
    )
    kept = kept.query(SAMPLES[specification.outcome][specification.sample])
    factors = [*access.INTERNAL[specification.outcome], *BLOCKS[ALL]]
    return kept.assign(y=kept["y"].where(kept[factors].notna().all(axis=1)))


def _growth(listed: pd.DataFrame) -> pd.DataFrame:
    """Return cities with growth and every factor; suburbs of the primary city have no ties."""
    rows = access.growth_of_cities(listed)
    counted = external_factors.of_cities().drop(columns="country").reindex(rows["geonameid"])
    rows = rows.join(_in_logarithms(counted.set_axis(rows.index)))
    doubtful = rows["geonameid"].isin(connectivity.doubtful_ways().index)
    return _with_roads(rows.assign(doubtful=doubtful), "growth")


def _output(people: pd.DataFrame) -> pd.DataFrame:
    """Return regions with output and every factor; what their cities have is summed."""
    rows = access.output_of_regions(people)
    cities = access.cities_in(rows).dropna(subset="unit")
    counted = cities.join(external_factors.of_cities().drop(columns="country"))
    by_unit = counted.groupby("unit")
    means = ["addresses", "uncapped", "address_rank"]
    weight = counted["population"].astype(float).where(counted["addresses"].notna())
    weighted = counted[means].mul(weight, axis=0).groupby(counted["unit"]).sum()
    of_units = (
        by_unit[list(COUNTS)]
        .sum()
        .assign(
            air_reach=by_unit["air_reach"].max().fillna(0),
            **weighted.div(weight.groupby(counted["unit"]).sum(), axis=0),
        )
    )
    continent = load("countries").set_index("country")["continent"]
    rows = rows.assign(continent=rows["country"].map(continent))
    return _with_roads(rows.join(_in_logarithms(of_units), on="unit"), "output")


def _in_logarithms(counted: pd.DataFrame) -> pd.DataFrame:
    """Return one plus each number in logarithms; a rank is left as it is."""
    logarithms: pd.DataFrame = counted.astype(float).apply(np.log1p)
    return logarithms.assign(address_rank=counted["address_rank"])


def _with_roads(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the rows with access, for both half-lives, and through traffic."""
    with_longer_reach = access.with_roads(rows, outcome, "60 minutes")["access"]
    return access.with_roads(rows, outcome, "headline").assign(access_60=with_longer_reach)
