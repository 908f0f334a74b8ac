"""The first line of what ends a build says where it is wrong, and what helps."""

import subprocess
import tomllib
from types import SimpleNamespace

import pytest

from scsreport.book import faults

PAGE = (
    "# A page\n\n```{code-cell} ipython3\none()\ntwo()\n```\n\nThere are {glue:text}`gaps_rsoe`.\n"
)
TOLD = """An error occurred while executing the following cell:
------------------
one()
two()
------------------


---------------------------------------------------------------------------
NameError                                 Traceback (most recent call last)
Cell In[2], line 2
      1 one()
----> 2 two()

NameError: name 'two' is not defined
"""


def test_a_cell_that_fails_is_named_by_its_line():
    found = faults.of_cell("chapters/a.md", PAGE, TOLD)
    assert found == "chapters/a.md:5: NameError: name 'two' is not defined"


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("Its process died (exit code 9).", "chapters/a.md: Its process died (exit code 9)."),
        (TOLD.replace("one()", "gone()"), "chapters/a.md: NameError: name 'two' is not defined"),
        ("", "chapters/a.md: it failed"),
    ],
)
def test_what_has_no_place_names_its_page(error, found):
    assert faults.of_cell("chapters/a.md", PAGE, error) == found


def notebook(*keys):
    outputs = [{"metadata": {"scrapbook": {"name": key}}} for key in keys]
    return SimpleNamespace(cells=[{"outputs": outputs}, {"source": "text"}])


def test_an_unknown_number_is_named_with_the_near_one():
    (found,) = faults.of_keys("chapters/a.md", PAGE, notebook("gaps_rose", "gaps_fell"))
    assert found.startswith("chapters/a.md:8: no number 'gaps_rsoe'. Did you mean 'gaps_rose'?")
    assert "contract.publish(gaps)" in found and "words.toml" in found
    assert faults.of_keys("chapters/a.md", PAGE, notebook("gaps_rsoe")) == []


def test_words_that_cannot_be_read_are_named_by_their_line():
    with pytest.raises(tomllib.TOMLDecodeError) as broken:
        tomllib.loads('[fig-a]\ntitle = "a"\n[fig-b\n')
    assert faults.of_toml("words.toml", broken.value).startswith("words.toml:3: found no TOML")


def test_new_rows_of_a_table_are_named_by_their_lines(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("id,x\nA,1\nB,2\n")
    assert faults.of_data("data/t.csv", file) == "data/t.csv"  # no clone can tell
    named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "t.csv"], [*named, "commit", "-qm", "One"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    file.write_text("id,x\nA,1\nB,3\nC,4\n")
    assert faults.of_data("data/t.csv", file) == "data/t.csv:3, 4"
    file.write_text("id,x\n" + "".join(f"{n},0\n" for n in range(9)))
    assert faults.of_data("data/t.csv", file) == "data/t.csv:2, 3, 4, 5, 6 ..."
