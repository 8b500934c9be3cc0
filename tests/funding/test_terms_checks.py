"""Terms of a lender are checked field by field before anybody proposes them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lending_core.funding.funders import Funder, funders
from lending_core.funding.terms_checks import faults, new_code

BANK = funders()["binhai_bank"]
OTHERS = {code: each for code, each in funders().items() if code != BANK.funder_code}
TERMS = {name: value for name, value in vars(BANK).items() if name != "sources"}


def found(**changes: Any) -> list[tuple[str, str]]:
    """Field and reason of what is wrong with the bank's terms and these changes."""
    return [(fault.field, fault.why.reason) for fault in faults(TERMS | changes, OTHERS)]


@pytest.mark.parametrize("code", list(funders()))
def test_the_reference_lenders_may_be_proposed(code: str) -> None:
    others = {other: each for other, each in funders().items() if other != code}

    assert faults(vars(funders()[code]), others) == []


@pytest.mark.parametrize(
    ("field", "changes", "reason"),
    [
        ("name_zh", {"name_zh": "  "}, "lender_name_missing"),
        ("name_en", {"name_en": "Hengshan Trust"}, "lender_name_taken"),
        ("name_en", {"funder_code": "", "name_en": "新银行"}, "lender_name_latin"),
        ("licence_number", {"licence_number": ""}, "lender_licence_missing"),
        ("licence_number", {"licence_number": "K0001H243010001"}, "lender_licence_taken"),
        ("licence_on", {"licence_on": None}, "lender_day_missing"),
        ("listed_on", {"listed_on": None}, "lender_day_missing"),
        ("listed_on", {"listed_on": date(2014, 12, 15)}, "lender_listed_early"),
        ("delisted_on", {"delisted_on": date(2024, 1, 1)}, "lender_delisted_early"),
        ("group_code", {"group_code": "nobody"}, "funder_unknown"),
        ("product_codes", {"product_codes": ()}, "lender_products_missing"),
        ("product_codes", {"lender_type": "trust", "product_codes": ("fenfu",)}, "lender_product"),
        ("annual_rate_max", {"annual_rate_max": Decimal("0.2401")}, "lender_rate_cap"),
        ("annual_rate_max", {"annual_rate_max": Decimal("0.03")}, "lender_span"),
        ("annual_rate_min", {"annual_rate_min": None}, "lender_amount_missing"),
        ("annual_cost", {"annual_cost": Decimal(0)}, "lender_amount_missing"),
        ("annual_cost", {"annual_cost": Decimal("0.25")}, "lender_cost"),
        ("instalments_max", {"instalments_max": 2}, "lender_span"),
        ("quota_fen", {"quota_fen": None}, "lender_amount_missing"),
        ("tier1_fen", {"tier1_fen": 0}, "lender_amount_missing"),
        ("share_max", {"share_max": Decimal("0.2")}, "lender_span"),
        ("guarantee_rate", {"guarantee_rate": Decimal(0)}, "lender_guarantee_rate"),
        ("guarantee_budget_fen", {"guarantee_budget_fen": None}, "lender_guarantee_budget"),
    ],
)
def test_a_fault_stands_at_its_field(field: str, changes: dict[str, Any], reason: str) -> None:
    assert found(**changes) == [(field, reason)]


def test_every_fault_of_a_form_is_found_at_once() -> None:
    nothing = dict.fromkeys(("name_en", "licence_number", "quota_fen"))

    assert [field for field, _ in found(**nothing)] == ["name_en", "licence_number", "quota_fen"]


def test_a_lender_that_pauses_has_a_quota_of_nothing() -> None:
    assert found(quota_fen=0, daily_quota_fen=0) == []


def test_a_new_lender_is_kept_under_its_english_name() -> None:
    taken: dict[str, Funder] = dict.fromkeys(("new_bank", "new_bank_2"), BANK)

    assert new_code(" Harbour & Sons' Bank ", taken) == "harbour_sons_bank"
    assert new_code("New Bank", taken) == "new_bank_3"
    assert new_code("新银行", taken) == ""
