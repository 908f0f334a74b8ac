"""Briefs of all countries: the same pages whichever way, and kept when interrupted."""

import pytest
from click.testing import CliRunner

from scsreport import cli, parts
from scsreport.brief import everywhere
from scsreport.exhibits import systems

SMALL = ["NRU", "TUV", "LUX"]


def test_every_country_of_the_book_has_a_brief():
    codes = everywhere.codes()
    assert len(codes) == len(set(codes)) > 200
    assert {*SMALL, "NAM", "CHN"} <= set(codes)


def test_briefs_are_the_same_in_another_process(tmp_path):
    here = everywhere.pages(SMALL)
    assert list(here) == ["brief-nauru.html", "brief-tuvalu.html", "brief-luxembourg.html"]
    assert here == everywhere.pages(SMALL, where="processes", workers=1, keep=tmp_path)
    assert here == everywhere.pages(SMALL, where="processes", workers=1, keep=tmp_path)


def test_a_country_that_the_borders_do_not_know_is_mapped_without_land():
    code = "REU"  # a part of France in the source of the borders
    (page,) = everywhere.pages([code]).values()
    assert systems.NO_LAND.strip() in page.decode()
    assert systems.NO_LAND.strip() not in everywhere.pages(["VNM"]).popitem()[1].decode()


def test_briefs_are_written_into_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(everywhere, "codes", lambda: SMALL)
    done = CliRunner().invoke(cli.main, ["countries", "--out", str(tmp_path / "briefs")])
    assert done.exit_code == 0, done.output
    assert "3 of 3 parts" in done.output
    assert "3 briefs" in done.output
    assert len(list((tmp_path / "briefs").glob("brief-*.html"))) == 3
    assert len(list((tmp_path / "briefs.parts").iterdir())) == 3


def test_a_country_that_fails_is_named_and_nothing_is_written(tmp_path):
    with pytest.raises(parts.PartError, match="part 2, 'Freedonia'"):
        everywhere.write(tmp_path / "briefs", ["NRU", "Freedonia"])
    assert not (tmp_path / "briefs").exists()
