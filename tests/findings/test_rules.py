"""Headlines by definition agree with what other chapters count, and the working rule is as said."""

import pandas as pd
import pytest

from scsreport.findings import forms, rules, systems
from scsreport.findings.counting import COUNTINGS, counting


def test_rules_in_circulation_count_as_in_their_chapter():
    told = systems.by_rule().set_index(["rule", "counting"])
    columns = ["cities", "countries", "of_world"]
    found = rules.by_definition().loc[told.index, columns]
    pd.testing.assert_frame_equal(found, told[columns], check_dtype=False)


def test_the_working_rule_takes_in_all_cities_with_a_form():
    for how, scope in (("as listed", "all"), ("without suburbs", "without suburbs")):
        assert set(rules.secondary(how)["W"].index) == set(forms.scoped(scope).index)


@pytest.mark.parametrize("how", COUNTINGS)
def test_the_working_rule_leaves_out_the_largest_and_the_small(how):
    found = rules.secondary(how)["W"]
    assert found["people"].min() >= rules.FLOOR
    rows, _, people = counting(how)
    largest = rows.groupby("country")[people].max()
    assert (found["people"] < found["country"].map(largest)).all()


def test_shares_of_forms_add_up_under_each_definition():
    table = rules.by_definition()
    assert len(table) == len(rules.definitions()) == 27
    assert table[list(forms.NAMES)].sum(axis=1).to_numpy() == pytest.approx(1)
    assert (table["typed"] <= table["cities"]).all()


def test_an_unknown_way_of_counting_is_refused():
    with pytest.raises(ValueError, match="counting_by: found 'by eye', expected"):
        rules.secondary("by eye")
