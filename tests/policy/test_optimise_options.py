"""What may be chosen for a band: steps around today, within what law and price cap allow."""

from dataclasses import replace
from decimal import Decimal

import polars as pl

from lending_core.policy.document import Policy
from lending_core.policy.optimise import Option, Problem, outcome
from lending_core.policy.optimise_options import (
    CHOICE,
    Choices,
    choice_offers,
    counts_query,
    house_choices,
    with_choice,
)
from tests.policy.builders import CONNECTION, POLICY, PRODUCTS

_CROWD = pl.DataFrame(
    {"age_years": [17, 18, 24, 70], "region_code": ["110000", "440000", "41", "81"]}
)
FEW = Choices(limit_percents=(0, 50, 100, 200), position_percents=(0, 100))


def terms(band: str, product_code: str, policy: Policy = POLICY) -> list[tuple[int, int]]:
    """Place in the price range and limit of each choice, in order."""
    rows = choice_offers(policy, PRODUCTS, FEW).filter(
        offer_band=band, offer_product_code=product_code
    )
    return sorted(rows.select(list(CHOICE)).rows())


def with_cap(code: str, value: int | Decimal) -> Policy:
    caps = (replace(cap, value=value) if cap.code == code else cap for cap in POLICY.cap)
    return replace(POLICY, cap=tuple(caps))


def test_a_band_may_take_each_limit_at_each_price_and_its_own_of_today() -> None:
    limits = (0, 2_500_000, 5_000_000, 10_000_000)

    assert terms("C", "weilidai") == [(at, fen) for at in (0, 45, 100) for fen in limits]


def test_a_limit_stays_within_what_one_may_owe_and_is_a_whole_step() -> None:
    policy = with_cap("limit_step_fen", 1_100_000)

    # Twice 150,000.00 is more than the 200,000.00 of IL-01; today's stays as it is.
    assert [fen for at, fen in terms("A", "weilidai") if at == 0] == [
        0,
        7_500_000,
        15_000_000,
        20_000_000,
    ]
    assert [fen for at, fen in terms("A", "weilidai", policy) if at == 0] == [
        0,
        6_600_000,
        15_000_000,
        19_800_000,
    ]


def test_no_choice_is_dearer_than_the_cap_on_all_cost() -> None:
    assert {
        at for at, _ in terms("A", "weilidai", with_cap("all_in_cost_rate", Decimal("0.2")))
    } == {0}


def test_a_band_that_admits_nobody_has_nothing_to_choose() -> None:
    assert terms("G", "weilidai") == [(100, 0)]


def test_a_choice_offers_what_the_policy_with_it_offers() -> None:
    chosen = Option("C", "person", 100, 10_000_000)
    problem = Problem(("C",), (chosen,), (chosen,), 0)

    changed = with_choice(POLICY, outcome(problem, [chosen]))

    offered = choice_offers(POLICY, PRODUCTS, FEW).filter(
        pl.col("offer_kind") == "person",
        offer_band="C",
        choice_position_percent=100,
        choice_limit_fen=10_000_000,
    )
    again = choice_offers(changed, PRODUCTS, Choices((100,), ())).filter(
        pl.col("offer_kind") == "person", offer_band="C"
    )
    assert offered.equals(again)
    assert [band for band in changed.band if band.name != "C"] == [
        band for band in POLICY.band if band.name != "C"
    ]


def test_applicants_are_grouped_by_age_and_part_of_the_country() -> None:
    CONNECTION.register("crowd", _CROWD)

    counted = CONNECTION.execute(counts_query("crowd").order_by("region_group").sql("duckdb"))

    assert counted.fetchall() == [(None, "1", 1), ("18-24", "4", 2), ("55+", "8", 1)]


def test_the_house_offers_a_closed_band_and_today_among_its_choices() -> None:
    assert {0, 100} <= set(house_choices().limit_percents)
