"""Population of regions by year, from a plain CSV file, tested for what it says it is.

Each fault names country, year and line, and offers what is meant where that can be known.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scsreport.tables.added import codes, sums
from scsreport.tables.added.lines import Lines, lines_of
from scsreport.tables.added.messages import SHOWN, AddedError, raise_first
from scsreport.tables.schema import Field, faults

__all__ = ["SOURCE", "table_of"]

KEYS = ["iso3", "region_code", "year"]
COUNTRY_YEAR = ["iso3", "year"]
OTHER_CODE = "gdlcode"
SOURCE = "Global Data Lab"
"""Who counted, in a file with that producer's heading for codes and no column of sources."""

WHOLE = re.compile(r"\d{1,18}(\.0+)?")
CHUNK = 20_000
"""Rows compared with the rules at a time, so that a file full of faults ends soon."""

TOTALS = {
    *("total", "totals", "grandtotal", "subtotal", "countrytotal", "nationaltotal", "national"),
    *("country", "wholecountry", "allregions", "alltheregions", "sum", "together", "nation"),
    *("totalpopulation", "totalcountry", "ensemble", "insgesamt", "gesamt", "totalnacional"),
}
NEAR = 0.02
"""By how much a total may differ from the sum of its parts."""

DOUBLED = (1.4, 2.9)
"""Parts and their total together, over the people of the country."""

ROUND = 1_000
"""Multiples of this may add up by chance, since they are rounded."""

STEP = np.log(6)
"""The most by which people of a region change in a year: one of India did by 4.8."""

YEARLY = 0.15
"""What is added to that for each further year."""

SPIKE, SPIKE_OF_SUM = 0.4, 0.08
"""The most by which one year may lie above or below both its neighbours, in logarithms."""

MANY = 30
"""A factor from which on it is a matter of units or digits."""

LONE = 100
"""A region with fewer people than this part of the middle one may be in thousands."""


def table_of(content: bytes, fields: Sequence[Field]) -> pd.DataFrame:
    """Return the rows of a file of regional population that stands every test.

    Parameters
    ----------
    content : bytes
        The file.
    fields : sequence of Field
        The columns and their rules.

    Returns
    -------
    DataFrame
        ``iso3``, ``region_code``, ``region``, ``year``, ``population`` and ``source``.

    Raises
    ------
    AddedError
        If a test fails: the message says where, what was found and what was expected.
    """
    names = [field.name for field in fields]
    table = _with_names(lines_of(content, names, [OTHER_CODE]), names)
    raise_first(_wrong_countries(table))
    raise_first([*_wrong_numbers(table), *_named_totals(table, blank_only=True)])
    raise_first(_broken_rules(table, fields))
    whole = {"year": "float64", "population": "float64"}
    table = table.astype(whole).astype(dict.fromkeys(whole, "int64"))
    raise_first(_wrong_keys(table))
    raise_first(_named_totals(table))
    raise_first([*_totals_by_sum(table), *_levels_by_code(table)])
    raise_first(_wrong_sums(table))
    raise_first([*_cut_at_end(table), *_gaps_in_years(table), *_years_at_ends(table)])
    raise_first(_wrong_steps(table))
    raise_first(_wrong_years(table))
    return table[names].reset_index(drop=True)


def _with_names(lines: Lines, names: list[str]) -> pd.DataFrame:
    """Return the rows as text, each under the number of its line."""
    table = pd.DataFrame(lines.rows, columns=lines.headings, index=lines.numbers, dtype=str)
    if OTHER_CODE in table and "region_code" in table:
        differing = table.index[table[OTHER_CODE] != table["region_code"]]
        alike = "which say the same" if differing.empty else f"which differ in line {differing[0]}"
        raise AddedError(
            f"line 1: found two columns of codes, region_code and {OTHER_CODE}, {alike}; "
            "expected one: remove the other"
        )
    if OTHER_CODE in table:
        table = table.rename(columns={OTHER_CODE: "region_code"})
        table["source"] = table.get("source", SOURCE)
    if set(table) != set(names):
        raise AddedError(f"found columns {', '.join(lines.headings)}, expected {', '.join(names)}")
    return table


def _wrong_countries(table: pd.DataFrame) -> list[str]:
    """Name the codes that are no country's, and the rows whose region belongs to another one."""
    messages = []
    codes_found = table.drop_duplicates("iso3").set_index("iso3")["region_code"]
    for found, region_code in codes_found.items():
        if found in codes.known_countries() or not found:
            continue
        rows = table.index[table["iso3"] == found]
        meant = codes.country_meant(str(found), region_code)
        what = f"{meant} ({codes.country_names()[meant]})" if meant else "like NAM for Namibia"
        messages.append(
            f"line {rows[0]}, column iso3: found {str(found)[:60]!r}{_and_more(len(rows))}, "
            f"expected the ISO 3166-1 alpha-3 code of a country, {what}"
        )
    if messages:
        return messages
    begin = table["region_code"].str.extract(r"^([A-Z]{3})(?:r\d+|[._-].+)$")[0]
    foreign = begin.isin(codes.known_countries()) & (begin != table["iso3"])
    return [
        f"line {line}, column iso3: found {row['iso3']} beside the region {row['region_code']}, "
        f"expected {row['region_code'][:3]}"
        for line, row in table[foreign].head(SHOWN + 1).iterrows()
    ]


def _and_more(rows: int) -> str:
    return f" in {rows:,} lines" if rows > 1 else ""


def _wrong_numbers(table: pd.DataFrame) -> list[str]:
    """Say what stands where a whole number should, and which number is meant."""
    messages = []
    for name in ("year", "population"):
        column = table[name]
        odd = column[~column.str.fullmatch(WHOLE) & (column != "")]
        for line, found in odd.head(SHOWN + 1).items():
            messages.append(_wrong_number(f"line {line}, column {name}", str(found)))
    return messages


def _wrong_number(place: str, found: str) -> str:
    end = ""
    digits = re.sub(r"[\s'’.,]", "", found)
    if re.fullmatch(r"\d{1,3}([\s'’.,]\d{3})+", found) and digits.isascii():
        end = f": {digits}, without signs between thousands"
    elif re.fullmatch(r"\d+,0+", found):
        end = f": {found.split(',')[0]}"
    elif re.fullmatch(r"\d{4}-\d\d(-\d\d)?|\d\d?/\d\d?/\d{4}", found):
        end = ", not a date"
    elif re.fullmatch(r"\d+\.\d+", found):
        end = "; people are counted whole"
    return f"{place}: found {found[:60]!r}, expected a whole number{end}"


def _broken_rules(table: pd.DataFrame, fields: Sequence[Field]) -> list[str]:
    """Compare all rows with the rules of the columns, a few thousand at a time."""
    for start in range(0, max(len(table), 1), CHUNK):
        part = table.iloc[start : start + CHUNK].replace("", None)
        problems = faults(part, fields, 1, "")
        if problems:
            return [
                f"{'' if problem.row is None else f'line {part.index[problem.row - 1]}, '}"
                f"{f'column {problem.column}: ' if problem.column else ''}"
                f"found {problem.found}, expected {problem.expected}"
                for problem in problems
            ]
    return []


def _wrong_keys(table: pd.DataFrame) -> list[str]:
    """Name rows that say one thing twice, and codes that are written in two ways."""
    messages = [
        f"line {line}: found {row['region_code']} twice in {row['year']}, expected one row a year"
        for line, row in table[table.duplicated(KEYS)].head(SHOWN + 1).iterrows()
    ]
    if messages:
        return messages
    regions = table.drop_duplicates(["iso3", "region_code", "region"]).copy()
    regions["line"] = regions.index
    for code, rows in regions.groupby("region_code"):
        first, *others = rows.to_dict("records")
        for other in others[:1]:
            what = "region" if other["iso3"] == first["iso3"] else "iso3"
            messages.append(
                f"line {other['line']}: found {code} as {other[what]!r}, expected "
                f"{first[what]!r} as in line {first['line']}"
            )
    return messages or [*_codes_in_two_ways(regions), *_names_under_two_codes(table, regions)]


def _codes_in_two_ways(regions: pd.DataFrame) -> Iterator[str]:
    plain_codes = regions["region_code"].map(codes.plain)
    for _, rows in regions.groupby([regions["iso3"], plain_codes]):
        if len(rows) > 1:
            first, second = rows.iloc[0], rows.iloc[1]
            yield (
                f"line {second['line']}: found the code {second['region_code']!r}, expected "
                f"{first['region_code']!r} as in line {first['line']}"
            )


def _names_under_two_codes(table: pd.DataFrame, regions: pd.DataFrame) -> Iterator[str]:
    """Name regions whose code changes from one year to another: a join would cut them in two."""
    for (iso3, name), rows in regions.groupby(["iso3", "region"]):
        if len(rows) == 1:
            continue
        of_name = table[(table["iso3"] == iso3) & (table["region"] == name)]
        if of_name["year"].is_unique:
            usual = of_name["region_code"].mode()[0]
            line = of_name.index[of_name["region_code"] != usual][0]
            yield (
                f"line {line}: found {iso3} {name!r} in {of_name['year'][line]} as "
                f"{of_name['region_code'][line]!r}, expected {usual!r} as in other years"
            )


def _named_totals(table: pd.DataFrame, *, blank_only: bool = False) -> list[str]:
    """Name rows that say themselves that they are the sum of others."""
    plain_names = table["region"].map(codes.plain)
    own_codes = {"", *map(str.casefold, ("total", "all", "tot", "nat"))}
    whole = table["region_code"].map(codes.plain)
    iso = table["iso3"].str.casefold()
    by_code = whole.eq(iso) | whole.eq(iso + "t") | whole.eq(iso + "total") | whole.isin(own_codes)
    by_name = plain_names.isin(TOTALS) | plain_names.str.startswith(("total", "grandtotal"))
    chosen = by_name & (whole.eq("") if blank_only else True)
    if not blank_only:
        chosen |= by_code & ~whole.eq("")
    chosen &= table.groupby(COUNTRY_YEAR)["iso3"].transform("size") > 1
    return _named_as_totals(table, table.index[chosen], "is by its name the total of its country")


def _named_as_totals(table: pd.DataFrame, lines: "pd.Index[int]", what: str) -> list[str]:
    messages = []
    rows = table.loc[lines]
    for (iso3, code), of_region in rows.groupby(["iso3", "region_code"], sort=False):
        line, row = of_region.index[0], of_region.iloc[0]
        messages.append(
            f"line {line}, {iso3} {row['year']}: {row['region']!r} ({code or 'without a code'}) "
            f"{what}, so that people are counted twice; remove its rows ({len(of_region):,})"
        )
    return messages


def _by_country_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return by country and year the number of rows, the sum, and the largest of them."""
    grouped = table.groupby(COUNTRY_YEAR)["population"]
    found: Any = grouped.agg(n="size", total="sum", largest="max", line="idxmax")
    known = [sums.people_of(str(iso3), int(year)) for iso3, year in found.index]
    found["people"] = [people for people, _ in known]
    found["slack"] = [np.exp(sums.SLACK * years) for _, years in known]
    found["ratio"] = found["total"] / found["people"]
    return pd.DataFrame(found)


def _totals_by_sum(table: pd.DataFrame) -> list[str]:
    """Name rows that have as many people as all others of their country and year together."""
    found = _by_country_year(table)
    rest = found["total"] - found["largest"]
    several = found["n"] > 1
    near = (found["largest"] / rest.where(several) - 1).abs() <= NEAR
    doubled = found["ratio"].between(*DOUBLED)
    # To the last digit, with digits that nobody rounded: no chance does that.
    exact = (found["n"] > 2) & (found["largest"] == rest) & (found["largest"] % ROUND != 0)
    lines = found.loc[several & ((near & doubled) | exact), "line"]
    what = "has as many people as all other rows of that year together: it is a total"
    return _named_as_totals(table, pd.Index(lines), what)


def _levels_by_code(table: pd.DataFrame) -> list[str]:
    """Name regions whose parts are rows as well, as codes such as DE1 and DE11 tell."""
    messages: dict[tuple[str, str], str] = {}
    for (iso3, year), rows in table.groupby(COUNTRY_YEAR):
        rows = rows.sort_values("region_code")
        for line, code, parts in _families(rows):
            people = rows["population"][line]
            if abs(parts["population"].sum() / people - 1) <= NEAR and len(parts) > 1:
                messages.setdefault(
                    (str(iso3), code),
                    f"line {line}, {iso3} {year}: {code} is the sum of {len(parts)} other rows, "
                    f"{', '.join(parts['region_code'].head(3))}: two levels of regions, so that "
                    "people are counted twice; keep one level",
                )
    return list(messages.values())


def _families(rows: pd.DataFrame) -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Yield each region with those right below it in order whose codes begin with its own."""
    ordered = rows["region_code"].to_list()
    for place, code in enumerate(ordered):
        end = place + 1
        while end < len(ordered) and ordered[end].startswith(code):
            end += 1
        if end > place + 2:
            yield rows.index[place], code, rows.iloc[place + 1 : end]


def _wrong_sums(table: pd.DataFrame) -> list[str]:
    """Compare the sum of each country and year with the people the country has."""
    found = _by_country_year(table)
    unknown = found.index[found["people"].isna()]
    messages = [
        f"line {table.index[table['iso3'] == iso3][0]}: found people in {iso3} "
        f"({codes.country_names()[iso3]}), which has none in any table, expected another country"
        for iso3 in unknown.unique("iso3")
    ]
    low, high = sums.FEWEST / found["slack"], sums.MOST * found["slack"]
    wrong = found[(found["ratio"] < low) | (found["ratio"] > high)]
    for iso3, years in wrong.groupby("iso3"):
        messages.append(_wrong_sum(table, str(iso3), years.droplevel("iso3")))
    return messages


def _wrong_sum(table: pd.DataFrame, iso3: str, years: pd.DataFrame) -> str:
    """Say of the first wrong year what is found and what it may be."""
    year, row = years.index[0], years.iloc[0]
    rows = table[(table["iso3"] == iso3) & (table["year"] == year)]
    others = len(years) - 1
    also = f", as in {others} other years of it" if others > 1 else ""
    also = also or (f", as in {years.index[1]}" if others else "")
    lines = f"lines {rows.index.min()} to {rows.index.max()}"
    place = f"{iso3} {year} ({lines if len(rows) > 1 else lines.split(' to ')[0][:-1]})"
    return (
        f"{place}: found {row['total']:,.0f} people in {iso3} in {len(rows)} rows{also}, expected "
        f"about {row['people']:,.0f}, in persons; {_why(rows, row, table, iso3)}"
    )


def _why(rows: Any, row: "pd.Series[float]", table: pd.DataFrame, iso3: str) -> str:
    if unit := sums.unit_meant(row["total"], row["people"], row["slack"]):
        return f"the figures are {unit}"
    if row["ratio"] > 1:
        top = rows.loc[rows["population"].idxmax()]
        return (
            f"are totals, or two levels of regions, among the rows? The largest is "
            f"{top['region']!r} ({top['region_code']}) in line {rows['population'].idxmax()}"
        )
    lone = rows[rows["population"] < rows["population"].median() / LONE]
    if not lone.empty:
        return (
            f"{lone['region'].iloc[0]!r} in line {lone.index[0]} has {lone['population'].iloc[0]:,}"
            ": is it in thousands, where people are expected?"
        )
    of_country = table[table["iso3"] == iso3]
    here = set(rows["region_code"])
    names = dict(zip(of_country["region_code"], of_country["region"], strict=True))
    known = codes.known_regions().get(iso3, {})
    names |= known if here & set(known) else {}
    missing = sorted(set(names) - here)
    if missing:
        listed = ", ".join(f"{code} ({names[code]})" for code in missing[:SHOWN])
        return f"regions are missing, such as {listed}"
    return "are regions missing?"


def _presence(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield by country its people, regions by years; not a number where a region has no row."""
    for iso3, rows in table.groupby("iso3"):
        yield (
            str(iso3),
            rows.pivot(index="region_code", columns="year", values="population").sort_index(axis=1),
        )


def _gaps_in_years(table: pd.DataFrame) -> list[str]:
    """Name regions that lack a year which lies between years they have."""
    messages = []
    for iso3, people in _presence(table):
        there = people.notna()
        inside = there.cummax(axis=1) & there.iloc[:, ::-1].cummax(axis=1).iloc[:, ::-1]
        for code, missing in (inside & ~there).iterrows():
            for year in missing.index[missing]:
                messages.append(_no_row(table, iso3, str(code), int(year)))
    return messages


def _no_row(table: Any, iso3: str, code: str, year: int) -> str:
    region = table.loc[table["region_code"] == code, "region"].iloc[0]
    of_year = table[(table["iso3"] == iso3) & (table["year"] == year)]
    counts = table.loc[table["iso3"] == iso3, "region_code"].value_counts()
    rare = [c for c in of_year["region_code"] if counts[c] < counts[code]]
    near = difflib.get_close_matches(code, rare, 1, 0.6)
    end = ""
    if near:
        line = of_year.index[of_year["region_code"] == near[0]][0]
        end = f"; line {line} has {near[0]!r}: is {code!r} meant?"
    return (
        f"{iso3} {year}: found no row for {code} ({region}), expected one, as in other years{end}"
    )


def _cut_at_end(table: pd.DataFrame) -> list[str]:
    """Say whether the last region of the file ends before the others of its country."""
    last: Any = table.iloc[-1]
    of_country = table[table["iso3"] == last["iso3"]]
    region = of_country[of_country["region_code"] == last["region_code"]]
    latest = of_country["year"].max()
    if region["year"].max() == latest or not region["year"].is_monotonic_increasing:
        return []
    return [
        f"line {table.index[-1]}: found {last['region_code']} ({last['region']}) up to "
        f"{region['year'].max()} as the last row, expected {latest}, as for other regions of "
        f"{last['iso3']}; the file may have been cut short, fetch it anew"
    ]


def _years_at_ends(table: pd.DataFrame) -> list[str]:
    """Name regions that lack first or last years, where their people are missing from the sum.

    A region that was founded or given up leaves the sum as it is.
    """
    messages = []
    ratios = _by_country_year(table)["ratio"]
    for iso3, people in _presence(table):
        if people.shape[1] == 1 or people.notna().to_numpy().all():
            continue
        ratio = np.log(ratios[iso3])
        complete = people.notna().all()
        if not complete.any():
            continue
        for year in people.columns[~complete]:
            nearest = _nearest(people.columns[complete], year)
            missing, share = _missing(people, year, nearest)
            drop = ratio[nearest] - ratio[year]
            if abs(drop + np.log1p(-share)) < abs(drop):
                messages += [_no_row(table, iso3, str(code), int(year)) for code in missing]
    return messages


def _missing(people: pd.DataFrame, year: Any, nearest: Any) -> tuple[Any, float]:
    """Return the regions without a row in a year, and the share they have in the nearest one.

    Small ones that lack several years are left out: whether they were founded or given up, as
    East Timor left Indonesia, no sum of a country is exact enough to tell.
    """
    shares = people[nearest] / people[nearest].sum()
    missing = people.index[people[year].isna()]
    if shares[missing].sum() < NEAR:
        missing = missing[people.loc[missing].isna().sum(axis=1) == 1]
    return missing, float(shares[missing].sum())


def _nearest(years: Any, year: Any) -> Any:
    return min(years, key=lambda other: abs(other - year))


def _wrong_steps(table: pd.DataFrame) -> list[str]:
    """Name the rows that no growth leads to: a lost digit, another unit."""
    rows: Any = table.sort_values(KEYS)
    size = np.log(rows["population"])
    keys = [rows["iso3"], rows["region_code"]]
    before = size - size.groupby(keys).shift(1)
    after = size - size.groupby(keys).shift(-1)
    years = rows["year"].groupby(keys).diff()
    jumps = before.abs() > STEP + YEARLY * (years - 1)
    spikes = (before * after > 0) & (np.minimum(before.abs(), after.abs()) > SPIKE)
    middle = size.groupby(keys).transform("median")
    messages = []
    for line in rows.index[spikes | jumps]:
        place = rows.index.get_loc(line)
        back = place - 1 if not np.isnan(before[line]) else place + 1
        other = rows.index[back]
        if jumps[line] and not spikes[line]:
            line, other = sorted((line, other), key=lambda one: -abs(size[one] - middle[one]))
        messages.append(_wrong_step(rows.loc[line], line, rows.loc[other]))
    return list(dict.fromkeys(messages))


def _wrong_step(row: Any, line: int, other: Any) -> str:
    factor = other["population"] / row["population"]
    what = "is a digit wrong?"
    if factor > MANY or factor < 1 / MANY:
        unit = sums.unit_meant(row["population"], other["population"])
        what = f"it is {unit}" if unit else "is it in another unit, or cut?"
    return (
        f"line {line}, {row['iso3']} {row['year']}: found {row['population']:,} people in "
        f"{row['region_code']} ({row['region']}), expected about as many as the "
        f"{other['population']:,} of {other['year']}; {what}"
    )


def _wrong_years(table: pd.DataFrame) -> list[str]:
    """Name years whose sum leaves the way of the years around it."""
    messages = []
    by_country: Any = _by_country_year(table).groupby("iso3")
    for iso3, years in by_country:
        ratio = np.log(years["ratio"].droplevel("iso3"))
        before, after = ratio - ratio.shift(1), ratio - ratio.shift(-1)
        odd = (before * after > 0) & (np.minimum(before.abs(), after.abs()) > SPIKE_OF_SUM)
        for year in ratio.index[odd]:
            row = years.loc[(iso3, year)]
            place = ratio.index.get_loc(year)
            near = ratio.index[place - 1]
            expected = row["people"] * float(np.exp(ratio[near]))
            messages.append(
                f"{iso3} {year}: found {row['total']:,.0f} people in {row['n']:.0f} rows, expected "
                f"about {expected:,.0f}, as {near} and the growth of the country tell"
            )
    return messages
