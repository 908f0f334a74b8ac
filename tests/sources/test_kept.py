"""Kept tables: made from originals alone, counted rightly, and left alone by `make data`."""

import gzip
import re

import pandas as pd
import pytest

from scsreport.sources import declared, kept, packages
from scsreport.tables import datasets, manifest


def test_airlines_are_counted_once_a_pair_and_code_shares_apart():
    rows = pd.DataFrame(
        [
            ("AA", "JFK", "LHR", ""),
            ("BA", "JFK", "LHR", ""),
            ("BA", "JFK", "LHR", ""),
            ("IB", "JFK", "LHR", "Y"),
            ("BA", "LHR", "JFK", ""),
            ("IB", "LHR", "JFK", "Y"),
            ("AY", "LHR", "HEL", "Y"),
        ],
        columns=["airline", "origin", "destination", "code_share"],
    )
    routes = kept.air_routes(rows).set_index(["origin", "destination"])
    assert routes.loc[("JFK", "LHR")].to_list() == [2, 1]
    assert routes.loc[("LHR", "JFK")].to_list() == [1, 1]
    assert routes.loc[("LHR", "HEL")].to_list() == [0, 1]


def test_a_tie_has_no_direction_and_is_there_once():
    rows = pd.DataFrame({"a": ["Q2", "Q1", "Q3"], "b": ["Q1", "Q2", "Q3"]})
    assert kept.sister_ties(rows).to_numpy().tolist() == [["Q1", "Q2"]]


def test_an_airport_that_the_file_does_not_know_keeps_its_code():
    rows = pd.DataFrame(
        [("HEL", "Vantaa", "Helsinki", "Finland", 60.3172, 24.9633)],
        columns=["iata", "name", "city", "country", "lat", "lon"],
    )
    routes = pd.DataFrame({"origin": ["HEL"], "destination": ["QQQ"]})
    found = kept.route_airports(rows, routes).set_index("iata")
    assert found.loc["HEL", "country"] == "FI"
    assert found.loc["QQQ"].isna().all()


def test_another_file_or_none_is_refused(tmp_path):
    with pytest.raises(packages.SourceError, match=r"routes\.dat\.gz: no such file"):
        kept.tables(tmp_path)
    (tmp_path / "openflights-routes.dat.gz").write_bytes(gzip.compress(b"2B,410,AER\n"))
    with pytest.raises(packages.SourceError, match="not the pinned file"):
        kept.tables(tmp_path)


def test_what_is_marked_as_kept_is_what_is_made_from_pinned_originals():
    described = manifest.describe()
    assert {name for name, table in described.items() if "kept" in table} == set(kept.TABLES)
    pins = set(declared.read("kept").values())
    named = {
        found
        for name in kept.TABLES
        for source in described[name]["sources"]
        for found in re.findall(r"sha256 ([0-9a-f]{64})", source)
    }
    assert named == pins


def test_kept_tables_fit_together():
    routes = datasets.load("air-routes")
    airports = set(datasets.load("route-airports")["iata"])
    assert set(routes["origin"]) | set(routes["destination"]) == airports
    assert not routes.duplicated(["origin", "destination"]).any()
    assert (routes["airlines"] + routes["code_shares"] > 0).all()
    ties = datasets.load("sister-ties")
    places = set(datasets.load("sister-places")["wikidata"])
    assert set(ties["a"]) | set(ties["b"]) <= places
    assert (ties["a"] < ties["b"]).all()
    assert not ties.duplicated().any()
