"""Pages of countries: what the book knows of each, and of each of its cities, in sentences."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.dataset import facts as of_dataset
from scsreport.dataset.files import country_tables
from scsreport.exhibits import explorer, rules, text
from scsreport.exhibits.contract import listing
from scsreport.exhibits.pages import Entry, Explorer, Files, Page, Pages, Section, Table
from scsreport.exhibits.said import Said, joined
from scsreport.findings import connectivity, profiles
from scsreport.findings.counting import COUNTINGS
from scsreport.findings.forms import NAMES, ROLES
from scsreport.findings.function_mix import ADDRESS_YEAR, MIXED
from scsreport.findings.profiles import RULES
from scsreport.findings.rules import WORKING
from scsreport.findings.ties import AIR_YEAR, SISTER_YEAR
from scsreport.tables.country_names import other_spellings
from scsreport.tables.datasets import load, resource

__all__ = ["countries", "maps", "page"]
__dir__ = listing(__all__)

City = Mapping[Any, Any]
"""A row of :func:`scsreport.findings.profiles.cities`."""

WORDS = Path(__file__).with_suffix(".toml")
FOLDER = "countries"
LEAST_REACH = 1000
"""People within reach below which no number is told."""

LEAST_PASSING = 0.005
"""Trips of others over own trips below which they would be printed as 0.00."""

SHOWN_OTHERS = 3
ROLE_KEYS = {
    ("cluster", "centre"): "centre",
    ("corridor", "centre"): "larger",
    ("cluster", "member"): "system",
    ("corridor", "member"): "system",
}
"""What is said of a city in a system, by the form of the system and the role of the city."""

LEAST_CITIES = 2
"""Cities of a system, parts of them not counted, without which it is told as none."""

SHOWN_SYSTEMS = 10
LEAST_TOLD = 0.005
"""Share of the runs up to which another form is not named: it would round to nothing."""

SHOWN_MEMBERS = 5
MIX_NAMES = {
    "air": "air routes",
    "sister": "sister cities",
    "port": "the port",
    "rail": "the railway",
    "regional_capital": "the seat of its region",
}
LEAST_QUOTIENT = 1.25
"""Times the weight in the country from which a function is told to weigh more in a city; ours."""

OWN_MIX = 1.0
"""Krugman's index from which the mix of a city is told to be unlike its country's; ours."""

FORM_PAGES = {form: f"chapters/what-to-do.html#{form}" for form in NAMES}
DOUBTS = {
    "same_population": "another place has the same number",
    "same_name": "another place has the same name",
    "above_second_source": "far above a second source",
    "too_dense": "too many people for its footprint",
    "unconfirmed": "no urban centre near has room for it and no second source confirms it",
    "below_second_source": "far below a second source",
}


def countries() -> Pages:
    """Tell of each country with a listed place, in order of names."""
    pages = [page(country) for country in profiles.countries().index]
    return Pages(FOLDER, pages, rules.switch())


def maps() -> Files:
    """Hand over a map of each country for the explorer on its page."""
    return explorer.files()


def page(country: str = "VN") -> Page:
    """Tell of one country (its ISO alpha-2 code).

    Parameters
    ----------
    country : str
        Its code.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        If no place of it is listed.
    """
    known = _countries()
    if country not in known:
        raise ValueError(f"country: found {country!r}, expected an ISO alpha-2 code, such as 'VN'")
    facts = known[country]
    cities = _cities_by_country().get(country, [])
    counts = _counts()[country]
    sections = [
        _how_many(facts, counts),
        _forms(cities),
        _systems(facts, _systems_by_country().get(country)),
        _primacy(facts),
        _ties_of_country(facts),
        _gap(facts),
        _infrastructure(facts),
        _follows(cities),
    ]
    return Page(
        facts["slug"],
        facts["name"],
        _lead(facts, counts),
        sections,
        _say("entries", "title", name=facts["called"]),
        [_entry(city, facts) for city in cities],
        explorer.SOURCES,
        [facts["iso3"], country, *_other_spellings().get(country, [])],
        _tables().get(country, ""),
        _say("csv", "said", licence=_licence()),
        _explorer(facts, cities),
        country,
    )


def _explorer(facts: Mapping[Any, Any], cities: list[City]) -> Explorer | None:
    if len(cities) < explorer.FEWEST:
        return None
    return explorer.of_country(facts["slug"], facts["name"])


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _say(section: str, key: str, **facts: Any) -> Said:
    return text.fill(_words()[section][key], facts, section)


def _cell(value: Any, form: str) -> Said:
    """Print a fact as a cell of a table."""
    return text.fill(f"{{value:{form}}}", {"value": value}, "cell")


@cache
def _countries() -> Mapping[Any, Mapping[Any, Any]]:
    return profiles.countries().to_dict("index")


@cache
def _cities_by_country() -> Mapping[str, list[City]]:
    rows = profiles.cities().reset_index().to_dict("records")
    by_country: dict[str, list[City]] = {}
    for row in rows:
        by_country.setdefault(row["country"], []).append(row)
    return by_country


@cache
def _counts() -> Mapping[str, pd.DataFrame]:
    """Return the secondary cities of each country by rule, for each way of counting."""
    every = pd.MultiIndex.from_product([_countries(), profiles.labels()], names=["country", "rule"])
    counts = profiles.counts_by_rule().reindex(every, fill_value=0)
    return {str(country): part for country, part in counts.groupby("country")}


@cache
def _systems_by_country() -> Mapping[str, pd.DataFrame]:
    """Return the systems of each country that has one, the largest first."""
    table = profiles.systems().query("n >= @LEAST_CITIES")
    table = table.sort_values("people", ascending=False, kind="stable")
    return {str(country): part for country, part in table.groupby("country")}


@cache
def _licence() -> str:
    return of_dataset.licence()


@cache
def _tables() -> Mapping[str, str]:
    return country_tables()


@cache
def _other_spellings() -> Mapping[str, list[str]]:
    return other_spellings("country")


@cache
def _other_names() -> Mapping[Any, list[str]]:
    """Return the names of each city by which readers look, and which are not printed."""
    return load("city-names").groupby("geonameid")["name"].agg(list).to_dict()


@cache
def _names() -> Mapping[Any, str]:
    return profiles.cities()["name"].to_dict()


@cache
def _kinds_by_plants() -> Mapping[str, list[tuple[int, list[str]]]]:
    """Return for each system the kinds of facility by their number of plants, fewest first."""
    names = profiles.plants().groupby(["system", "plants"])["name"].agg(list).reset_index()
    found: dict[str, list[tuple[int, list[str]]]] = {}
    for system, many, kinds in names.itertuples(index=False, name=None):
        found.setdefault(system, []).append((many, kinds))
    return found


@cache
def _memberships() -> Mapping[int, list[tuple[str, str]]]:
    """Return the systems of each city with its role in them."""
    facts = _system_facts()
    found: dict[int, list[tuple[str, str]]] = {}
    for geonameid, system, role in profiles.memberships().itertuples(index=False, name=None):
        if system in facts:
            found.setdefault(geonameid, []).append((system, role))
    return found


@cache
def _doubtful_ways() -> Mapping[Any, Mapping[Any, Any]]:
    return connectivity.doubtful_ways().to_dict("index")


@cache
def _system_facts() -> Mapping[Any, Mapping[Any, Any]]:
    """Return the systems of several cities: a city and its parts are none."""
    return profiles.systems().query("n >= @LEAST_CITIES").to_dict("index")


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value


def _lead(facts: Mapping[Any, Any], counts: pd.DataFrame) -> str:
    listed = counts["as listed"].droplevel("country")[list(RULES)]
    if not listed.max():
        return _begun(_say("lead", "none", name=facts["called"]))
    told = {"low": listed.min(), "high": listed.max(), "D1": listed["D1"], "D7": listed["D7"]}
    return _begun(_say("lead", "some", name=facts["called"], **told))


def _how_many(facts: Mapping[Any, Any], counts: pd.DataFrame) -> Section:
    labels = {
        rule: text.fill("{rule}, {label}", {"rule": rule, "label": label}, "rule")
        for rule, label in profiles.labels().items()
    }
    counted = [counts[how] for how in COUNTINGS]
    rows = [
        [labels[rule], *(_cell(many, "count") for many in told)]
        for rule, *told in zip(counts.index.get_level_values("rule"), *counted, strict=True)
    ]
    table = Table(_say("how_many", "caption", name=facts["called"]), ["Rule", *COUNTINGS], rows)
    said = _say("how_many", "said", places=facts["places"], cities=facts["cities"])
    return Section("how-many", _words()["how_many"]["question"], [said], table)


def _forms(cities: list[City]) -> Section:
    typed = [city for city in cities if isinstance(city["form"], str) and city["kind"] == "city"]
    question = _words()["forms"]["question"]
    if not typed:
        return Section("forms", question, [_say("forms", "none")])
    counted = {form: sum(city["form"] == form for city in typed) for form in NAMES}
    contested = sum(bool(city["contested"]) for city in typed)
    said = _say("forms", "said", typed=len(typed), contested=contested, **counted)
    return Section("forms", question, [said])


def _systems(facts: Mapping[Any, Any], table: pd.DataFrame | None) -> Section:
    question = _words()["systems"]["question"]
    if table is None:
        return Section("systems", question, [_say("systems", "none")])
    rows = [
        [
            row["name"],
            _cell(row["form"], "text"),
            _cell(row["n"], "count"),
            _cell(row["people"], "people"),
            _members(row["members"]),
        ]
        for row in table.head(SHOWN_SYSTEMS).to_dict("records")
    ]
    headings = ["System", "Form", "Cities", "People", "Among them"]
    caption = _say("systems", "caption", name=facts["called"])
    said = _say("systems", "said", n=len(table))
    return Section("systems", question, [said], Table(caption, headings, rows))


def _members(ids: list[int]) -> Said:
    """Name the largest cities of a system."""
    named = [_names()[id] for id in ids if id in _names()]
    if len(named) > SHOWN_MEMBERS:
        return _say("systems", "many_members", names=", ".join(named[:SHOWN_MEMBERS]))
    return _say("systems", "members", names=named)


def _primacy(facts: Mapping[Any, Any]) -> Section:
    question = _words()["primacy"]["question"]
    if _is_missing(facts["primacy"]):
        return Section("primacy", question, [_say("primacy", "none")])
    said = _say(
        "primacy",
        "said",
        largest=facts["largest"],
        second=facts["second"],
        times=facts["primacy"],
        rank=facts["primacy_rank"],
        of=facts["compared"],
    )
    doubted = [facts[rank] for rank in ("largest", "second") if facts[f"{rank}_doubtful"]]
    doubts = [_say("primacy", "doubtful", names=doubted)] if doubted else []
    return Section("primacy", question, [joined([said, *doubts])])


def _ties_of_country(facts: Mapping[Any, Any]) -> Section:
    """Tell how the secondary cities of a country are tied, and what the lists know of it."""
    question = _words()["ties"]["question"]
    if _is_missing(facts["ties_secondary"]):
        return Section("ties", question, [_say("ties", "none")])
    told = {key.removeprefix("ties_"): facts[key] for key in facts if key.startswith("ties_")}
    told |= {"air_year": AIR_YEAR, "sister_year": SISTER_YEAR, "largest": facts["largest"]}
    key = "said" if told["secondary"] else "no_secondary"
    said = [_say("ties", key, **told)]
    if not _is_missing(told["without"]):
        said.append(_say("ties", "without", **told))
    said.append(_say("ties", "sisters", **told))
    return Section("ties", question, [joined(said), *_coverage(told)])


def _coverage(told: Mapping[str, Any]) -> list[str]:
    """Tell how many of the airports of a country the list of routes knows."""
    if _is_missing(told["airports"]):
        return []
    return [_say("ties", "covered", known=round(told["airports"] * told["air"]), **told)]


def _gap(facts: Mapping[Any, Any]) -> Section:
    question = _words()["gap"]["question"]
    if _is_missing(facts["gap_change"]):
        return Section("gap", question, [_say("gap", "none")])
    told = {key.removeprefix("gap_"): facts[key] for key in facts if key.startswith("gap_")}
    return Section("gap", question, [_say("gap", "said", **told)])


def _infrastructure(facts: Mapping[Any, Any]) -> Section:
    question = _words()["infrastructure"]["question"]
    group = facts["income_group"]
    key = "no_income" if _is_missing(group) else "income"
    vintage = resource("income-groups").vintage.partition(";")[0]
    income = _say("infrastructure", key, group=group, vintage=vintage)
    if _is_missing(facts["hard_rank"]):
        return Section("infrastructure", question, [_say("infrastructure", "none"), income])
    ranks = {"hard": facts["hard_rank"], "soft": facts["soft_rank"], "of": facts["scored"]}
    said = _say("infrastructure", "said", **ranks)
    return Section("infrastructure", question, [said, income])


def _follows(cities: list[City]) -> Section:
    met = {city["form"] for city in cities}
    lines = [_say("follows", form) for form in NAMES if form in met]
    return Section("follows", _words()["follows"]["question"], [*lines, _say("follows", "all")])


def _entry(city: City, facts: Mapping[Any, Any]) -> Entry:
    """Tell of one city."""
    terms = [("People", _people(city))]
    doubts = [words for flag, words in DOUBTS.items() if city[flag]]
    if city["doubtful"]:
        terms.append(("Doubt", _say("city", "doubt", doubts=text.listing(doubts))))
    terms += [("Where", said) for said in _where(city)]
    terms.append(("Secondary?", _secondary(city, facts)))
    typed = isinstance(city["form"], str)
    if typed:
        terms += _form(city)
    terms += [("System", said) for said in _system(city)]
    terms += [("Plants", said) for said in _plants(city)]
    terms.append(("Reach", _reach(city)))
    roles = _roles(city)
    terms.append(("Functions", _begun(text.listing(roles or [_words()["city"]["no_role"]]))))
    terms += [("Mix", said) for said in _mix(city)]
    terms += [("Ties", said) for said in _ties(city)]
    link = FORM_PAGES[city["form"]] if typed else ""
    link_text = f"What to do as a {NAMES[city['form']]}" if typed else ""
    also = _other_names().get(city["geonameid"], [])
    met = [rule for rule in RULES if city[rule] == "secondary"]
    tags = [WORKING.id, *met] if typed else met
    size = city["population"]
    return Entry(city["anchor"], city["name"], terms, also, link, link_text, tags, size)


def _people(city: City) -> str:
    """Tell how many people a city has by the list, and by the second one."""
    second = city["population_agglomeration"]
    if _is_missing(second):
        return _say("city", "undated", people=city["population"])
    return _say("city", "undated_both", people=city["population"], second=second)


def _ties(city: City) -> list[str]:
    """Tell the air routes and the sister cities of a city that is counted by itself."""
    if _is_missing(city["air_routes"]):
        return []
    told = {key: city[key] for key in ("air_routes", "air_routes_abroad", "sister_cities")}
    years = {"air_year": AIR_YEAR, "sister_year": SISTER_YEAR}
    return [_say("city", "ties" if city["air_routes"] else "no_route", **told, **years)]


def _mix(city: City) -> list[str]:
    """Tell the functions that weigh more in a city than in its country, and its addresses."""
    said = []
    if not _is_missing(city["diversity"]):
        said.append(_weights(city))
    if city["addresses_outlier"]:
        said.append(_say("city", "outlier", year=ADDRESS_YEAR))
    elif not _is_missing(city["addresses_above"]):
        said.append(_say("city", "addresses", above=city["addresses_above"], year=ADDRESS_YEAR))
    return [" ".join(said)] if said else []


def _weights(city: City) -> str:
    """Tell the mix of functions of a city that has one or more."""
    quotients = {name: city[f"lq_{name}"] for name in MIXED if city[f"lq_{name}"] > 0}
    ordered = sorted(quotients, key=quotients.__getitem__, reverse=True)
    if len(ordered) == 1:
        return _say("city", "one_function", name=MIX_NAMES[ordered[0]], of=len(MIXED))
    more = [
        _say("city", "weight", name=MIX_NAMES[name], times=quotients[name])
        for name in ordered
        if quotients[name] >= LEAST_QUOTIENT
    ]
    like = _words()["city"]["own_mix" if city["specialisation"] >= OWN_MIX else "near_mix"]
    facts = {"more": text.listing(more), "worth": city["diversity"], "of": len(MIXED), "like": like}
    return _say("city", "mix" if more else "even_mix", **facts)


def _where(city: City) -> list[str]:
    """Tell the region of a city, the nearest larger one, and its name in the second source."""
    said = []
    if not _is_missing(city["region"]):
        said.append(_begun(city["region"]))
    if not _is_missing(city["larger"]):
        larger = {"larger": _names()[int(city["larger"])], "km": city["km_larger"]}
        said.append(_say("city", "next_larger", **larger))
    if not _is_missing(city["also"]):
        said.append(_say("city", "called", name=city["also"]))
    return [" ".join(said)] if said else []


def _roles(city: City) -> list[str]:
    """Name the functions of a city; who is capital of a country is more than one of a region."""
    roles = {flag: role for flag, role in ROLES.items() if city[flag]}
    if city["admin_rank"] == "national capital":
        roles["regional_capital"] = "national capital"
    return list(roles.values())


def _secondary(city: City, facts: Mapping[Any, Any]) -> str:
    if city["is_primary"]:
        return _say("city", "largest", country=facts["called"])
    whole = _whole(city)
    if whole:
        return _say("city", "part", whole=whole)
    met = [rule for rule in RULES if city[rule] == "secondary"]
    missed = [rule for rule in RULES if city[rule] != "secondary"]
    if not met:
        return " ".join([_say("city", "no"), *_nearly(city)])
    key = "yes_no" if missed else "yes"
    said = _say("city", key, yes=text.listing(met), no=text.listing(missed))
    return " ".join([said, *_nearly(city)])


def _whole(city: City) -> str:
    """Name the city that another is a part of; empty where it stands for itself."""
    part = city["part_of"]
    return "" if _is_missing(part) else _names().get(int(part), "")


def _nearly(city: City) -> list[str]:
    """Tell the rule that a city misses by least."""
    if not isinstance(city["nearly"], str):
        return []
    key = "nearly_large" if city["nearly_by"] > 0 else "nearly_small"
    return [_say("city", key, rule=city["nearly"], people=abs(city["nearly_by"]))]


def _form(city: City) -> list[tuple[str, str]]:
    told = {"form": NAMES[city["form"]], "next_form": NAMES[city["next_form"]]}
    told |= {key: city[key] for key in ("sure", "next_sure")}
    alone = city["next_sure"] <= LEAST_TOLD
    said = _say("city", "contested" if city["contested"] else "alone" if alone else "form", **told)
    reasons = {"first": city["for_1"], "second": city["for_2"], "against": city["against"]}
    why = _say("city", "why", **reasons)
    return [("Form", _begun(said)), ("Why", _begun(why))]


def _begun(sentence: str) -> str:
    """Return a sentence with a capital in front and a full stop behind, names as they are."""
    begun = f"{sentence[0].upper()}{sentence[1:].rstrip('.')}."
    return Said(begun, *getattr(sentence, "made_of", ()))


def _system(city: City) -> list[str]:
    """Tell the system of a city with its role there, and name the others that it is in."""
    found = _memberships().get(city["geonameid"], [])
    if not found:
        return []
    (own, role), *others = found
    facts = _system_facts()[own]
    told = {"system": facts["name"], "kind": facts["form"], "n": facts["n"]}
    said = [_say("city", ROLE_KEYS[facts["form"], role], people=facts["people"], **told)]
    if others:
        named = [_named(system) for system, _ in others[:SHOWN_OTHERS]]
        more = ["more"] if len(others) > SHOWN_OTHERS else []
        said.append(_say("city", "also", others=text.listing([*named, *more])))
    return [" ".join(said)]


def _doubt_of_way(city: City) -> list[str]:
    """Say where the way by road to the nearest city is not credible."""
    way = _doubtful_ways().get(city["geonameid"])
    if way is None:
        return []
    key = "cut" if _is_missing(way["road"]) else "detour"
    return [_say("city", key, other=_names()[way["other"]], km=way["km"], road=way["road"])]


def _named(system: str) -> str:
    """Name a system with its form, for a cluster and a corridor may bear one name."""
    facts = _system_facts()[system]
    return f"{facts['name']} ({facts['form']})"


def _plants(city: City) -> list[str]:
    """Tell how many plants the system of a city would do with, by kind of facility."""
    kinds = _kinds_by_plants().get(city["system"])
    if kinds is None:
        return []
    facts = _system_facts()[city["system"]]
    told = [
        _say("city", "plants", kinds=text.listing(named), plants=plants, n=facts["sharing"])
        for plants, named in kinds
    ]
    return [_say("city", "shared", n=facts["sharing"], plants="; ".join(told))]


def _reach(city: City) -> str:
    whole = _whole(city)
    if whole:
        return _say("city", "told_with", whole=whole)
    if _is_missing(city["access_30"]):
        return _say("city", "no_reach")
    key = "reach" if city["access_30"] >= LEAST_REACH else "little_reach"
    said: list[str] = [_say("city", key, people=city["access_30"], limit=LEAST_REACH)]
    said += _doubt_of_way(city)
    if not _is_missing(city["ratio"]):
        key = "passing" if city["ratio"] >= LEAST_PASSING else "unpassed"
        said.append(_say("city", key, ratio=city["ratio"]))
    return " ".join(said)
