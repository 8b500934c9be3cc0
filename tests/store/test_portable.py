"""Reports over the whole book keep to what both engines have, and the check notices what is not."""

import pytest

from lending_core.store.lake import book_wide_queries
from lending_core.store.portable import outside, outside_of_all

PLANTED = {
    "select\n    quantile_cont(days, 0.5) as days\nfrom loan_month": (2, "use median()"),
    "select loan_id\nfrom loan_month\nlimit 10": (1, "limit without an order"),
    "select list(loan_id) as loans\nfrom loan_month": (1, "order of rows"),
    "select\n    loan_id,\n    hash(loan_id) as digest\nfrom loan_month": (3, "order of rows"),
    "select soundex2(band) as sound\nfrom loan_month": (1, "not known to be the same"),
    "select cast(owed_fen / 3 as bigint) as third\nfrom loan_month": (1, "round() or floor()"),
    "select date_diff('week', a_on, b_on) as weeks\nfrom loan": (1, "counted in two ways"),
    "pivot loan_month\non bucket using count(*)": (1, "pivot"),
    "select sum(fen) over (order by on_day rows between $days preceding and current row) as fen\n"
    "from loan": (1, "bounded by a parameter"),
    "select loan.loan_id\nfrom loan\nasof join rate on loan.day_on >= rate.day_on": (
        3,
        "asof join",
    ),
}


def test_every_report_over_the_whole_book_runs_on_both_engines() -> None:
    assert [str(one) for one in outside_of_all()] == []


@pytest.mark.parametrize("text", PLANTED)
def test_what_only_one_engine_understands_is_named_with_its_line(text: str) -> None:
    line, what = PLANTED[text]

    found = outside("planted", text)

    assert [one.line for one in found if what in one.what] == [line]


def test_a_report_reads_what_grows_and_asks_for_nothing_by_its_number() -> None:
    reports = book_wide_queries()

    assert {"bucket_by_month", "roll_move", "compliance/self_paid"} <= set(reports)
    assert not {"loan_page", "months_of_loan", "bucket", "customer_page"} & set(reports)


def test_no_report_reads_a_personal_column() -> None:
    assert not {"review_queue", "simulated_people", "audit_group"} & set(book_wide_queries())
