"""Pages in other languages: the first page, what to do, the glossary, and those of countries.

They are made from what the English pages are made of, once these are written: lines of chapters,
messages of exhibits and their facts. Nothing is run again, and a page whose text did not change is
not written. The address keeps the language: ``es/countries/kenya.html``.
"""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import combining

from docutils import nodes
from sphinx.util.osutil import relative_uri

from scsreport.book import citation, head, markup, pages, prose, share, styles
from scsreport.book.execution import BookError
from scsreport.book.prose import relative
from scsreport.book.tongues import LANGUAGES, Tongue, faults
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = [
    "CHAPTERS",
    "English",
    "alternates",
    "counts",
    "is_translated",
    "keep",
    "offered",
    "setup",
    "write",
]

CHAPTERS = ("index", "chapters/what-to-do", "chapters/glossary")
"""Pages of text that are there in every language."""

NAMES = {"en": "English", "es": "Español", "fr": "Français", "zh": "中文"}
"""As each language calls itself."""

COUNTRIES = "countries"
KEPT = "said"
"""The folder beside the notebooks with what exhibits of :data:`CHAPTERS` were made from."""

ASKED = "languages.json"
"""What was asked of each catalogue, beside the pages."""

SHEET = re.compile(rf"{re.escape(styles.SHEET)}\?v=[0-9a-f]+")
FORM_OF = re.compile(r"#(\w+)$")
PARTS = ("title", "caption", "notes")


class English(NamedTuple):
    """What is known of the English pages.

    Attributes
    ----------
    exhibits : mapping
        Of each page, with the functions that made them.
    names : mapping of str
        How the book calls its exhibits.
    works : mapping of tuple of str
        Who signed each work of the bibliography, and when.
    """

    exhibits: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    works: Mapping[str, tuple[str, str]]


# --- what the English pages say of the others --------------------------------------------------


def is_translated(page: str) -> bool:
    """Return whether an English page is there in other languages.

    Parameters
    ----------
    page : str
        Its name.

    Returns
    -------
    bool
    """
    return page in CHAPTERS or page.startswith(f"{COUNTRIES}/")


def alternates(app: "Sphinx", page: str, here: str) -> list[tuple[str, str]]:
    """Return the languages in which a page is there, each with its address.

    Parameters
    ----------
    app : Sphinx
        The application.
    page : str
        The English page.
    here : str
        Where the addresses stand, for a site that has no public one.

    Returns
    -------
    list of tuple
        Tags of languages; English is the one for all others, too.
    """
    english = _address(app, f"{page}.html", here)
    tags = {"en": english, "x-default": english}
    for language in LANGUAGES:
        tags[Tongue(language).tag] = _address(app, f"{language}/{page}.html", here)
    return list(tags.items())


def _address(app: "Sphinx", file: str, here: str) -> str:
    return citation.page_address(app, file) or relative(f"{here}.html", file)


def offered(page: str, current: str = "en") -> list[dict[str, str]]:
    """Return the links from a page to itself in each language.

    Parameters
    ----------
    page : str
        The English page.
    current : str
        The language of the page on which they stand.

    Returns
    -------
    list of dict
        ``name``, ``tag`` and ``address``, which is empty for the language of the page.
    """
    here = _file(page, current)
    return [
        {
            "name": name,
            "tag": Tongue(language).tag,
            "address": "" if language == current else relative(here, _file(page, language)),
        }
        for language, name in NAMES.items()
    ]


def _file(page: str, language: str) -> str:
    return f"{page}.html" if language == "en" else f"{language}/{page}.html"


def keep(renderer: Any, payload: Mapping[str, Any]) -> None:
    """Keep what an exhibit was made from, if its page is there in other languages.

    Parameters
    ----------
    renderer : NbElementRenderer
        MyST-NB's renderer of the page.
    payload : mapping
        Of the exhibit.
    """
    if renderer.renderer.sphinx_env.docname not in CHAPTERS:
        return
    made_of = payload.get("made_of", {})
    content = {part: made_of.get(part, []) for part in PARTS} | {"function": payload["function"]}
    content["table"] = payload.get("table")
    written = json.dumps(content, ensure_ascii=False).encode()
    renderer.write_file([KEPT, f"{payload['id']}.json"], written, overwrite=True)


# --- writing ----------------------------------------------------------------------------------


def setup(app: "Sphinx") -> None:
    """Offer the languages on English pages that are there in others."""
    app.connect("html-page-context", _offer, priority=900)


def _offer(
    app: "Sphinx", page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    if app.builder.name != "html" or not is_translated(page):
        return
    links = (
        f'\n<link rel="alternate" hreflang="{tag}" href="{address}" />'
        for tag, address in alternates(app, page, page)
    )
    context["metatags"] = context.get("metatags", "") + "".join(links)
    offer = markup.render("languages", languages=offered(page), label="Languages")
    context["body"] = offer + context["body"]


def write(app: "Sphinx", english: English, frame: Mapping[str, str]) -> None:
    """Write the pages in other languages that changed.

    Parameters
    ----------
    app : Sphinx
        The application; the English pages are written.
    english : English
        What is known of them.
    frame : mapping
        ``policy`` and ``early``, the script, of each page.
    """
    out = Path(app.outdir)
    folder = out.parent / pages.WRITTEN
    folder.mkdir(exist_ok=True)
    sheet = SHEET.search((out / "index.html").read_text(encoding="utf-8"))
    own = {"sheet": sheet[0] if sheet else styles.SHEET, "book": app.config.html_title}
    frame = {**frame, **own}
    for language in LANGUAGES:
        for kind, (state, made) in _kinds(app, language, frame, english).items():
            note = folder / f"{language}-{kind}-{ASKED}"
            if _is_written(note, state, out):
                continue
            tongue = Tongue(language)
            _check(tongue)
            files = {name: text.encode() for name, text in made(tongue)}
            _replace(out, files, note)
            asked = [[context, message, ok] for (context, message), ok in tongue.asked.items()]
            held = {"state": state, "files": _sums(files), "asked": asked}
            datasets.write_atomically(note, json.dumps(held, ensure_ascii=False).encode())


def _check(tongue: Tongue) -> None:
    """See that each translation has the places of its message, which would end the build later."""
    found = faults(tongue.known)
    if found:
        raise BookError(f"a translation does not fit its message: {found[0]}")


def _kinds(
    app: "Sphinx",
    language: str,
    frame: Mapping[str, str],
    english: English,
) -> dict[str, tuple[str, Any]]:
    """Return both kinds of page of a language: what they are made from, and what makes them."""
    run = Path(app.outdir).parent / "jupyter_execute"
    common = [app.config.scsreport_pages, app.config.html_baseurl, frame]
    common.append(_digest([*sorted((paths.LOCALES / language).rglob("*.po"))]))
    data = run / COUNTRIES / pages.KEPT
    shown = {page: dict(english.exhibits.get(page, {})) for page in CHAPTERS}
    sources = [paths.ROOT / f"{page}.md" for page in CHAPTERS if page in app.env.found_docs]
    glued = [run / f"{page}.glue.json" for page in CHAPTERS]
    kept = [run / KEPT / f"{name}.json" for exhibits in shown.values() for name in exhibits]
    chapters = prose.Book(app, shown, english.names, english.works, run / KEPT)
    return {
        "chapters": (
            repr([common, _digest([*sources, *glued, *kept]), sorted(english.names.items())]),
            lambda tongue: _chapters(app, tongue, frame, chapters, data),
        ),
        COUNTRIES: (
            repr([common, _digest([data])]),
            lambda tongue: _countries(app, tongue, frame, data),
        ),
    }


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes() if file.is_file() else b"absent")
    return total.hexdigest()


def _sums(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _is_written(note: Path, state: str, out: Path) -> bool:
    """Return whether pages were made from the same, and all of them are there."""
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        return held["state"] == state and all((out / name).is_file() for name in held["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _replace(out: Path, files: Mapping[str, bytes], note: Path) -> None:
    """Write the files that changed, and remove those that are not made any more."""
    try:
        before = set(json.loads(note.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        before = set()
    for name in before - set(files):
        (out / name).unlink(missing_ok=True)
    for name, content in files.items():
        file = out / name
        if not file.is_file() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            datasets.write_atomically(file, content)


def counts(folder: Path) -> dict[str, dict[tuple[str | None, str], bool]]:
    """Return what the pages of the last build asked of each catalogue.

    Parameters
    ----------
    folder : Path
        The stage.

    Returns
    -------
    dict of dict
        By language: context and message, and whether it has a translation. Empty for a language
        of which no page was built.
    """
    found: dict[str, dict[tuple[str | None, str], bool]] = {}
    for language in LANGUAGES:
        asked = found.setdefault(language, {})
        for note in sorted((folder / pages.WRITTEN).glob(f"{language}-*-{ASKED}")):
            held = json.loads(note.read_text(encoding="utf-8"))["asked"]
            asked |= {(context, message): ok for context, message, ok in held}
    return found


# --- pages of text ----------------------------------------------------------------------------


def _chapters(
    app: "Sphinx", tongue: Tongue, frame: Mapping[str, str], book: "prose.Book", data: Path
) -> Iterator[tuple[str, str]]:
    for page in CHAPTERS:
        if page not in app.env.found_docs:
            continue
        tongue.begin()
        text = book.translated(page, tongue)
        listed = _listed(tongue, data) if page == "index" else []
        body = markup.render("translated-chapter", tongue=tongue, body=text.body, listed=listed)
        yield _set(app, tongue, frame, page, _plain(text.title), text.lead, body)


def _listed(tongue: Tongue, data: Path) -> list[tuple[str, str]]:
    """Return the countries by name, each with its file."""
    held = json.loads(data.read_text(encoding="utf-8")) if data.is_file() else {"pages": []}
    named = [(_named(tongue, page), page["id"]) for page in held["pages"]]
    return sorted(named, key=lambda pair: _sorted_as(pair[0]))


def _sorted_as(name: str) -> tuple[bytes, str]:
    """Return by what a name is put in order: without accents, and Chinese by its sound."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", name) if not combining(sign))
    # The older of two Chinese standards has common signs in the order of their sound.
    return plain.lower().encode("gb18030"), name


def _named(tongue: Tongue, page: Mapping[str, Any]) -> str:
    return tongue.country(page["country"], page["title"])


def _set(
    app: "Sphinx",
    tongue: Tongue,
    frame: Mapping[str, str],
    page: str,
    title: str,
    lead: str,
    body: str,
) -> tuple[str, str]:
    """Return the file of a page and its text, with all that is the same on each."""
    here = f"{tongue.language}/{page}"
    known = app.env.found_docs if page in CHAPTERS else set()
    translated, messages = sum(tongue.here.values()), len(tongue.here)
    text = markup.render(
        "translated",
        tongue=tongue,
        translated=tongue.decimal(translated),
        messages=tongue.decimal(messages),
        title=title,
        description=head.shortened(_plain(lead)),
        body=body,
        page=page,
        address=citation.page_address(app, f"{here}.html"),
        alternates=alternates(app, page, here),
        picture=_address(app, head.picture_file(page if page in known else "index"), here),
        picture_size=(share.WIDTH, share.HEIGHT),
        languages=offered(page, tongue.language),
        root=relative_uri(f"{here}.html", ""),
        to=lambda name: relative(f"{here}.html", name),
        **frame,
    )
    return f"{here}.html", text


def _plain(said: str) -> str:
    """Return HTML of a sentence as text."""
    return html.unescape(re.sub(r"<[^>]+>", "", said))


# --- pages of countries -----------------------------------------------------------------------


def _countries(
    app: "Sphinx", tongue: Tongue, frame: Mapping[str, str], data: Path
) -> Iterator[tuple[str, str]]:
    held = json.loads(data.read_text(encoding="utf-8")) if data.is_file() else {"pages": []}
    for page in held["pages"]:
        tongue.begin()
        name = _named(tongue, page)
        facts = {"name": name}
        made = page["made_of"]
        lead = tongue.said(made["lead"], facts)
        body = markup.render(
            "translated-country",
            tongue=tongue,
            page=page,
            called=name,
            lead=lead,
            facts=facts,
            sections=made["sections"],
            entries_title=tongue.said(made["entries_title"], facts),
            entries=[_entry(tongue, entry) for entry in page["entries"]],
            english=f"../../{COUNTRIES}/{page['id']}.html",
        )
        yield _set(app, tongue, frame, f"{COUNTRIES}/{page['id']}", name, lead, body)


def _entry(tongue: Tongue, entry: Mapping[str, Any]) -> dict[str, str]:
    """Return a city in few words; all that is known of it is on the English page."""
    form = FORM_OF.search(entry["link"])
    return {
        "id": entry["id"],
        "name": entry["name"],
        "people": tongue.decimal(entry["size"]),
        "form": tongue.word(form[1]) if form else "–",
    }
