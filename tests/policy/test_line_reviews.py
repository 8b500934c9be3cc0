"""Line reviews: the first row that a line meets decides; an increase keeps every cap."""

import itertools
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.policy.compile import CAP_REASONS, trail_query
from lending_core.policy.document import LineReview, Policy
from lending_core.policy.line_reviews import PROPOSAL_SCHEMA, review_query
from lending_core.products.catalogue import caps, catalogue
from tests.policy.builders import (
    CONNECTION,
    POLICY,
    PRODUCTS,
    SCHEMA,
    a_business,
    an_applicant,
)
from tests.policy.crowds import MONEY, around

STEP = POLICY.cap_value("limit_step_fen")
# A row without bounds: every line meets it.
ANY = LineReview("any", "increase", "any", None, None, None, None, None, 120, "assumption")
OPEN_HANDED = replace(POLICY, line_review=(ANY,))
# Compiling takes longer than reviewing.
QUERIES = {policy: review_query(policy, PRODUCTS).sql("duckdb") for policy in (POLICY, OPEN_HANDED)}


def a_line(**changes: Any) -> dict[str, Any]:
    """A line of 30,000.00, half of it used for eight months by `an_applicant`, never late."""
    return {
        "line_id": 1,
        "customer_id": 1,
        "kind": "person",
        "product_code": "weilidai",
        "newest_application_id": 1,
        "limit_fen": 3_000_000,
        "others_limit_fen": 0,
        "used_fen": 1_500_000,
        "owed_fen": 1_500_000,
        "months_open": 8,
        "days_past_due": 0,
        "is_late": False,
        **changes,
    }


def reviewed(
    lines: list[dict[str, Any]],
    applicants: list[dict[str, Any]] | None = None,
    policy: Policy = POLICY,
) -> list[dict[str, Any]]:
    """What the policy says of these lines."""
    query = QUERIES.get(policy) or review_query(policy, PRODUCTS).sql("duckdb")
    CONNECTION.register("line_to_review", pl.DataFrame(lines))
    CONNECTION.register("policy_input", pl.DataFrame(applicants or [an_applicant()], schema=SCHEMA))
    return CONNECTION.execute(query).pl().to_dicts()


def outcome(line: dict[str, Any], applicant: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Rule, new limit, what held it back; the applicant is a good one unless said."""
    rows = reviewed([line], [applicant or an_applicant()])
    return tuple((row["rule"], row["proposed_limit_fen"], row["held_by"]) for row in rows)


def with_rows(*rows: LineReview) -> Policy:
    return replace(POLICY, line_review=rows)


EDGES = [
    ({"days_past_due": 31}, "freeze_late"),
    ({"days_past_due": 30}, "decrease_slow_payer"),
    ({"days_past_due": 8}, "decrease_slow_payer"),
    ({"days_past_due": 0, "used_fen": 900_000}, "increase_good_use"),
    ({"months_open": 6}, "increase_good_use"),
    ({"months_open": 12, "used_fen": 29_999, "owed_fen": 0}, "decrease_unused"),
]


@pytest.mark.parametrize(("facts", "rule"), EDGES)
def test_the_first_row_that_a_line_meets_decides(facts: dict[str, Any], rule: str) -> None:
    found = reviewed([a_line(**facts)])

    assert [row["rule"] for row in found] == [rule]


MEETS_NONE = [
    {"days_past_due": 7},
    {"used_fen": 899_999},
    {"months_open": 5},
    {"months_open": 11, "used_fen": 0},
    {"months_open": 12, "used_fen": 30_000},
]


@pytest.mark.parametrize("facts", MEETS_NONE)
def test_a_line_that_meets_no_row_is_left_alone(facts: dict[str, Any]) -> None:
    assert reviewed([a_line(**facts)]) == []


def test_a_freeze_keeps_the_limit_and_is_something_to_do() -> None:
    (row,) = reviewed([a_line(days_past_due=31)])

    assert (row["action"], row["proposed_limit_fen"], row["is_proposed"]) == (
        "freeze", 3_000_000, True,
    )  # fmt: skip


def test_what_is_used_of_the_limit_is_rounded_down() -> None:
    (row,) = reviewed([a_line(used_fen=1_979_999)])

    assert row["used_percent"] == 65


def test_limits_are_in_whole_steps() -> None:
    assert outcome(a_line(limit_fen=2_990_000)) == (("increase_good_use", 3_580_000, None),)


def test_a_decrease_never_goes_below_what_is_used_then_or_now() -> None:
    late = {"days_past_due": 8, "limit_fen": 3_000_000}

    at_rule = outcome(a_line(**late, used_fen=2_100_000, owed_fen=2_100_000))
    by_use = outcome(a_line(**late, used_fen=2_100_001, owed_fen=0))
    by_draw = outcome(a_line(**late, used_fen=0, owed_fen=2_500_001))

    assert [at_rule[0][1], by_use[0][1], by_draw[0][1]] == [2_100_000, 2_110_000, 2_510_000]


def test_a_decrease_that_use_leaves_no_room_for_is_nothing_to_do() -> None:
    full = {"used_fen": 3_000_000, "owed_fen": 3_000_000}

    (row,) = reviewed([a_line(days_past_due=8, **full)])

    assert (row["proposed_limit_fen"], row["is_proposed"]) == (3_000_000, False)


def test_a_decrease_ends_at_the_smallest_limit_of_the_product() -> None:
    smallest = catalogue()["weilidai"].limit_min_fen
    line = a_line(days_past_due=8, limit_fen=smallest + STEP, used_fen=0, owed_fen=0)

    assert outcome(line) == (("decrease_slow_payer", smallest, None),)


# An increase from 30,000.00 asks for 36,000.00.
HELD = [
    ({}, {"monthly_income_fen": 800_000}, 3_200_000, "limit_capped_by_income"),
    ({}, {"monthly_income_fen": 700_000}, 3_000_000, "limit_capped_by_income"),
    ({}, {"monthly_debt_service_fen": 1_290_000}, 3_270_000, "limit_capped_by_debt_service"),
    ({}, {"monthly_income_fen": None}, 3_000_000, "limit_capped_by_income"),
    ({"others_limit_fen": 16_500_000}, {}, 3_500_000, "limit_capped_by_exposure"),
    ({"others_limit_fen": 18_000_000}, {}, 3_000_000, "limit_capped_by_exposure"),
    ({}, {"other_lenders_balance_fen": 26_650_000}, 3_350_000, "limit_capped_by_all_lenders"),
    ({}, {"is_court_listed": True}, 3_000_000, "policy_refuses"),
    ({}, {"score": 500}, 3_000_000, "policy_refuses"),
    ({"product_code": "unheard_of"}, {}, 3_000_000, "policy_refuses"),
    ({"newest_application_id": 2}, {}, 3_000_000, "no_application"),
    ({"is_late": True}, {}, 3_000_000, "customer_past_due"),
]


@pytest.mark.parametrize(("facts", "known", "limit_fen", "held_by"), HELD)
def test_an_increase_ends_where_the_policy_would_end_it_today(
    facts: dict[str, Any], known: dict[str, Any], limit_fen: int, held_by: str
) -> None:
    found = outcome(a_line(**facts), an_applicant(**known))

    assert found == (("increase_good_use", limit_fen, held_by),)


def test_lateness_here_counts_though_the_newest_application_did_not_know_it() -> None:
    (row,) = reviewed([a_line(days_past_due=91)], policy=OPEN_HANDED)

    assert (row["held_by"], row["is_proposed"]) == ("policy_refuses", False)


def test_an_increase_ends_at_the_products_highest_limit() -> None:
    highest = catalogue()["fenfu"].limit_max_fen
    line = a_line(product_code="fenfu", limit_fen=highest - STEP, used_fen=highest // 2)

    assert outcome(line, an_applicant(score=800)) == (
        ("increase_good_use", highest, "limit_capped_by_product"),
    )


def test_no_document_lifts_a_line_above_the_law() -> None:
    generous = [
        replace(cap, value=900_000_000) if cap.code.startswith("exposure") else cap
        for cap in POLICY.cap
    ]
    policy = replace(POLICY, cap=tuple(generous))
    line = a_line(others_limit_fen=caps().consumer_limit_fen - 3_200_000)

    (row,) = reviewed([line], policy=policy)

    assert (row["proposed_limit_fen"], row["held_by"]) == (3_200_000, "limit_capped_by_exposure")


def test_lines_of_one_customer_share_the_room_the_oldest_first() -> None:
    others = {"others_limit_fen": 16_400_000}
    lines = [a_line(line_id=n, **others) for n in (1, 2, 3)]

    found = reviewed(lines)

    assert [row["proposed_limit_fen"] for row in found] == [3_600_000, 3_000_000, 3_000_000]
    assert [row["held_by"] for row in found] == [None, *["limit_capped_by_exposure"] * 2]


def test_a_row_for_one_kind_of_borrower_leaves_the_other_alone() -> None:
    policy = with_rows(replace(ANY, borrower="small_business"))
    shop = a_line(line_id=2, customer_id=2, kind="small_business", newest_application_id=2)
    lines = [a_line(), {**shop, "product_code": "small_business"}]

    found = reviewed(lines, [an_applicant(), a_business(application_id=2)], policy)

    assert [row["line_id"] for row in found] == [2]


def test_a_policy_without_rows_is_a_bug_to_review_with() -> None:
    with pytest.raises(ValueError, match="reviews no line"):
        review_query(with_rows(), PRODUCTS)


PEOPLE = [an_applicant(application_id=1), an_applicant(application_id=2, score=760)]
PEOPLE += [an_applicant(application_id=3, monthly_income_fen=None), a_business(application_id=4)]
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": st.integers(1, 4),
            "product_code": st.sampled_from([product.code for product in PRODUCTS]),
            "limit_fen": st.integers(5, 3_000).map(lambda steps: steps * STEP),
            "used_fen": MONEY,
            "owed_fen": MONEY,
            "months_open": around(6, 12),
            "days_past_due": around(1, 8, 31),
            "is_late": st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)


def book_of(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines as a book has them: numbered, with the limits of a customer's other lines."""
    lines = pl.DataFrame(drawn).with_row_index("line_id", offset=1)
    others = pl.col("limit_fen").sum().over("customer_id") - pl.col("limit_fen")
    kind = pl.when(pl.col("customer_id") == 4).then(pl.lit("small_business"))
    return lines.with_columns(
        others_limit_fen=others,
        newest_application_id="customer_id",
        kind=kind.otherwise(pl.lit("person")),
    ).to_dicts()


@given(LINES)
def test_whatever_the_lines_nothing_leaves_its_bounds(drawn: list[dict[str, Any]]) -> None:
    lines = book_of(drawn)

    rows = pl.DataFrame(reviewed(lines, PEOPLE), schema=PROPOSAL_SCHEMA)

    facts = pl.DataFrame(lines).select("line_id", "owed_fen", "others_limit_fen", "is_late")
    seen = rows.join(facts.cast({"line_id": pl.Int64}), on="line_id")
    limit, new = pl.col("limit_fen"), pl.col("proposed_limit_fen")
    lower = seen.filter(new < limit)
    assert lower.filter((new < pl.col("used_fen")) | (new < pl.col("owed_fen"))).is_empty()
    assert lower.filter(pl.col("action") != "decrease").is_empty()
    higher = seen.filter(new > limit)
    assert higher.filter(pl.col("is_late") | (pl.col("action") != "increase")).is_empty()
    assert higher.filter(new > limit * 120 // 100).is_empty()
    assert seen.filter((new != limit) & (new % STEP != 0)).is_empty()
    rise = (new - limit).clip(0).sum().over("customer_id")
    cap = pl.when(pl.col("kind") == "person").then(20_000_000).otherwise(50_000_000)
    assert higher.filter(limit + pl.col("others_limit_fen") + rise > cap).is_empty()


def test_an_increase_keeps_within_each_cap_of_the_policys_own_trail() -> None:
    trails = {row["application_id"]: row for row in asked()}

    rows = reviewed(CROSSED, APPLICANTS, OPEN_HANDED)

    assert len(rows) == len(CROSSED) == 168
    assert [row["proposed_limit_fen"] for row in rows] == [
        allowed_fen(row["limit_fen"], trails[row["line_id"]]) for row in rows
    ]


def crossed() -> list[dict[str, Any]]:
    """Every kind of person with every product at limits from small to large, each a line alone."""
    limits = (50_000, 300_000, 990_000, 3_000_000, 8_000_000, 40_000_000)
    codes = [product.code for product in PRODUCTS]
    choices = itertools.product(PEOPLE, codes, limits)
    return [
        a_line(
            line_id=number,
            customer_id=number,
            newest_application_id=number,
            kind=person["kind"],
            product_code=code,
            limit_fen=limit_fen,
        )
        for number, (person, code, limit_fen) in enumerate(choices, start=1)
    ]


def asked() -> list[dict[str, Any]]:
    """The policy's trail for the applicants, asking for the limits that their lines aim at."""
    CONNECTION.register("policy_input", pl.DataFrame(APPLICANTS, schema=SCHEMA))
    return CONNECTION.execute(trail_query(POLICY, PRODUCTS).sql("duckdb")).pl().to_dicts()


def allowed_fen(limit_fen: int, trail: dict[str, Any]) -> int:
    """The new limit by hand: the aim, each cap, whole steps, and never a decrease."""
    bounds = [trail[name] for name in CAP_REASONS if trail[name] is not None]
    ceiling = 0 if trail["is_refused"] else min([trail_aim(limit_fen), *bounds]) // STEP * STEP
    return max(limit_fen, ceiling)


def trail_aim(limit_fen: int) -> int:
    return limit_fen * 120 // 100 // STEP * STEP


CROSSED = crossed()
APPLICANTS = [
    {
        **PEOPLE[(line["line_id"] - 1) // (6 * len(PRODUCTS))],
        "application_id": line["line_id"],
        "product_code": line["product_code"],
        "amount_asked_fen": trail_aim(line["limit_fen"]),
    }
    for line in CROSSED
]
