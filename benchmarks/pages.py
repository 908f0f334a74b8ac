"""Time the pages of countries: what they say, the data of their explorers, and their files.

Each step in seconds of the processor, so that other work on the machine counts little: the tables
that the sentences rest on are loaded in it. Files are written twice, the second time unchanged.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scsreport.book import exhibit, pages
from scsreport.exhibits import profiles

FRAME = f"<title>{pages.FRAME}</title><main><!--body--><!--/body--></main>"


def seconds(step: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = step()
    return time.process_time() - start, made


def bundle(made: Any, mime: str) -> dict[str, Any]:
    return made._repr_mimebundle_()[mime]


def keep(folder: Path, payload: dict[str, Any], name: str) -> None:
    """Keep a payload where the build has it, and make its folder on the site."""
    kept = folder / "jupyter_execute" / payload["folder"]
    kept.mkdir(parents=True)
    (kept / name).write_text(json.dumps(payload, ensure_ascii=False), encoding="utf-8")
    (folder / "html" / payload["folder"]).mkdir(parents=True)


def write(folder: Path) -> None:
    out = folder / "html"
    (out / profiles.FOLDER / f"{pages.FRAME}.html").write_text(FRAME, encoding="utf-8")
    app: Any = SimpleNamespace(outdir=str(out), config=SimpleNamespace(html_baseurl=""))
    pages.write_pages(app)
    pages.write_data(app)


def main() -> None:
    told, made = seconds(profiles.countries)
    mapped, maps = seconds(profiles.maps)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        keep(folder, bundle(made, exhibit.PAGES_MIME), pages.KEPT)
        keep(folder, bundle(maps, exhibit.FILES_MIME), pages.KEPT_DATA)
        written, _ = seconds(lambda: write(folder))
        unchanged, _ = seconds(lambda: write(folder))
    print(f"| what {len(made.pages)} pages say | {told:.1f} |")
    print(f"| {len(maps.files)} maps | {mapped:.1f} |")
    print(f"| files, all written | {written:.1f} |\n| files, none changed | {unchanged:.1f} |")


if __name__ == "__main__":
    main()
