"""A policy replayed with money: by hand, against a plain reading, and a draft beside it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from lending_core.policy.document import Assumptions, Policy
from lending_core.policy.replay import SIDES, changed_query, replay_query
from lending_core.policy.replay_compare import added, moved, totals
from lending_core.policy.replay_people import (
    EFFECTS,
    Cell,
    affected_query,
    effects_query,
    people_query,
)
from lending_core.policy.replay_sums import MODELLED, SUMS, cube_query
from tests.policy.builders import CONNECTION, POLICY, PRODUCTS
from tests.policy.pasts import (
    a_past,
    drawn,
    hold_changed,
    hold_today,
    offered,
    pasts,
    replay,
    rows_of,
)
from tests.policy.reading import decide_by_hand
from tests.policy.reading_money import worth_by_hand

ASSUMED = Assumptions(
    draw_percent=40,
    utilisation_percent=50,
    spare_utilisation_percent=10,
    price_response_percent=200,
    review_approval_percent=60,
    reject_default_percent=150,
    funding_rate=Decimal("0.035"),
    average_life_months=6,
    operating_cost_fen=5_000,
    capital_percent=10,
)
TODAY = replace(POLICY, assumption=ASSUMED)
# Weilidai to band C: 50,000.00 at 12.045 %; the product's lowest rate is 7.3 %.
LIMIT, RATE = 5_000_000, 120_450


def worth(past: dict[str, Any], policy: Policy = TODAY) -> dict[str, Any]:
    (row,) = replay([past], policy)
    return {name.removeprefix("today_"): value for name, value in row.items()}


def band_c(**changes: Any) -> Policy:
    bands = (replace(each, **changes) if each.name == "C" else each for each in TODAY.band)
    return replace(TODAY, band=tuple(bands))


def cube(source: str, side: str, *, modelled: bool = False) -> pl.DataFrame:
    return CONNECTION.execute(cube_query(source, side, modelled=modelled).sql("duckdb")).pl()


def test_somebody_refused_before_is_worth_what_the_assumptions_say() -> None:
    found = worth(a_past())

    # Take-up 40 % - 2 x (12.045 - 7.3) %; half of 10,000.00 asked, a tenth of 40,000.00 above.
    assert (found["outcome"], found["limit_fen"], found["evidence"]) == (
        "approve",
        LIMIT,
        "inferred",
    )
    assert found["loans_ppm"] == 305_100
    assert found["expected_drawn_fen"] == 274_590
    # 2 % x 150 % of the drawn; 84 % of that is lost.
    assert found["expected_default_fen"] == 8_238
    assert found["expected_loss_fen"] == 6_920
    assert found["scored_loss_fen"] == 4_613
    assert found["expected_interest_fen"] == 16_537
    assert found["expected_funding_fen"] == 4_805
    assert found["expected_cost_fen"] == 1_526


def test_the_same_offer_draws_the_same_to_the_fen() -> None:
    found = worth(drawn(1_234_567, LIMIT, RATE))

    assert (found["evidence"], found["loans_ppm"]) == ("observed", 1_000_000)
    assert found["expected_drawn_fen"] == 1_234_567
    assert found["expected_loss_fen"] == found["scored_loss_fen"]


def test_a_higher_limit_moves_what_was_drawn_as_far_as_the_model_moves() -> None:
    found = worth(drawn(1_000_000, LIMIT, RATE), band_c(limit_person_fen=7_000_000))

    # The model: 9,000.00 under the old limit, 11,000.00 under the new one.
    assert found["expected_drawn_fen"] == 1_222_222


def test_nobody_draws_more_than_the_limit() -> None:
    found = worth(drawn(5_000_000, LIMIT, RATE), band_c(limit_person_fen=1_000_000))

    assert (found["limit_fen"], found["expected_drawn_fen"]) == (1_000_000, 1_000_000)


def test_a_dearer_offer_loses_loans_and_a_cheaper_one_wins_those_who_left_it() -> None:
    dearer = worth(drawn(1_000_000, LIMIT, 73_000))
    cheaper = worth(offered(LIMIT, 180_000))
    alike = worth(offered(LIMIT, RATE))

    # 30.51 % of 40 %; (30.51 - 18.6) % of the 81.4 % who left it.
    assert dearer["loans_ppm"] == 762_750
    assert cheaper["loans_ppm"] == 146_314
    assert (alike["loans_ppm"], alike["expected_drawn_fen"]) == (0, 0)


@pytest.mark.parametrize(("answered", "loans_ppm"), [(None, 183_060), (100, 305_100), (0, 0)])
def test_the_word_of_people_counts_where_it_is_known(answered: int | None, loans_ppm: int) -> None:
    found = worth(
        a_past(amount_asked_fen=12_000_000, past_fate="waiting", past_review_percent=answered)
    )

    assert (found["outcome"], found["evidence"]) == ("review", "expected")
    assert found["loans_ppm"] == loans_ppm


def test_what_today_allows_of_earnings_measures_the_draft_too() -> None:
    caps = (
        replace(cap, value=100) if cap.code == "debt_service_person_percent" else cap
        for cap in TODAY.cap
    )
    looser = replace(TODAY, cap=tuple(caps))
    hold_today([a_past(monthly_income_fen=500_000, monthly_debt_service_fen=200_000)], TODAY)

    hold_changed(TODAY, looser)

    (row,) = rows_of(exp.select("*").from_("changed"))
    assert row["draft_limit_fen"] > row["today_limit_fen"]
    assert (row["today_is_unaffordable"], row["draft_is_unaffordable"]) == (False, True)


@given(past=pasts(), draw=st.integers(0, 100), response=st.sampled_from([0, 100, 900]))
@settings(max_examples=10)
def test_each_row_is_what_a_plain_reading_says(
    past: list[dict[str, Any]], draw: int, response: int
) -> None:
    assumed = replace(ASSUMED, draw_percent=draw, price_response_percent=response)
    policy = replace(TODAY, assumption=assumed)

    found = replay(past, policy)

    expected = [worth_by_hand(policy, row) for row in past]
    assert [row["today_outcome"] for row in found] == [
        decide_by_hand(policy, row)["outcome"] for row in past
    ]
    assert [
        {name: row[f"today_{column}"] for name, column in COLUMNS.items()} for row in found
    ] == expected


COLUMNS = {
    "loans": "loans_ppm",
    "drawn": "expected_drawn_fen",
    "default": "expected_default_fen",
    "loss": "expected_loss_fen",
    "scored_loss": "scored_loss_fen",
    "interest": "expected_interest_fen",
    "funding": "expected_funding_fen",
    "cost": "expected_cost_fen",
}


@given(
    past=pasts(),
    limit_fen=st.sampled_from([0, 1_000_000, LIMIT, 8_000_000]),
    position=st.sampled_from([0, 45, 100]),
    score_from=st.sampled_from([616, 650, 700]),
)
@settings(max_examples=4)
def test_todays_sums_with_the_changes_are_the_sums_of_the_whole_draft(
    past: list[dict[str, Any]], limit_fen: int, position: int, score_from: int
) -> None:
    draft = band_c(
        limit_person_fen=limit_fen, rate_position_percent=position, score_from=score_from
    )
    hold_today(past, TODAY)
    hold_changed(TODAY, draft)
    today, before, after = (cube("base", "today"), *(cube("changed", side) for side in SIDES))

    found = totals(moved(today, before, after))

    hold_today(past, draft)
    whole = totals(added([cube("base", "today")]))
    compared = [name for name in SUMS if name != "unaffordable"]
    assert {name: found[name] for name in compared} == {name: whole[name] for name in compared}


def test_a_policy_changes_nothing_against_itself() -> None:
    hold_today([a_past(), drawn(1_000_000, LIMIT, RATE)], TODAY)

    hold_changed(TODAY, TODAY)

    assert rows_of(exp.select("*").from_("changed")) == []


def test_each_person_fares_as_what_they_notice_first() -> None:
    crowd = [
        a_past(application_id=1),
        a_past(application_id=2, score=640),
        a_past(application_id=3, score=800),
    ]
    hold_today(crowd, TODAY)
    hold_changed(TODAY, band_c(limit_person_fen=4_000_000, score_from=630))

    counts = rows_of(effects_query("changed"))
    listed = rows_of(affected_query("changed", 10))

    assert {row["effect"]: row["applications"] for row in counts} == {
        "limit_lower": 1,
        "limit_higher": 1,
    }
    assert [(row["application_id"], row["effect"]) for row in listed] == [
        (1, "limit_lower"),
        (2, "limit_higher"),
    ]
    assert set(EFFECTS) > {row["effect"] for row in counts}


def test_behind_a_figure_stand_those_whom_its_side_grants_something() -> None:
    crowd = [a_past(application_id=1), a_past(application_id=2, score=640), a_past(age_years=17)]
    hold_today(crowd, TODAY)
    hold_changed(TODAY, band_c(score_from=630))

    today, draft = (
        rows_of(people_query("base", "changed", Cell(side, "band", "C", "inferred"), 10))
        for side in SIDES
    )

    assert [row["application_id"] for row in today] == [1]
    assert [(row["application_id"], row["applications"]) for row in draft] == [(1, 2), (2, 2)]


def test_a_side_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        Cell("tomorrow")


def test_the_model_is_held_against_the_offers_really_made() -> None:
    hold_today([offered(LIMIT, RATE), drawn(1_000_000, LIMIT, RATE), a_past()], TODAY)

    (row,) = added([cube("base", "today", modelled=True)]).select(MODELLED).sum().to_dicts()

    # Twice 30.51 % of 9,000.00.
    assert row == {
        "past_offers": 2,
        "past_loans": 1,
        "past_drawn_fen": 1_000_000,
        "modelled_loans_ppm": 610_200,
        "modelled_fen": 549_180,
    }


def test_the_replay_reads_as_spark_sql() -> None:
    queries = [
        replay_query(TODAY, PRODUCTS, ASSUMED),
        changed_query(TODAY, POLICY, PRODUCTS, ASSUMED, "base"),
        cube_query("base", "today", modelled=True),
    ]

    again = [
        sqlglot.parse_one(query.sql("spark"), dialect="spark", into=exp.Select) for query in queries
    ]

    assert [query.named_selects for query in again] == [query.named_selects for query in queries]
