"""A draft beside today's policy: what it changes in all and in parts, who gains and who loses."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import sqlglot
from sqlglot import exp

from lending_core.policy.comparison import (
    EFFECTS,
    changes_of,
    effect_counts,
    pairs,
    totals,
    with_effect,
)
from lending_core.policy.document import Policy
from lending_core.policy.what_if import breakdown_query, what_if_query
from tests.policy.builders import POLICY, PRODUCTS, an_applicant, run

CROWD = [
    an_applicant(application_id=1),
    an_applicant(application_id=2, score=POLICY.band[3].score_from, default_probability=0.04),
    an_applicant(application_id=3, age_years=17),
    an_applicant(application_id=4, product_code="fenfu"),
]


def replayed(policy: Policy, crowd: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(run(breakdown_query(policy, PRODUCTS, policy.assumption), crowd))


def without_fenfu() -> Policy:
    rows = tuple(replace(row, is_open=row.product_code != "fenfu") for row in POLICY.product)
    return replace(POLICY, product=rows)


def a_change(**changes: object) -> dict[str, object]:
    """Approved for 10,000.00 at 18 % under both policies, but for what the test changes."""
    return {
        "application_id": 1,
        "today_outcome": "approve",
        "draft_outcome": "approve",
        "today_limit_fen": 1_000_000,
        "draft_limit_fen": 1_000_000,
        "today_annual_rate": Decimal("0.18"),
        "draft_annual_rate": Decimal("0.18"),
        **changes,
    }


def effects(*changes: dict[str, object]) -> list[tuple[int, str, bool]]:
    rows = with_effect(pl.DataFrame(changes))
    return rows.select("application_id", "effect", "gains").rows()


def test_the_whole_of_a_breakdown_is_the_plain_replay() -> None:
    (plain,) = run(what_if_query(POLICY, PRODUCTS, POLICY.assumption), CROWD)

    whole = totals(replayed(POLICY, CROWD))

    assert {name: whole[name] for name in plain} == plain
    assert whole["approval_share"] == 0.75
    assert whole["expected_result_fen"] == plain["expected_income_fen"] - plain["expected_loss_fen"]


def test_nobody_has_no_approval_rate() -> None:
    whole = totals(replayed(POLICY, []))

    assert (whole["applications"], whole["approval_share"]) == (0, None)


def test_a_change_is_the_draft_less_today() -> None:
    changes = changes_of(totals(replayed(POLICY, CROWD)), totals(replayed(without_fenfu(), CROWD)))

    # 15 % of 50,000.00, and one of four applications.
    assert (changes["limit_fen"], changes["approval_share"]) == (-750_000, -0.25)


def test_the_change_of_an_unknown_is_unknown() -> None:
    nobody = totals(replayed(POLICY, []))

    changes = changes_of(nobody, totals(replayed(POLICY, CROWD)))

    assert (changes["average_rate"], changes["limit_fen"]) == (None, 8_750_000)


def test_parts_stand_in_pairs() -> None:
    today, draft = replayed(POLICY, CROWD), replayed(without_fenfu(), CROWD)

    by_product = pairs(today, draft, "product_code", "limit_fen")
    by_band = pairs(today, draft, "band", "approval_share")

    assert by_product.rows() == [("fenfu", 750_000, 0), ("weilidai", 8_000_000, 8_000_000)]
    assert by_band.rows() == [("C", 2 / 3, 1 / 3), ("D", 1.0, 1.0)]


def test_a_band_of_one_side_only_has_no_pair() -> None:
    renamed = replace(
        POLICY, band=(*POLICY.band[:2], replace(POLICY.band[2], name="C2"), *POLICY.band[3:])
    )

    by_band = pairs(replayed(POLICY, CROWD), replayed(renamed, CROWD), "band", "limit_fen")

    assert by_band.rows() == [
        ("C", 5_750_000, None),
        ("C2", None, 5_750_000),
        ("D", 3_000_000, 3_000_000),
    ]


def test_the_outcome_counts_before_the_limit_and_the_limit_before_the_rate() -> None:
    declined = {"draft_outcome": "decline", "draft_limit_fen": 0, "draft_annual_rate": None}

    found = effects(
        a_change(application_id=1, **declined),
        a_change(application_id=2, today_outcome="review"),
        a_change(application_id=3, draft_limit_fen=1_200_000, draft_annual_rate=Decimal("0.2")),
        a_change(application_id=4, draft_limit_fen=900_000),
        a_change(application_id=5, draft_annual_rate=Decimal("0.17")),
        a_change(application_id=6, draft_annual_rate=Decimal("0.19")),
    )

    assert found == [
        (1, "outcome_worse", False),
        (3, "limit_higher", True),
        (4, "limit_lower", False),
        (2, "outcome_better", True),
        (5, "rate_lower", True),
        (6, "rate_higher", False),
    ]


def test_every_effect_is_counted() -> None:
    rows = with_effect(
        pl.DataFrame([a_change(draft_limit_fen=2_000_000), a_change(draft_limit_fen=1_100_000)])
    )

    counts = effect_counts(rows)

    assert counts == dict.fromkeys(EFFECTS, 0) | {"limit_higher": 2}


def test_the_breakdown_reads_as_spark_sql() -> None:
    query = breakdown_query(POLICY, PRODUCTS, POLICY.assumption)

    again = sqlglot.parse_one(query.sql("spark"), dialect="spark", into=exp.Select)

    assert again.named_selects == query.named_selects
