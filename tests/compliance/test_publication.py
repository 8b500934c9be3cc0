"""Who is on the published list on a day, and who is not any more."""

from dataclasses import replace
from datetime import date

from lending_core.compliance.publication import Known, agreed, list_paper, listed
from lending_core.funding.funders import Agreement, funders
from tests.builders import AT

ON = date(2026, 11, 1)
BANK = funders()["binhai_bank"]
GONE = replace(funders()["qinghe_finance"], delisted_on=ON)
KNOWN = {each.funder_code: each for each in (BANK, GONE)}


def test_a_lender_leaves_the_list_on_its_day() -> None:
    before = listed(KNOWN, date(2026, 10, 31))

    assert [each.funder_code for each in before] == ["binhai_bank", "qinghe_finance"]
    assert listed(KNOWN, ON) == [BANK]


def test_an_agreement_ends_with_either_lender() -> None:
    agreements = [Agreement("binhai_bank", "qinghe_finance")]

    assert agreed(agreements, KNOWN, date(2026, 10, 31)) == agreements
    assert agreed(agreements, KNOWN, ON) == []


def test_a_list_leaves_out_what_there_is_none_of() -> None:
    paper = list_paper(Known(KNOWN, [], [], ON, is_simulated=False), "zh", AT)

    assert [table.title for table in paper.tables] == ["资金方"]
    assert [row[0] for row in paper.tables[0].rows] == ["滨海互联网银行"]
