"""What is expected to come in, by hand."""

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from lending_core.portfolio.collection_rules import Recovery, recovery
from lending_core.portfolio.recovery import fitted, promise_standing, with_expected

RULES = Recovery(
    horizon_days=30,
    history_months=6,
    credibility_cases=2,
    cost_per_call_fen=300,
    amount_edges_fen=(100_00,),
    start_rates={"M1": 0.5, "M2": 0.2},
    sources={},
)
COLUMNS = ("stage", "overdue_fen", "recovered_fen", "promise_standing", "contact_standing")
NOTHING = pl.DataFrame(
    schema={
        "stage": pl.String,
        "overdue_fen": pl.Int64,
        "recovered_fen": pl.Int64,
        "promise_standing": pl.String,
        "contact_standing": pl.String,
    }
)


def past(*rows: tuple[str, int, int, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(COLUMNS), orient="row")


def rate(model_rates: pl.DataFrame, stage: str, band: int) -> float:
    return float(model_rates.filter(stage=stage, amount_band=band)["rate"][0])


def test_without_a_past_every_rate_is_the_one_it_starts_from() -> None:
    model = fitted(NOTHING, RULES)

    assert model.rates.select("stage", "amount_band", "rate", "own_rate").rows() == [
        ("M1", 0, 0.5, None),
        ("M1", 1, 0.5, None),
        ("M2", 0, 0.2, None),
        ("M2", 1, 0.2, None),
    ]
    assert model.factors["multiple"].to_list() == [1.0] * 6


def test_a_rate_is_the_books_own_as_far_as_it_has_cases() -> None:
    model = fitted(
        past(
            ("M1", 100_00, 100_00, "none", "none"),
            ("M1", 100_00, 60_00, "none", "none"),
            ("M1", 200_00, 20_00, "none", "none"),
        ),
        RULES,
    )

    # Three cases against two of belief: the stage has 180 of 400; its small amounts 160 of 200.
    stage = Fraction(3, 5) * Fraction(180, 400) + Fraction(2, 5) * Fraction(1, 2)
    small = Fraction(2, 4) * Fraction(160, 200) + Fraction(2, 4) * stage
    large = Fraction(1, 3) * Fraction(20, 200) + Fraction(2, 3) * stage
    assert rate(model.rates, "M1", 0) == pytest.approx(float(small))
    assert rate(model.rates, "M1", 1) == pytest.approx(float(large))
    assert rate(model.rates, "M2", 0) == 0.2


def test_a_promise_counts_by_what_such_promises_brought() -> None:
    model = fitted(
        past(
            ("M2", 100_00, 20_00, "open", "none"),
            ("M2", 100_00, 20_00, "open", "none"),
            ("M2", 100_00, 20_00, "none", "none"),
            ("M2", 100_00, 20_00, "none", "none"),
        ),
        RULES,
    )

    # Everybody pays a fifth: no promise makes a difference.
    assert model.factors["multiple"].to_list() == pytest.approx([1.0] * 6)


def test_expected_money_is_rate_times_what_is_late_and_never_more() -> None:
    rates = fitted(NOTHING, RULES)
    sure = pl.DataFrame(
        {
            "factor": ["promise_standing"] * 3 + ["contact_standing"] * 3,
            "value": ["none", "open", "broken", "none", "tried", "reached"],
            "multiple": [1.0, 3.0, 0.5, 1.0, 0.8, 1.2],
        }
    )
    cases = pl.DataFrame(
        {
            "stage": ["M1", "M1", "M2"],
            "overdue_fen": [100_00, 100_00, 200_00],
            "promise_standing": ["none", "open", "broken"],
            "contact_standing": ["none", "none", "reached"],
        }
    )

    found = with_expected(cases, type(rates)(rates.rates, sure, 30), RULES)

    # 0.5 x 100; 0.5 x 3 is at most all; 0.2 x 0.5 x 1.2 of 200. A call costs 3.00.
    assert found["expected_fen"].to_list() == [50_00, 100_00, 24_00]
    assert found["net_fen"].to_list() == [47_00, 97_00, 21_00]


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 11, 30), "none"),
        (date(2026, 12, 1), "open"),
        (date(2026, 12, 10), "open"),
        (date(2026, 12, 11), "broken"),
        (date(2026, 12, 12), "open"),
    ],
)
def test_the_newest_promise_by_the_day_counts(on: date, standing: str) -> None:
    promises = pl.DataFrame(
        {
            "customer_id": [1, 1],
            "promise_id": [1, 2],
            "made_on": [date(2026, 12, 1), date(2026, 12, 12)],
            "grace_to_on": [date(2026, 12, 10), date(2026, 12, 20)],
            "promise_state": ["broken", "open"],
        }
    )

    found = promise_standing(pl.DataFrame({"customer_id": [1], "on": [on]}), promises)

    assert found["promise_standing"].to_list() == [standing]


def test_the_house_starts_from_a_rate_for_every_stage_of_a_case() -> None:
    rules = recovery()

    assert list(rules.start_rates) == ["M1", "M2", "M3", "M4", "M5", "M6", "M7+", "written_off"]
    assert sorted(rules.start_rates.values(), reverse=True) == list(rules.start_rates.values())
