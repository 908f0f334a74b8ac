"""A sentence of an exhibit is a text, and remembers its message and its facts."""

import copy
import json

import numpy as np
import pandas as pd
import pytest

from scsreport.exhibits import contract, said, text
from scsreport.exhibits.pages import Page, Pages, Section, Table


def test_a_filled_sentence_remembers_the_facts_that_it_names():
    facts = {"n": np.int64(3), "by": {"a": 0.25}, "whole": pd.DataFrame({"a": [1]}), "low": None}
    filled = text.fill("{n:count} of {by[a]:share}", facts, "fig-x")
    assert filled == "3 of 25\u00a0%"
    assert said.parts(filled) == [["{n:count} of {by[a]:share}", {"n": 3, "by[a]": 0.25}]]
    assert json.loads(json.dumps(said.parts(filled))) == said.parts(filled)


@pytest.mark.parametrize(
    ("message", "facts", "kept"),
    [
        ("{low to high:share}", {"low": 0.1, "high": 0.2}, {"low": 0.1, "high": 0.2}),
        ("{a[x and y] and b}", {"a": {"x and y": "p"}, "b": "q"}, {"a[x and y]": "p", "b": "q"}),
        ("{names:listed}", {"names": ["a", "b"]}, {"names": ["a", "b"]}),
        ("{gone:text}", {"gone": pd.NA}, {"gone": None}),
    ],
)
def test_facts_are_kept_by_the_places_that_name_them(message, facts, kept):
    assert said.parts(text.fill(message, facts, "fig-x")) == [[message, kept]]


def test_sentences_that_are_joined_remember_all_of_them():
    one, other = (text.fill(f"{word} {{n:none}}.", {"n": 2}, "x") for word in ("One", "Two"))
    whole = said.joined([one, other, "plain"])
    assert whole == "One 2. Two 2. plain"
    assert [message for message, _ in said.parts(whole)] == ["One {n:none}.", "Two {n:none}."]


def test_a_plain_text_is_a_name_and_a_copy_is_the_sentence_itself():
    assert said.parts("Kisumu") == []
    filled = text.fill("{n:none}", {"n": 1}, "x")
    assert copy.deepcopy(filled) is filled


def test_pages_tell_what_their_sentences_were_made_from():
    cell = text.fill("{n:count}", {"n": 7}, "x")
    table = Table(text.fill("Of {name}", {"name": "Peru"}, "x"), ["System"], [["Lima", cell]])
    section = Section("how", "How?", [text.fill("It has {n:none}.", {"n": 0}, "x")], table)
    page = Page("peru", "Peru", "Plain.", [section], "Cities", [], "A", country="PE")
    bundle = Pages("countries", [page])._repr_mimebundle_()
    (kept,) = json.loads(json.dumps(bundle))["application/vnd.scsreport.pages+json"]["pages"]
    assert kept["country"] == "PE"
    assert kept["made_of"]["sections"][0]["paragraphs"] == [[["It has {n:none}.", {"n": 0}]]]
    assert kept["made_of"]["sections"][0]["table"]["rows"] == [["Lima", [["{n:count}", {"n": 7}]]]]


def test_a_published_number_carries_its_message(monkeypatch):
    from scsreport.exhibits import advice

    shown = []
    monkeypatch.setattr(contract, "display", lambda data, **more: shown.append(more["metadata"]))
    contract.publish(advice)
    made_of = {each["scrapbook"]["name"]: each.get(contract.MADE_OF) for each in shown}
    message, facts = made_of["advice_disputed"][0]
    assert message == "{grades[mixed]:count} of {n:count} actions"
    assert set(facts) == {"grades[mixed]", "n"}
