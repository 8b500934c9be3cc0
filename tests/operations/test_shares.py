"""Whatever the shares of lenders are, their parts of a loan add up to the loan, to the fen."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.operations.settlement import days
from lending_core.store.engine import Store
from tests.operations.joint import A, B, C, change_hands, lend_jointly
from tests.operations.random_shares import MONTH_END_ON, fill
from tests.store.loans import LENT_ON, a_book_of_july

LOANS = 300
FROM_ON = date(2026, 9, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = a_book_of_july(tmp_path_factory.mktemp("shares") / "july.duckdb")
    fill(store, LOANS, seed=5)
    return store


def total(store: Store, sql: str) -> int:
    return int(store.read_sql(sql).item())


OWED = "select sum(principal_fen) from loan_position"


def test_every_loan_has_one_lender_whom_its_contract_names(store: Store) -> None:
    assert total(store, "select count(*) from lead_funding") == LOANS
    assert total(store, "select count(distinct loan_id) from lead_funding") == LOANS
    assert total(store, "select count(*) from funding") > LOANS


def test_the_shares_of_every_span_are_the_whole_loan(store: Store) -> None:
    spans = store.read_sql(
        "select loan_id, from_on, sum(share_fen) as shares, any_value(lent_fen) as lent, "
        "max(before_fen + share_fen) as last from funding_span group by loan_id, from_on"
    )

    assert (
        spans.filter((pl.col("shares") != pl.col("lent")) | (pl.col("last") != pl.col("lent")))[
            "loan_id"
        ].to_list()
        == []
    )


def test_the_parts_of_each_loan_are_what_is_owed_of_it(store: Store) -> None:
    parts = store.read_sql(
        "select funding_share.loan_id, sum(owed_fen) as parts, any_value(principal_fen) as owed "
        "from funding_share inner join loan_position using (loan_id) group by loan_id"
    )

    assert parts.height == LOANS
    assert parts.filter(pl.col("parts") != pl.col("owed")).is_empty()


@pytest.mark.parametrize(
    ("query", "column", "parameters"),
    [
        ("funder_owed", "outstanding_fen", {}),
        ("funder_room", "outstanding_fen", {}),
        ("compliance/held", "owing_fen", {}),
        ("funder_by_month", "principal_fen", {"from_on": MONTH_END_ON, "to_on": MONTH_END_ON}),
        ("warning_quota", "open_fen", {"from_on": MONTH_END_ON}),
    ],
)
def test_a_question_about_lenders_money_counts_every_loan_once(
    store: Store, query: str, column: str, parameters: dict[str, date]
) -> None:
    assert store.read(query, **parameters)[column].sum() == total(store, OWED)


def test_what_is_settled_is_what_the_journal_booked_to_the_fen(store: Store) -> None:
    found = days(store, FROM_ON, MONTH_END_ON, None)

    booked = dict(
        store.read_sql(
            "select flow, sum(amount_fen) from posting where booked_on >= $on group by flow",
            on=FROM_ON,
        ).rows()
    )
    assert {
        "interest_paid": found["interest_fen"].sum(),
        "penalty_paid": found["penalty_fen"].sum(),
        "fee_paid": found["fee_fen"].sum(),
        "recovered": found["recovered_fen"].sum(),
    } == {flow: booked[flow] for flow in ("interest_paid", "penalty_paid", "fee_paid", "recovered")}
    assert found["transferred_fen"].sum() == 0


def test_a_lenders_days_lead_to_its_part_of_the_balance(store: Store) -> None:
    found = days(store, date.min, MONTH_END_ON, None)

    moved = dict(found.group_by("funder_code").agg(pl.col("change_fen").sum()).rows())
    assert moved == dict(store.read("funder_owed").rows())


def test_a_joint_loan_is_split_by_hand(tmp_path: Path) -> None:
    store = a_book_of_july(tmp_path / "july.duckdb")
    lend_jointly(store, 1, ((A, 66_667), (B, 33_333)))
    change_hands(store, 1, 11_111)

    spans = store.read_sql("select * from funding_span order by from_on, before_fen")

    assert spans.select("funder_code", "share_fen", "before_fen").rows() == [
        (A, 66_667, 0),
        (B, 33_333, 66_667),
        (A, 66_667, 0),
        (B, 22_222, 66_667),
        (C, 11_111, 88_889),
    ]
    assert spans["from_on"][0] == LENT_ON
