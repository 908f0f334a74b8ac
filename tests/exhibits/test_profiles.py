"""What the page of a country says."""

import re

import pytest

from scsreport.exhibits import profiles

BROKEN = re.compile(r"\bnan\b|\b1 (cities|places|systems)\b|points points|\.\.")


@pytest.fixture(scope="module")
def pages():
    return {page.title: page for page in profiles.countries().pages}


def entry(page, address):
    return next(found for found in page.entries if found.id == address)


def test_an_official_finds_whether_which_why_and_how_sure(pages):
    page = pages["Viet Nam"]
    said = dict(entry(page, "can-tho").terms)
    assert said["Secondary?"].startswith("Yes under D2")
    assert "Nearest rule not met: D1 (7,187 people too large)" in said["Secondary?"]
    assert "contested" in said["Form"]
    assert "Ho Chi Minh City" in said["Why"]
    assert entry(page, "can-tho").link.startswith("chapters/what-to-do.html#")


def test_the_largest_city_is_told_as_such(pages):
    page = pages["Viet Nam"]
    said = dict(entry(page, "ho-chi-minh-city").terms)
    assert said["Secondary?"].startswith("It is the largest city of")
    assert "Form" not in said


def test_a_doubtful_population_is_told_before_anything_that_hangs_on_it(pages):
    doubtful = [e for page in pages.values() for e in page.entries if "Doubt" in dict(e.terms)]
    assert len(doubtful) > 100
    assert all([term for term, _ in found.terms][1] == "Doubt" for found in doubtful)


def test_every_page_answers_every_question(pages):
    for page in pages.values():
        assert page.lead
        assert [section.id for section in page.sections] == [
            "how-many",
            "forms",
            "systems",
            "primacy",
            "ties",
            "gap",
            "infrastructure",
            "follows",
        ]
        assert all(paragraph for section in page.sections for paragraph in section.paragraphs)


def test_a_country_without_a_city_says_so_and_still_helps(pages):
    page = next(page for page in pages.values() if not page.entries)
    assert any("None" in p or "No " in p or "no " in p for s in page.sections for p in s.paragraphs)


def test_no_sentence_has_a_gap_or_a_broken_number(pages):
    texts = [
        text
        for page in pages.values()
        for text in [
            page.lead,
            *(p for s in page.sections for p in s.paragraphs),
            *(said for e in page.entries for _, said in e.terms),
        ]
    ]
    for text in texts:
        assert text.endswith((".", ")"))
        assert not BROKEN.search(text), text


def test_an_unknown_country_is_named():
    with pytest.raises(ValueError, match="found 'XX', expected an ISO alpha-2 code"):
        profiles.page("XX")


def test_a_page_offers_the_rows_of_its_country_and_no_empty_file(pages):
    kenya = pages["Kenya"].csv.splitlines()
    assert len(kenya) == len(pages["Kenya"].entries) + 1
    assert all(",KE,KEN,Kenya," in row for row in kenya[1:])
    assert {page.title for page in pages.values() if not page.csv} == {
        page.title for page in pages.values() if not page.entries
    }


def test_income_stands_beside_infrastructure(pages):
    said = {
        title: next(s for s in pages[title].sections if s.id == "infrastructure").paragraphs[-1]
        for title in ("Kenya", "Anguilla")
    }
    assert "lower middle income countries, as packaged in" in said["Kenya"]
    assert said["Anguilla"] == "The World Bank puts it in no income group."


def test_a_city_of_a_system_hears_for_which_plants_it_is_large_enough(pages):
    said = dict(entry(pages["Viet Nam"], "bien-hoa").terms)["Plants"]
    assert said.startswith("Cheapest for the 5 cities of the system that roads join")
    assert "one plant for water treatment and supply" in said
    assert "Plants" not in dict(entry(pages["Viet Nam"], "can-tho").terms)


def test_a_city_bears_the_names_by_which_others_know_it(pages):
    also = entry(pages["Viet Nam"], "ho-chi-minh-city").also
    assert "Sai Gon" in also and "Ho Chi Minh City" not in also


def test_a_city_says_where_it_lies_and_what_a_second_list_has(pages):
    can_tho = dict(entry(pages["Viet Nam"], "can-tho").terms)
    assert re.fullmatch(r"Nearest larger city: Ho Chi Minh City, \d+\skm\.", can_tho["Where"])
    assert "; a second list has " in can_tho["People"]
    addis_ababa = dict(entry(pages["Ethiopia"], "addis-ababa").terms)
    assert addis_ababa["Where"] == "Addis Ababa."
    peshawar = dict(entry(pages["Pakistan"], "peshawar").terms)
    assert peshawar["Where"].startswith("K.P. ")
    kozhikode = dict(entry(pages["India"], "kozhikode").terms)
    coimbatore = dict(entry(pages["India"], "coimbatore").terms)
    assert coimbatore["Where"].startswith("Tamil Nadu. ")
    assert kozhikode["Where"].endswith("Also Calicut, in a second list.")
    assert "Also" not in dict(entry(pages["Germany"], "frankfurt-am-main").terms)["Where"]


def test_what_would_print_as_zero_is_told_in_words(pages):
    told = " ".join(said for page in pages.values() for e in page.entries for _, said in e.terms)
    assert not re.search(r"\b0 people of other cities|(?<!\d)0\.00 trips", told)
    assert "weigh 0.0 times" not in told and "next corridor, 0\u00a0%" not in told


def test_a_part_is_told_with_its_city_and_not_without_a_road(pages):
    said = dict(entry(pages["Brazil"], "guarulhos").terms)
    assert said["Reach"].startswith("Told with São Paulo")


def test_a_capital_of_a_country_is_more_than_one_of_a_region(pages):
    assert "National capital" in dict(entry(pages["Germany"], "berlin").terms)["Functions"]
    assert "Regional capital" in dict(entry(pages["Viet Nam"], "can-tho").terms)["Functions"]


def test_a_doubtful_population_is_said_where_it_is_compared(pages):
    [primacy] = [part for part in pages["Kenya"].sections if part.id == "primacy"]
    assert "Kakamega may not be that of a city" in primacy.paragraphs[0]
    [other] = [part for part in pages["Viet Nam"].sections if part.id == "primacy"]
    assert "may not be" not in other.paragraphs[0]


def test_the_centre_of_a_system_hears_so_and_overlaps_are_said(pages):
    mombasa = dict(entry(pages["Kenya"], "mombasa").terms)
    assert mombasa["System"].startswith("Centre of ")
    told = [dict(e.terms).get("System", "") for e in pages["Viet Nam"].entries]
    assert any("Also in " in said for said in told)


def test_a_city_with_its_parts_is_no_system_of_cities(pages):
    berlin = dict(entry(pages["Germany"], "berlin").terms)
    assert "Berlin–Neukölln" not in berlin["System"]
    [systems] = [part for part in pages["Germany"].sections if part.id == "systems"]
    assert all(int(row[2].replace(",", "")) >= profiles.LEAST_CITIES for row in systems.table.rows)


def test_a_country_tells_the_ties_of_its_secondary_cities(pages):
    [ties] = [part for part in pages["Viet Nam"].sections if part.id == "ties"]
    assert re.search(r"listed in 2014: \w+ of \w+; with one abroad: \w+\.", ties.paragraphs[0])
    assert "left without Ho Chi Minh City" in ties.paragraphs[0]
    assert ties.paragraphs[1].startswith("The list of routes knows 19 of its 20 airports")
    [small] = [part for part in pages["Nauru"].sections if part.id == "ties"]
    assert small.paragraphs == ["It has no city of 100,000 people whose ties were counted."]


def test_a_city_tells_what_weighs_more_in_it_and_its_addresses(pages):
    can_tho = dict(entry(pages["Viet Nam"], "can-tho").terms)["Mix"]
    assert can_tho.startswith("Weigh more in its mix than in its country's: the port (")
    assert re.search(r"more than in \d+\s% of the other cities of its country \(2023\)", can_tho)
    yen_bai = dict(entry(pages["Viet Nam"], "yen-bai").terms)["Mix"]
    assert yen_bai.startswith("Of 5 functions counted here it has one: the seat of its region.")
    bengaluru = dict(entry(pages["India"], "bengaluru").terms)["Mix"]
    assert "a data centre" in bengaluru and "of the other cities" not in bengaluru


def test_a_way_that_cannot_be_is_said_beside_what_hangs_on_it(pages):
    thika = dict(entry(pages["Kenya"], "thika").terms)["Reach"]
    assert "leads to Juja" in thika and "probably missing" in thika
    assert "no way to Suleja" in dict(entry(pages["Nigeria"], "abuja").terms)["Reach"]
    assert "probably missing" not in dict(entry(pages["Viet Nam"], "can-tho").terms)["Reach"]


def test_a_name_bears_its_article_within_a_sentence(pages):
    page = pages["Philippines"]
    assert page.lead.startswith("The Philippines has ")
    assert page.entries_title == "Cities of the Philippines"
    assert pages["Kenya"].entries_title == "Cities of Kenya"
