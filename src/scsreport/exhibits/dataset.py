"""The open data set on the page of the data: its files, and the dictionary of its columns."""

from scsreport.dataset import facts, texts
from scsreport.dataset.files import files
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.downloads import Download, Downloads
from scsreport.findings import dataset

__all__ = ["dictionary", "downloads"]
__dir__ = listing(__all__)

FOLDER = "dataset"
MEGABYTE, KILOBYTE = 1_000_000, 1_000


def downloads() -> Downloads:
    """Offer the files of the data set, with licence and citation."""
    told = facts.words()
    named = facts.licences()[facts.licence()]
    offered = [
        Download(name, told["files"][name], _size(len(content)), content)
        for name, content in files().items()
    ]
    said = [
        ("Licence", f"{named['title']} ({facts.licence()}). {told['licence_in_short']}"),
        ("How to cite", facts.citation()),
    ]
    return Downloads(FOLDER, offered, said)


def _size(many: int) -> str:
    """Return bytes as people read them."""
    if many >= MEGABYTE:
        return f"{many / MEGABYTE:.1f}\u00a0MB"
    return f"{max(1, round(many / KILOBYTE))}\u00a0kB"


@exhibit("tab-dictionary", serves=["A1", "A2"], sources=tuple(facts.sources()))
def dictionary() -> Parts:
    """List the columns of the open data set with meaning, unit and licence."""
    data = texts.dictionary_table()
    counts = data.groupby("table")["column"].size()
    told = {
        "cities": len(dataset.cities()),
        "systems": len(dataset.systems()),
        "n": len(data),
        "of_cities": counts["cities"],
        "of_systems": counts["systems"],
        "free": (data["licence"] != facts.licence()).sum(),
        "licence": facts.licence(),
    }
    return Parts(data, told)
