"""Agreements on joint lending are checked field by field before anybody proposes them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lending_core.funding.agreement_checks import agreement_faults
from lending_core.funding.funders import Agreement, agreements, funders

LENDERS = {
    **funders(),
    "poor_bank": replace(funders()["lanting_bank"], tier1_fen=None),
    "proud_bank": replace(funders()["lanting_bank"], share_min=Decimal("0.6")),
}
JOINT = vars(agreements()[0])


def found(**changes: Any) -> list[tuple[str, str]]:
    """Field and reason of what is wrong with the first agreement and these changes."""
    faults = agreement_faults(JOINT | changes, LENDERS)
    return [(fault.field, fault.why.reason) for fault in faults]


@pytest.mark.parametrize("agreement", agreements(), ids=lambda each: "-".join(each.pair))
def test_the_reference_agreements_may_be_proposed(agreement: Agreement) -> None:
    assert agreement_faults(vars(agreement), LENDERS) == []


@pytest.mark.parametrize(
    ("field", "changes", "reason"),
    [
        ("lead_code", {"lead_code": "nobody"}, "funder_unknown"),
        ("partner_code", {"partner_code": "binhai_bank"}, "agreement_itself"),
        ("partner_code", {"partner_code": "hengshan_trust"}, "agreement_no_product"),
        ("lead_code", {"lead_code": "poor_bank"}, "agreement_capital"),
        ("partner_share_min", {"partner_share_min": Decimal("0.29")}, "agreement_part"),
        ("partner_share_max", {"partner_share_max": Decimal("0.71")}, "agreement_part"),
        ("partner_share_min", {"partner_share_min": None}, "agreement_part"),
        ("partner_share_max", {"partner_share_min": Decimal("0.71")}, "lender_span"),
        (
            "partner_share_min",
            {"lead_code": "proud_bank", "partner_share_min": Decimal("0.45")},
            "agreement_no_split",
        ),
        ("listed_on", {"listed_on": None}, "lender_day_missing"),
        ("delisted_on", {"delisted_on": date(2025, 10, 1)}, "lender_delisted_early"),
    ],
)
def test_a_fault_stands_at_its_field(field: str, changes: dict[str, Any], reason: str) -> None:
    assert found(**changes) == [(field, reason)]
