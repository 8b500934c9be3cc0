"""Matching keeps every limit, is the best there is, and says so for one loan and for many."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.funding.answer import Matching
from lending_core.funding.batch import Batch, Offer
from lending_core.funding.funders import Agreement
from lending_core.funding.matching import fund
from tests.funding.batches import DAY, RULES, a_batch, a_funder, loans, random_batch, shuffled
from tests.funding.by_hand import best_value, broken_rules, ways, worth

YUAN_10_000 = 1_000_000


def shares(matched: Matching) -> list[tuple[int, str, str, int]]:
    return matched.shares.select("loan_id", "funder_code", "role", "share_fen").rows()


def left(matched: Matching) -> list[tuple[int, str, str | None, int | None]]:
    return matched.left.select("loan_id", "reason", "funder_code", "missing_fen").rows()


def chosen(batch: Batch, matched: Matching) -> tuple[tuple[tuple[str, int], ...], ...]:
    """The shares of each loan, the lead first, in the order of the batch's loans."""
    found: dict[int, list[tuple[str, int]]] = {loan_id: [] for loan_id in batch.loans["loan_id"]}
    for loan_id, funder_code, _, share_fen in shares(matched):
        found[loan_id].append((funder_code, share_fen))
    return tuple(map(tuple, found.values()))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_no_distribution_is_better_and_every_limit_holds(seed: int) -> None:
    batch = random_batch(seed, size=2 + seed % 3)
    asked = batch.loans.to_dicts()

    matched = fund(batch)

    found = chosen(batch, matched)
    assert broken_rules(batch, asked, found) == []
    assert all(
        not each or each in ways(batch, loan) for each, loan in zip(found, asked, strict=True)
    )
    assert matched.value == worth(batch, asked, found) == best_value(batch) == matched.value_max


@settings(max_examples=3)
@given(st.integers(0, 10**6))
def test_the_order_of_loans_and_funders_changes_nothing(seed: int) -> None:
    batch = random_batch(seed, size=12, lenders=4)

    matched, again = fund(batch), fund(shuffled(batch, seed))

    assert matched.shares.equals(again.shares)
    assert matched.left.equals(again.left)
    assert matched.limits.equals(again.limits)


def test_a_single_loan_goes_whole_to_the_cheapest_that_may() -> None:
    asked = loans(800_000)

    matched = fund(a_batch(asked, a_funder("cheap", "0.02"), a_funder("dear", "0.05")))

    assert shares(matched) == [(1, "cheap", "whole", 800_000)]
    assert (matched.cost_fen, matched.interest_fen) == (16_000, 144_000)
    assert matched.status == "best"


def test_a_full_funder_joins_another_rather_than_stand_idle() -> None:
    cheap, dear = a_funder("cheap", "0.02", 50), a_funder("dear", "0.05")
    agreed = (Agreement("dear", "cheap"),)

    matched = fund(a_batch(loans(101), cheap, dear, agreements=agreed))

    assert shares(matched) == [(1, "dear", "lead", 70), (1, "cheap", "partner", 31)]


def test_a_partner_takes_at_least_three_tenths_to_the_fen() -> None:
    """30 per cent of 101 fen are 30.3: 31 fen (IL-21)."""
    cheap, dear = a_funder("cheap", "0.02", 30), a_funder("dear", "0.05")

    matched = fund(a_batch(loans(101), cheap, dear, agreements=(Agreement("dear", "cheap"),)))

    assert shares(matched) == [(1, "dear", "whole", 101)]


def test_the_loan_that_waits_longest_takes_the_cheap_place() -> None:
    asked = loans(100, 100).with_columns(
        waiting_since=pl.Series([DAY, date(2026, 11, 1)], dtype=pl.Date)
    )

    matched = fund(a_batch(asked, a_funder("cheap", "0.02", 100), a_funder("dear", "0.05")))

    assert shares(matched) == [(1, "dear", "whole", 100), (2, "cheap", "whole", 100)]


def test_the_highest_spread_takes_the_dearest_loans_and_none_at_a_loss() -> None:
    rates = pl.Series(["0.04", "0.10", "0.24"]).cast(pl.Decimal(9, 6))
    asked = loans(100, 100, 100).with_columns(annual_rate=rates)

    matched = fund(a_batch(asked, a_funder("only", "0.05", 200), objective="spread"))

    assert shares(matched) == [(2, "only", "whole", 100), (3, "only", "whole", 100)]
    assert left(matched) == [(1, "margin", None, None)]
    assert matched.spread_fen == 24


def test_a_dear_funder_gets_its_least_part() -> None:
    cheap, dear = a_funder("cheap", "0.02"), a_funder("dear", "0.05", offer_part_min=Decimal("0.5"))

    matched = fund(a_batch(loans(100, 100, 100, 100), cheap, dear))

    assert [funder for _, funder, _, _ in shares(matched)] == ["cheap", "cheap", "dear", "dear"]


def test_a_funder_outside_its_provinces_leads_no_loan() -> None:
    local, far = a_funder("local", "0.02", region_codes=("33",)), a_funder("far", "0.05")

    matched = fund(a_batch(loans(100, region_code="44"), local, far))

    assert shares(matched) == [(1, "far", "whole", 100)]


# What stops a loan of 100 fen: the funder, the rules or the loan are changed.
STOPPED: dict[str, tuple[dict[str, Any], str | None, int | None]] = {
    "product": ({"funder": {"product_codes": ("small_business",)}}, None, None),
    "not_listed": ({"funder": {"listed_on": date(2026, 11, 3)}}, None, None),
    "region": ({"funder": {"region_codes": ("33",)}}, None, None),
    "band": ({"funder": {"bands": ("A",)}}, None, None),
    "rate": ({"funder": {"annual_rate_max": Decimal("0.179999")}}, None, None),
    "instalments": ({"funder": {"instalments_max": 9}}, None, None),
    "lead_type": ({"loan": {"lead_type": "trust"}}, None, None),
    "total_quota": ({"funder": {"quota_fen": 99}}, "f", 1),
    "daily_quota": ({"funder": {"daily_quota_fen": 90}}, "f", 10),
    "guarantee": (
        {"funder": {"guarantee_budget_fen": 4, "guarantee_rate": Decimal("0.05")}},
        "f",
        20,
    ),
    "funder_part": ({"rules": {"funder_part_max": Decimal("0.6")}}, "f", 40),
    "region_part": ({"rules": {"region_part_max": Decimal("0.7")}}, None, 30),
    "product_part": ({"rules": {"product_part_max": Decimal("0.8")}}, None, 20),
}


@pytest.mark.parametrize("reason", STOPPED)
def test_a_loan_that_waits_says_which_limit_stopped_it(reason: str) -> None:
    change, funder_code, missing_fen = STOPPED[reason]
    funder = replace(a_funder("f", "0.02"), **change.get("funder", {}))
    rules = replace(RULES, **change.get("rules", {}))

    matched = fund(a_batch(loans(100, **change.get("loan", {})), funder, rules=rules))

    assert left(matched) == [(1, reason, funder_code, missing_fen)]
    assert matched.left_fen == 100


def test_without_funders_every_loan_waits() -> None:
    assert left(fund(a_batch(loans(100)))) == [(1, "no_funder", None, None)]


def test_without_loans_there_is_nothing_to_say() -> None:
    matched = fund(a_batch(loans(100).clear(), a_funder("f", "0.02")))

    assert (matched.shares.height, matched.left.height, matched.status) == (0, 0, "best")


@pytest.mark.parametrize(
    ("limits", "reason", "missing_fen"),
    [
        ({"tier1_fen": 119}, "partner", 1),
        ({"total_loans_fen": 58}, "joint_total", 1),
    ],
)
def test_joint_lending_stops_at_parts_of_capital_and_of_loans(
    limits: dict[str, int], reason: str, missing_fen: int
) -> None:
    """25 per cent of 119 fen are 29 (IL-22), 50 per cent of 58 are 29 (IL-23): a third is 30."""
    bank, other = a_funder("bank", "0.02", 40, **limits), a_funder("other", "0.05", 70)

    matched = fund(a_batch(loans(100), bank, other, agreements=(Agreement("bank", "other"),)))

    assert left(matched) == [(1, reason, "bank", missing_fen)]


def test_affiliates_are_one_partner() -> None:
    bank = Offer(a_funder("bank", "0.02", 40, tier1_fen=160), joint_fen={"sister": 11})
    partners = [Offer(a_funder(code, "0.05", 70, group_code="g")) for code in ("other", "sister")]
    batch = replace(
        a_batch(loans(100), agreements=(Agreement("bank", "other"),)), offers=(bank, *partners)
    )

    assert left(fund(batch)) == [(1, "partner", "bank", 1)]


def test_an_agreement_that_ended_joins_nobody() -> None:
    ended = Agreement("a", "b", delisted_on=DAY)

    matched = fund(
        a_batch(
            loans(100), a_funder("a", "0.02", 50), a_funder("b", "0.03", 50), agreements=(ended,)
        )
    )

    assert left(matched) == [(1, "total_quota", "a", 50)]


def test_a_shadow_price_is_what_one_more_unit_of_quota_saves() -> None:
    """Five loans of 10,000 yuan, room for two at 2 per cent, the others at 5: a third place at 2
    per cent saves 3 per cent of 10,000 yuan, 300 yuan a year."""
    asked = loans(*[YUAN_10_000] * 5)
    cheap, dear = a_funder("cheap", "0.02", 2 * YUAN_10_000), a_funder("dear", "0.05")

    matched = fund(a_batch(asked, cheap, dear))
    wider = fund(a_batch(asked, replace(cheap, quota_fen=3 * YUAN_10_000), dear))

    binding = matched.limits.filter("is_binding").select("limit", "funder_code", "shadow_price_fen")
    assert binding.rows() == [("total_quota", "cheap", 300_00)]
    assert matched.cost_fen - wider.cost_fen == 300_00


def test_many_loans_are_as_exact_as_the_gap_says() -> None:
    batch = random_batch(11, size=400, lenders=6, fen_max=5_000)

    matched = fund(batch)

    asked = batch.loans.to_dicts()
    assert broken_rules(batch, asked, chosen(batch, matched)) == []
    assert matched.value == worth(batch, asked, chosen(batch, matched))
    assert 0 <= matched.gap_ppm <= 20_000
    assert matched.funded_fen + matched.left_fen == batch.loans["principal_fen"].sum()


@pytest.mark.parametrize(
    "wrong",
    [loans(0), loans(10**9 + 1), pl.concat([loans(5), loans(5)]), loans(5, annual_rate=None)],
)
def test_what_is_no_batch_is_a_mistake(wrong: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"positive|twice|without"):
        fund(a_batch(wrong, a_funder("f", "0.02")))
