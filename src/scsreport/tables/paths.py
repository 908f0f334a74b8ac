"""Where everything lies: the one place in the package that knows a path."""

import os
from pathlib import Path

from platformdirs import user_cache_dir, user_data_dir

__all__ = [
    "BIBLIOGRAPHY",
    "BUILD",
    "CITATION",
    "CONFIG",
    "DATA",
    "EXECUTION",
    "IN_CLONE",
    "LOCALES",
    "LOCK",
    "MANIFEST",
    "PACKAGE",
    "PROVENANCE",
    "RAW",
    "ROOT",
    "SITE",
    "STAGE",
    "TOC",
    "USER_CACHE",
    "USER_DATA",
]

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
IN_CLONE = (ROOT / "_config.yml").is_file() and PACKAGE == ROOT / "src" / "scsreport"
# An installed package carries its tables inside; in a clone they lie beside the code.
DATA = Path(os.environ.get("SCSREPORT_DATA") or (ROOT if IN_CLONE else PACKAGE) / "data")
# Files that a reader has added; never inside the project.
USER_DATA = Path(os.environ.get("SCSREPORT_USER_DATA") or user_data_dir("scsreport", False))
MANIFEST = DATA / "datapackage.json"
PROVENANCE = DATA / "provenance.json"
CONFIG = ROOT / "_config.yml"
TOC = ROOT / "_toc.yml"
LOCK = ROOT / "requirements.lock"
# What is said in other languages; it travels with the package.
LOCALES = PACKAGE / "locale"
CITATION = ROOT / "CITATION.cff"
BIBLIOGRAPHY = ROOT / "chapters" / "references.bib"
BUILD = ROOT / "_build"
SITE = BUILD / "html"
STAGE = BUILD / "stage"
EXECUTION = BUILD / "execution"
RAW = BUILD / "raw"
# What commands keep to be quicker next time; it may be deleted.
USER_CACHE = BUILD / "cache" if IN_CLONE else Path(user_cache_dir("scsreport", False))
