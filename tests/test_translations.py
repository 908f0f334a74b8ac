"""Catalogues fit their messages; what has no translation is told in English, and counted."""

import json
import tomllib
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog

from scsreport.book import catalogues, languages, prose, tongues
from scsreport.book.execution import BookError
from scsreport.book.tongues import LANGUAGES, WORD, Tongue
from scsreport.exhibits import contract
from scsreport.tables import paths

PLACES = "{n:many:city|cities} of {share:tenths} in {name}"
ROLES = "See [it](chapters/gaps.md) and {glue:text}`a_b` {cite:p}`x2000`."


def with_entries(language, *entries):
    """Return a catalogue with messages, their translations and contexts."""
    known = Catalog(locale=LANGUAGES[language])
    known.mime_headers = [("Plural-Forms", tongues.catalogue(language).plural_forms)]
    for message, translated, *more in entries:
        context = more[0] if more else None
        known.add(message, translated, context=context)
    return known


def speaking(monkeypatch, language, *entries):
    known = with_entries(language, *entries)
    monkeypatch.setattr(tongues, "catalogue", lambda _: known)
    return Tongue(language)


# --- the catalogues of the book ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_places_roles_links_and_plurals_of_their_messages(language):
    known = tongues.catalogue(language)
    assert len(known) > 400
    assert tongues.faults(known) == []


def known_messages():
    """Every sentence of chapters and of words that a page may ask for."""
    found = {
        line.text
        for page in languages.CHAPTERS
        for line in prose.lines((paths.ROOT / f"{page}.md").read_text("utf-8"))
    }
    for file in ("words.toml", "profiles.toml"):
        found |= set(texts(tomllib.loads((paths.PACKAGE / "exhibits" / file).read_text("utf-8"))))
    return found


def frame():
    """The code and the templates that name messages of the frame."""
    book = paths.PACKAGE / "book"
    files = [*book.glob("*.py"), *(book / "templates").glob("*.jinja")]
    return "\n".join(file.read_text("utf-8") for file in files)


def texts(held):
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for each in held.values():
            yield from texts(each)
    elif isinstance(held, list):
        for each in held:
            yield from texts(each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_has_a_sentence_that_nothing_says(language):
    known, code = known_messages(), frame()
    ids = [each.id for each in tongues.catalogue(language) if each.id and not each.context]
    others = [id for id in ids if id not in known]
    assert [id for id in others if f'"{id}"' not in code and f"'{id}'" not in code] == []


def test_every_catalogue_has_the_same_messages():
    ids = {
        language: {(entry.context, entry.id) for entry in tongues.catalogue(language) if entry.id}
        for language in LANGUAGES
    }
    assert ids["es"] == ids["fr"] == ids["zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_are_translated_line_by_line(language):
    known = tongues.catalogue(language)
    for page in languages.CHAPTERS:
        for line in prose.lines((paths.ROOT / f"{page}.md").read_text("utf-8")):
            assert known.get(line.text) is not None, f"{page}: run make translations: {line.text}"


@pytest.mark.parametrize(
    ("message", "translated", "told"),
    [
        (PLACES, "{n:many:ciudad|ciudades} de {share:tenths}", "found places"),
        (PLACES, "{n:many:ciudad|ciudades} de {share:share} en {name}", "found places"),
        (PLACES, "{n:many:ciudad|ciudades} de {share:tenths} en {nombre}", "found places"),
        (PLACES, "{n:many:ciudades} de {share:tenths} en {name}", "2 forms"),
        (PLACES, "{n:many:ciudad|ciudades de {share:tenths} en {name}", "cannot be read"),
        (PLACES, "{m:verb:es|son} {n:many:a|b} {share:tenths} {name}", "found places"),
        (ROLES, "Vea [eso](chapters/gaps.md) y {glue:text}`a_c` {cite:p}`x2000`.", "found roles"),
        (ROLES, "Vea [eso](chapters/gap.md) y {glue:text}`a_b` {cite:p}`x2000`.", "found links"),
        (ROLES, "Vea [eso](chapters/gaps.md) y {glue:text}`a_b`.", "found roles"),
        ("holds in {1} of {2} parts", "vale en {1} partes", "found places"),
    ],
)
def test_a_translation_that_does_not_fit_is_told(message, translated, told):
    (fault,) = tongues.faults(with_entries("es", (message, translated)))
    assert message[:10] in fault
    assert told in fault


def test_a_translation_may_change_order_words_and_how_often_a_fact_stands():
    fitting = "{name}: {share:tenths}, {n:many:ciudad|ciudades}, {n:verb:una|varias}, {name}"
    linked = "{cite:p}`x2000` y {glue:text}`a_b`: [aquí](chapters/gaps.md)."
    assert tongues.faults(with_entries("es", (PLACES, fitting), (ROLES, linked))) == []


# --- saying it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "count", "share", "people", "listed"),
    [
        ("es", "6\u00a0204", "12,5\u00a0%", "20 millones", "a, b y c"),
        ("fr", "6\u202f204", "12,5\u00a0%", "20 millions", "a, b et c"),
        ("zh", "6,204", "12.5%", "2000万", "a、b和c"),
    ],
)
def test_numbers_and_lists_are_those_of_the_language(language, count, share, people, listed):
    tongue = Tongue(language)
    assert tongue.decimal(6204) == count
    assert tongue.percent(0.125, 1) == share
    assert tongue.people(20_340_000).replace("\u00a0", " ") == people
    assert tongue.listed("abc") == listed


@pytest.mark.parametrize(
    ("language", "one", "more", "billion"),
    [
        ("es", "1 millón", "1,1 millones", "1 mil millones"),
        ("fr", "1 million", "1,1 million", "1 milliard"),
        ("zh", "100万", "110万", "10亿"),
    ],
)
def test_a_million_is_one(language, one, more, billion):
    tongue = Tongue(language)
    said = [tongue.people(people) for people in (1_030_000, 1_100_000, 10**9)]
    assert [each.replace("\u00a0", " ") for each in said] == [one, more, billion]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Chile", "Israel"], "Chile e Israel"),
        (["Perú", "Chile", "Hidalgo"], "Perú, Chile e Hidalgo"),
        (["Chile", "<b>Iquique</b>"], "Chile e <b>Iquique</b>"),
        (["Chile", "Hiedra"], "Chile y Hiedra"),
        (["Israel", "Chile"], "Israel y Chile"),
        (["Israel"], "Israel"),
    ],
)
def test_spanish_says_e_for_and_before_the_sound_of_i(names, said):
    assert Tongue("es").listed(names) == said


def test_numbers_round_as_the_english_pages_do():
    tongue = Tongue("es")
    assert tongue.percent(0.0405, 1).startswith(f"{100 * 0.0405:.1f}".replace(".", ","))
    assert tongue.decimal(-0.001, 1) == "0,0"
    assert tongue.decimal(None) == tongue.percent(float("nan")) == "–"


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("es", "ciudad|ciudades", ["0 ciudades", "1 ciudad", "2 ciudades"]),
        ("fr", "ville|villes", ["0 ville", "1 ville", "2 villes"]),
        ("zh", "个城市", ["0个城市", "1个城市", "2个城市"]),
    ],
)
def test_plurals_are_those_of_the_language(language, words, said):
    assert [Tongue(language).many(n, words) for n in range(3)] == said


def test_a_message_is_said_with_its_facts(monkeypatch):
    translated = "En {name}: {n:many:ciudad|ciudades}, {share:tenths}"
    tongue = speaking(monkeypatch, "es", (PLACES, translated))
    facts = {"n": 1, "share": 0.5, "name": "A & B"}
    assert tongue.said([[PLACES, facts]]) == "En A &amp; B: 1 ciudad, 50,0\u00a0%"
    assert tongue.said([[PLACES, facts]], {"name": "Perú"}).startswith("En Perú: ")


def test_what_has_no_translation_is_english_and_counted(monkeypatch):
    tongue = speaking(monkeypatch, "es")
    said = tongue.said([["{n:count} cities", {"n": 1200}]])
    assert said == '<span lang="en">1,200 cities</span>'
    assert tongue.asked == {(None, "{n:count} cities"): False}
    assert tongue.text("Skip") == '<span lang="en">Skip</span>'


def test_a_translation_of_an_earlier_wording_is_not_shown(monkeypatch):
    known = with_entries("es", ("Skip", "Saltar"))
    known["Skip"].flags.add("fuzzy")
    monkeypatch.setattr(tongues, "catalogue", lambda _: known)
    assert Tongue("es").text("Skip") == '<span lang="en">Skip</span>'


def test_words_of_facts_are_translated_with_their_numbers(monkeypatch):
    entries = [
        ("holds in {1} of {2} parts", "vale en {1} de {2} partes", WORD),
        ("about {1} less", "un {1} menos", WORD),
        ("{1} parts", "{1} partes", WORD),
        ("{1} contradicted", "{1} en contra", WORD),
        ("illustrated", "con ejemplo", WORD),
        ("Hub", "Centro", WORD),
        ("sub-national", "subnacional", WORD),
    ]
    tongue = speaking(monkeypatch, "es", *entries)
    assert tongue.word("holds in 2 of 5 parts") == "vale en 2 de 5 partes"
    assert tongue.word("about 13.5\u00a0% less") == "un 13,5\u00a0% menos"
    assert tongue.word("8 parts: 4 contradicted") == "8 partes: 4 en contra"
    assert tongue.word("A7 illustrated") == "A7 con ejemplo"
    assert tongue.word("Hub, sub-national") == "Centro, subnacional"
    assert tongue.word("W") == "W"
    assert tongue.word("gone") == '<span lang="en">gone</span>'


def test_ranges_and_facts_side_by_side(monkeypatch):
    entries = [("{low} to {high}", "de {low} a {high}"), ("both {same}", "ambos: {same}")]
    tongue = speaking(monkeypatch, "es", *entries, ("close", "cerca", WORD))
    assert tongue.said([["{a to b:count}", {"a": 1, "b": 2}]]) == "de 1 a 2"
    assert tongue.said([["{a to b:count}", {"a": 1, "b": 1}]]) == "1"
    assert tongue.said([["{a and b}", {"a": "close", "b": "close"}]]) == "ambos: cerca"


def test_countries_have_the_names_of_the_language():
    assert Tongue("es").country("DE", "Germany") == "Alemania"
    assert Tongue("zh").country("DE", "Germany") == "德国"
    assert Tongue("fr").country("??", "Nowhere") == "Nowhere"


def test_countries_are_in_the_order_of_the_language():
    def ordered(*names):
        return sorted(names, key=languages._sorted_as)

    assert ordered("Zambia", "Égypte", "Fidji", "Équateur") == [
        "Égypte",
        "Équateur",
        "Fidji",
        "Zambia",
    ]
    assert ordered("中国", "德国", "阿富汗") == ["阿富汗", "德国", "中国"]  # by their sound


# --- chapters ----------------------------------------------------------------------------------

CHAPTER = """---
kernelspec: x
---

(a-label)=
# A title

**In bold.
Two lines.**

- *One:* {glue:text}`systems_n`.
  See [here](chapters/glossary.md) and [there](chapters/gaps.md).

```{code-cell} ipython3
systems.world()
```
"""


def test_lines_of_a_chapter_are_messages():
    assert [line.text for line in prose.lines(CHAPTER)] == [
        "A title",
        "**In bold.",
        "Two lines.**",
        "*One:* {glue:text}`systems_n`.",
        "See [here](chapters/glossary.md) and [there](chapters/gaps.md).",
    ]


def test_a_glossary_has_a_message_for_each_term_and_for_what_is_said_of_it():
    text = "# Glossary\n\n```{glossary}\none\n  The first.\n\ntwo\n  The second.\n```\n"
    assert [line.text for line in prose.lines(text)] == [
        *("Glossary", "one", "The first.", "two", "The second."),
    ]


@pytest.fixture
def translated(tmp_path, monkeypatch):
    """Return a chapter in a language, of which some messages have a translation."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "index.md").write_text(CHAPTER, "utf-8")
    out = tmp_path / "stage" / "html"
    run = tmp_path / "stage" / "jupyter_execute"
    run.mkdir(parents=True)
    metadata = {prose.MADE_OF: [["{n:count}", {"n": 1200}]]}
    glued = {"systems_n": {"data": {"text/plain": "'1,200'"}, "metadata": metadata}}
    (run / "index.glue.json").write_text(json.dumps(glued), "utf-8")
    app = SimpleNamespace(outdir=str(out))
    shown = {"index": {}, "chapters/glossary": {}}

    def make(language, *entries):
        book = prose.Book(app, shown, {}, {}, run)
        return book.translated("index", speaking(monkeypatch, language, *entries))

    return make


def test_a_chapter_is_told_in_a_language(translated):
    entries = [
        ("A title", "Un título"),
        ("**In bold.", "**En negrita."),
        ("Two lines.**", "Dos líneas.**"),
        ("*One:* {glue:text}`systems_n`.", "*Uno:* {glue:text}`systems_n`."),
        ("(in English)", "(en inglés)"),
        (
            "See [here](chapters/glossary.md) and [there](chapters/gaps.md).",
            "Vea [aquí](chapters/glossary.md) y [allí](chapters/gaps.md).",
        ),
    ]
    page = translated("es", *entries)
    assert (page.title, page.lead) == ("Un título", "En negrita.\nDos líneas.")
    assert '<h1 id="a-label">Un título</h1>' in page.body
    assert "<em>Uno:</em> 1\u00a0200." in page.body
    assert '<a href="chapters/glossary.html">aquí</a>' in page.body
    english = '<a href="../chapters/gaps.html" hreflang="en">allí <small>(en inglés)</small></a>'
    assert english in page.body
    assert 'lang="en"' not in page.body.replace('hreflang="en"', "")


def test_lines_without_a_translation_are_marked_as_english(translated):
    page = translated("fr", ("A title", "Un titre"))
    assert "<strong>In bold." in page.body
    assert page.body.count('<span lang="en">') >= 4
    assert "⟦" not in page.body
    assert "\ue000" not in page.body


def test_chinese_sentences_have_no_space_between(translated):
    page = translated("zh", ("**In bold.", "**粗体。"), ("Two lines.**", "两行。**"))
    assert "<strong>粗体。两行。</strong>" in page.body


# --- counting and updating ---------------------------------------------------------------------


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Have pages ask for messages, and keep catalogues in a folder of their own."""
    monkeypatch.setattr(paths, "LOCALES", tmp_path / "locale")

    def ask(*messages):
        found = {(None, message): False for message in messages}
        monkeypatch.setattr(languages, "counts", lambda _: dict.fromkeys(LANGUAGES, found))

    return ask


def translate(language, message, translated):
    file = tongues.catalogue_file(language)
    text = file.read_text("utf-8")
    before = f'msgid "{message}"\nmsgstr ""'
    assert before in text
    file.write_text(text.replace(before, before[:-2] + f'"{translated}"'), "utf-8")


def test_messages_are_counted_and_a_new_wording_makes_a_translation_old(asked):
    asked("The first sentence of all.", "Another.")
    catalogues.update()
    translate("es", "The first sentence of all.", "La primera frase.")
    assert catalogues.counted()[0] == ("es", 2, 1, 1, 0)
    asked("The first sentence of all of them.", "Another.")
    catalogues.update()
    assert catalogues.counted()[0] == ("es", 2, 0, 1, 1)
    assert tongues.catalogue("es").get("The first sentence of all.") is None


def test_updating_twice_writes_the_same(asked):
    asked("One.", "Two.")
    first = [file.read_bytes() for file in catalogues.update()]
    assert [file.read_bytes() for file in catalogues.update()] == first
    assert b"2026-" in first[0]  # the date of the book, not of today


def test_without_pages_one_is_told_to_build_them(asked, monkeypatch):
    monkeypatch.setattr(languages, "counts", lambda _: {language: {} for language in LANGUAGES})
    with pytest.raises(BookError, match="make book"):
        catalogues.counted()


def test_names_that_are_written_out_are_those_of_the_contract():
    assert prose.MADE_OF == contract.MADE_OF


def test_the_pages_that_are_translated_are_in_the_book():
    assert all((paths.ROOT / f"{page}.md").is_file() for page in languages.CHAPTERS)
    assert set(languages.NAMES) == {"en", *LANGUAGES}
