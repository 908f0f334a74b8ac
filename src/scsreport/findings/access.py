"""Access and through traffic of cities, and the regressions of growth and output on them."""

# esda carries no types
# mypy: disable-error-code="no-untyped-call,import-untyped"

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from esda import Moran
from libpysal.weights import KNN
from statsmodels.regression.linear_model import OLS

from scsreport import growth
from scsreport.connectivity import intermediacy, market_access, network
from scsreport.findings import connectivity, gaps
from scsreport.geometry import EARTH_KM, unit_vectors
from scsreport.tables.datasets import load

SPAN = (2000, 2015)
SEED, RUNS, NEIGHBOURS, MANY, SPATIAL_KM = 2019, 999, 5, 30, 500
FLOOR = 100_000  # people added to every access: the smallest city there is
INTERNAL = {
    "growth": ["size", "regional_capital", "airport", "port", "coast"],
    "output": ["size", "primary", "airport", "port", "coast", "oil"],
}
MODELS = {
    "access and through traffic": ["access", "through"],
    "larger and smaller cities": ["larger", "smaller", "through"],
}
ZONED = {"zone of 5 km": 5, "zone of 20 km": 20}
KEPT = {
    "headline": "index == index",
    "60 minutes": "index == index",
    "no China": "country != 'CN'",
    **dict.fromkeys(ZONED, "index == index"),
}
SAMPLES = {
    "growth": KEPT
    | {
        "no suburbs": "suburb != True",
        "no primary cities": "is_primary != True",
        "masses of 2000": "index == index",
    },
    "output": KEPT | {"no oil regions": "oil != True", "no primary regions": "primary != True"},
}


def reached(mass: Any, half_life: float, keep: Callable[..., Any]) -> Any:
    """Return the people within reach of each city in those others that ``keep`` names."""
    table = connectivity.pairs(mass.index).set_axis(["own", "other", "minutes"], axis=1)
    both = pd.concat([table, table.rename(columns={"own": "other", "other": "own"})])
    both = both[keep(both["own"], both["other"])]
    people = both["other"].map(mass) * np.exp2(-both["minutes"] / half_life)
    return people.groupby(both["own"]).sum().reindex(mass.index, fill_value=0.0)


def access() -> pd.DataFrame:
    """Measure every city near a road; the traffic takes a minute."""
    nodes = load("city-nodes").query("road_near").set_index("geonameid")["road_node"]
    listed = load("cities").query("kind == 'city'").set_index("geonameid")["population"]
    mass, found = listed[listed.index.isin(nodes.index)].astype(float), {}
    pairs, graph = connectivity.pairs(mass.index), network(load("roads"), nodes)
    for t in connectivity.HALF_LIVES:
        found[f"access_{t}"] = market_access(pairs, mass, half_life=t, own_time=np.inf)
        found[f"larger_{t}"] = reached(mass, t, lambda i, j: i.map(mass) < j.map(mass))
    for km in connectivity.ZONES:
        trips = intermediacy(graph, mass, gamma=1, around=km)
        found |= {"endpoint": trips["endpoint"], f"through_{km}": trips["through"]}
    return pd.DataFrame(found).round(1).rename_axis("geonameid").reset_index()


def grown(listed: pd.DataFrame) -> pd.DataFrame:
    """Find each agglomeration of the list: the largest city of its country within 20 km."""
    first, last = SPAN
    wide = listed.pivot(index="city", columns="year", values="population")
    rows = listed.drop_duplicates("city").set_index("city")[["lat", "lon", "country"]]
    rows = rows.assign(start=wide[first], y=np.log(wide[last] / wide[first]) / (last - first))
    rows = rows[rows["start"] >= growth.FLOOR]
    found = growth.same_cities(rows, connectivity.cities().reset_index()).sort_values("population")
    found = found.drop_duplicates("geonameid", keep="last")
    rows = rows.join(found.drop(columns=["lat", "lon", "country"]))
    mass = rows.dropna(subset="geonameid").set_index("geonameid")["start"].astype(float)
    rows["access_2000"] = rows["geonameid"].map(reached(mass, 30, lambda i, j: i != j))
    return rows.assign(size=np.log(rows["start"]))


def produced(people: pd.DataFrame) -> pd.DataFrame:
    """Give each unit of output the mean access of its people, to cities of other units."""
    units = gaps.last_year(gaps.panel(people)).query("table == 'regional-output'")
    names = load("region-crosswalk").query("table == 'regional-output'")
    names["code"] = names["region_code"].fillna(names["region_id"])
    names = names.melt("region_id", ["code", "region"], value_name="unit")
    held = names[names["unit"].isin(units["unit"])].drop_duplicates("region_id")
    places: Any = connectivity.cities().copy()
    places["unit"] = places["region_id"].map(held.set_index("region_id")["unit"])
    mass, unit = places["population"].astype(float), places["unit"].fillna("")
    for t in connectivity.HALF_LIVES:
        far = lambda i, j: i.map(unit) != j.map(unit)  # noqa: E731
        places[f"access_{t}"] = reached(mass, t, far)
        up = lambda i, j: far(i, j) & (i.map(mass) < j.map(mass))  # noqa: E731, B023
        places[f"larger_{t}"] = reached(mass, t, up)
    means = [*places.filter(regex="^(access|larger)_"), "lat", "lon"]
    of = places.groupby("unit")
    found = places[means].mul(mass, axis=0).groupby(unit).sum()
    found = found.div(mass.groupby(unit).sum(), axis=0)
    found = found.join(of[["airport", "port", "is_primary"]].max())
    found = found.join(of[list(places.filter(regex="^(through_|endpoint)"))].sum())
    units = units.assign(coast=units["coast"] == "coast").join(found, on="unit")
    country = units["iso3"].map(load("countries").set_index("iso3")["country"])
    return units.assign(
        country=country,
        primary=units["is_primary"],
        y=np.log(units["value"]),
        size=np.log(units["people"]),
    )


def explain(rows: pd.DataFrame, internal: list[str], external: list[str]) -> pd.DataFrame:
    """Regress on internal, then external factors within countries; one row per term."""
    whole = rows["country"]
    internal = [term for term in internal if rows[term].astype(float).std() > 0]
    terms = [*internal, *external]
    rows = rows.dropna(subset=["y", "lat", *terms])
    rows = rows[rows.groupby("country")["y"].transform("size") > 1]
    scaled = rows[terms].astype(float)
    scaled = ((scaled - scaled.mean()) / scaled.std()).assign(y=rows["y"])
    by = rows["country"]
    inside = scaled - scaled.groupby(by).transform("mean")
    cross = np.stack([part.to_numpy().T @ part.to_numpy() for _, part in inside.groupby(by)])

    def left(total: Any, k: int) -> float:
        part = total[:k, :k], total[:k, -1]
        return float(total[-1, -1] - part[1] @ np.linalg.lstsq(*part)[0])

    def partial(total: Any) -> float:
        return 1 - left(total, len(terms)) / left(total, len(internal))

    total, n = cross.sum(axis=0), len(cross)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), RUNS)
    reach = np.quantile([partial(np.tensordot(w, cross, 1)) for w in drawn], [0.025, 0.975])
    design = scaled[terms].join(pd.get_dummies(by, dtype=float))
    how: Any = {"cov_type": "HC3"}
    if n >= MANY:
        how = {"cov_type": "cluster", "cov_kwds": {"groups": by.astype("category").cat.codes}}
    fit = OLS(scaled["y"], design).fit(**how)
    points = unit_vectors(rows["lat"], rows["lon"])
    away = np.arccos(np.clip(points @ points.T, -1, 1)) * EARTH_KM
    scores = design.to_numpy() * fit.resid.to_numpy()[:, None]
    middle = scores.T @ np.clip(1 - away / SPATIAL_KM, 0, None) @ scores
    bread = np.linalg.pinv(design.to_numpy().T @ design.to_numpy())
    conley = 1.96 * np.sqrt(np.diag(bread @ middle @ bread))[: len(terms)]
    near = KNN(points, k=NEIGHBOURS, silence_warnings=True)
    near.transform = "r"
    moran = Moran(fit.resid.to_numpy(), near, permutations=0)
    ends = fit.conf_int().loc[terms]
    return pd.DataFrame(
        {
            "term": terms,
            "kind": ["internal"] * len(internal) + ["external"] * len(external),
            "coef": fit.params[terms],
            "low": ends[0],
            "high": ends[1],
            "p": fit.pvalues[terms],
            "spatial_low": fit.params[terms] - conley,
            "spatial_high": fit.params[terms] + conley,
            "n": len(rows),
            "countries": n,
            "lost": len(whole) - len(rows),
            "lost_countries": whole.nunique() - n,
            "errors": how["cov_type"],
            "internal": 1 - left(total, len(internal)) / total[-1, -1],
            "partial": partial(total),
            "partial_low": reach[0],
            "partial_high": reach[1],
            "moran": moran.I,
            "moran_p": moran.p_norm,
        }
    )


def regressions(listed: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Run both outcomes over all samples and models."""
    parts = []
    for outcome, rows in (("growth", grown(listed)), ("output", produced(people))):
        for (sample, kept), (model, external) in product(SAMPLES[outcome].items(), MODELS.items()):
            t, km = 60 if sample == "60 minutes" else 30, ZONED.get(sample, 10)
            part = rows.query(kept)
            reach = part["access_2000"] if "masses" in sample else part[f"access_{t}"]
            up = part[f"larger_{t}"]
            part = part.assign(
                access=np.log(FLOOR + reach),
                larger=np.log(FLOOR + up),
                smaller=np.log(FLOOR + (reach - up).clip(lower=0)),
                through=np.log1p((part[f"through_{km}"] / part["endpoint"]).fillna(0)),
            )
            if "masses" not in sample or "access" in external:
                found = explain(part, INTERNAL[outcome], external)
                parts.append(found.assign(outcome=outcome, sample=sample, model=model))
    table = pd.concat(parts, ignore_index=True)
    return table[["outcome", "sample", "model", *table.columns[:-3]]].round(5)
