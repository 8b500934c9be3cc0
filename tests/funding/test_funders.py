"""Funders and rules as data."""

from datetime import date
from decimal import Decimal

import pytest

from lending_core.funding.batch import matching_rules
from lending_core.funding.funders import Agreement, agreements, funders, read_funder, written
from tests.funding.batches import a_funder


def test_every_number_of_a_funder_has_a_source() -> None:
    sources = {code: funder.sources for code, funder in funders().items()}

    assert sources["lanting_bank"]["region_codes"].startswith("IL-24")
    assert all(named["tier1_fen"] for named in sources.values() if "tier1_fen" in named)
    assert {each.lead_code for each in agreements()} <= funders().keys()


@pytest.mark.parametrize("code", list(funders()))
def test_a_funder_is_read_as_it_was_written(code: str) -> None:
    assert read_funder(written(funders()[code])) == funders()[code]


def test_a_number_without_a_source_is_refused() -> None:
    row = written(funders()["minghu_microloan"]) | {"tier1_fen": 5}

    with pytest.raises(ValueError, match=r"minghu_microloan: no source for \['tier1_fen'\]"):
        read_funder(row)


def test_the_rules_of_joint_lending_are_those_of_the_law() -> None:
    """IL-21, IL-22, IL-23."""
    rules = matching_rules()

    assert rules.partner_share_min == Decimal("0.30")
    assert rules.single_partner_part_max == Decimal("0.25")
    assert rules.joint_part_max == Decimal("0.50")


def test_a_funder_lends_from_its_list_day_to_the_day_before_it_leaves() -> None:
    funder = a_funder("f", "0.02", listed_on=date(2026, 3, 1), delisted_on=date(2026, 3, 3))

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]

    assert [funder.may_lend_on(day) for day in days] == [False, True, True, False]


def test_an_agreement_holds_from_its_list_day_to_the_day_before_it_ends() -> None:
    agreement = Agreement("a", "b", listed_on=date(2026, 3, 1), delisted_on=date(2026, 3, 2))

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]

    assert [agreement.holds_on(day) for day in days] == [False, True, False]


def test_nobody_is_its_own_partner() -> None:
    with pytest.raises(ValueError, match="its own partner"):
        Agreement("a", "a")


def test_a_lender_funds_only_what_its_type_may() -> None:
    with pytest.raises(ValueError, match="a trust may not fund weilidai"):
        a_funder("f", "0.02", lender_type="trust")


def test_shares_run_from_the_least_to_the_most() -> None:
    with pytest.raises(ValueError, match="shares"):
        a_funder("f", "0.02", share_min=Decimal("0.7"), share_max=Decimal("0.3"))
