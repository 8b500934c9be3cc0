"""Late shares and flows of a book of a few loans, redone by hand."""

from datetime import date

import polars as pl

from lending_core.portfolio.delinquency import (
    RateView,
    by_stage,
    collection,
    first_payment_shares,
    flow_shares,
    headline_rates,
    late_rates,
    rates_with_charged_off,
)

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def by_bucket(**principal_fen: int) -> pl.DataFrame:
    names = {"M7": "M7+"}
    return pl.DataFrame(
        {
            "month_end_on": [JULY] * len(principal_fen),
            "bucket": [names.get(bucket, bucket) for bucket in principal_fen],
            "principal_fen": list(principal_fen.values()),
        }
    )


def test_headline_rates_count_whole_late_principal_and_leave_out_the_charged_off() -> None:
    rates = headline_rates(by_bucket(C=900, M1=50, M2=20, M4=20, M6=10, M7=500))

    assert rates.rows() == [(JULY, 1000, 0.1, 0.05, 0.03, 0.03)]


def test_a_book_that_is_all_charged_off_has_no_rate() -> None:
    rates = headline_rates(by_bucket(C=0, M7=500))

    assert rates.rows() == [(JULY, 0, None, None, None, None)]


def test_with_what_is_charged_off_both_sides_of_the_share_grow() -> None:
    rates = rates_with_charged_off(by_bucket(C=900, M2=50, M4=25, M7=25))

    assert rates.rows() == [(JULY, 1000, 0.1, 0.1, 0.05, 0.05)]


SEPTEMBER = date(2026, 9, 30)
# Month end, stage a month before, stage now, loans, principal now, principal before.
FLOWS = pl.DataFrame(
    [
        (JULY, None, "C", 10, 1_000, None),
        (AUGUST, "C", "C", 7, 600, 700),
        (AUGUST, "C", "M1", 2, 200, 200),
        (AUGUST, "C", "paid", 1, 0, 100),
        (SEPTEMBER, None, "C", 5, 1_000, None),
        (SEPTEMBER, "C", "C", 7, 500, 600),
        (SEPTEMBER, "M1", "M2", 1, 100, 120),
        (SEPTEMBER, "M1", "written_off", 1, 0, 80),
    ],
    schema=[
        *("month_end_on", "previous_bucket", "stands"),
        *("loans", "principal_fen", "previous_principal_fen"),
    ],
    orient="row",
).with_columns(overdue_fen=pl.lit(0))


def rates_of(view: RateView) -> list[tuple[object, ...]]:
    return late_rates(FLOWS, view).select("balance", "rate_1", "rate_30").rows()


def test_coincident_rates_compare_with_the_same_month_end() -> None:
    assert rates_of(RateView()) == [(1_000, 0, 0), (800, 0.25, 0), (1_600, 0.0625, 0.0625)]
    assert rates_of(RateView("loans")) == [(10, 0, 0), (9, 2 / 9, 0), (13, 1 / 13, 1 / 13)]


def test_lagged_rates_compare_with_the_balance_that_a_stage_came_from() -> None:
    lagged = rates_of(RateView(is_lagged=True))

    # M1 of August over July, M2 of September over July: growth does not dilute it.
    assert lagged == [(1_000, 0, 0), (800, 0.2, 0), (1_600, 0.1, 0.1)]


def test_what_is_late_before_the_first_balance_has_no_lagged_rate() -> None:
    young = FLOWS.filter(pl.col("month_end_on") > JULY)

    rates = late_rates(young, RateView(is_lagged=True))

    assert rates["rate_1"].to_list() == [None, None]
    assert rates["rate_60"].to_list() == [0, 0]


def test_what_was_written_off_counts_on_both_sides_from_then_on() -> None:
    lost = rates_of(RateView(scope="lost"))

    assert lost[-1] == (1_680, (100 + 80) / 1_680, (100 + 80) / 1_680)


def test_amounts_that_a_tape_does_not_tell_leave_counts_only() -> None:
    counts = FLOWS.with_columns(
        pl.lit(None, pl.Int64).alias(name) for name in ("principal_fen", "previous_principal_fen")
    )

    assert late_rates(counts, RateView())["rate_30"].to_list() == [None, None, None]
    assert late_rates(counts, RateView("loans"))["rate_1"].to_list() == [0, 2 / 9, 1 / 13]
    assert by_stage(counts)["principal_fen"].to_list() == [None] * 5


def test_flows_say_what_got_worse_and_what_was_cured() -> None:
    shares = flow_shares(FLOWS, "principal_fen", SEPTEMBER)

    assert shares.rows() == [
        (AUGUST, "C", 0.2, None),
        (SEPTEMBER, "C", 0, None),
        # 100 in M2 and 80 written off, of 200.
        (SEPTEMBER, "M1", 0.9, 0),
    ]
    assert flow_shares(FLOWS, "loans", AUGUST)["worse"].to_list() == [0.2]


def test_a_month_of_entries_is_told_once_the_last_of_it_had_thirty_days() -> None:
    entries = pl.DataFrame(
        {
            "month_end_on": [JULY, AUGUST],
            "entered_loans": [10, 8],
            "entered_fen": [1_000, 900],
            "went_on_loans": [1, 2],
            "went_on_fen": [250, 90],
        }
    )

    assert collection(entries, date(2026, 9, 29))["principal_share"].to_list() == [0.75, None]
    assert collection(entries, SEPTEMBER)["principal_share"].to_list() == [0.75, 0.9]
    assert collection(entries, SEPTEMBER)["loans_share"].to_list() == [0.9, 0.75]


def test_first_payments_are_told_after_seven_and_after_thirty_days() -> None:
    cohort = pl.DataFrame(
        {
            "cohort_on": [JULY],
            "due_on": [date(2026, 8, 31)],
            "loans": [10],
            "lent_fen": [1_000],
            "late_7_loans": [2],
            "late_7_fen": [300],
            "late_30_loans": [1],
            "late_30_fen": [100],
        }
    )

    early = first_payment_shares(cohort, date(2026, 9, 6), "principal_fen")
    then = first_payment_shares(cohort, date(2026, 9, 7), "principal_fen")
    late = first_payment_shares(cohort, SEPTEMBER, "loans")

    assert early.rows() == [(JULY, 10, None, None)]
    assert then.rows() == [(JULY, 10, 0.3, None)]
    assert late.rows() == [(JULY, 10, 0.2, 0.1)]
