"""What goes with growth and output beyond roads: air routes, sister cities, internet addresses.

One specification curve, declared before any of its values was seen. Cities and their growth,
regions and their output, internal factors, roads and errors are those of
:mod:`scsreport.findings.access`: people of 2000 count in access. Air routes are of 2014, sister
cities of 2022 and addresses of 2023, at the end of the growth that they stand beside or after it:
they are correlates, which growth may have brought. Capitals, ports and coasts were mostly there
before; roads and airports are those of today.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from scsreport.findings import access, connectivity, networks, ties
from scsreport.findings.answer import Answer
from scsreport.findings.within_countries import explain
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "ADDRESS_YEAR",
    "ALL",
    "BEYOND",
    "BLOCKS",
    "DECLARED",
    "GROWTH_YEARS",
    "HEADLINE",
    "JUDGED",
    "MIN_COUNTRIES",
    "NETWORKS",
    "OTHER_MEASURES",
    "SAMPLES",
    "WELL_COVERED",
    "Specification",
    "answers",
    "covered_countries",
    "curve",
    "overview",
    "specifications",
    "summary",
]

DECLARED = "2026-11-30"
"""When the specifications below were written down: before a first run."""

ADDRESS_YEAR = 2023
GROWTH_YEARS = access.GROWTH_YEARS

NETWORKS = "air, ties and digital"
ALL = "all four"
OLDER = "older functions"
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

INTERNAL, WITH_ROADS, SIZE = "internal factors", "internal factors and roads", "size"
BEYOND = {
    OLDER: (SIZE,),
    "roads": (INTERNAL,),
    "air": (INTERNAL, WITH_ROADS),
    "ties": (INTERNAL, WITH_ROADS),
    "digital": (INTERNAL, WITH_ROADS),
    NETWORKS: (WITH_ROADS,),
    ALL: (INTERNAL,),
}
"""What enters first, by block; "size" is people, and oil for regions."""

ONLY_SIZE = {"growth": ("size",), "output": ("size", "oil")}

HEADLINE = "all"
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

MAIN_MEASURE = "main"
OTHER_MEASURES: dict[str, dict[str, tuple[str, ...]]] = {
    "roads": {"60 minutes": ("access_60", "through")},
    "air": {"routes abroad": ("air_abroad",)},
    "ties": {"sisters abroad": ("sisters_abroad",)},
    "digital": {"not capped": ("uncapped",), "rank in its country": ("address_rank",)},
}
"""Other terms for a block, in the sample of all rows."""

WELL_COVERED = networks.WELL_COVERED | {"digital": 0.8}
"""Share of a country's airports, or of its cities, that a list must know; the floors are ours. Of
addresses it is the share of cities that have one."""

LISTS = {"air": ("air",), "ties": ("sister",), "digital": ("digital",)}
"""Whose coverage counts for a block; for the others all three."""

MIN_COUNTRIES = 10
"""Where fewer are left nothing is run: an interval by drawing so few anew would tell nothing."""

COUNTS = ("air_routes", "air_abroad", "sisters", "sisters_abroad")
JUDGED = {"A5c": "air", "A5d": "ties", "A5e": "digital"}
JUDGED_OUTPUT = {"A5f": "air", "A5g": "ties", "A5h": "digital"}


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
    first = list(Specification._fields)
    return table[[*first, *table.columns.drop(first)]].round(5)


def _sample(rows: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Return the rows of a specification, those with an unknown factor without an outcome."""
    kept = rows.assign(covered=rows["country"].isin(covered_countries(specification.block)))
    kept = kept.query(SAMPLES[specification.outcome][specification.sample])
    factors = [*access.INTERNAL[specification.outcome], *BLOCKS[ALL]]
    return kept.assign(y=kept["y"].where(kept[factors].notna().all(axis=1)))


def covered_countries(block: str) -> list[str]:
    """Return the countries that the lists behind a block cover well.

    Parameters
    ----------
    block : str
        A key of :data:`BEYOND`.

    Returns
    -------
    list of str
        Codes.
    """
    addresses = _of_cities()["uncapped"] > 0
    known = ties.coverage().assign(digital=addresses.groupby(_of_cities()["country"]).mean())
    lists = LISTS.get(block, tuple(WELL_COVERED))
    well = pd.DataFrame({name: known[name] >= WELL_COVERED[name] for name in lists})
    return list(known.index[well.all(axis=1)])


@computed_once
def _of_cities() -> pd.DataFrame:
    """Return what is counted of each city in the networks, by ``geonameid``."""
    table = ties.measures()
    addresses = load("city-addresses").set_index("geonameid").reindex(table.index)
    return pd.DataFrame(
        {
            "country": table["country"],
            "air_routes": table["air_degree"],
            "air_reach": table["air_reach"],
            "air_abroad": table["air_international"],
            "sisters": table["sister_degree"],
            "sisters_abroad": table["sister_international"],
            "addresses": addresses["capped_per_thousand"],
            "uncapped": addresses["per_thousand"],
            "address_rank": addresses["rank"],
        }
    )


def _growth(listed: pd.DataFrame) -> pd.DataFrame:
    """Return cities with growth and every factor; suburbs of the primary city have no ties."""
    rows = access.growth_of_cities(listed)
    counted = _of_cities().drop(columns="country").reindex(rows["geonameid"])
    rows = rows.join(_in_logarithms(counted.set_axis(rows.index)))
    doubtful = rows["geonameid"].isin(connectivity.doubtful_ways().index)
    return _with_roads(rows.assign(doubtful=doubtful), "growth")


def _output(people: pd.DataFrame) -> pd.DataFrame:
    """Return regions with output and every factor; what their cities have is summed."""
    rows = access.output_of_regions(people)
    cities = access.cities_in(rows).dropna(subset="unit")
    counted = cities.join(_of_cities().drop(columns="country"))
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


def summary() -> pd.DataFrame:
    """Return one row a specification.

    Returns
    -------
    DataFrame
        Of the table ``external-factors``: the columns of :class:`Specification`, and ``partial``,
        ``partial_low``, ``partial_high``, ``internal``, ``n``, ``countries``, ``lost`` and
        ``moran``.
    """
    keys = list(Specification._fields)
    table = load("external-factors").drop_duplicates(keys)
    shares = ["partial", "partial_low", "partial_high", "internal"]
    return table[[*keys, *shares, "n", "countries", "lost", "moran"]].reset_index(drop=True)


def overview() -> pd.DataFrame:
    """Return what each block explains as declared first, with what other choices give.

    Returns
    -------
    DataFrame
        One row an ``outcome`` and ``block``: columns of :func:`summary` of the headline, all rows
        and main measures, beyond internal factors and roads where that was run; ``least`` and
        ``most`` over all of its ``specifications``, and ``well_covered``, beyond the same in
        countries that the lists cover well, with ``well_covered_high``, the upper end of its
        interval, and ``covered_countries``; missing where they are too few.
    """
    table = summary()
    last = {block: beyond[-1] for block, beyond in BEYOND.items()}
    main = table[(table["measure"] == MAIN_MEASURE) & (table["beyond"] == table["block"].map(last))]
    keys = ["outcome", "block"]
    by_block = table.groupby(keys)["partial"]
    covered = main.query("sample == 'well covered'").set_index(keys)
    covered = covered[["partial", "partial_high", "countries"]]
    covered.columns = pd.Index(["well_covered", "well_covered_high", "covered_countries"])
    others = by_block.agg(least="min", most="max", specifications="size")
    headline = main.query("sample == @HEADLINE").set_index(keys)
    return headline.join(others).join(covered).reset_index()


def answers() -> list[Answer]:
    """Return what air, ties and addresses explain beyond internal factors and roads (A5)."""
    return [
        _beyond_roads(figure, outcome, block)
        for outcome, figures in {"growth": JUDGED, "output": JUDGED_OUTPUT}.items()
        for figure, block in figures.items()
    ]


def _beyond_roads(figure: str, outcome: str, block: str) -> Answer:
    """Answer with the partial R2 of a block, in every sample and by every measure of it.

    Output covers the people of those of its countries that the list behind the block covers well:
    so few are left that the sample of them alone, which was declared, may have no regression.
    """
    table = summary().query("outcome == @outcome and block == @block and beyond == @WITH_ROADS")
    counting = table["sample"].where(table["measure"] == MAIN_MEASURE, table["measure"])
    by_counting = table.set_index(counting.rename("counting"))
    well = covered_countries(block)
    return Answer(
        figure,
        by_counting["partial"],
        "external-factors",
        "fig-external-factors",
        lows=by_counting["partial_low"].clip(upper=by_counting["partial"]),
        highs=by_counting["partial_high"].clip(lower=by_counting["partial"]),
        covered=connectivity.people_of_regions(well) if outcome == "output" else None,
    )
