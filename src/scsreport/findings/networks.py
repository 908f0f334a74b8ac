"""Who is tied to whom: secondary against primary cities, and what chance and distance would give.

Air routes are those of 2014, sister cities those of January 2022; see
:mod:`scsreport.findings.ties`. What functions cities have by form and place is in
:mod:`scsreport.findings.functions_by_form`.
"""

# statsmodels carries no types
# mypy: disable-error-code="no-untyped-call"

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from scsreport import networks
from scsreport.findings import rules, ties
from scsreport.findings.answer import Answer
from scsreport.networks import Estimate, Graph
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "GATES",
    "NETWORKS",
    "SAMPLES",
    "WELL_COVERED",
    "answers",
    "communities",
    "mixing",
    "nulls",
    "reach_abroad",
    "samples",
    "tied",
    "tied_by_rule",
]

NETWORKS = ("air", "sister")
SAMPLES = {
    "all": "country == country",
    "without Europe": "continent != 'EU'",
    "without China": "country != 'CN'",
    "without the US": "country != 'US'",
    "without China and the US": "country not in ['CN', 'US']",
    "well covered": "covered",
}
"""Cities that a finding is repeated on, as queries on :func:`scsreport.findings.ties.measures`."""

WELL_COVERED = {"air": 0.8, "sister": 0.5}
"""Share of a country's airports, or of its cities, that a list must know. The floors are ours."""

GATES = ("largest city", "best connected city", "direct ties alone")
"""What secondary cities reach abroad without: the largest city of their country, the one of most
ties, or any city between."""

HEADLINE_RULE = "D7"
"""By which cities are secondary in :func:`tied` and in the headlines of the ledger."""

SEED = 2019
DRAWS = 999
NULL_DRAWS = 20  # graphs drawn for each null
NULLS = {
    "degrees": (False, False),
    "degrees and distance": (True, False),
    "both degrees": (False, True),
    "both degrees and distance": (True, True),
}
"""What drawn graphs keep: distance; the number of ties within the country, and beyond it."""

PAIRS_OF_CITIES = {
    "primary to primary": (True, True),
    "primary to other": (True, False),
    "other to other": (False, False),
}


def samples(network: str) -> dict[str, pd.DataFrame]:
    """Return the cities of each sample that a finding is repeated on.

    Parameters
    ----------
    network : {"air", "sister"}
        Whose coverage counts.

    Returns
    -------
    dict of str to DataFrame
        Rows of :func:`scsreport.findings.ties.measures` by name of :data:`SAMPLES`.
    """
    known = ties.coverage()[network] >= WELL_COVERED[network]
    table = ties.measures()
    table = table.assign(covered=table["country"].map(known).fillna(False).astype(bool))
    return {name: table.query(rule) for name, rule in SAMPLES.items()}


@computed_once
def tied(by: str = "size") -> pd.DataFrame:
    """Compare the ties of groups of cities, over the world and by continent.

    Parameters
    ----------
    by : {"size", "form"}
        The groups.

    Returns
    -------
    DataFrame
        One row a ``network``, ``sample`` (those of :data:`SAMPLES`, and each continent's code) and
        group: ``n`` cities; the shares of them that have a tie (``any``) and one abroad
        (``abroad``); of those with a tie the ``median`` number, and the means of the shares
        ``skipping`` and ``without`` the primary city (see
        :func:`scsreport.networks.without_primary`).
    """
    parts = []
    for network in NETWORKS:
        groups = samples(network)
        everywhere = groups["all"]
        groups |= {str(code): rows for code, rows in everywhere.groupby("continent")}
        for sample, rows in groups.items():
            found = _ties_of(rows, network, by)
            parts.append(found.assign(network=network, sample=sample))
    table = pd.concat(parts).reset_index()
    first = ["network", "sample", by]
    return table[[*first, *table.columns.drop(first)]]


def _ties_of(rows: pd.DataFrame, network: str, by: str) -> pd.DataFrame:
    """Count the ties of each group of some cities."""
    degree = rows[f"{network}_degree"]
    seen = rows[degree > 0].groupby(by)
    every = rows.assign(tied=degree > 0, tied_abroad=rows[f"{network}_international"] > 0).groupby(
        by
    )
    return pd.DataFrame(
        {
            "n": every.size(),
            "any": every["tied"].mean(),
            "abroad": every["tied_abroad"].mean(),
            "median": seen[f"{network}_degree"].median(),
            "skipping": seen[f"{network}_skipping"].mean(),
            "without": seen[f"{network}_share_without"].mean(),
        }
    )


def reach_abroad() -> pd.DataFrame:
    """Count the countries whose secondary cities reach abroad only through one city.

    A country counts where a city that is not its primary one, and secondary by rule D7 or larger,
    has a tie. Where the best connected city is taken out, that one is left out too.

    Returns
    -------
    DataFrame
        The table ``network-reach``: one row a ``network``, ``gate`` (see :data:`GATES`) and
        ``sample``: ``countries``, and ``cities`` in them; and, each with ``_low`` and ``_high``,
        the share of countries in which no such city has a tie abroad of its own (``none_direct``),
        in which all (``only_primary``) or most of them (``most_only_primary``) reach nothing abroad
        over two ties but through the gate, or have no tie abroad; the mean over countries of the
        share that they reach without it (``without``), or directly; and the share of cities that
        reach nothing so (``cities_only_primary``). Intervals of shares of countries are Wilson's,
        the others by drawing countries anew.
    """
    rng = np.random.default_rng(SEED)
    rows = [
        {
            "network": network,
            "gate": gate,
            "sample": sample,
            **_abroad_by_country(_second_rank(cities, network, gate), rng),
        }
        for network in NETWORKS
        for gate in GATES
        for sample, cities in samples(network).items()
    ]
    return pd.DataFrame(rows).round(4)


def _second_rank(cities: pd.DataFrame, network: str, gate: str) -> pd.DataFrame:
    """Return cities of second rank with a tie: what they reach abroad directly, and without."""
    second = cities["size"].isin(["secondary", "larger"]) & (cities[f"{network}_degree"] > 0)
    rows = cities[second]
    own, reached = rows[f"{network}_international"], rows[f"{network}_abroad"]
    by_itself = rows[f"{network}_abroad_without"]
    if gate == "best connected city":
        by_itself = _without_best_connected(network)["abroad_without"].reindex(rows.index)
    elif gate == "direct ties alone":
        by_itself = own.astype(float)
    found = {"direct": own > 0, "bound": by_itself == 0, "without": by_itself / reached}
    kept = by_itself.notna()
    return pd.DataFrame({"country": rows["country"], **found})[kept]


@computed_once
def _without_best_connected(network: str) -> pd.DataFrame:
    """Tell what each city reaches abroad without the city of its country that has most ties."""
    graph = {"air": ties.air, "sister": ties.sisters}[network]()
    table = ties.measures().sort_values([f"{network}_degree", "population"], ascending=False)
    best = table.index[~table["country"].duplicated()]
    flags = pd.Series(graph.names.isin(best), graph.names)
    return networks.without_primary(graph, table["country"], flags)


def _abroad_by_country(rows: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """Return the shares of countries in one sample, with intervals."""
    rows = rows.assign(bound=rows["bound"].astype(float))
    by_country = rows.groupby("country")
    countries = pd.DataFrame(
        {
            "none_direct": ~by_country["direct"].max(),
            "only_primary": by_country["bound"].min() == 1,
            "most_only_primary": by_country["bound"].mean() > 0.5,
        }
    )
    found: dict[str, float] = {"countries": len(countries), "cities": len(rows)}
    for column, flags in countries.items():
        found |= _with_ends(str(column), _share(flags))
    without = by_country[["without"]].mean().dropna()
    found |= _with_ends("without", networks.resampled(without, _mean, rng, draws=DRAWS))
    of_cities = networks.resampled(
        rows[["country", "bound"]], _mean_bound, rng, by="country", draws=DRAWS
    )
    return found | _with_ends("cities_only_primary", of_cities)


def _share(flags: "pd.Series[bool]") -> Estimate:
    """Return a share with Wilson's interval, which holds where few or none are counted."""
    low, high = proportion_confint(flags.sum(), len(flags), method="wilson")
    return Estimate(float(flags.mean()), float(low), float(high), len(flags))


def _mean(rows: pd.DataFrame) -> float:
    return float(rows.to_numpy().mean())


def _mean_bound(rows: pd.DataFrame) -> float:
    return float(rows["bound"].mean())


def _with_ends(name: str, estimate: Estimate) -> dict[str, float]:
    ends = {f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return {name: estimate.estimate, **ends}


def mixing() -> pd.DataFrame:
    """Measure whether cities are tied to others of their country, form and size.

    Returns
    -------
    DataFrame
        The table ``network-mixing``: one row a ``network`` and ``by`` (country, continent, form,
        size): ``assortativity`` with ``low``, ``high`` and ``p_value`` of
        :class:`scsreport.networks.Mixing`, and ``cities`` with a tie.
    """
    rng = np.random.default_rng(SEED)
    rows = [
        {"network": network, "by": by, "cities": len(graph.names), **vars(found)}
        for network, graph in _tied_graphs().items()
        for by, found in _mixings(graph, rng).items()
    ]
    return pd.DataFrame(rows).drop(columns="draws").round(4)


def _mixings(graph: Graph, rng: np.random.Generator) -> dict[str, networks.Mixing]:
    table = ties.cities().loc[graph.names]
    of_labels = {
        by: networks.mixing(graph, table[by], rng, draws=DRAWS)
        for by in ("country", "continent", "form")
    }
    size = table["population"].astype(float).map(np.log)
    return of_labels | {"size": networks.mixing_by_number(graph, size, rng, draws=DRAWS)}


def _tied_graphs() -> dict[str, Graph]:
    """Return both networks without the cities that have no tie."""
    return {
        name: _within(graph, graph.degrees > 0)
        for name, graph in {"air": ties.air(), "sister": ties.sisters()}.items()
    }


def _within(graph: Graph, kept: "np.typing.NDArray[np.bool_]") -> Graph:
    return Graph(graph.names[kept], graph.links[kept][:, kept])


def communities() -> pd.DataFrame:
    """Compare communities of ties with countries, continents and systems of secondary cities.

    Returns
    -------
    DataFrame
        The table ``network-communities``: one row a ``network`` and ``against``: how many
        ``communities`` and ``groups``, ``adjusted_rand``, ``mutual_information`` and ``n`` cities.
        Systems count where a city is in one.
    """
    rng = np.random.default_rng(SEED)
    rows = []
    for network, graph in _tied_graphs().items():
        found = networks.communities(graph, rng)
        table = ties.cities().loc[graph.names]
        for against in ("country", "continent", "system"):
            group = table[against].dropna()
            agreed = networks.agreement(found, table[against])
            number = {
                "communities": found.loc[group.index].nunique(),
                "groups": group.nunique(),
            }
            rows.append({"network": network, "against": against, **number, **vars(agreed)})
    return pd.DataFrame(rows).round(4)


def nulls() -> pd.DataFrame:
    """Compare both networks with graphs of the same degrees, without and with distance.

    Returns
    -------
    DataFrame
        The table ``network-nulls``: one row a ``network``, ``null`` (of :data:`NULLS`) and
        ``measure`` of :func:`_shares`: ``observed``; ``by_chance``, the mean of the drawn graphs,
        ``low`` and ``high``, the least and the most of them; and the ``decay``, the power of
        distance.
    """
    rng = np.random.default_rng(SEED)
    table = pd.concat(
        [
            _drawn(graph, null, rng).assign(network=network, null=null)
            for network, graph in _tied_graphs().items()
            for null in NULLS
        ],
        ignore_index=True,
    )
    first = ["network", "null", "measure"]
    return table[[*first, *table.columns.drop(first)]].round(4)


def _drawn(graph: Graph, null: str, rng: np.random.Generator) -> pd.DataFrame:
    """Compare a network with graphs drawn for one null."""
    places = load("cities").set_index("geonameid").loc[graph.names, ["lat", "lon"]]
    by_distance, by_country = NULLS[null]
    decay = networks.distance_decay(graph, places, rng) if by_distance else 0.0
    country = ties.cities()["country"] if by_country else None
    shares = pd.DataFrame(
        [
            _shares(networks.rewired(graph, rng, places=places, decay=decay, country=country))
            for _ in range(NULL_DRAWS)
        ]
    )
    drawn = {"by_chance": shares.mean(), "low": shares.min(), "high": shares.max()}
    found = pd.DataFrame({"observed": _shares(graph), **drawn, "decay": decay})
    return found.rename_axis("measure").reset_index()


def _shares(graph: Graph) -> "pd.Series[float]":
    """Return transitivity, and shares of ties within countries, forms, and by rank of both ends."""
    table = ties.cities().loc[graph.names]
    a, b = graph.ends
    primary = (table["size"] == "primary").to_numpy()
    shares = {"transitivity": networks.transitivity(graph)}
    for by in ("country", "form"):
        label = table[by].to_numpy()
        shares[f"same {by}"] = float(np.mean(label[a] == label[b]))
    for name, ends in PAIRS_OF_CITIES.items():
        both = np.sort(np.stack([primary[a], primary[b]]), axis=0)
        shares[name] = float(np.mean((both == np.sort(ends)[:, None]).all(axis=0)))
    return pd.Series(shares)


def answers() -> list[Answer]:
    """Return how many secondary cities have ties: by air (A1), and as sisters (A6)."""
    by_air = "air-routes, airport-cities, cities"
    by_sisters = "sister-ties, sister-cities, cities"
    return [
        Answer("A1d", _shares_tied("air", "air_routes"), by_air, "fig-ties"),
        Answer("A1e", _shares_tied("air", "air_routes_abroad"), by_air, "fig-ties-abroad"),
        Answer("A6c", _shares_tied("sister", "sister_cities"), by_sisters, "fig-ties"),
    ]


def _shares_tied(network: str, ties_of: str) -> "pd.Series[float]":
    """Return which share of secondary cities has a tie, by sample.

    It is counted anew, since :func:`tied` measures far more than the ledger asks for.
    """
    known = ties.coverage()[network] >= WELL_COVERED[network]
    table = ties.cities().join(ties.counts()).query("size == 'secondary'")
    table = table.assign(covered=table["country"].map(known).fillna(False).astype(bool))
    shares = {name: (table.query(rule)[ties_of] > 0).mean() for name, rule in SAMPLES.items()}
    others = tied_by_rule(ties_of).drop(HEADLINE_RULE)
    return pd.concat([pd.Series(shares), others])


def tied_by_rule(ties_of: str) -> "pd.Series[float]":
    """Return which share of the secondary cities of each rule has a tie.

    Parameters
    ----------
    ties_of : str
        A column of :func:`scsreport.findings.ties.counts`.

    Returns
    -------
    Series
        By id of :data:`scsreport.findings.rules.RULES`, of cities of 100,000 people and more that
        are not their country's largest, without suburbs of the largest.
    """
    is_primary = ties.cities()["size"] == "primary"
    has_one = ties.counts().loc[~is_primary, ties_of] > 0
    by_rule = rules.secondary("without suburbs")
    return pd.Series(
        {rule: has_one[has_one.index.isin(rows.index)].mean() for rule, rows in by_rule.items()}
    )
