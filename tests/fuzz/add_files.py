"""Hand `scsreport data add` bad files of every kind, device, bomb, wrong cells.

    python tests/fuzz/add_files.py WUP.xls REGIONAL.csv [--only WORD] [--n 0] [--seed 0]

Both are good files. The memory of each run is limited, and each run to five minutes. --n takes so
many of the cases, drawn by the seed. Exit code 1: a crash, a hang, a traceback, files left behind,
a good file refused, or one taken that must not be and is not in TAKEN.
"""

import argparse
import csv
import gzip
import io
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook

if len(sys.argv) < 3:
    sys.exit(__doc__)
PROGRAM = Path(sys.executable).parent / "scsreport"
WUP = Path(sys.argv[1])
REGIONAL = Path(sys.argv[2])
ROOT = Path(tempfile.mkdtemp(prefix="add-"))
USER = ROOT / "user"
LIMIT = 300
MEMORY = 10 << 30
TAKEN: dict[str, str] = {}
"""Cases that are taken though they should not be, with the reason."""

CELLS = CalamineWorkbook.from_path(WUP).get_sheet_by_name("Data").to_python(skip_empty_area=False)
TOP = next(k for k, line in enumerate(CELLS) if line[:1] == ["Index"])
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cell(value, r, c):
    if isinstance(value, Raw):
        return value
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


class Raw(str):
    pass


def sheet(cells, head=""):
    lines = (
        f"<row>{''.join(cell(v, r, c) for c, v in enumerate(line))}</row>"
        for r, line in enumerate(cells)
    )
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def book(file, body, sheets=("Data",), extra=()):
    target = f'<Relationship Id="r%d" Type="{LINKS}/%s" Target="%s"/>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        z.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f"{target % (1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        )
        names = "".join(
            f'<sheet name="{n}" sheetId="{k}" r:id="r{k}"/>' for k, n in enumerate(sheets, 1)
        )
        z.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        )
        rels = "".join(
            target % (k, "worksheet", f"worksheets/sheet{k}.xml") for k in range(1, len(sheets) + 1)
        )
        z.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>',
        )
        bodies = body if isinstance(body, list) else [body] * len(sheets)
        for k, b in enumerate(bodies, 1):
            if callable(b):
                with z.open(f"xl/worksheets/sheet{k}.xml", "w", force_zip64=True) as stream:
                    b(stream)
            else:
                z.writestr(f"xl/worksheets/sheet{k}.xml", b)
        for name, content in extra:
            z.writestr(name, content)
    return file


def edit(*changes):
    cells = [list(line) for line in CELLS]
    for row, column, value in changes:
        cells[TOP + row][column] = value
    return cells


def column(number, function):
    cells = [list(line) for line in CELLS]
    for line in cells[TOP + 1 :]:
        line[number] = function(line)
    return cells


def bomb(stream):
    stream.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
    block = (b'<row><c t="inlineStr"><is><t>' + b"A" * 1000 + b"</t></is></c></row>") * 1000
    for _ in range(4000):
        stream.write(block)
    stream.write(b"</sheetData></worksheet>")


def far(reference):
    text = sheet(CELLS)
    return text.replace("</sheetData>", f'<row><c r="{reference}"><v>1</v></c></row></sheetData>')


LAUGH = (
    '<!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(97 + k)} "{f"&{chr(96 + k)};" * 10}">' for k in range(1, 10))
    + "]>"
)
X = "x.xlsx"


def xlsx(body, **more):
    return lambda: book(ROOT / X, body() if callable(body) else body, **more)


def raw(name, content):
    def make():
        (ROOT / name).write_bytes(content() if callable(content) else content)
        return ROOT / name

    return make


def rows():
    return list(csv.reader(io.StringIO(REGIONAL.read_text("utf-8-sig"))))


def table(change, name="p.csv", **how):
    def make():
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n", **how).writerows(change(rows()))
        (ROOT / name).write_text(stream.getvalue(), encoding="utf-8")
        return ROOT / name

    return make


def each(function):
    return lambda t: [t[0], *[function(list(r)) for r in t[1:]]]


def where(row, function):
    def change(t):
        t[row] = function(list(t[row]))
        return t

    return change


def link(to, name):
    def make():
        (ROOT / name).unlink(missing_ok=True)
        (ROOT / name).symlink_to(to)
        return ROOT / name

    return make


def fifo(name):
    def make():
        os.mkfifo(ROOT / name)
        return ROOT / name

    return make


def sparse(name, size):
    def make():
        with (ROOT / name).open("wb") as stream:
            stream.truncate(size)
        return ROOT / name

    return make


def gz(name):
    def make():
        head = REGIONAL.read_bytes().splitlines()[0] + b"\n"
        line = REGIONAL.read_bytes().splitlines()[1] + b"\n"
        with gzip.open(ROOT / name, "wb", compresslevel=9) as stream:
            stream.write(head)
            block = line * 20_000
            for _ in range(1000):
                stream.write(block)
        return ROOT / name

    return make


def big_csv():
    with (ROOT / "big.csv").open("wb") as stream:
        lines = REGIONAL.read_bytes().splitlines(keepends=True)
        stream.write(lines[0])
        block = b"".join(lines[1:]) * 10
        for _ in range((1 << 30) // len(block)):
            stream.write(block)
    return ROOT / "big.csv"


POP = 4
W, R = "wup2018", "regional-population"
CASES = {
    "W valid xls": (W, lambda: WUP, "accept"),
    "W valid xlsx": (W, xlsx(lambda: sheet(CELLS)), "accept"),
    "W symlink to valid": (W, link(WUP.resolve(), "l.xls"), "accept"),
    "W name without ending": (W, raw("plain", lambda: WUP.read_bytes()), "any"),
    "W xls named .xlsx": (W, raw("wrong.xlsx", lambda: WUP.read_bytes()), "any"),
    "W xls named .csv": (W, raw("wrong.csv", lambda: WUP.read_bytes()), "any"),
    "W empty": (W, raw("e.xls", b""), "refuse"),
    "W folder": (W, lambda: ROOT, "refuse"),
    "W fifo": (W, fifo("f.xls"), "refuse"),
    "W /dev/zero": (W, lambda: Path("/dev/zero"), "refuse"),
    "W /dev/null": (W, lambda: Path("/dev/null"), "refuse"),
    "W broken symlink": (W, link("/nowhere", "b.xls"), "refuse"),
    "W symlink to itself": (W, link("s.xls", "s.xls"), "refuse"),
    "W 1 GB of zeros": (W, sparse("big.xls", 1 << 30), "refuse"),
    "W 4 GB zip bomb": (W, xlsx([bomb]), "refuse"),
    "W cell at XFD1048576": (W, xlsx(lambda: far("XFD1048576")), "refuse"),
    "W cell at AA1000000": (W, xlsx(lambda: far("AA1000000")), "refuse"),
    "W billion laughs": (
        W,
        xlsx(
            lambda: sheet(CELLS, LAUGH).replace(
                "<sheetData>", '<sheetData><row><c t="inlineStr"><is><t>&j;</t></is></c></row>'
            )
        ),
        "any",
    ),
    "W external entity": (
        W,
        xlsx(
            lambda: sheet(
                edit((3, 4, Raw('<c t="inlineStr"><is><t>&x;</t></is></c>'))),
                '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            )
        ),
        "any",
    ),
    "W zip with ../ names": (
        W,
        xlsx(lambda: sheet(CELLS), extra=[("../../evil.txt", "x"), ("/evil.txt", "x")]),
        "accept",
    ),
    "W truncated xlsx": (
        W,
        lambda: (
            book(ROOT / X, sheet(CELLS)),
            (ROOT / "t.xlsx").write_bytes((ROOT / X).read_bytes()[:-2000]),
            ROOT / "t.xlsx",
        )[2],
        "refuse",
    ),
    "W truncated xls": (W, raw("t.xls", lambda: WUP.read_bytes()[:500_000]), "refuse"),
    "W two sheets called Data": (
        W,
        xlsx(lambda: [sheet(CELLS), sheet(CELLS[:5])], sheets=("Data", "Data")),
        "any",
    ),
    "W formula with value": (
        W,
        xlsx(lambda: sheet(edit((5, 10, Raw("<c><f>1+1</f><v>321.5</v></c>"))))),
        "any",
    ),
    "W formula without value": (
        W,
        xlsx(lambda: sheet(edit((5, 10, Raw("<c><f>1+1</f></c>"))))),
        "refuse",
    ),
    "W error cell": (
        W,
        xlsx(lambda: sheet(edit((5, 10, Raw('<c t="e"><v>#REF!</v></c>'))))),
        "refuse",
    ),
    "W boolean cell": (W, xlsx(lambda: sheet(edit((5, 10, True)))), "refuse"),
    "W text number": (W, xlsx(lambda: sheet(edit((5, 10, "321.5")))), "any"),
    "W text number, decimal comma": (W, xlsx(lambda: sheet(edit((5, 10, "321,5")))), "refuse"),
    "W text number, thousands": (W, xlsx(lambda: sheet(edit((5, 10, "1,321.5")))), "refuse"),
    "W ISO date cell": (
        W,
        xlsx(lambda: sheet(edit((5, 10, Raw('<c t="d"><v>2020-01-01</v></c>'))))),
        "refuse",
    ),
    "W NaN text": (W, xlsx(lambda: sheet(edit((5, 10, "NaN")))), "refuse"),
    "W inf text": (W, xlsx(lambda: sheet(edit((5, 10, "inf")))), "refuse"),
    "W 1e400": (W, xlsx(lambda: sheet(edit((5, 10, Raw("<c><v>1e400</v></c>"))))), "refuse"),
    "W negative": (W, xlsx(lambda: sheet(edit((5, 10, -3.0)))), "refuse"),
    "W lat inf": (W, xlsx(lambda: sheet(edit((5, 6, "inf")))), "refuse"),
    "W lat NaN text": (W, xlsx(lambda: sheet(edit((5, 6, "nan")))), "refuse"),
    "W lat and lon swapped in all rows": (
        W,
        xlsx(
            lambda: sheet(
                [
                    line if k <= TOP else [*line[:6], line[7], line[6], *line[8:]]
                    for k, line in enumerate(CELLS)
                ]
            )
        ),
        "refuse",
    ),
    "W lat and lon swapped in one row": (
        W,
        xlsx(lambda: sheet(edit((5, 6, CELLS[TOP + 5][7]), (5, 7, CELLS[TOP + 5][6])))),
        "any",
    ),
    "W people in persons": (
        W,
        xlsx(
            lambda: sheet(
                [
                    line if k <= TOP else [*line[:8], *[v * 1000 for v in line[8:]]]
                    for k, line in enumerate(CELLS)
                ]
            )
        ),
        "refuse",
    ),
    "W one city in persons": (
        W,
        xlsx(
            lambda: sheet(
                [
                    line if k != TOP + 5 else [*line[:8], *[v * 1000 for v in line[8:]]]
                    for k, line in enumerate(CELLS)
                ]
            )
        ),
        "refuse",
    ),
    "W one small city in persons": (W, xlsx(lambda: sheet(edit((5, 8, 41_000.0)))), "refuse"),
    "W a name in a column of years": (W, xlsx(lambda: sheet(edit((5, 12, "Kabul")))), "refuse"),
    "W country code 1e300": (W, xlsx(lambda: sheet(edit((5, 1, 1e300)))), "refuse"),
    "W country code of another": (W, xlsx(lambda: sheet(edit((5, 1, 76)))), "refuse"),
    "W city code 1e300": (W, xlsx(lambda: sheet(edit((5, 3, 1e300)))), "refuse"),
    "W city code text": (W, xlsx(lambda: sheet(edit((5, 3, "20005")))), "any"),
    "W city code True": (W, xlsx(lambda: sheet(edit((5, 3, True)))), "refuse"),
    "W name is a number": (W, xlsx(lambda: sheet(edit((5, 4, 12.0)))), "any"),
    "W name <script>": (W, xlsx(lambda: sheet(edit((5, 4, "<script>alert(1)</script>")))), "any"),
    "W name formula": (W, xlsx(lambda: sheet(edit((5, 4, '=HYPERLINK("http://evil")')))), "any"),
    "W name 1 MB": (W, xlsx(lambda: sheet(edit((5, 4, "x" * 1_000_000)))), "any"),
    "W heading twice": (W, xlsx(lambda: sheet(edit((0, 9, 1950)))), "refuse"),
    "W heading 1950.7": (W, xlsx(lambda: sheet(edit((0, 8, 1950.7)))), "refuse"),
    "W heading NaN": (W, xlsx(lambda: sheet(edit((0, 8, Raw("<c><v>NaN</v></c>"))))), "refuse"),
    "W heading inf": (W, xlsx(lambda: sheet(edit((0, 8, Raw("<c><v>1e999</v></c>"))))), "refuse"),
    "W heading date": (
        W,
        xlsx(lambda: sheet(edit((0, 8, Raw('<c t="d"><v>1950-01-01</v></c>'))))),
        "refuse",
    ),
    "W rows in another order": (
        W,
        xlsx(lambda: sheet([*CELLS[: TOP + 1], *CELLS[TOP + 1 :][::-1]])),
        "accept",
    ),
    "W a row twice, one gone": (W, xlsx(lambda: sheet([*CELLS[:-1], CELLS[TOP + 1]])), "refuse"),
    "W an index twice": (W, xlsx(lambda: sheet(edit((5, 0, 6.0)))), "refuse"),
    "R valid": (R, lambda: REGIONAL, "accept"),
    "R bom": (R, raw("p.csv", lambda: b"\xef\xbb\xbf" + REGIONAL.read_bytes()), "accept"),
    "R utf-16": (
        R,
        raw("p.csv", lambda: REGIONAL.read_text("utf-8-sig").encode("utf-16")),
        "refuse",
    ),
    "R latin-1": (
        R,
        raw(
            "p.csv",
            lambda: (
                REGIONAL.read_text("utf-8-sig")
                .replace("New South", "Kärnten")
                .encode("latin-1", "replace")
            ),
        ),
        "refuse",
    ),
    "R empty": (R, raw("p.csv", b""), "refuse"),
    "R fifo": (R, fifo("f.csv"), "refuse"),
    "R /dev/zero": (R, lambda: Path("/dev/zero"), "refuse"),
    "R 1 GB csv": (R, big_csv, "refuse"),
    "R 7 GB in a .csv.gz": (R, gz("p.csv.gz"), "refuse"),
    "R valid in .csv.gz": (
        R,
        lambda: (
            (ROOT / "v.csv.gz").write_bytes(gzip.compress(REGIONAL.read_bytes())),
            ROOT / "v.csv.gz",
        )[1],
        "any",
    ),
    "R decimal comma": (
        R,
        table(each(lambda r: [*r[:POP], r[POP] + ",0", *r[POP + 1 :]])),
        "refuse",
    ),
    "R thousands": (
        R,
        table(each(lambda r: [*r[:POP], f"{int(r[POP]):,}", *r[POP + 1 :]])),
        "refuse",
    ),
    "R thousands with dots": (
        R,
        table(each(lambda r: [*r[:POP], f"{int(r[POP]):,}".replace(",", "."), *r[POP + 1 :]])),
        "refuse",
    ),
    "R one early year times 1000": (
        R,
        table(where(1, lambda r: [*r[:POP], str(int(r[POP]) * 1000), *r[POP + 1 :]])),
        "refuse",
    ),
    "R all early years in thousands": (
        R,
        table(
            each(
                lambda r: (
                    r
                    if r[3] >= "2015"
                    else [*r[:POP], str(max(1, int(r[POP]) // 1000)), *r[POP + 1 :]]
                )
            )
        ),
        "refuse",
    ),
    "R last year in thousands, one region": (
        R,
        table(where(30, lambda r: [*r[:POP], str(int(r[POP]) // 1000), *r[POP + 1 :]])),
        "refuse",
    ),
    "R half of the regions of a country": (
        R,
        table(lambda t: [r for k, r in enumerate(t) if k < 1 or r[0] != "BRA" or r[1] < "BRAr115"]),
        "refuse",
    ),
    "R cut in the middle of a line": (
        R,
        raw("p.csv", lambda: REGIONAL.read_bytes()[:200_000]),
        "refuse",
    ),
    "R cut at a line's end": (
        R,
        raw(
            "p.csv",
            lambda: REGIONAL.read_bytes()[: REGIONAL.read_bytes().rindex(b"\n", 0, 200_000) + 1],
        ),
        "refuse",
    ),
    "R key with a space twice": (
        R,
        table(lambda t: [*t, [t[1][0], " " + t[1][1], *t[1][2:]]]),
        "refuse",
    ),
    "R key in another case twice": (
        R,
        table(lambda t: [*t, [t[1][0], t[1][1].lower(), *t[1][2:]]]),
        "refuse",
    ),
    "R one region, two names": (
        R,
        table(where(1, lambda r: [*r[:2], "Another", *r[3:]])),
        "refuse",
    ),
    "R empty key": (R, table(where(1, lambda r: [r[0], "", *r[2:]])), "refuse"),
    "R a blank key": (R, table(where(1, lambda r: [r[0], "   ", *r[2:]])), "refuse"),
    "R population 1e3": (R, table(where(1, lambda r: [*r[:POP], "1e3", *r[POP + 1 :]])), "any"),
    "R population 0x10": (
        R,
        table(where(1, lambda r: [*r[:POP], "0x10", *r[POP + 1 :]])),
        "refuse",
    ),
    "R population 1_000": (
        R,
        table(where(1, lambda r: [*r[:POP], "1_000", *r[POP + 1 :]])),
        "refuse",
    ),
    "R population Arabic digits": (
        R,
        table(where(1, lambda r: [*r[:POP], "٣٤٥", *r[POP + 1 :]])),
        "any",
    ),
    "R population inf": (R, table(where(1, lambda r: [*r[:POP], "inf", *r[POP + 1 :]])), "refuse"),
    "R population nan": (R, table(where(1, lambda r: [*r[:POP], "nan", *r[POP + 1 :]])), "refuse"),
    "R population True": (
        R,
        table(where(1, lambda r: [*r[:POP], "True", *r[POP + 1 :]])),
        "refuse",
    ),
    "R population 2020-01-01": (
        R,
        table(where(1, lambda r: [*r[:POP], "2020-01-01", *r[POP + 1 :]])),
        "refuse",
    ),
    "R year 2000.0": (R, table(each(lambda r: [*r[:3], r[3] + ".0", *r[4:]])), "any"),
    "R year 99999": (R, table(where(1, lambda r: [*r[:3], "99999", *r[4:]])), "refuse"),
    "R duplicate heading": (R, table(lambda t: [[*r, r[POP]] for r in t]), "refuse"),
    "R both gdlcode and region_code": (
        R,
        table(lambda t: [[*r, "region_code" if k == 0 else r[1]] for k, r in enumerate(t)]),
        "any",
    ),
    "R a column more in every row than headings": (
        R,
        table(lambda t: [t[0], *[["1", *r] for r in t[1:]]]),
        "refuse",
    ),
    "R a column more at the end of every row": (
        R,
        table(lambda t: [t[0], *[[*r, "1"] for r in t[1:]]]),
        "refuse",
    ),
    "R a column more at the end of one row": (R, table(where(9, lambda r: [*r, "1"])), "refuse"),
    "R a cell less in one row": (R, table(where(9, lambda r: r[:-1])), "refuse"),
    "R heading only": (R, table(lambda t: t[:1]), "refuse"),
    "R region <script>": (
        R,
        table(where(1, lambda r: [*r[:2], "<script>alert(1)</script>", *r[3:]])),
        "any",
    ),
    "R region ../": (R, table(where(1, lambda r: [*r[:2], "../../etc/passwd", *r[3:]])), "any"),
    "R region =cmd": (R, table(where(1, lambda r: [*r[:2], "=cmd|' /C calc'!A0", *r[3:]])), "any"),
    "R region NUL": (
        R,
        raw("p.csv", lambda: REGIONAL.read_bytes().replace(b"New South", b"New\x00South", 1)),
        "refuse",
    ),
    "R region 10 MB": (R, table(where(1, lambda r: [*r[:2], "x" * 10_000_000, *r[3:]])), "any"),
    "R all rows bad": (R, table(each(lambda r: ["x", "", "", "y", "z", ""])), "refuse"),
    "R xls as csv": (R, lambda: WUP, "refuse"),
    "R html": (R, raw("p.csv", b"<!DOCTYPE html><html><body>404</body></html>"), "refuse"),
    "R a country without people": (R, table(each(lambda r: ["ATA", *r[1:]])), "refuse"),
    "R file name with markup": (
        R,
        raw("<img src=x onerror=alert(1)>.csv", lambda: REGIONAL.read_bytes()),
        "any",
    ),
    "R file name with newline": (R, raw("a\nb.csv", lambda: REGIONAL.read_bytes()), "any"),
    "R file name not UTF-8": (
        R,
        lambda: (
            shutil.copy(REGIONAL, os.fsencode(ROOT) + b"/p\xff.csv"),
            Path(os.fsdecode(os.fsencode(ROOT) + b"/p\xff.csv")),
        )[1],
        "any",
    ),
}


def run(kind, file):
    before = set(USER.iterdir()) if USER.exists() else set()
    start = time.monotonic()
    process = subprocess.Popen(
        [PROGRAM, "data", "add", kind, os.fspath(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"SCSREPORT_USER_DATA": str(USER)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
    reader.start()
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - start > LIMIT:
            process.kill()
            _, status, used = os.wait4(process.pid, 0)
            status = "hang"
            break
        time.sleep(0.05)
    reader.join(5)
    text = b"".join(output).decode("utf-8", "replace")
    code = "hang" if status == "hang" else os.waitstatus_to_exitcode(status)
    left = sorted(p.name for p in (set(USER.iterdir()) if USER.exists() else set()) - before)
    return code, text, time.monotonic() - start, used.ru_maxrss // 1024, left


def outcome_of(name, wanted, code, text, left):
    """Say in a word what happened, and whether it may."""
    if code == "hang":
        return "hang", False
    if "Traceback" in text or code not in (0, 1, 2):
        return "crash", False
    if code == 0:
        return "taken", wanted != "refuse" or name in TAKEN
    if left:
        return "refused, and left " + ", ".join(left), False
    return "refused", wanted != "accept"


def options():
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wup")
    parser.add_argument("regional")
    parser.add_argument("--only", default="")
    parser.add_argument("--n", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def tried(name):
    """Run one case and print it; return what happened, and whether it may."""
    kind, make, wanted = CASES[name]
    shutil.rmtree(USER, ignore_errors=True)
    file = make()
    code, text, wall, memory, left = run(kind, file)
    if ROOT in file.parents and not file.is_dir():
        file.unlink(missing_ok=True)
    outcome, right = outcome_of(name, wanted, code, text, left)
    sign = " " if right else "!"
    words = " ".join(text.split())[:230]
    sys.stdout.write(f"{sign} {name:46} {outcome:9} {wall:.1f} s {memory} MB | {words}\n")
    sys.stdout.flush()
    return outcome, right


def main():
    """Run the cases, print each, and end with 1 where something must not be."""
    asked = options()
    names = [name for name in CASES if asked.only in name]
    if asked.n:
        names = random.Random(asked.seed).sample(names, min(asked.n, len(names)))
    totals = {}
    wrong = 0
    for name in names:
        outcome, right = tried(name)
        wrong += not right
        totals[outcome] = totals.get(outcome, 0) + 1
    sys.stdout.write(f"{totals}, {wrong} wrong\n")
    shutil.rmtree(ROOT, ignore_errors=True)
    sys.exit(bool(wrong))


main()
