"""The measures of the chapters, run on the tables of one country."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scsreport import citysize, connectivity, definitions, inequality, typology
from scsreport.brief.ground import Ground
from scsreport.brief.settings import Settings
from scsreport.findings.counting import counting
from scsreport.typology import FORMS
from scsreport.typology.model import gathered
from scsreport.typology.systems import detect

__all__ = ["Gap", "Measured", "measured"]

LEAST_SIZES = 3
LEAST_REGIONS = 2
DRAWS = 2_000
SEED = 0
MEASURES = {
    "gini": inequality.gini,
    "theil": inequality.theil,
    "williamson": inequality.williamson,
}


@dataclass(frozen=True)
class Gap:
    """The gap between regions.

    Parameters
    ----------
    by_year : DataFrame
        By ``year``: number of regions ``n``, ``gini``, ``theil`` and ``williamson`` of output a
        head, people counting alike, over the regions of that year.
    change : Change or None
        Of the Gini coefficient between the first and the last year, over the regions of both.
    n : int
        How many regions that are.
    """

    by_year: pd.DataFrame
    change: Any
    n: int


@dataclass(frozen=True)
class Measured:
    """What the measures say of a country.

    Parameters
    ----------
    counts : DataFrame
        Secondary cities by ``rule`` and way of counting.
    cities : DataFrame
        Cities of the floor and more, the largest first, with ``role`` under the chosen rule, the
        ``rules`` they meet, ``form``, ``sure``, ``contested``, ``system``, ``reach``, ``larger``
        and ``km_larger``.
    ranked : DataFrame
        ``rank`` and ``population`` of those cities.
    fit : RankSize or None
        Of them.
    lead : float
        People of the first over those of the second; missing for fewer than two.
    forms : DataFrame or None
        By form: ``cities``, ``people``, ``share``, ``contested``.
    systems : DataFrame or None
        Clusters and corridors of two cities and more, the largest first.
    gap : Gap or None
        Between a reader's regions.
    """

    counts: pd.DataFrame
    cities: pd.DataFrame
    ranked: pd.DataFrame
    fit: Any
    lead: float
    forms: pd.DataFrame | None
    systems: pd.DataFrame | None
    gap: Gap | None


def measured(ground: Ground, settings: Settings) -> Measured:
    """Measure a country.

    Parameters
    ----------
    ground : Ground
        Its tables.
    settings : Settings
        Rules, thresholds and decay.

    Returns
    -------
    Measured
    """
    places = ground.places
    whole = places[(places["kind"] == "city") & places["population"].gt(0)]
    large = whole[whole["population"] >= settings.thresholds.size_floor]
    large = large.sort_values("population", ascending=False, kind="stable")
    typed = _typed(ground, settings)
    systems = None if typed is None else _systems(ground, settings, typed)
    cities = large.join(_standing(ground, settings))
    cities = cities.join(_of_forms(typed, cities.index)).join(_reach(ground, settings, large))
    people = large["population"].to_numpy(float)
    return Measured(
        _counts(ground, settings),
        cities.assign(larger_name=cities["larger"].map(places["name"])),
        pd.DataFrame({"rank": np.arange(1, len(people) + 1), "population": people}),
        _fit(people),
        float(people[0] / people[1]) if len(people) > 1 else float("nan"),
        None if typed is None else _forms(large, typed),
        systems,
        None if ground.regions is None else _gap(ground.regions),
    )


def _counts(ground: Ground, settings: Settings) -> pd.DataFrame:
    """Count who is secondary under each rule, by each way of counting that places admit."""
    counted: dict[str, Any] = {}
    for how in ground.countings:
        rows, unit, _ = counting(how, ground.places)
        counted[how] = _met(rows, settings, unit).sum()
    return pd.DataFrame(counted).rename_axis("rule")


def _met(rows: pd.DataFrame, settings: Settings, unit: str) -> pd.DataFrame:
    """Say which rows are secondary under each rule, the eight and the own ones."""
    met = definitions.standing(rows, unit=unit) == "secondary"
    own = {
        name: definitions.members(rule, rows, unit=unit) for name, rule in settings.rules.items()
    }
    return met.assign(**own)


def _standing(ground: Ground, settings: Settings) -> pd.DataFrame:
    """Return for each place its role under the chosen rule, and all rules that it meets."""
    places = ground.places
    met = _met(places, settings, "city")
    how = "without suburbs" if ground.has_footprints else "as listed"
    rows, unit, _ = counting(how, places)
    chosen = definitions.members(settings.every_rule[settings.rule], rows, unit=unit)
    secondary = places.index.isin(chosen.index[chosen])
    conditions: list[Any] = [
        places["is_primary"],
        secondary,
        places["in_primary_footprint"].astype(bool),
    ]
    role = np.select(conditions, ["largest", "secondary", "suburb"], "other")
    names = np.array([f"{name} " for name in met.columns], dtype=object)
    rules = pd.Series(met.to_numpy().astype(object) @ names, places.index).str.strip()
    return pd.DataFrame({"role": role, "rules": rules})


def _typed(ground: Ground, settings: Settings) -> pd.DataFrame | None:
    """Type the cities of the floor and more but the largest; None where there is none."""
    places = ground.places[ground.places["population"] > 0]
    floor = settings.thresholds.size_floor
    cities = places[(places["population"] >= floor) & ~places["is_primary"]]
    if cities.empty:
        return None
    known = places[["footprint"]].dropna().drop_duplicates()
    return typology.classify(
        cities,
        places=places,
        roads=ground.pairs,
        footprints=known if ground.has_footprints else None,
        thresholds=settings.thresholds,
    )


def _of_forms(typed: pd.DataFrame | None, index: "pd.Index[Any]") -> pd.DataFrame:
    """Return form, certainty, next form and nearest larger city of each city."""
    columns = ["form", "sure", "next_form", "contested", "system", "larger", "km_larger"]
    if typed is None:
        return pd.DataFrame(None, index, columns)
    shares = typed[[f"p_{form}" for form in FORMS]].to_numpy()
    order = np.argsort(-shares, axis=1)
    row, names = np.arange(len(typed)), np.array(FORMS)
    found = typed[["contested", "system", "larger", "km_larger"]].assign(
        form=names[order[:, 0]],
        sure=shares[row, order[:, 0]],
        next_form=names[order[:, 1]],
    )
    return found[columns].reindex(index)


def _systems(ground: Ground, settings: Settings, typed: pd.DataFrame) -> pd.DataFrame | None:
    """Return the clusters and corridors of two cities and more, the largest first."""
    places = ground.places[ground.places["population"] > 0]
    floor = settings.thresholds.size_floor
    every = gathered(places.loc[typed.index], places, floor)
    found = detect(every, typed, reach=settings.thresholds.reach, draws=0)
    table = found.table[found.table["n"] >= 2].sort_values("people", ascending=False)
    return None if table.empty else table


def _forms(large: pd.DataFrame, typed: pd.DataFrame) -> pd.DataFrame:
    """Count cities and people by form; parts of cities and of the largest are left out."""
    whole = typed[
        typed.index.isin(large.index)
        & ~large["in_primary_footprint"].reindex(typed.index, fill_value=True)
    ]
    people = large["population"].reindex(whole.index)
    groups = whole.assign(people=people).groupby("type")
    counted = groups.agg(
        cities=("people", "size"), people=("people", "sum"), contested=("contested", "sum")
    )
    counted = counted.reindex(FORMS, fill_value=0)
    return counted.assign(share=counted["cities"] / max(len(whole), 1)).rename_axis("form")


def _reach(ground: Ground, settings: Settings, large: pd.DataFrame) -> "pd.Series[float]":
    """Return the people of other cities within reach; missing where no road is known."""
    pairs = ground.pairs
    if pairs is None:
        return pd.Series(np.nan, large.index, name="reach")
    people = large["population"].astype(float)
    ends = pairs[["geonameid_a", "geonameid_b"]]
    among = pairs[ends.isin(people.index).all(axis=1)]
    minutes = among[["geonameid_a", "geonameid_b", "minutes"]]
    if minutes.empty:
        return pd.Series(np.nan, large.index, name="reach")
    found = connectivity.market_access(
        minutes, people, half_life=settings.half_life, own_time=np.inf
    )
    joined = found.index.isin(minutes[["geonameid_a", "geonameid_b"]].to_numpy().ravel())
    return found.where(joined).rename("reach")


def _fit(people: "np.ndarray[Any, np.dtype[np.float64]]") -> Any:
    """Fit rank and size; None where cities are too few or all alike."""
    if len(people) < LEAST_SIZES or len(np.unique(people)) < 2:
        return None
    try:
        return citysize.rank_size(people)
    except ValueError:  # sizes too much alike for a slope
        return None


def _gap(regions: pd.DataFrame) -> Gap:
    """Measure the gap between regions in each year, and its change."""
    table = regions.assign(a_head=regions["output"] / regions["population"])
    years = [(year, rows) for year, rows in table.groupby("year") if len(rows) >= LEAST_REGIONS]
    by_year = pd.DataFrame(
        [
            {"year": int(float(str(year))), "n": len(rows)}
            | {
                name: measure(rows["a_head"], rows["population"])
                for name, measure in MEASURES.items()
            }
            for year, rows in years
        ]
    )
    if len(years) < 2:
        return Gap(by_year, None, 0)
    first, last = (rows.set_index("region") for _, rows in (years[0], years[-1]))
    both = first.index.intersection(last.index)
    if len(both) < LEAST_REGIONS:
        return Gap(by_year, None, len(both))
    change = inequality.bootstrap_change(
        inequality.gini,
        first.loc[both, "a_head"],
        last.loc[both, "a_head"],
        weights_before=first.loc[both, "population"],
        weights_after=last.loc[both, "population"],
        draws=DRAWS,
        rng=np.random.default_rng(SEED),
    )
    return Gap(by_year, change, len(both))
