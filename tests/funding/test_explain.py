"""Why this funder, and why not another."""

from datetime import date
from decimal import Decimal

import pytest

from lending_core.funding.explain import alternatives
from lending_core.funding.funders import Agreement
from lending_core.funding.matching import fund
from tests.funding.batches import a_batch, a_funder, loans

TOLD = ("rank", "lead_code", "partner_code", "cost_fen", "extra_fen", "obstacle", "missing_fen")


def test_every_way_says_its_cost_and_what_stands_against_it() -> None:
    """The loan of 8,000 fen takes the cheap place whole, 7,000 left there are seven tenths of the
    loan of 10,000."""
    cheap, dear = a_funder("cheap", "0.02", 15_000), a_funder("dear", "0.05")
    new = a_funder("new", "0.01", listed_on=date(2027, 1, 1))
    batch = a_batch(
        loans(10_000, 8_000), cheap, dear, new, agreements=(Agreement("dear", "cheap"),)
    )
    matched = fund(batch)

    told = alternatives(batch, matched, loan_id=1)

    assert told.select(*TOLD, "is_chosen").rows() == [
        (1, "cheap", None, 200, -90, "total_quota", 3_000, False),
        (2, "dear", "cheap", 290, 0, None, None, True),
        (3, "dear", "cheap", 410, 120, "dearer", None, False),
        (4, "dear", None, 500, 210, "dearer", None, False),
        (None, "new", None, None, None, "not_listed", None, False),
    ]
    assert told["partner_share_fen"].to_list() == [None, 7_000, 3_000, None, None]


def test_a_loan_that_waits_tells_the_limit_of_each_way() -> None:
    batch = a_batch(
        loans(100), a_funder("a", "0.02", 90), a_funder("b", "0.05", daily_quota_fen=80)
    )

    told = alternatives(batch, fund(batch), loan_id=1)

    assert told.select("lead_code", "obstacle", "obstacle_funder_code", "missing_fen").rows() == [
        ("a", "total_quota", "a", 10),
        ("b", "daily_quota", "b", 20),
    ]


def test_a_cheaper_funder_steps_back_for_the_least_part_of_another() -> None:
    cheap = a_funder("cheap", "0.02")
    batch = a_batch(loans(100), cheap, a_funder("dear", "0.05", offer_part_min=Decimal("0.5")))

    told = alternatives(batch, fund(batch), loan_id=1)

    assert told.select("lead_code", "obstacle", "is_chosen").rows() == [
        ("cheap", "offer_min", False),
        ("dear", None, True),
    ]


def test_a_loan_of_another_batch_is_a_mistake() -> None:
    batch = a_batch(loans(100), a_funder("f", "0.02"))

    with pytest.raises(ValueError, match="loan 2 is not in the batch"):
        alternatives(batch, fund(batch), loan_id=2)
