"""The seven products keep the law and name the source of each number."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lending_core.products.catalogue import (
    EARLY_REPAYMENTS,
    Fee,
    caps,
    catalogue,
    contract_terms,
    faults_of,
)

WEILIDAI = catalogue()["weilidai"]


def test_the_products_stand_in_the_order_of_the_document() -> None:
    assert list(catalogue()) == [
        "weilidai",
        "fenfu",
        "youqianhua",
        "fenqile",
        "jintiao",
        "jietiao_360",
        "small_business",
    ]


def test_a_daily_rate_is_quoted_as_365_times_it() -> None:
    rates = (WEILIDAI.daily_rate_min, WEILIDAI.annual_rate_min, WEILIDAI.annual_rate_max)

    assert rates == (Decimal("0.0002"), Decimal("0.0730"), Decimal("0.1825"))


def test_amounts_are_fen() -> None:
    found = (WEILIDAI.limit_min_fen, WEILIDAI.limit_max_fen, WEILIDAI.draw_max_fen)

    assert found == (500_00, 200_000_00, 40_000_00)


@pytest.mark.parametrize("product", catalogue().values(), ids=lambda product: product.code)
def test_no_product_breaks_a_rule(product: Any) -> None:
    assert list(faults_of(product)) == []


@pytest.mark.parametrize("product", catalogue().values(), ids=lambda product: product.code)
def test_every_source_is_a_rule_a_section_or_an_assumption(product: Any) -> None:
    is_named = [
        "assumption" in source or source[0] == "§" or source[:3] in {"PM-", "IL-", "LT-", "PR-"}
        for source in product.sources.values()
    ]

    assert all(is_named)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"limit_max_fen": 200_000_01}, "limit_yuan"),
        ({"limit_min_fen": 300_000_00}, "limit_yuan"),
        ({"draw_min_fen": 0}, "draw_yuan"),
        ({"annual_rate_max": Decimal("0.2409")}, "rates"),
        ({"rate_step": Decimal("0.1")}, "rate_step"),
        ({"methods": ("balloon",)}, "methods"),
        ({"day_count": "30E/360"}, "day_count"),
        ({"day_count": "30/360"}, "day_count"),
        ({"instalment_choices": (6, 3)}, "instalment_choices"),
        ({"penalty_multiple": Decimal("1.6")}, "penalty_multiple"),
        ({"allocation": ("fee", "penalty", "interest")}, "allocation"),
        ({"late_allocation": ("principal",)}, "late_allocation"),
        ({"late_allocation": None}, "late_allocation"),
        ({"late_allocation_days_past_due": 0}, "late_allocation"),
        ({"early_repayment": ("any",)}, "early_repayment"),
        ({"early_repayment": ()}, "early_repayment"),
        (
            {"early_repayment": ("fewer_instalments",), "methods": ("interest_only",)},
            "early_repayment",
        ),
        (
            {"fees": (Fee("service", "principal_when_paid_out", Decimal(0), "platform", "-"),)},
            "fees",
        ),
    ],
)
def test_a_product_against_the_rules_is_found(change: dict[str, Any], fault: str) -> None:
    found = list(faults_of(replace(WEILIDAI, **change)))

    assert found == [f"weilidai: {fault} is out of range or not known"]


def test_a_number_without_source_is_found() -> None:
    found = list(faults_of(replace(WEILIDAI, sources=WEILIDAI.sources | {"grace_days": ""})))

    assert found == ["weilidai: grace_days has no source"]


def test_a_late_order_without_source_is_found() -> None:
    found = list(faults_of(replace(WEILIDAI, sources=WEILIDAI.sources | {"late_allocation": ""})))

    assert found == ["weilidai: late_allocation has no source"]


def test_a_consumers_bullet_loan_ends_within_a_year() -> None:
    consumer, business = catalogue()["youqianhua"], catalogue()["small_business"]

    assert consumer.instalments_for("interest_only") == (3, 6, 12)
    assert consumer.instalments_for("equal_instalment") == (3, 6, 12, 18, 24)
    assert business.instalments_for("interest_only") == (3, 6, 12, 24, 36)


@pytest.mark.parametrize(
    ("rate", "penalty"), [("0.12", "0.18"), ("0.1825", "0.27375"), ("0.146", "0.219")]
)
def test_the_penalty_rate_is_the_contract_rate_times_the_multiple(rate: str, penalty: str) -> None:
    assert WEILIDAI.penalty_annual_rate(Decimal(rate)) == Decimal(penalty)


def test_all_cost_of_a_loan_has_a_cap_whatever_its_penalty_rate() -> None:
    assert caps().total_cost_annual_rate == Decimal("0.24")
    assert caps().sources["total_cost_annual_rate"] == "ZD-14"


def test_a_payment_settles_fees_first_and_principal_first_once_a_consumer_is_91_days_late() -> None:
    found = WEILIDAI.allocation, WEILIDAI.late_allocation, WEILIDAI.late_allocation_days_past_due

    assert found == (
        ("fee", "penalty", "interest", "principal"),
        ("principal", "interest", "penalty", "fee"),
        91,
    )


def test_business_loans_alone_keep_one_order_for_life() -> None:
    one_order = [p.code for p in catalogue().values() if p.late_allocation is None]

    assert one_order == ["small_business"]


def test_loans_of_whole_months_alone_carry_the_remainder() -> None:
    carrying = {p.code: p.carries_remainder for p in catalogue().values()}

    assert carrying == {p.code: p.day_count == "30/360" for p in catalogue().values()}


def test_fewer_instalments_need_instalments_that_have_a_size_to_keep() -> None:
    product = catalogue()["youqianhua"]

    assert product.early_repayment_for("equal_instalment") == EARLY_REPAYMENTS
    assert product.early_repayment_for("interest_only") == ("lower_instalment", "next_dues")
    assert "fewer_instalments" not in catalogue()["fenfu"].early_repayment


def test_the_terms_of_contracts_stand_one_row_per_product() -> None:
    rows = contract_terms().rows()

    assert [row[0] for row in rows] == list(catalogue())
    assert rows[0] == ("weilidai", "act/365", False, 1, Decimal("1.50"))
    assert rows[-1] == ("small_business", "30/360", True, 3, Decimal("1.50"))


def test_the_caps_name_their_rules() -> None:
    assert caps().all_in_annual_rate == Decimal("0.24")
    assert caps().sources["all_in_annual_rate"] == "ZD-06"
