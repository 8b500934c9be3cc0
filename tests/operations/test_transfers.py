"""Loans change hands by two people from a day on, and settlement follows the shares of each day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations import matchings, statements, transfers
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, funders_in_force, put_in_force
from lending_core.operations.settlement import days
from lending_core.operations.transfers import TransferOrder
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT, MAKER
from tests.operations.joint import A, lend_jointly
from tests.store.loans import LENT_ON, a_book_of_july, close, pay

PARTNER, BUYER = "yuntai_finance", "hengshan_trust"
DESK = Actor("operations", Role.OPERATIONS)
SOLD_ON = date(2026, 8, 1)
SALE = TransferOrder("transfer", PARTNER, BUYER, (1,), SOLD_ON, 29_000, "concentration")
# 340.02 is due on 15 August, 10.00 of it interest.
PAID_ON = date(2026, 8, 15)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_book_of_july(tmp_path / "july.duckdb")
    lend_jointly(store, 1, ((A, 70_000), (PARTNER, 30_000)))
    close(store, LENT_ON)
    return store


def sell(store: Store, order: TransferOrder = SALE) -> int:
    transfer_id = transfers.propose_transfer(store, MAKER, order, at=AT)
    transfers.approve_transfer(store, APPROVER, transfer_id, at=AT)
    return transfer_id


def sums(store: Store, column: str) -> dict[str, int]:
    found = days(store, LENT_ON, book(store).business_on, None)
    return dict(found.group_by("funder_code").agg(pl.col(column).sum()).rows())


def test_what_is_paid_after_the_day_belongs_to_the_buyer(store: Store) -> None:
    sell(store)
    pay(store, 1, PAID_ON, 34_002)
    close(store, PAID_ON)

    assert sums(store, "funded_fen") == {A: 70_000, PARTNER: 30_000, BUYER: 0}
    # 330.02 is repaid, 669.98 still owed: 70 % of it without fractions is 468.98, the rest 201.00.
    assert sums(store, "principal_fen") == {A: 23_102, PARTNER: 0, BUYER: 9_900}
    assert sums(store, "interest_fen") == {A: 700, PARTNER: 0, BUYER: 300}
    assert sums(store, "transferred_fen") == {A: 0, PARTNER: -30_000, BUYER: 30_000}
    assert sums(store, "price_fen") == {A: 0, PARTNER: 29_000, BUYER: -29_000}
    assert sums(store, "change_fen") == {A: 46_898, PARTNER: 0, BUYER: 20_100}


def test_the_contract_and_its_rows_stay_as_they_were(store: Store) -> None:
    sell(store)
    close(store, SOLD_ON)

    spans = matchings.lenders_of_loan(store, ANALYST, 1)

    assert store.read_sql("select funder_code, share_fen from funding order by 2 desc").rows() == [
        (A, 70_000),
        (PARTNER, 30_000),
    ]
    assert spans.select("funder_code", "role", "from_on", "until_on").rows() == [
        (A, "lead", LENT_ON, SOLD_ON),
        (PARTNER, "partner", LENT_ON, SOLD_ON),
        (A, "lead", SOLD_ON, None),
        (BUYER, "partner", SOLD_ON, None),
    ]


def test_a_buy_back_goes_to_the_lender_of_the_contract(store: Store) -> None:
    back = replace(SALE, kind="buy_back", to_code=A)

    with pytest.raises(InvalidInput) as refusal:
        sell(store, replace(SALE, kind="buy_back"))

    assert refusal.value.reason == "transfer_buy_back"
    lends = store.read("funder_in_force").filter(pl.col("funder_code") == A)["product_codes"][0]
    assert "jietiao_360" not in lends
    with pytest.raises(InvalidInput) as refusal:
        sell(store, back)
    assert refusal.value.reason == "transfer_products"


def test_a_lender_of_other_provinces_may_not_take_a_loan_over(store: Store) -> None:
    terms = replace(funders_in_force(store)[BUYER], region_codes=("31", "33"))
    with store.transaction() as transaction:
        put_in_force(transaction, Moment(SYSTEM, LENT_ON, AT), FunderOrder(terms, LENT_ON, "tried"))

    with pytest.raises(InvalidInput) as refusal:
        transfers.propose_transfer(store, MAKER, SALE, at=AT)

    assert refusal.value.reason == "transfer_regions"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"effective_on": LENT_ON}, "transfer_day_closed"),
        ({"to_code": "nobody"}, "transfer_buyer"),
        ({"from_code": BUYER}, "transfer_to_oneself"),
        ({"loan_ids": (1, 2)}, "transfer_loans"),
        ({"price_fen": -1}, "transfer_price"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_a_sale_that_cannot_be_is_refused(
    store: Store, change: dict[str, object], reason: str
) -> None:
    with pytest.raises((InvalidInput, InvalidState)) as refusal:
        transfers.propose_transfer(store, MAKER, replace(SALE, **change), at=AT)  # type: ignore[arg-type]

    assert refusal.value.reason == reason
    assert transfers.transfers(store, ANALYST).is_empty()


def test_nobody_approves_a_sale_of_their_own_or_twice(store: Store) -> None:
    transfer_id = transfers.propose_transfer(store, MAKER, SALE, at=AT)
    of_maker = replace(APPROVER, user_name=MAKER.user_name)

    with pytest.raises(NotAllowed):
        transfers.approve_transfer(store, of_maker, transfer_id, at=AT)
    transfers.refuse_transfer(store, APPROVER, transfer_id, "too cheap", at=AT)
    with pytest.raises(InvalidState):
        transfers.approve_transfer(store, APPROVER, transfer_id, at=AT)
    assert transfers.transfers(store, ANALYST)["step"].to_list() == ["refused"]
    assert store.read_sql("select count(*) from funding_change").item() == 0


def test_a_statement_stays_as_issued_and_the_next_one_goes_on(store: Store) -> None:
    close(store, date(2026, 7, 31))
    first = statements.issue_statement(store, DESK, A, date(2026, 7, 31), at=AT)
    pay(store, 1, PAID_ON, 34_002)
    close(store, PAID_ON)

    told = statements.draft(store, ANALYST, A, PAID_ON)

    issued = statements.statements(store, ANALYST).row(0, named=True)
    assert (issued["number"], issued["to_on"]) == ("S-2026-00001", date(2026, 7, 31))
    assert statements.is_as_issued(store, ANALYST, first)
    assert (told.from_on, told.opening_fen, told.closing_fen) == (SOLD_ON, 70_000, 46_898)
    assert told.figures["net_fen"] == 23_102 + 700
    with pytest.raises(InvalidState):
        statements.issue_statement(store, DESK, A, date(2026, 7, 31), at=AT)
    files = [
        statements.statement_file(store, ANALYST, first, language, kind)
        for language in ("en", "zh")
        for kind in statements.KINDS
    ]
    assert [file.content[:2] for file in files] == [b"%P", b"PK"] * 2
    own = Actor("a", Role.FUNDER, A)
    assert statements.own_statements(store, own)["statement_id"].to_list() == [first]
    assert statements.own_statement_file(store, own, first, "en", "pdf") == files[0]
    other = Actor("b", Role.FUNDER, PARTNER)
    assert statements.own_statements(store, other).is_empty()
    with pytest.raises(NotFound):
        statements.own_statement_file(store, other, first, "en", "pdf")


def test_days_that_are_open_cannot_be_settled(store: Store) -> None:
    with pytest.raises(InvalidState):
        statements.draft(store, ANALYST, A, LENT_ON + timedelta(days=1))
