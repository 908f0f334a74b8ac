"""Figures, tables and sentences of a brief on a reader's own tables."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scsreport.brief.contents import Piece
from scsreport.brief.ground import Ground
from scsreport.brief.measured import Measured
from scsreport.brief.settings import Settings
from scsreport.brief.ways import MOST_CITIES
from scsreport.exhibits import charts, maps, text
from scsreport.exhibits.pages import Entry, Section
from scsreport.exhibits.style import Theme
from scsreport.findings.forms import NAMES
from scsreport.findings.profiles import slugs

__all__ = ["Basis", "entries", "lead", "not_run", "pieces", "say", "sections"]

ROLES = {
    "other": "smaller or larger than the rule asks for",
    "suburb": "inside the largest city's built-up area",
    "secondary": "secondary",
    "largest": "largest city",
}
INDICES = {"gini": "Gini coefficient", "theil": "Theil index", "williamson": "Williamson"}
RESTS_ON = {
    "tab-own-rules": ("cities",),
    "fig-own-map": ("cities", "land"),
    "fig-own-sizes": ("cities",),
    "tab-own-forms": ("cities", "roads"),
    "tab-own-systems": ("cities", "roads"),
    "tab-own-cities": ("cities", "roads"),
    "fig-own-gap": ("regions",),
    "tab-own-gap": ("regions",),
}
"""Of which parts each figure and table is made."""

FEW_REGIONS = 13
"""With so many, the intervals of the bootstrap were seen to be too narrow."""

SHOWN_SYSTEMS = 20


@dataclass(frozen=True)
class Basis:
    """All that pieces and sections are made of.

    Parameters
    ----------
    ground, settings, measured
        Tables, settings and results.
    sources : mapping of tuple of str
        By part (``cities``, ``regions``, ``roads``, ``land``), sentences on its tables.
    files : mapping of str
        By part, the file of a reader that stands in for the book's tables.
    licence : str
        Of each piece.
    """

    ground: Ground
    settings: Settings
    measured: Measured
    sources: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]
    licence: str

    def own(self, parts: Sequence[str]) -> list[str]:
        """Return a caveat that tells what is not the book's; none where all is."""
        files = [f"{part} are those of {self.files[part]}" for part in parts if part in self.files]
        told = [f"{text.listing(files)}."] if files else []
        told += self.settings.told()
        return [f"Not as in the book: {' '.join(told)}"] if told else []

    @property
    def name(self) -> str:
        """The country within a sentence."""
        return self.ground.country.called

    @property
    def floor(self) -> float:
        """People of the smallest city."""
        return self.settings.thresholds.size_floor


@cache
def _words() -> Mapping[str, Any]:
    file = Path(__file__).with_name("words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def say(section: str, key: str, **facts: Any) -> str:
    """Return a sentence with its facts filled in.

    Parameters
    ----------
    section, key : str
        Where it stands in ``words.toml``.
    **facts
        What it needs.

    Returns
    -------
    str
    """
    return text.fill(_words()[section][key], facts, section)


def _begun(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _piece(
    of: Basis, id: str, data: pd.DataFrame, facts: Mapping[str, Any], draw: Any = None, *more: Any
) -> Piece:
    """Return a piece with its words, and what was replaced beside its caveats."""
    words = _words()[id]
    parts = RESTS_ON[id]
    title, caption, alt = (
        text.fill(words[part], facts, id) for part in ("title", "caption", "alt")
    )
    notes = [text.fill(note, facts, id) for note in words.get("notes", ())]
    columns = [*words.get("columns", ()), *more]
    return Piece(
        id,
        _begun(title),
        _begun(caption),
        alt,
        [*notes, *of.own(parts)],
        [line for part in parts for line in of.sources.get(part, ())],
        of.licence,
        data,
        columns,
        draw,
    )


def pieces(of: Basis) -> list[Piece]:
    """Return the figures and tables that the tables of a country admit.

    Parameters
    ----------
    of : Basis
        Tables and results.

    Returns
    -------
    list of Piece
    """
    return list(_every_piece(of))


def _every_piece(of: Basis) -> Iterator[Piece]:
    found = of.measured
    yield _rules(of)
    if len(found.cities):
        yield _map(of)
    if found.fit is not None:
        yield _sizes(of)
    if found.forms is not None and found.forms["cities"].sum():
        yield _forms(of)
    if found.systems is not None:
        yield _systems(of)
    if len(found.cities):
        yield _cities(of)
    if found.gap is not None and len(found.gap.by_year):
        yield _gap(of)


def _rules(of: Basis) -> Piece:
    counts = of.measured.counts
    labels = {name: text.spelled(rule.label) for name, rule in of.settings.every_rule.items()}
    data = counts.assign(label=pd.Series(labels)).reset_index()
    facts = {"name": of.name, "rules": len(counts), **text.extremes(counts["as listed"])}
    more = [[how, _begun(how), "count"] for how in counts.columns]
    return _piece(of, "tab-own-rules", data, facts, None, *more)


def _map(of: Basis) -> Piece:
    cities = of.measured.cities
    data = pd.DataFrame(cities[["name", "population", "role", "lat", "lon"]])
    facts = {
        "name": of.name,
        "n": int((cities["role"] == "secondary").sum()),
        "of": len(cities),
        "rule": of.settings.rule,
        "floor": of.floor,
        "largest": cities["name"].iloc[0],
    }
    draw = partial(_draw_map, outline=of.ground.outline, parts=of.ground.parts)
    return _piece(of, "fig-own-map", data, facts, draw)


def _draw_map(
    data: pd.DataFrame,
    theme: Theme,
    *,
    outline: pd.DataFrame | None,
    parts: pd.DataFrame | None,
) -> Figure:
    if outline is None or parts is None:
        figure, axes = maps.bare(data["lat"], data["lon"])
    else:
        figure, axes = maps.country(outline, parts, theme)
    looks = {
        "other": (7, theme.quiet, "."),
        "suburb": (14, theme.neutral[1], "x"),
        "secondary": (26, theme.neutral[0], "o"),
        "largest": (55, theme.largest, "D"),
    }
    for role, (size, colour, marker) in looks.items():
        part = data[data["role"] == role]
        if len(part):
            axes.scatter(
                part["lon"], part["lat"], s=size, color=colour, marker=marker, label=ROLES[role]
            )
    if outline is None:
        maps.scale_bar(axes, theme)
    figure.legend(loc="outside lower center", ncols=1)
    return figure


def _sizes(of: Basis) -> Piece:
    fit, ranked = of.measured.fit, of.measured.ranked
    data = ranked.assign(above=ranked["rank"] - 0.5, label="cities")
    facts = fit._asdict() | {"top": ranked["population"].max(), "floor": of.floor}
    draw = partial(
        charts.curves,
        x="population",
        y="above",
        by="label",
        log="xy",
        labels=("people", "rank - ½"),
    )
    return _piece(of, "fig-own-sizes", data, facts, draw)


def _form_facts(forms: pd.DataFrame) -> dict[str, Any]:
    counted: dict[str, Any] = {str(form): int(n) for form, n in forms["cities"].items()}
    return counted | {
        "contested": int(forms["contested"].sum()),
        "n": int(forms["cities"].sum()),
        "typed": int(forms["cities"].sum()),
    }


def _forms(of: Basis) -> Piece:
    forms = of.measured.forms
    assert forms is not None
    data = forms.reset_index()
    data["form_name"] = data["form"].map(NAMES)
    facts = _form_facts(forms) | {"floor": of.floor, "limit": of.settings.thresholds.contested}
    return _piece(of, "tab-own-forms", data, facts)


def _systems(of: Basis) -> Piece:
    table = of.measured.systems
    assert table is not None
    facts = {"n": len(table), "people": table["people"].max(), "first": table["name"].iloc[0]}
    return _piece(of, "tab-own-systems", table.head(SHOWN_SYSTEMS), facts)


def _cities(of: Basis) -> Piece:
    cities = of.measured.cities
    data = cities.assign(form_name=cities["form"].map(NAMES))
    columns = ["id", "name", "region", "population", "lat", "lon", "role", "rules"]
    columns += ["form", "form_name", "sure", "contested", "reach", "larger_name", "km_larger"]
    facts = {
        "n": len(cities),
        "largest": cities["name"].iloc[0],
        "smallest": cities["name"].iloc[-1],
        "floor": of.floor,
        "half_life": f"{of.settings.half_life:g}",
        "roads": _words()["roads"][of.ground.roads_of or "none"],
    }
    return _piece(of, "tab-own-cities", data[columns], facts)


def _gap_facts(of: Basis) -> dict[str, Any]:
    gap = of.measured.gap
    assert gap is not None
    first, last = gap.by_year.iloc[0], gap.by_year.iloc[-1]
    facts = {"first": first["year"], "last": last["year"], "before": first["gini"]}
    return facts | {"after": last["gini"], "n": int(first["n"])}


def _gap(of: Basis) -> Piece:
    gap = of.measured.gap
    assert gap is not None
    if len(gap.by_year) < 2:
        return _piece(of, "tab-own-gap", gap.by_year, _gap_facts(of))
    long = gap.by_year.melt(["year", "n"], list(INDICES), "measure", "value")
    data = long.assign(measure=long["measure"].map(INDICES))
    draw = partial(charts.curves, x="year", y="value", by="measure", labels=("", "gap"))
    return _piece(of, "fig-own-gap", data, _gap_facts(of), draw)


def lead(of: Basis) -> str:
    """Return the answer of the brief in a sentence.

    Parameters
    ----------
    of : Basis
        Tables and results.

    Returns
    -------
    str
    """
    listed = of.measured.counts["as listed"]
    facts = {"name": of.name, "rules": len(listed), "floor": of.floor, "rule": of.settings.rule}
    if of.measured.cities.empty and not listed.max():
        return _begun(say("lead", "empty", **facts))
    if not listed.max():
        return _begun(say("lead", "none", **facts))
    facts |= {"low": listed.min(), "high": listed.max(), "chosen": listed[of.settings.rule]}
    return _begun(say("lead", "some", **facts))


def sections(of: Basis) -> list[Section]:
    """Return questions and their answers.

    Parameters
    ----------
    of : Basis
        Tables and results.

    Returns
    -------
    list of Section
        Of regions alone where a reader gave some.
    """
    answers = {
        "how_many": _told_how_many(of),
        "forms": _told_forms(of),
        "systems": _told_systems(of),
        "primacy": _told_primacy(of),
        "reach": _told_reach(of),
    }
    if of.measured.gap is not None:
        answers["gap"] = [_told_gap(of)]
    return [
        Section(key.replace("_", "-"), _words()[key]["question"], told)
        for key, told in answers.items()
    ]


def _told_how_many(of: Basis) -> list[str]:
    listed, large = len(of.ground.places), len(of.measured.cities)
    told = [say("how_many", "said", listed=listed, large=large, floor=of.floor)]
    return told if of.ground.has_footprints else [*told, say("how_many", "alone")]


def _told_forms(of: Basis) -> list[str]:
    forms = of.measured.forms
    if forms is None or not forms["cities"].sum():
        return [say("forms", "none", floor=of.floor)]
    return [say("forms", "said", **_form_facts(forms))]


def _told_systems(of: Basis) -> list[str]:
    table = of.measured.systems
    if table is None:
        return [say("systems", "none")]
    first = table.iloc[0]
    facts = {"n": len(table), "first": first["name"], "form": first["form"], "cities": first["n"]}
    return [say("systems", "said", **facts)]


def _told_primacy(of: Basis) -> list[str]:
    names = of.measured.cities["name"]
    if len(names) < 2:
        return [say("primacy", "none")]
    facts = {"largest": names.iloc[0], "second": names.iloc[1], "times": of.measured.lead}
    return [say("primacy", "said", **facts)]


def _told_reach(of: Basis) -> list[str]:
    cities = of.measured.cities
    reach = cities["reach"].dropna().astype(float)
    if reach.empty:
        return [say("reach", "none")]
    facts = {
        "of": len(cities),
        "n": len(reach),
        "most": cities["name"].to_dict()[reach.idxmax()],
        "high": reach.max(),
        "half_life": f"{of.settings.half_life:g}",
    }
    return [say("reach", "said", **facts)]


def _told_gap(of: Basis) -> str:
    gap = of.measured.gap
    assert gap is not None
    if gap.by_year.empty:
        return say("gap", "none")
    facts = _gap_facts(of)
    if gap.change is None:
        return say("gap", "once", **facts)
    low, high = gap.change.low, gap.change.high
    verdict = "rose" if low > 0 else "fell" if high < 0 else "not shown to move"
    facts |= {"change": gap.change.estimate, "least": low, "most": high, "verdict": verdict}
    said = say("gap", "said", **(facts | {"n": gap.n}))
    return f"{said} {say('gap', 'few')}" if gap.n <= FEW_REGIONS else said


def not_run(of: Basis, *, is_known: bool) -> list[str]:
    """Return what could not be said of the country, and why.

    Parameters
    ----------
    of : Basis
        Tables and results.
    is_known : bool
        Whether it is a country of the book.

    Returns
    -------
    list of str
    """
    found = of.measured
    lacks = {
        "footprints": not of.ground.has_footprints,
        "forms": found.forms is None,
        "sizes": found.fit is None,
        "reach": found.cities.empty or bool(found.cities["reach"].isna().all()),
        "gap": found.gap is None and not is_known,
        "infrastructure": not is_known,
        "ties": True,
        "functions": True,
        "growth": True,
    }
    return [say("not_run", key, floor=of.floor) for key, absent in lacks.items() if absent]


def entries(of: Basis) -> list[Entry]:
    """Return what is told of each city.

    Parameters
    ----------
    of : Basis
        Tables and results.

    Returns
    -------
    list of Entry
    """
    cities = of.measured.cities
    if cities.empty:
        return []
    anchors: Sequence[str] = slugs(cities["name"]).to_list()
    rows = cities.to_dict("records")
    ranked = enumerate(zip(rows, anchors, strict=True), 1)
    return [_entry(of, city, anchor, rank) for rank, (city, anchor) in ranked]


def _entry(of: Basis, city: Mapping[Any, Any], anchor: str, rank: int) -> Entry:
    terms = [("People", text.count(city["population"]))]
    where = [] if pd.isna(city["region"]) else [f"{city['region']}."]
    if not pd.isna(city["larger_name"]):
        facts = {"larger": city["larger_name"], "km": city["km_larger"]}
        where.append(say("city", "next_larger", **facts))
    terms += [("Where", " ".join(where))] if where else []
    terms.append(("Secondary?", _told_rules(of, city)))
    if not pd.isna(city["form"]):
        terms.append(("Form", _told_form(city)))
    is_sought = "cities" not in of.files or rank <= MOST_CITIES
    terms.append(("Reach", _told_reach_of(city, is_sought=is_sought)))
    return Entry(anchor, str(city["name"]), terms, size=int(city["population"]))


def _told_rules(of: Basis, city: Mapping[Any, Any]) -> str:
    if city["role"] == "largest":
        return say("city", "largest")
    if not city["rules"]:
        return say("city", "no", of=len(of.settings.every_rule))
    return say("city", "yes", rules=text.listing(city["rules"].split()))


def _told_reach_of(city: Mapping[Any, Any], *, is_sought: bool) -> str:
    """Tell whom a city reaches, or why that is not known."""
    if not pd.isna(city["reach"]):
        return _begun(say("city", "reach", people=city["reach"]))
    return say("city", "no_reach") if is_sought else say("city", "not_sought", most=MOST_CITIES)


def _told_form(city: Mapping[Any, Any]) -> str:
    facts = {"form": NAMES[city["form"]], "next_form": NAMES[city["next_form"]]}
    key = "contested" if city["contested"] else "form"
    return _begun(say("city", key, sure=city["sure"], **facts))
