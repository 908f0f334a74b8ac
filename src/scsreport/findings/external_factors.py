"""What goes with growth and output beyond roads: air routes, sister cities, internet addresses.

One specification curve, declared before any of its values was seen, stored by
:mod:`scsreport.findings.external_curve`. Air routes are of 2014, sister cities of 2022 and
addresses of 2023, at the end of the growth that they stand beside or after it: they are correlates,
which growth may have brought. Capitals, ports and coasts were mostly there before; roads and
airports are those of today.
"""

import pandas as pd

from scsreport.findings import connectivity, networks, ties
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "ADDRESS_YEAR",
    "ALL",
    "BEYOND",
    "HEADLINE",
    "JUDGED",
    "KEYS",
    "MAIN_MEASURE",
    "NETWORKS",
    "OLDER",
    "WELL_COVERED",
    "answers",
    "covered_countries",
    "of_cities",
    "overview",
    "samples",
    "summary",
]

ADDRESS_YEAR = 2023

KEYS = ["outcome", "block", "beyond", "sample", "measure"]
"""Columns that tell one specification from the others."""

NETWORKS = "air, ties and digital"
ALL = "all four"
OLDER = "older functions"
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

HEADLINE = "all"
MAIN_MEASURE = "main"
"""The sample of all rows, and the measure of each block that was declared first."""

WELL_COVERED = networks.WELL_COVERED | {"digital": 0.8}
"""Share of a country's airports, or of its cities, that a list must know; the floors are ours. Of
addresses it is the share of cities that have one."""

LISTS = {"air": ("air",), "ties": ("sister",), "digital": ("digital",)}
"""Whose coverage counts for a block; for the others all three."""

JUDGED = {"A5c": "air", "A5d": "ties", "A5e": "digital"}
JUDGED_OUTPUT = {"A5f": "air", "A5g": "ties", "A5h": "digital"}


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
    addresses = load("city-addresses").set_index("geonameid")["addresses"]
    country = ties.cities()["country"]
    has_some = addresses.reindex(country.index) > 0
    known = ties.coverage().assign(digital=has_some.groupby(country).mean())
    lists = LISTS.get(block, tuple(WELL_COVERED))
    well = pd.DataFrame({name: known[name] >= WELL_COVERED[name] for name in lists})
    return list(known.index[well.all(axis=1)])


@computed_once
def of_cities() -> pd.DataFrame:
    """Return what is counted of each city in the three lists.

    Returns
    -------
    DataFrame
        By ``geonameid`` of :func:`scsreport.findings.ties.cities`: ``country``; ``air_routes``,
        ``air_reach`` over one route or two, ``air_abroad``; ``sisters``, ``sisters_abroad``;
        ``addresses`` per thousand people, capped, ``uncapped``, and ``address_rank``.
    """
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


def summary() -> pd.DataFrame:
    """Return one row a specification.

    Returns
    -------
    DataFrame
        Of the table ``external-factors``: the columns of :data:`KEYS`, and ``partial``,
        ``partial_low``, ``partial_high``, ``internal``, ``n``, ``countries``, ``lost`` and
        ``moran``.
    """
    table = load("external-factors").drop_duplicates(KEYS)
    shares = ["partial", "partial_low", "partial_high", "internal"]
    return table[[*KEYS, *shares, "n", "countries", "lost", "moran"]].reset_index(drop=True)


def samples() -> list[str]:
    """Return the samples in which every block was run, on growth and on output.

    Returns
    -------
    list of str
        That of all rows first.
    """
    table = summary().query("measure == @MAIN_MEASURE")
    run = table[["outcome", "block", "sample"]].drop_duplicates()["sample"].value_counts(sort=False)
    return list(run.index[run == run[HEADLINE]])


def overview(sample: str = HEADLINE) -> pd.DataFrame:
    """Return what each block explains as declared first, with what other choices give.

    Parameters
    ----------
    sample : str
        One of :func:`samples`, in place of all rows.

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
    headline = main[main["sample"] == sample].set_index(keys)
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
