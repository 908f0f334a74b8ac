"""Look through a built site for what could run or load what it should not.

    python tests/fuzz/site_security.py SITE

SITE is a folder such as `_build/html`. Exit code 1: something was found.
"""

import base64
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from lxml import html

LOADS = {
    "audio": "src",
    "embed": "src",
    "form": "action",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "use": "href",
    "video": "src",
}
"""Attributes whose address a browser fetches or sends to."""

ELSEWHERE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
SCRIPTED = re.compile(r"\s*(javascript|vbscript|data:text/html)", re.IGNORECASE)
IN_STYLES = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+['\"]?https?:", re.IGNORECASE)
IN_PICTURES = re.compile(
    r"<script|\son\w+=|<foreignObject|href=\"(?!#|data:)[^\"]+\"", re.IGNORECASE
)


def of_attributes(page: Any) -> Iterator[str]:
    """Yield what is wrong with attributes of a page."""
    for node in page.iter("*"):
        for name, value in node.attrib.items():
            if name.startswith("on"):
                yield f"inline handler: <{node.tag} {name}>"
            if SCRIPTED.match(value):
                yield f"address that is a script: <{node.tag} {name}>"
            if LOADS.get(node.tag) == name and ELSEWHERE.match(value):
                yield f"loads from elsewhere: <{node.tag} {name}>"


def of_policy(page: Any) -> Iterator[str]:
    """Yield what is wrong with the policy of a page."""
    policies = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    if len(policies) != 1:
        yield f"{len(policies)} policies"
        return
    rules = dict(rule.split(" ", 1) for rule in policies[0].split("; "))
    if rules["default-src"] != "'none'" or rules["base-uri"] != "'none'":
        yield "a policy that lets through what it does not name"
    if "unsafe" in rules["script-src"] or "unsafe-inline" in rules["style-src"]:
        yield "a policy that lets any script or style run"
    for script in page.xpath("//script[not(@src)]"):
        digest = hashlib.sha256((script.text or "").encode()).digest()
        if base64.b64encode(digest).decode() not in rules["script-src"]:
            yield "inline script that the policy does not name"


def faults(site: Path) -> Iterator[str]:
    """Yield everything that a site should not have."""
    for file in site.rglob("*.html"):
        page = html.fromstring(file.read_text(encoding="utf-8"))
        yield from of_attributes(page)
        if "_static" not in file.parts:
            yield from of_policy(page)
    for ending, pattern in (("css", IN_STYLES), ("svg", IN_PICTURES)):
        for file in site.rglob(f"*.{ending}"):
            for found in pattern.findall(file.read_text(encoding="utf-8")):
                yield f"{file.name}: {found}"


def counts(site: Path) -> Counter[str]:
    """Return how many scripts there are in pages, and how many pages."""
    total: Counter[str] = Counter()
    for file in site.rglob("*.html"):
        page = html.fromstring(file.read_text(encoding="utf-8"))
        total["pages"] += 1
        total["inline scripts"] += len(page.xpath("//script[not(@src)]"))
        total["scripts of the site, in pages"] += len(page.xpath("//script[@src]"))
    return total


def main() -> None:
    """Print what was counted and found."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    site = Path(sys.argv[1])
    found = Counter(faults(site))
    for what, count in [*counts(site).items(), *found.most_common()]:
        click.echo(f"{count:6} {what}")
    if not (site / "index.html").exists():
        sys.exit(f"{site} holds no site")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
