"""Chapters in another language: each line of their prose is a message, all else stays in place."""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import ast
import html
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from sphinx.util.osutil import relative_uri

from scsreport.book import markup
from scsreport.book.tongues import Tongue
from scsreport.tables import paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["Book", "Line", "Translated", "english_link", "lines", "relative"]

TABLES = ("tab-advice", "tab-joint-facility")
"""Tables that are shown in every language; of all other exhibits the title, and a link."""

MADE_OF = "scsreport_made_of"
# Written out, because importing the contract would load pandas (a test compares).

HEAD = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
FENCE = re.compile(
    r"^```\{(?P<kind>[a-z-]+)\}[^\n]*\n(?P<inner>.*?)^```$", re.MULTILINE | re.DOTALL
)
LABEL = re.compile(r"^\((?P<label>[a-z0-9-]+)\)=$")
MARKED = re.compile(r"^(?P<mark>\s*(?:#+ |- |: |\d+\. )?)(?P<text>.*)$")
ROLE = re.compile(r"\{(?P<role>[a-z:]+)\}`(?P<content>[^`]+)`")
TARGETED = re.compile(r"(?P<text>[^<]+?)\s*<(?P<target>[^>]+)>$")
LINK = re.compile(r'<a href="(?P<target>[^"]+)">(?P<text>.*?)</a>', re.DOTALL)
INSTEAD = {"chapters/your-country": ("index", "#countries")}
"""Where links lead in other languages: the first page lists all countries."""

KEPT = re.compile("[\ue000⟦](\\d+)[\ue001⟧]")
"""Stands for HTML while Markdown is read."""

ALONE = re.compile("<p>\ue000(\\d+)\ue001</p>")
IN_ENGLISH = '<span lang="en">'
AT = "\ue002"
HEADING = re.compile(f"<h(\\d)>(.*?){AT}([a-z0-9-]+){AT}", re.DOTALL)
TERM = re.compile(r"^(?P<term>\S[^\n]*)\n  (?P<said>[^\n]+)$", re.MULTILINE)
CALL = re.compile(r"^(\w+\.\w+)\(", re.MULTILINE)


class Line(NamedTuple):
    """A line of prose.

    Attributes
    ----------
    mark : str
        What it begins with: the sign of a heading, of an item.
    text : str
        The message; empty where nothing is said.
    """

    mark: str
    text: str


class Translated(NamedTuple):
    """A chapter in another language.

    Attributes
    ----------
    title, lead, body : str
        HTML.
    """

    title: str
    lead: str
    body: str


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a chapter that are messages.

    Parameters
    ----------
    text : str
        A chapter in Markdown.

    Yields
    ------
    Line
    """
    without = FENCE.sub(_terms, HEAD.sub("", text))
    for row in without.splitlines():
        found = MARKED.match(row)
        if found and found["text"] and not LABEL.match(row):
            yield Line(found["mark"], found["text"])


def _terms(fence: re.Match[str]) -> str:
    """Return the terms of a glossary and what is said of them; of any other fence nothing."""
    if fence["kind"] != "glossary":
        return ""
    return "\n".join(f"{found['term']}\n{found['said']}" for found in TERM.finditer(fence["inner"]))


@dataclass
class Book:
    """What is known of the English book.

    Parameters
    ----------
    app : Sphinx
        All pages are read.
    shown : mapping
        Exhibits of the pages that are translated, with the functions that made them.
    names : mapping
        How the book calls its exhibits.
    works : mapping of tuple of str
        Who signed each work, and when.
    kept : Path
        Folder of what exhibits were made from.
    """

    app: "Sphinx"
    shown: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    works: Mapping[str, tuple[str, str]]
    kept: Path

    def translated(self, page: str, tongue: Tongue) -> Translated:
        """Return a chapter in another language.

        Parameters
        ----------
        page : str
            Its name.
        tongue : Tongue
            The language.

        Returns
        -------
        Translated
        """
        return _Page(self, page, tongue).translated()

    def place(self, label: str) -> tuple[str, str, str]:
        """Return page, address and title of a label."""
        labels: Any = self.app.env.get_domain("std").labels  # type: ignore[attr-defined]
        found: tuple[str, str, str] = labels[label]
        return found

    def page_of(self, exhibit: str) -> str:
        """Return the page that shows an exhibit."""
        labels: Any = self.app.env.get_domain("std").anonlabels  # type: ignore[attr-defined]
        page: str = labels[exhibit][0]
        return page


class _Page:
    """A page while it is translated."""

    def __init__(self, book: Book, page: str, tongue: Tongue) -> None:
        self._book = book
        self._page = page
        self._tongue = tongue
        self._kept: list[str] = []
        self._numbers = _numbers(book, page)
        self._lead = ""
        self._label = ""

    @property
    def _here(self) -> str:
        return f"{self._tongue.language}/{self._page}.html"

    def translated(self) -> Translated:
        text = (paths.ROOT / f"{self._page}.md").read_text(encoding="utf-8")
        marked = FENCE.sub(self._block, HEAD.sub("", text))
        source = "\n".join(self._line(row) for row in marked.splitlines())
        body = self._whole(_reader(self._tongue.language).render(source))
        title = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
        lead = re.search(r"<p><strong>(.*?)</strong></p>", body, re.DOTALL)
        return Translated(title[1] if title else "", lead[1] if lead else "", body)

    def _whole(self, read: str) -> str:
        """Put what was kept in its place, and make links lead from here."""
        linked = LINK.sub(self._link, read)
        headed = HEADING.sub(r'<h\1 id="\3">\2', linked)
        alone = ALONE.sub(lambda found: self._kept[int(found[1])], headed)
        while KEPT.search(alone):
            alone = KEPT.sub(lambda found: self._kept[int(found[1])], alone)
        return alone

    def _keep(self, made: str) -> str:
        self._kept.append(made)
        return f"\ue000{len(self._kept) - 1}\ue001"

    def _mark(self, made: str) -> str:
        """Keep a tag, in signs that Markdown takes for brackets: bold text may end before them."""
        return "⟦" + self._keep(made)[1:-1] + "⟧"

    def _line(self, row: str) -> str:
        label = LABEL.match(row)
        if label:
            self._label = label["label"]
            return ""
        found = MARKED.match(row)
        if not found or not found["text"] or KEPT.fullmatch(row.strip()):
            return row
        said = self._said(found["text"])
        if found["mark"].lstrip().startswith("#") and self._label:
            said += f"{AT}{self._label}{AT}"
            self._label = ""
        return found["mark"] + said

    def _said(self, message: str) -> str:
        """Return a line as Markdown, whatever it prints kept aside."""
        found = self._tongue.find(message)
        said = ROLE.sub(lambda role: self._role(role), found or message)
        if found:
            return said
        before, after = self._mark(IN_ENGLISH), self._mark("</span>")
        return f"{before}{said}{after}"

    def _role(self, found: re.Match[str]) -> str:
        role, content = found["role"], found["content"]
        return self._keep(ROLES.get(role, _Page._as_it_is)(self, content))

    def _as_it_is(self, content: str) -> str:
        return html.escape(content)

    def _number(self, key: str) -> str:
        made, printed = self._numbers[key]
        return self._tongue.said(made) if made else self._tongue.word(printed)

    def _exhibit(self, name: str) -> str:
        called = self._tongue.word(self._book.names[name])
        if name in TABLES and name in self._book.shown[self._page]:
            return f'<a href="#{name}">{called}</a>'
        return self._to_english(f"{self._book.page_of(name)}.html#{name}", called)

    def _reference(self, content: str) -> str:
        targeted = TARGETED.match(content)
        page, address, title = self._book.place(targeted["target"] if targeted else content)
        text = html.escape(targeted["text"] if targeted else title)
        return self._to_english(f"{page}.html#{address}", text)

    def _in_brackets(self, content: str) -> str:
        return f"({'; '.join(self._works(content, ', '))})"

    def _in_sentence(self, content: str) -> str:
        return "; ".join(self._works(content, " "))

    def _works(self, content: str, between: str) -> Iterator[str]:
        for key in content.split(","):
            who, year = self._book.works.get(key.strip(), (key, ""))
            signed = html.escape(who.replace(" and ", " & "))
            yield f"{signed}{between}{year}" if between == ", " else f"{signed} ({year})"

    def _link(self, found: re.Match[str]) -> str:
        """Return a link as it leads from here: to a translated page, or to the English one."""
        target, text = found["target"], found["text"]
        if re.match(r"https?:", target):
            return found[0]
        file, _, anchor = target.partition("#")
        folder = self._page.rpartition("/")[0]
        page = f"{folder}/{file}" if folder else file
        page = page.removesuffix(".md")
        behind = f"#{anchor}" if anchor else ""
        page, behind = INSTEAD.get(page, (page, behind))
        if page in self._book.shown:
            own = f"{self._tongue.language}/{page}.html"
            return f'<a href="{relative(self._here, own)}{behind}">{text}</a>'
        return self._to_english(f"{page}.html{behind}", text)

    def _to_english(self, file: str, text: str) -> str:
        page, _, anchor = file.partition("#")
        address = relative(self._here, page) + (f"#{anchor}" if anchor else "")
        return english_link(self._tongue, address, text)

    # --- blocks -------------------------------------------------------------------------------

    def _block(self, fence: re.Match[str]) -> str:
        kind, inner = fence["kind"], fence["inner"]
        if kind == "glossary":
            made = self._glossary(inner)
        elif kind == "code-cell":
            made = "".join(self._output(call) for call in CALL.findall(inner))
        else:
            made = ""
        return self._keep(made) if made else ""

    def _glossary(self, inner: str) -> str:
        terms = [
            {
                "id": re.sub(r"[^a-z0-9]+", "-", found["term"].lower()).strip("-"),
                "english": found["term"],
                "term": self._tongue.text(found["term"]),
                "said": self._tongue.text(found["said"]),
            }
            for found in TERM.finditer(inner)
        ]
        return markup.render("translated-glossary", terms=terms)

    def _output(self, call: str) -> str:
        """Return what a call shows in another language: a table, or where an exhibit is."""
        exhibits = self._book.shown[self._page]
        name = next((n for n, function in exhibits.items() if function.endswith(f".{call}")), "")
        if call == "rules.switch":
            return markup.render("translated-switch", tongue=self._tongue, address=self._english())
        if not name:
            return ""
        held = json.loads((self._book.kept / f"{name}.json").read_text(encoding="utf-8"))
        tongue = self._tongue
        table = held["table"] if name in TABLES else None
        return markup.render(
            "translated-exhibit",
            tongue=tongue,
            id=name,
            called=tongue.word(self._book.names[name]),
            title=tongue.said(held["title"]),
            caption=tongue.said(held["caption"]),
            notes=[tongue.said(note) for note in held["notes"]],
            table=table,
            address=f"{self._english()}#{name}",
        )

    def _english(self) -> str:
        return relative(self._here, f"{self._page}.html")


ROLES: Mapping[str, Callable[[_Page, str], str]] = {
    "glue:text": _Page._number,
    "numref": _Page._exhibit,
    "ref": _Page._reference,
    "cite:p": _Page._in_brackets,
    "cite:t": _Page._in_sentence,
}
"""How each role is filled."""


def relative(here: str, there: str) -> str:
    """Return the address of a file from another, never an empty one.

    Parameters
    ----------
    here, there : str
        Files, from the root of the site.

    Returns
    -------
    str
    """
    return relative_uri(here, there) or posixpath.basename(there)


def english_link(tongue: Tongue, address: str, text: str) -> str:
    """Return a link to an English page, which says so.

    Parameters
    ----------
    tongue : Tongue
        The language of the page on which it stands.
    address : str
        Where it leads.
    text : str
        HTML.

    Returns
    -------
    str
        HTML.
    """
    said = tongue.text("(in English)")
    return f'<a href="{html.escape(address)}" hreflang="en">{text} <small>{said}</small></a>'


def _numbers(book: Book, page: str) -> dict[str, tuple[Any, str]]:
    """Return what a page prints in its prose: what it is made from, and how it reads in English."""
    file = Path(book.app.outdir).parent / "jupyter_execute" / f"{page}.glue.json"
    glued = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {
        key: (
            output.get("metadata", {}).get(MADE_OF, []),
            str(ast.literal_eval(output["data"]["text/plain"])),
        )
        for key, output in glued.items()
        if "text/plain" in output["data"]
    }


def _reader(language: str) -> MarkdownIt:
    """Return what reads Markdown; Chinese has no space between sentences."""
    reader = MarkdownIt("commonmark", {"html": False}).use(deflist_plugin)
    if language == "zh":
        reader.add_render_rule("softbreak", lambda *_: "")
    return reader
